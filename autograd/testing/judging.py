"""One claimed derivative against the slopes of its function: does it agree, to what can be known?

    |claim - numeric| <= 10 (error of the estimate) + (rounding of the claim)

Convention: a claim is acquitted by any evidence that fits it: the estimate of the smallest error, a run of steps that
agree with it and not with that estimate (the function is another one on a smaller scale, as beside a corner), or slopes
of two sides that differ and have it between them. It is convicted only if there is none, and an estimate excludes it.
Everything is done for all components at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..typing import NDArray
from .differences import RATIO, Side, Slopes, length
from .report import Kind
from .singular import jumping, steep

Numbers = NDArray[Any]
MARGIN = 10  # times the estimate of an error: what a derivative may be off
KINDS: tuple[Kind, ...] = ("correct", "kink", "precision", "not differentiable", "wrong")  # the numbers of verdicts
CORRECT, KINK, PRECISION, SINGULAR, WRONG = range(len(KINDS))


@dataclass
class Judgement:
    """For each component the verdict as a number, the estimate and its error, and what the claim may be off by."""

    verdict: Numbers
    claims: Numbers
    numeric: Numbers
    error: Numbers
    allowed: Numbers
    left: Numbers
    right: Numbers
    slopes: Slopes

    def numbers(self) -> tuple[Numbers, ...]:
        return self.verdict, self.claims, self.numeric, self.error, self.allowed, self.left, self.right

    def copy(self) -> Judgement:
        verdict, claims, numeric, error, allowed, left, right = (part.copy() for part in self.numbers())
        return Judgement(verdict, claims, numeric, error, allowed, left, right, self.slopes)

    def put(self, places: Numbers, other: Judgement, theirs: Numbers) -> None:
        """At these places, what another judgement has at its own."""
        for mine, its in zip(self.numbers(), other.numbers(), strict=True):
            mine[places] = its[theirs]

    def take(self, other: Judgement, where: Numbers) -> None:
        """What another judgement of the same components says, at some of them."""
        self.put(np.flatnonzero(where), other, np.flatnonzero(where))

    def off(self) -> Numbers:
        """How far each claim is from the estimate, for what it may be."""
        with np.errstate(all="ignore"):
            off = np.abs(self.claims - self.numeric) / self.allowed
        return np.where(np.isnan(off), np.where(self.claims == self.numeric, 0.0, np.inf), off)

    def rank(self, m: int) -> tuple[int, float]:
        """How bad the verdict on a component is."""
        return int(self.verdict[m]), float(self.off()[m])

    def worst(self, among: Numbers) -> int:
        """The component whose verdict is worst; of several, the one that is off the most."""
        return int(among[np.lexsort((self.off()[among], self.verdict[among]))[-1]])


@dataclass
class Rules:
    """What a claim may be off by.

    ``rounding``  of the claims, relative to the terms they are sums of: ``terms``
    ``unsure``    the relative error of an estimate from which on nothing can be judged
    ``slack``     what the user allows, absolute
    ``largest``   derivative of this input, against which others may be small
    ``reach``     the size of what moves
    ``kinks``     is any slope between those of the two sides right?
    """

    rounding: float
    unsure: float
    slack: float
    largest: float
    reach: float
    kinks: bool


def magnitude(claims: Numbers) -> Numbers:
    """How large claims are; 0 for an infinite one, which is no measure of what may be off."""
    return np.where(np.isinf(claims), 0.0, np.abs(claims))


def at_once(slopes: Slopes, claims: Numbers, claimed: Numbers, whole: Numbers, rules: Rules) -> Judgement:
    """The judgement from three steps; all that they do not settle is called PRECISION.

    Of components of which nothing is ``claimed`` they settle whether they are smooth. ``whole`` are the sizes of what
    each is a part of: the largest slope in the same array.
    """
    a, raw = claims, slopes.raw
    if len(raw) < 3:
        open_ = np.full(a.shape, PRECISION)
        nan = np.full(a.shape, np.nan)
        return Judgement(open_, a, nan, nan + np.inf, nan + np.inf, nan.copy(), nan.copy(), slopes)
    with np.errstate(all="ignore"):
        fine = raw[1:] + (raw[1:] - raw[:-1]) / (RATIO**2 - 1)
        n = fine[1] + (fine[1] - fine[0]) / (RATIO**4 - 1)
        right, left = slopes.up / slopes.after, slopes.down / slopes.before
        noise = 2 * slopes.noise[-1] / slopes.after[-1]
        gaps = np.abs(right - left)
        seen = np.maximum(np.abs(right), np.abs(left)).max(axis=0)
        size = np.maximum(magnitude(a), np.abs(n))
        error = np.maximum(np.abs(n - fine[1]), np.abs(n - fine[0])) + 2 * noise
        tiny = 1e-9 * whole
        allowed = 1e-8 * size + tiny + 4 * noise + rules.rounding * np.maximum(size, seen) + rules.slack
        still = (a == 0) & (seen == 0)
        clear = 4 * noise <= 0.1 * rules.unsure * np.maximum(np.maximum(size, seen), whole)
        smooth = gaps[2] <= 0.5 * gaps[1] + 8 * noise + 1e-8 * seen + tiny
        settled = still | (smooth & (~claimed | ((np.abs(a - n) <= allowed) & clear)))
        ends = [q[2] + (q[2] - q[1]) / (RATIO - 1) for q in (left, right)]
    verdict = np.where(settled, CORRECT, PRECISION)
    return Judgement(verdict, a, n, error, np.maximum(allowed, MARGIN * error), ends[0], ends[1], slopes)


def plainly_wrong(j: Judgement, finer: Slopes, rules: Rules) -> Numbers:
    """The components whose claim is far off a slope that three large steps and three small ones agree on.

    The large ones must converge as those of a smooth function do, so that there is no corner near.
    """
    raw, others = j.slopes.raw, finer.raw
    if len(raw) < 3 or len(others) < 3:
        return np.zeros(j.claims.shape, bool)
    with np.errstate(all="ignore"):
        off = np.abs(j.claims - j.numeric)
        noise = 2 * np.fmax(j.slopes.noise[-1] / j.slopes.after[-1], finer.noise[-1] / finer.after[-1])
        changes, gaps = np.abs(np.diff(raw, axis=0)), j.slopes.gaps
        regular = (changes[1] <= changes[0] / 8 + 8 * noise) & (gaps[1] <= gaps[0] / 2 + 8 * noise)
        regular &= (gaps[2] <= gaps[1] / 2 + 8 * noise) & (gaps[2] <= 0.05 * off + 8 * noise)
        same = np.abs(others - j.numeric).max(axis=0) <= 0.01 * off
        size = np.maximum(magnitude(j.claims), np.abs(j.numeric))
        far = (off > 100 * j.allowed) & (off > rules.unsure * size) & (100 * noise < off)
        far &= (off * finer.after[-1] > rules.rounding * finer.sizes) & (off > MARGIN * finer.hidden)
        far &= (finer.up != 0).all(axis=0)
    return np.asarray(regular & same & far)


def judged(slopes: Slopes, claims: Numbers, rules: Rules, weights: Numbers) -> Judgement:
    """The judgement from a whole sweep."""
    a, c = claims, slopes.central
    left, right = slopes.left, slopes.right
    with np.errstate(all="ignore"):
        n, e = c.value.copy(), c.error + _rough(slopes)
        gap = np.abs(right.value - left.value)
        known = np.maximum(np.abs(right.value), np.abs(left.value))
        kink = gap > MARGIN * (left.error + right.error) + 1e3 * rules.rounding * known
        low, high = np.minimum(left.value, right.value), np.maximum(left.value, right.value)
        beyond = left.error + right.error
        _of_the_sum(kink, low, high, beyond, c, weights)
        size = np.maximum(magnitude(a), np.abs(n))
        scale = np.maximum(np.maximum(size, slopes.typical), rules.largest)
        rounding = rules.rounding * (size + slopes.sizes / (32 * slopes.nearby)) + rules.slack
        rounding[-1] += rules.rounding * np.nansum(np.abs(weights * n[:-1]))
        allowed = MARGIN * e + rounding
        near = np.abs(a - n) <= allowed
        between = kink & (a >= low - MARGIN * beyond - rounding) & (a <= high + MARGIN * beyond + rounding)
        there, its_error = _elsewhere(c, a, rounding, rules)
        found = np.isfinite(there) & ~near
        n, e = np.where(found, there, n), np.where(found, its_error, e)
        vague = near & ~kink & (MARGIN * e > rules.unsure * scale) & ~_unmoved(slopes, a, e, rules)
        vague &= np.abs(a - n) > 0.01 * rules.unsure * size  # better than by chance
        settled = np.isfinite(left.error) & np.isfinite(right.error)
        settled &= left.error + right.error <= 0.05 * known + rounding
        singular = steep(slopes, ~settled) | jumping(slopes)
    verdict = np.full(a.shape, WRONG)
    verdict[near | found | between] = CORRECT
    verdict[vague & ~found & ~between] = PRECISION
    doubtful, no_matter = _in_doubt(slopes, a, n, allowed)
    verdict[(verdict == WRONG) & doubtful] = PRECISION
    verdict[doubtful & no_matter & ~vague] = CORRECT
    unknown = ~np.isfinite(e) | (np.isnan(a) & (MARGIN * e > rules.unsure * scale))
    verdict[unknown & ~between] = PRECISION
    verdict[kink & ~between & np.isnan(a)] = KINK
    if not rules.kinks:
        verdict[kink] = KINK
    verdict[singular] = SINGULAR
    shown = kink & ~found
    n = np.where(shown, np.clip(np.where(np.isnan(a), n, a), low, high), n)
    e = np.where(shown, beyond, e)
    return Judgement(verdict, a, n, e, np.maximum(MARGIN * e + rounding, 0), left.value, right.value, slopes)


def at_finest(slopes: Slopes, a: Numbers, off: Numbers) -> Numbers:
    """Has the very smallest step the claim, and is it clear of rounding?"""
    if not len(slopes.raw):
        return np.zeros(a.shape, bool)
    with np.errstate(all="ignore"):
        clear = np.isfinite(off) & (slopes.noise[-1] / slopes.after[-1] <= 0.01 * off)
        return np.asarray(clear & (np.abs(slopes.raw[-1] - a) <= 0.3 * off))


def _in_doubt(slopes: Slopes, a: Numbers, n: Numbers, allowed: Numbers) -> tuple[Numbers, Numbers]:
    """Claims that look wrong, but may be right where nobody can see it; and those of which that does not matter.

    So it is where what never moves is lost in rounding, where f would have to leave its range within the smallest
    step, where a corner at 0 is so near that rounding hides it, where the sides differ by as much as the claim is off,
    though not surely, and where the very smallest step has the claim (of sin at 1e15 no step is small).
    """
    with np.errstate(all="ignore"):
        off = np.abs(a - n)
        moves = np.fmax.reduce(np.abs(np.concatenate([slopes.up, slopes.down])), axis=0)
        lost = (slopes.hidden > 0) & (off <= allowed + 1e6 * slopes.hidden)
        beyond = magnitude(a) * slopes.after.min(initial=np.inf) > 0.1 * moves
        corner = (slopes.own > 0) & (off * slopes.own <= MARGIN * slopes.noise[-1])
        left, right = slopes.left, slopes.right
        gap, slack = np.abs(right.value - left.value), left.error + right.error
        low, high = np.minimum(left.value, right.value), np.maximum(left.value, right.value)
        sides = (gap > 0.5 * off) & (a >= low - slack) & (a <= high + slack)
        fast = at_finest(slopes, a, off)
        no_matter = lost & (off <= allowed + MARGIN * slopes.hidden)
    return lost | (beyond & (moves > 0)) | corner | sides | fast, no_matter


def _of_the_sum(kink: Numbers, low: Numbers, high: Numbers, beyond: Numbers, central: Side, weights: Numbers) -> None:
    """Where components have kinks: which slopes of φ are between, when each component may choose one by itself."""
    bent = kink[:-1]
    if not bent.any():
        return
    ends = np.stack([weights * low[:-1], weights * high[:-1]])
    smooth = np.where(bent, 0.0, weights * central.value[:-1])
    low[-1] = np.sum(np.where(bent, ends.min(axis=0), smooth))
    high[-1] = np.sum(np.where(bent, ends.max(axis=0), smooth))
    errors = np.where(bent, beyond[:-1], central.error[:-1])
    beyond[-1] = length(weights * errors)
    kink[-1] = True


def _elsewhere(c: Side, a: Numbers, rounding: Numbers, rules: Rules) -> tuple[Numbers, Numbers]:
    """The estimate of two successive steps that has the claim, and not the best estimate; NaN where there is none.

    So it is beside a corner: large steps cross it and agree with each other, small ones do not reach it.
    """
    there, e = c.local, c.error_of_local
    agrees = np.abs(there - a) <= 3 * e + rounding
    sharp = np.maximum(0.1 * rules.unsure * np.maximum(np.abs(a), np.abs(there)), 0.01 * np.abs(a - c.value))
    agrees &= (e <= sharp) & (np.abs(there - c.value) > 3 * (e + c.error))
    agrees[1:] &= agrees[:-1]
    agrees[:1] = False
    at = np.argmax(agrees, axis=0)[None]
    value = np.where(agrees.any(axis=0), np.take_along_axis(there, at, 0)[0], np.nan)
    return value, np.take_along_axis(e, at, 0)[0]


def _rough(slopes: Slopes) -> Numbers:
    """Where the slopes of the two sides approach each other slower than in proportion to the step: how far they got.

    So it is with |x|^1.5 beside 0, where f' exists but is rough. (At a kink they do not approach each other at all.)
    """
    gaps, seen = slopes.gaps, 2 * MARGIN * slopes.jitter / slopes.steps[:, None]
    clear = np.isfinite(gaps) & (gaps > seen)
    rough = np.zeros(gaps.shape[1])
    for m in np.flatnonzero(clear.sum(axis=0) >= 3):
        some = np.flatnonzero(clear[:, m])[-3:]
        first, last = some[0], some[-1]
        power = np.log(gaps[first, m] / gaps[last, m]) / np.log(slopes.steps[first] / slopes.steps[last])
        goes_on = last + 1 == len(gaps) or gaps[last, m] * RATIO**-power < seen[last + 1, m]
        if 0.1 < power < 0.75 and goes_on:
            rough[m] = gaps[last, m]
    return rough


def _unmoved(slopes: Slopes, a: Numbers, e: Numbers, rules: Rules) -> Numbers:
    """Does nothing move, as the claim says, or next to nothing for the size of f (a saturated tanh)?"""
    noise = slopes.noise.max(axis=0, initial=0.0)
    still = (slopes.typical == 0) & (np.abs(a) * slopes.after.max(initial=0.0) <= MARGIN * noise)
    hardly = np.maximum(np.abs(a), slopes.typical) * rules.reach <= 1e6 * noise
    seen = (MARGIN * e <= 0.1 * np.abs(a)) | ((np.abs(a) + e) * rules.reach <= 1e5 * noise)
    return still | (hardly & seen)
