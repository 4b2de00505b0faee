"""The two sweeps over a graph of Values: backward (gradients) and forward (tangents).

Convention: a Value ``v`` has its inputs and local derivatives in flat slots, in one of three forms:

    v.b is None    one input:    ∂v/∂(v.a) = v.da; v.db keeps the operation's constants
    v.b is MANY    groups:       ∂v/∂(v.a[k][i]) = v.da[k][i] · v.db
    otherwise      two inputs:   ∂v/∂(v.a) = v.da, ∂v/∂(v.b) = v.db

``v.waiting`` counts, during a sweep, the consumers that have not yet passed their gradient, is 0 between
sweeps and SWEPT after a sweep that did not keep the graph. Nothing recurses.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

MANY: Any = type("Many", (), {"__repr__": lambda self: "MANY"})()
SWEPT = -1
sweeping = threading.RLock()  # one sweep over Values at a time: threads may share parameters


def inputs_of(v: Any) -> tuple[Any, ...]:
    """The Values that v was computed from, in order, a repeated one repeatedly."""
    if v.op is None:
        return ()
    if v.b is None:
        return (v.a,)
    if v.b is MANY:
        return tuple([s for group in v.a for s in group])
    return (v.a, v.b)


def slopes_of(v: Any) -> tuple[float, ...]:
    """The local derivatives of v by its inputs, taken when it was computed."""
    if v.op is None:
        return ()
    if v.b is None:
        return (v.da,)
    if v.b is MANY:
        return tuple([d * v.db for group in v.da for d in group])
    return (v.da, v.db)


def ancestors(*roots: Any) -> list[Any]:
    """The Values that the roots were computed from and themselves, every one after its inputs."""
    order: list[Any] = []
    seen: set[int] = set()  # by identity, which is faster than by hash
    for root in roots:
        if id(root) in seen:
            continue
        seen.add(id(root))
        stack = [(root, iter(inputs_of(root)))]
        while stack:
            v, rest = stack[-1]
            for source in rest:
                if id(source) not in seen:
                    seen.add(id(source))
                    stack.append((source, iter(inputs_of(source))))
                    break
            else:
                order.append(v)
                stack.pop()
    return order


# ---------------------------------------------------------------- backward


def backward(root: Any, gradient: Any, retain_graph: bool, create_graph: bool) -> None:
    """Add gradient · ∂root/∂x to ``x.grad`` of every leaf x, and set ``.grad`` of what lies between afresh.

    Kahn's order: a Value is released once all its consumers have passed it their part.
    """
    with sweeping:
        if root.waiting == SWEPT:
            raise swept(root)
        if root.op is None:
            root.grad = gradient if root.grad is None else root.grad + gradient
            return
        try:
            _count_consumers(root)
            root.grad = gradient
            if create_graph:
                _release_recorded(root)
            else:
                _release(root, 0 if retain_graph else SWEPT)
        except BaseException:
            for v in ancestors(root):
                if v.waiting > 0:
                    v.waiting = 0
            raise


def _count_consumers(root: Any) -> None:
    """First pass: how many uses of each Value lie between it and the root."""
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
                        if source.grad is None:
                            source.grad = 0.0
                    elif n:
                        raise swept(source)
                    else:
                        source.waiting = 1
                        source.grad = 0.0
                        push(source)
            continue
        a = v.a
        n = a.waiting
        if n > 0:
            a.waiting = n + 1
        elif a.op is None:
            if a.grad is None:
                a.grad = 0.0
        elif n:
            raise swept(a)
        else:
            a.waiting = 1
            a.grad = 0.0
            push(a)
        if b is not None:
            n = b.waiting
            if n > 0:
                b.waiting = n + 1
            elif b.op is None:
                if b.grad is None:
                    b.grad = 0.0
            elif n:
                raise swept(b)
            else:
                b.waiting = 1
                b.grad = 0.0
                push(b)


def _release(root: Any, after: int) -> None:
    """Second pass: multiply and add, each Value after its last consumer. A leaf waits for nobody."""
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


def _release_recorded(root: Any) -> None:
    """The same with each operation's own rule called on Values, so that the gradients can be differentiated."""
    ready = [root]
    while ready:
        v = ready.pop()
        v.waiting = 0
        for source, d in zip(inputs_of(v), v.op.slopes(v), strict=True):
            part = v.grad * d
            before = source.grad
            source.grad = part if isinstance(before, float | int) and before == 0 else before + part
            n = source.waiting
            if n == 1:
                ready.append(source)
            elif n:
                source.waiting = n - 1


def swept(v: Any) -> RuntimeError:
    return RuntimeError(
        f"backward through '{v.op.name}' = {v.number!r}: this graph was swept before. Pass retain_graph=True to the "
        "first backward() to sweep it again, or record it anew."
    )


# ---------------------------------------------------------------- forward


def forward(root: Any, tangents: Mapping[Any, Any], *, create_graph: bool = False) -> Any:
    """The tangent of ``root``: dy = Σ (∂y/∂x) dx from the tangents dx of some Values to it, inputs first.

    ``tangents`` maps Values to numbers; 0.0 is returned where none of them matters. With ``create_graph`` the
    result is a Value that can be differentiated again, and tangents may be Values.
    """
    found: dict[int, Any] = {id(v): t for v, t in tangents.items()}
    for v in ancestors(root):
        if id(v) in found or v.op is None:
            continue
        pairs = zip(inputs_of(v), v.op.slopes(v) if create_graph else slopes_of(v), strict=True)
        terms = [d * found[id(s)] for s, d in pairs if id(s) in found]
        if terms:
            total = terms[0]
            for term in terms[1:]:
                total = total + term
            found[id(v)] = total
    return found.get(id(root), 0.0)
