"""What a trainer is handed, and what its callbacks, checks and checkpoints see of it.

Convention: only ``trainer.py`` knows the class Trainer; the other files name what they use of it by a protocol here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, SupportsFloat, TypeAlias

from autograd import Tensor
from autograd.typing import Array

from ..module import Module
from .history import History

Loss: TypeAlias = Callable[[Any, Any], Tensor]  # (output, target) -> one number
Metric: TypeAlias = Callable[[Any, Any], SupportsFloat]  # (outputs, targets) -> a number
Batches: TypeAlias = Iterable[Sequence[Any]]  # a loader: each batch is (inputs..., target)
Data: TypeAlias = Batches | tuple[Array, ...] | Array


class Optimizer(Protocol):
    """What moves the parameters: one of ``optim``, or your own with these methods."""

    @property
    def param_groups(self) -> list[dict[str, Any]]: ...
    def zero_grad(self) -> None: ...
    def step(self) -> object: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any], /) -> object: ...


class Schedule(Protocol):
    """What changes the learning rate: one of ``optim``, or your own with these methods."""

    @property
    def step(self) -> Callable[..., object]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any], /) -> object: ...


class Training(Protocol):
    """A trainer as its callbacks see it."""

    model: Module
    loss: Loss
    optimizer: Optimizer
    history: History
    epoch: int  # completed epochs
    step: int  # completed steps of the optimizer
    stopped: str  # why the training ended early; '' if it did not
    whole_epoch: dict[str, Any]  # the state at the end of the last completed epoch

    @property
    def primary(self) -> bool: ...  # is this the process, of several, that writes files?
    @property
    def lr(self) -> float: ...
    @property
    def columns(self) -> list[str]: ...  # the numbers that each epoch of this fit will add to the history
    def stop(self, why: str) -> None: ...
    def evaluate(self, data: Data) -> dict[str, float]: ...
