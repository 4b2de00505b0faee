"""Columns along the flow: one after the other, or folded into rows that read like lines of text.

Convention: a link that goes on in the next row leaves its row on the right, runs back between the two rows, and comes
in on the left. Links that do so together have lanes of their own and don't cross.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .columns import Columns
from .placed import Point, line_to, rounded

__all__ = ["lay_out_rows"]

NARROW, WIDE = 30.0, 90.0  # the gap between columns: from level links to steep ones
BETWEEN_ROWS = 26.0
LANE = 7.0  # between links that go on in the next row
TURN = 12.0  # from the end of a row to the first lane


@dataclass(slots=True)
class Strip:
    """``left`` and ``right`` end of each column, ``row`` that it is in, ``shift`` of its items across the flow."""

    left: list[float]
    right: list[float]
    row: list[int]
    shift: list[float]
    ends: list[float]  # of each row, on the right
    channels: list[float]  # below each row, before the lanes


def lay_out_rows(columns: Columns, wrap: float | None) -> None:
    """Write the places of everything into what is being laid out."""
    flat = columns.flat
    strip, passing = _strip(columns, wrap)
    middles = [(strip.left[r] + strip.right[r]) / 2 for r in columns.rank]
    v = [x + strip.shift[r] for x, r in zip(columns.v, columns.rank, strict=True)]
    flat.corners = [(middles[k] - du / 2, v[k] - dv / 2) for k, (du, dv) in enumerate(flat.sizes)]
    lanes = _lanes(columns, strip, passing)
    for i, (link, chain) in enumerate(zip(flat.links, columns.chains, strict=True)):
        knots: list[tuple[float, float, float]] = []  # from u to u at v
        points: list[Point] = []
        for j, k in enumerate(chain):
            r = columns.rank[k]
            half = flat.sizes[k][0] / 2 if k < len(flat.sizes) else 0.0
            start = middles[k] + half if j == 0 else strip.left[r]
            stop = middles[k] - half if j == len(chain) - 1 else strip.right[r]
            lane = lanes.get(columns.step_of(i, j)) if lanes and j else None
            if lane is not None:
                _add(points, _smooth(knots))
                _add(points, rounded(lane))
                knots = []
            knots.append((start, columns.end(i, j) + strip.shift[r], stop))
            if k in columns.texts:
                link.label = (middles[k] - link.text[0] / 2, v[k] - link.text[1] / 2)
        _add(points, _smooth(knots))
        link.curve = points
    tops = [x - half for x, half in zip(v, columns.half, strict=True)]
    bottoms = [x + half for x, half in zip(v, columns.half, strict=True)]
    flat.extent = (0.0, min(tops, default=0.0), max(strip.ends, default=0.0), max(bottoms, default=0.0))


def _strip(columns: Columns, wrap: float | None) -> tuple[Strip, list[list[tuple[int, int]]]]:
    """Where the columns stand; of each column the links that go on from it: (link, place in its chain after it)."""
    flat = columns.flat
    count = len(columns.layers)
    passing: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for i, j, a, _ in columns.steps():
        passing[columns.rank[a]].append((i, j))
    widths = [max((columns.sizes[k][0] for k in layer), default=0.0) for layer in columns.layers]
    spaces = _spaces(columns, passing)
    starts = [0] if count else []
    margin = 0.0
    if wrap is not None and sum(widths) + sum(spaces[:-1]) > wrap:
        firsts = 2 if flat.first else 1  # a row begins with a column of boxes or of texts
        lasts = count - (columns.step + 1 if flat.last else 0)
        allowed = [c for c in range(firsts, lasts) if (c - 1) % columns.step == 0]
        most = max((len(passing[c - 1]) for c in allowed), default=0)
        room = max(wrap - 2 * (TURN + LANE * min(most, 4)), 1.0)
        starts = _breaks(widths, spaces, [len(p) for p in passing], allowed, room)
        if len(starts) > 1:
            columns.settle(set(starts))
            spaces = _spaces(columns, passing)
            margin = TURN + LANE * max(len(passing[c - 1]) for c in starts[1:])
    strip = Strip([0.0] * count, [0.0] * count, [0] * count, [0.0] * count, [], [])
    bottom = 0.0
    for row, (a, b) in enumerate(pairwise([*starts, count])):
        u = 0.0 if row == 0 and flat.first else margin
        tops = [columns.v[k] - columns.half[k] for c in range(a, b) for k in columns.layers[c]]
        bottoms = [columns.v[k] + columns.half[k] for c in range(a, b) for k in columns.layers[c]]
        shift = bottom - min(tops, default=0.0) if row else 0.0
        for c in range(a, b):
            strip.left[c], strip.right[c], strip.row[c], strip.shift[c] = u, u + widths[c], row, shift
            u += widths[c] + spaces[c]
            if c == 0 and flat.first:
                u = max(u, margin)
        strip.ends.append(strip.right[b - 1] + (TURN + LANE * len(passing[b - 1]) if b < count else 0.0))
        strip.channels.append(max(bottoms, default=0.0) + shift)
        bottom = strip.channels[-1] + BETWEEN_ROWS + LANE * len(passing[b - 1])
    if flat.last and len(starts) > 1:  # the last column is the side of the frame
        strip.left[-1] = strip.right[-1] = max(strip.ends)
    return strip, passing


def _spaces(columns: Columns, passing: list[list[tuple[int, int]]]) -> list[float]:
    """How far each column is from the next."""
    narrow, wide = NARROW / columns.step, WIDE / columns.step
    steep = [max((abs(columns.end(i, j) - columns.end(i, j - 1)) for i, j in links), default=0.0) for links in passing]
    return [min(max(narrow, s * 0.3), wide) for s in steep]


def _breaks(widths: list[float], spaces: list[float], passing: list[int], allowed: list[int], room: float) -> list[int]:
    """The first column of each row: few links go on from row to row, and rows are full (dynamic programming)."""
    count = len(widths)
    reached = [0.0]
    for width, space in zip(widths, spaces, strict=True):
        reached.append(reached[-1] + width + space)
    ends = [0, *allowed, count]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for j in range(1, len(ends)):
        b = ends[j]
        choices = []
        for i in range(j - 1, -1, -1):
            a = ends[i]
            length = reached[b] - reached[a] - spaces[b - 1]
            if length > room and i < j - 1:
                break
            spare = 0.0 if b == count else 3.0 * (max(room - length, 0.0) / room) ** 2 + 0.15 * passing[b - 1]
            over = 10.0 * max(length - room, 0.0) / room
            choices.append((best[i][0] + 1.0 + spare + over, i))
        best.append(min(choices))
    starts, j = [], len(ends) - 1
    while j > 0:
        j = best[j][1]
        starts.append(ends[j])
    return starts[::-1]


def _lanes(columns: Columns, strip: Strip, passing: list[list[tuple[int, int]]]) -> dict[tuple[int, int], list[Point]]:
    """The corners of each link that goes on in the next row: outermost on the right is innermost on the left."""
    found: dict[tuple[int, int], list[Point]] = {}
    for c in range(len(columns.layers) - 1):
        if strip.row[c] == strip.row[c + 1]:
            continue
        row = strip.row[c]
        going = sorted(passing[c], key=lambda link: (columns.end(link[0], link[1] - 1), columns.end(*link)))
        for n, (i, j) in enumerate(going):
            out = strip.right[c] + TURN + LANE * (len(going) - 1 - n)
            back = strip.left[c + 1] - TURN - LANE * n
            down = strip.channels[row] + BETWEEN_ROWS / 2 + LANE * (len(going) - 1 - n)
            a, b = columns.end(i, j - 1) + strip.shift[c], columns.end(i, j) + strip.shift[c + 1]
            found[columns.step_of(i, j)] = [
                (strip.right[c], a), (out, a), (out, down), (back, down), (back, b), (strip.left[c + 1], b),
            ]  # fmt: skip
    return found


def _add(points: list[Point], more: list[Point]) -> None:
    if points and more:
        line_to(points, more[0])
        points += more[1:]
    else:
        points += more


def _smooth(knots: list[tuple[float, float, float]]) -> list[Point]:
    """A curve through places (from u to u at v), level where they have a width, without bulges where they have none.

    Slopes as in Fritsch and Butland's monotone interpolation: the harmonic mean of those on both sides.
    """
    slopes = []
    for before, here, after in zip([None, *knots[:-1]], knots, [*knots[1:], None], strict=True):
        slope = 0.0
        if before is not None and after is not None and here[2] - here[0] < 0.5:
            s = (here[1] - before[1]) / max(here[0] - before[2], 0.1)
            t = (after[1] - here[1]) / max(after[0] - here[2], 0.1)
            slope = 2 * s * t / (s + t) if s * t > 0 else 0.0
        slopes.append(slope)
    points: list[Point] = []
    for k, (start, v, stop) in enumerate(knots):
        if k == 0:
            points.append((start, v))
        else:
            (u0, v0), reach = points[-1], (start - points[-1][0])
            if abs(v0 - v) < 0.01 and not slopes[k - 1] and not slopes[k]:
                line_to(points, (start, v))
            else:
                third = reach / 3 if slopes[k - 1] or slopes[k] else reach / 2
                points += [(u0 + third, v0 + slopes[k - 1] * third), (start - third, v - slopes[k] * third), (start, v)]
        line_to(points, (stop, v))
    return points
