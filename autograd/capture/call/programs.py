"""The programs of a captured function: for which calls each is, and what in these calls is known to change.

Convention: at most ``limit`` programs. What is forgotten is recorded anew, with less of it fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..outside import Outside
from ..record import Call
from .advice import FORMS, Described, about_arguments, about_decisions, about_outside, described
from .counters import Counters
from .paths import Form, Path

__all__ = ["Programs"]


class Programs:
    """Which programs there are.

    ``forms``      the programs by the key of the calls that they are for
    ``moving``     the places outside where numbers are known to change
    ``counters``   which of the whole numbers among the arguments are known to change
    ``described``  the arguments of the last program that the limit lets in
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.forms: dict[Any, list[Form]] = {}
        self.moving: set[Any] = set()
        self.counters = Counters()
        self.count = 0
        self.described: dict[str, Described] = {}

    @property
    def full(self) -> bool:
        return self.count >= self.limit

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """The arguments of a call taken apart."""
        return Call(args, kwargs, self.counters.moving)

    def of(self, call: Call) -> tuple[Form, ...]:
        """The programs for calls of this key."""
        return tuple(self.forms.get(call.key, ()))

    def keep(self, path: Path, call: Call, form: Form | None, outside: Outside, f: Callable[..., Any]) -> None:
        """Add a program that was recorded for a call: to a form, or to a new one for what stands outside."""
        if form is None:
            form = Form(outside)
            self.forms.setdefault(call.key, []).insert(0, form)
            self.counters.note(call)
        form.first(path)
        self.count += 1
        if self.count == self.limit:
            self.described = described(f, call.args, call.kwargs)

    def renewed(self, call: Call) -> Call:
        """The call as it is to be recorded: numbers that are others each time are read anew from now on.

        So are arrays of one form, of which others stand in their places outside.
        """
        for form in self.of(call):
            changed = form.outside.changed()
            if changed and all(map(form.outside.movable, changed)):
                self.moving |= {place.key for place in changed}
                self.forms[call.key].remove(form)
                self.count -= len(form.paths)
        if call.key in self.forms or not self.counters.found(call):
            return call
        self._forget()
        return self.call(call.args, call.kwargs)

    def fix(self) -> None:
        """No program can be made that reads whole numbers among the arguments: they are options."""
        self.counters.fix()
        self._forget()

    def _forget(self) -> None:
        """Forget the programs of calls with whole numbers: these have other keys from now on."""
        for key in self.counters.keys:
            self.count -= sum(len(form.paths) for form in self.forms.pop(key, ()))
        self.counters.keys.clear()

    def advice(self, f: Callable[..., Any], call: Call, form: Form | None) -> str:
        """What makes this call another one than those that were recorded, and what to do about it."""
        same = self.of(call)
        forms = [each for those in self.forms.values() for each in those]
        largest = form or max(forms, key=lambda each: len(each.paths), default=None)
        if largest is not None and largest.parted and (form is not None or len(largest.paths) >= self.limit / 2):
            path, guard = largest.parted
            return about_decisions(path.program.guards[guard]) if guard >= 0 else FORMS
        if same:
            return about_outside(same[0].outside.changed())
        return about_arguments(self.described, described(f, call.args, call.kwargs))
