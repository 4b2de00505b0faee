"""Class numbers: targets that say which of the classes each sample belongs to.

Convention: an input is (n, classes, ...), or (classes,) for a single sample; its target has the same shape without the
axis of the classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import plain

from ..precision import cast, operand


def one_hot(target: Any, num_classes: int = -1) -> Any:
    """1 at each number's place and 0 elsewhere: whole numbers (...) give an array (..., num_classes) of int64.

    -1 takes as many classes as the largest number needs.
    """
    target = as_target(target)
    if target.dtype.kind not in "iu":
        raise TypeError(f"one_hot: target holds class numbers (integers), got {target.dtype}")
    classes = int(target.max(initial=-1)) + 1 if num_classes == -1 else num_classes
    in_range("one_hot", target, classes)
    return (target[..., None] == np.arange(classes)).astype(np.int64)


def as_target(target: Any) -> Any:
    """A target as an array; a tracked tensor as it is."""
    if target.__class__ is np.ndarray:
        return target
    return target if isinstance(target, Tensor) and target.requires_grad else np.asarray(plain(target))


def in_range(loss: str, numbers: Any, classes: int) -> None:
    """Raise if one of the numbers is not that of a class."""
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < classes):
        raise IndexError(f"{loss}: classes go from 0 to {classes - 1}, got {numbers.min()} to {numbers.max()}")


def classes_last(x: Any) -> Any:
    """The axis of the classes as the last one."""
    return np.moveaxis(x, 1, -1) if x.ndim > 2 else x


def samples(loss: str, input: Any, target: Any, ignored: int | None = None) -> tuple[Any, Any, Any]:
    """The samples as rows (m, classes), their numbers (m,), and which of them count (None: all do)."""
    shape = input.shape
    if target.dtype.kind not in "iu":
        raise TypeError(f"{loss}: target holds class numbers (integers), got {target.dtype}")
    if not shape or target.shape != (shape[:1] + shape[2:] if len(shape) > 1 else ()):
        raise ValueError(f"{loss}: input (n, classes, ...) {shape} and target (n, ...) {target.shape} do not match")
    rows = classes_last(input)
    if rows.ndim != 2:
        rows = rows.reshape(-1, rows.shape[-1])
    numbers = target.reshape(-1)
    counts = None if ignored is None else numbers != ignored
    if counts is not None and counts.all():
        counts = None
    if counts is not None:
        numbers = np.where(counts, numbers, 0)
    in_range(loss, numbers, rows.shape[1])
    return rows, numbers, counts


def weight_of_classes(loss: str, weight: Any, classes: int, like: Any) -> Any:
    """A weight for each class, in the precision of ``like``; None if there is none."""
    if weight is None:
        return None
    weight = cast(operand(weight), like)
    if weight.shape != (classes,):
        raise ValueError(f"{loss}: weight is one number for each of the {classes} classes, got shape {weight.shape}")
    return weight
