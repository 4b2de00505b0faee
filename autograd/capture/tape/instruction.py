"""What a recorded program is made of: buffers, views of them, instructions that read some views and write others.

Convention: a view says where numbers are, as NumPy does: so many bytes behind the start of a buffer, in these strides.
A call that NumPy answers with a view is no instruction: it only makes another ``View``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from ...typing import NDArray

Form = Literal["fresh", "into", "in place"]

__all__ = ["FOREIGN", "FRESH", "Buffer", "Guard", "Instruction", "Step", "View", "mapped", "read_by"]


@dataclass(eq=False, slots=True, frozen=True)
class Buffer:
    """Memory that a program reads or writes; its number is its place in a list of buffers.

    ``kind``   "input" (given at each call), "outside" (an ordinary array that was met, read where it is at each call),
               "constant" (computed with the program), "fresh" (the program's own) or "foreign" (an array of another
               library, given or computed: it has its memory itself, and views of it are others)
    ``array``  the numbers of a constant, and the array that was met outside
    """

    size: int  # bytes
    kind: Literal["input", "outside", "constant", "fresh", "foreign"]
    array: NDArray[Any] | None = field(default=None, repr=False)


class Fresh(dict[int, Buffer]):
    """The buffers of programs' own by their size: all of one size are one object, of which there may be very many."""

    def __missing__(self, size: int) -> Buffer:
        self[size] = buffer = Buffer(size, "fresh")
        return buffer


FRESH = Fresh()
FOREIGN = Buffer(0, "foreign")


class View(NamedTuple):
    """Numbers in a buffer; ``weak`` marks a Python number, which takes the dtype of the arrays that it meets."""

    buffer: int
    offset: int  # bytes from the start of the buffer to the first number
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # bytes
    dtype: np.dtype[Any]
    weak: bool = False

    @property
    def size(self) -> int:
        n = 1
        for length in self.shape:
            n *= length
        return n

    def of(self, memory: NDArray[Any]) -> NDArray[Any]:
        """The array that this view is, where its buffer begins with the first number of this memory."""
        return np.asarray(Window(self, memory))


class Window:
    """A view as NumPy's array interface describes it; it keeps the memory alive."""

    def __init__(self, view: View, memory: NDArray[Any]) -> None:
        self.memory = memory
        start, read_only = memory.__array_interface__["data"]
        self.__array_interface__ = {
            "version": 3, "shape": view.shape, "strides": view.strides, "typestr": view.dtype.str,
            "data": (start + view.offset, read_only),
        }  # fmt: skip


@dataclass(eq=False, slots=True)
class Instruction:
    """``outputs = function(*arguments, **keywords)``, with views in place of the program's arrays.

    ``method``  how the function is called: "" as it stands, else a ufunc's method ("reduce", "accumulate", "at", ...)
    ``form``    "fresh": every output is a buffer of its own, and wholly written. "into": outputs are replaced by the
                results, part of a buffer maybe. "in place": the function writes to its first argument, the output
    ``reads``   the views among the arguments
    ``source``  the line of the user's program, where ``autograd.debug`` notes it
    """

    function: Callable[..., Any]
    method: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    outputs: tuple[View, ...]
    form: Form
    reads: tuple[View, ...]
    source: str = ""

    @property
    def name(self) -> str:
        name = getattr(self.function, "__name__", type(self.function).__name__)
        return f"{name}.{self.method}" if self.method else name

    @property
    def call(self) -> Callable[..., Any]:
        """What to call with the arguments."""
        return getattr(self.function, self.method) if self.method else self.function


@dataclass(eq=False, slots=True)
class Guard:
    """A decision on the program's numbers: where they are no longer these, another path of the function is taken.

    ``read``      makes of the array what the function saw of it: ``bool``, ``float``, or its bytes
    ``expected``  what it saw while recording
    """

    view: View
    read: Callable[[NDArray[Any]], Any]
    expected: Any
    source: str = ""
    outputs: ClassVar[tuple[View, ...]] = ()

    @property
    def reads(self) -> tuple[View, ...]:
        return (self.view,)


Step = Instruction | Guard


def read_by(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[View, ...]:
    """The views among the arguments, also inside lists, tuples, dicts and slices."""
    found: list[View] = []
    for x in (*arguments, *keywords.values()) if keywords else arguments:
        kind = x.__class__
        if kind is View:
            found.append(x)
        elif kind not in NUMBERS:
            if isinstance(x, tuple | list):
                found.extend(read_by(tuple(x), {}))
            elif isinstance(x, dict):
                found.extend(read_by((), x))
            elif kind is slice:
                found.extend(read_by((x.start, x.stop, x.step), {}))
    return tuple(found)


def mapped(change: Callable[[Any], Any], x: Any) -> Any:
    """A list, tuple, dict or slice with each of its parts changed; anything else as it is."""
    if isinstance(x, tuple | list):
        parts = [change(part) for part in x]
        return type(x)._make(parts) if hasattr(x, "_make") else type(x)(parts)
    if isinstance(x, dict):
        return {name: change(part) for name, part in x.items()}
    if isinstance(x, slice):
        return slice(change(x.start), change(x.stop), change(x.step))
    return x


NUMBERS = frozenset([int, float, bool, str, type(None)])
