"""What all schedules share: which step it is, and how they set the groups of an optimizer.

Convention: a schedule is a function of the step t = 0, 1, ...: ``factor(t)`` multiplies the initial learning rate.
Nothing accumulates from step to step, so rounding errors do not add up and ``at(t)`` can look ahead. Other changes
of a rate in between (by another schedule, or by you) stay: they are tracked as a separate factor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from autograd.core import grad_mode, recording

from .checks import number
from .optimizer import Optimizer
from .state_dict import like, loading, plain

__all__ = ["LRScheduler"]

T = TypeVar("T")


class LRScheduler:
    """lr(t) = factor(t) lr(0) in each group; call ``step()`` after the optimizer's step (or after each epoch).

    ``optimizer``   the optimizer whose learning rates it sets
    ``last_epoch``  the step before its first one; -1 starts anew
    ``base_lrs``    the initial rates of the groups; None takes the optimizer's

    A subclass gives ``factor``, or ``rate`` where the groups differ in more than their initial rates.
    """

    _state = ("last_epoch", "base_lrs", "_last_lr", "_others")  # what a state holds besides the optimizer's rates

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1, base_lrs: list[float] | None = None) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__} schedules an Optimizer, not {type(optimizer).__name__}")
        if not number(last_epoch) >= -1:
            raise ValueError(f"{type(self).__name__}: last_epoch is a step, or -1 to start anew, got {last_epoch!r}")
        groups = optimizer.param_groups
        if last_epoch < 0:
            for k, group in enumerate(groups):
                if base_lrs is not None:
                    group["lr"] = base_lrs[k]
                group.setdefault("initial_lr", group["lr"])
        elif any("initial_lr" not in group for group in groups):
            raise ValueError(f"{type(self).__name__}(last_epoch={last_epoch}): the groups have no 'initial_lr'")
        self.optimizer = optimizer
        self.base_lrs: list[float] = [group["initial_lr"] for group in groups] if base_lrs is None else base_lrs
        self.last_epoch: float = last_epoch
        self._others = [1.0] * len(groups)  # the factors by which others have changed the rates
        self._last_lr = list(self.base_lrs) if last_epoch < 0 else [group["lr"] for group in groups]
        self.step()

    def factor(self, step: float) -> float:
        """What multiplies the initial learning rate at a step."""
        raise NotImplementedError

    def rate(self, step: float, k: int) -> float:
        """The learning rate of group k at a step."""
        return self.base_lrs[k] * self.factor(step)

    def at(self, step: float) -> list[float]:
        """The learning rates at any step, past or future."""
        return [other * self.rate(step, k) for k, other in enumerate(self._others)]

    def also(self, step: float) -> None:
        """Set more than the rate at a ``step``: a hook for subclasses that schedule momenta too."""

    def step(self, epoch: float | None = None) -> None:
        """Go to the next step, or to that of the number ``epoch``."""
        if len(self.optimizer.param_groups) != len(self.base_lrs):
            raise RuntimeError(f"{type(self).__name__}: the optimizer got a group after its schedule was made")
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        rates = [group["lr"] for group in self.optimizer.param_groups]
        for k, (rate, last) in enumerate(zip(rates, self._last_lr, strict=True)):
            if rate != last and rate and last:
                self._others[k] *= rate / last
        self.also(self.last_epoch)
        for group, rate, last in zip(self.optimizer.param_groups, self.at(self.last_epoch), self._last_lr, strict=True):
            if group["lr"] or not last:  # else someone has set it to 0
                group["lr"] = rate
        self._last_lr[:] = self.at(self.last_epoch)
        if grad_mode.switches and recording.loop is not None:
            recording.loop.scheduled(self.optimizer, self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """The learning rates that this schedule set last."""
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """Plain numbers to resume from, the optimizer's learning rates among them."""
        rates = [group["lr"] for group in self.optimizer.param_groups]
        return plain({name: getattr(self, name) for name in self._state} | {"lr": rates})

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Resume from a ``state_dict``; this sets the optimizer's learning rates, too."""
        groups = self.optimizer.param_groups
        with loading(self, *groups):
            rates = state_dict["lr"]
            if len(rates) != len(groups):
                raise ValueError(f"the state has {len(rates)} groups, the optimizer has {len(groups)}")
            for name in self._state:
                setattr(self, name, like(getattr(self, name), state_dict[name], name))
            self.also(self.last_epoch)
            for group, rate in zip(groups, like([group["lr"] for group in groups], rates, "lr"), strict=True):
                group["lr"] = rate


def each(name: str, given: T | Sequence[T], optimizer: Optimizer) -> list[T]:
    """One value for each group, from one for all or from a list."""
    groups = len(optimizer.param_groups)
    values = list(given) if isinstance(given, Sequence) else [given] * groups
    if len(values) != groups:
        raise ValueError(f"{name} is a list of {len(values)}, the optimizer has {groups} groups")
    return values
