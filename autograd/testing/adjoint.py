"""adjoint_test: <u, J v> = <Jᵀ u, v>, to rounding, for random u and v.

The two sides are computed in different ways: J v by pushing v forward, Jᵀ u by pulling u back. That neither needs a
difference makes the test sharp (Claerbout, "Earth soundings analysis", 1992, calls it the dot-product test).

Convention: <u, y> = Re Σ u y, without a conjugate, as everywhere here; with ``conjugate`` it is Re Σ ū y, and the
adjoint of a matrix A is Aᴴ. The tolerance is a bound for rounding: computing J v loses about ε ‖J‖ ‖v‖, and what
random v and u show of J bounds its Frobenius norm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..functional import nests as tree
from ..typing import NDArray
from .chance import stream
from .maps import mapped
from .outcome import Failed, Outcome
from .point import normal

Arrays = Sequence[NDArray[Any]]
ROUNDINGS = 8  # of each number on its way
TRIALS = 3  # pairs of u and v
NEAR = 1e-3  # how far another v is, along which a discrepancy that is no rounding is about the same


@dataclass(frozen=True)
class AdjointReport(Outcome):
    """The two sides of <u, J v> = <Jᵀ u, v> for the pair of u and v where they differ most.

    ``kind``      "correct", "wrong", "form" (a shape that does not fit), "not differentiable" (something is not finite)
                  or "nothing" (to differentiate)
    ``forward``   <u, J v>, and ``backward`` <Jᵀ u, v>
    ``allowed``   what rounding may make them differ by
    ``hint``      what to look at
    """

    kind: Literal["correct", "wrong", "form", "not differentiable", "nothing"]
    forward: float = 0.0
    backward: float = 0.0
    allowed: float = 0.0
    hint: str = ""

    def __str__(self) -> str:
        lines = [f"{self.kind}: <u, J v> = {self.forward:.17g} forward, <Jᵀ u, v> = {self.backward:.17g} backward"]
        lines.append(f"  they differ by {abs(self.forward - self.backward):.2e}, rounding allows {self.allowed:.2e}")
        if self.kind in ("form", "not differentiable", "nothing"):
            lines = [f"{self.kind}:"]
        return "\n".join([*lines, f"  {self.hint}"] if self.hint else lines)


class AdjointError(Failed):
    """The two directions do not belong together; ``report`` has the numbers."""

    report: AdjointReport


def adjoint_test(
    f: Callable[..., object], *inputs: object, adjoint: Callable[..., object] | None = None,
    jvp: Callable[..., object] | None = None, vjp: Callable[..., object] | None = None, parameters: object = (),
    conjugate: bool = False, seed: int = 0, raises: bool = True,
) -> AdjointReport:  # fmt: skip
    """Do f's two directions belong together, <u, J v> = <Jᵀ u, v>? If not, raise AdjointError.

        >>> adjoint_test(np.cumsum, np.array([0.5, -1.0, 2.0])).kind
        'correct'
        >>> a = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        >>> adjoint_test(lambda x: a @ x, np.ones(2), adjoint=lambda u: a.T @ u).kind
        'correct'

    ``inputs``      nests of floats, arrays, tensors, or Values, as for ``gradcheck``
    ``adjoint``     f is linear, J v = f(v), and this is its adjoint: any pair of functions of arrays. ``inputs`` give
                    the shapes and dtypes. Of several results it is given all, and it returns a tuple for several inputs
    ``jvp``         a tangent of your own in place of the engine's, and ``vjp`` a gradient, as for ``gradcheck``
    ``parameters``  leaves that f uses from its closure, moved like inputs
    ``conjugate``   pair complex numbers as Re Σ ū y: for an adjoint Aᴴ, not Aᵀ
    ``seed``        of the random u and v
    ``raises``      False returns a report that is not "correct" instead of raising
    """
    if adjoint is not None:
        if jvp is not None or vjp is not None:
            raise TypeError("adjoint_test: give adjoint= for a linear function, or jvp= and vjp= for another; not both")
        pair: Any = _Linear(f, inputs, adjoint)
    else:
        pair = mapped(f, inputs, parameters=parameters, jvp=jvp, vjp=vjp)
        if missing := [mode for mode in ("reverse", "forward") if mode in pair.missing]:
            why = "; ".join(pair.missing[mode] for mode in missing)
            raise TypeError(f"adjoint_test: it needs both directions, but {why}")
    report = _Test(pair, conjugate, stream(seed)).report()
    if raises and not report:
        raise AdjointError(report)
    return report


class _Linear:
    """A linear function of arrays and its adjoint, as a map with derivatives."""

    def __init__(self, f: Callable[..., Any], inputs: Sequence[object], adjoint: Callable[..., Any]) -> None:
        self.f, self.adjoint, self.inputs = f, adjoint, tuple(inputs)
        self.arrays = [np.asarray(x) for x in tree.leaves(self.inputs)]
        integers = [a for a in self.arrays if a.dtype.kind not in "fc"]
        if integers:
            raise TypeError(f"adjoint_test: inputs are real or complex numbers, got {integers[0].dtype}: write x * 1.0")
        self.y = f(*tree.rebuild(self.inputs, [a.copy() for a in self.arrays]))

    def at(self, arrays: Arrays) -> _Linear:
        return _Linear(self.f, tree.rebuild(self.inputs, arrays), self.adjoint)

    def results(self, arrays: Arrays) -> list[NDArray[Any]]:
        return [np.asarray(y) for y in tree.leaves(self.f(*tree.rebuild(self.inputs, [a.copy() for a in arrays])))]

    def forward(self, directions: Arrays) -> list[NDArray[Any]]:
        return self.results(directions)

    def reverse(self, weights: Arrays) -> list[NDArray[Any]]:
        given = tree.rebuild(self.y, [u.copy() for u in weights])
        found = self.adjoint(*given) if isinstance(given, tuple) else self.adjoint(given)
        return [np.asarray(g) for g in tree.leaves(found)]


class _Test:
    """Random pairs of u and v for a map."""

    def __init__(self, map: Any, conjugate: bool, rng: np.random.Generator) -> None:
        self.map, self.rng = map, rng
        self.turn: Callable[[Any], Any] = np.conj if conjugate else np.asarray
        self.ys = map.results(map.arrays)
        self.eps = float(max((np.finfo(a.dtype).eps for a in (*map.arrays, *self.ys)), default=0.0))

    def report(self) -> AdjointReport:
        if not sum(a.size for a in self.map.arrays) or not sum(y.size for y in self.ys):
            return AdjointReport("nothing", hint="There is no floating input, or no floating result, to differentiate.")
        reports = [self.trial() for _ in range(TRIALS)]
        wrong = [report for report in reports if not report]
        if wrong and wrong[0].kind == "wrong":
            return AdjointReport("wrong", wrong[0].forward, wrong[0].backward, wrong[0].allowed, self.hint(reports))
        return wrong[0] if wrong else max(reports, key=lambda r: abs(r.forward - r.backward) / (r.allowed or 1))

    def trial(self) -> AdjointReport:
        us = [normal(self.rng, y) for y in self.ys]
        vs = [normal(self.rng, a) for a in self.map.arrays]
        with np.errstate(all="ignore"):
            pushed, pulled = self.map.forward(vs), self.map.reverse(us)
        for what, found, like in (("J v", pushed, self.ys), ("Jᵀ u", pulled, self.map.arrays)):
            shapes, wanted = [np.shape(x) for x in found], [np.shape(x) for x in like]
            if shapes != wanted:
                return AdjointReport("form", hint=f"{what} has the shapes {shapes}, not {wanted}.")
            if not all(np.isfinite(x).all() for x in found):
                return AdjointReport("not differentiable", hint=f"{what} is not finite everywhere.")
        forward, backward = self.pairing(us, pushed), self.pairing(pulled, vs)
        count = max(sum(np.size(x) for x in us), sum(np.size(x) for x in vs))
        sizes = _norm(us) * _norm(pushed) + _norm(pulled) * _norm(vs)
        allowed = ROUNDINGS * self.eps * np.sqrt(count) * sizes
        same = abs(forward - backward) <= allowed or self.is_rounding(us, vs, forward - backward)
        return AdjointReport("correct" if same else "wrong", forward, backward, float(allowed))

    def is_rounding(self, us: Arrays, vs: Arrays, difference: float) -> bool:
        """Is the difference a matter of precision? (Numbers that cancel inside f lose more than its result shows.)

        It is if it nearly vanishes in a wider precision, or jumps when v moves a little and x by its own rounding: two
        functions that are linear in v move a little too.
        """
        try:
            wide = self.map.at([_wider(a) for a in self.map.arrays])
            u, v = [_wider(u) for u in us], [_wider(v) for v in vs]
            finer = self.pairing(u, wide.forward(v)) - self.pairing(wide.reverse(u), v)
            if abs(finer) < abs(difference) / 64:
                return True
        except (TypeError, ValueError, RuntimeError, np.linalg.LinAlgError):
            pass  # it has no wider precision
        found = []
        for _ in range(2 * TRIALS):
            near = [np.asarray(v * (1 + NEAR * self.rng.normal(size=v.shape)), v.dtype) for v in vs]
            shaken = [1 + 4 * self.eps * self.rng.normal(size=a.shape) for a in self.map.arrays]
            map = self.map.at([np.asarray(a * s, a.dtype) for a, s in zip(self.map.arrays, shaken, strict=True)])
            found.append(self.pairing(us, map.forward(near)) - self.pairing(map.reverse(us), near))
        return bool(np.median(np.abs(np.array(found) - difference)) > abs(difference) / 4)

    def pairing(self, us: Arrays, ys: Arrays) -> float:
        products = [self.turn(u) * y for u, y in zip(us, ys, strict=True)]
        return float(sum(np.real(np.sum(p, dtype=np.result_type(p.dtype, float))) for p in products))

    def hint(self, reports: Sequence[AdjointReport]) -> str:
        if any(a.dtype.kind == "c" for a in (*self.map.arrays, *self.ys)) and self.turn is np.asarray:
            other = _Test(self.map, True, np.random.default_rng(0))
            if all(other.trial() for _ in range(TRIALS)):
                return "With conjugates it agrees, Re Σ ū y: pass conjugate=True, or leave the conjugate out."
        with np.errstate(all="ignore"):
            ratios = np.array([r.backward for r in reports]) / np.array([r.forward for r in reports])
        if np.isfinite(ratios).all() and np.ptp(ratios) <= 1e-3 * abs(ratios[0]):
            return f"Backward is {ratios[0]:.9g} times forward each time: look for a factor" + (
                ", a sign." if ratios[0] < 0 else ".")  # fmt: skip
        return "One of them is the adjoint of another function: look at axes, shifts, masks and what is summed."


def _wider(a: NDArray[Any]) -> NDArray[Any]:
    """In the next precision."""
    return a.astype({"e": "d", "f": "d", "F": "D", "D": "G"}.get(a.dtype.char, "g"))


def _norm(xs: Arrays) -> float:
    """The Euclidean norm of all elements together."""
    return float(np.sqrt(sum(np.sum(np.square(np.abs(x), dtype=np.float64)) for x in xs)))
