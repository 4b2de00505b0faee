"""The derivation of a derivative: ``explain(E, wrt=w1)`` writes forward pass, chain rule and numbers.

Convention: names and δ's are those of the lecture view. What is shown was held against the engine's backward pass.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Sequence
from typing import Any

from ..tensor import Tensor
from ..value import Value
from ..value import ancestors as values_above
from .arguments import check_switch
from .derivation import Derivation
from .explanation import Explanation
from .formula import fold
from .graph import Graph
from .subject import subject

__all__ = ["Explanation", "explain"]


def explain(
    *what: object, wrt: object = None, names: object = True, unfold: bool | None = None, scalars: bool = False
) -> Explanation:
    """How ∂y/∂x comes about: ``explain(y, wrt=x)`` of what was recorded, or of a function ``explain(f, x, wrt="x")``.

    The forward pass with its formulas and numbers; the gradients δ between y and x, each by the chain rule in symbols
    and in numbers; the derivative as the sum over the paths. It is compared with what the engine's backward pass gives,
    and RuntimeError is raised if they differ. No ``.grad`` is touched.

    ``wrt``      a Value or tensor, its name, a list of these, or None for all leaves
    ``names``    as for ``draw``; True stands for the variables of the caller
    ``unfold``   as for ``draw``: True opens kernels into small operations, False leaves neurons of Values closed
    ``scalars``  of the single numbers of small tensors, which ``wrt`` names: ``"W[0,1]"``

        print(explain(E, wrt=w1))
    """
    if not what:
        raise TypeError("explain: pass what was computed, explain(y, wrt=x), or a function, explain(f, *inputs)")
    check_switch("explain", "unfold", unfold)
    check_switch("explain", "scalars", scalars)
    wanted = [] if wrt is None else list(wrt) if isinstance(wrt, list | tuple | dict) else [wrt]
    objects = _objects(what, wanted, scalars)
    graph = subject(
        "explain", what, grads=True, names=names, unfold=unfold, scalars=scalars, asked=objects, caller=sys._getframe(1)
    )
    if len(graph.roots) != 1:
        raise ValueError(
            f"explain: one result is explained at a time, got {len(graph.roots)}. Pass one of them, or a function that "
            "returns one"
        )
    keys = _keys(graph, wanted, objects)
    formulas = fold(graph, frozenset(keys))
    derivation = Derivation(formulas, graph, keys)
    if isinstance(what[0], Value):
        _hold_against_backward(what[0], derivation, wrt)
    return derivation.explanation()


# ---------------------------------------------------------------- what is asked for


def _objects(what: Sequence[Any], wanted: Sequence[Any], scalars: bool) -> list[Any]:
    """The Values and tensors among what it is differentiated by; the others are names."""
    objects = [x for x in wanted if not isinstance(x, str)]
    for x in objects:
        if not isinstance(x, Value | Tensor):
            raise TypeError(f"explain: wrt is a Value, a tensor, a name or a list of these, not {type(x).__name__}")
    if scalars and objects:
        raise TypeError('explain(scalars=True): wrt is the name of an element, as in wrt="W[0,1]", or None for all')
    if callable(what[0]):
        if objects:
            raise TypeError('explain: a function is differentiated by its arguments\' names: explain(f, x, wrt="x")')
    elif len(what) > 1:
        raise TypeError(f"explain: one result is explained at a time, got {len(what)}: explain(y, wrt=x)")
    return objects


def _keys(graph: Graph, wanted: Sequence[Any], objects: Sequence[Any]) -> list[int]:
    """The keys of what it is differentiated by: all leaves, if nothing is said."""
    found = dict(zip(map(id, objects), graph.asked, strict=True))
    keys = [_named(graph, x) if isinstance(x, str) else _known(graph, x, found[id(x)]) for x in wanted]
    return keys or [q.key for q in graph.quantities if not q.operation and q.kind in ("input", "parameter")]


def _named(graph: Graph, name: str) -> int:
    for q in graph.quantities:
        if q.name == name and q.kind != "constant":
            return q.key
    raise ValueError(f"explain: nothing that {_result(graph)} was computed from is named {name!r}. {_there(graph)}")


def _known(graph: Graph, x: Any, key: int | None) -> int:
    label = f"'{x.label}'" if getattr(x, "label", "") else f"this {type(x).__name__}"
    if key is None:
        raise ValueError(f"explain: {_result(graph)} was not computed from {label}. {_there(graph)}")
    if graph.quantities[key].kind == "constant":
        raise ValueError(f"explain: {label} is not tracked, so nothing is differentiated by it: requires_grad=True")
    return key


def _result(graph: Graph) -> str:
    return graph.quantities[graph.roots[0]].name or "the result"


def _there(graph: Graph) -> str:
    names = [q.name for q in graph.quantities if q.name and q.kind != "constant" and q.key not in graph.roots]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"There are {', '.join(names[:12])}{more}." if names else "None of its inputs has a name: pass the object."


# ---------------------------------------------------------------- against the engine


def _hold_against_backward(y: Value, derivation: Derivation, wrt: Any) -> None:
    """Run the engine's own backward pass on a copy of the graph, and compare."""
    if wrt is None or isinstance(wrt, str):
        return
    twin = copy.deepcopy(y)
    own, theirs = values_above(y), values_above(twin)
    for v in theirs:
        v.grad, v.waiting = 0.0, 0
    twin.backward()
    gradients = {id(v): w.grad for v, w in zip(own, theirs, strict=True)}
    wanted = [x for x in (wrt if isinstance(wrt, list | tuple) else [wrt]) if isinstance(x, Value)]
    for x, key in zip(wanted, derivation.keys, strict=False):
        step = derivation.steps[key]
        derivation.hold(step, derivation.found[key], gradients[id(x)])
