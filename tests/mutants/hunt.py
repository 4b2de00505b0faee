"""One mutant against the checks that reach it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

from .checks import Check
from .mutant import Mutant
from .reach import quiet
from .source import traces


class Outcome(NamedTuple):
    """``verdict``: "caught" (by the check ``by``, which said ``why``), "same" (it changed nothing) or "survived"."""

    mutant: str
    verdict: str
    by: str = ""
    why: str = ""


def hunt(mutant: Mutant, checks: Sequence[tuple[str, Check]]) -> Outcome:
    """Run the checks until one catches the mutant."""
    with quiet(), mutant.plant() as effect:
        for name, check in checks:
            try:
                check()
            except Exception as error:
                return Outcome(mutant.name, "caught", name, f"{type(error).__name__}: {error}"[:200])
    changed = effect.changed if effect is not None else _changes(mutant, checks)
    return Outcome(mutant.name, "survived" if changed else "same")


def _changes(mutant: Mutant, checks: Sequence[tuple[str, Check]]) -> bool:
    """Does the mutated function ever do anything else than its own code, as far as these checks see?"""
    function, code = mutant.watch
    for _, check in checks:
        right = _calls(check, function.__code__)
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
            found.append((traces(argument), traces(left)))

    with quiet():
        sys.setprofile(note)
        try:
            check()
        except Exception:
            found.append("raised")
        finally:
            sys.setprofile(None)
    return found
