"""What a case is, and how a library's answer to it is judged. Needs NumPy alone: it also runs beside HIPS autograd.

Convention: a case is a class whose docstring is its story. Its functions are programs, one for each library, named
``chalkgrad``, ``pytorch``, ``jax``, ``hips`` and ``mygrad``: what a user of that library would write. A program's
parameters are the names that it uses, such as ``np``, ``torch`` or ``grad``; it returns the numbers in question.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LIBRARIES = ("chalkgrad", "pytorch", "jax", "hips", "mygrad")
RIGHT, LOUD, SILENT, ABSENT = "right", "loud", "silently wrong", "-"
QUIET = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning)  # these are about other things


@dataclass(frozen=True)
class Between:
    """Any number from ``low`` to ``high``, element by element: the subgradients at a corner or a tie."""

    low: Any
    high: Any
    total: float | None = None  # what they add up to, if that is given too

    def __str__(self) -> str:
        return f"{show(self.low)} to {show(self.high)}" + ("" if self.total is None else f", in all {self.total:g}")


class Refused:
    """The right value of a program that has none: all that is right is to say so."""

    def __str__(self) -> str:
        return "an error"


@dataclass(frozen=True)
class Case:
    """``right`` is the right value, ``why`` says how it is known."""

    name: str
    topic: str
    story: str
    right: Any
    why: str
    programs: Mapping[str, Callable[..., Any]]
    lacks: Mapping[str, str] = field(default_factory=dict)  # why a library has no program
    watched: tuple[str, ...] = ()  # in whose program a helper of the library is switched on, which looks for mistakes
    rtol: float = 1e-6


@dataclass(frozen=True)
class Answer:
    verdict: str
    text: str  # the value, or what was said


CASES: list[Case] = []


def case(right: Any, why: str, **options: Any) -> Callable[[type], type]:
    """Make a class of programs a case; its topic is the first line of its module's docstring."""

    def declare(programs: type) -> type:
        topic = (inspect.getmodule(programs).__doc__ or "").partition("\n")[0].rstrip(".")  # type: ignore[union-attr]
        found = {name: vars(programs)[name] for name in LIBRARIES if name in vars(programs)}
        story = " ".join((programs.__doc__ or "").split())
        CASES.append(Case(programs.__name__, topic, story, right, why, found, **options))
        return programs

    return declare


def judge(case: Case, library: str, names: Callable[[str], Any]) -> Answer:
    """Run a library's program: *right* if the value is, else *loud* if anything was said, else *silently wrong*."""
    program = case.programs.get(library)
    if program is None:
        return Answer(ABSENT, case.lacks[library])
    arguments = [names(name) for name in inspect.signature(program).parameters]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            returned = program(*arguments)
        except (ImportError, NameError):
            raise  # the program itself is broken
        except Exception as error:
            if isinstance(error, AttributeError) and str(error).startswith("module "):
                raise  # it asks for a function that the library lacks
            return Answer(LOUD, f"{type(error).__name__}: {error}")
        value = numbers(returned)  # an error here is that of the program, too
    if is_right(value, case.right, case.rtol):
        return Answer(RIGHT, show(value))
    for warning in said:
        if not issubclass(warning.category, QUIET):
            return Answer(LOUD, f"{warning.category.__name__}: {warning.message} (and {show(value)})")
    return Answer(SILENT, show(value))


def numbers(value: Any) -> Any:
    """What a program returned as an array; None stays None: there is no gradient."""
    return value if value is None else np.asarray(value)


def is_right(value: Any, right: Any, rtol: float) -> bool:
    """Is it the right value, of the right shape? The signs of infinities and NaN count."""
    if isinstance(right, Refused) or value is None or value.dtype.kind not in "biufc":
        return False
    if isinstance(right, Between):
        low, high = np.asarray(right.low) - 1e-9, np.asarray(right.high) + 1e-9
        within = value.shape == low.shape and bool(np.all((low <= value) & (value <= high)))
        return within and (right.total is None or bool(np.isclose(np.sum(value), right.total)))
    wanted = np.asarray(right)
    return value.shape == wanted.shape and bool(np.allclose(value, wanted, rtol=rtol, atol=0, equal_nan=True))


def show(value: Any) -> str:
    """A value in a few characters."""
    if value is None:
        return "None"
    if isinstance(value, Between | Refused):
        return str(value)
    x = np.asarray(value)
    if x.dtype.kind not in "biufc":
        return f"an array of dtype {x.dtype}"
    with np.printoptions(precision=4, suppress=False):
        return " ".join(str(x.tolist() if x.size < 3 and x.dtype.kind in "biu" else x).split())
