"""Class numbers: targets that say which class each sample belongs to.

Convention: an input is (n, classes, ...), or (classes,) for a single sample; its target lacks the axis of the classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import native, plain
from autograd.typing import ArrayLike, NDArray

from ..precision import cast, operand

__all__ = ["one_hot"]


def one_hot(target: ArrayLike, num_classes: int = -1) -> NDArray[np.int64]:
    """1 at each class number's place and 0 elsewhere, as int64 (..., num_classes).

    ``target``       class numbers from 0 on (...): integers, else TypeError is raised
    ``num_classes``  -1 means as many as the largest number needs; IndexError is raised for a number beyond it
    """
    numbers = as_target(target)
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"one_hot: target holds class numbers (integers), got {numbers.dtype}")
    classes = int(numbers.max(initial=-1)) + 1 if num_classes == -1 else num_classes
    in_range("one_hot", numbers, classes)
    return (numbers[..., None] == np.arange(classes, like=numbers)).astype(np.int64)


def as_target(target: Any) -> Any:
    """A target as an array; a tracked tensor stays one."""
    if target.__class__ is np.ndarray:
        return target
    return target if isinstance(target, Tensor) and target.requires_grad else native(plain(target))


def in_range(loss: str, numbers: Any, classes: int) -> None:
    """Raise if a number is not that of a class."""
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < classes):
        least, most = int(numbers.min()), int(numbers.max())
        fix = ". Classes count from 0: write target - 1" if (least, most) == (1, classes) else ""
        if loss != "one_hot" and classes > 1 and least == 0 and most < 2 * classes:
            fix = f". The model gives {classes} scores for a sample: let it give one for each class, {most + 1}"
        if classes == 1 and loss != "one_hot":
            fix = ". The model gives one number for a sample: let it give one for each class, or use "
            fix += "binary_cross_entropy_with_logits, whose targets are of the output's shape"
        raise IndexError(f"{loss}: classes go from 0 to {classes - 1}, got {least} to {most}{fix}")


def swapped(input: Any, target: Any) -> str:
    """What to add to an error if the target is what a network computed, and the input is not."""
    tracked = [isinstance(x, Tensor) and x.requires_grad for x in (input, target)]
    return "" if tracked != [False, True] else ". Are they swapped? The input comes first, then the target"


def classes_last(x: Any) -> Any:
    """x with the axis of the classes as its last."""
    return np.moveaxis(x, 1, -1) if x.ndim > 2 else x


def samples(loss: str, input: Any, target: Any, ignored: int | None = None) -> tuple[Any, Any, Any]:
    """The samples as rows (m, classes), their class numbers (m,), and which of them count (None: all of them)."""
    shape = input.shape
    if target.dtype.kind not in "iu":
        hint = swapped(input, target)
        raise TypeError(f"{loss}: target holds class numbers (integers), got {target.dtype}{hint}")
    if not shape or target.shape != (shape[:1] + shape[2:] if len(shape) > 1 else ()):
        column = len(shape) == 2 and target.shape == (shape[0], 1)
        fix = ". Make a row of the column, target[:, 0]" if column else ""
        raise ValueError(
            f"{loss}: input (n, classes, ...) {shape} and target (n, ...) {target.shape} do not match{fix}"
        )
    rows = classes_last(input)
    if rows.ndim != 2:
        rows = rows.reshape(-1, rows.shape[-1])
    numbers = target.reshape(-1)
    counts = None if ignored is None else numbers != ignored
    if counts is not None:
        counts = None if counts.all() else counts
        numbers = numbers if counts is None else np.where(counts, numbers, 0)
    in_range(loss, numbers, rows.shape[1])
    return rows, numbers, counts


def weight_of_classes(loss: str, weight: ArrayLike | None, classes: int, like: Any) -> Any:
    """A weight for each class, in the precision of ``like``; None if there is none."""
    if weight is None:
        return None
    w = cast(operand(weight), like)
    if w.shape != (classes,):
        raise ValueError(f"{loss}: weight is one number for each of the {classes} classes, got shape {w.shape}")
    return w
