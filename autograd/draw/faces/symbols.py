"""Operations as written in Python."""

from __future__ import annotations

from ...value import SYMBOLS as WRITTEN

__all__ = ["INFIX", "SYMBOLS"]

SYMBOLS = {
    **WRITTEN, "greater": ">", "less": "<", "equal": "==", "not_equal": "!=", "greater_equal": ">=", "less_equal": "<=",
}  # fmt: skip
INFIX = set(SYMBOLS) - {"negative", "absolute"}
