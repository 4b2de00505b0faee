"""What a library makes of a row: its value and its derivatives, as plain numbers, and the time they take.

Convention: this runs in both libraries, so it uses HIPS autograd's names alone.
"""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy

import autograd.numpy as np
from autograd import jacobian, make_hvp, make_jvp, value_and_grad

from .row import Raises, Row

SMALL = 40  # elements of a Jacobian that is compared


def weighed(row: Row, like: Any) -> Any:
    """The function as one real number: a sum of its elements with weights that tell them apart."""
    count = numpy.size(like)
    weights = (numpy.cos(numpy.arange(count) * 1.3) + 1.5).reshape(numpy.shape(like))
    if numpy.iscomplexobj(like):
        weights = weights * (1.0 - 0.7j)
        return lambda *args: np.sum(np.real(weights * row.f(*args)))
    return lambda *args: np.sum(weights * row.f(*args))


def directions(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """A direction of the form of the arguments."""
    generator = numpy.random.default_rng(7)
    return tuple(_direction(generator, x) for x in arguments)


def _direction(generator: numpy.random.Generator, x: Any) -> Any:
    d = generator.normal(size=numpy.shape(x))
    if numpy.iscomplexobj(x):
        d = d + 1j * generator.normal(size=numpy.shape(x))
    return d if numpy.ndim(x) else float(d) if isinstance(x, float) else d[()]


def answer(row: Row) -> dict[str, Any]:
    """By mode, numbers or ``{"error": ..., "text": ...}``."""
    given = {}
    for mode in row.modes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                given[mode] = plain(MODES[mode](row, row.arguments()))
            except Exception as error:
                kinds = [kind.__name__ for kind in type(error).__mro__[:-2]]
                given[mode] = {"error": kinds, "text": str(error).split("\n")[0][:200]}
    return {mode: numbers for mode, numbers in given.items() if numbers != "none"}


def _value(row: Row, args: tuple[Any, ...]) -> Any:
    return row.f(*args)


def _gradient(row: Row, args: tuple[Any, ...]) -> Any:
    return value_and_grad(weighed(row, row.f(*args)), tuple(range(len(args))))(*args)[1]


def _second(row: Row, args: tuple[Any, ...]) -> Any:
    everything = tuple(range(len(args)))
    return make_hvp(weighed(row, row.f(*args)), everything)(*args)[0](directions(args))


def _forward(row: Row, args: tuple[Any, ...]) -> Any:
    return make_jvp(row.f, tuple(range(len(args))))(*args)(directions(args))[1]


def _jacobian(row: Row, args: tuple[Any, ...]) -> Any:
    value = row.f(*args)
    if numpy.iscomplexobj(value) or numpy.iscomplexobj(args[0]) or numpy.size(value) * numpy.size(args[0]) > SMALL:
        return "none"
    return jacobian(row.f)(*args)


MODES = {"value": _value, "gradient": _gradient, "second": _second, "forward": _forward, "jacobian": _jacobian}


def plain(x: Any) -> Any:
    """Numbers as JSON has them: an array is ``{"shape", "real", "imag"}``."""
    if x is None or isinstance(x, str | bool | numpy.bool_):
        return x if isinstance(x, str) or x is None else bool(x)
    if isinstance(x, dict):
        return {str(key): plain(value) for key, value in sorted(x.items())}
    if isinstance(x, list | tuple):
        return [plain(part) for part in x]
    if not isinstance(x, numpy.ndarray | numpy.number | int | float | complex):
        raise TypeError(f"a {type(x).__name__} was returned where numbers belong")
    a = numpy.asarray(x)
    parts = {"imag": a.imag.ravel().tolist()} if numpy.iscomplexobj(a) else {}
    return {"shape": list(a.shape), "real": a.real.ravel().astype(float).tolist(), **parts}


def step(row: Row) -> Any:
    """What is timed: the value and the gradient of a function, or the program as it stands."""
    args = row.arguments()
    if not args:
        return row.f
    both = value_and_grad(weighed(row, row.f(*args)), tuple(range(len(args))))
    return lambda: both(*args)


def seconds(row: Row, times: int) -> float:
    """The mean processor time of ``times`` steps."""
    run = step(row)
    run()
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def agree(a: Any, b: Any, tolerance: float) -> bool:
    """Whether two answers are the same: numbers to the tolerance, errors both or neither."""
    if isinstance(a, dict) and isinstance(b, dict):
        if "error" in a or "error" in b:
            return "error" in a and "error" in b
        if set(a) != set(b):
            return False
        if "real" in a:
            x, y = (numpy.array(p["real"]) + 1j * numpy.array(p.get("imag", 0.0)) for p in (a, b))
            same = a["shape"] == b["shape"]
            return bool(same and numpy.allclose(x, y, rtol=tolerance, atol=tolerance * 1e-2 + 1e-12, equal_nan=True))
        return all(agree(a[key], b[key], tolerance) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(agree(x, y, tolerance) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and a == b


def is_right(row: Row, given: Any) -> bool:
    """Whether a program's answer is what its row says."""
    if isinstance(row.right, Raises):
        return isinstance(given, dict) and any(kind.__name__ in given.get("error", ()) for kind in row.right.kinds)
    return agree(given, plain(row.right), row.tolerance)
