"""primitive: a function whose derivatives are declared apart from it, as an operation of this engine.

Convention: the function is given plain numbers, and so are its rules in a first backward pass. Where the sweep itself
is recorded, rules are given tensors, and NumPy's functions of these give the higher derivatives.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from types import MethodType
from typing import Any, NamedTuple

import numpy as np

from ..core import protected, recording, unshared
from ..declare import Operation, as_array, frozen, tracked
from ..functional import nests as tree
from ..functional import vjp
from ..tensor import Tensor
from .boxes import getval
from .vspaces import dense


class Rule(NamedTuple):
    """One direction of a primitive's derivative: what makes it, and for which arguments (None: for all)."""

    make: Callable[..., Any]
    argnums: frozenset[int] | None

    def has(self, argnum: int) -> bool:
        return self.argnums is None or argnum in self.argnums


NO_RULE = Rule(lambda *args: None, frozenset())


class Primitive:
    """A function with derivatives that ``defvjp`` and ``defjvp`` declare.

    Positional arguments are differentiated, as are the arrays in their lists, tuples and dicts; so are results of these
    forms. Where only the gradient is declared, forward mode is its transpose: J v from g -> Jᵀ g, which is linear in g.
    """

    _is_autograd_primitive = True

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self.fun = function
        self.pull = self.push = NO_RULE
        self.constant: set[Any] = set()  # the kinds of nodes for which it counts as a constant
        self.composed = True  # may the function itself be called on tensors?

    def __repr__(self) -> str:
        return f"<primitive {self.__name__}>"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __deepcopy__(self, memo: dict[int, Any]) -> Primitive:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        tensors: list[Tensor] = []
        at: list[int] = []
        forms = []
        for k, x in enumerate(args):
            before = len(tensors)
            forms.append(opened(x, tensors))
            at += [k] * (len(tensors) - before)
        if not tensors:
            if not self.composed and not tracked(kwargs):
                kwargs = getval(kwargs)
            return self._composed(args, kwargs) if _has_tensor(kwargs) else self.fun(*args, **kwargs)
        moving = recording.on and any(t.node is not None for t in tensors)
        if moving:
            unknown = {k for k, t in zip(at, tensors, strict=True) if t.node is not None and not self._knows(k)}
            if unknown and not any(isinstance(args[k], Tensor) for k in unknown) and len(unknown) == len(set(at)):
                return self._composed(args, kwargs)
            if unknown:
                raise undefined(self, sorted(unknown), "JVP" if recording.forward else "VJP")
            if tracked(kwargs):
                raise TypeError(
                    f"{self.__name__}: there is a tracked tensor among its keyword arguments {', '.join(kwargs)}, but "
                    "a primitive is differentiated by its positional arguments. Pass it by position"
                )
        kwargs = getval(kwargs)
        call = Call(self, [frozen(f) for f in forms] if moving else forms, at, frozen_values(kwargs), None)
        y, arrays = self._computed(forms, tensors, kwargs)
        single = isinstance(y, Hole)
        if not arrays or (moving and self.is_constant()):
            return filled(y, arrays)
        call = call._replace(results=y, arrays=arrays)
        made = (self.of_one if single else self.of_several)(tensors, call)
        return made if single else filled(y, made)

    def _knows(self, argnum: int) -> bool:
        return self.pull.has(argnum) or self.push.has(argnum) or self.is_constant()

    def is_constant(self) -> bool:
        """Does it count as a constant in each direction in which it has no rule?"""
        names = {kind.__name__ for kind in self.constant}
        return bool(names) and all(
            name in names or rule is NO_RULE for name, rule in (("VJPNode", self.pull), ("JVPNode", self.push))
        )

    def _composed(self, args: Any, kwargs: Any) -> Any:
        """The function called on tensors, whose own steps are recorded."""
        if not self.composed:
            raise undefined(self, [], "VJP")
        return self.fun(*args, **kwargs)

    def _computed(self, forms: list[Any], tensors: list[Tensor], kwargs: dict[str, Any]) -> tuple[Any, list[Any]]:
        """What the function returns, the arrays in it taken out; and these."""
        shown = [read(t._array) for t in tensors]
        try:
            found = [self.fun(*[filled(f, shown) for f in forms], **kwargs)]
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            copies = [np.array(x)[()] for x in shown]  # compiled code often asks for writeable memory, and only reads
            found = [self.fun(*[filled(f, copies) for f in forms], **kwargs)]
        if isinstance(found[0], np.ndarray) and found[0].dtype.kind in "fc":
            return Hole(0), [_apart(unshared(found), tensors)]
        found[0] = dense(found[0])
        parts = tree.leaves(found[0])
        results: list[Any] = []
        arrays: list[Any] = []
        for part in parts:
            array = as_array(dense(part))
            kind = array.dtype.kind if hasattr(array, "dtype") and hasattr(array, "shape") else "O"
            if kind in "fc":
                results.append(Hole(len(arrays)))
                arrays.append(_apart(unshared([array]), tensors))
            elif kind in "biu":
                results.append(part)
            else:
                raise self._no_numbers(part)
        if not parts and callable(found[0]):
            raise self._no_numbers(found[0])
        return tree.rebuild(found[0], results), arrays

    def _no_numbers(self, thing: Any) -> TypeError:
        return TypeError(
            f"{self.__name__}: it returned an object of class {type(thing).__name__}, which has no derivative: return "
            "numbers, arrays, or lists, tuples and dicts of them, computed from the plain numbers that it is given"
        )

    @functools.cached_property
    def of_one(self) -> Operation:
        """The operation of calls that return one array."""
        return Declared(self.__name__, False)

    @functools.cached_property
    def of_several(self) -> Operation:
        """The operation of calls that return a nest."""
        return Declared(self.__name__, True)


class Hole:
    """Where a tensor or an array stood in a nest."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


def opened(x: Any, tensors: list[Tensor]) -> Any:
    """An argument, its tensors taken out and added to a list."""
    if isinstance(x, Tensor):
        tensors.append(x)
        return Hole(len(tensors) - 1)
    if not _has_tensor(x):
        return x
    leaves = tree.leaves(x)
    for k, leaf in enumerate(leaves):
        if isinstance(leaf, Tensor):
            tensors.append(leaf)
            leaves[k] = Hole(len(tensors) - 1)
    return tree.rebuild(x, leaves)


def filled(form: Any, values: Sequence[Any]) -> Any:
    """The nest, with values where something was taken out."""
    if isinstance(form, Hole):
        return values[form.number]
    leaves = [values[x.number] if isinstance(x, Hole) else x for x in holes(form)]
    return tree.rebuild(form, leaves) if leaves else form


def holes(form: Any) -> list[Any]:
    """The leaves of a nest in which something was taken out; none for any other one."""
    if isinstance(form, Hole):
        return [form]
    if not tree.children(form):
        return []
    leaves = tree.leaves(form)
    return leaves if any(isinstance(x, Hole) for x in leaves) else []


def _has_tensor(x: Any) -> bool:
    """Is there a tensor in this nest?"""
    parts = None if isinstance(x, np.ndarray) else tree.children(x)
    return bool(parts) and any(isinstance(leaf, Tensor) for leaf in tree.leaves(x))


def frozen_values(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: frozen(value) for name, value in kwargs.items()}


def read(x: Any) -> Any:
    """A tensor as it is; an array that nobody can write to; a number where there are no axes."""
    if isinstance(x, Tensor):
        return x
    x = protected(x)
    return x[()] if hasattr(x, "dtype") and not x.shape else x


def _apart(y: Any, tensors: list[Tensor]) -> Any:
    """A result, copied if it shows the memory of an operand: it is no view of it, but computed once."""
    if isinstance(y, np.ndarray) and y.base is not None and any(np.may_share_memory(y, t._array) for t in tensors):
        return y.copy()
    return y


class Call(NamedTuple):
    """One call of a primitive, as its rules see it: ``forms`` are its arguments, tensors taken out; ``at`` says of each
    tensor in which argument it was; ``results`` is the form of the result."""

    primitive: Primitive
    forms: list[Any]
    at: list[int]
    kwargs: dict[str, Any]
    results: Any
    arrays: Sequence[Any] = ()

    def arguments(self, leaves: Sequence[Any]) -> list[Any]:
        shown = list(map(read, leaves))
        return [filled(form, shown) for form in self.forms]

    def answer(self, y: Any) -> Any:
        """Results, or their gradients, in the form of the result."""
        return filled(self.results, list(map(read, y if isinstance(y, list | tuple) else [y])))

    def gradients(self, g: Any, leaves: Sequence[Any], y: Any, wanted: Sequence[bool]) -> list[Any]:
        """The gradients of the tensors that are wanted, None for the others."""
        argnums = tuple(dict.fromkeys(k for k, want in zip(self.at, wanted, strict=True) if want))
        missing = [k for k in argnums if not self.primitive.pull.has(k)]
        if missing:
            raise undefined(self.primitive, missing, "VJP")
        make = self.primitive.pull.make
        args = self.arguments(leaves)
        given = list(make(argnums, self.answer(y), args, self.kwargs)(self.answer(g)))
        if len(given) != len(argnums):
            raise ValueError(f"{self.primitive.__name__}: its VJP gave {len(given)} gradients for arguments {argnums}")
        found: list[Any] = [None] * len(leaves)
        for k in argnums:
            form, cell = self.forms[k], [dense(given.pop(0))]
            if isinstance(form, Hole):
                found[form.number] = as_array(unshared(cell))
                continue
            try:
                for hole, part in aligned(form, cell[0]):
                    found[hole.number] = unshared([part])
            except (ValueError, KeyError, TypeError, IndexError):
                raise TypeError(
                    f"{self.primitive.__name__}: its VJP gave a {type(cell[0]).__name__} as the gradient of argument "
                    f"{k}, which is a {type(form).__name__}: it must return one of the same form"
                ) from None
        return [d if want else None for d, want in zip(found, wanted, strict=True)]

    def tangents(self, given: Sequence[Any], leaves: Sequence[Any], y: Any) -> Any:
        """The tangents of the results from those of the tensors, None where one does not move."""
        primitive = self.primitive
        argnums = tuple(dict.fromkeys(k for k, t in zip(self.at, given, strict=True) if t is not None))
        direct = tuple(k for k in argnums if primitive.push.has(k))
        terms = []
        if direct:
            whole = [np.zeros_like(getval(x)) if t is None else t for t, x in zip(given, leaves, strict=True)]
            moved = [filled(self.forms[k], list(map(read, whole))) for k in direct]
            d = dense(primitive.push.make(direct, moved, self.answer(y), self.arguments(leaves), self.kwargs))
            terms.append([part for _, part in aligned(self.results, d)])
        if len(direct) < len(argnums):
            rest = [None if k in direct else t for k, t in zip(self.at, given, strict=True)]
            terms.append(self._transposed(rest, leaves, y))
        total = terms[0] if len(terms) == 1 else [a + b for a, b in zip(*terms, strict=True)]
        return total if isinstance(y, list | tuple) else total[0]

    def _transposed(self, given: Sequence[Any], leaves: Sequence[Any], y: Any) -> list[Any]:
        """J v by transposing g -> Jᵀ g, which is linear: its own gradient with respect to g."""
        several = isinstance(y, list | tuple)
        zeros = [np.zeros_like(getval(part)) for part in (y if several else [y])]
        wanted = [t is not None for t in given]

        def back(*g: Any) -> list[Any]:
            found = self.gradients(list(g) if several else g[0], leaves, y, wanted)
            return [d for d in found if d is not None]

        _, transpose = vjp(back, *zeros)
        return list(transpose([t for t in given if t is not None]))


def aligned(form: Any, given: Any) -> Iterator[tuple[Hole, Any]]:
    """The places of a form with what stands there in a nest like it; dicts by their keys."""
    if isinstance(form, Hole):
        yield form, as_array(given) if not isinstance(given, Tensor) else given
    elif isinstance(form, dict):
        for key, part in form.items():
            yield from aligned(part, given[key]) if holes(part) else ()
    elif isinstance(form, tuple | list):
        for part, d in zip(form, given, strict=True):
            yield from aligned(part, d) if holes(part) else ()
    else:
        for (_, part), (_, d) in zip(tree.children(form) or (), tree.children(given) or (), strict=True):
            yield from aligned(part, d) if holes(part) else ()


class Declared(Operation):
    """The operation of one primitive: of the list of its tensors, whose rules are asked for those that are wanted."""

    def __init__(self, name: str, results: bool) -> None:
        def run(leaves: Any, call: Any) -> Any:
            return list(call.arrays) if results else call.arrays[0]

        def pull(g: Any, leaves: Any, y: Any, call: Any) -> Any:
            return call.gradients(g, leaves, y, [True] * len(leaves))

        def push(t: Any, leaves: Any, y: Any, call: Any) -> Any:
            return call.tangents(t, leaves, y)

        super().__init__(run, "primitive", [pull], push=push, name=name, many=True, results=results)

    def pull(self, node: Any, g: Any, saved: Any, wanted: Sequence[bool]) -> Sequence[Any]:
        leaves, y, call = saved
        return call.gradients(g.whole() if self.results else g, leaves, y, wanted)


def undefined(primitive: Any, argnums: Sequence[int], what: str) -> NotImplementedError:
    """The error for a derivative that was not declared."""
    name = primitive.__name__
    which = tuple(argnums) or (0,)
    return NotImplementedError(
        f"{what} of {name} wrt argnums {which} not defined. Declare it: defvjp({name}, lambda ans, *args: "
        f"lambda g: ..., argnums={which})"
    )


def primitive(f_raw: Callable[..., Any]) -> Any:
    """A function, called on plain numbers, whose derivatives ``defvjp`` and ``defjvp`` declare."""
    return Primitive(f_raw)


def notrace_primitive(f_raw: Callable[..., Any]) -> Any:
    """A function called on plain numbers, whose result is a constant."""

    @functools.wraps(f_raw)
    def call(*args: Any, **kwargs: Any) -> Any:
        return f_raw(*map(getval, args), **kwargs)

    call._is_primitive = True  # type: ignore[attr-defined]
    return call
