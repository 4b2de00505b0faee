"""The recording of a function: one eager call with traced arrays in the places of ordinary ones, and what it left.

Convention: afterwards everything outside is as an eager call would have left it.
"""

from __future__ import annotations

import gc
import sys
import types
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core import Switch, read_only, recording
from ..functional import nests as tree
from ..tensor import Tensor
from ..value import Value
from .aside import aside
from .call import Call, items
from .drawing import Draw, Drawing, Drawn, Log
from .instruction import View
from .outside import MISSING, Gradient, Item, Numbers, Outside, Place, Static
from .returned import Returned, kind_of, plain
from .scalars import compute
from .tape import Tape
from .traced import Number, Scalar, Traced, of

__all__ = ["Effect", "Run", "Source"]

TRACINGS = (AttributeError, TypeError, BufferError, NotImplementedError)  # what a traced array may raise, and no other


class Source(NamedTuple):
    """Where an input comes from: a leaf of the arguments (``leaf`` is its number), or a place outside (then -1).

    ``at`` is the place, or of a leaf the field that is read: "" (itself), "_array", "number", "grad". With a
    ``container``, a list or dict among the arguments, it is the key in it.
    """

    leaf: int
    at: Any
    view: View
    container: int = -1

    @property
    def plain(self) -> bool:
        """Is it the user's own array?"""
        return self.at == "" if self.leaf >= 0 else self.container < 0 and self.at.by_reference

    def place(self, call: Call) -> Place:
        """The place, in this call."""
        if self.container >= 0:
            return Item(items(call.containers[self.container]), self.at, f"an argument's {self.at}")
        if self.leaf < 0:
            return self.at
        holder = call.leaves[self.leaf]
        if self.at == "grad" and isinstance(holder, Tensor):
            return Gradient(holder, "grad", "an argument's grad")
        return Numbers(holder, self.at, "an argument") if self.at else Static(holder, "", "an argument")


class Effect(NamedTuple):
    """What stands in a place after the call: the numbers of a view, as this kind of thing, or something fixed."""

    source: Source
    view: View | None
    value: Any
    kind: str  # "in place": the numbers of the array that is there are replaced


class Run:
    """Records one call.

    ``entered``     what the function was given in place of each leaf
    ``containers``  and of each container among the arguments
    ``live``        the kind of a result whose graph has not been swept, if there is one; ``open``: does that graph
                    begin at an argument, as it does where a derivative of the captured function is taken?
    """

    def __init__(self, f: Callable[..., Any], call: Call, outside: Outside, line: Callable[[], str] | None) -> None:
        self.f, self.call, self.outside = f, call, outside
        self.tape = Tape()
        self.tape.line = line
        self.log = Log(self.tape)
        self.sources: list[Source] = []
        self.effects: list[Effect] = []
        self.put: list[tuple[Source, Place, Any, Any]] = []  # where what was replaced by what
        self.generators: list[tuple[Place, Any]] = []
        self.moved: set[Any] = set()  # places that will be read anew
        self.entered: list[Any] = []
        self.containers: list[Any] = []
        self.live = ""
        self.open = False

    def eager(self) -> Any:
        """Call the function; give what it returns."""
        tape = self.tape
        self.nodes = [(x, x.node) for x in self.call.leaves if isinstance(x, Tensor)]
        states = [repr(get()) for get in self.outside.legacy]
        try:
            memo: dict[int, Any] = {}
            for k, x in enumerate(self.call.leaves):
                if isinstance(x, float) or id(x) not in memo:
                    memo[id(x)] = self._entered(k, x)
                self.entered.append(memo[id(x)])
            args, kwargs, self.containers = self.call.with_leaves(self.entered)
            given = [dict(enumerate(c)) if isinstance(c, list) else dict(items(c)) for c in self.containers]
            for place in (*self.outside.arrays, *self.outside.numbers):
                self._trace(Source(-1, place, NOWHERE), place)
            for place in self.outside.generators:
                self.generators.append((place, place.get()))
                place.put(Drawing(place.get(), self.log))
            with Switch(effects=Drawn(recording.effects, self.log), compute=compute, **aside(tape)):
                y = self.f(*args, **kwargs)
        except BaseException as error:
            tape.give_up(f"it raised {type(error).__name__}")
            try:
                self._restored([])
            except KeyboardInterrupt:  # a second Ctrl-C: what is in its place already is left there
                self._restored([])
            raise
        self._restored(given)
        if [repr(get()) for get in self.outside.legacy] != states:
            tape.give_up("it draws from a generator of an old kind: use numpy.random.default_rng(seed)")
        self.returned = Returned(y, self)
        if self.returned.refused:
            tape.give_up(self.returned.refused)
        del y, memo, args, kwargs, given
        return self.returned.plain

    def result(self, inside: Any) -> Any:
        """The same, also where traced arrays cannot take the place of ordinary ones: then it is called again.

        ``inside.run`` says meanwhile that this thread is recording.
        """
        inside.run = self
        try:
            y = self.eager()
            if not ((self.open or isinstance(y, types.GeneratorType)) and self.clean):
                return y
        except TRACINGS:  # perhaps the function's own: then it is raised again
            if not self.clean:
                raise
        finally:
            inside.run = None
        return self.f(*self.call.args, **self.call.kwargs)

    @property
    def clean(self) -> bool:
        """Has nothing been done yet that calling the function again would do again?"""
        drawn = any(isinstance(getattr(step, "function", None), Draw) for step in self.tape.steps)
        return not self.effects and not self.tape.written and not drawn

    def finish(self) -> None:
        """Forget what was traced; and give up if the function keeps some of it elsewhere."""
        self.entered, self.containers, self.put, self.generators = [], [], [], []
        del self.log
        kept = sys.getrefcount(self.tape)
        if kept > 2:
            gc.collect()  # of functions that call themselves, and errors that were caught
            kept = sys.getrefcount(self.tape)
        if kept > 2:
            where = untraced(self.tape)
            self.tape.give_up(f"it keeps numbers in {where}; let it return them instead")

    # ------------------------------------------------ before

    def _entered(self, k: int, x: Any) -> Any:
        """What the function is given in place of a leaf."""
        if isinstance(x, np.random.Generator):
            return Drawing(x, self.log)
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
                return of(tape, x, tape.outside(x))
            view = tape.enter(x)
            made: Any = of(tape, x, view)
        else:
            view = tape.enter(np.array(x))
            if isinstance(x, np.generic):
                made = of(tape, np.array(x), view, Scalar)
            else:
                view = view._replace(weak=True)
                made = Number.at(tape, x, view)
        self.sources.append(source._replace(view=view))
        return made

    def _trace(self, source: Source, place: Place) -> None:
        x = place.get()
        if isinstance(x, np.ndarray | np.generic | float | int) and not isinstance(x, bool):
            made = self._made(source, x)
            self.put.append((source, place, x, made))
            place.put(made)

    # ------------------------------------------------ after

    def _restored(self, given: list[dict[Any, Any]]) -> None:
        """Put ordinary numbers back; what the function put there instead is an effect."""
        tape = self.tape
        for place, generator in self.generators:
            now = place.get()
            if isinstance(now, Drawing) and now.own is generator:
                place.put(generator)
            elif now is not generator:
                self._left(Source(-1, place, NOWHERE), place, now)
        mine = set()
        for source, place, x, made in self.put:
            mine.add((source.leaf, place.key))
            now = place.get()
            if now is made:
                place.put(x)
                if made.where.buffer in tape.written:
                    self._written(source, place, made)
            else:
                self._left(source, place, now)
        for k, x in enumerate(self.call.leaves):
            if isinstance(x, Tensor):
                source = Source(k, "grad", NOWHERE)
                place = source.place(self.call)
                if (k, place.key) not in mine and place.get() is not None:
                    self._left(source, place, place.get())
            elif isinstance(x, np.ndarray):
                for s in self.sources:
                    if s.leaf == k and s.view.buffer in tape.written:
                        self.effects.append(Effect(s, s.view, None, "in place"))
        for x, node in self.nodes:
            if x.node is not node:
                tape.give_up("it changes what an argument's gradients go to")
        for place, then in self.outside.fixed:
            now = place.get()
            if now is not then and not isinstance(then, np.random.Generator):
                self._left(Source(-1, place, NOWHERE), place, now)
        self._arguments(given)
        for container, size in self.outside.containers:
            if len(container) != size:
                tape.give_up("it adds to a list, dict or set, or takes something out of it; let it return that instead")
        after = Outside(self.outside.roots, self.outside.moving)
        for place in after.traced:  # in new places
            place.put(plain(place.get()))
            tape.give_up(f"it leaves numbers in {place.name}, which was not there before; let it return them instead")
        self._apart()
        self.log.finish()
        tape.settle()

    def _written(self, source: Source, place: Place, made: Traced) -> None:
        """An array was written to. If it is read where it is, it must be an input: guards come first."""
        if self.tape.buffers and self.tape.buffers[made.where.buffer].kind == "outside":
            if all(step >= 0 for step in made.array.strides):
                buffer, (start, end) = self.tape.buffers[made.where.buffer], span(made.array)
                buffer.kind, buffer.array, buffer.size = "input", None, end - start if made.array.size else 0
                self.sources.append(source._replace(view=made.where))
            else:
                self.moved.add(place.key)
                self.tape.give_up("")
        self.effects.append(Effect(source, made.where, None, "in place"))

    def _left(self, source: Source, place: Place, now: Any) -> None:
        """Something else stands in a place than before the call."""
        if isinstance(now, Traced):
            kind = "array" if isinstance(place, Gradient) or place.at == "_array" else kind_of(now)
            x = now.array if kind == "array" else plain(now)
            place.put(read_only(x) if isinstance(place, Gradient) else x)
            self.effects.append(Effect(source, now.where, None, kind))
        elif now is MISSING:
            self.tape.give_up(f"it takes {place.name} away")
        elif isinstance(now, int | float | str | type(None) | np.ndarray | np.generic):
            own = now.copy(order="K") if isinstance(now, np.ndarray) else now
            self.effects.append(Effect(source, None, own, ""))
        elif isinstance(now, tuple) and all(isinstance(x, int | float | str) for x in tree.leaves(now)):
            self.effects.append(Effect(source, None, now, ""))
        else:
            if any(isinstance(x, Traced) for x in tree.leaves(now)):
                place.put(tree.rebuild(now, [plain(x) for x in tree.leaves(now)]))
            self.tape.give_up(f"it puts a {type(now).__name__} in {place.name}; let it return that instead")

    def _arguments(self, given: list[dict[Any, Any]]) -> None:
        """What the function put in lists, dicts and dataclasses that it was given goes to the caller's."""
        for k, then in enumerate(given):
            made, own = items(self.containers[k]), items(self.call.containers[k])
            now = dict(enumerate(made)) if isinstance(made, list) else dict(made)
            if any(made is items(other) for other in self.containers[:k]):
                continue
            if list(now) != list(then):
                self.tape.give_up("it adds to a list or dict that it is given, or takes something out of it")
                for key in then:
                    if key not in now and isinstance(own, dict):
                        del own[key]
                if isinstance(own, list):
                    own[:] = [self._given(x, own[j] if j < len(own) else None, then.get(j)) for j, x in now.items()]
                else:
                    own.update({key: self._given(x, own.get(key), then.get(key)) for key, x in now.items()})
                continue
            for key, x in now.items():
                if x is not then[key]:
                    source = Source(-1, key, NOWHERE, k)
                    own[key] = x
                    self._left(source, source.place(self.call), x)

    def _given(self, x: Any, own: Any, then: Any) -> Any:
        """What stands in the caller's container for what stands in the function's."""
        if x is then:
            return own
        return tree.rebuild(x, [plain(leaf) for leaf in tree.leaves(x)])

    def _apart(self) -> None:
        """Arrays that are written to must share no memory with others: each is traced by itself."""
        tape = self.tape
        if not tape.written or tape.closed:
            return
        arrays = [(made.array, made.where.buffer) for *_, made in self.put if made.__class__ is Traced]
        arrays += [(x.array, x.where.buffer) for x in self.entered if x.__class__ is Traced]
        arrays += [(array, view.buffer) for array, view, _ in tape.met.values()]
        if overlapping(arrays, tape.written):
            tape.give_up("it writes to an array that shares memory with another one that it reads")


def overlapping(arrays: list[tuple[Any, int]], written: Any) -> bool:
    """Does one that is written to share memory with one of another buffer?"""
    spans = sorted((*span(a), buffer) for a, buffer in arrays if a.size)
    end, last = -1, -1
    for start, stop, buffer in spans:
        if start < end and buffer != last and (buffer in written or last in written):
            return True
        if stop > end:
            end, last = stop, buffer
    return False


def span(array: Any) -> tuple[int, int]:
    """Where in memory an array begins and ends."""
    start = array.__array_interface__["data"][0]
    steps = [(n - 1) * step for n, step in zip(array.shape, array.strides, strict=True)]
    return start + sum(min(0, x) for x in steps), start + sum(max(0, x) for x in steps) + array.itemsize


def untraced(tape: Tape) -> str:
    """Put ordinary numbers wherever traced ones are left; where that was, in words."""
    where = "an object"
    left = [x for x in gc.get_referrers(tape) if isinstance(x, Traced)]
    for x in left:
        for holder in gc.get_referrers(x):
            if isinstance(holder, types.CellType):
                holder.cell_contents = plain(x)
                where = "a function that it makes"
            if holder is left or not isinstance(holder, list | deque | dict):
                continue
            for key, value in list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder)):
                if value is x:
                    holder[key] = plain(x)
                    where = f"a {type(holder).__name__}"
    return where


NOWHERE = View(-1, 0, (), (), np.dtype(float))
