"""Errors that teach: the operation, its operands side by side, and what to do.

Convention: an error keeps its class (ValueError, TypeError, ...), so that programs catch what they would
catch from NumPy; the message is ours.
"""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..absent import nearest
from .given import NONE, UNFIT, UNTAUGHT, mistaken
from .registry import declare_all


def describe(name: str, operand: Any) -> str:
    """An operand in a few words: its parameter name, label, type, shape and dtype."""
    label = getattr(operand, "label", None)
    named = f"{name} = {label!r}" if isinstance(label, str) and label else name
    shape = getattr(operand, "shape", None)
    if shape is None:
        return f"{named} {type(operand).__name__} {shown(operand)}"[:80]
    return f"{named} {tuple(shape)} {operand.dtype}"


def shown(argument: Any) -> str:
    """What an argument looks like in an error; of lists within lists a few levels, as Python recurses over them."""
    return reprlib.repr(argument) if isinstance(argument, list | tuple | dict | set) else repr(argument)


def too_deep(what: str) -> ValueError:
    """The error of following lists within lists for ever, or nearly so."""
    return ValueError(
        f"{what}: there are lists, tuples or dicts within each other, deeper than Python follows. Does one contain "
        "itself? Flatten the others"
    )


def teach(error: Exception, operation: Any, operands: Sequence[Any], arguments: dict[str, Any]) -> Exception:
    """The same error with the operation's name, its operands side by side, and the fix where one is known."""
    names = operation.inputs if len(operation.inputs) == len(operands) else range(len(operands))
    if "on two devices" in str(error):
        return ValueError(f"{operation.name}: {error}")
    table = "; ".join(describe(str(n), o) for n, o in zip(names, operands, strict=True))
    optional = getattr(operation, "defaults", {})
    for name, operand in zip(names, operands, strict=True):
        wrong = "" if operand is None and name in optional else mistaken(operand)
        if wrong:
            return TypeError(f"{operation.name} takes numbers, but its operand {name} is {wrong}\n  operands: {table}")
    if UNTAUGHT.search(str(error)):
        for name, value in arguments.items():
            if mistaken(value):
                return TypeError(f"{operation.name} cannot use its argument {name}, which is {mistaken(value)}")
        if arguments:
            error = TypeError(UNFIT)
    table = "; ".join(describe(str(n), o) for n, o in zip(names, operands, strict=False) if o is not None)
    advice = suggest(operation, [np.shape(getattr(o, "_array", o)) for o in operands if hasattr(o, "shape")])
    given = ", ".join(f"{k}={shown(v)}"[:60] for k, v in arguments.items() if k != "kept")
    text = f"{operation.name}: {error}\n  operands: {table}" + (f"\n  arguments: {given}" if given else "")
    if advice:
        text += f"\n  {advice}"
    try:
        return type(error)(text)
    except Exception:
        return ValueError(text)


def out_of_memory(operation: Any, operands: Sequence[Any]) -> str:
    """A note for NumPy's error, which says how much was wanted: for which operation, of what."""
    if len(operation.inputs) != len(operands):
        return f"in {operation.name} of {len(operands)} operands"
    return f"in {operation.name}: {', '.join(map(describe, operation.inputs, operands))}"


COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def incomparable(error: Exception, how: str, t: Any, u: Any) -> Exception:
    """The error of a comparison ``t < u``, or of ``t & u``: both sides in a few words."""
    kind = ValueError if isinstance(error, ValueError) else TypeError
    advice = f"\n  {NONE}" if u is None else ""
    what = (
        "they cannot be compared"
        if how.split()[1] in COMPARISONS
        else "it takes truth values or integers of shapes that fit"
    )
    return kind(f"{how}: {what}\n  operands: {describe('t', t)}; {describe('u', u)}{advice}")


def suggest(operation: Any, shapes: list[tuple[int, ...]]) -> str:
    """What to do about shapes that do not match."""
    if len(shapes) != 2:
        return ""
    a, b = shapes
    if operation.name in ("matmul", "linear") and a and b:
        inner = b[-2] if len(b) > 1 else b[0]
        if a[-1] != inner:
            place = "second-last" if len(b) > 1 else "only"
            fix = f"the last axis of a ({a[-1]}) must equal the {place} axis of b ({inner})"
            return fix + ("; b.mT would fit" if len(b) > 1 and b[-1] == a[-1] else "")
    if operation.kind == "elementwise":
        for k, (m, n) in enumerate(zip(a[::-1], b[::-1], strict=False), 1):
            if m != n and 1 not in (m, n):
                return f"shapes are matched from the right, each axis equal or 1: axis -{k} is {m} against {n}"
    return ""


def unsupported(function: Any, declared: Any) -> TypeError:
    """The error for a NumPy function without a rule: it says what to write instead, or names the nearest with one."""
    declare_all()
    method = ""
    if isinstance(function, tuple):
        function, method = function[0], "." + function[1]
    name = getattr(function, "__name__", str(function))
    module = (getattr(function, "__module__", "") or "numpy").replace("numpy", "np")
    if isinstance(function, np.ufunc) and getattr(np, name, None) is not function:
        module = "scipy.special" if hasattr(sys.modules.get("scipy.special._ufuncs"), name) else "ufunc"
    known = {f.__name__ for f in declared if (getattr(f, "__module__", "") or "").startswith("numpy")}
    near = nearest(name, sorted(known), 3, 0.65) if module.startswith("np") else []
    advice = ADVICE.get(name + method) or ADVICE.get(method) or ADVICE.get(name)
    if not advice:
        others = f"The nearest that can: {', '.join(near)}. " if near else ""
        advice = f"{others}Declare your own with autograd.operation, or pass t.detach() if it is a constant."
    return TypeError(f"{module}.{name}{method} cannot be differentiated. {advice}")


def detached(what: str, advice: str) -> TypeError:
    """The error where a tracked tensor would silently leave its graph."""
    return TypeError(
        f"{what} would take a tracked tensor out of its graph, and its gradient would silently be lost: {advice}"
    )


# What to write instead, by NumPy's name; a ufunc's method has a dot.
ADVICE: dict[str, str] = {
    ".at": "Write t[indices] = values; np.add.at and np.subtract.at, which count repeated indices, can be.",
    "apply_along_axis": "Write the function with axis= arguments, or np.stack([f(row) for row in t]).",
    "apply_over_axes": "Call the reduction with a tuple of axes.",
    "poly": "Multiply the factors out with np.convolve.",
    "polyfit": "Solve the least squares problem: np.linalg.lstsq(np.vander(x, degree + 1), y).",
    "roots": "Take np.linalg.eigvals of the companion matrix.",
}
