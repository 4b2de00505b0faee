"""The recording of a function: one eager call with traced arrays in the places of ordinary ones.

Convention: afterwards everything outside is as an eager call would have left it.
"""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from ...core import Switch, recording
from ...tensor import Tensor
from ...value import Value
from ..outside import Outside, Place
from ..tape import NOWHERE, Draw, Tape
from ..traced import Drawing, Drawn, Iterated, Log, Number, compute, is_foreign, made, of
from .arguments import Call, items
from .aside import aside
from .left import restore, untraced
from .returned import Returned
from .sources import Effect, Source

__all__ = ["DRAWS", "Run"]

DRAWS = "it, or another thread, draws from a generator of an old kind: use numpy.random.default_rng(seed)"

TRACINGS = (
    AttributeError,
    TypeError,
    KeyError,
    BufferError,
    NotImplementedError,
)  # what a traced array may raise, and no other


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
        states = [stated(get()) for get in self.outside.legacy]
        try:
            memo: dict[int, Any] = {}
            for k, x in enumerate(self.call.leaves):
                if isinstance(x, float | int | np.generic) or id(x) not in memo:
                    memo[id(x)] = self._entered(k, x)
                self.entered.append(memo[id(x)])
            args, kwargs, self.containers = self.call.with_leaves(self.entered)
            given = [dict(enumerate(c)) if isinstance(c, list) else dict(items(c)) for c in self.containers]
            for place in (*self.outside.arrays, *self.outside.numbers):
                self._trace(Source(-1, place, NOWHERE), place)
            for place in self.outside.generators:
                self.generators.append((place, place.get()))
                place.put(Drawing(place.get(), self.log))
            for place in self.outside.iterators:
                self.generators.append((place, place.get()))
                place.put(Iterated(place.get(), tape))
            with Switch(effects=Drawn(recording.effects, self.log), compute=compute, **aside(tape)):
                y = self.f(*args, **kwargs)
        except BaseException as error:
            tape.give_up(f"it raised {type(error).__name__}")
            try:
                restore(self, [])
            except KeyboardInterrupt:  # a second Ctrl-C: what is in its place already is left there
                restore(self, [])
            raise
        restore(self, given)
        if [stated(get()) for get in self.outside.legacy] != states:
            tape.give_up(DRAWS)
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
        drawn = any(isinstance(getattr(step, "function", None), Draw) for step in self.tape.notes)
        return not self.effects and not self.tape.written and not drawn

    def finish(self) -> None:
        """Forget what was traced; and give up if the function keeps some of it elsewhere."""
        self.entered, self.containers, self.put, self.generators = [], [], [], []
        self.tape.line = None
        del self.log
        kept = sys.getrefcount(self.tape)
        if kept > 2:
            gc.collect()  # of functions that call themselves, and errors that were caught
            kept = sys.getrefcount(self.tape)
        if kept > 2 and self.outside.caches:
            for cache in self.outside.caches:
                cache.cache_clear()
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
        if is_foreign(x):
            view = tape.foreign(x)
            found: Any = made(tape, x, view)
        elif isinstance(x, np.ndarray):
            if source.leaf < 0 and source.at.by_reference and source.at.key not in self.outside.moving:
                return of(tape, x, tape.outside(x))
            view = tape.enter(x)
            found = of(tape, x, view)
        else:
            view = tape.enter(np.array(x))
            if isinstance(x, np.generic):
                found = of(tape, x, view)
            else:
                view = view._replace(weak=True)
                found = Number.seen(tape, x, view)
        self.sources.append(source._replace(view=view))
        return found

    def _trace(self, source: Source, place: Place) -> None:
        x = place.get()
        if is_foreign(x) or (isinstance(x, np.ndarray | np.generic | float | int) and not isinstance(x, bool)):
            stands = self._made(source, x)
            self.put.append((source._replace(view=stands.where), place, x, stands))
            place.put(stands)


def stated(state: Any) -> Any:
    """The state of a generator, such that two can be compared."""
    if type(state) is not tuple:
        return repr(state)
    return [x.tobytes() if isinstance(x, np.ndarray) else x for x in state]
