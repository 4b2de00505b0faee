"""Primitives as programs for HIPS autograd declare them, each beside an expression that computes the same.

Convention: a row is (the function with a primitive in it, the expression, arguments); its name is its key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import extend
from autograd.extend import SparseObject, defjvp, defvjp, primitive, vspace

Row = tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]]
x, y = np.array([0.5, -1.0, 2.0]), np.array([1.5, 0.3, -0.7])


@primitive
def logsumexp(x: Any) -> Any:
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


defvjp(logsumexp, lambda ans, x: lambda g: g * np.exp(x - ans))


@primitive
def scaled(a: Any, b: Any, by: float = 1.0) -> Any:
    return a * b * by


defvjp(scaled, lambda ans, a, b, by=1.0: lambda g: g * b * by, lambda ans, a, b, by=1.0: lambda g: g * a * by)
defjvp(scaled, lambda g, ans, a, b, by=1.0: g * b * by, "same")


@primitive
def second(a: Any, b: Any) -> Any:
    return b**2 + np.sign(a)


defvjp(second, None, lambda ans, a, b: lambda g: 2 * g * b)
defjvp(second, None, lambda g, ans, a, b: 2 * g * b)


@primitive
def total(*terms: Any, power: int = 2) -> Any:
    return sum(term**power for term in terms)


extend.defvjp_argnum(
    total, lambda n, ans, args, kwargs: lambda g: g * kwargs["power"] * args[n] ** (kwargs["power"] - 1)
)


@primitive
def product(a: Any, b: Any) -> Any:
    return a * b


extend.defvjp_argnums(product, lambda ns, ans, args, kwargs: lambda g: (g * args[1 - n] for n in ns))
extend.defjvp_argnums(product, lambda ns, gs, ans, args, _: sum(g * args[1 - n] for n, g in zip(ns, gs, strict=True)))


@primitive
def mixed(a: Any, b: Any) -> Any:
    return a * np.sin(b)


defvjp(mixed, lambda ans, a, b: lambda g: g * np.sin(b), lambda ans, a, b: lambda g: g * a * np.cos(b), argnums=(0, 1))
defjvp(mixed, lambda g, ans, a, b: g * np.sin(b), argnums=[0])  # by b the transpose of its gradient


@primitive
def linear(a: Any, b: Any) -> Any:
    return 2 * a * b


extend.def_linear(linear)  # in each argument by itself
defvjp(linear, lambda ans, a, b: lambda g: 2 * g * b, lambda ans, a, b: lambda g: 2 * g * a)


@primitive
def of_nest(d: Any) -> Any:
    return d["a"] * d["b"][0] + d["n"]


defvjp(of_nest, lambda ans, d: lambda g: {"n": 0, "b": (g * d["a"],), "a": g * d["b"][0]})  # its own order of keys


@primitive
def to_nest(x: Any) -> Any:
    return {"square": x**2, "rest": [np.sin(x), 7, "text"]}


defvjp(to_nest, lambda ans, x: lambda g: 2 * x * g["square"] + np.cos(x) * g["rest"][0])


@primitive
def taken(x: Any, at: Any) -> Any:
    return x[at]


@primitive
def put(g: Any, at: Any, space: Any) -> Any:
    def add(array: Any) -> Any:
        np.add.at(array, at, g)
        return array

    return SparseObject(space, add)


defvjp(taken, lambda ans, x, at: lambda g: put(g, at, vspace(x)))
defvjp(put, lambda ans, g, at, space: lambda h: taken(h, at))
defjvp(put, "same")


class Cube:
    @primitive
    def of(self, x: Any) -> Any:
        return x**3


defvjp(Cube.of, None, lambda ans, self, x: lambda g: 3 * g * x**2)


@primitive
def in_place(x: Any) -> Any:
    x *= 3  # of what it is given: a copy
    return x


defvjp(in_place, lambda ans, x: lambda g: 3 * g)


@primitive
def itself(x: Any) -> Any:
    return x


defvjp(itself, lambda ans, x: lambda g: g)


@primitive
def half(x: Any) -> Any:
    return x.astype(np.float32) * 0.5


defvjp(half, lambda ans, x: lambda g: g * 0.5)

PRIMITIVES: dict[str, Row] = {
    "defvjp": (logsumexp, lambda x: np.log(np.sum(np.exp(x))), (x,)),
    "twice": (lambda x: logsumexp(x * logsumexp(x)), lambda x: np.logaddexp.reduce(x * np.logaddexp.reduce(x)), (x,)),
    "keyword": (lambda a, b: scaled(a, b, by=3.0), lambda a, b: 3 * a * b, (x, y)),
    "one argument twice": (lambda a: scaled(a, a), lambda a: a**2, (x,)),
    "constant argument": (lambda a: scaled(a, y, by=2.0), lambda a: 2 * a * y, (x,)),
    "number": (scaled, lambda a, b: a * b, (2.0, -0.5)),
    "None": (lambda a, b: second(a, b) * a, lambda a, b: (b**2 + np.sign(a)) * a, (x, y)),
    "argnum": (lambda a, b: total(a, 2.0, b, power=3), lambda a, b: a**3 + 8 + b**3, (x, y)),
    "argnums": (product, lambda a, b: a * b, (x, y)),
    "one tangent declared": (mixed, lambda a, b: a * np.sin(b), (x, y)),
    "linear": (lambda a: linear(a**2, a) ** 2, lambda a: 4 * a**6, (x,)),
    "nest in": (lambda a, b: of_nest({"a": a, "b": (b,), "n": 3}), lambda a, b: a * b + 3, (x, y)),
    "part of a nest": (lambda a: of_nest({"a": y, "b": (a,), "n": 3}), lambda a: y * a + 3, (x,)),
    "nest out": (
        lambda x: to_nest(x)["square"] * to_nest(x)["rest"][0] * to_nest(x)["rest"][1],
        lambda x: 7 * x**2 * np.sin(x),
        (x,),
    ),
    "part of the results": (lambda x: to_nest(x)["rest"][0], np.sin, (x,)),
    "sparse": (lambda x: taken(x, np.array([0, 0, 2])) ** 3, lambda x: x[np.array([0, 0, 2])] ** 3, (x,)),
    "method": (Cube().of, lambda x: x**3, (x,)),
    "in place": (lambda x: in_place(x * 1.0) * x, lambda x: 3 * x**2, (x,)),
    "itself": (lambda x: itself(x) * x, lambda x: x**2, (x,)),
    "lists without a rule": (lambda x: primitive(np.stack)([x, x**2]), lambda x: np.stack([x, x**2]), (x,)),
    "other precision": (half, lambda x: x.astype(np.float32) * 0.5, (x,)),
}
