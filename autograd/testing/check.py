"""The derivatives of one map, checked against its differences along the elements of its inputs.

Convention: what is judged is a direction: one element of one input (of a complex one, its real and its imaginary part),
or for inputs too large for that, all elements at once, each up or down at random. Along it the tangents of all results
and the gradient's slope are claims, and one sweep of differences answers them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..typing import NDArray
from .differences import Direction, Line, Slopes, stacked, weighing
from .judging import (
    CORRECT,
    MARGIN,
    PRECISION,
    SINGULAR,
    WRONG,
    Judgement,
    Rules,
    at_finest,
    at_once,
    judged,
    magnitude,
    plainly_wrong,
)
from .maps import Map

Numbers = NDArray[Any]
TOGETHER = 3  # directions that move all elements of a large input
CHUNK = 2048  # components that are judged together
ENOUGH = 1  # wrong directions of one input, after which others are not tried again


@dataclass
class Options:
    """What ``gradcheck`` was asked, see there; ``explicit``: were the modes given?"""

    modes: Sequence[str]
    explicit: bool
    tolerance: Any
    kinks: bool
    disconnected: bool
    samples: int
    scale: float
    seed: int


@dataclass
class Worst:
    """Of one input in one mode: the claim that came off worst, and the claims and estimates of single elements."""

    judgement: Judgement
    component: int
    direction: Direction
    elements: dict[tuple[tuple[int, ...], complex], tuple[float, float]] = field(default_factory=dict)

    @property
    def verdict(self) -> int:
        return int(self.judgement.verdict[self.component])


class Check:
    """The derivatives of one map at its point, as they are claimed and as its differences say.

    ``us``       weights of the results; ``weights`` are the same as one real vector
    ``results``  at the point
    """

    def __init__(self, map: Map, options: Options, us: Sequence[Numbers], results: Sequence[Numbers]) -> None:
        self.map, self.options = map, options
        self.us, self.results = us, results
        self.weights = weighing(us)
        self.count = len(self.weights)
        self.evaluations = 0
        self.gradients: list[Numbers] | None = None
        self.forward = False
        self.complex = map.analytic  # is the complex step worth a try?
        kinds = [float(np.finfo(a.dtype).eps) for a in (*map.arrays, *results)]
        self.eps = max(kinds, default=float(np.finfo(float).eps))

    def values(self) -> Numbers:
        """The results at the point, and φ, their weighted sum."""
        here = stacked(self.results)
        return np.append(here, np.sum(here * self.weights))

    def claim(self, reverse: bool, forward: bool) -> None:
        """Ask for the gradient, and for tangents."""
        self.gradients = self.map.reverse(self.us) if reverse else None
        self.forward = forward

    def evaluate(self, arrays: Sequence[Numbers]) -> list[Numbers]:
        self.evaluations += 1
        return self.map.results(arrays)

    def directions(self, k: int) -> Iterator[Direction]:
        """Along which input k is moved."""
        rng = np.random.default_rng([self.options.seed, k])
        x = self.map.arrays[k]
        many = x.size > self.options.samples
        places = np.sort(rng.choice(x.size, self.options.samples, replace=False)) if many else np.arange(x.size)
        units = (1.0, 1j) if x.dtype.kind == "c" else (1.0,)
        for place in places:
            index = tuple(int(i) for i in np.unravel_index(place, x.shape))
            for unit in units:
                yield Direction(k, index, unit)
        if many:
            for unit in units * TOGETHER:
                yield Direction(k, (), unit, rng.choice([-1.0, 1.0], x.shape) * unit)

    def claims(self, direction: Direction) -> Numbers:
        """The derivatives of all results along a direction, and of φ; NaN where none is claimed."""
        claims = np.full(self.count + 1, np.nan)
        if self.forward:
            claims[:-1] = stacked(self.map.forward(direction.tangents(self.map.arrays)))
        if self.gradients is not None:
            claims[-1] = direction.along(self.gradients[direction.k])
        return claims

    def sizes(self, claims: Numbers) -> Numbers:
        """The largest claim in the same result, for each component; for φ the largest share that one has in it."""
        sizes, start = np.zeros(self.count + 1), 0
        if self.forward:
            slopes = np.where(np.isfinite(claims), np.abs(claims), 0.0)
            for y in self.results:
                end = start + y.size * (2 if y.dtype.kind == "c" else 1)
                sizes[start:end] = np.max(slopes[start:end], initial=0.0)
                start = end
            sizes[-1] = np.max(np.abs(self.weights) * slopes[:-1], initial=0.0)
        return sizes

    def claimed(self) -> dict[str, Numbers]:
        """The components that each mode makes claims about."""
        found = {}
        if self.gradients is not None:
            found["reverse"] = np.array([self.count])
        if self.forward:
            found["forward"] = np.arange(self.count)
        return found

    def line(self, direction: Direction) -> Line:
        return Line(self.evaluate, self.map.arrays, direction, self.results, self.weights, self.options.scale)

    def input(self, k: int, appeal: Any) -> dict[str, Worst]:
        """What was found for input k in each mode. ``appeal`` has the last word on claims that look wrong."""
        rules = self.rules(k)
        modes = self.claimed()
        among = np.zeros(self.count + 1, bool)
        for components in modes.values():
            among[components] = True
        worst: dict[str, Worst] = {}
        wrong = 0
        for direction in self.directions(k):
            claims = self.claims(direction)
            line = self.line(direction)
            j = at_once(line.first(), claims, among, self.sizes(claims), rules)
            if (j.verdict[among] != CORRECT).any():
                if wrong < ENOUGH:
                    self.look_closer(j, line, among, rules)
                    if (j.verdict[among] == WRONG).any():
                        appeal(self, direction, j, among, rules)
                    if (j.verdict[among] == SINGULAR).any():
                        appeal.of_singular(self, direction, j, among, rules)
                    wrong += bool((j.verdict[among] == WRONG).any())
                else:
                    j.verdict[:] = CORRECT  # enough is known of this input, but for what its other elements look like
            if self.complex and (j.verdict[among] != WRONG).any():
                self.by_complex_step(j, line, among, rules)
            for mode, components in modes.items():
                if len(components):
                    _note(worst, mode, j, components, direction)
        return worst

    def by_complex_step(self, j: Judgement, line: Line, among: Numbers, rules: Rules) -> None:
        """Let the complex step sharpen the estimates that it agrees with, and settle what rounding left open."""
        slopes = line.complex_step()
        self.complex = slopes is not None
        if slopes is None:
            return
        with np.errstate(all="ignore"):
            size = np.fmax(np.abs(slopes), np.abs(j.numeric))
            same = np.abs(slopes - j.numeric) <= np.fmax(MARGIN * j.error, rules.rounding * size)
            agrees = np.abs(j.claims - slopes) <= rules.rounding * np.fmax(size, magnitude(j.claims)) + rules.slack
        sharp = among & same & ((j.verdict == CORRECT) | (agrees & (j.verdict == PRECISION)))
        j.numeric[sharp] = slopes[sharp]
        j.error[sharp] = np.fmin(j.error, rules.rounding * size)[sharp]
        j.verdict[sharp] = CORRECT

    def look_closer(self, j: Judgement, line: Line, among: Numbers, rules: Rules) -> None:
        """Judge by a whole sweep what three steps left open; what is wrong then, must be so by a second one too."""
        if (among & (j.verdict != CORRECT) & np.isfinite(j.claims)).any():
            plain = among & (j.verdict != CORRECT) & plainly_wrong(j, line.few(), rules)
            if plain.any() and self.holds(j, line, plain):
                j.verdict[:] = CORRECT  # one wrong claim is enough
                j.verdict[plain] = WRONG
                return
        unsettled = np.flatnonzero(j.verdict[:-1] != CORRECT)
        sweep = line.all()
        judge_all(j, sweep, unsettled, rules, self.weights)
        j.slopes = sweep
        wrong = among & (j.verdict == WRONG)
        if not wrong.any():
            return
        second = j.copy()
        judge_all(second, line.all(shift=0.7), unsettled, rules, self.weights)
        with np.errstate(all="ignore"):  # two estimates may differ by more than they say
            apart = np.fmax(np.fmax(j.error, second.error), np.abs(j.numeric - second.numeric))
            spread = np.abs(j.claims - j.numeric) <= MARGIN * apart
        j.take(second, wrong & (second.verdict != WRONG))
        j.verdict[wrong & spread & (second.verdict == WRONG)] = PRECISION
        j.error[wrong] = np.fmax(j.error, apart)[wrong]

    def holds(self, j: Judgement, line: Line, plain: Numbers) -> bool:
        """Is the slope the same at the smallest step at which rounding lets one see what is wrong?

        And not as claimed at the smallest step there is: so it is where no other step is small for the function.
        """
        with np.errstate(all="ignore"):
            off = np.abs(j.claims - j.numeric)
            least = 4 * line.spacing
            step = np.max((self.eps * j.slopes.sizes / off)[plain])
            finest = line.slopes([float(max(100 * step, least)), least])
            if len(finest.raw) != 2:
                return False
            same = (np.abs(finest.raw[0] - j.numeric) <= 0.3 * off) & ~at_finest(finest, j.claims, off)
            return bool(same[plain].all())

    def rules(self, k: int) -> Rules:
        """What the claims about input k may be off by."""
        given = self.options.tolerance
        if isinstance(given, dict):
            kinds = {a.dtype for a in (*self.map.arrays, *self.results)}
            given = max((t for name, t in given.items() if np.dtype(name) in kinds), default=None)
        size = 0.0
        if self.gradients is not None:
            size = float(np.max(np.abs(self.gradients[k]), initial=0.0, where=np.isfinite(self.gradients[k])))
        slack = 0.0 if given is None else float(given) * size
        reach = max(self.options.scale, float(np.max(np.abs(self.map.arrays[k]), initial=0.0)))
        unsure = min(0.3, max(1e-4, 30 * self.eps**0.5))
        return Rules(64 * self.eps, unsure, slack, size, reach, self.options.kinks)


def _note(worst: dict[str, Worst], mode: str, j: Judgement, components: Numbers, direction: Direction) -> None:
    """Keep the claim that came off worst, and all about single elements."""
    m = j.worst(components)
    if mode not in worst:
        worst[mode] = Worst(j, m, direction)
    mine = worst[mode]
    if direction.signs is None and len(components) == 1:
        mine.elements[direction.index, direction.unit] = float(j.claims[m]), float(j.numeric[m])
    if j.rank(m) > mine.judgement.rank(mine.component):
        mine.judgement, mine.component, mine.direction = j, m, direction


def judge_all(j: Judgement, slopes: Slopes, components: Numbers, rules: Rules, weights: Numbers) -> None:
    """Judge these components, and φ, from a whole sweep; write it into j."""
    for start in range(0, max(1, len(components)), CHUNK):
        some = components[start : start + CHUNK]
        claims = np.concatenate([j.claims[some], [np.nan], j.claims[-1:]])
        found = judged(slopes.only(some, weights), claims, rules, np.append(weights[some], 1.0))
        places, theirs = np.append(some, -1), np.append(np.arange(len(some)), -1)
        if start:  # φ was judged with those before
            places, theirs = places[:-1], theirs[:-1]
        j.put(places, found, theirs)
