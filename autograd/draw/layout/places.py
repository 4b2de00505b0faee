"""The places within the columns of a layered layout: links as straight as can be, with nothing too near.

Each column in turn is placed nearest to where its neighbours are (weighted least squares with distances kept, solved
exactly by pooling adjacent violators), forward and back until it settles. Links of long arrows weigh most, so that
these run straight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

__all__ = ["draw_in", "place_all", "pooled"]

# Of each item: the other item, where the link is fixed there and here (from the middle), and its weight.
Ends = list[list[tuple[int, float, float, float]]]


def place_all(
    layers: list[list[int]], half: list[float], gaps: list[list[float]], before: Ends, after: Ends
) -> list[float]:
    """The middle of each item.

    ``half``  half of each item's size
    ``gaps``  in each column, how far items and the next must be apart
    """
    v = [0.0] * len(half)
    apart = []
    for layer, between in zip(layers, gaps, strict=True):
        steps = [0.0]
        for a, b, gap in zip(layer, layer[1:], between, strict=False):
            steps.append(steps[-1] + half[a] + half[b] + gap)
        apart.append(steps)
        for k, step in zip(layer, steps, strict=True):
            v[k] = step - steps[-1] / 2
    count = len(layers)
    plan = ["before", "after"] * 4 + ["both"] * 4
    for turn, kind in enumerate(plan):
        columns = range(count) if turn % 2 == 0 else range(count - 1, -1, -1)
        for c in columns:
            wanted, weights = [], []
            for k in layers[c]:
                links = before[k] if kind == "before" else after[k] if kind == "after" else [*before[k], *after[k]]
                weight = sum(w for *_, w in links)
                wanted.append(_median([(v[j] + there - here, w) for j, there, here, w in links]) if links else v[k])
                weights.append(weight if links else 0.05)
            for k, x in zip(layers[c], pooled(wanted, weights, apart[c]), strict=True):
                v[k] = x
    return v


def draw_in(
    v: list[float], layers: list[list[int]], half: list[float], gaps: list[list[float]],
    before: Ends, after: Ends, nodes: int,
) -> None:  # fmt: skip
    """Move what only passes a row, and is held by nothing in it, up to what it passes.

    The first ``nodes`` items hold what is linked to them.
    """
    linked = [[j for j, *_ in [*x, *y]] for x, y in zip(before, after, strict=True)]
    held = _reached(range(nodes), linked, set())
    free: list[set[int]] = []
    seen = set(held)
    for k in range(nodes, len(v)):
        if k not in seen:
            free.append(_reached([k], linked, seen))
            seen |= free[-1]
    for sign in (1, -1):  # what is below all else, then what is above it
        inner: dict[int, tuple[int, float]] = {}  # of each item at that end: its neighbour, and how far from it
        for layer, between in zip(layers, gaps, strict=True):
            pairs = list(zip(layer[1:], layer, between, strict=False))
            outermost = pairs[::-1] if sign == 1 else [(b, a, gap) for a, b, gap in pairs]
            for a, b, gap in takewhile(lambda found: found[0] not in held, outermost):
                inner[a] = (b, half[a] + half[b] + gap)
            if layer and not any(k in held for k in layer):
                inner[layer[0 if sign == 1 else -1]] = (-1, 0.0)
        for members in sorted(free, key=lambda found: min(sign * v[k] for k in found)):
            if all(k in inner for k in members):
                room = [sign * (v[k] - v[inner[k][0]]) - inner[k][1] for k in members if inner[k][0] >= 0]
                for k in members if room else ():
                    v[k] -= sign * min(room)


def _reached(starts: Iterable[int], linked: list[list[int]], known: set[int]) -> set[int]:
    """What is linked to these, directly or through others, and isn't known."""
    found = set(starts)
    stack = list(found)
    while stack:
        for j in linked[stack.pop()]:
            if j not in found and j not in known:
                found.add(j)
                stack.append(j)
    return found


def _median(found: list[tuple[float, float]]) -> float:
    """The weighted median; the middle of two that are equally good."""
    found.sort()
    half = sum(w for _, w in found) / 2
    for k, (x, w) in enumerate(found):
        half -= w
        if half < -1e-9:
            return x
        if half < 1e-9:
            return (x + found[k + 1][0]) / 2
    return found[-1][0]


def pooled(wanted: Sequence[float], weights: Sequence[float], steps: Sequence[float]) -> list[float]:
    """The x nearest to ``wanted`` with x[i+1] - x[i] at least steps[i+1] - steps[i]."""
    means: list[float] = []
    masses: list[float] = []
    counts: list[int] = []
    for w, mass, step in zip(wanted, weights, steps, strict=True):
        mean, count = w - step, 1
        while means and means[-1] > mean:
            total = masses[-1] + mass
            mean = (means.pop() * masses.pop() + mean * mass) / total
            mass, count = total, count + counts.pop()
        means.append(mean)
        masses.append(mass)
        counts.append(count)
    pools = [mean for mean, count in zip(means, counts, strict=True) for _ in range(count)]
    return [mean + step for mean, step in zip(pools, steps, strict=True)]
