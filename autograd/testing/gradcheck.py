"""gradcheck: a function's derivatives against its central differences, number by number.

Convention: each element x_i of each input is moved by ±h, h = ε^(1/3) max(scale, |x_i|) for the precision ε of the
computation: there the truncation error h² f'''/6 and the rounding error ε f / h are about equal (Press et al.,
Numerical Recipes, 5.7).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ..functional import Mode
from ..typing import NDArray
from .laws import normal
from .probe import Gradient, Map
from .report import Finding, GradientError, Report
from .verdict import Verdict, hint

Tolerance = float | Mapping[str, float] | None
TOLERANCES = {"float16": 0.2, "float32": 1e-2, "float64": 1e-5, "longdouble": 1e-5}


def gradcheck(
    f: Callable[..., object], *inputs: object, order: Literal[1, 2] = 1,
    modes: Sequence[Mode] = ("reverse", "forward"), parameters: object = (), tolerance: Tolerance = None,
    kinks: bool = True, disconnected: bool = False, samples: int = 100, scale: float = 1.0, seed: int = 0,
    raises: bool = True,
) -> Report:  # fmt: skip
    """Do the derivatives of f at these inputs agree with its central differences? If not, raise GradientError.

        >>> gradcheck(np.tanh, np.array([0.5, -1.0]), order=2).kind
        'correct'

    ``inputs``        nests of floats, arrays, tensors, or Values; f is called on tensors or Values of their numbers
    ``order``         2 checks the derivative of the gradient as well
    ``modes``         the modes to check: "reverse", "forward"
    ``parameters``    leaves that f uses from its closure (a list, a dict), checked like inputs
    ``tolerance``     relative to the largest derivative: a number, or numbers by dtype, as in {"float32": 1e-2}
    ``kinks``         accept any number between the left and the right slope where these differ
    ``disconnected``  accept inputs that the result does not depend on
    ``samples``       how many elements of a larger input are checked, drawn at random with ``seed``
    ``scale``         the typical size of the inputs; steps are proportional to it
    ``raises``        False returns a report that is not "correct" instead of raising
    """
    if order not in (1, 2):
        raise ValueError(f"gradcheck: order is 1 or 2, got {order!r}")
    if not modes or set(modes) - {"reverse", "forward"}:
        raise ValueError(f"gradcheck: modes are 'reverse' and 'forward', got {modes!r}")
    base = Map(f, inputs, parameters)
    check = Check(base, modes, tolerance, disconnected, kinks, samples, scale, seed)
    verdict = check.verdict()
    if verdict and order == 2:
        verdict = replace(check, map=Gradient(base, check.weights), disconnected=True).verdict()
    report = reported(verdict)
    if raises and not report:
        raise GradientError(report)
    return report


def reported(v: Verdict) -> Report:
    """A verdict as a report with one finding."""
    if v.kind != "wrong":
        return Report((Finding(v.kind, v.mode, v.input, v.index, v.output, hint=v.hint),))
    found, expected = np.broadcast_arrays(v.found, v.expected)
    at = int(np.argmax(np.abs(found - expected)))
    a, n = found.flat[at], expected.flat[at]
    size = max(abs(a), abs(n))
    finding = Finding(v.kind, v.mode, v.input, v.index, v.output, a, n, v.allowed, v.difference / size)
    return Report((replace(finding, allowed=v.allowed / size, hint=v.hint),))


@dataclass
class Check:
    """The derivatives of one map, checked against its differences."""

    map: Map | Gradient
    modes: Sequence[Mode]
    tolerances: Tolerance
    disconnected: bool
    kinks: bool
    samples: int
    scale: float
    seed: int

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.y = self.map.outputs(self.map.arrays)
        self.weights = [normal(self.rng, y) for y in self.y]
        kinds = [np.finfo(a.dtype) for a in (*self.map.arrays, *self.y)]
        coarse = max(kinds, key=lambda kind: float(kind.eps), default=np.finfo(float))
        self.eps = float(coarse.eps)
        given = self.tolerances
        if isinstance(given, float | int):
            self.tolerance = float(given)
        else:
            name = {"float128": "longdouble", "float96": "longdouble"}.get(str(coarse.dtype), str(coarse.dtype))
            self.tolerance = {**TOLERANCES, **(given or {})}[name]

    def verdict(self) -> Verdict:
        """The first problem, or "correct"; the checks behind a problem are not made."""
        return next(self._problems(), Verdict("correct"))

    def _problems(self) -> Iterator[Verdict]:
        map = self.map
        if not map.names or not self.y:
            yield Verdict("nothing", hint="There is no floating input, or no floating result, to differentiate.")
        again = map.outputs(map.arrays)
        for k, (y, z) in enumerate(zip(self.y, again, strict=True)):
            if not np.isfinite(y).all():
                yield Verdict("not differentiable", output=f"result {k}", hint=f"The result itself is not finite: {y}")
            if not np.array_equal(y, z):
                text = "Two calls differ: fix the seed of its random numbers."
                yield Verdict("random", output=f"result {k}", hint=text)
        gradients = map.reverse(self.weights) if "reverse" in self.modes else [None] * len(map.arrays)
        for k, g in enumerate(gradients):
            if g is not None:
                yield from self._form(g, map.arrays[k], "reverse", map.names[k])
            yield from self._input(k, g)

    def _form(self, d: Any, like: Any, mode: str, name: str, output: str = "") -> Iterator[Verdict]:
        if d.shape != like.shape or d.dtype != like.dtype:
            text = f"It is {d.shape} {d.dtype}, and should be {like.shape} {like.dtype}."
            yield Verdict("form", mode + self.map.kind, name, output=output, hint=text)
        elif not np.isfinite(d).all():
            at = tuple(np.argwhere(~np.isfinite(d))[0].tolist())
            advice = "Look for 0/0, inf - inf, sqrt or log at 0."
            text = f"The derivative is {d[at]} there, the function is finite. {advice}"
            yield Verdict("not differentiable", mode + self.map.kind, name, at, output, hint=text)

    def _input(self, k: int, gradient: Any) -> Iterator[Verdict]:
        """The problems of one input: of its gradient, and of the tangents along its elements."""
        x, name = self.map.arrays[k], self.map.names[k]
        found, expected = np.zeros_like(x), np.zeros_like(x)
        worst: Verdict | None = None  # of the gradient
        wrong_tangent: Verdict | None = None
        used = False
        for index in self._indices(x):
            for unit in (1.0, 1j) if x.dtype.kind == "c" else (1.0,):
                slope = Slope(self, k, index, unit)
                if not slope.finite:
                    text = "The function is not finite a small step away: its domain ends here."
                    yield Verdict("not differentiable", "", name, index, hint=text)
                used = used or slope.moves
                if slope.kink and not self.kinks:
                    yield Verdict("kink", "", name, index, hint=slope.story())
                if gradient is not None:
                    low, high, _ = slope.along()
                    found[index] += float(np.real(gradient[index] * unit)) / unit
                    expected[index] += (low + high) / 2 / unit
                    used = used or gradient[index] != 0
                    wrong = slope.wrong_gradient(gradient[index])
                    if wrong is not None and (worst is None or wrong.difference > worst.difference):
                        worst = wrong
                if "forward" in self.modes:
                    for i, (t, y) in enumerate(zip(slope.tangents, self.y, strict=True)):
                        yield from self._form(t, y, "forward", name, f"result {i}")
                    used = used or any(np.any(t) for t in slope.tangents)
                    wrong_tangent = slope.wrong_tangent() if wrong_tangent is None else wrong_tangent
        if worst is not None:
            other = None if "forward" not in self.modes else wrong_tangent is None
            yield replace(worst, hint=hint(found, expected, other))
        if wrong_tangent is not None:
            other = None if gradient is None else worst is None
            t, c = np.asarray(wrong_tangent.found), np.asarray(wrong_tangent.expected)
            yield replace(wrong_tangent, hint=hint(t, c, other))
        if not used and not self.disconnected:
            text = "The result does not depend on it. If that is intended, pass disconnected=True."
            yield Verdict("disconnected", "", name, hint=text)

    def _indices(self, x: Any) -> list[tuple[int, ...]]:
        """The elements that are checked."""
        places = np.arange(x.size) if x.size <= self.samples else self.rng.choice(x.size, self.samples, replace=False)
        return [tuple(int(i) for i in np.unravel_index(place, x.shape)) for place in places]


class Slope:
    """The slopes of the results on both sides of one element of one input, and their tangents."""

    def __init__(
        self, check: Check, k: int, index: tuple[int, ...], unit: complex, finer: float = 1, kink: bool | None = None
    ) -> None:
        self.check = check
        self.name, self.index = check.map.names[k], index
        self.k, self.unit = k, unit
        h = check.eps ** (1 / 3) * max(check.scale, float(abs(check.map.arrays[k][index]))) / finer
        self.left, self.right, self.noise = self._sides(h)
        self.finite = all(np.isfinite(d).all() for d in (*self.left, *self.right))
        self.central = [(a + b) / 2 for a, b in zip(self.left, self.right, strict=True)]
        self.moves = any(np.any(np.abs(d) > self.noise) for d in self.central)
        self.kink = self.finite and self._kink(h) if kink is None else kink

    def _sides(self, h: float) -> tuple[list[Any], list[Any], float]:
        """(f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h, and their rounding error."""
        map, sides = self.check.map, []
        for sign in (-1, 1):
            arrays = [a.copy() for a in map.arrays]
            arrays[self.k][self.index] += sign * h * self.unit
            step = abs(complex(arrays[self.k][self.index]) - complex(map.arrays[self.k][self.index]))
            with np.errstate(all="ignore"):
                moved = map.outputs(arrays)
                pairs = [[a.astype(np.result_type(a.dtype, float)) for a in pair]
                         for pair in zip(moved, self.check.y, strict=True)]  # fmt: skip
                sides.append([sign * (z - y) / step for z, y in pairs])
        size = max(float(np.max(np.abs(y), initial=0.0)) for y in self.check.y)
        return sides[0], sides[1], 20 * self.check.eps * max(size, 1e-8) / h

    def _kink(self, h: float) -> bool:
        """Do left and right slope differ, even for a smaller step? (A smooth function's differ by h f''.)"""
        gap = _gap(self.left, self.right)
        if gap <= 10 * self.check.tolerance * _largest(self.central) + 2 * self.noise:
            return False
        left, right, noise = self._sides(h / 8)
        return _gap(left, right) > max(0.5 * gap, 2 * noise)

    def story(self) -> str:
        """A kink in words: the slopes on both sides of it."""
        gaps = [np.abs(a - b) for a, b in zip(self.left, self.right, strict=True)]
        k = int(np.argmax([np.max(g, initial=0.0) for g in gaps]))
        at = np.unravel_index(int(np.argmax(gaps[k])), gaps[k].shape)
        x = self.check.map.arrays[self.k][self.index]
        return (
            f"Around {x} the slope of result {k} is {self.left[k][at]:.6g} to the left and {self.right[k][at]:.6g} to "
            "the right: there is no derivative to compare with. Move the point, or pass kinks=True."
        )

    def along(self) -> tuple[float, float, float]:
        """The smallest and the largest slope of sum(u y) that count as correct, and the tolerance."""
        low = high = size = noise = 0.0
        for u, a, b, c in zip(self.check.weights, self.left, self.right, self.central, strict=True):
            one, two = (np.real(u * s) for s in ((a, b) if self.kink else (c, c)))
            low += float(np.sum(np.minimum(one, two)))
            high += float(np.sum(np.maximum(one, two)))
            size += float(np.sum(np.abs(u * c)))
            noise += self.noise * float(np.sum(np.abs(u)))
        return low, high, self.check.tolerance * size + noise

    @functools.cached_property
    def tangents(self) -> list[NDArray[Any]]:
        """The engine's derivatives of the results along this element."""
        directions = [np.zeros_like(a) for a in self.check.map.arrays]
        directions[self.k][self.index] = self.unit
        return self.check.map.forward(directions)

    def wrong_gradient(self, g: complex) -> Verdict | None:
        """The verdict if this element of the gradient is not the slope of sum(u y), even for smaller steps."""
        mine = float(np.real(g * self.unit))
        low, high, allowed = self.along()
        excess = max(low - mine, mine - high, 0.0)
        if excess <= allowed:
            return None
        low, high, fine = self.finer.along()
        if max(low - mine, mine - high, 0.0) <= max(fine, excess / 8):  # the difference's own error falls as h²
            return None
        middle = (low + high) / 2
        mode, g, d = "reverse" + self.check.map.kind, mine / self.unit, middle / self.unit
        return Verdict("wrong", mode, self.name, self.index, "", g, d, abs(mine - middle), allowed)

    def wrong_tangent(self) -> Verdict | None:
        """The verdict on the first result whose tangent is wrong."""
        for k, t in enumerate(self.tangents):
            excess, allowed = self._excess(k, t)
            if excess > allowed:
                less, fine = self.finer._excess(k, t)
                if less > max(fine, excess / 8):
                    mode, c = "forward" + self.check.map.kind, self.finer.central[k]
                    return Verdict("wrong", mode, self.name, self.index, f"result {k}", t, c, excess, allowed)
        return None

    def _excess(self, k: int, t: Any) -> tuple[float, float]:
        """How far a tangent is from the slope (at a kink: from the interval of slopes), and the tolerance."""
        off = np.abs(t - self.central[k])
        if self.kink:
            off = np.maximum(off - np.abs(self.left[k] - self.right[k]) / 2, 0)
        return float(np.max(off, initial=0.0)), self.check.tolerance * _largest(self.central) + self.noise

    @functools.cached_property
    def finer(self) -> Slope:
        """The same with a quarter of the step."""
        return Slope(self.check, self.k, self.index, self.unit, 4, self.kink)


def _gap(left: list[Any], right: list[Any]) -> float:
    return _largest([a - b for a, b in zip(left, right, strict=True)])


def _largest(arrays: Sequence[Any]) -> float:
    return max((float(np.max(np.abs(a), initial=0.0)) for a in arrays), default=0.0)
