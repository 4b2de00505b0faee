"""One call of a function, recorded with aliases in place of its inputs: the graph that grad and its kin sweep.

Convention: aliases alone keep nested derivatives apart. A sweep stops at its own aliases, and must itself be recorded
if it meets anything else that is tracked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import core
from ..core import Node, Switch, recording
from ..tensor import Tensor, of
from . import nests as tree
from .aliases import SPENT, alias, cut, is_open, join


class Trace:
    """``f(*args, **kwargs)``, recorded with aliases in place of the leaves of the arguments at ``places``.

    ``inputs``   the leaves to differentiate by, as given
    ``aliases``  the nodes in their place
    ``y``        the result; ``outputs`` are its leaves, ``aux`` is what else f returned
    ``open``     does the result depend on anything else that is tracked?
    """

    def __init__(
        self,
        who: str,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        places: Sequence[int | str],
        *,
        has_aux: bool = False,
        forward: bool = False,
    ) -> None:
        self.who = who
        self.was_on = recording.on
        self.nests = [args[at] if isinstance(at, int) else kwargs[at] for at in places]
        named = [(f"argument {at!r}{path}", x) for at, nest in zip(places, self.nests, strict=True)
                 for path, x in tree.paths(nest)]  # fmt: skip
        for name, x in named:
            check_input(who, name, x)
        if not named:
            raise TypeError(f"{who}: there is nothing to differentiate by in argument {', '.join(map(repr, places))}")
        self.inputs = [x for _, x in named]
        handles = [alias(x, x.node if isinstance(x, Tensor) else None) for x in self.inputs]
        self.aliases: list[Node] = [t.node for t in handles]  # type: ignore[misc]
        self.arrays = [t._array for t in handles]
        rest = iter(handles)
        swapped = {at: tree.rebuild(nest, rest) for at, nest in zip(places, self.nests, strict=True)}
        with Switch(on=True, forward=forward or recording.forward):
            y = f(
                *[swapped.get(i, x) for i, x in enumerate(args)],
                **{name: swapped.get(name, x) for name, x in kwargs.items()},
            )
        del handles, swapped, rest
        self.aux = None
        if has_aux:
            if not isinstance(y, tuple) or len(y) != 2:
                raise TypeError(f"{who}(has_aux=True): f must return (result, auxiliary), got {type(y).__name__}")
            y, self.aux = y
        self.y = y
        self.outputs = tree.leaves(y)
        nodes = [t.node for t in self.outputs if tracked(t)]
        self.root = join(nodes) if nodes else None
        self.open = bool(nodes) and is_open(nodes, self.aliases)
        self.stops = list(self.aliases)
        if self.open:
            assert self.root is not None
            self.stops += cut(self.root, self.aliases, keep_leaves=True)

    def close(self) -> None:
        """From now on only this trace differentiates by its aliases; to others they are constants."""
        for node in self.aliases:
            if node.op is None:
                node.saved = SPENT

    # ------------------------------------------------ sweeping

    def gradients(self, seeds: Sequence[Any], *, retain_graph: bool = False) -> list[Any]:
        """The gradients of the inputs from those of the outputs, each of its input's kind."""
        live = [(t, g) for t, g in zip(self.outputs, seeds, strict=True) if tracked(t)]
        if self.root is None:
            return [self._as_given(None, k) for k in range(len(self.inputs))]
        create = self.was_on and recording.on and (self.open or any(tracked(g) for _, g in live))
        found = core.backward(
            self.root,
            [g if create else raw(g) for _, g in live],
            create_graph=create,
            retain_graph=retain_graph or self.open,
            wrt=self.stops,
        )
        seen = {id(g) for _, g in live}
        return [self._as_given(owned(found.get(node), seen), k) for k, node in enumerate(self.aliases)]

    def tangents(self, directions: Sequence[Any]) -> list[Any]:
        """The tangents of the outputs from those of the inputs."""
        found: list[Any] = []
        if self.root is not None:
            create = self.was_on and recording.on and (self.open or any(map(tracked, directions)))
            start = {n: t if create else raw(t) for n, t in zip(self.aliases, directions, strict=True)}
            found = core.forward(self.root, start, create_graph=create) or [None] * len(self.root.inputs)
        rest = iter(found)
        given = [next(rest) if tracked(t) else None for t in self.outputs]
        seen = {id(t) for t in directions}
        return [self.result(owned(d, seen), t) for d, t in zip(given, self.outputs, strict=True)]

    def _as_given(self, g: Any, k: int) -> Any:
        """A gradient of its input's kind: a float for a float, an array for an array, a tensor for a tensor."""
        x = self.inputs[k]
        if g is None:
            g = np.zeros_like(self.arrays[k])
        if isinstance(x, Tensor) or tracked(g):
            return g if isinstance(g, Tensor) else of(g, None)
        return undress(raw(g), isinstance(x, float | complex) and not isinstance(x, np.generic), x)

    def result(self, d: Any, like: Any) -> Any:
        """An output or its tangent in the kind of the inputs; zeros for None."""
        if d is None:
            d = np.zeros_like(raw(like), dtype=None if np.result_type(raw(like)).kind in "fc" else float)
        if tracked(d) and not (self.was_on and is_open([d.node], self.aliases)):
            d = d._array
        if tracked(d) or any(isinstance(x, Tensor) for x in self.inputs):
            return d if isinstance(d, Tensor) else of(np.asarray(d), None)
        numbers = all(type(x) in (float, complex) for x in self.inputs)
        return undress(raw(d), numbers, None)

    def value(self) -> Any:
        """The result of f."""
        return self._returned(self.y)

    def auxiliary(self) -> Any:
        """What f returned besides."""
        return self._returned(self.aux)

    def _returned(self, nest: Any) -> Any:
        """A nest with its tensors in the kind of the inputs."""
        return tree.transform(lambda t: self.result(t, t) if isinstance(t, Tensor) else t, nest)


# ---------------------------------------------------------------- inputs and derivatives


def check_input(who: str, name: str, x: Any) -> None:
    """Raise TypeError unless an input consists of real or complex floating-point numbers."""
    kind = type(x).__name__
    if isinstance(x, bool | int):
        fix = f"Write {float(x)!r} instead of {x!r}"
    elif hasattr(x, "dtype") and hasattr(x, "shape"):
        if x.dtype.kind in "fc":
            return
        kind = f"{kind} of {x.dtype}"
        fix = "Write x.astype(float)"
    elif isinstance(x, float | complex):
        return
    else:
        fix = "y.backward() gives derivatives by Values" if kind == "Value" else "give numbers, arrays or tensors"
        raise TypeError(f"{who}: cannot differentiate by {name}, which is a {kind}: {fix}")
    raise TypeError(
        f"{who}: {name} is {'an' if kind[0] in 'aeiou' else 'a'} {kind}, and derivatives need real or complex numbers. "
        f"{fix}; if you do not want this derivative, leave it out of argnums"
    )


def tracked(x: object) -> bool:
    """Is it a tensor with a graph?"""
    return isinstance(x, Tensor) and x.node is not None


def raw(x: Any) -> Any:
    """A tensor's array; anything else as it is."""
    return x._array if isinstance(x, Tensor) else x


def owned(g: Any, seen: set[int]) -> Any:
    """A gradient in an array of its own, which the caller may write into."""
    if isinstance(g, np.ndarray) and (g.base is not None or not g.flags.writeable or id(g) in seen):
        g = np.array(g)
    seen.add(id(g))
    return g


def undress(g: Any, number: bool, like: Any) -> Any:
    """A result without axes as a Python number, or as the scalar that NumPy's functions return."""
    if np.ndim(g) or isinstance(like, np.ndarray):
        return g
    return g.item() if number else g[()]
