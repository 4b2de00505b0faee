"""A function recorded for a rule: its derivatives by its arguments, and by tracked tensors that it takes from outside.

Convention: the rule of an operation that is given a function (``autograd.optimize.root``, or
``autograd.integrate.odeint``) differentiates it at plain arrays, or, for higher orders, at tensors. What the function
uses besides its arguments (a tensor in a closure, the weights of a module) is found in its graph, and is an input of
the operation too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import core
from ..core import Node, Switch, clock, dependents, recording
from ..declare import Late, frozen
from ..tensor import Tensor, of
from . import nests as tree
from .aliases import ALIAS, SPENT, alias, join
from .arguments import raw, tracked

NO_VALUES = (
    "{}: here is {!r}, and a Value has no way into SciPy's solver but as one of the args: pass it in args=(...), or "
    "write Tensor(v.data, requires_grad=True) in place of the Value v"
)
SAME = 1e-6  # the relative change of a function's numbers up to which they count as the same
NUMBERS = Switch(on=False, left=None)
ON, FORWARD = Switch(on=True), Switch(on=True, forward=True)


class Outside:
    """The nodes of tracked tensors that a function takes from outside, in the order in which they were found.

    A solver's calls, made inside ``solving()``, are watched, wherever they happen to look; ``look`` finds in a recorded
    call also what a derivative inside the function takes. ``dtypes`` are those of the tensors.
    """

    def __init__(self) -> None:
        self.dtypes: dict[Node, Any] = {}

    def solving(self) -> Switch:
        return Switch(on=False, left=self._left)

    def _left(self, thing: Any, how: str) -> None:
        if how == "no_grad()" and isinstance(thing, Tensor):  # and not detached by the user
            self.dtypes.setdefault(thing.node, thing.dtype)  # type: ignore[arg-type]
        elif how == "no_grad()":
            raise TypeError(NO_VALUES.format("the function", thing))

    def look(self, f: Callable[..., Any], leaves: Sequence[Any]) -> Any:
        """Record f once, and find what it takes; its numbers are returned."""
        seen: dict[Any, Any] = {}

        def note(node: Node, y: Any, given: Sequence[Any], arguments: Any) -> None:
            seen.update({x.node: x.dtype for x in given if isinstance(x, Tensor)})

        with Switch(beside={"note": note}):
            closed = Closed(f, leaves)
        for node in closed.cuts:
            self.dtypes.setdefault(node, seen.get(node, closed.dtype))
        return raw(closed.y)

    def handles(self) -> list[Tensor]:
        """Tensors that stand for the nodes as inputs of an operation; nobody reads their numbers."""
        return [of(np.broadcast_to(np.zeros((), d), node.shape), node) for node, d in self.dtypes.items()]


class Closed:
    """The vector ``f(*leaves)``, recorded with aliases in place of the leaves and above what it takes from outside.

    ``y``      the result, an array or a tensor
    ``cuts``   the alias above each node that f took from outside
    ``whole``  are derivatives recorded, too? They are where a leaf is a tracked tensor
    """

    def __init__(self, f: Callable[..., Any], leaves: Sequence[Any], *, forward: bool = False) -> None:
        since = clock.next()
        handles = [alias(x, x.node if isinstance(x, Tensor) else None) for x in leaves]
        self.leaves = leaves
        self.whole = recording.on and any(map(tracked, leaves))
        self.aliases: list[Node] = [t.node for t in handles]  # type: ignore[misc]
        with FORWARD if forward else ON:
            y = f(*handles)
        self.y = y if self.whole else raw(y)
        self.shape, self.dtype = np.shape(y), np.result_type(raw(y))
        self.root = join([y.node]) if tracked(y) else None
        self.cuts: dict[Node, Node] = {}
        if self.root is not None:
            self.cuts = _cut(self.root, set(self.aliases), since)
            self.order = dependents(self.root, [*self.aliases, *self.cuts.values()])
        for node in self.aliases:
            if node.op is None:
                node._saved = SPENT

    def pull(self, g: Any, outer: Sequence[Node], *, chosen: bool = False) -> list[Any]:
        """The gradients of the leaves, then of these nodes from outside, from a gradient of the vector.

        ``chosen``: its zeros leave elements out, so that an infinite slope of theirs has no part.
        """
        self._check(outer)
        found: dict[Node, Any] = {}
        whole = recording.on and (self.whole or tracked(g))
        if self.root is not None:
            found = core.backward(
                self.root, [g if whole else raw(g)], create_graph=whole, retain_graph=True,
                wrt=[*self.aliases, *self.cuts.values()], order=self.order, taken=[core.given(g)] if chosen else None,
            )  # fmt: skip
        gradients = [found.get(node) for node in self.aliases]
        zeros = [np.zeros_like(raw(x)) if d is None else d for x, d in zip(self.leaves, gradients, strict=True)]
        return zeros + [self._outer(found, node) for node in outer]

    def _outer(self, found: dict[Node, Any], node: Node) -> Any:
        d = found.get(self.cuts[node]) if node in self.cuts else None
        return np.zeros(node.shape, self.dtype) if d is None else d

    def push(self, directions: Sequence[Any], outer: dict[Node, Any]) -> Any:
        """The tangent of the vector from those of the leaves and of nodes from outside; None where nothing moves."""
        self._check(list(outer))
        given = [t for t in (*directions, *outer.values()) if t is not None]
        whole = recording.on and (self.whole or any(map(tracked, given)))
        start = {node: t for node, t in zip(self.aliases, directions, strict=True) if t is not None}
        start |= {self.cuts[node]: t for node, t in outer.items() if node in self.cuts and t is not None}
        found = None
        if self.root is not None and start:
            start = {node: t if whole else raw(t) for node, t in start.items()}
            (found,) = core.forward(self.root, start, create_graph=whole, order=self.order, exact=False) or [None]
        return np.zeros(self.shape, self.dtype) if found is None else found

    def jacobian(self, outer: Sequence[Node] | None = None) -> list[Any]:
        """The derivatives of the vector by each leaf, then by these (or all) nodes from outside: matrices (n, size)."""
        outer = list(self.cuts if outer is None else outer)
        rows = [self.pull(one, outer, chosen=True) for one in np.eye(self.shape[0], dtype=self.dtype)]
        count = len(self.aliases) + len(outer)
        return [np.stack([np.reshape(row[i], -1) for row in rows]) for i in range(count)]

    def _check(self, outer: Sequence[Node]) -> None:
        if not self.cuts.keys() <= set(outer):
            raise TypeError(
                "the function uses a tracked tensor from outside here that it did not use before, so that its "
                "derivative would be lost: pass all tensors that have derivatives in args=(...)"
            )


def _cut(root: Node, aliases: set[Node], since: int) -> dict[Node, Node]:
    """Put an alias between the nodes that were recorded from period ``since`` on and each older one."""
    cuts: dict[Node, Node] = {}
    seen = {root, *aliases}
    stack = [root]
    while stack:
        node = stack.pop()
        for source in node.inputs:
            if source is None or source in seen:
                continue
            if source.made.number >= since and (source.op is not None or source._saved is SPENT):
                seen.add(source)
                stack.append(source)
            elif source not in cuts:
                cuts[source] = Node(ALIAS, (source,), None, source.shape)
        if cuts and not cuts.keys().isdisjoint(node.inputs):
            node.inputs = tuple([s if s is None else cuts.get(s, s) for s in node.inputs])
    return cuts


class Given:
    """The arguments of a user's function, of which the tracked tensors are inputs of an operation.

    ``tensors``  these
    ``arrays``   their arrays
    ``tensor``   is there a tensor, tracked or not? Then results are tensors, too
    Called with others in their place, it gives the arguments as a function takes them.
    """

    def __init__(self, who: str, nest: Any) -> None:
        leaves = tree.leaves(nest)
        for x in leaves:
            if isinstance(x, Late.Value):
                raise TypeError(NO_VALUES.format(who, x))
        self.nest = nest
        self.tensor = any(isinstance(x, Tensor) for x in leaves)
        self.places = [i for i, x in enumerate(leaves) if tracked(x) and recording.on]
        self.tensors = [leaves[i] for i in self.places]
        self.arrays = [raw(x) for x in self.tensors]
        self.held = [frozen(raw(x)) for x in leaves]

    def __call__(self, values: Sequence[Any]) -> Any:
        leaves = list(self.held)
        for i, value in zip(self.places, values, strict=True):
            leaves[i] = value
        return tree.rebuild(self.nest, leaves)


def vector(y: Any) -> Any:
    """What a user's function returned, a list of numbers and tensors included, as a single array or tensor."""
    if y is None:
        raise TypeError("the function returned None: does it end with 'return'?")
    if isinstance(y, list | tuple):
        parts = [vector(part) for part in y]
        if any(isinstance(part, Tensor) for part in parts):
            return np.stack(parts)
        y = parts
    if not (isinstance(y, Tensor) or hasattr(y, "__array_function__")):
        y = np.asarray(y)
    if y.dtype == object and any(isinstance(v, Late.Value) for v in y.flat):
        raise TypeError(NO_VALUES.format("the function", y.flat[0]))
    return y


def numbers(y: Any) -> Any:
    """The same as plain numbers."""
    return raw(vector(y))


def check_same(who: str, now: Any, then: Any, size: float = 0.0) -> None:
    """Raise RuntimeError if a function gives other numbers than before; ``size`` is that of what it was given."""
    if not np.allclose(now, then, SAME, SAME * (float(np.max(np.abs(then), initial=0)) + size * SAME), equal_nan=True):
        raise changed(who)


def changed(who: str) -> RuntimeError:
    return RuntimeError(
        f"{who}: the function gives other numbers than while SciPy solved it, so that derivatives would be those of "
        "another solution. A tensor or an array that it uses was changed in between, or it draws random numbers. Take "
        "derivatives first, or pass what changes in args=(...), of which the solution has its own copy"
    )


def refuse(who: str, **options: Any) -> None:
    """Raise TypeError where a tracked tensor is given for an option that has no derivative."""
    for name, value in options.items():
        if any(map(tracked, tree.leaves(value))):
            raise TypeError(f"{who}: the result has no derivative by {name}: pass {name}.detach()")


__all__ = [
    "NUMBERS",
    "SAME",
    "Closed",
    "Given",
    "Outside",
    "changed",
    "check_same",
    "numbers",
    "refuse",
    "tracked",
    "vector",
]
