"""One call of a NumPy function, or of a method of an array, with something traced among its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import NDArray
from ..tape import FAILING, Parts, Tape, View, bytes_of, mapped
from .arguments import counted, found, noted, numbers
from .foreign import is_foreign, made
from .functions import COUNTING, DECIDING, EFFECTS, FORMS, creates, target
from .kinds import PLAIN, Bare, of

__all__ = ["call"]

ndarray = np.ndarray


def call(tape: Tape, function: Any, key: Any, arguments: Any, keywords: Any) -> Any:
    """A NumPy function, or a method of an array, with traced arrays among its arguments."""
    if key in FORMS:
        return function(*numbers(arguments), **numbers(keywords))
    if key in EFFECTS:
        tape.give_up(f"{function.__name__} does what a program cannot")
        return function(*numbers(arguments), **numbers(keywords))
    constant, fill = creates(key, arguments, keywords)
    if constant:
        y, view = tape.made(function(*numbers(arguments), **numbers(keywords)))
        tape.note(np.full, "", (y.shape, noted(tape, fill)), {"dtype": y.dtype}, (view,), "fresh")
        return of(tape, y, view)
    parts = Apart(tape)
    own, views = parts.both(arguments)
    own_keywords, views_in_keywords = parts.both(keywords) if keywords else (keywords, keywords)
    out = target(key, arguments, keywords)
    if out is not None:
        y = function(*own, **own_keywords)
        if not isinstance(out, Bare):
            tape.give_up(f"{function.__name__} writes numbers of the program into an ordinary array")
            return y
        tape.note(function, "", views, views_in_keywords, (out.where,), "in place")
        if y is None or y is out.array:
            return None if y is None else out
        result = Results(tape, parts)
        wrapped = result.wrapped(y)
        if result.made:
            tape.give_up(f"{function.__name__} both writes to an argument and returns something else")
        return wrapped
    if key in DECIDING:
        for x in found((arguments[key not in (np.min_scalar_type, np.real_if_close, np.trim_zeros) :], keywords)):
            tape.decide(x.array, x.where, bytes_of)
    elif key in COUNTING and (key is not np.where or len(arguments) == 1):
        of_number = [*arguments, *keywords.values()][COUNTING[key]]
        if isinstance(of_number, Bare):
            counted(of_number)
    try:
        y = function(*own, **own_keywords)
    except FAILING as error:
        tape.fail(error)
        raise
    if y is None:
        tape.give_up(f"{function.__name__} returns nothing, and does what a program cannot know")
        return None
    result = Results(tape, parts)
    wrapped = result.wrapped(y)
    if result.made:
        kept = tuple(result.parts)
        counting = function if len(kept) == result.count else Parts(function, kept)
        tape.note(counting, "", views, views_in_keywords, tuple(result.made), "fresh")
    for array, view in result.asked:  # numbers of Python's, truth values: what is done with them cannot be seen
        tape.decide(array, view, bytes_of)
    return wrapped


class Apart:
    """Arguments taken apart.

    ``operands``  the traced arrays among them, with their views; ``ordinary``: the others
    """

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.operands: list[tuple[NDArray[Any], View]] = []
        self.ordinary: list[tuple[NDArray[Any], View]] = []

    def both(self, x: Any) -> tuple[Any, Any]:
        """An argument, or a nest of them: what NumPy is given, and what is noted of it."""
        if type(x) in PLAIN:
            return x, x
        if isinstance(x, Bare):
            own, view = x.own, x.where
            self.operands.append((own if own.__class__ is ndarray else np.asarray(own), view))
            return own, view
        if isinstance(x, ndarray):
            view = self.tape.view(x)
            self.ordinary.append((x, view))
            return x, view
        if x.__class__ is tuple or x.__class__ is list:
            pairs = [self.both(part) for part in x]
            return x.__class__([a for a, _ in pairs]), x.__class__([b for _, b in pairs])
        pairs = []
        mapped(lambda part: pairs.append(self.both(part)), x)  # in the order of the parts
        first, second = iter(pairs), iter(pairs)
        return mapped(lambda _: next(first)[0], x), mapped(lambda _: next(second)[1], x)


class Results:
    """The results of a call with traced arrays in place of arrays.

    ``made``   views of those that have memory of their own; ``parts`` says which of all they are, ``count`` how many
               there are
    ``asked``  arrays of which Python was told something
    """

    def __init__(self, tape: Tape, parts: Apart) -> None:
        self.tape = tape
        self.operands, self.ordinary = parts.operands, parts.ordinary
        self.made: list[View] = []
        self.parts: list[int] = []
        self.asked: list[tuple[NDArray[Any], View]] = []
        self.count = 0

    def wrapped(self, y: Any) -> Any:
        """A result, or a nest of them."""
        if isinstance(y, tuple | list):
            parts = [self.wrapped(part) for part in y]
            return type(y)._make(parts) if hasattr(y, "_make") else type(y)(parts)
        self.count += 1
        if isinstance(y, ndarray):
            view = None
            if y.base is not None or any([y is a for a, _ in self.operands]):
                view = self.tape.within(y, self.operands)
            if view is None and (y.base is not None or any([y is a for a, _ in self.ordinary])):
                view = self.tape.within(y, self.ordinary)
            return of(self.tape, y, view) if view is not None else self.own(y)
        if isinstance(y, np.generic):
            return self.own(y)
        if is_foreign(y):
            view = self.tape.foreign(y, ())  # a copy of NumPy's
            self.made.append(view)
            self.parts.append(self.count - 1)
            return made(self.tape, y, view)
        if isinstance(y, bool | int | float):
            x = self.own(np.asarray(y))
            self.asked.append((x.array, x.where))
        elif y is not None:
            self.asked += self.operands
        return y

    def own(self, y: Any) -> Any:
        """A result with memory of its own."""
        y, view = self.tape.made(y)
        self.made.append(view)
        self.parts.append(self.count - 1)
        return of(self.tape, y, view)
