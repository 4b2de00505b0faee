"""Fingerprints of saved arrays: a checksum when they are recorded, compared when something looks at them again.

Convention: an array is known by its identity, weakly. It is looked at again when another operation takes or saves it,
in the sweep, and with ``always`` at every operation: then the error names the two operations between which it changed.
It is looked after as long as a graph is still to be swept that needs it: afterwards an optimizer may move it in place.
"""

from __future__ import annotations

import weakref
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core import FREED, Node
from ..declare import Operation
from ..tensor import Tensor
from .steps import name, source, text_of


class Marks:
    """The fingerprints of what a node saved, in order, until a sweep has passed it."""

    __slots__ = ("__weakref__", "prints")

    def __init__(self) -> None:
        self.prints: list[int] = []


class Seen(NamedTuple):
    """An array as it was saved.

    ``array``  a weak reference to it
    ``print``  its fingerprint
    ``saver``  the operation that saved it, the name that its rules have for it, and the line
    ``last``   the operation that last found it unchanged, and the line
    ``needed``  the marks of the nodes that have saved it and are still to be swept, weakly
    """

    array: Any
    print: int
    saver: tuple[str, str, str]
    last: tuple[str, str]
    needed: weakref.WeakSet[Marks]


class Fingerprints:
    """The fingerprints of all saved arrays. ``handed_out`` tells the lines where an array's numbers were taken."""

    def __init__(self, always: bool, handed_out: Callable[[Any], list[str]]) -> None:
        self.always = always
        self.handed_out = handed_out
        self.seen: dict[int, Seen] = {}

    def note(self, node: Node, given: Sequence[Any]) -> None:
        """An operation was recorded: look at what it took, and keep the fingerprints of what it saved."""
        here = name(node), source(node)
        if self.always:
            for array in [seen.array() for seen in self.seen.values()]:
                self._look(array, here)
        else:
            for x in given:
                self._look(x._array if isinstance(x, Tensor) else x, here)
        marks = Marks()
        for need, array in saved_arrays(node):
            known = self._known(array)
            mark = fingerprint(array)
            if known is None:
                self._keep(array, Seen(None, mark, (here[0], need, here[1]), here, weakref.WeakSet([marks])))
            elif known.print != mark:
                raise self._error(known, array, f"when '{here[0]}' was recorded", here[1])
            else:
                known.needed.add(marks)
            marks.prints.append(mark)
        if marks.prints:
            node.annotate().prints = marks

    def _keep(self, array: Any, seen: Seen) -> None:
        key = id(array)
        self.seen[key] = seen._replace(array=weakref.ref(array, lambda _: self.seen.pop(key, None)))

    def _known(self, array: Any) -> Seen | None:
        known = self.seen.get(id(array))
        return known if known is not None and known.array() is array and len(known.needed) else None

    def _look(self, array: Any, here: tuple[str, str]) -> None:
        """Compare an array with its fingerprint, if it has one."""
        known = self._known(array) if isinstance(array, np.ndarray) else None
        if known is not None:
            if fingerprint(array) != known.print:
                raise self._error(known, array, f"when '{here[0]}' was recorded", here[1])
            self.seen[id(array)] = known._replace(last=here)

    def check_saved(self, node: Node, line: str, keep: bool = True) -> None:
        """Compare what a node saved with the fingerprints that it had; raise RuntimeError where they differ.

        Unless the sweep keeps the graph, the node needs it no more.
        """
        notes = node.notes
        if notes is None or notes.prints is None or node._saved is FREED:
            return
        here = (name(node), "", source(node))
        for (need, array), mark in zip(saved_arrays(node), notes.prints.prints, strict=True):
            if fingerprint(array) != mark:
                known = self._known(array)
                last = known.last if known is not None and known.print == mark else (here[0], here[2])
                saver = (here[0], need, here[2])
                seen = Seen(None, mark, saver, last, weakref.WeakSet())
                raise self._error(seen, array, "by the time of the sweep", line)
        if not keep:
            notes.prints = None

    def _error(self, known: Seen, array: Any, found: str, line: str) -> RuntimeError:
        operation, need, saved_at = known.saver
        lines = [
            f"'{operation}' saved its {need} {array.shape} {array.dtype} for the backward pass, and that array was "
            "changed afterwards: the gradient would be wrong",
            "saved" + (f" at {text_of(saved_at)}" if saved_at else ""),
        ]
        if known.last[1] and known.last != (operation, saved_at):
            lines.append(f"still the same when '{known.last[0]}' was recorded at {text_of(known.last[1])}")
        lines.append(f"found changed {found}" + (f", at {text_of(line)}" if line else ""))
        lines += [f"its numbers were handed out: {text}" for text in self.handed_out(array)]
        lines.append(
            "Change a copy instead, or record anew." if self.always else
            'Change a copy instead, or record anew. debug(fingerprints="always") looks at every operation and names '
            "the two between which it happens."
        )  # fmt: skip
        return RuntimeError("\n  ".join(lines))


def fingerprint(array: Any) -> int:
    """A checksum of an array's numbers."""
    return zlib.crc32(array.reshape(-1).view(np.uint8) if array.flags.c_contiguous else array.tobytes())


def saved_arrays(node: Node) -> Iterator[tuple[str, Any]]:
    """NumPy's arrays among what a node saved, each with the name that the rules have for it.

    What an operation with ``keeps`` leaves for its rules is a workspace of its own, which they may use up.
    """
    op, saved = node.op, node._saved
    if isinstance(op, Operation) and isinstance(saved, tuple):
        for need, value in zip(op.needs, saved, strict=False):
            for array in _arrays(value):
                yield need.name, array


def _arrays(value: Any) -> Iterator[Any]:
    """The arrays in a saved value, in lists, tuples and dicts too."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "biufc":
            yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)
    elif isinstance(value, Mapping):
        yield from _arrays(list(value.values()))
