"""What every check of derivatives gives: a verdict that counts as true if all is right, or an error that has it."""

from __future__ import annotations

__all__ = ["Failed", "Outcome"]


class Outcome:
    """A verdict; ``kind`` says which, and it counts as true if it is "correct"."""

    __slots__ = ()

    @property
    def ok(self) -> bool:
        """Is everything correct?"""
        kind: str = self.kind  # type: ignore[attr-defined]
        return kind == "correct"

    def __bool__(self) -> bool:
        return self.ok


class Failed(AssertionError):
    """A check failed; ``report`` says what it found."""

    def __init__(self, report: Outcome) -> None:
        super().__init__(str(report))
        self.report = report
