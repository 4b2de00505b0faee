"""What looks wrong is tried again, before it is called wrong: in a higher precision, and beside the point.

Convention: an appeal can only help a claim. There is none where the claim is far off everywhere around the point, in
every precision there is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..typing import NDArray
from .check import Check
from .differences import Direction, Line
from .judging import CORRECT, KINK, PRECISION, SINGULAR, WRONG, Judgement, Rules, at_once

Numbers = NDArray[Any]
DOUBLE = {"f": np.float64, "c": np.complex128}
EXTENDED = {"f": np.longdouble, "c": np.clongdouble}


class Appeal:
    """The last word on claims that look wrong."""

    def __init__(self) -> None:
        self.finer: Check | None = None
        self.asked = False
        self.deeper: Appeal | None = None

    def __call__(self, check: Check, direction: Direction, j: Judgement, among: Numbers, rules: Rules) -> None:
        for ground in (self.in_higher_precision, self.beside, self.by_rounding):
            wrong = among & (j.verdict == WRONG)
            if wrong.any():
                with np.errstate(all="ignore"):
                    ground(check, direction, j, wrong, rules)

    def in_higher_precision(
        self, check: Check, direction: Direction, j: Judgement, wrong: Numbers, rules: Rules
    ) -> None:
        """If function and derivative agree in a higher precision, it was only rounding that set them apart."""
        finer = self._finer(check)
        if finer is None:
            return
        other = _judged(finer, direction, wrong)
        if other is None:
            return
        if (other.verdict[wrong] == WRONG).any():  # and in a still higher one
            self.deeper = self.deeper or Appeal()
            self.deeper.in_higher_precision(finer, direction, other, wrong & (other.verdict == WRONG), rules)
        agrees = wrong & (other.verdict == CORRECT)
        same = np.abs(j.claims - other.claims) <= 1e-6 * np.abs(other.claims) + j.allowed
        j.numeric[wrong], j.error[wrong] = other.numeric[wrong], other.error[wrong]
        j.verdict[agrees] = np.where(same, CORRECT, PRECISION)[agrees]
        unclear = wrong & (other.verdict != WRONG) & ~agrees
        j.verdict[unclear] = other.verdict[unclear]

    def of_singular(self, check: Check, direction: Direction, j: Judgement, among: Numbers, rules: Rules) -> None:
        """A jump, or an infinite slope, that a higher precision does not have is a stair of rounding."""
        finer = self._finer(check)
        other = finer and _judged(finer, direction, among)
        if not finer or not other:
            return
        if (other.verdict[among] == SINGULAR).any():  # and in a still higher one
            self.deeper = self.deeper or Appeal()
            self.deeper.of_singular(finer, direction, other, among, rules)
        stairs = among & (j.verdict == SINGULAR) & (other.verdict != SINGULAR)
        with np.errstate(all="ignore"):
            same = np.abs(j.claims - other.claims) <= 1e-6 * np.abs(other.claims) + j.allowed
        j.verdict[stairs] = np.where(same & (other.verdict == CORRECT), CORRECT, PRECISION)[stairs]
        j.numeric[stairs], j.error[stairs] = other.numeric[stairs], other.error[stairs]

    def _finer(self, check: Check) -> Check | None:
        """The same map in extended precision, where NumPy has one and the function works in it."""
        if self.asked:
            return self.finer
        self.asked = True
        double = float(np.finfo(float).eps)
        if check.eps > double:
            self.finer = raised(check, DOUBLE)
        elif check.eps == double > np.finfo(np.longdouble).eps:
            self.finer = raised(check, EXTENDED)
        return self.finer

    def beside(self, check: Check, direction: Direction, j: Judgement, wrong: Numbers, rules: Rules) -> None:
        """If it is right on both sides of the point, the point is special: a corner inside the function, or a rule."""
        line = check.line(direction)
        size = max(line.size, line.scale / 8)
        near = np.ones(wrong.shape, bool)
        for h in (size * 2.0**-13, size * 2.0**-17):
            for step, slope in ((h, j.right), (-h, j.left)):
                arrays, _ = direction.moved(check.map.arrays, step)
                there = _claims_at(check, arrays, direction)
                if there is None:
                    return
                near &= np.isfinite(there) & (np.abs(there - slope) <= 0.1 * np.abs(j.claims - slope))
        j.verdict[wrong & near] = KINK

    def by_rounding(self, check: Check, direction: Direction, j: Judgement, wrong: Numbers, rules: Rules) -> None:
        """If it jumps about between neighbouring numbers, nobody can tell."""
        rng = np.random.default_rng(0)
        spread = np.zeros(wrong.shape)
        for _ in range(3):
            arrays = list(check.map.arrays)
            x = arrays[direction.k]
            ulps = rng.choice([-2.0, -1.0, 1.0, 2.0], x.shape)
            arrays[direction.k] = np.asarray(x + x * (ulps * np.finfo(x.dtype).eps).astype(x.real.dtype), dtype=x.dtype)
            there = _claims_at(check, arrays, direction)
            if there is None:
                return
            spread = np.fmax(spread, np.abs(there - j.claims))
        near = np.isfinite(j.claims) & (np.abs(j.claims - j.numeric) <= 10 * spread)
        j.verdict[wrong & near] = PRECISION


def raised(check: Check, kinds: dict[str, Any]) -> Check | None:
    """The same check in a higher precision; None where the function does not compute in it."""
    try:
        with np.errstate(all="ignore"):
            map = check.map.at([a.astype(kinds[a.dtype.kind]) for a in check.map.arrays])
            results = map.results(map.arrays)
            higher = Check(map, check.options, [u.astype(kinds[u.dtype.kind]) for u in check.us], results)
            if [y.shape for y in results] != [y.shape for y in check.results] or higher.eps > 0.5 * check.eps:
                return None
            wanted = [np.finfo(kinds[y.dtype.kind]).dtype for y in results]
            if [np.finfo(y.dtype).dtype for y in results] != wanted:
                return None
            higher.claim(check.gradients is not None, check.forward)
            if any(g.dtype.kind in "fc" and np.finfo(g.dtype).eps > higher.eps for g in higher.gradients or []):
                return None  # a gradient by hand may be in single precision, whatever it is given
    except Exception:  # whatever the function says to numbers it was not written for
        return None
    return higher


def _judged(check: Check, direction: Direction, among: Numbers) -> Judgement | None:

    try:
        with np.errstate(all="ignore"):
            rules = check.rules(direction.k)
            claims = check.claims(direction)
            line: Line = check.line(direction)
            j = at_once(line.first(), claims, among, check.sizes(claims), rules)
            if (j.verdict[among] != CORRECT).any():
                check.look_closer(j, line, among, rules)
    except Exception:
        return None
    return j


def _claims_at(check: Check, arrays: list[Numbers], direction: Direction) -> Numbers | None:
    """The claims about a direction at another point; None where the function fails there."""
    try:
        there = Check(check.map.at(arrays), check.options, check.us, check.results)
        there.claim(check.gradients is not None, check.forward)
        return there.claims(direction)
    except Exception:
        return None
