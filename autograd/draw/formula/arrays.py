"""Functions of arrays: what they compute, and their derivatives as a lecturer writes them.

Convention: a row has ``value``, from the operands, the options and the result's shape; and ``pull``, from the
derivative d by the result, the call and the place of an operand to the derivative by that operand. Matrix products,
means, transposes and broadcasting are expressions of their own and need no row. What has none is written ∂name/∂x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...typing import Shape
from .expression import Call, Expression, Number, add, call, divide, multiply, negate
from .functions import holds
from .matrices import full, matmul, total, transpose, unbroadcast
from .options import key_of, parsed

__all__ = ["ARRAYS"]

Pull = Callable[[Expression, Call, int], Expression | None]


class ArrayFunction(NamedTuple):
    """One row."""

    value: Callable[..., Any]
    pull: Pull
    options: frozenset[str]

    def knows(self, x: Call) -> bool:
        """Does the row cover the call's options?"""
        return all(key in self.options for key, _ in x.options)


ARRAYS: dict[str, ArrayFunction] = {}


def array_function(
    name: str, value: Callable[..., Any], pull: Pull = lambda d, x, place: None, options: str = "axis keepdims",
) -> None:  # fmt: skip
    """Add a row; a derivative that is never asked for need not be given."""
    ARRAYS[name] = ArrayFunction(value, pull, frozenset(options.split()))


# ---------------------------------------------------------------- axes


def axes_of(x: Call) -> tuple[int, ...]:
    """The axes that a reduction runs over, counted from the front."""
    axis = parsed(x.options).get("axis")
    n = len(x.args[0].shape)
    if axis is None:
        return tuple(range(n))
    return tuple(sorted(k % n for k in ((axis,) if isinstance(axis, int) else axis)))


def kept(x: Call) -> Shape:
    """The shape of a reduction with its axes kept, of length 1."""
    axes = axes_of(x)
    return tuple([1 if k in axes else n for k, n in enumerate(x.args[0].shape)])


def spread(d: Expression, x: Call) -> Expression:
    """An expression of the shape of a reduction x, broadcast along the axes that it sums over."""
    shape = kept(x)
    if not d.shape or d.shape == shape or shape[: len(shape) - len(d.shape)] + d.shape == shape:
        return d
    if d.shape != x.shape:
        d = full(d, x)
        if not d.shape:
            return d
    leading = tuple(range(len(shape) - len(d.shape)))
    return d if axes_of(x) == leading else call("spread", d, options=[("onto", repr(shape))], shape=shape)


# ---------------------------------------------------------------- sums, products, extremes


def _sum(x: Any, *, options: dict[str, Any], shape: Shape) -> Any:
    return np.sum(x, axis=options.get("axis"), keepdims=bool(options.get("keepdims")))


def _by_reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, *, options, shape: function(x, **options)


def _extreme(d: Expression, x: Call, place: int) -> Expression | None:
    """d [x = y] / Σ [x = y]: those that share the extreme share its derivative."""
    if x.result is None or place:
        return None
    taken = holds(x.args[0], "=", spread(x.result, x))
    return divide(multiply(spread(d, x), taken), total(taken, axes_of(x), keepdims=bool(x.shape)))


array_function("sum", _sum, lambda d, x, place: spread(d, x))
for name, function in [("max", np.max), ("min", np.min), ("amax", np.max), ("amin", np.min)]:
    array_function(name, _by_reduction(function), _extreme)
array_function(
    "prod", _by_reduction(np.prod),
    lambda d, x, place: None if x.result is None else divide(spread(multiply(d, x.result), x), x.args[0]),
)  # fmt: skip


def _centred(x: Call) -> Expression:
    """x less its mean."""
    a = x.args[0]
    return add(a, negate(divide(total(a, axes_of(x), keepdims=bool(x.shape)), _count(x))))


def _count(x: Call) -> int:
    return int(np.prod([x.args[0].shape[k] for k in axes_of(x)], dtype=int))


def _freedom(x: Call) -> float:
    options = parsed(x.options)
    return float(_count(x) - options.get("ddof", options.get("correction", 0)))


array_function(
    "var", _by_reduction(np.var),
    lambda d, x, place: divide(multiply(2, spread(d, x), _centred(x)), _freedom(x)),
    "axis keepdims ddof correction",
)  # fmt: skip
array_function(
    "std", _by_reduction(np.std),
    lambda d, x, place: None if x.result is None else divide(
        multiply(spread(d, x), _centred(x)), multiply(_freedom(x), spread(x.result, x))
    ),
    "axis keepdims ddof correction",
)  # fmt: skip
array_function(
    "norm", lambda x, *, options, shape: np.linalg.norm(x, **options),
    lambda d, x, place: None if x.options or x.result is None else divide(multiply(d, x.args[0]), x.result),
)  # fmt: skip
array_function(
    "logsumexp", lambda x, *, options, shape: np.reshape(np.log(np.sum(np.exp(x), **options)), shape),
    lambda d, x, place: multiply(spread(d, x), softmax(x)),
)  # fmt: skip


# ---------------------------------------------------------------- softmax and its loss


def softmax(x: Call) -> Expression:
    """The softmax of the same operand, over the same axes."""
    options = [(key, text) for key, text in x.options if key == "axis"]
    return call("softmax", x.args[0], options=options, shape=x.args[0].shape)


def _soft(x: Any, *, options: dict[str, Any], shape: Shape) -> Any:
    e = np.exp(x - np.max(x, axis=options.get("axis"), keepdims=True))
    return e / np.sum(e, axis=options.get("axis"), keepdims=True)


def _by_softmax(d: Expression, x: Call, place: int) -> Expression:
    """y ⊙ (d - Σ y ⊙ d)"""
    y: Expression = x if x.result is None else x.result
    summed = total(multiply(full(d, x), y), axes_of(x), keepdims=len(axes_of(x)) < len(x.shape))
    return multiply(y, add(full(d, x), negate(summed)))


array_function("softmax", _soft, _by_softmax)
array_function(
    "log_softmax", lambda x, *, options, shape: np.log(_soft(x, options=options, shape=shape)),
    lambda d, x, place: add(
        full(d, x),
        negate(multiply(softmax(x), total(full(d, x), axes_of(x), keepdims=len(axes_of(x)) < len(x.shape)))),
    ),
)  # fmt: skip


def classes(options: dict[str, Any], given: tuple[Any, ...]) -> Any:
    """The class numbers: an operand, or an option that is written out."""
    numbers = np.asarray(given[0] if given else options["target"])
    if numbers.dtype.kind not in "iu":
        raise KeyError("target")
    return numbers


def _cross_entropy(x: Any, *target: Any, options: dict[str, Any], shape: Shape) -> Any:
    logs = np.log(_soft(x, options={"axis": 1}, shape=shape))
    y = -logs[np.arange(len(x)), classes(options, target)]
    reduce: dict[str, Callable[[Any], Any]] = {"mean": np.mean, "sum": np.sum, "none": lambda y: y}
    return reduce[options.get("reduction", "mean")](y)


def _by_cross_entropy(d: Expression, x: Call, place: int) -> Expression | None:
    """d (softmax(x) - onehot(target)) / n"""
    a, *target = x.args
    reduction = dict(x.options).get("reduction", "'mean'").strip("'")
    if len(a.shape) != 2 or place:
        return None
    options = [(key, text) for key, text in x.options if key == "target"]
    soft = call("softmax", a, options=[("axis", "1")], shape=a.shape)
    error = add(soft, negate(call("onehot", *target, options=options, shape=a.shape)))
    if reduction == "none" and d.shape:
        d = call("spread", d, options=[("onto", repr((a.shape[0], 1)))], shape=(a.shape[0], 1))
    y = multiply(d, error)
    return divide(y, a.shape[0]) if reduction == "mean" else y


def _onehot(*target: Any, options: dict[str, Any], shape: Shape) -> Any:
    return np.eye(shape[1])[classes(options, target)]


array_function("softmax_cross_entropy", _cross_entropy, _by_cross_entropy, "target reduction")
array_function("onehot", _onehot, options="target")


# ---------------------------------------------------------------- shapes


def _shaped(d: Expression, x: Call, place: int) -> Expression:
    """The same numbers in the operand's shape."""
    part = x.args[0].shape
    return d if not d.shape else call("reshape", full(d, x), shape=part)


for name in ("reshape", "ravel", "squeeze", "expand_dims"):
    array_function(name, lambda x, *, options, shape: np.reshape(x, shape), _shaped, "shape axis")
for name in ("astype", "copy", "asarray", "ascontiguousarray"):
    array_function(name, lambda x, *, options, shape: x, lambda d, x, place: d, "dtype")
array_function(
    "broadcast_to", lambda x, *, options, shape: np.broadcast_to(x, shape),
    lambda d, x, place: unbroadcast(d, x.shape, x.args[0].shape),
    "shape",
)  # fmt: skip
array_function("spread", lambda x, *, options, shape: np.reshape(x, shape), options="onto")


def _taken(x: Any, *, options: dict[str, Any], shape: Shape) -> Any:
    return x[key_of(str(options.get("key")))]


def _placed(d: Any, *, options: dict[str, Any], shape: Shape) -> Any:
    y = np.zeros(shape)
    np.add.at(y, key_of(str(options.get("key"))), d)
    return y


def _put(d: Expression, x: Call, place: int) -> Expression:
    """d at the places that were taken, 0 elsewhere."""
    return call("placed", d, options=x.options, shape=x.args[0].shape)


array_function("getitem", _taken, _put, "key")
array_function("placed", _placed, options="key")


def _part(d: Expression, x: Call, place: int) -> Expression | None:
    """The part of d that belongs to one of the joined arrays."""
    axis = parsed(x.options).get("axis", 0)
    if axis is None or any(len(part.shape) != len(x.shape) - (x.name == "stack") for part in x.args):
        return None
    lead = ":, " * (axis % len(x.shape))
    if x.name == "stack":
        key = f"{lead}{place}"
    else:
        start = sum(part.shape[axis] for part in x.args[:place])
        key = f"{lead}{start}:{start + x.args[place].shape[axis]}"
    return call("getitem", full(d, x), options=[("key", key)], shape=x.args[place].shape)


array_function("concatenate", lambda *xs, options, shape: np.concatenate(xs, options.get("axis", 0)), _part)
array_function("stack", lambda *xs, options, shape: np.stack(xs, options.get("axis", 0)), _part)


# ---------------------------------------------------------------- choices


def _where(a: Any, b: Any, *, options: dict[str, Any], shape: Shape) -> Any:
    condition = options["condition"]
    if isinstance(condition, str):
        raise KeyError(condition)
    return np.where(np.asarray(condition), a, b)


def _chosen(d: Expression, x: Call, place: int) -> Expression:
    args = (d, Number(0)) if place == 0 else (Number(0), d)
    return unbroadcast(call("where", *args, options=x.options, shape=x.shape), x.shape, x.args[place].shape)


array_function("where", _where, _chosen, "condition")


# ---------------------------------------------------------------- matrices


def _terms(x: Call) -> tuple[tuple[str, ...], str]:
    options = parsed(x.options)
    return tuple(options["terms"]), options["result"]


def _einsum(*xs: Any, options: dict[str, Any], shape: Shape) -> Any:
    return np.einsum(f"{','.join(options['terms'])}->{options['result']}", *xs)


def _by_einsum(d: Expression, x: Call, place: int) -> Expression | None:
    """The same sum with d in the operand's place."""
    terms, result = _terms(x)
    mine, others = terms[place], [term for k, term in enumerate(terms) if k != place]
    known = set(result).union(*others)
    pairs = zip(terms, x.args, strict=True)
    sizes = {each for term, part in pairs for each in zip(term, part.shape, strict=False)}
    repeated = len(set(mine)) < len(mine) or len(sizes) > len(dict(sizes))  # as ii, or a length 1 that is stretched
    if repeated or not set(mine) <= known or "." in "".join((*terms, result)):
        return None
    args = [full(d, x), *[part for k, part in enumerate(x.args) if k != place]]
    options = [("terms", repr((result, *others))), ("result", repr(mine))]
    return call("einsum", *args, options=options, shape=x.args[place].shape)


array_function("einsum", _einsum, _by_einsum, "terms result")


def _by_inverse(d: Expression, x: Call, place: int) -> Expression | None:
    """-Yᵀ d Yᵀ"""
    if x.result is None:
        return None
    turned = transpose(x.result)
    return negate(matmul(matmul(turned, full(d, x)), turned))


array_function("inv", lambda x, *, options, shape: np.linalg.inv(x), _by_inverse)
array_function(
    "det", lambda x, *, options, shape: np.linalg.det(x),
    lambda d, x, place: None if x.result is None or x.shape else multiply(
        d, x.result, transpose(call("inv", x.args[0], shape=x.args[0].shape))
    ),
)  # fmt: skip
array_function(
    "clip", lambda x, low, high, *, options, shape: np.clip(x, low, high),
    lambda d, x, place: None if place else unbroadcast(
        multiply(d, holds(x.args[0], "≥", x.args[1]), holds(x.args[0], "≤", x.args[2])), x.shape, x.args[0].shape
    ),
)  # fmt: skip
