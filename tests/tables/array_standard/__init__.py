"""The array API standard 2024.12, function by function: what each takes, and what must hold of its result."""

from __future__ import annotations

from . import elementwise, extensions, functions, objects, special_cases
from .case import Case

CASES: dict[str, list[Case]] = {}
for part in (elementwise, special_cases, functions, extensions, objects):
    for one in part.cases():
        CASES.setdefault(one.name, []).append(one)

__all__ = ["CASES", "Case"]
