"""What the standard demands of arrays, of their keys, and of the namespace itself.

Convention: ``array.x`` is an operator, attribute or method of arrays; ``call`` is the function of a namespace that uses
it.
"""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .case import Case, case
from .elementwise import BINARY, KINDS, UNARY, VALUES, wanted

OPERATORS = {
    "add": "add", "and": "bitwise_and", "eq": "equal", "floordiv": "floor_divide", "ge": "greater_equal",
    "gt": "greater", "le": "less_equal", "lshift": "bitwise_left_shift", "lt": "less", "mod": "remainder",
    "mul": "multiply", "ne": "not_equal", "or": "bitwise_or", "pow": "pow", "rshift": "bitwise_right_shift",
    "sub": "subtract", "truediv": "divide", "xor": "bitwise_xor",
}  # fmt: skip
SIGNS = {"abs": "abs", "invert": "bitwise_invert", "neg": "negative", "pos": "positive"}
COMPARED = {"eq", "ge", "gt", "le", "lt", "ne"}
X = np.arange(24.0).reshape(2, 3, 4)


def use(name: str, *args: Any, gives: Any, call: Callable[..., Any], **more: Any) -> Case:
    return case(f"array.{name}", *args, gives=gives, call=call, **more)


def cases() -> Iterator[Case]:
    yield from operators()
    yield from attributes()
    yield from keys()
    yield from namespace()


def operators() -> Iterator[Case]:
    for name, function in OPERATORS.items():
        kinds, number, *_ = BINARY[function]
        for kind in kinds:
            dtype = KINDS[kind][-1]
            x = np.array(VALUES[kind], dtype)
            if name == "pow" and kind == "i":
                x = np.minimum(x, 3)
            y, c = x[::-1].copy(), x[1].item()
            plain = getattr(operator, {"and": "and_", "or": "or_"}.get(name, name))
            gives, smooth = wanted(function, number, x, y), name not in COMPARED and kind in "fc"
            yield use(f"__{name}__", x, y, gives=gives, call=lambda xp, a, b, f=plain: f(a, b), smooth=smooth)
            with_number = wanted(function, number, x, np.full_like(x, c))
            yield use(f"__{name}__", x, c, gives=with_number, call=lambda xp, a, b, f=plain: f(a, b), smooth=smooth)
            if name not in COMPARED:
                turned = wanted(function, number, np.full_like(x, c), x)
                yield use(f"__r{name}__", c, x, gives=turned, call=lambda xp, a, b, f=plain: f(a, b), smooth=smooth)
                place = getattr(operator, f"i{name}")
                yield use(
                    f"__i{name}__",
                    x,
                    y,
                    gives=gives,
                    call=lambda xp, a, b, f=place: f(+a if a.dtype != xp.bool else a, b),
                    smooth=smooth,
                )
    for name, function in SIGNS.items():
        kinds, number, *_ = UNARY[function]
        for kind in kinds:
            x = np.array(VALUES[kind], KINDS[kind][-1])
            plain = getattr(operator, name, abs)
            yield use(
                f"__{name}__",
                x,
                gives=wanted(function, number, x),
                call=lambda xp, a, f=plain: f(a),
                smooth=kind in "fc",
            )
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    square = np.array([[7.0, 10.0], [15.0, 22.0]])
    yield use("__matmul__", a, a, gives=square, call=lambda xp, x, y: x @ y)
    yield use("__rmatmul__", a, a, gives=square, call=lambda xp, x, y: type(x).__rmatmul__(x, y))
    yield use("__imatmul__", a, a, gives=square, call=lambda xp, x, y: operator.imatmul(+x, y))


def attributes() -> Iterator[Case]:
    yield use("dtype", X, gives=True, call=lambda xp, x: x.dtype == xp.float64)
    yield use("device", X, gives=True, call=lambda xp, x: x.device in xp.__array_namespace_info__().devices())
    yield use("to_device", X, gives=X, call=lambda xp, x: x.to_device(x.device))
    for name, value in (("ndim", 3), ("size", 24), ("shape", (2, 3, 4))):
        yield use(name, X, gives=value, call=lambda xp, x, n=name: getattr(x, n))
    yield use("T", X[0], gives=X[0].T.copy(), call=lambda xp, x: x.T)
    yield use("mT", X, gives=X.swapaxes(1, 2).copy(), call=lambda xp, x: x.mT)
    for kind, value in ((bool, True), (int, 3), (float, 2.5), (complex, 1 + 2j)):
        own = np.array(value)
        loud = "out of its graph" if kind is not bool else ""
        yield use(f"__{kind.__name__}__", own, gives=value, call=lambda xp, x, k=kind: k(x), loud=loud)
    yield use("__bool__", np.array(0.0), gives=False, call=lambda xp, x: bool(x))
    yield use("__float__", np.array(3), gives=3.0, call=lambda xp, x: float(x))
    yield use("__complex__", np.array(3.0), gives=3 + 0j, call=lambda xp, x: complex(x), loud="out of its graph")
    yield use("__index__", np.array(3), gives=3, call=lambda xp, x: operator.index(x))
    yield use("__index__", np.array(1), gives="b", call=lambda xp, x: "abc"[x])
    yield use("__dlpack_device__", X, gives=(1, 0), call=lambda xp, x: tuple(map(int, x.__dlpack_device__())))
    for options in ({}, {"stream": None}, {"max_version": (1, 0)}, {"copy": True}, {"dl_device": (1, 0)}):
        call = lambda xp, x, o=options: "dltensor" in repr(x.__dlpack__(**o))  # noqa: E731
        yield use("__dlpack__", X, gives=True, call=call, label=", ".join(options), loud="out of its graph")
    yield use("__array_namespace__", X, gives=True, call=lambda xp, x: x.__array_namespace__() is xp)
    yield use("__array_namespace__", X, gives=True, label="2024.12",
              call=lambda xp, x: x.__array_namespace__(api_version="2024.12") is xp)  # fmt: skip


def keys() -> Iterator[Case]:
    mask, rows = np.array([[True, False, True], [False, True, False]]), np.array([1, 0])
    chosen: list[tuple[str, Any, Any]] = [
        ("integer", 1, X[1]), ("negative", -1, X[-1]), ("slice", slice(0, 1), X[:1]),
        ("steps", (0, slice(None, None, -2)), X[0, ::-2]),
        ("ellipsis", (..., 0), X[..., 0]), ("newaxis", (0, None, 1), X[0, None, 1]),
        ("element", (1, 2, 3), np.array(23.0)),
        ("empty", slice(2, 2), X[2:2]),
    ]  # fmt: skip
    for label, key, gives in chosen:
        yield use("__getitem__", X, gives=np.array(gives), call=lambda xp, x, k=key: x[k], label=label)
        changed = X.copy()
        changed[key] = -1.0
        yield use("__setitem__", X, gives=changed, call=lambda xp, x, k=key: put(x, k, -1.0), label=label)
    yield use("__getitem__", X, mask, gives=X[mask], call=lambda xp, x, k: x[k], label="mask")
    yield use("__getitem__", X, rows, gives=X[rows], call=lambda xp, x, k: x[k], label="integers")
    yield use("__getitem__", X, rows, rows, gives=X[rows, rows], call=lambda xp, x, k, m: x[k, m], label="integers")
    changed = X.copy()
    changed[mask] = 5.0
    yield use("__setitem__", X, mask, gives=changed, call=lambda xp, x, k: put(x, k, 5.0), label="mask")
    changed = X.copy()
    changed[0] = X[1]
    yield use("__setitem__", X, X[1], gives=changed, call=lambda xp, x, v: put(x, 0, v), label="array")


def fresh(xp: Any, x: Any) -> Any:
    """The same as a result: a leaf that is tracked cannot be changed in place."""
    return x if x.dtype == xp.bool else +x


def put(x: Any, key: Any, value: Any) -> Any:
    """A copy of x with the value at the key: what is differentiated is no leaf."""
    x = +x
    x[key] = value
    return x


def namespace() -> Iterator[Case]:
    for name, value in (("e", math.e), ("inf", math.inf), ("pi", math.pi), ("newaxis", None)):
        yield case(name, gives=True, call=lambda xp, n=name, v=value: getattr(xp, n) == v)
    yield case("nan", gives=True, call=lambda xp: cmath.isnan(xp.nan))
    yield case("__array_api_version__", gives="2024.12", call=lambda xp: xp.__array_api_version__)
    info = "__array_namespace_info__"
    called = lambda name, **o: lambda xp: getattr(xp.__array_namespace_info__(), name)(**o)  # noqa: E731
    yield case(info, gives=True, label="devices",
               call=lambda xp: called("default_device")(xp) in called("devices")(xp))  # fmt: skip
    for key, value in (("boolean indexing", True), ("data-dependent shapes", True), ("max dimensions", 64)):
        yield case(info, gives=value, label=key, call=lambda xp, k=key: called("capabilities")(xp)[k])
    for kind, names in (
        ("bool", {"bool"}), ("signed integer", {"int8", "int16", "int32", "int64"}),
        ("unsigned integer", {"uint8", "uint16", "uint32", "uint64"}), ("real floating", {"float32", "float64"}),
        ("complex floating", {"complex64", "complex128"}), (("bool", "real floating"), {"bool", "float32", "float64"}),
    ):  # fmt: skip
        yield case(info, gives=names, label=str(kind), call=lambda xp, k=kind: set(called("dtypes", kind=k)(xp)))
    yield case(info, gives=13, label="dtypes", call=lambda xp: len(called("dtypes", device="cpu")(xp)))
    for kind, name in (
        ("real floating", "float64"), ("complex floating", "complex128"), ("integral", np.dtype(np.int_).name),
        ("indexing", np.dtype(np.intp).name),
    ):  # fmt: skip
        yield case(info, gives=True, label=kind,
                   call=lambda xp, k=kind, n=name: called("default_dtypes")(xp)[k] == getattr(xp, n))  # fmt: skip
