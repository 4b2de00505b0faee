"""Mistakes that an optimizer sees in its first steps: gradients that were never cleared, and none at all.

Convention: a gradient that a step has used is marked, and what a later sweep adds to it is marked as mixed. Of a tensor
the marks stand beside the gradient (``Notes.used``); of a Value the gradient itself is a number that knows. After the
first steps nobody looks any more, so that this costs nothing.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from autograd import Tensor, Value
from autograd.core import FREED, Node, grad_mode, recording

STEPS = 20  # in which it looks
DEEP = 3  # tuples of Values inside each other


class Used(float):
    """The gradient of a Value, after a step has used it."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return _mixed(float(self) + other)

    def __radd__(self, other: Any) -> Any:
        return _mixed(other + float(self))


class Mixed(Used):
    """A used gradient, and what a sweep has added to it since."""

    __slots__ = ()


def _mixed(total: Any) -> Any:
    return Mixed(total) if total.__class__ is float else total


def look(name: str, groups: Sequence[Mapping[str, Any]], first: bool) -> bool:
    """Before a step: warn of gradients that are mixed, and if it is the first, of a step without any gradient."""
    params = _params(groups)
    there = [p for p in params if _gradient(p)]
    again = bool(there) and all([_used(p) for p in there])
    mixed = any([_mixed_up(p) for p in params])
    if mixed:
        mistaken(
            "not zeroed",
            f"{name}.step: the gradients contain those of earlier steps, because backward() adds to what is there",
            "call optimizer.zero_grad() before each loss.backward()",
        )
    elif again and grad_mode.switches and recording.loop is not None:
        recording.loop.mistaken(
            "step made twice",
            f"{name}.step: a step has used these gradients already, and there was no backward pass since",
            "call optimizer.step() once after each loss.backward()",
        )
    elif first and params and not any(_gradient(p) for p in params):
        state = _graph(params)
        if state == "swept":
            mistaken(
                "step without gradients",
                f"{name}.step: no parameter has a gradient, so that nothing moves. There was a backward pass, but its "
                "gradients were cleared before this step",
                "call optimizer.zero_grad() before loss.backward(), not between backward() and step()",
            )
        elif state == "recorded":
            mistaken(
                "step without gradients",
                f"{name}.step: no parameter has a gradient, so that nothing moves. The loss was computed, but there "
                "was no backward pass",
                "call loss.backward() before optimizer.step()",
            )
        return bool(state)
    return mixed


def clipped(name: str, parameters: Any) -> Any:
    """Tell the doctor, if there is one, of gradients that are clipped too early or too late; the parameters again."""
    if not grad_mode.switches or recording.loop is None or isinstance(parameters, Tensor | Value):
        return parameters
    if hasattr(parameters, "parameters"):
        return parameters  # which is an error
    params = list(parameters)
    there = [p for p in params if _gradient(p)]
    if params and not there:
        state = "no parameter has a gradient, so that nothing is clipped"
    elif there and all([_used(p) for p in there]):
        state = "the step has been made already, with the gradients as they were"
    else:
        return params
    recording.loop.mistaken(
        "clipping at the wrong place", f"{name}: {state}", "clip between loss.backward() and optimizer.step()"
    )
    return params


def _used(p: Any) -> bool:
    """Has a step used its gradient, to which nothing was added since?"""
    if isinstance(p, Value):
        return p.grad.__class__ is Used
    return p.node is not None and p.node.notes is not None and p.node.notes.used == 1


def mark(groups: Sequence[Mapping[str, Any]]) -> None:
    """After a step: its gradients are used."""
    for p in _params(groups):
        if p.__class__ is Value:
            if p.grad.__class__ is float and p.grad:
                p.grad = Used(p.grad)
        elif p.node.notes is not None:
            p.node.notes.used = 1


def _params(groups: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [p for group in groups for p in group["params"] if p.__class__ is Value or p.requires_grad]


def _mixed_up(p: Any) -> bool:
    """Is its gradient mixed? A Value's becomes a plain number for the step."""
    if p.__class__ is not Value:
        return p.node.notes is not None and p.node.notes.used == 2
    g = p.grad
    if isinstance(g, Used):
        p.grad = float(g)
    return g.__class__ is Mixed


def mistaken(kind: str, text: str, fix: str) -> None:
    """Tell the doctor, if there is one, or warn."""
    if grad_mode.switches and recording.loop is not None:
        recording.loop.mistaken(kind, text, fix)
    else:
        warnings.warn(f"{text}: {fix}", stacklevel=4)


def _gradient(p: Any) -> bool:
    """Has it one? A Value's that is 0 counts as none."""
    return p.grad is not None and (p.__class__ is not Value or bool(p.grad))


def _graph(params: Sequence[Any]) -> str:
    """Is there a graph that was computed from these parameters? "recorded", "swept" (tensors only), or ""."""
    found = ""
    for thing in _around([p.node if isinstance(p, Tensor) else p for p in params]):
        if isinstance(thing, Value) and thing.op is not None and not thing.waiting:
            return "recorded"
        if isinstance(thing, Node) and thing.op is not None:
            if thing._saved is not FREED:
                return "recorded"
            found = "swept"
    return found


def _around(things: list[Any]) -> list[Any]:
    """What holds these in its fields, or in tuples in its fields."""
    found: list[Any] = []
    for _ in range(DEEP):
        referrers = gc.get_referrers(*things) if things else []
        found += [x for x in referrers if isinstance(x, Value | Node)]
        things = [x for x in referrers if x.__class__ is tuple]
    return found
