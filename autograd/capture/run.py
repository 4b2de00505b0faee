"""The recording of a function: one eager call with traced arrays in the places of ordinary ones, and what it left.

Convention: afterwards everything outside is as an eager call would have left it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from ..core import Switch, read_only, recording
from ..functional import nests as tree
from ..tensor import Tensor
from ..tensor import of as tensor
from ..value import Value
from .call import Call
from .drawing import Drawing, Drawn
from .instruction import View
from .scalars import compute
from .outside import Gradient, Numbers, Outside, Place, Static
from .tape import Tape
from .traced import Number, Traced, of

__all__ = ["Effect", "Run", "Source"]


class Source(NamedTuple):
    """Where an input comes from: a leaf of the arguments (``leaf`` is its number), or a place outside (then -1).

    ``at`` is the place, or of a leaf the field that is read: "" (itself), "_array", "number", "grad"
    """

    leaf: int
    at: Any
    view: View

    def place(self, call: Call) -> Place:
        """The place, in this call."""
        if self.leaf < 0:
            return self.at  # type: ignore[no-any-return]
        holder = call.leaves[self.leaf]
        if self.at == "grad" and isinstance(holder, Tensor):
            return Gradient(holder, "grad", "an argument's grad")
        return Numbers(holder, self.at, "an argument") if self.at else Static(holder, "", "an argument")


class Effect(NamedTuple):
    """What stands in a place after the call: the numbers of a view, or something fixed."""

    source: Source
    view: View | None
    value: Any
    in_place: bool  # are the numbers of the array that is there replaced?


class Run:
    """Records one call."""

    def __init__(self, f: Callable[..., Any], call: Call, outside: Outside, line: Callable[[], str] | None) -> None:
        self.f, self.call, self.outside = f, call, outside
        self.tape = Tape()
        self.tape.line = line
        self.sources: list[Source] = []
        self.effects: list[Effect] = []
        self.put: list[tuple[Source, Place, Any, Any]] = []  # where what was replaced by what
        self.generators: list[tuple[Place, Any]] = []
        self.drawn: Drawn

    def eager(self) -> Any:
        """Call the function; give what it returns."""
        tape = self.tape
        leaves = [self._entered(k, x) for k, x in enumerate(self.call.leaves)]
        args, kwargs = self.call.with_leaves(leaves)
        self.drawn = Drawn(recording.effects, tape)
        try:
            for place in (*self.outside.arrays, *self.outside.numbers):
                self._trace(Source(-1, place, NOWHERE), place)
            for place in self.outside.generators:
                self.generators.append((place, place.get()))
                place.put(Drawing(place.get(), tape))
            with Switch(effects=self.drawn, compute=compute):
                y = self.f(*args, **kwargs)
        except BaseException:
            self.tape.give_up("the function raised an error")
            self._restored()
            raise
        self._restored()
        self.returned = y
        return self._plain(y)

    # ------------------------------------------------ before

    def _entered(self, k: int, x: Any) -> Any:
        """What the function is given in place of a leaf."""
        if isinstance(x, Tensor | Value):
            numbers = "_array" if isinstance(x, Tensor) else "number"
            for at in (numbers, "grad"):
                source = Source(k, at, NOWHERE)
                place = source.place(self.call)
                if at == numbers or place.get() is not None:
                    self._trace(source, place)
            return x
        return self._made(Source(k, "", NOWHERE), x)

    def _made(self, source: Source, x: Any) -> Any:
        """A traced array or number in place of an ordinary one."""
        tape = self.tape
        if isinstance(x, np.ndarray):
            if source.leaf < 0 and source.at.by_reference and source.at.key not in self.outside.moving:
                return of(tape, x, tape.view(x))
            view = tape.enter(x)
            made: Any = of(tape, x, view)
        else:
            view = tape.enter(np.array(x))
            made = of(tape, np.array(x), view) if isinstance(x, np.generic) else Number.at(
                tape, x, view := view._replace(weak=True))  # fmt: skip
        self.sources.append(source._replace(view=view))
        return made

    def _trace(self, source: Source, place: Place) -> None:
        x = place.get()
        if isinstance(x, np.ndarray | float | int) and not isinstance(x, bool):
            made = self._made(source, x)
            self.put.append((source, place, x, made))
            place.put(made)

    # ------------------------------------------------ after

    def _restored(self) -> None:
        """Put ordinary numbers back; what the function put there instead is an effect."""
        tape = self.tape
        written = tape.written
        for place, generator in self.generators:
            place.put(generator)
        mine = set()
        for source, place, x, made in self.put:
            mine.add(place.key)
            now = place.get()
            if now is made:
                place.put(x)
                if made.where.buffer in written:
                    self.effects.append(Effect(source, made.where, None, True))
            else:
                self._left(source, place, now)
        for k, x in enumerate(self.call.leaves):
            if isinstance(x, Tensor) and ("grad", k) not in {(s.at, s.leaf) for s, *_ in self.put}:
                source = Source(k, "grad", NOWHERE)
                place = source.place(self.call)
                if place.get() is not None:
                    self._left(source, place, place.get())
            if isinstance(x, np.ndarray):
                for s in self.sources:
                    if s.leaf == k and s.view.buffer in written:
                        self.effects.append(Effect(s, s.view, None, True))
        for place, then in self.outside.fixed:
            if isinstance(then, np.random.Generator):
                continue
            now = place.get()
            if now is not then:
                self._left(Source(-1, place, NOWHERE), place, now)
        for container, size in self.outside.containers:
            if len(container) != size:
                tape.give_up("it adds to a list or a dict, or takes something out of it; let it return that instead")
        after = Outside(self.outside.roots, self.outside.moving)
        for place in after.traced:  # in new places
            place.put(plain(place.get()))
            tape.give_up(f"it leaves numbers in {place.name}, which was not there before; let it return them instead")
        tape.closed = True

    def _left(self, source: Source, place: Place, now: Any) -> None:
        """Something else stands in a place than before the call."""
        if isinstance(now, Traced):
            x = now.value if isinstance(now, Number) else now.array
            place.put(read_only(x) if isinstance(place, Gradient) else x)
            self.effects.append(Effect(source, now.where, None, False))
        elif isinstance(now, int | float | str | type(None) | np.ndarray | np.generic):
            self.effects.append(Effect(source, None, now, False))
        elif isinstance(now, tuple) and not any(isinstance(x, Traced) for x in tree.leaves(now)):
            self.effects.append(Effect(source, None, now, False))
        else:
            self.tape.give_up(f"it puts a {type(now).__name__} in {place.name}; let it return that instead")

    def _plain(self, y: Any) -> Any:
        """The result with ordinary numbers, detached."""
        return tree.rebuild(y, [self._leaf(x) for x in tree.leaves(y)])

    def _leaf(self, x: Any) -> Any:
        if isinstance(x, Tensor) and not any(x is leaf for leaf in self.call.leaves):
            return tensor(x._array.array, None) if isinstance(x._array, Traced) else x
        if isinstance(x, Value) and not any(x is leaf for leaf in self.call.leaves):
            return Value(plain(x.number)) if isinstance(x.number, Traced) else x
        return plain(x)


def plain(x: Any) -> Any:
    """The ordinary array or number of a traced one."""
    if isinstance(x, Number):
        return x.value
    if isinstance(x, Traced):
        return x.array[()] if x.array.ndim == 0 else x.array
    return x


NOWHERE = View(-1, 0, (), (), np.dtype(float))
