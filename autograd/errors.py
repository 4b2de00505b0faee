"""Errors that teach: the operation, its operands side by side, and what to do.

Convention: an error keeps its class (ValueError, TypeError, ...), so that programs catch what they would
catch from NumPy; the message is ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def describe(name: str, operand: Any) -> str:
    """An operand in a few words: its parameter name, label, type, shape and dtype."""
    label = getattr(operand, "label", None)
    named = f"{name} = {label!r}" if isinstance(label, str) and label else name
    shape = getattr(operand, "shape", None)
    if shape is None:
        return f"{named} {type(operand).__name__} {operand!r}"[:80]
    return f"{named} {tuple(shape)} {operand.dtype}"


def teach(error: Exception, operation: Any, operands: list[Any], arguments: dict[str, Any]) -> Exception:
    """The same error with the operation's name, its operands side by side, and the fix where one is known."""
    names = operation.inputs if len(operation.inputs) == len(operands) else range(len(operands))
    table = "; ".join(describe(str(n), o) for n, o in zip(names, operands, strict=False) if o is not None)
    advice = suggest(operation, [np.shape(getattr(o, "array", o)) for o in operands if hasattr(o, "shape")])
    given = ", ".join(f"{k}={v!r}"[:60] for k, v in arguments.items())
    text = f"{operation.name}: {error}\n  operands: {table}" + (f"\n  arguments: {given}" if given else "")
    if advice:
        text += f"\n  {advice}"
    try:
        return type(error)(text)
    except Exception:
        return ValueError(text)


def suggest(operation: Any, shapes: list[tuple[int, ...]]) -> str:
    """What to do about shapes that do not go together."""
    if len(shapes) != 2:
        return ""
    a, b = shapes
    if operation.name in ("matmul", "linear") and a and b:
        inner = b[-2] if len(b) > 1 else b[0]
        if a[-1] != inner:
            fix = f"the last axis of a ({a[-1]}) must equal the {'second-last' if len(b) > 1 else 'only'} axis of b ({inner})"
            return fix + ("; b.mT would fit" if len(b) > 1 and b[-1] == a[-1] else "")
    if operation.kind == "elementwise":
        for k, (m, n) in enumerate(zip(a[::-1], b[::-1], strict=False), 1):
            if m != n and 1 not in (m, n):
                return f"shapes are matched from the right, each axis equal or 1: axis -{k} is {m} against {n}"
    return ""


def unsupported(function: Any) -> TypeError:
    """What to say of a NumPy function that has no rule: the nearest ones that have one."""
    name = getattr(function, "__name__", str(function))
    return TypeError(f"{name} has no derivative rule")
