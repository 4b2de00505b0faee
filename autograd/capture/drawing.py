"""Random numbers in a program: drawn anew at each run, from the generator that the function draws from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import Effects
from .tape import Tape
from .traced import Number, Traced, noted, numbers, of

__all__ = ["Draw", "Drawing", "Drawn"]


class Draw:
    """``generator.name(...)``, an instruction that stays in its order and is never merged or left out."""

    def __init__(self, generator: np.random.Generator, name: str) -> None:
        self.generator = generator
        self.__name__ = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return getattr(self.generator, self.__name__)(*arguments, **keywords)


class Drawing(np.random.Generator):
    """A generator in the place of another, whose numbers it draws and notes."""

    def __init__(self, generator: np.random.Generator, tape: Tape) -> None:
        super().__init__(generator.bit_generator)
        self.own, self.tape = generator, tape

    def _draw(self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        tape = self.tape
        y = getattr(self.own, name)(*numbers(arguments), **numbers(keywords))
        if y is None:  # shuffled in place
            if isinstance(arguments[0], Traced):
                tape.note(Draw(self.own, name), "", noted(tape, arguments), noted(tape, keywords),
                          (arguments[0].where,), "in place")  # fmt: skip
            else:
                tape.give_up("a generator shuffles an ordinary array or list in place")
            return None
        if isinstance(y, bytes) or np.asarray(y).dtype.kind not in "biuf":
            tape.give_up(f"a generator's {name} gives what is no number")
            return y
        array = np.asarray(y)
        view = tape.fresh(array)
        tape.note(Draw(self.own, name), "", noted(tape, arguments), noted(tape, keywords), (view,), "fresh")
        drawn = of(tape, array, view)
        return Number.of(drawn) if isinstance(y, float | int) else drawn


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

    def __init__(self, outer: Effects | None, tape: Tape) -> None:
        super().__init__(outer)
        self.tape = tape
        self.made: dict[int, Drawing] = {}

    def draws(self, generator: Any) -> Any:
        if isinstance(generator, Drawing) or self.tape.closed:
            return generator
        if self.outer is not None:
            self.outer.draws(generator)
        if id(generator) not in self.made:
            self.made[id(generator)] = Drawing(generator, self.tape)
        return self.made[id(generator)]

    def writes(self, leaf: Any) -> None:
        if self.outer is not None:
            self.outer.writes(leaf)
