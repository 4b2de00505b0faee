"""Treacherous cases: where libraries are right, where they say that something is wrong, and where they are silent."""

from __future__ import annotations

from ..measure import Fact
from .judging import CASES
from .table import survey, text

FACTS = [Fact("treacherous cases", lambda quick: "\n" + text(survey(), CASES, details=False))]
