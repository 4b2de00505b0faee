"""Frames around boxes, and the order in which boxes stand.

Convention: a frame is the group ``s<scope>``; the calls of one module, where they follow each other, share the frame
``m<first call>`` with their weights.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

from ..diagram import Arrow, Box, Group
from .calls import Calls
from .module_boxes import frame_title, local_name
from .repeats import Tree

__all__ = ["frames", "in_order", "together"]


def frames(
    tree: Tree, within: Mapping[str, int | None], calls: Iterable[Calls], names: Mapping[int, str]
) -> list[Group]:
    """The frames of all open scopes that have boxes in them, but for those that say nothing new.

    ``names`` are the names of scopes that go by others than their own.
    """
    top = Group("", "")
    made: dict[str, Group] = {"": top}
    common = {key: found.frame for found in calls for key in found.scopes}
    common_box = {found.box: found.frame for found in calls} | {f"s{key}": name for key, name in common.items()}
    titles = {found.frame: _calls_title(tree, found) for found in calls}

    def inside(key: str, title: str, outer: Group) -> Group:
        if key not in made:
            made[key] = Group(key, title)
            outer.groups.append(made[key])
        return made[key]

    for box, place in within.items():
        group = top
        for key in [key for key in tree.around(place) if key not in tree.unframed][::-1]:
            if key in common:
                group = inside(common[key], titles[common[key]], group)
            scope = tree.graph.scopes[key]
            name = names.get(key, local_name(tree, scope))
            group = inside(f"s{key}", frame_title(tree, scope, name, key in common), group)
        if box in common_box:
            group = inside(common_box[box], titles[common_box[box]], group)
        group.boxes.append(box)
    return top.groups


def _calls_title(tree: Tree, calls: Calls) -> str:
    first, last = (tree.graph.scopes[key] for key in (calls.scopes[0], calls.scopes[-1]))
    name = f"{first.name} … {last.name}" if calls.unit == "step" else local_name(tree, first)
    return f"{': '.join(filter(None, [name, first.title]))} · {calls.count}"


def together(boxes: set[str], arrows: Iterable[Arrow]) -> bool:
    """Does no path lead out of these boxes and in again? Then a frame can hold them."""
    after: dict[str, list[str]] = {}
    for arrow in arrows:
        after.setdefault(arrow.source, []).append(arrow.target)
    waiting = [target for box in boxes for target in after.get(box, ()) if target not in boxes]
    seen = set(waiting)
    while waiting:
        for target in after.get(waiting.pop(), ()):
            if target in boxes:
                return False
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return True


def in_order(boxes: Sequence[Box], arrows: Iterable[Arrow]) -> list[Box]:
    """The boxes, each after those that lead to it; apart from that as they are given."""
    places = {box.key: k for k, box in enumerate(boxes)}
    after: list[list[int]] = [[] for _ in boxes]
    open_ = [0] * len(boxes)
    for arrow in arrows:
        source, target = places[arrow.source], places[arrow.target]
        if source != target:
            after[source].append(target)
            open_[target] += 1
    ready = [k for k, count in enumerate(open_) if not count]
    found = []
    while ready:
        k = heapq.heappop(ready)
        found.append(k)
        for target in after[k]:
            open_[target] -= 1
            if not open_[target]:
                heapq.heappush(ready, target)
    known = set(found)
    return [boxes[k] for k in [*found, *(k for k in range(len(boxes)) if k not in known)]]
