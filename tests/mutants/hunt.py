"""One mutant against the checks that reach it.

A mutant that no check catches is compared with the function as it is, in each check that reaches it, bit by bit (-0 is
0). Its verdict says where the first difference shows:

    same      no call of the changed function returns anything else, or leaves anything else in its arguments
    inside    such calls do, but nothing else leaves the library: every call from outside into autograd, nn and optim,
              and every call from there to a check's own functions, got and returned the same
    survived  somebody outside got something else, and no check minds

A check that does not see the same twice (one that draws without a seed) tells nothing here.

Of those of the second kind nobody can tell by results whether they are the same program in other words (a sign that is
taken back, a result that nobody reads, another block size) or whether no check goes where they differ. They are named.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

import pytest

from .checks import Check
from .children import Endless
from .mutant import Mutant
from .reach import quiet
from .source import traces


class Outcome(NamedTuple):
    """``verdict``: "caught" (by the check ``by``, which said ``why``), "same", "inside", "survived" or "not run"."""

    mutant: str
    verdict: str
    by: str = ""
    why: str = ""


Named = tuple[str, Check]
Calls = dict[
    tuple[str, Any], list[Any] | None
]  # what was seen of a check, without any mutant; None: not twice the same
LIBRARY = {"autograd", "nn", "optim"}
MUTANTS = __name__.rpartition(".")[0]


def hunt(mutant: Mutant, checks: Sequence[Named], more: Sequence[Named] = (), known: Calls | None = None) -> Outcome:
    """Run the checks until one catches the mutant; ``more`` of them only if it changed something in the others."""
    with quiet(), mutant.plant() as effect:
        caught = _caught(mutant, checks)
    if caught is not None:
        return caught
    if effect is not None and not effect.changed:
        return Outcome(mutant.name, "same")
    known = {} if known is None else known
    if effect is None and not _changes(mutant, checks, known, *mutant.watch):
        return Outcome(mutant.name, "same")
    with quiet(), mutant.plant():
        caught = _caught(mutant, more)
    seen = caught is None and _changes(mutant, checks, known)
    return caught or Outcome(mutant.name, "survived" if seen else "inside")


def _caught(mutant: Mutant, checks: Sequence[Named]) -> Outcome | None:
    for name, check in checks:
        try:
            check()
        except (Exception, Endless, pytest.fail.Exception) as error:
            return Outcome(mutant.name, "caught", name, f"{type(error).__name__}: {error}"[:200])
    return None


def _changes(
    mutant: Mutant, checks: Sequence[Named], known: Calls, function: Any = None, code: CodeType | None = None
) -> bool:
    """Does a mutant change what a function does, or if none is given, what leaves the library, in any of the checks?"""
    own = function and function.__code__
    for name, check in checks:
        if (name, own) not in known:
            first = _calls(check, own)
            known[name, own] = first if _calls(check, own) == first else None
        if known[name, own] is not None:
            with mutant.plant():
                if _calls(check, code) != known[name, own]:
                    return True
    return False


def _calls(check: Check, code: CodeType | None) -> list[Any]:
    """What each call of a code returned, and left in its arguments; if there is none, each that crosses the border."""
    found: list[Any] = []

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "return" and (frame.f_code is code if code is not None else _crosses(frame)):
            ran = frame.f_code
            count = ran.co_argcount + ran.co_kwonlyargcount
            left = [frame.f_locals.get(name) for name in ran.co_varnames[:count]]
            found.append(hash((traces(argument), traces(left))))

    with quiet():
        sys.setprofile(note)
        try:
            check()
        except (Exception, pytest.fail.Exception):
            found.append("raised")
        finally:
            sys.setprofile(None)
    return found


def _crosses(frame: Any) -> bool:
    """Is it a call from outside into the library, or one of the library to a function of the tests?"""
    if frame.f_back is None:
        return False
    here, there = _home(frame), _home(frame.f_back)
    return (here in LIBRARY) != (there in LIBRARY) and (here in LIBRARY or here == "tests")


def _home(frame: Any) -> str:
    """The package whose code runs; a mutant's own stands in the library's place."""
    name: str = frame.f_globals.get("__name__", "")
    return "autograd" if name.startswith(MUTANTS) else name.partition(".")[0]
