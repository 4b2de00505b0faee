"""The places within the columns of a layered layout: links as straight as can be, with nothing too near.

Each column in turn is placed nearest to where its neighbours are (weighted least squares with distances kept, solved
exactly by pooling adjacent violators), forward and back until it settles. Links of long arrows weigh most, so that
these run straight.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["place_all", "pooled"]

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
