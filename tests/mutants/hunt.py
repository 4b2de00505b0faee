"""One mutant against the checks that reach it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

from .checks import Check
from .children import Endless
from .mutant import Mutant
from .reach import quiet
from .source import traces


class Outcome(NamedTuple):
    """``verdict``: "caught" (by the check ``by``, which said ``why``), "same" (it changed nothing) or "survived"."""

    mutant: str
    verdict: str
    by: str = ""
    why: str = ""


Named = tuple[str, Check]
Calls = dict[tuple[str, CodeType], list[Any]]  # what the calls of a function did in a check, without any mutant


def hunt(mutant: Mutant, checks: Sequence[Named], more: Sequence[Named] = (), known: Calls | None = None) -> Outcome:
    """Run the checks until one catches the mutant; ``more`` of them only if it changed something in the others."""
    with quiet(), mutant.plant() as effect:
        caught = _caught(mutant, checks)
    if caught is not None:
        return caught
    if effect is not None and not effect.changed:
        return Outcome(mutant.name, "same")
    if effect is None and not _changes(mutant, checks, {} if known is None else known):
        return Outcome(mutant.name, "same")
    with quiet(), mutant.plant():
        return _caught(mutant, more) or Outcome(mutant.name, "survived")


def _caught(mutant: Mutant, checks: Sequence[Named]) -> Outcome | None:
    for name, check in checks:
        try:
            check()
        except (Exception, Endless) as error:
            return Outcome(mutant.name, "caught", name, f"{type(error).__name__}: {error}"[:200])
    return None


def _changes(mutant: Mutant, checks: Sequence[Named], known: Calls) -> bool:
    """Does the mutated function ever do anything else than its own code, as far as these checks see?"""
    function, code = mutant.watch
    for name, check in checks:
        key = name, function.__code__
        if key not in known:
            known[key] = _calls(check, function.__code__)
        right = known[key]
        with mutant.plant():
            wrong = _calls(check, code)
        if right != wrong:
            return True
    return False


def _calls(check: Check, code: CodeType) -> list[Any]:
    """What each call of a code returned, and left in its arguments."""
    found: list[Any] = []

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "return" and frame.f_code is code:
            count = code.co_argcount + code.co_kwonlyargcount
            left = [frame.f_locals.get(name) for name in code.co_varnames[:count]]
            found.append(hash((traces(argument), traces(left))))

    with quiet():
        sys.setprofile(note)
        try:
            check()
        except Exception:
            found.append("raised")
        finally:
            sys.setprofile(None)
    return found
