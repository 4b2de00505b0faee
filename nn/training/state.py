"""Saving and restoring a trainer's whole state: everything that its next epoch depends on.

Convention: the state is nested dicts and lists that a file can hold; it is restored completely or not at all. Nothing
in it changes afterwards: a model's arrays are read-only, everything else is copied. Generators are found, not listed:
inside the model, the loss, the loaders, their data and transforms. All tensors but parameters and registered buffers
may come and go, as an activation that a model keeps: they are restored where they are there, in the same shape.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping
from functools import partial
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from autograd import Tensor, Value

from .. import init
from ..module.state_dict import passing, put_back, tensors
from .callbacks import Callback
from .checkpoint import CheckpointError
from .parameters import Beside
from .protocols import Schedule, Training
from .together import Alone

LEAVES = (str, bytes, int, float, complex, bool, type(None), np.ndarray, np.generic, Tensor, Value, type, ModuleType)


class Resumable(Training, Protocol):
    """What more of a trainer belongs to its state."""

    schedule: Schedule | None
    callbacks: list[Callback]
    sources: dict[str, Any]  # where generators are searched for
    begun: int  # the number of epochs when the last fit began
    team: Alone  # the processes that train together


def capture(trainer: Resumable) -> dict[str, Any]:
    """The state as it is now."""
    own = tensors(trainer.model)
    beside = Beside(own.values(), trainer.loss, trainer.optimizer)
    return {
        "model": {name: thing.data for name, thing in own.items()},
        "beside": {name: thing.data for name, thing in tensors(beside).items()},
        "passing": sorted(passing(trainer.model)),
        "passing beside": sorted(beside.passing),
        "optimizer": _packed(trainer.optimizer, trainer.team.optimizer_state(trainer.optimizer)),
        "schedule": _packed(trainer.schedule),
        "callbacks": {name: own for name, callback in _named(trainer) if (own := callback.state_dict())},
        "generators": {name: copy.deepcopy(g.bit_generator.state) for name, g in generators_of(trainer).items()},
        "history": trainer.history.state_dict(),
        "epoch": trainer.epoch,
        "begun": trainer.begun,
        "step": trainer.step,
        "stopped": trainer.stopped,
    }


def restore(trainer: Resumable, state: Mapping[str, Any]) -> None:
    """Restore what ``capture`` returned."""
    own, theirs = generators_of(trainer), state["generators"]
    _same("generators", own, theirs)
    callbacks = {name: callback for name, callback in _named(trainer) if callback.state_dict()}
    _same("callbacks", callbacks, state["callbacks"])
    put_back(trainer.model, state["model"], state.get("passing", ()), passing(trainer.model))
    if "beside" in state:  # files of earlier versions lack it
        beside = Beside(tensors(trainer.model).values(), trainer.loss, trainer.optimizer)
        put_back(beside, state["beside"], state.get("passing beside", ()), beside.passing)
    _unpack("optimizer", trainer.optimizer, state["optimizer"], partial(trainer.team.load_optimizer, trainer.optimizer))
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
    state = trainer.team.load(path)
    before = capture(trainer)
    try:
        restore(trainer, state)
    except BaseException as error:
        restore(trainer, before)
        if isinstance(error, ArithmeticError | AttributeError | LookupError | RecursionError | TypeError | ValueError):
            raise CheckpointError(f"{path} does not fit this training, nothing was changed: {error}") from error
        raise


def _named(trainer: Resumable) -> Iterator[tuple[str, Callback]]:
    """Each callback by its class and its number within that class, from 1."""
    counts: dict[str, int] = {}
    for callback in trainer.callbacks:
        kind = type(callback).__name__
        counts[kind] = counts.get(kind, 0) + 1
        yield f"{kind} {counts[kind]}", callback


def generators_of(trainer: Resumable) -> dict[str, np.random.Generator]:
    """The default generator and those of the model, the loss, the user, the data and the callbacks."""
    layers = {f"model.{name}": module for name, module in trainer.model.named_modules()}  # those in functions too
    return generators({"nn.init": init.generator(None), **trainer.sources, **layers, "callbacks": trainer.callbacks})


def generators(things: Mapping[str, Any]) -> dict[str, np.random.Generator]:
    """All generators inside ``things``, each once, by the path to it, such as ``model.layers.2.generator``.

    Variables that a function closes over are not searched: such a generator must be handed to the trainer.
    """
    seen: dict[int, Any] = {}
    return {path: found for name, thing in things.items() for path, found in _search(thing, name, seen)}


def _search(thing: Any, path: str, seen: dict[int, Any]) -> Iterator[tuple[str, np.random.Generator]]:
    """Each generator in ``thing`` with its path.

    ``module.walk`` looks for parameters, and so into modules only; datasets, transforms and functions are any objects.
    """
    if isinstance(thing, LEAVES) or id(thing) in seen:
        return
    seen[id(thing)] = thing  # held, so that no other object gets its id
    if isinstance(thing, np.random.Generator):
        yield path, thing
    if isinstance(thing, Mapping):
        members: Any = thing.items()
    elif isinstance(thing, list | tuple):
        members = enumerate(thing)
    else:
        members = _attributes(thing)
    for key, member in members:
        yield from _search(member, f"{path}.{key}", seen)


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """An object's attributes and slots, and what a partial function or a bound method holds."""
    yield from getattr(thing, "__dict__", {}).items()
    for kind in type(thing).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if not name.startswith("__") and hasattr(thing, name):
                yield name, getattr(thing, name)
    for name in ("func", "args", "keywords", "__self__"):
        if callable(thing) and hasattr(thing, name):
            yield name, getattr(thing, name)


def _packed(thing: Any, state: dict[str, Any] | None = None) -> dict[str, Any] | None:
    if thing is None:
        return None
    return {"kind": type(thing).__name__, "state": copy.deepcopy(thing.state_dict() if state is None else state)}


def _unpack(role: str, thing: Any, packed: Mapping[str, Any] | None, load: Any = None) -> None:
    own, theirs = None if thing is None else type(thing).__name__, None if packed is None else packed["kind"]
    if own != theirs:
        raise ValueError(f"the {role} is {own}, in the file it is {theirs}")
    if packed is not None:
        (load or thing.load_state_dict)(copy.deepcopy(packed["state"]))


def _same(what: str, own: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    missing, unexpected = sorted(own.keys() - theirs.keys()), sorted(theirs.keys() - own.keys())
    if missing or unexpected:
        raise ValueError(f"{what}: only here {missing}, only in the file {unexpected}")
