"""One call of a NumPy function, or of a method of an array, with something traced among its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import NDArray
from ..callables import Parts
from ..functions import COUNTING, DECIDING, EFFECTS, FORMS, creates, target
from ..instruction import View
from ..tape import Tape, bytes_of
from .arguments import counted, found, noted, numbers
from .kinds import Bare, of

__all__ = ["call"]

ndarray = np.ndarray


def call(tape: Tape, function: Any, key: Any, arguments: Any, keywords: Any) -> Any:
    """A NumPy function, or a method of an array, with traced arrays among its arguments."""
    own, own_keywords = numbers(arguments), numbers(keywords) if keywords else keywords
    if key in FORMS:
        return function(*own, **own_keywords)
    if key in EFFECTS:
        tape.give_up(f"{function.__name__} does what a program cannot")
        return function(*own, **own_keywords)
    out = target(key, arguments, keywords)
    if out is not None:
        return _writing(tape, function, key, arguments, keywords, own, own_keywords, out)
    constant, fill = creates(key, arguments, keywords)
    if key in DECIDING:
        for x in found((arguments[key not in (np.min_scalar_type, np.real_if_close, np.trim_zeros) :], keywords)):
            tape.decide(x.array, x.where, bytes_of)
    elif key in COUNTING and (key is not np.where or len(arguments) == 1):
        of_number = [*arguments, *keywords.values()][COUNTING[key]]
        if isinstance(of_number, Bare):
            counted(of_number)
    try:
        y = function(*own, **own_keywords)
    except np.linalg.LinAlgError:  # it depends on the numbers, and may be caught
        tape.give_up(f"{function.__name__} raised an error")
        raise
    if constant:
        y, view = tape.made(y)
        tape.note(np.full, "", (y.shape, noted(tape, fill)), {"dtype": y.dtype}, (view,), "fresh")
        return of(tape, y, view)
    if y is None:
        tape.give_up(f"{function.__name__} returns nothing, and does what a program cannot know")
        return None
    result = Results(tape, arguments, keywords)
    wrapped = result.wrapped(y)
    if result.made:
        kept = tuple(result.parts)
        counting = function if len(kept) == result.count else Parts(function, kept)
        tape.note(counting, "", noted(tape, arguments), noted(tape, keywords), tuple(result.made), "fresh")
    for array, view in result.asked:  # numbers of Python's, truth values: what is done with them cannot be seen
        tape.decide(array, view, bytes_of)
    return wrapped


def _writing(
    tape: Tape, function: Any, key: Any, arguments: Any, keywords: Any, own: Any, own_keywords: Any, out: Any
) -> Any:
    """A function that writes to one of its arguments."""
    y = function(*own, **own_keywords)
    if not isinstance(out, Bare):
        tape.give_up(f"{function.__name__} writes numbers of the program into an ordinary array")
        return y
    tape.note(function, "", noted(tape, arguments), noted(tape, keywords), (out.where,), "in place")
    if y is None or y is out.array:
        return None if y is None else out
    result = Results(tape, arguments, keywords)
    wrapped = result.wrapped(y)
    if result.made:
        tape.give_up(f"{function.__name__} both writes to an argument and returns something else")
    return wrapped


class Results:
    """The results of a call with traced arrays in place of arrays.

    ``made``   views of those that have memory of their own; ``parts`` says which of all they are, ``count`` how many
               there are
    ``asked``  arrays of which Python was told something
    """

    def __init__(self, tape: Tape, arguments: Any, keywords: Any) -> None:
        self.tape = tape
        self.operands = [(x.array, x.where) for x in found((arguments, keywords))]
        self.given = (arguments, keywords)
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
            if y.base is not None or any(y is a for a, _ in self.operands):
                view = self.tape.within(y, self.operands)
            if view is None and (y.base is not None or any(y is a for a in found(self.given, ndarray))):
                view = self.tape.within(y, [(a, self.tape.view(a)) for a in found(self.given, ndarray)])
            return of(self.tape, y, view) if view is not None else self.own(y)
        if isinstance(y, np.generic):
            return self.own(y)
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
