"""What the doctor finds: a kind, how sure it is, the line of the user's program, what is wrong, and the fix."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from autograd.core import known_as, of_library, users_frame

Severity: TypeAlias = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")
WIDTH = 100
F = TypeVar("F", bound=Callable[..., None])


class DoctorWarning(UserWarning):
    """A training does something that is nearly always a mistake. ``finding`` says what, where, and how to mend it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class Finding(NamedTuple):
    """One mistake.

    ``kind``      what kind of mistake it is, in a few words: "softmax before cross-entropy"
    ``severity``  "error": the training cannot be what was meant; "warning": nearly always a mistake; "hint": perhaps
    ``text``      what is wrong
    ``fix``       what to write instead
    ``line``      "file:line" of the user's program; "" if it has no line of its own
    """

    kind: str
    severity: Severity
    text: str
    fix: str
    line: str = ""

    def __str__(self) -> str:
        where = f" ({known_as(self.line)})" if self.line else ""
        return f"{self.kind}: {self.text}{where}. Fix: {self.fix}"


Tell: TypeAlias = Callable[[Finding], None]


class Checkup:
    """What ``nn.doctor(model, loss, batch)`` has found.

    ``findings``  the mistakes, surest first
    ``seen``      what it looked at, in a line
    ``ok``        is there neither an error nor a warning? Hints do not count
    """

    def __init__(self, findings: list[Finding], seen: str) -> None:
        self.findings = sorted(dict.fromkeys(findings), key=lambda finding: SEVERITIES.index(finding.severity))
        self.seen = seen

    @property
    def ok(self) -> bool:
        return all(finding.severity == "hint" for finding in self.findings)

    def __bool__(self) -> bool:
        return self.ok

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        lines = []
        for finding in self.findings:
            where = f"   {_short(finding.line)}" if finding.line else ""
            lines.append(f"{finding.severity:<8}{finding.kind}{where}")
            for text in (finding.text, f"Fix: {finding.fix}"):
                lines += textwrap.wrap(f"{text}.", WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)
        return "\n".join([*lines, f"{'looked at' if lines else 'ok: looked at'} {self.seen}"])

    __repr__ = __str__


def _short(line: str) -> str:
    """A line of a cell, or of a file, by a path from here if that is shorter."""
    if known_as(line) != line:
        return known_as(line)
    path, _, number = line.rpartition(":")
    with contextlib.suppress(ValueError):  # it is on another drive
        path = min(path, os.path.relpath(path), key=len)
    return f"{path}:{number}"


def warn(finding: Finding) -> None:
    """Warn of a finding at the user's line."""
    path, _, number = finding.line.rpartition(":")
    if path:
        frame = users_frame()
        module = frame.f_globals.get("__name__") if frame is not None else None
        module = module or "<unknown>"  # of code run by exec; with None, Python would say nothing at all
        warnings.warn_explicit(DoctorWarning(finding), None, path, int(number), module=module)
    else:
        warnings.warn(DoctorWarning(finding), stacklevel=_level())


def _level() -> int:
    """The ``stacklevel`` for the caller that reaches the user's program."""
    frame: Any = sys._getframe(1)
    level = 1
    while frame.f_back is not None and of_library(frame.f_code.co_filename):
        frame, level = frame.f_back, level + 1
    return level - 1


def harmless(method: F) -> F:
    """The method, whose own errors end nothing but the doctor's work."""

    @functools.wraps(method)
    def call(self: Any, *given: Any) -> None:
        if self.works:
            try:
                method(self, *given)
            except Warning:  # which the user wants to be an error
                raise
            except Exception as error:
                self.works = False
                warnings.warn(f"the doctor failed and looks no further: {error!r}", RuntimeWarning, stacklevel=2)

    return call  # type: ignore[return-value]
