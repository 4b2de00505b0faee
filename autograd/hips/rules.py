"""How derivatives of primitives are declared: defvjp, defjvp, and their kin.

Convention: in reverse, ``vjpmaker(ans, *args, **kwargs)`` gives g -> Jᵀ g for one argument; forward,
``jvpmaker(g, ans, *args, **kwargs)`` gives J g. The result is ``ans``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import numpy as np

from .. import ops
from ..declare import CONSTANT, OPERATIONS, Operation, declare_late
from ..functional import nests as tree
from .boxes import getval
from .calls import NO_RULE, Rule
from .primitives import Primitive
from .vspaces import dense

Maker = Callable[..., Any]


def defvjp(fun: Any, *vjpmakers: Maker | None, argnums: Iterable[int] | None = None) -> None:
    """Declare the gradients of a primitive: ``lambda ans, *args, **kwargs: lambda g: ...`` for each argument.

    ``vjpmakers``  in the order of the arguments; None for one whose gradient is 0
    ``argnums``    which arguments these are, if not the first ones
    """
    primitive = declared(fun, "defvjp")
    given = dict(zip(_places(argnums), vjpmakers, strict=False))
    makers = {k: _pulled(fun, k, maker) for k, maker in given.items()}

    def make(argnums: Any, ans: Any, args: Any, kwargs: Any) -> Callable[[Any], list[Any]]:
        pulls = [makers[k](ans, *args, **kwargs) for k in argnums]
        return lambda g: [pull(g) for pull in pulls]

    primitive.pull = Rule(make, frozenset(makers), _zeros_of(given))


def defvjp_argnum(fun: Any, vjpmaker: Maker) -> None:
    """The same by one ``vjpmaker(argnum, ans, args, kwargs)``, which gives g -> Jᵀ g for any argument."""

    def make(argnums: Any, *call: Any) -> Callable[[Any], list[Any]]:
        pulls = [vjpmaker(k, *call) for k in argnums]
        return lambda g: [pull(g) for pull in pulls]

    declared(fun, "defvjp_argnum").pull = Rule(make, None)


def defvjp_argnums(fun: Any, vjpmaker: Maker) -> None:
    """The same by one ``vjpmaker(argnums, ans, args, kwargs)``, which gives g -> the gradients of all of them."""
    declared(fun, "defvjp_argnums").pull = Rule(vjpmaker, None)


def defjvp(fun: Any, *jvpfuns: Any, argnums: Iterable[int] | None = None) -> None:
    """Declare the tangents of a primitive: ``lambda g, ans, *args, **kwargs: ...`` for each argument.

    ``jvpfuns``  in the order of the arguments; "same" if the function is linear in it, None if the tangent is 0
    ``argnums``  which arguments these are, if not the first ones
    """
    primitive = declared(fun, "defjvp")
    given = dict(zip(_places(argnums), jvpfuns, strict=False))
    makers = {k: _pushed(fun, k, maker) for k, maker in given.items()}

    def make(argnums: Any, gs: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        return added([makers[k](g, ans, *args, **kwargs) for k, g in zip(argnums, gs, strict=True)])

    primitive.push = Rule(make, frozenset(makers), _zeros_of(given))


def defjvp_argnum(fun: Any, jvpmaker: Maker) -> None:
    """The same by one ``jvpmaker(argnum, g, ans, args, kwargs)`` for any argument."""

    def make(argnums: Any, gs: Any, *call: Any) -> Any:
        return added([jvpmaker(k, g, *call) for k, g in zip(argnums, gs, strict=True)])

    declared(fun, "defjvp_argnum").push = Rule(make, None)


def defjvp_argnums(fun: Any, jvpmaker: Maker) -> None:
    """The same by one ``jvpmaker(argnums, gs, ans, args, kwargs)``, which gives the sum of all tangents."""
    declared(fun, "defjvp_argnums").push = Rule(jvpmaker, None)


def def_linear(fun: Any) -> None:
    """Declare that a primitive is linear in each argument: J g is the function of g in its place."""

    def make(argnum: int, g: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        return fun(*replaced(args, argnum, g), **kwargs)

    defjvp_argnum(fun, make)


def register_notrace(trace_type: type, primitive_fun: Any) -> None:
    """Let a primitive count as a constant in one direction: ``VJPNode``, backward, or ``JVPNode``, forward."""
    primitive = declared(primitive_fun, "register_notrace", constants=True)
    if primitive is None:
        return
    primitive.constant.add(trace_type.__name__)
    zero = Rule(lambda argnums, *call: lambda g: [zeros(call[1][k]) for k in argnums], None)
    if trace_type.__name__ == "VJPNode" and primitive.push is not NO_RULE:
        primitive.pull = zero
    if trace_type.__name__ == "JVPNode" and primitive.pull is not NO_RULE:
        primitive.push = Rule(lambda argnums, gs, ans, *call: zeros(ans), None)


def _places(argnums: Iterable[int] | None) -> Iterable[int]:
    return count() if argnums is None else argnums


def _zeros_of(makers: dict[int, Any]) -> frozenset[int]:
    return frozenset(k for k, maker in makers.items() if maker is None)


def _pulled(fun: Any, argnum: int, maker: Maker | None) -> Maker:
    if maker is None:
        return lambda ans, *args, **kwargs: lambda g: zeros(args[argnum])
    if not callable(maker):
        raise TypeError(f"defvjp of {fun.__name__}: argument {argnum} has no function as its VJP, but {maker!r:.60}")
    return maker


def _pushed(fun: Any, argnum: int, maker: Any) -> Maker:
    if maker is None:
        return lambda g, ans, *args, **kwargs: zeros(ans)
    if isinstance(maker, str) and maker == "same":
        return lambda g, ans, *args, **kwargs: fun(*replaced(args, argnum, g), **kwargs)
    if not callable(maker):
        raise TypeError(
            f"defjvp of {fun.__name__}: argument {argnum} has neither a function nor 'same' as its JVP, but "
            f"{maker!r:.60}"
        )
    return maker


def replaced(args: Any, argnum: int, x: Any) -> tuple[Any, ...]:
    """The arguments with another one at this place."""
    return tuple(x if k == argnum else a for k, a in enumerate(args))


def zeros(nest: Any) -> Any:
    return tree.transform(lambda x: np.zeros_like(getval(x)), nest)


def added(terms: list[Any]) -> Any:
    """The sum of derivatives of one form."""
    total, *rest = map(dense, terms)
    for term in rest:
        total = tree.transform(lambda a, b: a + b, total, term)
    return total


def declared(fun: Any, who: str, constants: bool = False) -> Any:
    """The primitive whose derivatives are declared; of a function of NumPy's that has none yet, a new one for it."""
    if isinstance(fun, Primitive):
        return fun
    name = getattr(fun, "__name__", repr(fun))
    ops.special.scipy.ensure_scipy()
    declare_late(fun)
    known = OPERATIONS.get(fun) if callable(fun) else None
    if isinstance(known, Primitive):
        return known
    if constants and fun in CONSTANT:
        return None
    if known is not None or isinstance(fun, Operation) or fun in CONSTANT:
        what = "its derivative is 0" if known is None and fun in CONSTANT else "it has its derivatives"
        raise TypeError(
            f"{who}({name}): {what} here already, for every program that runs with this one. Declare those of a "
            f"function of your own: f = primitive({name}), then {who}(f, ...)"
        )
    if not (isinstance(fun, np.ufunc) or hasattr(fun, "_implementation")):
        raise TypeError(f"{who}({name}): this is no primitive. Write {name} = primitive({name}) above")
    made = OPERATIONS[fun] = Primitive(fun)
    made.composed = False
    return made


class Declared:
    """The derivatives of all primitives in one direction, as a mapping from primitives to what makes them."""

    def __init__(self, direction: str) -> None:
        self.direction = direction

    def _rule(self, fun: Any) -> Rule:
        known = fun if isinstance(fun, Primitive) else OPERATIONS.get(fun)
        return getattr(known, self.direction) if isinstance(known, Primitive) else NO_RULE

    def __contains__(self, fun: Any) -> bool:
        return self._rule(fun) is not NO_RULE

    def __getitem__(self, fun: Any) -> Maker:
        if fun not in self:
            raise KeyError(fun)
        return self._rule(fun).make

    def get(self, fun: Any, default: Any = None) -> Any:
        rule = self._rule(fun)
        return default if rule is NO_RULE else rule.make

    def __setitem__(self, fun: Any, maker: Maker) -> None:
        (defvjp_argnums if self.direction == "pull" else defjvp_argnums)(fun, maker)


primitive_vjps, primitive_jvps = Declared("pull"), Declared("push")
__all__ = [
    "def_linear", "defjvp", "defjvp_argnum", "defjvp_argnums", "defvjp", "defvjp_argnum", "defvjp_argnums",
    "primitive_jvps", "primitive_vjps", "register_notrace",
]  # fmt: skip
