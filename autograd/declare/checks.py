"""What may be wrong with an operation: its declaration, what its function returns, and what its rules return.

Convention: nothing here runs where all is well but for the declaration's own checks, which run once.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..absent import nearest
from .handles import Late, as_array
from .parameters import parameters, stars

KINDS = ("elementwise", "linear", "bilinear", "primitive")
OPTIONS = ("name", "inputs", "joint", "many", "results", "selects", "keeps")
GIVEN = ("x", "a", "b", "y", "tracked", "arguments")  # what a rule may ask for besides the function's parameters


# ---------------------------------------------------------------- declarations


def known_kind(name: str, kind: Any) -> None:
    if kind not in KINDS:
        near = nearest(str(kind), KINDS)
        meant = f"did you mean {near[0]!r}?" if near else "write 'elementwise', 'linear', 'bilinear' or 'primitive'"
        raise ValueError(f"operation {name}: there is no kind={kind!r}; {meant}")


def known_options(name: str, options: dict[str, Any]) -> None:
    for option in options:
        if option not in OPTIONS:
            near = nearest(option, OPTIONS)
            rule = f"rules are given by @{name}.{option}" if option in ("pull", "push") else ""
            meant = rule or (f"did you mean {near[0]!r}?" if near else f"it takes kind, {', '.join(OPTIONS)}")
            raise TypeError(f"operation {name} has no option {option!r}; {meant}")


def named_parameters(name: str, function: Callable[..., Any], options: dict[str, Any]) -> tuple[str, ...]:
    """The names of the function's parameters, which the options may speak of."""
    try:
        params = parameters(function)[0]
        many = stars(function)
    except ValueError:
        raise TypeError(f"operation {name}: Python does not tell its parameters; write lambda x: {name}(x)") from None
    if many:
        raise TypeError(
            f"operation {name}: its rules ask for parameters by name, but it takes *args or **kwargs; name them, or "
            "take one sequence of arrays with many=True"
        )
    for given in options.get("inputs") or ():
        if given not in params:
            raise TypeError(
                f"operation {name}: inputs={options['inputs']!r} names {given!r}, which is none of its parameters "
                f"{', '.join(params)}; write a list such as inputs=[{', '.join(map(repr, params[:1]))}]"
            )
    if options.get("keeps") and "kept" not in params:
        raise TypeError(f"operation {name}: with keeps=True it has a parameter 'kept'; write kept=None as its last one")
    return params


def known_needs(name: str, params: Sequence[str], needs: Sequence[str], keeps: bool) -> None:
    """A rule has a derivative to pass on, and asks for what there is."""
    if not needs:
        raise TypeError(
            f"operation {name}: a rule's first parameter is the derivative passing through; write _(g, ...)"
        )
    known = {*params, *GIVEN, *(["kept"] if keeps else [])}
    for need in needs[1:]:
        if need not in known and need.removesuffix("_shape").removesuffix("_dtype") not in known:
            raise unknown_need(name, need, params)


def unknown_need(name: str, need: str, params: Sequence[str]) -> TypeError:
    return TypeError(
        f"operation {name}: a rule needs '{need}', which is neither the result y nor one of its "
        f"parameters {', '.join(params)}"
    )


def most_pulls(name: str, kind: str, params: Sequence[str], options: dict[str, Any]) -> tuple[int, str]:
    """How many rules such an operation has at most, and why."""
    if options.get("joint") or options.get("many"):
        return 1, f"with {'joint' if options.get('joint') else 'many'}=True one rule gives all gradients"
    if kind == "linear":
        return 1, "a linear operation has one input; one that is linear in each of two is 'bilinear'"
    if kind == "bilinear":
        return 2, "a bilinear operation has two inputs"
    inputs = options.get("inputs") or params
    return len(inputs), f"its inputs are {', '.join(inputs)}"


def needs_no_push(name: str, kind: str) -> None:
    if kind in ("linear", "bilinear"):
        instead = "the function itself" if kind == "linear" else "the product rule"
        raise TypeError(
            f"operation {name}: forward mode of a {kind} operation is {instead}; leave push out, or call it 'primitive'"
        )


def right_count(operation: Any, pulls: int, pushes: int, joint: bool) -> None:
    """There is a rule for each input."""
    name, inputs = operation.name, operation.inputs
    if pulls != (1 if joint else len(inputs)):
        raise TypeError(
            f"operation {name}: it has {pulls} pull rule{'s' * (pulls != 1)} for its inputs {', '.join(inputs)}; "
            + ("give one that returns a tuple" if joint else "give one for each, in this order")
        )
    if pushes not in (0, 1, len(inputs)):
        raise TypeError(
            f"operation {name}: it has {pushes} push rules for its inputs {', '.join(inputs)}; give one for each, in "
            "this order, or one for all, which is given the list of their tangents"
        )


# ---------------------------------------------------------------- what functions return


def result(operation: Any, y: Any) -> Any:
    """What a function returned, which ``as_array`` was given before: an array of some library; else an error."""
    kind = y.__class__
    if (
        hasattr(y, "__array_function__")
        and not hasattr(kind, "toarray")
        and not issubclass(kind, (np.ndarray, Late.Tensor))
    ):
        return y
    if isinstance(y, Late.Tensor):
        fix = "it is given plain arrays; compute with these alone, and make tensors inputs of the operation"
    elif isinstance(y, tuple):
        fix = "declare it with results=True if it returns several arrays"
    elif y is None:
        fix = "does it end with 'return'?"
    elif isinstance(y, list):
        fix = "write np.stack([...]) or np.array([...])"
    elif hasattr(y, "toarray"):
        fix = "write y.toarray() for a sparse matrix"
    elif isinstance(y, np.ma.MaskedArray | np.matrix) or not hasattr(y, "__array_function__"):
        fix = "write np.asarray(y) if these are numbers"
    else:
        return y
    raise TypeError(f"{operation.name}: its function returned {_shown(y)}, not an array; {fix}")


def several(operation: Any, y: Any) -> list[Any]:
    """The results of a function with ``results=True``, as arrays."""
    if not isinstance(y, tuple | list):
        raise TypeError(
            f"{operation.name}: with results=True its function returns a tuple of arrays, but it returned {_shown(y)}; "
            "write 'return y, z', or leave results=True out"
        )
    return [result(operation, as_array(v)) for v in y]


def elementwise_shape(operation: Any, call: Any, shape: Any) -> None:
    """The result of an elementwise operation has the shape to which its operands are broadcast."""
    shapes = [np.shape(x) for x in call.operands]
    if any(np.ndim(v) for v in call.arguments.values()):  # these are broadcast too
        shapes.append(shape)
    if np.broadcast_shapes(*shapes) != shape:
        table = "; ".join(f"{name} {s}" for name, s in zip(operation.inputs, shapes, strict=False))
        raise ValueError(
            f"{operation.name}: an elementwise operation has one result for each element, but its function returned "
            f"shape {shape} for {table}; declare it as 'linear' or 'primitive'"
        )


# ---------------------------------------------------------------- what rules return


def gradients(operation: Any, found: Any, count: int) -> Sequence[Any]:
    """The gradients that a joint rule gave, one for each input."""
    if not isinstance(found, tuple | list):
        raise TypeError(
            f"{operation.name}: {_rule(operation.joint)} returned {_shown(found)} as the gradients of all inputs; "
            f"it must return a tuple of {count}, None for those that are not tracked"
        )
    if len(found) != count:
        raise ValueError(f"{operation.name}: its rule gave {len(found)} gradients for {count} inputs")
    return found


def wrong_gradient(operation: Any, node: Any, d: Any, like: Any) -> TypeError:
    """The error for a gradient that does not fit its input."""
    k = next(k for k, fit in enumerate(node.fits) if fit is like)
    joint = operation.joint
    name = f"{operation.inputs[0]}[{k}]" if operation.many else operation.inputs[k]
    where = _rule(joint if joint is not None else operation.rules[k])
    if d is None and joint is not None:
        fix = "None is for inputs that are not tracked (a parameter named tracked tells which are)"
    elif isinstance(d, tuple) and joint is None:
        fix = "Each input has a rule of its own; joint=True declares one that returns a tuple for all of them"
    else:
        fix = _advice(d)
    return TypeError(
        f"{operation.name}: {where} returned {_shown(d)} as the gradient of '{name}'; it must return an array of "
        f"{name}'s shape {like[0]} {like[1]}, or one that broadcasting fits to it. {fix}"
    )


def right_length(tangents: Any, node: Any) -> None:
    if not isinstance(tangents, tuple | list) or len(tangents) != len(node.shape):
        raise TypeError(f"{len(node.shape)} tangents are needed")


def tangents(operation: Any, node: Any, terms: Any, rules: Any, error: Exception) -> list[Any]:
    """Tangents that cannot be added as they are: numbers become arrays; the error for what does not fit the result."""
    fitting = [t if operation.results else as_array(t) for t in terms]
    for k, t in enumerate(fitting):
        try:
            if operation.results:
                right_length(t, node)
                continue
            if numeric(t):
                np.broadcast_to(np.empty(t.shape), node.shape)
                continue
        except (TypeError, ValueError):
            pass
        if operation.results:
            want = f"a tuple of {len(node.shape)} arrays, one for each result"
        else:
            want = f"an array of the result's shape {node.shape}, or one that broadcasting fits to it"
        where = _rule(rules[k]) if k < len(rules) else "its rule"
        raise TypeError(
            f"{operation.name}: {where} returned {_shown(terms[k])} as a tangent; it must return {want}. " + _advice(t)
        )
    if all(t is f for t, f in zip(terms, fitting, strict=True)):
        raise error  # the rules are not to blame
    return fitting


def numeric(d: Any) -> bool:
    """Is this an array of numbers, as a derivative must be?"""
    return hasattr(d, "shape") and hasattr(d, "dtype") and d.dtype.kind in "fciu"


def _advice(d: Any) -> str:
    if d is None:
        return "Does it end with 'return'?"
    if isinstance(d, list | tuple):
        return "Write np.stack([...]) or np.array([...])"
    if hasattr(d, "dtype") and d.dtype.kind == "b":
        return "A rule is linear in its first parameter: write g * mask, not the mask"
    if hasattr(d, "dtype") and d.dtype.kind not in "fciu":
        return "Write np.asarray(d, dtype=float) if these are numbers"
    return "Multiply the rule's first parameter by the Jacobian, in a pull by its transpose"


def _shown(y: Any) -> str:
    """What was returned, in a few words."""
    if y is None:
        return "None"
    if hasattr(y, "shape") and hasattr(y, "dtype"):
        return f"{type(y).__name__} {tuple(y.shape)} {y.dtype}"
    return f"a {type(y).__name__}" + (f" of {len(y)}" if isinstance(y, tuple | list) else f" ({y!r:.40})")


def _rule(pair: Any) -> str:
    """A rule by the line where it is written: most are called ``_``."""
    code = getattr(inspect.unwrap(pair[0]), "__code__", None)
    return f"the rule at {os.path.basename(code.co_filename)}:{code.co_firstlineno}" if code else "its rule"
