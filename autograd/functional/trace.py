"""One call of a function, recorded with aliases in place of its inputs: the graph that grad and its kin sweep.

Convention: aliases alone keep nested derivatives apart. A sweep stops at its own aliases, and must itself be recorded
if it meets anything else that is tracked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from .. import core
from ..core import Node, Switch, clock, grad_mode, recording
from ..declare import Late, as_array, labelled
from ..tensor import Tensor, of
from . import nests as tree
from .aliases import SPENT, alias, join
from .arguments import Argnums, Function, Mode, check_function, check_input, chosen, exchanged, places, raw, tracked
from .own_part import is_open, own_part

ON, FORWARD = Switch(on=True), Switch(on=True, forward=True)


class Trace:
    """``f(*args, **kwargs)``, recorded with aliases in place of the leaves of the arguments ``argnums``.

    ``inputs``   the leaves to differentiate by, as given
    ``aliases``  the nodes in their place; afterwards they are constants to everything but this trace
    ``y``        the result; ``outputs`` are its leaves, ``aux`` is what else f returned
    ``open``     does the result depend on anything else that is tracked?

    ``once``: its gradients are swept for once, and at once. Then, in the usual case of numbers from outside the graph
    and one result, it is left to that sweep to find out that nothing else is tracked; meanwhile ``alone`` is true.
    """

    def __init__(
        self, who: str, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums, *,
        has_aux: bool = False, forward: bool = False, once: bool = False,
    ) -> None:  # fmt: skip
        self.who = who
        self.was_on = recording.on
        self.single = isinstance(argnums, int | str)
        check_function(who, f)
        if argnums.__class__ is int and 0 <= argnums < len(args) and is_usual(args[argnums]):  # the usual case
            self.nests = self.inputs = [args[argnums]]
            self.since = clock.next()
            handles = [alias(args[argnums])]
            args = (*args[:argnums], handles[0], *args[argnums + 1 :])
        else:
            at = places(who, f, args, kwargs, argnums)
            self.nests = self.inputs = chosen(args, kwargs, at)
            if not all(map(is_usual, self.nests)) or not self.nests:
                self.inputs = self._leaves(at)
            self.since = clock.next()
            handles = [alias(x, x.node if isinstance(x, Tensor) else None) for x in self.inputs]
            args, kwargs = exchanged(args, kwargs, at, self._form(handles))
        self.aliases: list[Node] = [t.node for t in handles]  # type: ignore[misc]
        self.arrays = [t._array for t in handles]
        if self.was_on and (recording.forward or not forward):
            y = f(*args, **kwargs)
        else:
            with FORWARD if forward else ON:
                y = f(*args, **kwargs)
        del handles, args, kwargs
        self.aux = None
        if has_aux:
            if not isinstance(y, tuple) or len(y) != 2:
                raise TypeError(f"{who}(has_aux=True): f must return (result, auxiliary), got {type(y).__name__}")
            y, self.aux = y
        if y is None:
            raise TypeError(f"{who}: the function returned None: does it end with 'return'?")
        self.y = y
        self.inner = False  # is an argument tracked by itself?
        for node in self.aliases:
            if node.op is None:
                node._saved = SPENT
            else:
                self.inner = True
        self.alone = once and y.__class__ is Tensor and y.node is not None and not self.inner
        if self.alone:
            self.outputs, self.open = [y], False
        else:
            self._cut_off()

    def _leaves(self, at: Sequence[int | str]) -> list[Any]:
        """The leaves of the arguments, which are at these places; each must consist of floating-point numbers."""
        found = tree.leaves(self.nests)
        if not all(map(is_usual, found)):
            for i, nest in zip(at, self.nests, strict=True):
                for path, x in tree.paths(nest):
                    check_input(self.who, f"argument {i!r}{path}", x)
        if not found:
            raise TypeError(f"{self.who}: there is nothing to differentiate by in argument {', '.join(map(repr, at))}")
        return found

    def _cut_off(self) -> None:
        """Find the call's own part of the graph, and whether it depends on anything else that is tracked."""
        self.alone = False
        self.outputs = tree.leaves(self.y)
        nodes = [t.node for t in self.outputs if tracked(t)]
        if len(nodes) < len(self.outputs) and any(map(labelled, self.outputs)):
            raise TypeError(
                f"{self.who}: the function returned an array of xarray's, y: return the tensor in it, y.data"
            )
        self.root = join(nodes) if nodes else None
        self.part = None if self.root is None else own_part(self.root, self.aliases, self.since)
        self.open = self.part is not None and (self.inner or any(map(is_open, self.part.outside)))

    # ------------------------------------------------ sweeping

    def gradients(self, seeds: Sequence[Any], *, retain_graph: bool = False, chosen: bool = False) -> list[Any]:
        """The gradients of the inputs from those of the outputs, each of its input's kind.

        ``chosen``: the seeds are somebody's choice, and their zeros leave elements out.
        """
        if self.alone:
            gradients = core.backward_alone(self.y.node, seeds[0], self.aliases, self.since)
            if gradients is not None:
                seen = {id(seeds[0])}
                return [self._as_given(owned(g, seen), k) for k, g in enumerate(gradients)]
            self._cut_off()
        live = [(t, g) for t, g in zip(self.outputs, seeds, strict=True) if tracked(t)]
        if self.root is None or self.part is None:
            return [self._as_given(None, k) for k in range(len(self.inputs))]
        create = self.was_on and recording.on and (self.open or any(tracked(g) for _, g in live))
        given = [g if create else raw(g) for _, g in live]
        keep = retain_graph or self.open
        sweep = partial(
            core.backward, self.root, given, create_graph=create, retain_graph=keep, wrt=self.aliases,
            order=self.part.order,
        )  # fmt: skip
        if chosen and (create or not keep or grad_mode.switches):
            found = sweep(taken=list(map(core.given, given)))
        else:
            found = sweep()
            if chosen and any(map(core.has_nan, found.values())):  # it may be 0 times infinity: again, with care
                found = sweep(taken=list(map(core.given, given)))
        seen = {id(g) for _, g in live}
        return [self._as_given(owned(found.get(node), seen), k) for k, node in enumerate(self.aliases)]

    def tangents(self, directions: Sequence[Any]) -> list[Any]:
        """The tangents of the outputs from those of the inputs."""
        found: list[Any] = []
        if self.root is not None and self.part is not None:
            create = self.was_on and recording.on and (self.open or any(map(tracked, directions)))
            start = {n: t if create else raw(t) for n, t in zip(self.aliases, directions, strict=True)}
            found = core.forward(self.root, start, create_graph=create, order=self.part.order) or [None] * len(
                self.root.inputs
            )
        rest = iter(found)
        given = [next(rest) if tracked(t) else None for t in self.outputs]
        seen = {id(t) for t in directions}
        return [self.result(owned(d, seen), t) for d, t in zip(given, self.outputs, strict=True)]

    def _as_given(self, g: Any, k: int) -> Any:
        """A gradient of its input's kind: a float for a float, an array for an array, a tensor for a tensor."""
        x = self.inputs[k]
        if g.__class__ is x.__class__ is np.ndarray:
            return g
        if g is None:
            g = np.zeros_like(self.arrays[k])
        if isinstance(x, Tensor) or tracked(g):
            return g if isinstance(g, Tensor) else of(g, None)
        return undress(raw(g), is_float(x), x)

    def _is_open(self, t: Tensor) -> bool:
        """Does a tensor depend on anything else that is tracked? Of the results this is known, if none of them does."""
        of_closed_results = not self.open and any([t is y for y in self.outputs])
        return not of_closed_results and is_open(t.node)  # type: ignore[arg-type]

    def result(self, d: Any, like: Any) -> Any:
        """An output or its tangent in the kind of the inputs; zeros for None."""
        if d is None:
            d = np.zeros_like(raw(like), dtype=None if np.result_type(raw(like)).kind in "fc" else float)
        if tracked(d):
            if self.was_on and (self.inner or self._is_open(d)):
                return d
            d = d._array
        if self.nests is not self.inputs and any(isinstance(x, Tensor) for x in self.inputs):
            return d if isinstance(d, Tensor) else of(as_array(d), None)
        return undress(raw(d), all(map(is_float, self.inputs)), None)

    # ------------------------------------------------ the form of results and derivatives

    def returned(self, nest: Any) -> Any:
        """What f returned, with its tensors in the kind of the inputs."""

        def one(t: Any) -> Any:
            if not isinstance(t, Tensor):
                return t
            result = self.result(t, t)
            return result.copy() if result is t._array else result  # which the graph may need

        return tree.transform(one, nest)

    def by_argument(self, values: Sequence[Any]) -> Any:
        """Values for all inputs in the form of the arguments: one nest, or a tuple if ``argnums`` has several."""
        whole = self._form(values)
        return whole[0] if self.single else tuple(whole)

    def _form(self, values: Sequence[Any]) -> Sequence[Any]:
        if self.nests is self.inputs:
            return values
        rest = iter(values)
        return [tree.rebuild(nest, rest) for nest in self.nests]

    # ------------------------------------------------ what cannot be differentiated

    def one_number(self) -> Any:
        """The result, which must be a single number."""
        if self.y.__class__ is Tensor and np.size(self.y._array) == 1:
            return self.y
        if tree.children(self.y) is not None:
            raise TypeError(
                f"{self.who}: the function must return one number, but returned a {type(self.y).__name__}. If all but "
                "the first is only passed through, say has_aux=True; for derivatives of all of them use jacobian or vjp"
            )
        if np.size(raw(self.y)) != 1:
            raise TypeError(
                f"{self.who}: the function must return one number, but its result has shape {np.shape(raw(self.y))}. "
                "Reduce it, as in np.sum(...), or use jacobian (all derivatives), elementwise_grad (one per element) "
                "or vjp"
            )
        return self.y

    def check_complex(self, holomorphic: bool, mode: Mode = "reverse") -> None:
        """Raise TypeError where no single complex number is the derivative, rather than drop half of it silently.

        It is raised for truth values and whole numbers too: they come in steps, and are mostly a mistake.
        """
        if self.alone and not holomorphic and not is_complex(self.y._array):
            return
        complex_in = [is_complex(x) for x in self.arrays]
        kinds = [kind_of(y) for y in self.outputs]
        complex_out = [kind == "c" for kind in kinds]
        for y, kind in zip(self.outputs, kinds, strict=True):
            if kind in "biu":
                what = "truth values" if kind == "b" else "whole numbers"
                raise TypeError(
                    f"{self.who}: the function returned {what}, {raw(y)!r:.40}, which change in steps and have no "
                    "derivative. Return the floating-point numbers that they were made from, or a constant as a float"
                )
        if holomorphic:
            if not all(complex_in) or not all(complex_out):
                raise TypeError(f"{self.who}(holomorphic=True) needs complex arguments and complex results")
        elif any(complex_out) and (any(complex_in) or mode == "reverse"):
            forward = " (mode='forward' differentiates a complex function of real numbers)"
            raise TypeError(
                f"{self.who}: the result is complex. If the function has a complex derivative, pass holomorphic=True; "
                "else differentiate its real and imaginary parts, as in "
                f"np.real(f(x)){forward if self.who == 'jacobian' else ''}"
            )
        elif any(complex_in) and mode == "forward":
            raise TypeError(f"{self.who}: a real function of complex numbers has a gradient only in mode='reverse'")


def owned(g: Any, seen: set[int]) -> Any:
    """A gradient in an array of its own, which the caller may write into; a tensor that is no view of another."""
    if isinstance(g, Tensor):
        g = of(g._array, g.node)
    elif isinstance(g, np.ndarray):
        if g.base is not None or not g.flags.writeable or id(g) in seen:
            g = np.array(g)
    elif hasattr(g, "__array_function__"):
        g = g.copy()
    seen.add(id(g))
    return g


def is_usual(x: Any) -> bool:
    """Is it what mostly is differentiated by: an array of floating-point numbers, or a number?"""
    return x.__class__ is float or x.__class__ is np.float64 or (x.__class__ is np.ndarray and x.dtype.kind == "f")


def is_complex(x: Any) -> bool:
    """Has an array complex numbers?"""
    return x.dtype.kind == "c" if x.__class__ is np.ndarray else bool(np.iscomplexobj(x))


def kind_of(y: Any) -> str:
    """The kind of the dtype of a result."""
    y = raw(y)
    kind: str = y.dtype.kind if hasattr(y, "dtype") else np.asarray(y).dtype.kind
    return kind


def is_float(x: Any) -> bool:
    """Is it a number of Python's, or what stands for one?"""
    return type(x) in (float, complex, Late.Float) or (isinstance(x, float | complex) and not isinstance(x, np.generic))


def undress(g: Any, number: bool, like: Any) -> Any:
    """A result without axes as a Python number, or as the scalar that NumPy's functions return."""
    if isinstance(like, np.ndarray) or np.ndim(g):
        return g
    return g.item() if number else g[()]
