"""Numbers that are none: which gradient or parameter was the first, and what helps.

Convention: it is looked before the optimizer moves anything, so that the parameters are still those that gave
the bad number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

if TYPE_CHECKING:
    from .trainer import Trainer

ADVICE = (
    "Try a learning rate below %.3g (trainer.find_lr(train) suggests one), clip the gradients (clip=1.0), and look for "
    "log 0, √0 and x / 0 in model and loss: trainer.fit(...) inside autograd.debug() tells the operation and its line."
)


class NotFiniteError(FloatingPointError):
    """A loss or a gradient that is NaN or infinite: ``epoch`` and ``step`` (from 1) and the ``name`` of what was first.

    ``name`` is that of a parameter, or '' if all parameters and gradients are finite.
    """

    def __init__(self, text: str, epoch: int, step: int, name: str) -> None:
        super().__init__(text)
        self.epoch = epoch
        self.step = step
        self.name = name


def finite(x: Any) -> bool:
    """Are all numbers of an array (a number, a tensor) finite? One product where they are, a look at each where not."""
    x = np.asarray(getattr(x, "data", x) if not isinstance(x, np.ndarray) else x)
    if x.dtype.kind not in "fc":
        return True
    flat = x.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        square = np.dot(flat, flat)  # NaN or inf if any number is; or if their squares overflow
    return bool(np.isfinite(square)) or bool(np.isfinite(flat).all())


def first_bad(named: Iterable[tuple[str, Any]]) -> tuple[str, str] | None:
    """The first parameter that is not finite, or else the first whose gradient is not: (its name, what it is)."""
    parameters = list(named)
    for name, p in parameters:
        if not finite(p.data):
            return name, f"the parameter {name!r} {_where(p.data)}"
    for name, p in parameters:
        if p.grad is not None and not finite(p.grad):
            return name, f"the gradient of {name!r} {_where(p.grad)}"
    return None


def _where(x: Any) -> str:
    """Which kind of number, and at what index first."""
    x = np.asarray(x.data if isinstance(x, Tensor) else x)
    bad = ~np.isfinite(x)
    index = tuple(int(i[0]) for i in np.nonzero(bad)) if x.ndim else ()
    kind = "NaN" if np.isnan(x[index]) else "infinity"
    return f"(shape {x.shape}: {int(bad.sum())} of {x.size} bad, the first {kind} at {index})"


def check_loss(trainer: Trainer, loss: Any, inputs: tuple[Any, ...]) -> float:
    """The loss as a number; an error tells what was bad first: the data, a parameter, or a gradient."""
    if not isinstance(loss, Tensor):
        raise TypeError(f"the loss must be a tensor with one number, got a {type(loss).__name__}: add up its parts")
    if loss.size != 1:
        raise ValueError(f"the loss must be one number per batch, got shape {loss.shape}: take its mean")
    value = float(loss.item())
    if math.isfinite(value):
        return value
    if not first_bad(trainer.model.named_parameters()):
        with np.errstate(all="ignore"):
            loss.backward()
    raise _error(trainer, f"the loss is {value}", inputs)


def check_gradients(trainer: Trainer, inputs: Iterable[Any]) -> None:
    """Raise, before they move anything, if gradients are not finite."""
    if not all(p.grad is None or finite(p.grad) for p in trainer.model.parameters()):
        raise _error(trainer, "the loss is finite, its gradient is not", inputs)


def _error(trainer: Trainer, what: str, inputs: Iterable[Any]) -> NotFiniteError:
    epoch, step = trainer.epoch + 1, trainer.step + 1
    name, who = first_bad(trainer.model.named_parameters()) or ("", "no parameter and no gradient; the loss alone")
    bad_input = next((x for x in inputs if not finite(x)), None)
    if bad_input is not None and not who.startswith("the parameter"):
        advice = f"The batch itself is not finite {_where(bad_input)}: clean the data."
    else:
        advice = f"The first bad number is in {who}. {ADVICE % trainer.lr}"
    return NotFiniteError(f"epoch {epoch}, step {step}: {what}. {advice}", epoch, step, name)
