"""Programs written for HIPS autograd, run by it and by this library: what they give, and how long they take."""

from __future__ import annotations

from ..measure import Fact, Skip
from .comparing import survey, text


def told(quick: bool) -> str:
    """The table's summary, or why there is none."""
    try:
        return "\n" + text(survey(rounds=3 if quick else 10))
    except Skip as reason:
        return f"skipped: {reason}"


FACTS = [Fact("programs of HIPS autograd", told)]
