"""What may not be on a picture: things that lie upon each other, frames around what is not theirs."""

from __future__ import annotations

from collections.abc import Iterable

from .placed import Placed, Rectangle, all_groups

__all__ = ["faults"]

SLACK = 0.6  # programs round


def faults(placed: Placed) -> list[str]:
    """What is wrong with a placed diagram, in words; nothing for a good one."""
    diagram = placed.diagram
    found = [f"{key} lies outside" for key, r in [*placed.boxes.items(), *placed.groups.items()]
             if not _within(r, (0.0, 0.0, placed.width, placed.height))]  # fmt: skip
    solid = [(f"box {key}", r) for key, r in placed.boxes.items()]
    for i, (arrow, route) in enumerate(zip(diagram.arrows, placed.routes, strict=True)):
        if route.text is not None:
            solid.append((f"text {i}", (*route.text, *arrow.size)))
    found += [f"{a} lies upon {b}" for a, b in _meeting(solid)]
    inside: dict[str, set[str]] = {}
    nested: dict[str, set[str]] = {}
    for group in reversed(all_groups(diagram)):
        inside[group.key] = set(group.boxes).union(*(inside[inner.key] for inner in group.groups))
        nested[group.key] = set().union(*({inner.key} | nested[inner.key] for inner in group.groups))
    frames = [(key, placed.groups[key]) for key in inside if key in placed.groups]
    for key, frame in frames:
        for box, r in placed.boxes.items():
            if box in inside[key] and not _within(r, frame):
                found.append(f"box {box} is not wholly in its frame {key}")
            elif box not in inside[key] and _overlap(r, frame):
                found.append(f"box {box} lies in the foreign frame {key}")
    for a, b in _meeting(frames):
        within, around = (a, b) if a in nested[b] else (b, a)
        if not (within in nested[around] and _within(placed.groups[within], placed.groups[around])):
            found.append(f"the frames {a} and {b} cut each other")
    return found


def _within(a: Rectangle, b: Rectangle) -> bool:
    return (
        a[0] >= b[0] - SLACK and a[1] >= b[1] - SLACK
        and a[0] + a[2] <= b[0] + b[2] + SLACK and a[1] + a[3] <= b[1] + b[3] + SLACK
    )  # fmt: skip


def _overlap(a: Rectangle, b: Rectangle) -> bool:
    return (
        a[0] + a[2] > b[0] + SLACK and b[0] + b[2] > a[0] + SLACK
        and a[1] + a[3] > b[1] + SLACK and b[1] + b[3] > a[1] + SLACK
    )  # fmt: skip


def _meeting(things: Iterable[tuple[str, Rectangle]]) -> list[tuple[str, str]]:
    """The pairs that overlap: a sweep from left to right."""
    found: list[tuple[str, str]] = []
    open_: list[tuple[str, Rectangle]] = []
    for name, r in sorted(things, key=lambda thing: thing[1][0]):
        open_ = [thing for thing in open_ if thing[1][0] + thing[1][2] > r[0] + SLACK]
        found += [(other, name) for other, s in open_ if _overlap(r, s)]
        open_.append((name, r))
    return found
