"""What all losses share: checked operands, weights, and the reduction of the samples' losses.

Convention: nothing is broadcast. A network's output (n, 1) against a target (n,) is nearly always a mistake, so their
shapes must be equal. A target takes the input's precision. ``reduction`` 'none' gives a loss for each sample.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

from autograd.declare import plain
from autograd.typing import ArrayLike, Shape

from ..precision import cast, operand
from .counts import LISTENERS, noted

Reduction: TypeAlias = Literal["mean", "sum", "none"]


def reduced(losses: Any, reduction: str) -> Any:
    """The mean or the sum of the losses, or all of them; the count of a mean is told to whoever asks."""
    y = losses.mean() if reduction == "mean" else unnoted(losses, reduction)
    if LISTENERS and reduction != "none":
        return noted(y, None if reduction == "sum" else losses.size)
    return y


def unnoted(losses: Any, reduction: str) -> Any:
    """The same for a kernel, whose caller tells the count."""
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")


def per_sample(losses: Any, reduction: str, shape: Shape) -> Any:
    """The losses of samples that stand in one row: reduced, or in the shape (n, ...) of the target."""
    return losses.reshape(shape) if reduction == "none" else reduced(losses, reduction)


def operands(loss: str, input: ArrayLike, target: ArrayLike, names: str = "input and target") -> tuple[Any, Any]:
    """Input and target, which must have one shape, in the input's precision."""
    x, y = operand(input), operand(target)
    if x.shape != y.shape:
        advice = "they must be equal, since broadcasting here is nearly always a mistake: "
        advice += "reshape one of them" if x.size == y.size else "look at what the model gives for a sample"
        if y.shape == x.shape[:-1] and x.shape[-1] > 1 and np.asarray(plain(target)).dtype.kind in "iu":
            advice += ". Class numbers go into cross_entropy"
        raise ValueError(f"{loss}: {names} have the shapes {x.shape} and {y.shape}; {advice}")
    return x, cast(y, x)


def weighted(loss: str, losses: Any, weight: ArrayLike | None) -> Any:
    """The losses times their weights, which are broadcast to the losses, never the losses to them."""
    if weight is None:
        return losses
    w = cast(operand(weight), losses)
    if np.broadcast_shapes(losses.shape, w.shape) != losses.shape:
        raise ValueError(f"{loss}: weight {w.shape} cannot be broadcast to the losses {losses.shape}")
    return weigh(w, losses)


def weigh(w: Any, losses: Any) -> Any:
    """w l, and 0 where the weight w is 0: an infinite loss that does not count costs nothing."""
    with np.errstate(invalid="ignore"):
        y = w * losses
    if not np.isnan(plain(y)).any():
        return y
    return w * np.where((plain(w) == 0) & np.isinf(plain(losses)), 0, losses)


def signs(loss: str, target: ArrayLike, like: Any) -> Any:
    """A target of 1 and -1 only, in the shape and precision of ``like``."""
    _, y = operands(loss, like, target)
    if not np.all(np.abs(y) == 1):
        raise ValueError(f"{loss}: target holds 1 (alike) and -1 (not), and nothing else")
    return y
