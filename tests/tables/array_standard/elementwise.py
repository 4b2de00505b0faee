"""Functions element by element, for every dtype that the standard names: held against Python's own arithmetic."""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .case import Case, case

INTEGERS = [np.dtype(d) for d in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")]
FLOATS, COMPLEX, BOOL = [np.dtype("f4"), np.dtype("f8")], [np.dtype("c8"), np.dtype("c16")], [np.dtype(bool)]
KINDS = {"i": INTEGERS, "f": FLOATS, "c": COMPLEX, "b": BOOL}
TRUTH = np.dtype(bool)

WHOLE = [7, 3, 2, 9, 5, 1]  # in range for all dtypes of integers, and for shifts
REAL = [0.31, 0.84, 0.12, 0.67, 0.52, 0.93]  # in range for all functions of the unit interval
ABOVE = [1.3, 2.7, 1.9, 5.1, 3.3, 1.1]  # above 1
PHASE = [0.3 + 0.4j, -0.7 + 0.2j, 0.5 - 0.6j, 1.2 + 0.1j, -0.4 - 0.9j, 0.8 + 0.8j]
TRUE = [True, False, False, True, True, False]
SIGNED = [-1.7, 2.5, -0.4, 0.5, 3.5, -2.2]
VALUES = {"i": WHOLE, "u": WHOLE, "f": REAL, "c": PHASE, "b": TRUE}


def sign(x: Any) -> Any:
    return (x > 0) - (x < 0) if not isinstance(x, complex) else x / abs(x)


def mod(a: float, b: float) -> float:
    return a - b * math.floor(a / b)


def either(real: Callable[..., Any], phase: Callable[..., Any]) -> Callable[..., Any]:
    """The function of ``math`` for real numbers, that of ``cmath`` for complex ones."""
    return lambda *x: phase(*x) if isinstance(x[0], complex) else real(*x)


def log2(x: Any) -> Any:
    return cmath.log(x) / math.log(2) if isinstance(x, complex) else math.log2(x)


# name: kinds of dtypes, the same of one number; then the numbers where not all are in its range
UNARY: dict[str, tuple[Any, ...]] = {
    "abs": ("ifc", abs),
    "acos": ("fc", either(math.acos, cmath.acos)),
    "acosh": ("fc", either(math.acosh, cmath.acosh), ABOVE),
    "asin": ("fc", either(math.asin, cmath.asin)),
    "asinh": ("fc", either(math.asinh, cmath.asinh)),
    "atan": ("fc", either(math.atan, cmath.atan)),
    "atanh": ("fc", either(math.atanh, cmath.atanh)),
    "bitwise_invert": ("ib", None),
    "ceil": ("if", math.ceil, SIGNED),
    "conj": ("ifc", lambda x: x.conjugate()),
    "cos": ("fc", either(math.cos, cmath.cos)),
    "cosh": ("fc", either(math.cosh, cmath.cosh)),
    "exp": ("fc", either(math.exp, cmath.exp)),
    "expm1": ("fc", either(math.expm1, lambda z: cmath.exp(z) - 1)),
    "floor": ("if", math.floor, SIGNED),
    "imag": ("c", lambda z: z.imag),
    "isfinite": ("ifc", lambda x: True),
    "isinf": ("ifc", lambda x: False),
    "isnan": ("ifc", lambda x: False),
    "log": ("fc", either(math.log, cmath.log)),
    "log10": ("fc", either(math.log10, cmath.log10)),
    "log1p": ("fc", either(math.log1p, lambda z: cmath.log(1 + z))),
    "log2": ("fc", log2),
    "logical_not": ("b", operator.not_),
    "negative": ("ifc", None),
    "positive": ("ifc", operator.pos),
    "real": ("ifc", lambda z: z.real),
    "reciprocal": ("fc", lambda x: 1 / x),
    "round": ("if", round, SIGNED),
    "sign": ("ifc", sign),
    "signbit": ("f", lambda x: x < 0, SIGNED),
    "sin": ("fc", either(math.sin, cmath.sin)),
    "sinh": ("fc", either(math.sinh, cmath.sinh)),
    "sqrt": ("fc", either(math.sqrt, cmath.sqrt)),
    "square": ("ifc", lambda x: x * x),
    "tan": ("fc", either(math.tan, cmath.tan)),
    "tanh": ("fc", either(math.tanh, cmath.tanh)),
    "trunc": ("if", math.trunc, SIGNED),
}
BINARY: dict[str, tuple[Any, ...]] = {
    "add": ("ifc", operator.add),
    "atan2": ("f", math.atan2),
    "bitwise_and": ("ib", operator.and_),
    "bitwise_left_shift": ("i", operator.lshift),
    "bitwise_or": ("ib", operator.or_),
    "bitwise_right_shift": ("i", operator.rshift),
    "bitwise_xor": ("ib", operator.xor),
    "copysign": ("f", math.copysign),
    "divide": ("fc", operator.truediv),
    "equal": ("ifcb", operator.eq),
    "floor_divide": ("if", operator.floordiv),
    "greater": ("if", operator.gt),
    "greater_equal": ("if", operator.ge),
    "hypot": ("f", math.hypot),
    "less": ("if", operator.lt),
    "less_equal": ("if", operator.le),
    "logaddexp": ("f", lambda a, b: math.log(math.exp(a) + math.exp(b))),
    "logical_and": ("b", operator.and_),
    "logical_or": ("b", operator.or_),
    "logical_xor": ("b", operator.xor),
    "maximum": ("if", max),
    "minimum": ("if", min),
    "multiply": ("ifc", operator.mul),
    "nextafter": ("f", None),
    "not_equal": ("ifcb", operator.ne),
    "pow": ("ifc", operator.pow),
    "remainder": ("if", mod),
    "subtract": ("ifc", operator.sub),
}
COMPARING = {"equal", "greater", "greater_equal", "less", "less_equal", "not_equal"}
COMPARING |= {"isfinite", "isinf", "isnan", "signbit"}
PARTS = {"abs", "imag", "real"}  # real, of complex numbers
UNSIGNED_RESULT = {"bitwise_invert", "negative"}  # these wrap around


def result_dtype(name: str, dtype: np.dtype[Any]) -> np.dtype[Any]:
    if name in COMPARING:
        return TRUTH
    if name in PARTS and dtype.kind == "c":
        return np.dtype(f"f{dtype.itemsize // 2}")
    return dtype


def wanted(name: str, function: Any, *xs: np.ndarray) -> np.ndarray:
    """The function of Python's numbers, one by one, in the dtype that is due."""
    dtype = result_dtype(name, xs[0].dtype)
    if name in UNSIGNED_RESULT:
        raw = {"bitwise_invert": lambda x: not x if isinstance(x, bool) else ~x, "negative": operator.neg}[name]
        if dtype.kind in "iu":
            modulus = 2 ** (8 * dtype.itemsize)
            wrapped = [raw(x) % modulus for x in xs[0].ravel().tolist()]
            return np.array(wrapped, np.dtype(f"u{dtype.itemsize}")).astype(dtype).reshape(xs[0].shape)
        function = raw
    if name == "nextafter":
        spaces = np.where(xs[0] == xs[1], 0, np.spacing(xs[0]) * np.where(xs[1] > xs[0], 1, -1))
        return (xs[0] + spaces).astype(dtype)
    numbers = [function(*one) for one in zip(*[x.ravel().tolist() for x in xs], strict=True)]
    if dtype.kind in "iu":  # what does not fit wraps around
        numbers = [int(v) % 2 ** (8 * dtype.itemsize) for v in numbers]
        return np.array(numbers, np.dtype(f"u{dtype.itemsize}")).astype(dtype).reshape(xs[0].shape)
    return np.array(numbers).astype(dtype).reshape(xs[0].shape)


def cases() -> Iterator[Case]:
    for name, (kinds, function, *numbers) in {**UNARY, **BINARY}.items():
        for kind in kinds:
            for dtype in KINDS[kind]:
                values = numbers[0] if numbers and kind == "f" else VALUES[kind]
                x = np.array(values).astype(dtype).reshape(2, 3)
                if name == "pow" and kind == "i":
                    x = np.minimum(x, 3).astype(dtype)
                xs = (x,) if name in UNARY else (x, np.ascontiguousarray(x[::-1, ::-1]))
                smooth = result_dtype(name, dtype).kind in "fc"
                yield case(name, *xs, gives=wanted(name, function, *xs), smooth=smooth)
                if name not in UNARY and dtype in (np.dtype("f8"), np.dtype("int16"), TRUTH):
                    y = xs[1][:1]
                    yield case(
                        name, x, y, label="broadcast", smooth=smooth,
                        gives=wanted(name, function, x, np.broadcast_to(y, x.shape).copy()),
                    )  # fmt: skip
                if name not in UNARY and dtype in (np.dtype("f4"), np.dtype("int8"), np.dtype("c8"), TRUTH):
                    number = x[0, 1].item()
                    other = np.full_like(x, number)
                    yield case(name, x, number, gives=wanted(name, function, x, other), label="number", smooth=smooth)
                    yield case(name, number, x, gives=wanted(name, function, other, x), label="number", smooth=smooth)
    yield from promotions()
    yield from clips()


def promotions() -> Iterator[Case]:
    """Dtypes of one kind promote; those of different kinds need not."""
    for a, b, c in (
        ("i1", "i2", "i2"), ("i4", "i8", "i8"), ("u1", "u2", "u2"), ("u1", "i1", "i2"), ("i2", "u1", "i2"),
        ("u4", "i1", "i8"), ("f4", "f8", "f8"), ("c8", "c16", "c16"), ("f8", "c8", "c16"), ("c8", "f4", "c8"),
    ):  # fmt: skip
        x, y = np.array([5, 1], a), np.array([2, 3], b)
        yield case("add", x, y, gives=np.array([7, 4], c), label="promoted")
        yield case("multiply", y, x, gives=np.array([10, 3], c), label="promoted")
        yield case("result_type", x, y.dtype, gives=np.dtype(c))


def clips() -> Iterator[Case]:
    x = np.array([-2.5, 0.5, 1.5, 4.0])
    yield case("clip", x, -1.0, 1.0, gives=np.array([-1.0, 0.5, 1.0, 1.0]))
    yield case("clip", x, min=0.0, gives=np.array([0.0, 0.5, 1.5, 4.0]))
    yield case("clip", x, max=1.0, gives=np.array([-2.5, 0.5, 1.0, 1.0]))
    yield case("clip", x, gives=x)
    low = np.array([[0.0], [1.0]])
    yield case("clip", x, low, 2.0, gives=np.array([[0.0, 0.5, 1.5, 2.0], [1.0, 1.0, 1.5, 2.0]]))
    for dtype in INTEGERS:
        yield case("clip", np.array([1, 7, 90], dtype), 3, 50, gives=np.array([3, 7, 50], dtype))
    yield case("clip", np.array([1, 7], "f4"), 3, 5, gives=np.array([3, 5], "f4"))
