"""A row by itself: its derivatives against differences of values, a program against what its row says."""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from autograd import value_and_grad

from .answering import MODES, answer, directions, is_right, plain, weighed
from .row import Raises, Row

STEP = 1e-5


def faults(row: Row) -> list[str]:
    """What is wrong with a row's answers in this library; nothing if all is right."""
    if not row.draws:
        given = answer(row)["value"]
        told = type(row.right).__name__ if isinstance(row.right, Raises) else plain(row.right)
        return [] if is_right(row, given) else [f"value: {given}, and right is {told}"]
    found = []
    for mode in row.modes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found += [f"{mode}: {text}" for text in CHECKS[mode](row, row.arguments())]
            except Exception as error:
                found.append(f"{mode}: {type(error).__name__}: {error}"[:300])
    return found


def _along(arguments: tuple[Any, ...], by: float) -> tuple[Any, ...]:
    return tuple(x + by * d for x, d in zip(arguments, directions(arguments), strict=True))


def _difference(f: Any, arguments: tuple[Any, ...]) -> Any:
    """The derivative of f along the direction, to about 1e-8."""
    ends = [f(*_along(arguments, k * STEP)) for k in (1, -1, 2, -2)]
    return (8 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12 * STEP)


def _inner(gradients: Any, arguments: tuple[Any, ...]) -> float:
    return float(sum(numpy.sum(numpy.real(g * d)) for g, d in zip(gradients, directions(arguments), strict=True)))


def _compare(row: Row, given: Any, right: Any) -> list[str]:
    close = max(1e-6, row.tolerance)
    if numpy.shape(given) == numpy.shape(right) and numpy.allclose(given, right, rtol=close, atol=close):
        return []
    return [f"{given}, and differences give {right}"]


def _value(row: Row, args: tuple[Any, ...]) -> list[str]:
    f = weighed(row, row.f(*args))
    everything = tuple(range(len(args)))
    return _compare(row, value_and_grad(f, everything)(*args)[0], f(*args))


def _gradient(row: Row, args: tuple[Any, ...]) -> list[str]:
    gradients = MODES["gradient"](row, args)
    shapes = [numpy.shape(g) for g in gradients]
    wrong = [f"shapes {shapes}"] if shapes != [numpy.shape(x) for x in args] else []
    return wrong + _compare(row, _inner(gradients, args), _difference(weighed(row, row.f(*args)), args))


def _second(row: Row, args: tuple[Any, ...]) -> list[str]:
    f, everything = weighed(row, row.f(*args)), tuple(range(len(args)))

    def slope(*args: Any) -> Any:
        gradients = value_and_grad(f, everything)(*args)[1]
        return numpy.concatenate([numpy.ravel(g) for g in gradients])

    products = numpy.concatenate([numpy.ravel(h) for h in MODES["second"](row, args)])
    if any(numpy.iscomplexobj(x) for x in args):  # the second pullback is of the conjugate direction
        return []
    return _compare(row, products, _difference(slope, args))


def _forward(row: Row, args: tuple[Any, ...]) -> list[str]:
    return _compare(row, MODES["forward"](row, args), _difference(row.f, args))


def _jacobian(row: Row, args: tuple[Any, ...]) -> list[str]:
    given = MODES["jacobian"](row, args)
    if isinstance(given, str):
        return []
    along = numpy.tensordot(given, directions(args)[0], numpy.ndim(args[0]))
    return _compare(row, along, _difference(lambda x: row.f(x, *args[1:]), args[:1]))


CHECKS = {"value": _value, "gradient": _gradient, "second": _second, "forward": _forward, "jacobian": _jacobian}
