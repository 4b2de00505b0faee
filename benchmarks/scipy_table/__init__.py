"""SciPy's functions on the tensors of each library: right, loud, or silently wrong. See ``asking``."""

from __future__ import annotations

from ..measure import Fact
from .asking import LIBRARIES, asked, page


def _told(quick: bool) -> str:
    found = {library: asked(library) for library in LIBRARIES}
    return "\n" + page(found | {"without": asked("chalkgrad", array_api=False)})


FACTS = [Fact("SciPy on tensors", _told)]
