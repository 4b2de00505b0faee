"""Random numbers in a program: drawn anew at each run, from the generator that the function draws from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...core import Effects
from ..tape import Draw, Tape
from .arguments import noted, numbers
from .array import Traced
from .kinds import of
from .number import Number

__all__ = ["Drawing", "Drawn", "Log"]


class Log:
    """What was drawn from each generator, and the states that it had before and after."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.draws: dict[int, list[tuple[Draw, str, str]]] = {}
        self.last: dict[int, tuple[np.random.Generator, str]] = {}

    def meet(self, generator: np.random.Generator) -> None:
        """From here on the generator is looked at."""
        self.last.setdefault(id(generator), (generator, state_of(generator)))

    def draw(self, drawing: Drawing, name: str, before: str) -> Draw:
        """What was just drawn, as an instruction's function."""
        own = drawing.own
        made = Draw(drawing.current, name)
        known = self.draws.setdefault(id(own), [])
        self._set_back(made, own, before)
        after = state_of(own)
        known.append((made, before, after))
        self.last[id(own)] = own, after
        return made

    def _set_back(self, draw: Draw, own: np.random.Generator, now: str) -> None:
        """Before this draw, the generator was perhaps set back to what it was before or after another one."""
        if now != self.last[id(own)][1]:
            for other, *states in self.draws.get(id(own), ()):
                if now in states:
                    draw.start, other.keeps = (other, states.index(now)), True
                    return
            self.tape.give_up("it draws from a generator unseen, or sets its state")

    def sets(self, own: np.random.Generator) -> None:
        """The function itself has set a generator's state."""
        if not any(state_of(own) in states for _, *states in self.draws.get(id(own), ())):
            self.tape.give_up("it sets the state of a generator")

    def finish(self) -> None:
        """The recording is over."""
        for generator, state in self.last.values():
            now = state_of(generator)
            if now != state and not self.tape.closed:
                back = Draw(self.draws[id(generator)][0][0].current if id(generator) in self.draws else None, "")
                self._set_back(back, generator, now)
                self.tape.note(back, "", (), {}, (), "in place")


def state_of(generator: np.random.Generator) -> str:
    return str(generator.bit_generator.state)


class Bits:
    """The bit generator of a generator that is looked at."""

    def __init__(self, drawing: Drawing) -> None:
        object.__setattr__(self, "drawing", drawing)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.drawing.own.bit_generator, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.drawing.own.bit_generator, name, value)
        self.drawing.log.sets(self.drawing.own)


class Drawing(np.random.Generator):
    """A generator in the place of another, whose numbers it draws and notes."""

    def __init__(
        self, generator: np.random.Generator, log: Log, current: Callable[[], np.random.Generator] | None = None
    ) -> None:
        super().__init__(generator.bit_generator)
        self.own, self.log = generator, log
        self.current = current or (lambda: generator)
        log.meet(generator)

    @property
    def bit_generator(self) -> Any:
        """What the numbers come from; it tells when its state is set."""
        return Bits(self)

    def spawn(self, n_children: int) -> Any:
        """Other generators, which are new at each call."""
        self.log.tape.give_up("it spawns generators: make them outside, and give them to it")
        return self.own.spawn(n_children)

    def _draw(self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        tape, before = self.log.tape, state_of(self.own)
        y = getattr(self.own, name)(*numbers(arguments), **numbers(keywords))
        draw = self.log.draw(self, name, before)
        if y is None:  # shuffled in place
            if isinstance(arguments[0], Traced):
                tape.note(draw, "", noted(tape, arguments), noted(tape, keywords), (arguments[0].where,), "in place")
            else:
                tape.give_up("a generator shuffles an ordinary array or list in place")
            return None
        if isinstance(y, bytes) or np.asarray(y).dtype.kind not in "biuf":
            tape.give_up(f"a generator's {name} gives what is no number")
            return y
        view = tape.fresh(np.asarray(y))
        tape.note(draw, "", noted(tape, arguments), noted(tape, keywords), (view,), "fresh")
        if isinstance(y, float | int):
            return Number.of(of(tape, np.asarray(y), view))
        return of(tape, y, view)


def _method(name: str) -> Callable[..., Any]:
    def draw(self: Drawing, *arguments: Any, **keywords: Any) -> Any:
        return self._draw(name, arguments, keywords)

    draw.__name__ = name
    return draw


for _name in dir(np.random.Generator):
    if not _name.startswith("_") and _name not in ("bit_generator", "spawn"):
        setattr(Drawing, _name, _method(_name))


class Drawn(Effects):
    """Hands out generators that note what is drawn, to functions that say what they draw from."""

    def __init__(self, outer: Effects | None, log: Log) -> None:
        super().__init__(outer)
        self.log = log
        self.made: dict[int, Drawing] = {}

    def draws(self, generator: Any, current: Callable[[], Any] | None = None) -> Any:
        if isinstance(generator, Drawing) or self.log.tape.closed:
            return generator
        if self.outer is not None:
            self.outer.draws(generator, current)
        if id(generator) not in self.made:
            self.made[id(generator)] = Drawing(generator, self.log, current)
        return self.made[id(generator)]

    def writes(self, leaf: Any) -> None:
        if self.outer is not None:
            self.outer.writes(leaf)
