"""Which parameters a training moves, and that none is left out unnoticed.

Convention: what requires a gradient is to be trained. So each such tensor of the model and of the loss must be one of
the optimizer's, and each that a loss depends on must be known; what is not to be trained is frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from autograd import Tensor
from autograd.core import ancestors

from ..module import Holder, Module
from ..module.state_dict import passing, tensors
from .protocols import Loss, Optimizer

FREEZE = "freeze what is not to be trained, with requires_grad_(False)"
SHOWN = 3  # names in an error


class Beside(Holder):
    """What a training moves besides the model's ``own`` tensors: those of the loss, and others of the optimizer."""

    def __init__(self, own: Iterable[Any], loss: Any, optimizer: Optimizer) -> None:
        known = set(map(id, own))
        named = tensors(loss) if isinstance(loss, Module) else {}
        self.loss = {name: thing for name, thing in named.items() if id(thing) not in known}
        self.passing = {f"loss.{name}" for name in passing(loss) if name in self.loss} if named else set()
        known.update(map(id, self.loss.values()))
        self.optimizer = [p for p in held(optimizer) if id(p) not in known]


def held(optimizer: Optimizer) -> list[Any]:
    """The parameters of an optimizer."""
    return [p for group in optimizer.param_groups for p in group["params"]]


def named(model: Module, loss: Loss) -> Iterator[tuple[str, Any]]:
    """The parameters of the model and of the loss, by name."""
    yield from model.named_parameters()
    if isinstance(loss, Module):
        yield from loss.named_parameters("loss")


def check_held(model: Module, loss: Loss, optimizer: Optimizer) -> None:
    """Raise if the optimizer does not hold a parameter that requires a gradient."""
    theirs = {id(p) for p in held(optimizer)}
    known = list(named(model, loss))
    missing = [name for name, p in known if id(p) not in theirs and getattr(p, "requires_grad", True)]
    if not missing:
        return
    left = len(theirs - {id(p) for _, p in known})
    if left:
        fix = (
            f"It holds {left} that neither the model nor the loss has: were layers replaced after it was made? Make "
            f"the optimizer after the last change of the model, or {FREEZE}"
        )
    else:
        fix = f"Give it model.parameters(), or {FREEZE}"
    shown = ", ".join(missing[:SHOWN]) + (f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else "")
    raise ValueError(f"Trainer: the optimizer does not hold {shown}, and would never train what it lacks. {fix}")


def check_known(loss: Any, optimizer: Optimizer, batch: Iterable[Any]) -> None:
    """Raise if a loss depends on a tensor that requires a gradient and that the optimizer does not hold.

    ``batch``  tensors that require a gradient for another reason
    """
    if not isinstance(loss, Tensor) or loss.node is None:
        return
    known = {getattr(tensor, "node", None) for tensor in chain(held(optimizer), batch)}
    for node in ancestors(loss.node):
        if node.op is None and node not in known:
            label = f" {node.notes.label!r}" if node.notes and node.notes.label else ""
            raise ValueError(
                f"Trainer: the loss depends on a tensor{label} of shape {node.shape} that requires a gradient and is "
                "neither in the model nor in the loss nor held by the optimizer, so that it would never be trained. If "
                "it belongs to a layer, put this on an attribute of the model (in an object, a property or an iterator "
                f"it is not found); {FREEZE}"
            )
