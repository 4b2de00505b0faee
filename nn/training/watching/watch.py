"""watch(model): what each layer's weights, gradients, updates and outputs are like, step by step.

Convention: a step's numbers belong to its gradient: the weights are the ones before the step, the outputs those that
led to it. What is computed does not change by being watched, and nothing is kept for it but a copy of the weights.
"""

from __future__ import annotations

import math
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any, Self, TypeAlias

import numpy as np

from autograd import Tensor, Value
from autograd.core import recording
from autograd.gradient_norm import SMALL, norm_of
from autograd.typing import NDArray

from ... import plots
from ...module import Module
from ...plots.style import Figure
from ..callbacks import Callback
from ..protocols import Training
from .marks import marks
from .outputs import Axis, Outputs, numbers
from .parts import Layer, Parts
from .record import MOVES, Columns, Record
from .table import cells, html, text

Hooks: TypeAlias = dict[Any, tuple[Any, str, weakref.ref[Module]]]  # handle, name and place of each layer's

HOW = "Call w.step() after optimizer.step(), or give it to a trainer: Trainer(..., callbacks=[w])"


class Watch(Callback):
    """The record of a training, as ``nn.watch(model)`` makes it: of one step of so many, ``every``.

    ``w["0.weight"]``  the columns of a parameter, arrays over the recorded steps: ``weight`` ‖w‖ before the step,
                       ``gradient`` ‖∂E/∂w‖, ``update`` ‖Δw‖, ``ratio`` ‖Δw‖ / ‖w‖
    ``w["0"]``         those of a layer: the same of its own parameters together; of its outputs ``mean``, ``std``,
                       ``min``, ``max``, the share of ``zeros``, of ``dead`` units (0 for all samples) and, where it has
                       flat ends as tanh has, of ``saturated`` numbers; and the number of ``calls``
    ``w[""]``          the same of the whole model's parameters
    ``names``          all names; ``layers`` those of layers, in order
    ``steps``          the numbers of the recorded steps, from 1
    ``marks``          what is wrong at the last step, by layer: {"1": ["62% dead units"]}

    NaN stands where there was nothing: no gradient, no call. A norm is infinite where one of its numbers is NaN or
    infinite. ``print(w)`` shows the last step as a table, ``w.plot()`` all steps.
    """

    runs_last = True  # what other callbacks do to the weights belongs to the step

    def __init__(self, model: Module, every: int = 1) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"watch: the model must be an nn.Module, got a {type(model).__name__}")
        if isinstance(every, bool) or every < 1 or every != int(every):
            raise ValueError(f"watch: every is a number of steps, at least 1, got {every!r}")
        self.__setstate__({"model": model, "every": int(every), "record": Record(), "count": 0})

    def __getstate__(self) -> dict[str, Any]:
        """A copy watches the copy of the model."""
        return {name: getattr(self, name) for name in ("model", "every", "record", "count")}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.model: Module = state["model"]
        self.every: int = state["every"]
        self.record: Record = state["record"]
        self.count: int = state["count"]  # steps so far, recorded or not
        self._hooks: Hooks = {}
        self._attached = weakref.finalize(self, _remove, self._hooks)
        self._attached.atexit = False
        self._before: dict[str, NDArray[Any]] = {}  # the weights at the start of a step that is recorded
        self._warned = False
        self._begin()

    # ------------------------------------------------ recording

    def step(self) -> None:
        """Record a step: call it after ``optimizer.step()`` and before ``zero_grad()``. A trainer does it by itself."""
        self._end(self.count + 1)

    def remove(self) -> None:
        """Stop watching, and take the hooks off the layers. The record stays."""
        self._attached()
        self._due, self._before = False, {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()

    def _begin(self, parts: Parts | None = None) -> None:
        """Before a step: if it is to be recorded, copy the weights, and put hooks on layers that have none."""
        self._outputs: dict[str, Outputs] = {}
        self._axis = Axis()
        self._due = self._attached.alive and self.count % self.every == 0
        if self._due:
            parts = parts or Parts(self.model)
            self._before = {name: _copy(p.data, self._before.get(name)) for name, p in parts.parameters.values()}
            self._attach(parts.layers)

    def _attach(self, layers: list[Layer]) -> None:
        """Put a hook on each layer that has none, and remove those of layers that are gone."""
        wanted = {layer.key: layer for layer in layers}
        for key in [key for key, (_, name, there) in self._hooks.items() if not _same(wanted.get(key), name, there)]:
            self._hooks.pop(key)[0].remove()
        for key in wanted.keys() - self._hooks.keys():
            self._hooks[key] = _hook(weakref.ref(self), wanted[key])

    def _see(self, name: str, thing: Callable[..., Any], output: Any, trains: bool) -> None:
        """A layer was called. Counted is what a gradient may come from: neither eval mode nor ``no_grad``.

        Of what ``checkpoint`` runs twice, the second run: the first one has its effects noted.
        """
        if self._due and self.model.training and recording.on and recording.effects is None:
            y = numbers(output)
            if y is not None:
                if name not in self._outputs:
                    self._outputs[name] = Outputs(thing)
                self._outputs[name].add(y, self._axis.of(thing, y, trains))

    def _end(self, number: int) -> None:
        """After a step."""
        self.count = number
        if not self._due:
            return self._begin()
        parts = Parts(self.model)
        with np.errstate(all="ignore"):
            moves = {k: self._moved(name, p) for k, (name, p) in parts.parameters.items()}
        if moves and not any("gradient" in columns for columns in moves.values()) and not self._warned:
            self._warned = True
            warnings.warn(
                f"watch: at step {number} no parameter of {type(self.model).__name__} has a gradient: call step() "
                "after optimizer.step() and before zero_grad()",
                stacklevel=3,
            )
        rows: dict[str, dict[str, float]] = {"": {}}
        for layer in parts.layers:
            seen = self._outputs[layer.name].columns() if layer.name in self._outputs else {"calls": 0.0}
            rows[layer.name] = _together([moves[k] for k in layer.own]) | seen
        rows[""] |= _together(list(moves.values()))
        self.record.append(number, rows | {name: moves[k] for k, (name, _) in parts.parameters.items()})
        self._begin(parts)

    def _moved(self, name: str, p: Any) -> dict[str, float]:
        """The columns of a parameter."""
        before, g = self._before.get(name), p.grad
        if before is None or before.shape != np.shape(p.data):  # it is new
            found = {"weight": _norm(p.data)}
        else:
            weight = _norm(before)
            update = _norm(np.subtract(p.data, before, out=before))  # the next step copies the weights anew
            found = {"weight": weight, "update": update, "ratio": _ratio(update, weight)}
        if g is not None:
            found["gradient"] = _norm(g.data if isinstance(g, Tensor | Value) else g)
        return {column: found[column] for column in MOVES if column in found}

    # ------------------------------------------------ reading

    def __getitem__(self, name: str) -> Columns:
        return self.record.columns(name)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    @property
    def names(self) -> list[str]:
        """All names: ``""`` for the whole model, those of its layers, those of its parameters."""
        return self.record.names()

    @property
    def layers(self) -> list[str]:
        """The names of its layers: the modules that have parameters of their own, or no modules inside."""
        return [name for name in self.names if name and (name, "calls") in self.record.places]

    @property
    def steps(self) -> NDArray[np.int64]:
        """The numbers of the recorded steps, counted from 1."""
        return self.record.steps[: self.record.rows].copy()

    @property
    def marks(self) -> dict[str, list[str]]:
        """What is wrong at the last recorded step, for each layer where something is; ``marks.py`` has the rules."""
        return marks(self._shown() | {name: self[name] for name in self.names[:1]})

    def plot(self) -> Figure:
        """The flow of the gradient: its norm at each layer and step, the updates, dead and saturated units."""
        kinds = self._kinds()
        found: dict[str, dict[str, NDArray[Any]]] = {}
        for name, columns in self._shown().items():
            for column in ("gradient", "ratio", "dead", "saturated"):
                if column in columns:
                    found.setdefault(column, {})[f"{name} {kinds.get(name, '')}".strip()] = columns[column]
        if "gradient" not in found:
            raise ValueError(f"{self!r}: nothing to plot yet. {HOW}")
        return plots.gradient_flow(
            found["gradient"], self.steps, found.get("ratio"), found.get("dead"), found.get("saturated")
        )

    def __str__(self) -> str:
        return text(*self._table()) if self.record.rows else f"{self!r}. {HOW}"

    def _repr_html_(self) -> str:
        return html(*self._table()) if self.record.rows else escape(str(self))

    def __repr__(self) -> str:
        every = f", every={self.every}" if self.every > 1 else ""
        return f"watch({type(self.model).__name__}{every}): {self.record.rows} steps recorded"

    def _shown(self) -> dict[str, Columns]:
        """The layers, and parameters that are in none; the whole if there is nothing else."""
        layers = dict.fromkeys(self.layers)
        inside = tuple(f"{name}." for name in layers)
        shown = [name for name in self.names if name and (name in layers or not name.startswith(inside))]
        return {name: self[name] for name in shown or self.names[:1]}

    def _kinds(self) -> dict[str, str]:
        """What each layer is: its class, or the name of the function."""
        kinds = {name: type(module).__name__ for name, module in self.model.named_modules()}
        found = Parts(self.model).layers
        return kinds | {
            x.name: getattr(x.thing, "__name__", type(x.thing).__name__) for x in found if x.name not in kinds
        }

    def _table(self) -> tuple[str, list[tuple[str, ...]]]:
        shown = self._shown()
        return f"step {self.steps[-1]}", cells(shown | {"": self[""]}, self._kinds(), self.marks)

    # ------------------------------------------------ with a trainer

    def on_fit_begin(self, trainer: Training) -> None:
        """Keep the record of this ``trainer``'s steps so far, and of no other's."""
        whole = [trainer.model, *([trainer.loss] if isinstance(trainer.loss, Module) else [])]
        if not any(self.model is module for part in whole for module in part.modules()):
            raise ValueError(
                f"watch: the watched {type(self.model).__name__} is neither in the trainer's model nor in its loss: "
                "write nn.watch(model) with the model that it trains (a copy is another one)"
            )
        self.record.cut(trainer.step)
        self.count = trainer.step
        self._begin()

    def on_step_end(self, trainer: Training) -> None:
        self._end(trainer.step)

    def on_epoch_end(self, trainer: Training) -> None:
        self._begin()  # other callbacks may have changed the model

    def state_dict(self) -> dict[str, Any]:
        return {"count": self.count, **self.record.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.record.load_state_dict(state)
        self.count = int(state["count"])
        self._begin()


def watch(model: Module, every: int = 1) -> Watch:
    """Record how a model trains: weights, gradients, updates and outputs of each layer, step by step.

        w = nn.watch(model)                         # in a loop of your own
        for x, d in batches:
            ...
            optimizer.step()
            w.step()                                # before zero_grad()
        trainer = Trainer(..., callbacks=[w])       # or: a trainer calls it
        print(w)                                    # the last step as a table, with marks where something is wrong
        w["0.weight"].gradient                      # the norms of a gradient, over the steps
        w.plot()                                    # the flow of the gradient, dead units

    ``model``  the model or a part of it. Activations are seen where they are layers, as ``nn.ReLU()`` or, in a
               Sequential, ``np.tanh``; not what a ``forward`` of yours computes by itself
    ``every``  record one step of so many, from the first: the others cost next to nothing

    A recorded step costs about 25 µs for each layer and 0.5 ns for each number that it gives. This is a sixth of a step
    of the demo's convolutional network, half a step of an MLP of 100,000 weights; with ``every=10`` a tenth of that.

    ``w.remove()``, or the end of ``with nn.watch(model) as w:``, takes the hooks away; they go with ``w``, too.
    ``nn.training.Watch`` tells what is recorded.
    """
    return Watch(model, every)


def _hook(watch: weakref.ref[Watch], layer: Layer) -> tuple[Any, str, weakref.ref[Module]]:
    """A hook that keeps no watch alive. It is a function: what an object holds might be found in the model."""
    name, thing, before, trains = layer.name, layer.thing, layer.before, bool(layer.own)
    kept = None if isinstance(thing, Module) else thing  # a module is at hand when it is called

    def see(module: Module, inputs: tuple[Any, ...], output: Any = None) -> None:
        owner = watch()
        if owner is not None:
            owner._see(name, module if kept is None else kept, inputs[0] if before and inputs else output, trains)

    at = layer.at
    handle = at.register_forward_pre_hook(see) if before else at.register_forward_hook(see)
    return handle, name, weakref.ref(at)


def _same(layer: Layer | None, name: str, there: weakref.ref[Module]) -> bool:
    """Is it still the same layer under the same name?"""
    return layer is not None and layer.name == name and there() is layer.at


def _remove(hooks: Hooks) -> None:
    for handle, _, _ in hooks.values():
        handle.remove()
    hooks.clear()


def _copy(x: Any, into: NDArray[Any] | None) -> NDArray[Any]:
    """A copy of the numbers, into the last one if it fits; half precision as single."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    dtype = np.float32 if x.dtype.char == "e" else x.dtype
    if into is None or into.shape != x.shape or into.dtype != dtype:
        return x.astype(dtype)
    np.copyto(into, x)
    return into


def _norm(x: Any) -> float:
    """‖x‖; infinite if one of its numbers is NaN or infinite."""
    norm = math.sqrt(float(np.vdot(x, x).real)) if x.__class__ is np.ndarray and x.dtype.char in "fd" else 0.0
    if not SMALL < norm < math.inf:
        norm = norm_of([x])
    return math.inf if math.isnan(norm) else norm


def _ratio(update: float, weight: float) -> float:
    """‖Δw‖ / ‖w‖; NaN for 0 / 0."""
    return update / weight if weight else math.inf if update else math.nan


def _together(moves: list[dict[str, float]]) -> dict[str, float]:
    """The columns of several parameters as one vector."""
    norms = {c: [m[c] for m in moves if c in m] for c in ("weight", "gradient", "update")}
    found = {column: math.hypot(*parts) for column, parts in norms.items() if parts}
    if "update" in found:
        found["ratio"] = _ratio(found["update"], found["weight"])
    return found
