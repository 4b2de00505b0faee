"""Derivatives from differences alone, each with an estimate of its error.

    f(x + h) - f(x - h)
    -------------------  =  f'(x) + h² f'''(x)/6 + h⁴ f⁽⁵⁾(x)/120 + ...
            2h

is taken at steps that shrink by a factor of 4. Neville's table extrapolates the sequence to h = 0, in h² (Ridders,
"Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4, 1982; Press et al., Numerical
Recipes, 5.7). A number's error is how far it is from the numbers that it was extrapolated from, and the rounding of f
divided by the step. Slopes of one side, (f(x + h) - f(x)) / h, are extrapolated in h.

Convention: the results of a function are one vector of real numbers, and last in it stands their weighted sum
φ = Re Σ u y, whose slope a gradient gives. All steps are those that were really taken: x + h as it was rounded, less x.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..typing import NDArray

Numbers = NDArray[Any]
RATIO = 4  # of one step to the next
COLUMNS = 5  # of Neville's table
MUCH = 20  # times the noise that shows: more is no noise
NOISY = 10  # of the steps, at most, in which noise shows; of fewer than 30, a third
LAST = 4  # of the steps, which need not agree with larger ones


def stacked(ys: Sequence[Numbers]) -> Numbers:
    """Results as one vector of real numbers: of complex ones the real parts, then the imaginary ones."""
    parts = [part.ravel() for y in ys for part in ((y.real, y.imag) if y.dtype.kind == "c" else (y,))]
    return np.concatenate([p.astype(np.result_type(p.dtype, float), copy=False) for p in parts] or [np.zeros(0)])


def weighing(us: Sequence[Numbers]) -> Numbers:
    """The vector w with w · stacked(ys) = Re Σ u y."""
    return stacked([np.conj(u) for u in us])


def length(v: Numbers) -> Numbers:
    """The Euclidean norm along the last axis, without overflow."""
    most = np.max(np.abs(v), axis=-1, initial=0.0)
    unit = np.where((most > 0) & np.isfinite(most), most, 1.0)
    return np.asarray(unit * np.sqrt(np.sum(np.square(v / unit[..., None]), axis=-1)))


@dataclass
class Direction:
    """A way to move input ``k``: one element (along 1 or i), or all of them, each up or down."""

    k: int
    index: tuple[int, ...] = ()
    unit: complex = 1.0
    signs: Numbers | None = None

    def moved(self, arrays: Sequence[Numbers], h: float) -> tuple[list[Numbers], float]:
        """The inputs after a step h, and the step that was really taken."""
        x = arrays[self.k]
        if self.signs is None:
            new = x.copy()
            new[self.index] += x.dtype.type(h * self.unit)
            taken = new[self.index] - x[self.index]
            step = float(taken.imag if self.unit == 1j else taken.real)
        else:
            new = np.asarray(x + (h * self.signs).astype(x.dtype))
            step = float(np.mean(np.real((new - x) * np.conj(self.signs))))
        return [*arrays[: self.k], new, *arrays[self.k + 1 :]], step

    def tangents(self, arrays: Sequence[Numbers]) -> list[Numbers]:
        """The direction in the form of the inputs."""
        made = [np.zeros_like(a) for a in arrays]
        if self.signs is None:
            made[self.k][self.index] = self.unit
        else:
            made[self.k] = self.signs.astype(made[self.k].dtype)
        return made

    def along(self, gradient: Numbers) -> float:
        """Re Σ g v, the slope that a gradient claims."""
        if self.signs is None:
            return float(np.real(gradient[self.index] * self.unit))
        return float(np.real(np.sum(gradient * self.signs, dtype=np.result_type(gradient.dtype, float))))

    def start(self, arrays: Sequence[Numbers]) -> tuple[float, float]:
        """How large what moves is, and the distance to the next number there is."""
        x = arrays[self.k] if self.signs is not None else arrays[self.k][self.index]
        part = x.imag if self.unit == 1j else x.real
        return float(np.max(np.abs(part))), float(np.max(np.spacing(np.abs(part))))


class Side:
    """A table of extrapolated slopes, [step, column, component], and the best of it.

    ``local``  the best number for each step, with ``error_of_local``, whatever smaller steps say
    ``value``  the best of all that smaller steps agree with, with its ``error``
    """

    def __init__(self, table: Numbers, errors: Numbers) -> None:
        self.table = table
        self.local, self.error_of_local = _best(table, errors, 1)
        self.errors = errors

    def weigh(self, errors: Numbers) -> None:
        """Choose the best by these errors."""
        self.errors = errors
        by_step, error_by_step = _best(self.table, errors, 1)
        value, error = _best(by_step, error_by_step, 0)
        self.value, self.error = value, error


def _best(numbers: Numbers, errors: Numbers, axis: int) -> tuple[Numbers, Numbers]:
    """Along an axis, the numbers with the smallest errors, and these."""
    at = np.expand_dims(np.argmin(errors, axis=axis), axis)
    return np.take_along_axis(numbers, at, axis).squeeze(axis), np.take_along_axis(errors, at, axis).squeeze(axis)


class Slopes:
    """The slopes of all components along a direction.

    ``steps``    the steps h, the largest first; ``before`` and ``after`` are those really taken on the two sides
    ``up``       f(x + h) - f(x), and ``down`` f(x) - f(x - h), [step, component]
    ``noise``    the rounding error of f
    ``central``  the extrapolated slope across the point; ``left`` and ``right`` are those of its two sides
    ``hidden``   the slope that may hide in what never moved, because it is lost in rounding
    ``sizes``    the largest number in the array that each component is of
    ``nearby``   the largest step that stays near; ``own`` is the distance of the point from 0
    """

    def __init__(
        self, steps: Numbers, sides: Numbers, up: Numbers, down: Numbers, noise: Numbers, hidden: Numbers,
        sizes: Numbers, nearby: float, own: float,
    ) -> None:  # fmt: skip
        self.steps, self.up, self.down, self.noise, self.hidden = steps, up, down, noise, hidden
        self.sizes, self.nearby, self.own = sizes, nearby, own
        self.before, self.after = sides[:, :1], sides[:, 1:]
        self.last = min(LAST, max(1, len(steps) // 6))
        with np.errstate(all="ignore"):
            self.raw = (up + down) / (self.before + self.after)

    @functools.cached_property
    def central(self) -> Side:
        """The slope across the point."""
        both = self.before + self.after
        with np.errstate(all="ignore"):
            uneven = np.abs(self.after - self.before) / both * self.gaps
            return self._side(self.raw, uneven, both / 2, RATIO**2)

    @functools.cached_property
    def right(self) -> Side:
        with np.errstate(all="ignore"):
            return self._side(self.up / self.after, 0.0, self.after / 2, RATIO)

    @functools.cached_property
    def left(self) -> Side:
        with np.errstate(all="ignore"):
            return self._side(self.down / self.before, 0.0, self.before / 2, RATIO)

    @functools.cached_property
    def gaps(self) -> Numbers:
        """How far apart the slopes of the two sides are, [step, component]."""
        with np.errstate(all="ignore"):
            return np.asarray(np.abs(self.up / self.after - self.down / self.before))

    @functools.cached_property
    def jitter(self) -> Numbers:
        """The noise of f as it shows in f(x + h) - 2 f(x) + f(x - h) at the smallest steps.

        Noise is as large at all of them, and may be 0 at some; a curve grows by 16 from one to the next, and a kink by
        4, in proportion to h.
        """
        with np.errstate(all="ignore"):
            bend = self.up - self.down
            shown = np.abs(bend)
            shown[:-1] = np.fmin(shown[:-1], np.abs(bend[:-1] - RATIO * bend[1:]))
            most = np.zeros(bend.shape[1])
            level = np.ones(bend.shape[1], bool)
            seen = np.zeros(bend.shape[1])
            for step in shown[::-1][: min(NOISY, max(1, len(shown) // 3))]:
                level &= (seen < 3) | (step <= 2 * RATIO * np.fmax(most, self.noise[-1]))
                most = np.where(level, np.fmax(most, step), most)
                seen += step > 0
        return np.asarray(np.fmax(most, self.noise[-1]))

    def _side(self, quotients: Numbers, besides: Any, halves: Numbers, factor: int) -> Side:
        side = extrapolated(self.steps, quotients, np.fmax(self.noise, self.jitter) / halves + besides, factor)
        allowed, errors = MUCH * self.jitter / halves, side.errors.copy()
        for k in range(len(self.steps) - self.last - 1):  # smaller steps must agree, but for the noise
            for j in range(COLUMNS):
                off = np.abs(quotients[k + 1 : -self.last] - side.table[k, j]) - allowed[k + 1 : -self.last]
                errors[k, j] = np.fmax(errors[k, j], np.fmax.reduce(off, axis=0))
        side.weigh(errors)
        return side

    @functools.cached_property
    def typical(self) -> Numbers:
        """The largest slope seen nearby: what "small" is measured against."""
        near = (self.steps <= self.nearby)[:, None]
        with np.errstate(all="ignore"):
            seen = np.abs(np.stack([self.up / self.after, self.down / self.before]))
            clear = np.abs(np.stack([self.up, self.down])) > 10 * self.noise
        return np.asarray(np.max(np.where(near & clear & np.isfinite(seen), seen, 0.0), axis=(0, 1), initial=0.0))

    def only(self, components: Numbers, weights: Numbers) -> Slopes:
        """These components, the weighted sum of the others, and φ."""
        others = np.setdiff1d(np.arange(self.up.shape[1] - 1), components)
        sides = np.concatenate([self.before, self.after], axis=1)
        w = weights[others]

        def reduced(part: Numbers, others_of_it: Numbers) -> Numbers:
            return np.concatenate([part[:, components], others_of_it[:, None], part[:, -1:]], axis=1)

        with np.errstate(all="ignore"):
            up, down = (reduced(part, np.sum(part[:, others] * w, axis=1)) for part in (self.up, self.down))
            noise = reduced(self.noise, 2 * length(self.noise[:, others] * w))
            hidden, sizes = (
                np.concatenate([part[components], [length(part[others] * w)], part[-1:]])
                for part in (self.hidden, self.sizes)
            )
        return Slopes(self.steps, sides, up, down, noise, hidden, sizes, self.nearby, self.own)

    def of(self, component: int) -> tuple[tuple[float, float], ...]:
        """The sweep of one component: (step, quotient) pairs."""
        return tuple((float(h), float(d)) for h, d in zip(self.steps, self.raw[:, component], strict=True))


def extrapolated(steps: Numbers, quotients: Numbers, rounding: Numbers, factor: int) -> Side:
    """Neville's table: the column j has lost the first j terms of the error."""
    count, width = quotients.shape
    table = np.full((count, COLUMNS, width), np.nan)
    errors = np.full_like(table, np.inf)
    table[:, 0] = quotients
    follows = np.zeros(count, bool)
    follows[1:] = np.isclose(steps[:-1] / steps[1:], RATIO)
    errors[:, 0][follows] = np.abs(quotients[follows] - quotients[np.flatnonzero(follows) - 1])
    rows = np.flatnonzero(follows)
    for j in range(1, COLUMNS):
        rows = rows[np.isin(rows - 1, rows)] if j > 1 else rows
        here, before = table[rows, j - 1], table[rows - 1, j - 1]
        table[rows, j] = here + (here - before) / (factor**j - 1)
        errors[rows, j] = np.maximum(np.abs(table[rows, j] - here), np.abs(table[rows, j] - before))
    errors += 2 * rounding[:, None]
    bad = ~np.isfinite(table) | ~np.isfinite(errors)
    errors[bad] = np.inf
    table[bad] = np.nan
    return Side(table, errors)


class Line:
    """The results along a direction from a point.

    ``evaluate``  the floating results at some arrays
    ``weights``   of the results in φ
    ``scale``     the typical size of inputs
    """

    def __init__(
        self, evaluate: Callable[[Sequence[Numbers]], list[Numbers]], arrays: Sequence[Numbers], direction: Direction,
        results: Sequence[Numbers], weights: Numbers, scale: float,
    ) -> None:  # fmt: skip
        self.evaluate, self.arrays, self.direction = evaluate, arrays, direction
        self.weights, self.scale = weights, scale
        self.results, self.here = results, stacked(results)
        kinds = [np.finfo(a.dtype).eps for a in arrays]
        parts = [(y.size * (2 if y.dtype.kind == "c" else 1), np.finfo(y.dtype).eps) for y in results]
        self.eps = np.repeat([max(float(e), *map(float, kinds)) for _, e in parts], [n for n, _ in parts])
        self.coarse = float(np.max(self.eps, initial=0.0))
        largest = np.repeat([float(np.max(np.abs(y), initial=0.0)) for y in results], [n for n, _ in parts])
        self.sizes = np.append(largest, np.max(np.abs(weights) * largest, initial=0.0))
        # next to far larger numbers in the same array, one may be a rest of their rounding
        self.floor = np.where(np.abs(self.here) <= 1e3 * self.eps * largest, self.eps * largest, 0.0)
        self.trouble = ""  # what the function said where it could not be called
        self.size, self.spacing = direction.start(arrays)

    def first(self) -> Slopes:
        """Three steps that suit most functions."""
        base = min(max(self.size, self.scale / 8), self.scale)
        h = 2.0 ** round(np.log2(max(base * self.coarse ** (1 / 13), 64 * self.spacing)))
        return self.slopes([h, h / RATIO, h / RATIO**2])

    def few(self) -> Slopes:
        """Three steps 1,000 times smaller than the first, where that is possible."""
        base = min(max(self.size, self.scale / 8), self.scale)
        h = 2.0 ** round(np.log2(max(base * self.coarse ** (1 / 13) * 2.0**-10, 64 * self.spacing)))
        return self.slopes([h, h / RATIO, h / RATIO**2])

    def all(self, shift: float = 1.0) -> Slopes:
        """Steps of all sizes, from that of the input down to where no number lies between; ``shift`` moves them all."""
        top, least = max(self.size, self.scale), 4 * self.spacing
        if self.size == 0:
            steps = _ladder(top, top * 2.0**-44)
        elif self.size >= self.scale * 2.0**-30:
            steps = _ladder(top, least)
        else:
            steps = _ladder(top, top * 2.0**-44) + _ladder(self.size, max(least, self.size * 2.0**-34))
        return self.slopes([h * shift for h in steps])

    def complex_step(self) -> Numbers | None:
        """Im f(x + i h v) / h: the slopes without a difference, and so exact to rounding; None where f is not for that.

        The step is far below rounding. Nothing cancels, but f must be analytic: functions such as abs and real, and
        comparisons, break that. So it is no judge by itself. Squire and Trapp, "Using complex variables to estimate
        derivatives of real functions", SIAM Review 40, 1998.
        """
        kinds = {a.dtype for a in (*self.arrays, *self.results)}
        if kinds != {np.dtype(float)}:
            return None
        h = 2.0**-64 * max(self.size, self.scale)
        signs: Any = self.direction.signs
        moved = [a.astype(complex) if k == self.direction.k else a for k, a in enumerate(self.arrays)]
        if signs is None:
            moved[self.direction.k][self.direction.index] += 1j * h
        else:
            moved[self.direction.k] += 1j * h * signs
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("error")  # where an imaginary part is dropped, NumPy warns
                ys = self.evaluate(moved)
        except Exception:  # whatever a function says to numbers it was not written for
            return None
        if [y.shape for y in ys] != [y.shape for y in self.results]:
            return None
        z = np.concatenate([y.ravel() for y in ys]).astype(complex)
        if not np.allclose(z.real, self.here, rtol=1e-9, atol=0.0):
            return None
        slopes = z.imag / h
        return np.append(slopes, np.sum(slopes * self.weights))

    def slopes(self, steps: Sequence[float]) -> Slopes:
        taken, up, down, noise = [], [], [], []
        with np.errstate(all="ignore"):
            for h in steps:
                (after, right), (before, left) = self.at(h), self.at(-h)
                if not right > 0 or not left < 0:
                    continue
                taken.append((h, -left, right))
                up.append(after - self.here)
                down.append(self.here - before)
                big = self.eps * np.maximum(np.abs(self.here), np.maximum(np.abs(after), np.abs(before)))
                noise.append(np.maximum(big, self.floor))
        every = np.array(taken).reshape(-1, 3)
        ups, downs = (np.array(part).reshape(len(taken), len(self.here)) for part in (up, down))
        noises, lost = _noise(np.array(noise).reshape(ups.shape), ups, downs, self.coarse)
        sums = [np.sum(part * self.weights, axis=1, keepdims=True) for part in (ups, downs)]
        moving = np.where(lost > 0, 0.0, noises)
        sums.append(2 * length(moving * self.weights)[:, None])
        up_, down_, noise_ = (np.concatenate(pair, axis=1) for pair in zip((ups, downs, noises), sums, strict=True))
        reach = every[0, 0] if len(every) else 1.0
        lost = np.append(lost, length(lost * self.weights)) / reach
        return Slopes(every[:, 0], every[:, 1:], up_, down_, noise_, lost, self.sizes, self.scale / 4, self.size)

    def at(self, h: float) -> tuple[Numbers, float]:
        """The results after a step h, and the step that was really taken; NaN where f cannot be called."""
        arrays, step = self.direction.moved(self.arrays, h)
        try:
            there = stacked(self.evaluate(arrays))
        except Exception as error:  # it could at the point itself, so it is the number that it does not like
            self.trouble = self.trouble or f"{type(error).__name__}: {error}"
            there = np.empty(0)
        if there.shape != self.here.shape:
            return np.full(self.here.shape, np.nan), step
        return there, step


def _noise(noise: Numbers, ups: Numbers, downs: Numbers, eps: float) -> tuple[Numbers, Numbers]:
    """The rounding errors of f, where they are not just those of its result, ε |f|; and what never moves: by how much.

    What does not move at the largest step is constant up to rounding. What moves in large steps, but not in small ones,
    moves by multiples of a quantum. That is larger than ε |f| where digits were lost on the way, as in log(1 + x²).
    """
    if not len(noise):
        return noise, np.zeros(noise.shape[1])
    still = (ups == 0) & (downs == 0)
    never = still.all(axis=0)
    lost = np.where(never, np.maximum(noise[0], eps), 0.0)  # of numbers about 1 on the way, at the least
    for m in np.flatnonzero(still[-2:].all(axis=0) & ~never):
        moves = np.abs(np.concatenate([ups[:, m], downs[:, m]]))
        moves = moves[np.isfinite(moves) & (moves > 0)]
        if not len(moves):
            continue
        quantum = moves.min()
        ratios = moves[moves < 50 * quantum] / quantum
        whole = len(ratios) > 3 and np.all(np.abs(ratios - np.round(ratios)) < 0.02)
        known = quantum <= 4 * eps or (whole and quantum <= max(1e3 * eps, 1e-7 * moves.max()))
        noise[:, m] = np.maximum(noise[:, m], quantum if known else 4 * eps * moves.max())
    return noise, lost


def _ladder(top: float, bottom: float) -> list[float]:
    """Powers of 2 from about ``top`` to ``bottom``, each a quarter of the one before."""
    high, low = np.ceil(np.log2(top)), np.log2(bottom)
    return [float(2.0 ** (high - 2 * k)) for k in range(max(3, int((high - low) // 2) + 1))]
