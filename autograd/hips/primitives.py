"""primitive: a function whose derivatives are declared apart from it, as an operation of this engine.

Convention: the function is given plain numbers, which nobody can write to; ``calls.py`` records the call.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

import numpy as np

from ..core import recording, unshared
from ..declare import as_array, checks, frozen, tracked
from ..functional import nests as tree
from ..tensor import Tensor
from .boxes import getval
from .calls import NO_RULE, Call, Declared, undefined
from .forms import Hole, all_filled, filled, has_tensor, opened, read
from .vspaces import dense

ndarray = np.ndarray
FIXED = frozenset([float, int, bool, str, type(None), np.float64])  # the commonest arguments that nobody can change
ONE = Hole(0)  # the form of a result that is one array


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
        self.constant: set[str] = set()  # the kinds of nodes for which it counts as a constant
        self.composed = True  # may the function itself be called on tensors?

    def __repr__(self) -> str:
        return f"<primitive {self.__name__}>"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __deepcopy__(self, memo: dict[int, Any]) -> Primitive:
        return self

    @functools.cached_property
    def of_one(self) -> Declared:
        """The operation of calls that return one array."""
        return Declared(self.__name__, False)

    @functools.cached_property
    def of_several(self) -> Declared:
        """The operation of calls that return a nest."""
        return Declared(self.__name__, True)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        tensors: list[Tensor] = []
        at: list[int] = []
        forms = list(args)
        loose = False  # is there an argument that the caller may change?
        for k, x in enumerate(args):
            if isinstance(x, Tensor):
                forms[k] = Hole(len(tensors))
                tensors.append(x)
                at.append(k)
            elif x.__class__ not in FIXED:
                loose = True
                if x.__class__ is not ndarray and has_tensor(x):
                    forms[k] = opened(x, tensors)
                    at += [k] * (len(tensors) - len(at))
        if kwargs and has_tensor(kwargs):
            if not tracked(kwargs):
                kwargs = getval(kwargs)
            elif tensors or not self.composed:
                raise TypeError(
                    f"{self.__name__}: there is a tracked tensor among its keyword arguments {', '.join(kwargs)}, but "
                    "a primitive is differentiated by its positional arguments. Pass it by position"
                )
        if not tensors:
            return self.fun(*args, **kwargs)
        moving = False
        missing = []
        if recording.on:
            known = self.pull.argnums
            for k, t in zip(at, tensors):  # noqa: B905  (strict= takes its time)
                if t.node is not None:
                    moving = True
                    if known is not None and k not in known and not self.push.has(k):
                        missing.append(k)
        if missing and not self.is_constant():
            if self.composed and not any(isinstance(args[k], Tensor) for k in at):
                return self.fun(*args, **kwargs)  # a list of tensors, which its own steps may know
            raise undefined(self, sorted(set(missing)), "JVP" if recording.forward else "VJP")
        shown = [read(t._array) for t in tensors]
        whole, kept = all_filled(forms, shown), None
        if moving:
            held = [f if f.__class__ is Hole else frozen(f) for f in forms] if loose else forms
            kept = Call(self, held, at, kwargs, all_filled(held, shown) if loose else whole)
        results, arrays = self._computed(whole, forms, kwargs, tensors)
        if not arrays or (moving and self.constant and self.is_constant()):
            if moving and not self.is_constant() and any(self.pull.moves(k) or self.push.moves(k) for k in at):
                raise TypeError(
                    f"{self.__name__}: it returned whole numbers or truth values, so that the derivatives declared for "
                    f"it would be lost: return floats, as in y.astype(float), or declare None, for 0, as in "
                    f"defvjp({self.__name__}, None)"
                )
            return filled(results, [y if y.shape else y[()] for y in arrays])
        single = results.__class__ is Hole
        op, y = (self.of_one, arrays[0]) if single else (self.of_several, arrays)
        if kept is None:
            made = op(tensors, y)
        else:
            kept.results = results
            made = op.recorded(kept, tensors, y)
        return made if single else filled(results, made)

    def is_constant(self) -> bool:
        """Does it count as a constant in each direction in which it has no rule?"""
        return bool(self.constant) and all(
            kind in self.constant or rule is NO_RULE for kind, rule in (("VJPNode", self.pull), ("JVPNode", self.push))
        )

    def _computed(
        self, args: list[Any], forms: list[Any], kwargs: dict[str, Any], tensors: list[Tensor]
    ) -> tuple[Any, list[Any]]:
        """What the function returns, the arrays in it taken out; and these."""
        try:
            found = [self.fun(*args, **kwargs)]
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            # Compiled code asks for writeable memory, and only reads.
            copies = [np.array(t._array)[()] for t in tensors]
            found = [self.fun(*all_filled(forms, copies), **kwargs)]
        kind = found[0].__class__
        if kind is np.float64:
            return ONE, [np.asarray(found[0])]
        if kind is ndarray and found[0].dtype.kind in "fc":
            return ONE, [_apart(unshared(found), tensors)]
        found[0] = dense(found[0])
        parts = tree.leaves(found[0])
        results: list[Any] = []
        arrays: list[Any] = []
        for part in parts:
            array = as_array(dense(part))
            letter = array.dtype.kind if hasattr(array, "dtype") and hasattr(array, "shape") else "O"
            if letter in "fc":
                array = checks.result(self.of_one, array)
                results.append(Hole(len(arrays)))
                arrays.append(_apart(unshared([array]), tensors))
            elif letter in "biu":
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


def _apart(y: Any, tensors: list[Tensor]) -> Any:
    """A result, copied if it shows the memory of an operand: it is no view of it, but computed once."""
    if isinstance(y, ndarray) and y.base is not None and any(np.may_share_memory(y, t._array) for t in tensors):
        return y.copy()
    return y


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
