"""Precision: in which operands meet, real numbers all of one kind, and in which half precision is computed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from autograd.declare import arithmetic, mistaken
from autograd.typing import A, Array

__all__ = ["cast"]

F = TypeVar("F", bound=Callable[..., Any])


def cast(x: A, like: Array) -> A:
    """x in the precision of ``like``, with its own shape.

    One that is so already, or complex, is returned as it is. TypeError is raised if x does not hold numbers.
    """
    same = x.dtype is like.dtype or x.dtype == like.dtype or x.dtype.kind == "c"
    return x if same else numbers(x).astype(like.dtype)


def operand(x: Any) -> Any:
    """A tensor or an array: lists become arrays, integers float64."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x if x.dtype.kind in "fc" else numbers(x).astype(np.float64)


def numbers(x: Any) -> Any:
    """The array, if it is one of numbers, which dates, text and objects are not, though NumPy may convert them."""
    if x.dtype.kind not in "biuf" or arithmetic(x):
        raise TypeError(f"there is no computing with what is {mistaken(x)}")
    return x


def is_half(x: Any) -> bool:
    """Is this an array or a tensor in half precision?"""
    return getattr(getattr(x, "dtype", None), "char", "") == "e"


def single(x: Any) -> Any:
    """Half precision as single precision, anything else as it is."""
    return x.astype(np.float32) if is_half(x) else x


def in_single(function: F, passed_on: Callable[[Any, Any], None] = lambda y, half: None) -> F:
    """The function, computed in single precision where its first argument is in half, in which its result is then.

    Squares and sums leave the range of half precision, 6e-8 to 65504, where their roots and means are in it.
    ``passed_on`` is called with the result in single precision and the one that stands for it.
    """

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        x: Any = args[0] if args else next(iter(options.values()), None)
        if not is_half(x):
            return function(*args, **options)
        y = function(*map(single, args), **{name: single(v) for name, v in options.items()})
        half = tuple(part.astype(x.dtype) for part in y) if isinstance(y, tuple) else y.astype(x.dtype)
        passed_on(y, half)
        return half

    return call  # type: ignore[return-value]
