"""One call of a primitive: its node in the graph, and what the rules that were declared for it give there.

Convention: in a first backward pass rules are given plain numbers. Where the sweep itself is recorded they are given
tensors, and NumPy's functions of these give the higher derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core import Node, recording, unshared
from ..declare import Operation, as_array, frozen, result_tensors
from ..functional import vjp
from ..tensor import Tensor, of
from .boxes import getval
from .forms import Hole, aligned, all_filled, filled, read
from .vspaces import dense


class Rule(NamedTuple):
    """One direction of a primitive's derivative: what makes it, for which arguments (None: all), and where it is 0."""

    make: Callable[..., Any]
    argnums: frozenset[int] | None
    zero: frozenset[int] = frozenset()

    def has(self, argnum: int) -> bool:
        return self.argnums is None or argnum in self.argnums

    def moves(self, argnum: int) -> bool:
        return self.has(argnum) and argnum not in self.zero


NO_RULE = Rule(lambda *args: None, frozenset())


def undefined(primitive: Any, argnums: Sequence[int], what: str) -> NotImplementedError:
    """The error for a derivative that was not declared."""
    name = primitive.__name__
    return NotImplementedError(
        f"{what} of {name} wrt argnums {tuple(argnums)} not defined. Declare it: defvjp({name}, lambda ans, *args: "
        f"lambda g: ..., argnums={tuple(argnums)})"
    )


class Call:
    """One call of a primitive, as its rules see it.

    ``forms``    its arguments, tensors taken out, and what the caller may change copied
    ``args``     the same with the tensors' numbers
    ``at``       for each tensor, in which argument it was
    ``results``  the form of the result
    """

    __slots__ = ("args", "at", "forms", "kwargs", "primitive", "results")

    def __init__(
        self, primitive: Any, forms: list[Any], at: list[int], kwargs: dict[str, Any], args: list[Any]
    ) -> None:
        self.primitive = primitive
        self.forms = forms
        self.at = at
        self.kwargs = {name: frozen(value) for name, value in kwargs.items()} if kwargs else kwargs
        self.args = args
        self.results: Any = None

    def arguments(self, leaves: Sequence[Any]) -> list[Any]:
        """The arguments with these tensors in them; with the plain numbers, where there are no tensors."""
        for x in leaves:
            if isinstance(x, Tensor):
                return all_filled(self.forms, leaves)
        return self.args

    def answer(self, y: Any) -> Any:
        """Results, or their gradients, in the form of the result."""
        if self.results.__class__ is Hole:
            return read(y)
        return filled(self.results, list(map(read, y)))

    def gradients(self, g: Any, leaves: Sequence[Any], y: Any, wanted: Sequence[bool]) -> list[Any]:
        """The gradients of the tensors that are wanted, None for the others."""
        at = self.at if all(wanted) else [k for k, want in zip(self.at, wanted, strict=True) if want]
        argnums = tuple(at) if len(at) == 1 else tuple(dict.fromkeys(at))
        primitive = self.primitive
        known = primitive.pull.argnums
        if known is not None and not known.issuperset(argnums):
            raise undefined(primitive, sorted(set(argnums) - known), "VJP")
        pull = primitive.pull.make(argnums, self.answer(y), self.arguments(leaves), self.kwargs)
        given = list(pull(self.answer(g)))
        if len(given) != len(argnums):
            raise ValueError(f"{primitive.__name__}: its VJP gave {len(given)} gradients for arguments {argnums}")
        found: list[Any] = [None] * len(leaves)
        for k in argnums:
            form, cell = self.forms[k], [given.pop(0)]
            if form.__class__ is Hole:
                if cell[0].__class__ is not np.ndarray:
                    cell[0] = as_array(dense(cell[0]))
                found[form.number] = unshared(cell)
                continue
            nest = dense(cell[0])
            try:
                for hole, part in aligned(form, nest):
                    found[hole.number] = unshared([part])
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise TypeError(
                    f"{primitive.__name__}: its VJP gave a {type(nest).__name__} as the gradient of argument {k}, a "
                    f"{type(form).__name__}, and it must return one of the same form ({type(error).__name__}: {error})"
                ) from None
        return found if len(found) == len(at) else [d if w else None for d, w in zip(found, wanted, strict=True)]

    def tangents(self, given: Sequence[Any], leaves: Sequence[Any], y: Any) -> Any:
        """The tangents of the results from those of the tensors, None where one does not move."""
        primitive = self.primitive
        argnums = tuple(dict.fromkeys([k for k, t in zip(self.at, given, strict=True) if t is not None]))
        direct = tuple(k for k in argnums if primitive.push.has(k))
        terms = []
        if direct:
            whole = [np.zeros_like(getval(x)) if t is None else t for t, x in zip(given, leaves, strict=True)]
            moved = [filled(self.forms[k], list(map(read, map(as_array, whole)))) for k in direct]
            d = primitive.push.make(direct, moved, self.answer(y), self.arguments(leaves), self.kwargs)
            terms.append([part for _, part in aligned(self.results, dense(d))])
        if len(direct) < len(argnums):
            rest = [None if k in direct else t for k, t in zip(self.at, given, strict=True)]
            terms.append(self._transposed(rest, leaves, y))
        total = terms[0] if len(terms) == 1 else [a + b for a, b in zip(*terms, strict=True)]
        return total[0] if self.results.__class__ is Hole else total

    def _transposed(self, given: Sequence[Any], leaves: Sequence[Any], y: Any) -> list[Any]:
        """J v by transposing g -> Jᵀ g, which is linear: its own gradient with respect to g."""
        single = self.results.__class__ is Hole
        zeros = [np.zeros_like(getval(part)) for part in ([y] if single else y)]
        wanted = [t is not None for t in given]

        def back(*g: Any) -> list[Any]:
            found = self.gradients(g[0] if single else g, leaves, y, wanted)
            return [d for d in found if d is not None]

        _, transpose = vjp(back, *zeros)
        return list(transpose([t for t in given if t is not None]))


class Declared(Operation):
    """The operation of one primitive: of the list of its tensors, whose rules are asked for those that are wanted."""

    def __init__(self, name: str, results: bool) -> None:
        def computed(leaves: Any, call: Any) -> Any:
            return call  # of an untracked call the results, which are there already

        def pull(g: Any, leaves: Any, y: Any, call: Any) -> Any:
            return call.gradients(g, leaves, y, [True] * len(leaves))

        super().__init__(computed, "primitive", [pull], name=name, many=True, results=results)

    def recorded(self, call: Call, tensors: list[Tensor], y: Any) -> Any:
        """The results as tensors, at a node of the graph."""
        nodes = tuple([t.node for t in tensors])
        arrays = [t._array for t in tensors]
        fits = tuple([(a.shape, a.dtype) for a in arrays])
        shape = tuple([part.shape for part in y]) if self.results else y.shape
        node = Node(self, nodes, (arrays, y, call), shape, fits)
        if recording.forward and not self.results and any(dtype != y.dtype for _, dtype in fits):
            node.annotate().dtype = y.dtype
        if recording.note is not None:
            recording.note(node, y, tensors, {"call": call})
        return result_tensors(y, node) if self.results else of(y, node)

    def as_tensors(self, node: Node) -> Any:
        """What a node saved, its inputs and results as the tensors that they were."""
        leaves, y, call = node._saved
        again = result_tensors(y, node) if self.results else of(y, node)
        return [x if n is None else of(x, n) for x, n in zip(leaves, node.inputs, strict=True)], again, call

    def pull(self, node: Node, g: Any, saved: Any, wanted: Sequence[bool]) -> Sequence[Any]:
        leaves, y, call = saved
        found: list[Any] = call.gradients(g.whole() if self.results else g, leaves, y, wanted)
        return found

    def push(self, node: Node, tangents: list[Any], saved: Any, moved: Sequence[Any] = ()) -> Any:
        leaves, y, call = saved
        t = call.tangents(tangents, leaves, y)
        return t if self.results or t.shape == node.shape else np.broadcast_to(t, node.shape)

    def fit(self, node: Node, d: Any, like: Any) -> Any:
        try:
            return super().fit(node, d, like)
        except TypeError:
            k = next(k for k, fit in enumerate(node.fits) if fit is like)
            argnum = node._saved[2].at[k]
            got = f"shape {np.shape(d)}" if hasattr(d, "shape") else f"a {type(d).__name__}"
            raise TypeError(
                f"{self.name}: its VJP for argument {argnum} returned {got}; it must return an array of the argument's "
                f"shape {like[0]} {like[1]}, or one that broadcasting fits to it"
            ) from None
