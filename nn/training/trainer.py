"""Trainer: the loop that everybody writes, once.

Convention: an epoch is the unit of a training. What is kept, restored and gone on from is the state at the end of a
whole one, with all that the next depends on: weights, optimizer, schedule, callbacks and generators.
"""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.clipping import clip_norm

from ..module import Module, mode
from . import finder, state
from .batches import Meter, Metric, array, batches, groups, loader, named_metrics, split
from .callbacks import Callback, Checkpoint
from .history import History
from .nonfinite import check_gradients, check_loss
from .progress import Progress


class Trainer:
    """Moves a model's parameters so that its loss on a set of samples becomes small.

        trainer = Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters()), metrics=[accuracy])
        history = trainer.fit(train, validation, epochs=10)

    ``loss(output, target)`` is the mean over a batch's samples. ``metrics`` are functions (outputs, targets) -> number,
    in a list or by name in a dict; each is computed of all outputs of an epoch together. ``schedule.step()`` is called
    after each epoch, with ``schedule_every="step"`` after each step of the optimizer; one that asks for a number,
    as ReduceLROnPlateau, gets the validation loss (without validation the training loss). ``accumulate`` batches make
    one step, with the gradient of their union. ``clip`` is the largest norm that the gradients of the optimizer's
    parameters may have together, or a function of them, such as ``partial(optim.clip_grad_value_, clip_value=1.0)``.

    ``progress`` is True, False, or None for: where tqdm is installed. Checkpoints hold the generators that are found
    in the model, the loss, the loaders and their data (see ``generators.py``); ``generators`` gives others, by name.
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[[Any, Any], Any],
        optimizer: Any,
        *,
        schedule: Any = None,
        schedule_every: str = "epoch",
        metrics: Mapping[str, Metric] | Iterable[Metric] = (),
        callbacks: Sequence[Callback] = (),
        clip: float | Callable[[list[Any]], Any] | None = None,
        accumulate: int = 1,
        progress: bool | None = None,
        generators: Mapping[str, np.random.Generator] | None = None,
    ) -> None:
        if schedule_every not in ("epoch", "step"):
            raise ValueError(f"schedule_every is 'epoch' or 'step', not {schedule_every!r}")
        if accumulate < 1:
            raise ValueError(f"accumulate is a number of batches, at least 1, got {accumulate}")
        if clip is not None and not callable(clip) and (isinstance(clip, bool) or not clip > 0):
            raise ValueError(f"clip is the largest norm of the gradients, a number above 0, got {clip}")
        _fitting(model, loss, optimizer, schedule, callbacks)
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.schedule = schedule
        self.schedule_every = schedule_every
        self.metrics = named_metrics(metrics)
        self.callbacks = sorted(callbacks, key=lambda callback: isinstance(callback, Checkpoint))  # these come last
        self.clip = clip
        self.accumulate = accumulate
        self.progress = progress
        self.history = History()
        self.epoch = 0  # whole epochs that are done
        self.step = 0  # steps of the optimizer that are done
        self.stopped = ""  # why the last training ended before its epochs were done
        self.begun = 0  # the number of epochs when the last fit began
        self.schedule_asks = False  # for a number, at each of its steps
        self.whole_epoch: dict[str, Any] = {}  # the state at the end of the last whole epoch
        self.sources: dict[str, Any] = {"model": model, "loss": loss, "given": dict(generators or {})}

    # ------------------------------------------------ training

    def fit(
        self,
        train: Any,
        validation: Any = None,
        epochs: int = 1,
        resume: str | os.PathLike[str] | None = None,
    ) -> History:
        """Train for so many epochs; return the history, which goes on from one call to the next.

        ``train`` is a loader: what can be gone through again for each epoch and gives batches (inputs..., target).
        ``validation`` is one too, or a tuple of arrays; it is measured after each epoch.

        ``resume`` is the file of a ``Checkpoint``: the call that was cut off, made again with it, ends with the same
        numbers, bit for bit. All must have been made as it was then. Where the file does not fit, nothing is changed.

        Ctrl-C ends the training cleanly: the state is that of the last whole epoch, checkpoints are written, the best
        weights restored (``EarlyStopping``), and the history returned; ``stopped`` says so. A second Ctrl-C raises.
        """
        if epochs < 0 or epochs != int(epochs):
            raise ValueError(f"fit: epochs must be a whole number, not negative, got {epochs}")
        train, validation = loader(train), None if validation is None else batches(validation)
        self.sources |= {"train": train, "validation": validation}
        self.begun, self.stopped = self.epoch, ""
        self.schedule_asks = self.schedule is not None and _asks(self.schedule.step)
        for callback in self.callbacks:
            callback.on_fit_begin(self)
        if resume is not None:
            state.resume(self, resume)
        self.whole_epoch = state.capture(self)
        length = len(train) if hasattr(train, "__len__") else None
        with mode(self.model, True), Progress(self.progress, length, epochs, self.epoch - self.begun) as progress:
            try:
                while self.epoch < self.begun + epochs and not self.stopped:
                    self._one_epoch(train, validation, progress)
            except KeyboardInterrupt:
                state.restore(self, self.whole_epoch)
                self.stopped = f"Ctrl-C after {self.epoch - self.begun} of {epochs} epochs"
            for callback in self.callbacks:
                callback.on_fit_end(self)
            if self.stopped:
                progress.say(f"stopped: {self.stopped}")
        return self.history

    def stop(self, why: str) -> None:
        """Let this epoch be the last: for callbacks."""
        self.stopped = why

    def _one_epoch(self, train: Any, validation: Any, progress: Progress) -> None:
        start = time.perf_counter()
        number = self.epoch + 1 - self.begun
        progress.epoch(number)
        meter = Meter(self.metrics)
        for group in groups(train, self.accumulate):
            self._one_step(group, meter)
            progress.update(len(group), meter.numbers)
        row = meter.numbers()
        if validation is not None:
            row |= {f"val_{name}": x for name, x in self.evaluate(validation).items()}
        row["lr"] = self.lr
        if self.schedule is not None and self.schedule_every == "epoch":
            self._advance(row.get("val_loss", row["loss"]))
        self.history.append(row | {"seconds": time.perf_counter() - start})
        self.epoch += 1
        writers = [callback for callback in self.callbacks if isinstance(callback, Checkpoint)]
        for callback in self.callbacks[: len(self.callbacks) - len(writers)]:
            callback.on_epoch_end(self)
        self.whole_epoch = state.capture(self)
        for callback in writers:
            callback.on_epoch_end(self)
        progress.line(number, self.history.row(-1))

    def _one_step(self, group: list[Any], meter: Meter) -> None:
        """Move the parameters once, against the gradient of the mean loss of all samples of the group."""
        parts = [split(batch) for batch in group]
        samples = sum(len(target) for _, target in parts)
        self.model.zero_grad()  # also where the optimizer does not: gradients would add up from step to step
        self.optimizer.zero_grad()
        for inputs, target in parts:
            output = self.model(*inputs)
            loss = self.loss(output, target)
            value = check_loss(self, loss, inputs)
            (loss if len(group) == 1 else loss * (len(target) / samples)).backward()
            meter.add(value, len(target), output, target)
        check_gradients(self, [x for inputs, _ in parts for x in inputs])
        if callable(self.clip):
            self.clip(self._moved())
        elif self.clip is not None:
            clip_norm(self._moved(), self.clip)
        self.optimizer.step()
        self.step += 1
        if self.schedule is not None and self.schedule_every == "step":
            self._advance(value)
        for callback in self.callbacks:
            callback.on_step_end(self)

    def _moved(self) -> list[Any]:
        """The parameters that the optimizer is about to move."""
        return [p for group in self.optimizer.param_groups for p in group["params"] if p.grad is not None]

    def _advance(self, value: float) -> None:
        """The schedule's next step; ``value`` is for one that asks for it."""
        if self.schedule_asks:
            self.schedule.step(value)
        else:
            self.schedule.step()

    @property
    def lr(self) -> float:
        """The learning rate of the optimizer's first group."""
        return float(self.optimizer.param_groups[0]["lr"])

    # ------------------------------------------------ measuring

    def evaluate(self, data: Any) -> dict[str, float]:
        """The loss and the metrics on a loader, or on a tuple (inputs..., target): {"loss": ..., "accuracy": ...}.

        In ``eval()`` mode and unrecorded; the mode is put back.
        """
        meter = Meter(self.metrics)
        with mode(self.model, False), no_grad():
            for batch in batches(data):
                inputs, target = split(batch)
                output = self.model(*inputs)
                meter.add(float(self.loss(output, target).item()), len(target), output, target)
        return meter.numbers()

    def predict(self, data: Any) -> Any:
        """The model's outputs as one array, for an array of inputs, or a loader (whose targets are not looked at)."""
        outputs = []
        with mode(self.model, False), no_grad():
            for batch in batches(data):
                entries = tuple(batch) if isinstance(batch, tuple | list) else (batch,)
                inputs = entries[:-1] if len(entries) > 1 else entries
                outputs.append(array(self.model(*inputs)))
        if not outputs:
            raise ValueError("predict: there was no batch; is the loader empty?")
        return np.concatenate(outputs)

    def find_lr(self, train: Any, low: float = 1e-6, high: float = 10.0, steps: int = 100) -> finder.LearningRates:
        """The loss while the learning rate rises from ``low`` to ``high``, and a suggestion: see ``finder.py``.

        Model, optimizer and generators are afterwards as they were.
        """
        train = loader(train)
        self.sources["train"] = train
        before = state.capture(self)
        try:
            with mode(self.model, True):
                return finder.find(self, train, low, high, steps)
        finally:
            self.optimizer.zero_grad()
            state.restore(self, before)

    def __repr__(self) -> str:
        return (
            f"Trainer({type(self.model).__name__}, {type(self.optimizer).__name__}, lr={self.lr:.3g}, "
            f"epoch={self.epoch}, step={self.step})"
        )


def _fitting(model: Any, loss: Any, optimizer: Any, schedule: Any, callbacks: Any) -> None:
    """Say at once what a trainer cannot train with."""
    if not isinstance(model, Module):
        raise TypeError(f"Trainer: model is an nn.Module, not {_kind(model)}; networks of Values are trained by a loop")
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(f"Trainer: loss is a function (output, target), such as nn.MSELoss(), not {_kind(loss)}")
    if isinstance(optimizer, type) or not hasattr(optimizer, "param_groups"):
        raise TypeError(f"Trainer: optimizer is one such as optim.Adam(model.parameters()), not {_kind(optimizer)}")
    if schedule is not None and (isinstance(schedule, type) or not hasattr(schedule, "step")):
        raise TypeError(f"Trainer: schedule is one such as optim.StepLR(optimizer, 30), not {_kind(schedule)}")
    if isinstance(callbacks, Callback):
        raise TypeError(f"Trainer: callbacks are a list; write callbacks=[{type(callbacks).__name__}(...)]")
    own = {id(p) for p in model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(
            f"Trainer: the optimizer has no parameter of this {type(model).__name__}, and would train nothing of it; "
            "make it with model.parameters()"
        )


def _kind(thing: Any) -> str:
    return f"the class {thing.__name__}" if isinstance(thing, type) else f"a {type(thing).__name__}"


def _asks(function: Callable[..., Any]) -> bool:
    """Must it be given something?"""
    return any(p.default is p.empty for p in inspect.signature(function).parameters.values())
