"""What all losses are: modules with a reduction."""

from __future__ import annotations

from typing import get_args

from autograd import Tensor
from autograd.typing import ArrayLike

from ..functional.losses.reduction import Reduction
from ..module import Module


class Loss(Module):
    """A loss. ``reduction`` says what becomes of the samples' losses: their 'mean', their 'sum', or 'none' of both."""

    reductions: tuple[str, ...] = get_args(Reduction)
    _registered = ("weight", "pos_weight")

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"{type(self).__name__}: reduction is one of {self.reductions}, not {reduction!r}")
        self.reduction = reduction

    def describe(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


def buffer(weight: ArrayLike | None) -> Tensor | None:
    """A weight as a buffer: saved with the module, but not trained."""
    return None if weight is None else Tensor(weight)
