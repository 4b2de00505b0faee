"""Non-finite numbers: which parameter or gradient was the first, and what helps.

Convention: the check comes before the optimizer moves anything: the parameters are those that led to the bad number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value

from .protocols import Training

SMALL = 4096  # numbers in an array

ADVICE = (
    "Try a learning rate below %.3g (trainer.find_lr(train) suggests one), clip the gradients (clip=1.0), and look for "
    "log 0, √0 and x / 0 in model and loss: trainer.fit(...) inside autograd.debug() names the operation and its line."
)


class NotFiniteError(FloatingPointError):
    """A loss or a gradient that is NaN or infinite.

    ``epoch``  the epoch in which it was found, counted from 1
    ``step``   the optimizer's step, counted from 1
    ``name``   the first parameter with non-finite numbers or gradient; '' if there is none
    """

    def __init__(self, text: str, epoch: int, step: int, name: str) -> None:
        super().__init__(text)
        self.epoch, self.step, self.name = epoch, step, name

    def __reduce__(self) -> Any:  # the way home from another process: pickle would pass the text alone
        return type(self), (*self.args, self.epoch, self.step, self.name), vars(self)


def finite(x: Any) -> bool:
    """Are all numbers of an array, a tensor or a number finite? One product if so; only if not, a look at each."""
    x = x.data if isinstance(x, Tensor | Value) else x
    x = x if hasattr(x, "dtype") else np.asarray(x)
    if x.dtype.kind not in "fc":
        return True
    row = x.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        square = np.dot(row, row)  # NaN or infinite if any number is, or if the squares overflow
    return bool(np.isfinite(square)) or bool(np.isfinite(row).all())


def first_bad(named: Iterable[tuple[str, Any]]) -> tuple[str, str] | None:
    """The name and a description of the first non-finite parameter, or else of the first non-finite gradient."""
    parameters = list(named)
    arrays = [(name, f"the parameter {name!r}", p.data) for name, p in parameters]
    arrays += [(name, f"the gradient of {name!r}", p.grad) for name, p in parameters if p.grad is not None]
    return next(((name, f"{what} {_where(x)}") for name, what, x in arrays if not finite(x)), None)


def _where(x: Any) -> str:
    """How many numbers are bad, and the kind and index of the first."""
    x = np.asarray(x.data if isinstance(x, Tensor) else x)
    bad = ~np.isfinite(x)
    index = tuple(int(i[0]) for i in np.nonzero(bad)) if x.ndim else ()
    kind = "NaN" if np.isnan(x[index]) else "infinity"
    return f"(shape {x.shape}: {int(bad.sum())} of {x.size} bad, first {kind} at {index})"


def check_loss(trainer: Training, loss: Any, inputs: tuple[Any, ...]) -> float:
    """The loss as a number; if it is not finite, an error names what went bad first: data, parameter or gradient."""
    value = number(loss)
    if math.isfinite(value):
        return value
    if not first_bad(trainer.model.named_parameters()):
        with np.errstate(all="ignore"):
            loss.backward()
    raise _error(trainer, f"the loss is {value}", inputs)


def number(loss: Any) -> float:
    """The number of a loss, which must be one."""
    if not isinstance(loss, Tensor):
        number = "item(), float() and functions without a derivative leave the graph"
        fix = "add up its parts" if isinstance(loss, tuple | list | dict) else number
        raise TypeError(f"the loss must be a tensor with one number, got a {type(loss).__name__}: {fix}")
    if loss.size != 1:
        raise ValueError(f"the loss must be one number per batch, got shape {loss.shape}: take its mean")
    return float(loss.item())


class Gradients:
    """Looks whether gradients are finite: those of small parameters together, as a look costs more than their size."""

    def __init__(self, parameters: Iterable[Any]) -> None:
        self.small: list[Any] = []
        self.large: list[Any] = []
        for p in parameters:
            (self.small if np.size(p.data) < SMALL else self.large).append(p)

    def check(self, trainer: Training, inputs: Iterable[Any]) -> None:
        """Raise if a gradient is not finite, before it moves anything."""
        small, large = ([g for p in params if (g := p.grad) is not None] for params in (self.small, self.large))
        if not all(map(finite, [np.concatenate(small, axis=None), *large] if small else large)):
            raise _error(trainer, "the loss is finite, its gradient is not", inputs)


def _error(trainer: Training, what: str, inputs: Iterable[Any]) -> NotFiniteError:
    epoch, step = trainer.epoch + 1, trainer.step + 1
    name, first = first_bad(trainer.model.named_parameters()) or ("", "no parameter and no gradient; the loss alone")
    bad_input = next((x for x in inputs if not finite(x)), None)
    if bad_input is not None and not first.startswith("the parameter"):
        advice = f"The batch itself is not finite {_where(bad_input)}: clean the data."
    else:
        advice = f"The first bad number is in {first}. {ADVICE % trainer.lr}"
    return NotFiniteError(f"epoch {epoch}, step {step}: {what}. {advice}", epoch, step, name)
