"""The columns of a layered layout: every arrow leads from a column to a later one, and few are longer than needed."""

from __future__ import annotations

__all__ = ["order_of_flow", "ranks"]


def order_of_flow(n: int, arrows: list[tuple[int, int]]) -> list[int]:
    """The place of each node in an order in which arrows lead forward; where there is a circle, few lead back."""
    after: list[list[int]] = [[] for _ in range(n)]
    waiting = [0] * n
    for a, b in arrows:
        if a != b:
            after[a].append(b)
            waiting[b] += 1
    place = [-1] * n
    ready = [k for k in range(n) if not waiting[k]][::-1]
    next_in_circle, count = 0, 0
    while count < n:
        if not ready:  # a circle: go on with the first node that is left
            while place[next_in_circle] >= 0:
                next_in_circle += 1
            ready.append(next_in_circle)
        node = ready.pop()
        if place[node] >= 0:
            continue
        place[node], count = count, count + 1
        for other in after[node]:
            waiting[other] -= 1
            if waiting[other] == 0 and place[other] < 0:
                ready.append(other)
    return place


def ranks(n: int, arrows: list[tuple[int, int]], order: list[int]) -> list[int]:
    """The column of each node, from 0: as early as can be, then later where that makes more arrows shorter than longer.

    ``order``  a place for each node, such that all arrows lead forward
    """
    before: list[list[int]] = [[] for _ in range(n)]
    after: list[list[int]] = [[] for _ in range(n)]
    for a, b in arrows:
        before[b].append(a)
        after[a].append(b)
    nodes = sorted(range(n), key=order.__getitem__)
    rank = [0] * n
    for k in nodes:
        rank[k] = max((rank[j] + 1 for j in before[k]), default=0)
    for _ in range(8):
        moved = _tighten(nodes, rank, before, after)
        if not moved:
            break
    lowest = min(rank, default=0)
    return [r - lowest for r in rank]


def _tighten(nodes: list[int], rank: list[int], before: list[list[int]], after: list[list[int]]) -> bool:
    """Move trees of nodes, joined by arrows of length 1, as far to the right as arrows allow, if that is a gain.

    A tree hangs on its last node: with that go all that lead to it and to nothing else that would have to move.
    """
    moved = False
    for k in reversed(nodes):
        if not after[k]:
            continue
        room = min(rank[j] for j in after[k]) - 1 - rank[k]
        if room <= 0:
            continue
        tree, stack = {k}, list(before[k])
        while stack and len(tree) < 200:
            j = stack.pop()
            if j not in tree and all(i in tree for i in after[j]):
                tree.add(j)
                stack.extend(before[j])
        cost = sum(i not in tree for j in tree for i in before[j])
        if cost < len(after[k]):
            for j in tree:
                rank[j] += room
            moved = True
    return moved
