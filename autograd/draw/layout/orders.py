"""The order within the columns of a layered layout: few arrows cross.

Sweeps by barycentres (Sugiyama, Tagawa, Toda 1981: each item goes to the mean place of its neighbours in the column
before), then exchanges of neighbours as long as that removes crossings (Gansner and others 1993).
"""

from __future__ import annotations

from bisect import bisect_right, insort

__all__ = ["crossings", "reduce_crossings"]

Links = list[list[tuple[int, float, float]]]  # of each item: the other item, where the link ends there, and here


def reduce_crossings(layers: list[list[int]], before: Links, after: Links) -> list[list[int]]:
    """The same columns, in an order with few crossings; where none is better, the order stays."""
    size = sum(map(len, layers))
    place = _places(layers)
    best, fewest = [list(layer) for layer in layers], crossings(layers, before, place)
    layers = [list(layer) for layer in layers]
    tries = 0
    for sweep in range(24 if size < 4000 else 8):
        if not fewest or tries == 6:
            break
        forward = sweep % 2 == 0
        for layer in layers if forward else layers[::-1]:
            links = before if forward else after
            _sort(layer, links, place)
        if size < 3000:
            _exchange(layers, before, after, place)
        count = crossings(layers, before, place)
        tries += 1
        if count < fewest:
            best, fewest, tries = [list(layer) for layer in layers], count, 0
    return best


def crossings(layers: list[list[int]], before: Links, place: list[float]) -> int:
    """How many pairs of links cross."""
    count = 0
    for layer in layers:
        ends = sorted((place[k] + here, place[j] + there) for k in layer for j, there, here in before[k])
        seen: list[float] = []
        for _, end in ends:
            count += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return count


def _places(layers: list[list[int]]) -> list[float]:
    place = [0.0] * (max((k for layer in layers for k in layer), default=-1) + 1)
    for layer in layers:
        for i, k in enumerate(layer):
            place[k] = float(i)
    return place


def _sort(layer: list[int], links: Links, place: list[float]) -> None:
    """Order by the mean place of the neighbours; what has none keeps its place among the others."""
    keys = {}
    for k in layer:
        linked = links[k]
        keys[k] = sum(place[j] + there - here for j, there, here in linked) / len(linked) if linked else -1.0
    moving = sorted((k for k in layer if links[k]), key=keys.__getitem__)
    rest = iter(moving)
    layer[:] = [next(rest) if links[k] else k for k in layer]
    for i, k in enumerate(layer):
        place[k] = float(i)


def _exchange(layers: list[list[int]], before: Links, after: Links, place: list[float]) -> None:
    """Exchange neighbours in a column as long as that removes crossings."""
    for _ in range(4):
        better = False
        for layer in layers:
            for i in range(len(layer) - 1):
                a, b = layer[i], layer[i + 1]
                if _crossed(a, b, before, after, place) > _crossed(b, a, before, after, place):
                    layer[i], layer[i + 1] = b, a
                    place[a], place[b] = place[b], place[a]
                    better = True
        if not better:
            return


def _crossed(a: int, b: int, before: Links, after: Links, place: list[float]) -> int:
    """How many links of a and b cross, if a comes first."""
    count = 0
    for links in (before, after):
        for j, there, _ in links[a]:
            x = place[j] + there
            for i, other, _ in links[b]:
                count += x > place[i] + other
    return count
