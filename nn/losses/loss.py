"""What all losses are: modules with a reduction."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from ..module import Module

REDUCTIONS = ("mean", "sum", "none")


class Loss(Module):
    """A loss; ``reduction`` says what is made of the samples' losses."""

    reductions: tuple[str, ...] = REDUCTIONS

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"{type(self).__name__}: reduction is one of {self.reductions}, not {reduction!r}")
        self.reduction = reduction

    def describe(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


def kept(weight: Any) -> Tensor | None:
    """A weight as a buffer."""
    return None if weight is None else Tensor(weight)
