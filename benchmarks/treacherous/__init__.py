"""Treacherous cases: where libraries are right, where they say that something is wrong, and where they are silent."""

from __future__ import annotations

from ..measure import Fact
from .table import counts, survey

FACTS = [Fact("cases right, loud, silently wrong", lambda quick: counts(survey()))]
