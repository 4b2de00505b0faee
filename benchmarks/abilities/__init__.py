"""What works in which library, asked of the libraries themselves."""

from __future__ import annotations

from ..measure import Fact
from .asking import LIBRARIES, asked, page

FACTS = [Fact("what works where", lambda quick: "\n" + page({library: asked(library) for library in LIBRARIES}))]
