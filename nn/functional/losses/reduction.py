"""What all losses share: operands whose shapes are equal, weights, and the samples' losses reduced.

Convention: ``reduction`` is 'mean', 'sum' or 'none'. Nothing is broadcast: between a network's output and a target
of other shapes, (n, 1) and (n,), that is nearly always a mistake. A target takes the precision of the input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..precision import cast, operand


def reduced(losses: Any, reduction: str) -> Any:
    """The mean or the sum of the losses, or all of them."""
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")


def operands(loss: str, input: Any, target: Any, names: str = "input and target") -> tuple[Any, Any]:
    """Input and target, of one shape and of the input's precision."""
    input, target = operand(input), operand(target)
    if input.shape != target.shape:
        raise ValueError(
            f"{loss}: {names} have the shapes {input.shape} and {target.shape}; they must be equal, since broadcasting "
            "here is nearly always a mistake: reshape one of them"
        )
    return input, cast(target, input)


def weighted(loss: str, losses: Any, weight: Any) -> Any:
    """Each loss by its weight; weights are broadcast to the losses, never the losses to them."""
    if weight is None:
        return losses
    weight = cast(operand(weight), losses)
    if np.broadcast_shapes(losses.shape, weight.shape) != losses.shape:
        raise ValueError(f"{loss}: weight {weight.shape} cannot be broadcast to the losses {losses.shape}")
    return losses * weight


def signs(loss: str, target: Any, like: Any) -> Any:
    """A target that holds 1 and -1 only, in the shape and precision of ``like``."""
    _, target = operands(loss, like, target)
    if not np.all(np.abs(target) == 1):
        raise ValueError(f"{loss}: target holds 1 (alike) and -1 (not), and nothing else")
    return target
