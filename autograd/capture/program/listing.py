"""A program as text: one line a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tape import Guard, Instruction, View

__all__ = ["listed", "options", "shown"]

USUAL = {"dtype": None, "out": None, "keepdims": False, "where": True, "casting": "same_kind"}


def listed(step: Instruction | Guard) -> str:
    """One step as a line, such as ``%7 f8(3,) = add(%3, %5)``."""
    if isinstance(step, Guard):
        text = f"guard {shown(step.view)} is {step.expected!r}"[:100]
    else:
        given = [shown(x) for x in step.arguments] + [f"{k}={v}" for k, v in options(step)]
        outputs = ", ".join(f"{shown(v)} {v.dtype.str[1:]}{list(v.shape)}" for v in step.outputs)
        sign = {"fresh": "=", "into": "<-", "in place": "by"}[step.form]
        text = f"{outputs} {sign} {step.name}({', '.join(given)})"
    return f"{text}  # {step.source}" if step.source else text


def options(step: Instruction) -> list[tuple[str, str]]:
    """The keywords of a call and what they say, but for those that say what is usual."""
    return [(k, shown(v)) for k, v in step.keywords.items() if k not in USUAL or repr(v) != repr(USUAL[k])]


def shown(x: Any) -> str:
    """A view as ``%buffer``, with its offset where it has one; anything else shortened."""
    if x.__class__ is View:
        return f"%{x.buffer}" + (f"+{x.offset}" if x.offset else "")
    if isinstance(x, tuple | list):
        return f"({', '.join(map(shown, x))})"
    text = x.name if isinstance(x, np.dtype) else repr(x)
    return text if len(text) <= 40 else text[:37] + "..."
