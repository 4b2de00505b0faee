"""Programs written for HIPS autograd, run by it and by this library: what they give, and how long they take."""

from __future__ import annotations

from ..measure import Fact
from .comparing import survey, text

FACTS = [Fact("programs of HIPS autograd", lambda quick: "\n" + text(survey(rounds=3 if quick else 10)))]
