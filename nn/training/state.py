"""Saving and restoring a trainer's whole state: everything that its next epoch depends on.

Convention: the state is nested dicts and lists that a file can hold; it is restored completely or not at all. Nothing
in it changes afterwards: a model's arrays are read-only, everything else is copied.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from .. import init
from .callbacks import Callback
from .checkpoint import CheckpointError, load_state
from .generators import generators
from .protocols import Schedule, Training


class Resumable(Training, Protocol):
    """What more of a trainer belongs to its state."""

    schedule: Schedule | None
    callbacks: list[Callback]
    sources: dict[str, Any]  # where generators are searched for
    begun: int  # the number of epochs when the last fit began


def capture(trainer: Resumable) -> dict[str, Any]:
    """The state as it is now."""
    return {
        "model": trainer.model.state_dict(),
        "optimizer": _packed(trainer.optimizer),
        "schedule": _packed(trainer.schedule),
        "callbacks": {name: own for name, callback in _named(trainer) if (own := callback.state_dict())},
        "generators": {name: copy.deepcopy(g.bit_generator.state) for name, g in _generators(trainer).items()},
        "history": trainer.history.state_dict(),
        "epoch": trainer.epoch,
        "begun": trainer.begun,
        "step": trainer.step,
        "stopped": trainer.stopped,
    }


def restore(trainer: Resumable, state: Mapping[str, Any]) -> None:
    """Restore what ``capture`` returned."""
    own, theirs = _generators(trainer), state["generators"]
    _same("generators", own, theirs)
    callbacks = {name: callback for name, callback in _named(trainer) if callback.state_dict()}
    _same("callbacks", callbacks, state["callbacks"])
    trainer.model.load_state_dict(state["model"])
    _unpack("optimizer", trainer.optimizer, state["optimizer"])
    _unpack("schedule", trainer.schedule, state["schedule"])
    for name, callback in callbacks.items():
        callback.load_state_dict(state["callbacks"][name])
    for name, generator in own.items():
        generator.bit_generator.state = theirs[name]
    trainer.history.load_state_dict(state["history"])
    trainer.epoch, trainer.begun, trainer.step = int(state["epoch"]), int(state["begun"]), int(state["step"])
    trainer.stopped = str(state["stopped"])


def resume(trainer: Resumable, path: str | os.PathLike[str]) -> None:
    """Restore the state in a file. If it does not fit, raise a ``CheckpointError`` and change nothing."""
    state = load_state(path)
    before = capture(trainer)
    try:
        restore(trainer, state)
    except BaseException as error:
        restore(trainer, before)
        if isinstance(error, AttributeError | LookupError | TypeError | ValueError):
            raise CheckpointError(f"{path} does not fit this training, nothing was changed: {error}") from error
        raise


def _named(trainer: Resumable) -> Iterator[tuple[str, Callback]]:
    """Each callback by its class and its number within that class, from 1."""
    counts: dict[str, int] = {}
    for callback in trainer.callbacks:
        kind = type(callback).__name__
        counts[kind] = counts.get(kind, 0) + 1
        yield f"{kind} {counts[kind]}", callback


def _generators(trainer: Resumable) -> dict[str, np.random.Generator]:
    """The default generator and those of the model, the loss, the user, the data and the callbacks."""
    return generators({"nn.init": init.generator(None), **trainer.sources, "callbacks": trainer.callbacks})


def _packed(thing: Any) -> dict[str, Any] | None:
    return None if thing is None else {"kind": type(thing).__name__, "state": copy.deepcopy(thing.state_dict())}


def _unpack(role: str, thing: Any, packed: Mapping[str, Any] | None) -> None:
    own, theirs = None if thing is None else type(thing).__name__, None if packed is None else packed["kind"]
    if own != theirs:
        raise ValueError(f"the {role} is {own}, in the file it is {theirs}")
    if packed is not None:
        thing.load_state_dict(copy.deepcopy(packed["state"]))


def _same(what: str, own: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    missing, unexpected = sorted(own.keys() - theirs.keys()), sorted(theirs.keys() - own.keys())
    if missing or unexpected:
        raise ValueError(f"{what}: only here {missing}, only in the file {unexpected}")
