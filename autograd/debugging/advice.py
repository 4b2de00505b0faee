"""Notes on errors that Python or NumPy raises where numbers have left the graph, or where a gradient is None.

Convention: ``'numpy.float64' object has no attribute 'backward'`` is NumPy's text; a note says which line is to blame.
"""

from __future__ import annotations

import ast
from collections.abc import Set
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..value import Value
from .journal import Journal, Leaving
from .misuse import of_call, of_read_only, of_truth
from .naming import Names
from .program import Failure, names_in
from .steps import source, step_of, text_of

MARK = "autograd.debug: "
SHOWN = 3
NUMBERS = (float, int, complex, np.generic, np.ndarray, list, tuple)

FIXES = {
    "t.data": "leave out .data: operators and NumPy's functions take the tensor itself",
    "t.numpy()": "leave out .numpy(): operators and NumPy's functions take the tensor itself",
    "t.detach()": "leave out .detach()",
    "t.item()": "keep the tensor for backward(), and take .item() only for what is printed",
    "t.tolist()": "keep the tensor: t[i] and iteration give tensors that stay in the graph",
    "v.data": "leave out .data: operators and functions take the Value itself",
    "v.item()": "keep the Value for backward(), and take .item() only for what is printed",
    "v.detach()": "leave out .detach()",
    "no_grad()": "compute outside no_grad() what is to be differentiated",
}
CONSTANT = "that has no derivative: minimise a smooth loss, and count hits beside it"


def advise(error: BaseException, journal: Journal) -> None:
    """Add a note to an error that came from numbers outside the graph; to any other nothing."""
    if any(note.startswith(MARK) for note in getattr(error, "__notes__", ())):
        return
    note = ""
    if isinstance(error, AttributeError):
        note = _of_attribute(error, journal)
    elif isinstance(error, TypeError) and "NoneType" in str(error):
        note = _of_none(Failure(error.__traceback__), journal)
    elif isinstance(error, RuntimeError) and "backward() of a tensor that is not tracked" in str(error):
        failure = Failure(error.__traceback__)
        owner = _owner(failure)
        note = _left(failure, None if owner is ... else owner, journal)
    elif isinstance(error, TypeError) and "not callable" in str(error):
        note = of_call(Failure(error.__traceback__))
    elif isinstance(error, ValueError) and "read-only" in str(error):
        note = of_read_only(Failure(error.__traceback__))
    elif isinstance(error, ValueError) and str(error).startswith(("The truth value of an", "the truth of a tensor")):
        note = of_truth(Failure(error.__traceback__))
    if note:
        error.add_note(MARK + note)


def _owner(failure: Failure) -> Any:
    """The object whose attribute or method the failing expression asks for."""
    expression = failure.expression
    if isinstance(expression, ast.Call):
        expression = expression.func
    return failure.value(expression.value) if isinstance(expression, ast.Attribute) else ...


def _of_attribute(error: AttributeError, journal: Journal) -> str:
    name, thing = error.name or "", error.obj
    if not name or not any(hasattr(kind, name) or name.rstrip("_") in dir(kind) for kind in (Tensor, Value)):
        return ""
    failure = Failure(error.__traceback__)
    if thing is None:
        return _of_none(failure, journal)
    if isinstance(thing, NUMBERS):
        return _left(failure, thing, journal)
    return ""


# ---------------------------------------------------------------- numbers that are no tensor


def _left(failure: Failure, thing: Any, journal: Journal) -> str:
    """Where the numbers that should be a tensor left the graph."""
    kind = type(thing).__name__
    what = f"this {kind} is not in a graph" if not isinstance(thing, Tensor) else "this tensor is not in a graph"
    instead = _instead(failure)
    if instead:
        return f"{what}: {instead}"
    names = Names(failure.frames)
    event = journal.of_array(getattr(thing, "_array", thing)) if hasattr(thing, "shape") else None
    events = [event] if event is not None else _suspects(failure, journal)
    if events:
        lines = [f"{what}: numbers left it here"]
        lines += [f"    {event.text(names)}" for event in events[:SHOWN]]
        if len(events) > SHOWN:
            lines.append(f"    and at {len(events) - SHOWN} lines more")
        fix = FIXES.get(events[0].how, "" if events[0].how.startswith("v.") else CONSTANT)
        return "\n".join([*lines, *([f"  {sentence(fix)}"] if fix else [])])
    if isinstance(thing, list | tuple) and any(isinstance(part, Tensor | Value) for part in thing):
        return f"this {kind} holds tensors and is none itself: np.stack({kind}) is one tensor, sum of it one number"
    return (
        f"{what}, and no tracked number has left one: nothing that it was computed from requires a gradient. Make the "
        "parameters Tensor(w, requires_grad=True), or Values, and compute with them"
    )


def sentence(fix: str) -> str:
    return f"{fix[0].upper()}{fix[1:]}."


def _instead(failure: Failure) -> str:
    """What to write where the plain number is a gradient, or comes from a function of Python's."""
    expression = failure.expression
    asked = expression.func if isinstance(expression, ast.Call) else expression
    if not isinstance(asked, ast.Attribute):
        return ""
    made = list(failure.assigned(asked.value.id)) if isinstance(asked.value, ast.Name) else [asked.value]
    for node in made:
        if isinstance(node, ast.Attribute) and node.attr == "grad":
            t = ast.unparse(node.value)
            if asked.attr == "backward":
                return (
                    f"gradients are plain numbers. For second derivatives call y.backward(create_graph=True), which "
                    f"makes {t}.grad a part of a graph, or differentiate a function twice, grad(grad(f))"
                )
            clears = f". {t}.grad = None clears it (optimizer.zero_grad() does that)" * asked.attr.startswith("zero")
            return f"gradients are plain numbers, NumPy's arrays{clears}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("max", "min"):
            return f"Python's {node.func.id} chose a plain number: write np.{node.func.id}imum(a, b)"
    return ""


def _suspects(failure: Failure, journal: Journal) -> list[Leaving]:
    """Where numbers left that the failing expression's variables were computed from; if none did, anywhere."""
    events = list(reversed(journal.left.values()))
    code = failure.code
    if code is not None:
        lines = failure.feeding(names_in(failure.expression)) | {failure.line}
        feeding = {f"{code.co_filename}:{line}" for line in lines}
        near = [event for event in events if feeding & set(event.lines)]
        if near:
            return near
    return [event for event in events if event.how in FIXES] or events


# ---------------------------------------------------------------- a gradient that is None


def _of_none(failure: Failure, journal: Journal) -> str:
    """What is said of the gradients in an expression that are None, or of a result that is."""
    expression = failure.expression
    if expression is None:
        return ""
    found: dict[str, Any] = {}
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and failure.value(node) is None:
            for value in failure.assigned(node.id):
                if isinstance(value, ast.Attribute) and value.attr == "grad":
                    found[ast.unparse(value.value)] = failure.value(value.value)
            found.setdefault("", node.id)
        elif isinstance(node, ast.Attribute) and node.attr == "grad" and failure.value(node) is None:
            found[ast.unparse(node.value)] = failure.value(node.value)
    none = found.pop("", None)
    here = {f"{frame.f_code.co_filename}:{line}" for frame in failure.frames[:1] for line in failure.span}
    texts = [about_leaf(name, x, journal, here) for name, x in found.items() if isinstance(x, Tensor | Value)]
    if texts:
        return "\n".join(texts)
    if none is not None:
        return f"'{none}' is None: did the function that computed it end without 'return'?"
    return ""


def about_leaf(name: str, x: Any, journal: Journal, here: Set[str]) -> str:
    """Why a tensor has no gradient, as far as it is known without the result; what left ``here`` came too late."""
    step = step_of(x)
    if step is None:
        return f"{name}.grad is None: {name} does not require a gradient. Make it Tensor(..., requires_grad=True)"
    if step.op is not None:
        return (
            f"{name}.grad is None: {name} is no leaf but the result of '{step.op.name}'"
            + (f", recorded at {text_of(source(step))}" if source(step) else "")
            + f". Only leaves keep gradients: call {name}.retain_grad() before backward(). If this was an update of a "
            f"parameter, write {name}.data = {name}.data - lr * {name}.grad, which leaves it a leaf"
        )
    if not journal.sweeps:
        return f"{name}.grad is None: no backward() was called yet"
    names = Names()
    line, reached = list(journal.sweeps.items())[-1]
    if any(step is other for other in reached):
        return f"{name}.grad is None: it had a gradient, from {text_of(line)}, that was set to None since (zero_grad?)"
    lines = [f"{name}.grad is None: the backward pass at {text_of(line)} reached {names.list(reached) or 'nothing'} "
             f"and not {name}"]  # fmt: skip
    events = [event for event in journal.from_leaf(step) if event.lines[0] not in here]
    if events:
        lines.append(f"  what was computed from {name} left the graph here:")
        lines += [f"    {event.text(names)}" for event in events[:SHOWN]]
        fix = FIXES.get(events[0].how, CONSTANT)
        lines.append(f"  {sentence(fix)}")
    else:
        lines.append(f"  The result was not computed from {name}: is it used at all?")
    return "\n".join(lines)
