"""What a trainer can train with."""

from __future__ import annotations

from typing import Any

from ..module import Module
from .callbacks import Callback


def check(model: Any, loss: Any, optimizer: Any, schedule: Any, callbacks: Any) -> None:
    """Raise an error for whatever a trainer cannot train with."""
    for name, thing, fits, wanted in (
        ("model", model, isinstance(model, Module), "an nn.Module (train networks of Values in a loop of your own)"),
        ("loss", loss, callable(loss), "a function (output, target), such as nn.MSELoss()"),
        ("optimizer", optimizer, hasattr(optimizer, "param_groups"), "one such as optim.Adam(model.parameters())"),
        ("schedule", schedule, schedule is None or hasattr(schedule, "step"), "one such as optim.StepLR(adam, 30)"),
    ):
        if isinstance(thing, type) or not fits:
            kind = f"the class {thing.__name__}" if isinstance(thing, type) else f"a {type(thing).__name__}"
            raise TypeError(f"Trainer: {name} must be {wanted}, not {kind}")
    if isinstance(callbacks, Callback):
        raise TypeError(f"Trainer: callbacks must be a list; write callbacks=[{type(callbacks).__name__}(...)]")
    theirs = getattr(schedule, "optimizer", None)
    if theirs is not None and theirs is not optimizer:
        raise ValueError(f"Trainer: the {type(schedule).__name__} sets the rates of another optimizer than this one")
    own = {id(p) for p in model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        what = f"no parameter of this {type(model).__name__} and would not train it"
        raise ValueError(f"Trainer: the optimizer has {what}; construct it with model.parameters()")
