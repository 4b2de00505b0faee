"""taylor_test: how fast a Taylor polynomial's remainder falls says whether its derivatives are right.

    R(h) = |φ(x + h v) - φ(x) - h <∇φ(x), v>|

falls as h² if the gradient is right, and as h if it is wrong, whatever φ is; with the second derivative's term
h² <v, H v> / 2 as h³, and as h². (Of h and -h the larger remainder is taken.) Farrell, Ham, Funke and Rognes,
"Automated derivation of the adjoint of high-level transient finite element programs", SIAM Journal on Scientific
Computing 35, 2013.

Convention: φ = Re Σ u y, with random weights u if the result is not a single number. Steps go from the size of the
inputs down to rounding; what is lost in rounding says nothing and is not judged.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..typing import NDArray
from .chance import stream
from .maps import Map, mapped
from .outcome import Failed, Outcome
from .point import normal, paired, size

Kind = Literal["correct", "wrong", "kink", "precision", "not differentiable", "nothing"]
RATIO = 4  # of a step to the next
CLEAR = 8.0  # times the rounding error: a remainder that is to be judged
TAIL = 3  # over how many of the smallest clear steps the slope is taken


@dataclass(frozen=True)
class TaylorReport(Outcome):
    """What became of the remainder.

    ``kind``        "correct", "wrong", "kink" (the slopes on both sides differ, and the given one is not between them),
                    "precision" (rounding hides what small steps would show), "not differentiable" (something is not
                    finite) or "nothing" (to differentiate)
    ``order``       of the polynomial: the remainder of a right one falls as h to the power of order + 1
    ``slope``       the power with which it fell, over the smallest steps at which it is more than rounding; infinite
                    where it vanishes in rounding at once, as that of a linear function does
    ``steps``       h, with the ``remainders`` R(h) and what ``rounding`` may have done to them
    ``hint``        what to look at
    """

    kind: Kind
    order: int
    slope: float = np.inf
    steps: tuple[float, ...] = ()
    remainders: tuple[float, ...] = ()
    rounding: tuple[float, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        head = f"{self.kind}: the remainder falls as h^{self.slope:.2f}" if np.isfinite(self.slope) else (
            f"{self.kind}: the remainder is rounding" if self.steps else self.kind)  # fmt: skip
        lines = [f"{head}; that of right derivatives falls as h^{self.order + 1}"]
        if self.hint:
            lines.append(f"  {self.hint}")
        lines.append(f"  {'h':>10}  {'remainder':>10}  slope")
        slopes = [None, *_slopes(self.remainders)]
        clear = 0
        for h, r, noise, slope in zip(self.steps, self.remainders, self.rounding, slopes, strict=False):
            lost = r <= CLEAR * noise
            clear = clear + 1 if lost else 0
            if clear > 3:
                lines.append("  ... all smaller ones are rounding")
                break
            shown = "rounding" if lost else f"{slope:.2f}" if slope is not None and np.isfinite(slope) else ""
            lines.append(f"  {h:>10.3e}  {r:>10.3e}  {shown}".rstrip())
        return "\n".join(lines)


class TaylorError(Failed):
    """The remainder falls too slowly; ``report`` has its table."""

    report: TaylorReport


def taylor_test(
    f: Callable[..., object], *inputs: object, order: Literal[1, 2] = 1,
    mode: Literal["reverse", "forward"] = "reverse", grad: Callable[..., object] | None = None,
    vjp: Callable[..., object] | None = None, jvp: Callable[..., object] | None = None, parameters: object = (),
    kinks: bool = True, scale: float = 1.0, seed: int = 0, raises: bool = True,
) -> TaylorReport:  # fmt: skip
    """Does the remainder of f's Taylor polynomial fall as fast as right derivatives make it? If not, raise TaylorError.

        >>> report = taylor_test(np.exp, np.array([0.5, -1.0]))
        >>> report.kind, round(report.slope)
        ('correct', 2)

    ``inputs``      nests of floats, arrays, tensors, or Values, as for ``gradcheck``
    ``order``       2 takes the second derivatives into the polynomial and tests them
    ``mode``        whose derivatives: "reverse" or "forward"; at order 2 "forward" is forward over reverse
    ``grad``        a gradient of your own in place of the engine's; ``vjp`` and ``jvp`` likewise, as for ``gradcheck``
    ``parameters``  leaves that f uses from its closure, moved like inputs
    ``kinks``       where the slopes on both sides differ, accept one between them
    ``scale``       the typical size of the inputs; the first step is a quarter of it
    ``seed``        of the random direction v and weights u
    ``raises``      False returns a report that is not "correct" instead of raising
    """
    if order not in (1, 2):
        raise ValueError(f"taylor_test: order is 1 or 2, got {order!r}")
    if mode not in ("reverse", "forward"):
        raise ValueError(f"taylor_test: mode is 'reverse' or 'forward', got {mode!r}")
    map = mapped(f, inputs, parameters=parameters, grad=grad, vjp=vjp, jvp=jvp)
    if mode in map.missing:
        given = "forward" if mode == "reverse" else "reverse"
        raise TypeError(f"taylor_test: mode={mode!r}, but {map.missing[mode]}; pass mode={given!r} for what is given")
    report = _Expansion(map, mode, scale, seed, order).report(kinks)
    if raises and not report:
        raise TaylorError(report)
    return report


class _Expansion:
    """φ along a line through a point, beside its Taylor polynomial there.

    φ is computed in double precision, if the function follows its inputs' precision: single precision leaves little
    room between large steps and rounding. ``own`` is the rounding of the derivatives, in their precision.
    """

    def __init__(self, map: Map, mode: str, scale: float, seed: int, order: int) -> None:
        rng = stream(seed)
        self.map, self.mode, self.order = map, mode, order
        self.ys = map.results(map.arrays)
        single = sum(y.size for y in self.ys) == 1 and self.ys[0].dtype.kind == "f"
        self.weights = [np.ones_like(y) if single or map.sums else normal(rng, y) for y in self.ys]
        sizes = [np.maximum(np.abs(a), scale) for a in map.arrays]
        self.directions = [np.asarray(normal(rng, a) * s, a.dtype) for a, s in zip(map.arrays, sizes, strict=True)]
        self.own = float(max((np.finfo(a.dtype).eps for a in (*map.arrays, *self.ys)), default=0.0))
        self.arrays = [np.asarray(a, np.result_type(a.dtype, float)) for a in map.arrays]
        if not all(y.dtype == np.result_type(y.dtype, float) for y in map.results(self.arrays)):
            self.arrays = map.arrays  # it has a precision of its own
        self.eps = float(max((np.finfo(a.dtype).eps for a in (*self.arrays, *map.results(self.arrays))), default=0.0))

    def report(self, kinks: bool) -> TaylorReport:
        if not self.map.arrays or not self.ys:
            return TaylorReport("nothing", self.order, hint="There is no floating input, or no floating result.")
        if not all(np.isfinite(y).all() for y in self.ys):
            return TaylorReport("not differentiable", self.order, hint="The result itself is not finite.")
        line = _Line(self)
        if not np.isfinite([*line.first, line.second]).all():
            found = f"The derivatives along v are {line.first[0]:g} and {line.second:g}."
            return TaylorReport("not differentiable", self.order, hint=found)
        if len(line.steps) < 3:
            return TaylorReport("not differentiable", self.order, hint="The result is not finite a small step away.")
        return line.report(kinks)

    def gradient(self) -> list[Any] | None:
        """∇φ, unless the mode gives it only along v."""
        if self.order == 2:
            return self.map.gradient(self.weights).results(self.map.arrays)
        return self.map.reverse(self.weights) if self.mode == "reverse" else None

    def curvature(self) -> float:
        """<v, H v>"""
        gradient = self.map.gradient(self.weights)
        along = gradient.reverse(self.directions) if self.mode == "reverse" else gradient.forward(self.directions)
        return paired(along, self.directions)[0]

    def moved(self, h: float) -> list[Any]:
        pairs = zip(self.arrays, self.directions, strict=True)
        return [np.asarray(a + a.dtype.type(h) * v, a.dtype) for a, v in pairs]

    def sum(self, arrays: Sequence[Any]) -> tuple[float, float]:
        """φ there, and the size of its terms. At order 2 φ is what a map's ``gradient`` belongs to."""
        with np.errstate(all="ignore"):
            ys = self.map.results(arrays)
            wide = [y.astype(np.result_type(y.dtype, np.float64)) for y in ys]
            if self.order == 2:
                wide = [z + z * z / (2 * max(1.0, size(y))) for y, z in zip(self.ys, wide, strict=True)]
            return paired(self.weights, wide)


class _Line:
    """The remainders on both sides, and what rounding may have done to them.

    ``first``    <∇φ, v>, and the size of its terms; ``second`` is <v, H v>, 0 at order 1
    ``right``    the slopes of the side ahead, (φ(x + h v) - φ(x)) / h; ``left`` those of the side behind
    """

    def __init__(self, at: _Expansion) -> None:
        self.order = at.order
        gradient = at.gradient()
        self.second = at.curvature() if at.order == 2 else 0.0
        if gradient is not None:
            self.first = paired(gradient, at.directions)
            inner = paired(gradient, at.arrays)[1]  # what rounding of the inputs does
        else:
            self.first = paired(at.weights, at.map.forward(at.directions))
            inner = 16 * self.first[1]
        count = int((np.log2(1 / at.eps) - 2) / np.log2(RATIO))
        (here, terms), rows = at.sum(at.arrays), []
        for h in (0.25 / RATIO**k for k in range(count)):
            row = [h]
            for sign in (1.0, -1.0):
                arrays = at.moved(sign * h)
                value, some = at.sum(arrays)
                linear = sign * h * self.first[0]
                if gradient is not None:  # along the step that was really taken
                    linear = paired(gradient, [b - a for a, b in zip(at.arrays, arrays, strict=True)])[0]
                row += [value - here, linear, some]
            rows.append(row)
        table: NDArray[Any] = np.array(rows)
        finite: NDArray[Any] = np.isfinite(table).all(axis=1)
        inside = len(rows) - int(np.argmin([*finite.tolist()[::-1], False]))  # of the domain, from here on
        h, up, linear, most, down, back, least = table[inside:].T if inside < len(rows) else np.zeros((7, 0))
        self.steps = tuple(h.tolist())
        second = np.abs(up - linear + down - back)  # φ'' h², and rounding
        jitter = np.max(second[h <= np.sqrt(at.eps)], initial=0.0)
        if jitter > np.sqrt(at.eps) * np.max(np.abs([up, down]), initial=0.0):
            jitter = 0.0  # so much is no rounding: a jump, a corner
        bound = at.eps * (terms + np.maximum(most, least) + inner) + at.own * h * self.first[1]
        self.rounding = np.maximum(bound, jitter)
        with np.errstate(all="ignore"):
            self.right, self.left = (self.first[0] + (up - linear) / h), (self.first[0] - (down - back) / h)
        curved = h * h / 2 * self.second
        self.remainders = np.maximum(np.abs(up - linear - curved), np.abs(down - back - curved))

    def report(self, kinks: bool) -> TaylorReport:
        slope, last = self._tail()
        numbers = (slope, self.steps, tuple(self.remainders.tolist()), tuple(self.rounding.tolist()))
        if slope > self.order + 0.5:
            return TaylorReport("correct", self.order, *numbers)
        if slope < 0.5:
            text = "It hardly falls: does the function draw random numbers, or jump here?"
            return TaylorReport("wrong", self.order, *numbers, hint=text)
        left, right, h = self.left[last], self.right[last], self.steps[last]
        gap, gaps = abs(right - left), np.abs(self.right - self.left)
        if self.order == 1 and gap * h > CLEAR * self.rounding[last] and gap > gaps[max(last - 2, 0)] / 2:
            story = f"The slope along v is {left:.6g} to the left and {right:.6g} to the right: the given one is "
            allowed = CLEAR * self.rounding[last] / h + 1e-3 * gap
            if min(left, right) - allowed <= self.first[0] <= max(left, right) + allowed:
                return TaylorReport("correct" if kinks else "kink", 1, *numbers, f"{story}{self.first[0]:.6g}.")
            return TaylorReport("wrong", 1, *numbers, f"{story}{self.first[0]:.6g}.")
        if not self._settled(last, slope):
            return TaylorReport("precision", self.order, *numbers, "Rounding hides what small steps would show: "
                                "compute in float64, or move the inputs nearer to 0.")  # fmt: skip
        middles, given = (self.left + self.right) / 2, self.first[0]
        middle = middles[int(np.argmin(np.abs(np.diff(middles))))]
        if self.order == 1:
            times = f": {given / middle:.6g} times as much" if middle else ""
            hint = f"Along v differences have the slope {middle:.6g}, the given derivative is {given:.6g}{times}."
        else:
            hint = "The second derivatives are wrong." if slope > 1.5 else "The first derivatives are wrong already."
        return TaylorReport("wrong", self.order, *numbers, hint=hint)

    def _tail(self) -> tuple[float, int]:
        """The power with which the remainder falls before it is lost in rounding, and the last step before that."""
        clear = np.flatnonzero(np.greater(self.remainders, CLEAR * self.rounding)).tolist()
        if not clear:
            return np.inf, 0
        last = clear[-1]
        lost = CLEAR * self.rounding[last + 1 : last + 3]
        fall = np.log(self.remainders[last] / lost) / np.log(RATIO) / np.arange(1, len(lost) + 1)
        if np.max(fall, initial=0.0) > self.order + 0.5:  # at once, as where no kink is in reach any more
            return np.inf, last
        start = last
        while start - 1 in clear and last - start < TAIL:
            start -= 1
        if start == last:
            return np.inf, last  # a single number tells nothing
        falls = [
            np.log(self.remainders[k] / self.remainders[last]) / np.log(RATIO) / (last - k) for k in (start, last - 1)
        ]
        return float(max(falls)), last

    def _settled(self, last: int, slope: float) -> bool:
        """Have differences come to an end there, much nearer to it than to the given derivative?"""
        if last == 0:
            return False
        if slope > 1.5:  # the second derivative
            found = (self.right - self.left)[last - 1 : last + 1] / self.steps[last - 1 : last + 1]
            return bool(abs(found[1] - found[0]) < abs(found[1] - self.second) / 2)
        found = (self.left + self.right)[last - 1 : last + 1] / 2
        return bool(abs(found[1] - found[0]) < abs(found[1] - self.first[0]) / 2)


def _slopes(remainders: Sequence[float]) -> list[float]:
    """The power of h between neighbouring steps."""
    with np.errstate(all="ignore"):
        return [float(np.log(np.float64(a) / b) / np.log(RATIO)) for a, b in itertools.pairwise(remainders)]
