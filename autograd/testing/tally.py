"""How many gradients were checked, with which verdicts: counted here, told by the pytest plugin.

Convention: only numbers are kept, no reports, so that a tally never grows. It needs nothing but what reports have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import Finding, Report


@dataclass
class Tally:
    """Verdicts by kind, how many of the points were kinks, and the largest relative error of a right derivative."""

    kinds: dict[str, int] = field(default_factory=dict)
    kinks: int = 0
    error: float = 0.0
    place: str = ""

    def add(self, report: Report) -> None:
        """Count a report."""
        self.kinds[report.kind] = self.kinds.get(report.kind, 0) + 1
        self.kinks += any(map(at_kink, report.findings))
        for finding in report.findings:
            known = finding.allowed < 0.1  # else it is as good as 0, and its relative error says nothing
            if finding.ok and known and finding.error > self.error:
                self.error = float(finding.error)
                self.place = ", ".join(part for part in (finding.place, finding.mode) if part)


def at_kink(finding: Finding) -> bool:
    """Did the slopes on both sides of the point differ?"""
    left, right = finding.left, finding.right
    if finding.kind == "kink" or left is None or right is None:
        return finding.kind == "kink"
    return bool(finding.ok and abs(left - right) > 1e-3 * max(abs(left), abs(right), 1e-12))


_now = Tally()


def count(report: Report) -> None:
    """Add a report to what has been counted."""
    _now.add(report)


def take() -> Tally:
    """What has been counted since this was last asked."""
    global _now
    counted, _now = _now, Tally()
    return counted
