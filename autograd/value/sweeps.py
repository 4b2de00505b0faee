"""The two sweeps over a graph of Values: backward (gradients) and forward (tangents).

Convention: ``v.waiting`` counts, during a sweep, the consumers of v that have not yet passed their gradient. It is 0
between sweeps, and SWEPT after a sweep that did not keep the graph. Nothing recurses.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

from ..core import SweepListener, at_once, each, recorded_at, shared, watching
from ..ops.special_points import UNTAKEN
from .graph import MANY, Recorded, V, ancestors

SWEPT = -1
sweeping = shared(threading.RLock())  # one sweep over Values at a time: threads may share parameters


# ---------------------------------------------------------------- backward


def backward(root: V, gradient: V | float, retain_graph: bool, create_graph: bool) -> None:
    """Add gradient · ∂root/∂x to ``x.grad`` of every leaf x, and set ``.grad`` of the Values between anew.

    Kahn's order: a Value is released once all its consumers have passed it their part.
    """
    with sweeping:
        if root.waiting == SWEPT:
            raise swept(root)
        if root.op is None:
            root.grad = gradient if root.grad is None else root.grad + gradient
            return
        had: dict[Recorded, Any] = {}
        counted = False
        try:
            _count_consumers(root, had)
            counted = True
            root.grad = gradient
            watch = watching(root, gradient)
            if create_graph:
                _release_recorded(root, watch)
            elif watch is not None:
                _release_watched(root, 0 if retain_graph else SWEPT, watch)
            else:
                _release(root, 0 if retain_graph else SWEPT)
        except BaseException:
            order = ancestors(root)
            for v in order:  # as if it had never begun
                if v.waiting > 0 or (counted and v.op is not None):
                    v.waiting = 0
            if counted:
                moved = [v for v in order if v.op is None]
                at_once(each(moved, "grad", [had.get(v, 0.0) for v in moved]))
            raise


def _count_consumers(root: Recorded, had: dict[Recorded, Any]) -> None:
    """First pass: how many uses of each Value lie between it and the root; of leaves, the gradients that are not 0.

    Gradients start at -0.0, which adds nothing: neither to a number nor to UNTAKEN.
    """
    stack = [root]
    push, pop = stack.append, stack.pop
    while stack:
        v = pop()
        b = v.b
        if b is MANY:
            for group in v.a:
                for source in group:
                    n = source.waiting
                    if n > 0:
                        source.waiting = n + 1
                    elif source.op is None:
                        g = source.grad
                        if g:
                            had[source] = g
                        elif g is None:
                            source.grad = 0.0
                    elif n:
                        raise swept(source)
                    else:
                        source.waiting = 1
                        source.grad = -0.0
                        push(source)
            continue
        a = v.a
        n = a.waiting
        if n > 0:
            a.waiting = n + 1
        elif a.op is None:
            g = a.grad
            if g:
                had[a] = g
            elif g is None:
                a.grad = 0.0
        elif n:
            raise swept(a)
        else:
            a.waiting = 1
            a.grad = -0.0
            push(a)
        if b is not None:
            n = b.waiting
            if n > 0:
                b.waiting = n + 1
            elif b.op is None:
                g = b.grad
                if g:
                    had[b] = g
                elif g is None:
                    b.grad = 0.0
            elif n:
                raise swept(b)
            else:
                b.waiting = 1
                b.grad = -0.0
                push(b)


def _release(root: Recorded, after: int) -> None:
    """Second pass: multiply and add, each Value after its last consumer. Leaves are never released."""
    ready = [root]
    push, pop = ready.append, ready.pop
    while ready:
        v = pop()
        v.waiting = after
        g = v.grad
        b = v.b
        if b is MANY:
            g *= v.db
            for group, slopes in zip(v.a, v.da):  # noqa: B905  (strict= takes its time)
                for source, d in zip(group, slopes):  # noqa: B905
                    source.grad += g * d
                    n = source.waiting
                    if n == 1:
                        push(source)
                    elif n:
                        source.waiting = n - 1
            continue
        a = v.a
        a.grad += g * v.da
        n = a.waiting
        if n == 1:
            push(a)
        elif n:
            a.waiting = n - 1
        if b is not None:
            b.grad += g * v.db
            n = b.waiting
            if n == 1:
                push(b)
            elif n:
                b.waiting = n - 1


def _release_watched(root: Recorded, after: int, watch: SweepListener) -> None:
    """The same second pass, each step of it shown to ``watch``."""
    ready = [root]
    leaves = {}
    while ready:
        v = ready.pop()
        watch.arrives(v, v.grad, after == 0)
        v.waiting = after
        many = v.b is MANY
        g = v.grad * v.db if many else v.grad
        slopes = [d for group in v.da for d in group] if many else v.slopes
        for k, (source, d) in enumerate(zip(v.inputs, slopes, strict=True)):
            part = g * d
            watch.pulled(v, v.grad, k, part)
            source.grad += part
            n = source.waiting
            if n == 1:
                ready.append(source)
            elif n:
                source.waiting = n - 1
            elif source.op is None:
                leaves[source] = source.grad
    watch.ends(leaves)


def _release_recorded(root: Recorded, watch: SweepListener | None = None) -> None:
    """The second pass on Values: each operation's own rule is called, so the gradients can be differentiated."""
    ready = [root]
    while ready:
        v = ready.pop()
        if watch is not None:
            watch.arrives(v, v.grad)
        v.waiting = 0
        inputs = v.inputs
        slopes = [UNTAKEN] * len(inputs) if v.grad is UNTAKEN else v.op.slopes(v)
        for k, (source, d) in enumerate(zip(inputs, slopes, strict=True)):
            part = UNTAKEN if d is UNTAKEN else v.grad * d
            if watch is not None:
                watch.pulled(v, v.grad, k, part)
            if part is UNTAKEN and source.op is None:  # the gradients of leaves are Values
                part = type(source)(0.0)
            before = source.grad
            source.grad = part if isinstance(before, float | int) and before == 0 else before + part
            n = source.waiting
            if n == 1:
                ready.append(source)
            elif n:
                source.waiting = n - 1


def swept(v: Recorded) -> RuntimeError:
    return RuntimeError(
        f"backward through '{v.op.name}' = {v.number!r}: this graph was swept before. Add up several results, "
        "(a + b).backward(); move a parameter by w.data -= rate * w.grad, as w = w - ... makes it a part of this "
        "graph; or pass retain_graph=True to the first backward() to sweep it again."
        + recorded_at(getattr(v, "_label", ""))
    )


# ---------------------------------------------------------------- forward


def forward(root: V, tangents: Mapping[V, V | float], *, create_graph: bool = False) -> V | float:
    """dy = Σ (∂y/∂x) dx, the tangent of ``root`` from the tangents dx of some Values; inputs come first.

    ``tangents`` maps Values to numbers; 0.0 is returned if the root depends on none of them. With ``create_graph``
    the result is a Value that can be differentiated again, and tangents may be Values.
    """
    known: dict[int, Any] = {id(v): t for v, t in tangents.items()}
    watch = watching(root, tangents)
    for v in ancestors(root):
        if id(v) in known or v.op is None:
            continue
        pairs = zip(v.inputs, v.op.slopes(v) if create_graph else v.slopes, strict=True)
        terms = [d * known[id(source)] for source, d in pairs if id(source) in known]
        if terms:
            known[id(v)] = t = reduce(add, terms)
            if watch is not None:
                watch.pushed(v, [known.get(id(source)) for source in v.inputs], t)
    return known.get(id(root), 0.0)
