"""gradcheck: a function's derivatives against its differences, number by number.

Convention: the tolerance is no constant. Each number is compared with an estimate that knows its own error
(``differences``), and a derivative is called wrong only if nothing speaks for it (``judging``, ``appeal``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ..functional import Mode
from ..typing import NDArray
from .appeal import DOUBLE, Appeal, raised
from .chance import stream
from .check import Check, Options, Worst
from .diagnosis import looks_like, misfit, modes_compared
from .judging import CORRECT, KINDS, PRECISION, WRONG, Rules
from .maps import Map, mapped
from .point import normal
from .report import SUM, Finding, GradientError, Report, number
from .singular import ends, jumps
from .tally import count

Numbers = NDArray[Any]
Tolerance = float | Mapping[str, float] | None
BOTH: tuple[Mode, Mode] = ("reverse", "forward")


def gradcheck(
    f: Callable[..., object], *inputs: object, order: Literal[1, 2] = 1, modes: Sequence[Mode] = BOTH,
    grad: Callable[..., object] | None = None, vjp: Callable[..., object] | None = None,
    jvp: Callable[..., object] | None = None, parameters: object = (), tolerance: Tolerance = None,
    kinks: bool = True, disconnected: bool = False, samples: int = 100, scale: float = 1.0, seed: int = 0,
    raises: bool = True,
) -> Report:  # fmt: skip
    """Do the derivatives of f at these inputs agree with its differences? If not, raise GradientError.

        >>> gradcheck(np.tanh, np.array([0.5, -1.0]), order=2).kind
        'correct'

    ``inputs``        nests of floats, arrays, tensors, or Values; f is called on tensors or Values of their numbers.
                      For a function of PyTorch or JAX arrays of theirs, or NumPy's, which are converted
    ``order``         2 checks the derivative of the gradient as well
    ``modes``         the modes to check: "reverse", "forward"
    ``grad``          the gradient that is checked, in place of this engine's: ``grad(*inputs)`` for a function whose
                      result is one number, a tuple of gradients for several inputs. Of an array of results it is the
                      gradient of their sum (the derivative, where f works element by element), or the Jacobian, of
                      shape ``y.shape + x.shape``
    ``vjp``           the same as ``vjp(*inputs, u)``, the gradient of Σ u y, for u in the form of the result
    ``jvp``           the tangent that is checked, ``jvp(*inputs, v)``, for v in the form of the inputs
    ``parameters``    leaves that f uses from its closure (a list, a dict), checked like inputs
    ``tolerance``     what a derivative may be off by besides, relative to the largest one of its input: a number, or
                      numbers by dtype, as in {"float32": 1e-2}
    ``kinks``         accept any number between the left and the right slope where these differ
    ``disconnected``  accept inputs that the result does not depend on
    ``samples``       how many elements of a larger input are checked, drawn at random with ``seed``; then also three
                      random directions, in which all elements take part
    ``scale``         the typical size of the inputs; the first steps are proportional to it
    ``raises``        False returns a report that is not "correct" instead of raising

    For each element f is called 6 times where it is smooth, and a 7th time where a complex step is possible, about 50
    times where that settles nothing, and up to 300 times before a derivative is called wrong.
    """
    if not callable(f):
        raise TypeError(
            f"gradcheck: f is a function, got {type(f).__name__}: write gradcheck(f, x), not gradcheck(f(x))"
        )
    if order not in (1, 2):
        raise ValueError(f"gradcheck: order is 1 or 2, got {order!r}")
    if not modes or isinstance(modes, str) or set(modes) - set(BOTH):
        raise ValueError(f"gradcheck: modes is a tuple of 'reverse' and 'forward', as (\"reverse\",), got {modes!r}")
    if samples < 0:
        raise ValueError(f"gradcheck: samples is at least 0, got {samples}")
    options = Options(modes, modes is not BOTH, tolerance, kinks, disconnected, samples, scale, seed)
    run = Run(mapped(f, inputs, parameters=parameters, grad=grad, vjp=vjp, jvp=jvp), options)
    report = run.report()
    if report and order == 2:
        second = Run(run.map.gradient(run.us), options).report()
        notes = dict.fromkeys((*report.notes, *second.notes))
        report = Report((*report.findings, *second.findings), tuple(notes), report.evaluations + second.evaluations)
    count(report)
    if raises and not report:
        raise GradientError(report)
    return report


class Run:
    """One map, checked: first the function, then the form of its derivatives, then their numbers."""

    def __init__(self, map: Map, options: Options) -> None:
        self.map, self.options = map, options
        self.notes: list[str] = []
        self.results = map.results(map.arrays) if map.arrays else []
        rng = stream(options.seed)
        plain = map.sums or sum(y.size for y in self.results) == 1  # then the gradient is that of the result itself
        self.of_all = "" if plain else SUM
        self.us = [np.ones_like(y) if plain else normal(rng, y) for y in self.results]
        self.check = Check(map, options, self.us, self.results)

    def report(self) -> Report:
        trouble = self._function()
        findings = (trouble,) if trouble is not None else tuple(self._derivatives())
        return Report(findings, tuple(self.notes), self.check.evaluations)

    def _function(self) -> Finding | None:
        """What is wrong with the function itself."""
        if not self.map.arrays:
            return Finding("nothing", hint="No input is a number: give floats, arrays, tensors or Values.")
        if not self.results:
            return Finding("nothing", hint=self._returned())
        again = self.map.results(self.map.arrays)
        for k, (y, z) in enumerate(zip(self.results, again, strict=True)):
            if not np.isfinite(y).all():
                at = tuple(np.argwhere(~np.isfinite(y))[0].tolist())
                text = f"The result itself is not finite: {y[at]}."
                return Finding("not differentiable", output=place(k, at), hint=text)
            if (
                y.shape != z.shape
                or (np.abs(y - z) > 1e3 * np.finfo(y.dtype).eps * np.max(np.abs(y), initial=0.0)).any()
            ):
                return Finding("random", output=place(k), hint="Two calls differ: fix the seed of its random numbers.")
        return None

    def _returned(self) -> str:
        """What f returned, where that is nothing to differentiate."""
        y = self.map.returned()
        if y is None:
            return "The function returned None; is a return missing?"
        kind = f"array of {y.dtype}" if hasattr(y, "dtype") else type(y).__name__
        return f"The function returned {an(kind)}: there is no floating result to differentiate."

    def _derivatives(self) -> Iterator[Finding]:
        check = self.check
        modes = [mode for mode in self.options.modes if self._given(mode)]
        forward = "forward" in modes and self._has_push()
        check.claim("reverse" in modes, forward)
        formed = list(self._forms())
        if formed:
            yield from formed
            return
        paths = self.map.paths()
        higher = raised(check, DOUBLE) if check.eps > np.finfo(float).eps else None
        if higher is not None and not self._alike(higher):
            higher = None
        for k, name in enumerate(self.map.names):
            if self.map.arrays[k].size:
                yield from self._input(k, name, paths[k], higher)
            else:
                yield from (Finding("correct", m + self.map.kind, name, hint="It is empty.") for m in modes)
        if higher is not None:
            check.evaluations += higher.evaluations

    def _input(self, k: int, name: str, path: bool, higher: Check | None) -> Iterator[Finding]:
        check = higher or self.check
        worst = check.input(k, Appeal())
        wrong = {mode: w.verdict == WRONG for mode, w in worst.items()}
        for mode, w in worst.items():
            others = [bad for other, bad in wrong.items() if other != mode]
            finding = self._finding(k, name, mode, w, not others[0] if others else None)
            if not path and not self.map.kind and finding.kind in ("correct", "precision"):
                text = "No path leads from it to the result. If that is intended, pass disconnected=True."
                finding = Finding("correct" if self.options.disconnected else "disconnected", mode, name, hint=text)
            elif not path and finding.kind == "wrong":
                text = (
                    "The result depends on it, but no path of the graph leads from it to the result. Did the "
                    "computation leave the graph (t.data, detach(), no_grad(), a function declared constant)?"
                )
                finding = _with(finding, text)
            elif higher is not None and finding.ok:
                finding = self._in_own_precision(finding, k, mode, higher)
            yield finding

    def _finding(self, k: int, name: str, mode: str, w: Worst, other_right: bool | None) -> Finding:
        j, m = w.judgement, w.component
        a, n = j.claims[m], j.numeric[m]
        size = max(abs(a), abs(n)) if np.isfinite(a) and np.isfinite(n) else 1.0
        if size <= j.allowed[m]:  # both are as good as 0
            size = max(size, float(j.slopes.typical[m]))
        error = abs(a - n) / size if size and np.isfinite(n) else 0.0
        kind = KINDS[w.verdict]
        output = self.of_all if mode == "reverse" else self._component(m)
        text = self._hint(kind, k, mode, w, other_right)
        return Finding(
            kind, mode + self.map.kind, name, w.direction.index, output, float(a), float(n), float(j.error[m]),
            float(error), float(j.allowed[m] / size) if size else float(j.allowed[m]), j.slopes.of(m),
            float(j.left[m]), float(j.right[m]), text,
        )  # fmt: skip

    def _hint(self, kind: str, k: int, mode: str, w: Worst, other_right: bool | None) -> str:
        if kind == "wrong":
            found, expected = self._arrays(k, w)
            pattern = looks_like(found, expected, self.map.arrays[k] if w.elements else None)
            if mode == "reverse" and not pattern and self._transposed(k, found, expected):
                pattern = "It is J u where Jᵀ u should be: the transposed Jacobian."
            if w.direction.signs is not None and not pattern:
                pattern = (
                    "It is wrong along a random direction of all elements, and right by each one that was tried alone: "
                    "pass samples= to try more of them."
                )
            return " ".join(part for part in (pattern, modes_compared(other_right)) if part)
        if kind == "kink":
            j, m = w.judgement, w.component
            if self.options.kinks and np.isfinite(j.claims[m]):
                return (
                    "It is right on both sides of the point, but not at it: there is a corner inside the function "
                    "(abs, maximum, relu), whose own choice of a slope does not suit the whole; or a rule has a wrong "
                    "special case. Move the point."
                )
            return "There is no derivative to compare with. Move the point, or pass kinks=True."
        if kind == "precision":
            return (
                "The differences are too noisy to judge it: the function loses digits here. Try float64, inputs nearer "
                "to 1, or a scale that fits them."
            )
        if kind == "not differentiable":
            j, m = w.judgement, w.component
            if ends(j.slopes)[m]:
                return "The function is not finite a small step away, or raises: its domain ends here. Move the point."
            left, right = (float(change[m]) for change in jumps(j.slopes))
            if left or right:
                what = (mode == "reverse" and self.of_all) or "The function"
                here = float(self.check.values()[m])
                values = np.array([here - left, here, here + right])
                values[np.abs(values) <= 1e-9 * np.max(np.abs(values))] = 0.0  # the slope's part
                before, at, after = map(number, values)
                text = f"it is {before} just before the point, {at} at it, {after} just after"
                return f"{what} jumps: {text}. Move the point."
            return (
                "The difference quotients grow without end: the slope is infinite, or there is a pole. Move the point."
            )
        return ""

    def _transposed(self, k: int, found: Numbers, expected: Numbers) -> bool:
        """Is the gradient of Σ u y the derivative of y along u? (Not if both are almost the same.)"""
        g, x = (self.check.gradients or [])[k], self.map.arrays[k]
        if len(self.results) != 1 or self.results[0].shape != x.shape or x.size < 2:
            return False
        h = 1e-3 * self.options.scale
        ends = []
        for step in (-h, h):
            arrays = list(self.map.arrays)
            arrays[k] = np.asarray(x + step * self.us[0], dtype=x.dtype)
            try:
                ends.append(self.map.results(arrays)[0])
            except Exception:  # outside of its domain
                return False
        slope = (ends[1] - ends[0]) / (2 * h)
        size = float(np.max(np.abs(slope)))
        apart = float(np.nanmax(np.abs(found - expected), initial=0.0)) > 0.01 * size
        return bool(size and apart and np.all(np.abs(g - slope) <= 1e-3 * size))

    def _arrays(self, k: int, w: Worst) -> tuple[Numbers, Numbers]:
        """Claims and estimates of the compared elements, in the shape of the input; in forward mode of the results."""
        x = self.map.arrays[k]
        if not w.elements:
            j = w.judgement
            return j.claims[:-1], j.numeric[:-1]
        found, expected = np.full_like(x, np.nan), np.full_like(x, np.nan)
        for (index, unit), (a, n) in w.elements.items():
            for array, slope in ((found, a), (expected, n)):
                if np.isnan(array[index]):
                    array[index] = 0
                array[index] += slope / unit if x.dtype.kind == "c" else slope
        return found, expected

    def _component(self, m: int) -> str:
        """The name of a component of the results."""
        for k, y in enumerate(self.results):
            for part in ("real part", "imaginary part") if y.dtype.kind == "c" else ("",):
                if m < y.size:
                    return place(k, tuple(int(i) for i in np.unravel_index(m, y.shape))) + (
                        f" ({part})" if part else ""
                    )
                m -= y.size
        return ""

    # ------------------------------------------------ what is given, and its form

    def _given(self, mode: str) -> bool:
        why = self.map.missing.get(mode)
        if why is None:
            return True
        if self.options.explicit:
            raise ValueError(f"gradcheck: modes has {mode!r}, but {why}")
        self.notes.append(f"{mode} mode was not checked: {why}")
        return False

    def _has_push(self) -> bool:
        """Have all operations a rule for forward mode?"""
        try:
            self.map.forward([np.zeros_like(a) for a in self.map.arrays])
        except NotImplementedError as error:
            if self.options.explicit:
                raise
            self.notes.append(f"forward mode was not checked: {error}")
            return False
        return True

    def _forms(self) -> Iterator[Finding]:
        check = self.check
        for name, g, x in zip(self.map.names, check.gradients or [], self.map.arrays, strict=False):
            text = self._misfit(g, x, "its input")
            if text and self.map.sums and len(self.results) == 1 and self.results[0].ndim:
                text += self._jacobian(g, x)
            if text:
                yield Finding("form", "reverse" + self.map.kind, name, hint=text)
        if check.forward:
            direction = [np.ones_like(a) for a in self.map.arrays]
            for k, (t, y) in enumerate(zip(self.map.forward(direction), self.results, strict=True)):
                text = self._misfit(t, y, "its result")
                if text:
                    yield Finding("form", "forward" + self.map.kind, output=place(k), hint=text)

    def _jacobian(self, g: Any, x: Numbers) -> str:
        """What to say of a gradient by hand of the wrong shape, where it may be a Jacobian."""
        wanted = self.results[0].shape + x.shape
        if g.shape == x.shape + self.results[0].shape:
            return f" It looks like a transposed Jacobian: that has shape {wanted}."
        return f" (Or the Jacobian, of shape {wanted}.)"

    def _misfit(self, d: Any, like: Numbers, what: str) -> str:
        if np.shape(d) != like.shape:
            return misfit(np.shape(d), like.shape, what)
        if d.dtype.kind not in "fciu" or (d.dtype.kind == "c" and like.dtype.kind == "f"):
            return f"It is {d.dtype}, and should be {like.dtype} as {what}."
        exact = d.dtype.kind in "iu" or np.finfo(d.dtype).eps <= self.check.eps
        if (self.map.strict and d.dtype != like.dtype) or not exact:
            return f"It is {d.dtype}, and should be {like.dtype} as {what}."
        return ""

    # ------------------------------------------------ low precision

    def _alike(self, higher: Check) -> bool:
        """Does the function compute the same in float64, but for rounding?"""
        for y, z in zip(self.results, higher.results, strict=True):
            if not np.allclose(y, z, rtol=0.05, atol=0.05 * float(np.max(np.abs(z), initial=0.0))):
                return False
        return True

    def _in_own_precision(self, finding: Finding, k: int, mode: str, higher: Check) -> Finding:
        """What was right in float64 must be right in the precision given, up to its rounding."""
        low = self.check
        if mode == "reverse":
            pairs = [(low.gradients[k], higher.gradients[k])]  # type: ignore[index]
        else:
            v = np.random.default_rng(0).choice([-1.0, 1.0], self.map.arrays[k].shape)
            direction = [np.zeros_like(a) for a in self.map.arrays]
            direction[k] = v.astype(direction[k].dtype)
            lows = self.map.forward(direction)
            highs = higher.map.forward([d.astype(a.dtype) for d, a in zip(direction, higher.map.arrays, strict=True)])
            pairs = list(zip(lows, highs, strict=True))
        eps = low.eps
        reach = max(self.options.scale, float(np.max(np.abs(self.map.arrays[k]), initial=0.0)))
        size = max(float(np.max(np.abs(y), initial=0.0)) for y in self.results)
        for a, b in pairs:
            with np.errstate(all="ignore"):
                off = np.abs(a - b)
                allowed = 1e3 * eps * (np.abs(b) + float(np.max(np.abs(b), initial=0.0))) + 64 * eps * size / reach
                bad = ~(off <= allowed)
            if bad.any():
                rules: Rules = low.rules(k)
                worst = low.input(k, Appeal())[mode]
                if worst.verdict in (CORRECT, PRECISION) and rules:
                    return finding
                return self._finding(k, finding.input, mode, worst, None)
        return finding


def an(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def place(k: int, index: tuple[int, ...] = ()) -> str:
    return f"result {k}" + (f"[{', '.join(map(str, index))}]" if index else "")


def _with(finding: Finding, hint: str) -> Finding:
    return Finding(**{**finding.__dict__, "hint": hint})
