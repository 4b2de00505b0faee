"""Node: one step of the recorded computation; and the order of the nodes in a graph.

Convention: edges go from a node to its inputs only, so that there are no reference cycles and reference counting
alone frees a graph. Nothing here recurses: a million nodes in a row are handled like ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..typing import Array, DTypeLike, Shape
from .listeners import Shared
from .locks import ticking
from .sharing import protected


class Freed:
    """``saved`` of a node that was swept."""

    def __repr__(self) -> str:
        return "FREED"

    def __getitem__(self, place: object) -> Any:
        raise RuntimeError(
            "another thread has swept this graph, and freed it, while this backward pass was about to: pass "
            "retain_graph=True in both, or record one graph per thread"
        )


FREED: Any = Freed()


class Period:
    """A stretch of recording: from the start of one call of grad and its kin to the start of the next.

    Each node knows the period that it was made in. So a call knows at once, and without walking them, the nodes that
    are older than itself: they cannot depend on its inputs.

    ``number``   periods are counted upwards, in all threads together
    ``witness``  what a search has found out about the node: a leaf that it was computed from
    """

    __slots__ = ("number", "witness")

    def __init__(self, number: int, witness: Any = None) -> None:
        self.number = number
        self.witness = witness


class Clock:
    """The period that is now."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = Period(0)

    def next(self) -> int:
        """Begin the next period; return its number. Whatever was recorded before has a smaller one."""
        with ticking:
            number = self.now.number + 1
            self.now = Period(number)
        return number


clock = Clock()


class Notes:
    """What only few nodes have.

    ``label``    a name for pictures and errors
    ``hooks``    functions to call with the node's gradient, by the key that removes them
    ``grad``     the gradient that the user reads: a leaf's, or one that an inner node was asked to retain
    ``used``     has a step of an optimizer used ``grad``? 1: yes; 2: and a sweep has added to it since
    ``retains``  is this an inner node that keeps its gradient in ``grad``?
    ``source``   the line of the user's program that recorded it (``autograd.debug``)
    ``swept``    the line of the sweep that freed it
    ``prints``   fingerprints of what it saved
    ``moved``    were numbers assigned to its tensor after it was made?
    ``scope``    the named part of the program that recorded it (``draw.scope``)
    ``dtype``    the dtype of its tangent, where that is not clear from its inputs
    ``shared``   who shares this leaf with other processes, and is told when its gradient is whole
    """

    __slots__ = (
        "dtype", "grad", "hooks", "label", "moved", "prints", "retains", "scope", "shared", "source", "swept",
        "used",
    )  # fmt: skip

    def __init__(self) -> None:
        self.label = ""
        self.hooks: dict[object, Callable[[Any], Any]] = {}
        self.grad: Any = None
        self.used = 0
        self.retains = False
        self.source = ""
        self.swept = ""
        self.prints: Any = None
        self.moved = False
        self.scope: Any = None
        self.dtype: Any = None
        self.shared: Shared | None = None


class Node:
    """One step of the recorded computation: which operation, on which inputs, and what its rules need.

    ``op``       the Operation, or None for a leaf (a tensor whose gradient somebody asked for)
    ``inputs``   the nodes it was computed from, None where an input is not tracked
    ``_saved``   the values that the operation's rules name, FREED once a sweep has passed; ``saved`` shows them
    ``shape``    the shape of the result
    ``fits``     (shape, dtype) per input where broadcasting or casting must be undone, else None; () where a sweep must
                 look whether elements were left out
    ``notes``    what only few nodes have, else None
    ``made``     the period in which it was recorded
    ``waiting``  during a sweep, how many consumers have not passed their gradient yet; else 0
    ``partial``  during a sweep, the sum of the gradients that have arrived; before the first one, the sweep itself
    """

    __slots__ = ("_saved", "fits", "inputs", "made", "notes", "op", "partial", "shape", "waiting")

    def __init__(self, op: Any, inputs: tuple[Node | None, ...], saved: Any, shape: Shape, fits: Any = None) -> None:
        self.op = op
        self.inputs = inputs
        self._saved = saved
        self.shape = shape
        self.fits = fits
        self.notes: Notes | None = None
        self.made = clock.now
        self.waiting = 0
        self.partial: Any  # set by a sweep

    @property
    def saved(self) -> Any:
        """The values that the operation's rules name, None where no rule does, FREED once a sweep has passed.

        Arrays are read-only: the sweep computes with them.
        """
        return protected(self._saved)

    @property
    def name(self) -> str:
        return "leaf" if self.op is None else str(self.op.name)

    def annotate(self) -> Notes:
        """The notes of this node, to be written to."""
        if self.notes is None:
            self.notes = Notes()
        return self.notes

    def __repr__(self) -> str:
        return f"<Node {self.name} {self.shape}>"


def ancestors(root: Node, stops: Iterable[Node] = ()) -> list[Node]:
    """The nodes that ``root`` was computed from and ``root``, each after its inputs; none from ``stops`` on."""
    order: list[Node] = []
    seen = {root, *stops}
    stack = [(root, iter(root.inputs))]
    while stack:
        node, rest = stack[-1]
        for source in rest:
            if source is not None and source not in seen:
                seen.add(source)
                stack.append((source, iter(source.inputs)))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def dependents(root: Node, starts: Iterable[Node]) -> list[Node]:
    """The nodes on the ways from ``starts`` to ``root``, without ``starts``, each after its inputs."""
    depends: set[Node | None] = set(starts)
    order = []
    for node in ancestors(root, starts):
        if not depends.isdisjoint(node.inputs):
            depends.add(node)
            order.append(node)
    return order


def zeros_like(array: Array, shape: Shape, dtype: DTypeLike) -> Any:
    """Zeros of this shape and dtype, from the same array library as ``array``."""
    return np.zeros_like(getattr(array, "_array", array), shape=shape, dtype=dtype)


def freed(node: Node) -> RuntimeError:
    return RuntimeError(
        f"backward through '{node.name}' {node.shape}: this graph was swept before and its saved values are "
        "freed. Add up several losses, (a + b).backward(); cut a state that is carried on, h = h.detach(); or pass "
        "retain_graph=True to the first backward() to sweep it again, also after one that an error or Ctrl-C ended."
        + recorded_at(node.notes)
    )


def busy(node: Node) -> RuntimeError:
    return RuntimeError(
        f"backward through '{node.name}' {node.shape}: another backward pass is sweeping this graph right now "
        "(another thread, or a hook of its own). Record one graph per thread, or let the first pass end."
        + recorded_at(node.notes)
    )


def recorded_at(noted: Any) -> str:
    """Where a step was recorded and swept, for the end of an error; "" where ``autograd.debug`` has not noted it.

    ``noted`` is the notes of a node, or the label of a Value.
    """
    source, swept = getattr(noted, "source", ""), getattr(noted, "swept", "")
    return (f"\n  recorded at {source}" if source else "") + (f"\n  swept at {swept}" if source and swept else "")
