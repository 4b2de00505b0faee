"""Trainer: the training loop that everybody writes, written once.

Convention: a training is saved, restored and resumed at the end of an epoch, with everything that the next epoch
depends on: weights, optimizer, schedule, callbacks and generators.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from functools import partial
from os import PathLike
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.gradient_norm import clip_norm
from autograd.typing import Array, NDArray

from ..distributed import DataParallel
from ..module import Module, mode, training_mode
from . import finder, state
from .batches import Meter, array, batches, groups, loader, named_metrics, split
from .callbacks import Callback
from .checks import check
from .checkup import Rounds
from .history import History
from .nonfinite import Gradients, check_loss, number
from .parameters import check_held, check_known, held
from .progress import Progress
from .protocols import Batches, Data, Loss, Metric, Optimizer, Schedule
from .scheduling import Every, Scheduling
from .together import Alone, Together
from .weights import Known


class Trainer:
    """Moves a model's parameters so that its loss on a set of samples falls.

        trainer = Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters()), metrics=[accuracy])
        history = trainer.fit(train, validation, epochs=10)

    ``model``             ``model(*inputs)`` is the output for a batch
    ``loss``              a function (output, target): the mean over a batch's samples or their sum, as a tensor with
                          one number. Those of ``nn`` may ignore samples or weigh them (``nn.functional.weighted_mean``
                          serves losses of your own); others are called for parts of a batch too, to see what they are
    ``optimizer``         moves the parameters of the model and of the loss, all that are not frozen
    ``schedule``          changes the rate; a ``step`` with an argument gets the column ``schedule_monitor``
    ``schedule_monitor``  a column of the history; '' is the validation loss, or without validation the training loss
    ``schedule_every``    when ``schedule.step`` is called: after each "epoch", or each "step" of the optimizer
    ``metrics``           functions (outputs, targets) -> number of all outputs of an epoch; a list, or a dict by name
    ``callbacks``         hear of steps and epochs: ``EarlyStopping``, ``Checkpoint``, ``nn.watch(model)`` or your own
    ``clip``              the largest norm of the gradients of the optimizer's parameters, as one vector; or a function
                          of these parameters, such as ``partial(optim.clip_grad_value_, clip_value=1.0)``
    ``accumulate``        batches for one step, which gets the gradient of their union; a warning or an error says so
                          where the loss has none
    ``doctor``            look for common mistakes in some steps, and warn of each kind once (``nn.doctor``)
    ``progress``          show a bar, and a line for each epoch? None: if tqdm is installed
    ``generators``        random generators by name; those in the model, the loss, the loaders and their data are found
    ``distributed``       train in all processes of this program together, each with its part of every batch
                          (``nn.distributed``); a model that is a ``DataParallel`` says so too

    With ``distributed`` every process makes the same calls; rank 0 alone shows progress and writes checkpoints, which
    any number of processes can resume; the doctor looks only where there is one process.
    """

    def __init__(
        self, model: Module, loss: Loss, optimizer: Optimizer, *, schedule: Schedule | None = None,
        schedule_every: Every = "epoch", schedule_monitor: str = "",
        metrics: Mapping[str, Metric] | Iterable[Metric] = (), callbacks: Sequence[Callback] = (),
        clip: float | Callable[[list[Any]], object] | None = None, accumulate: int = 1, doctor: bool = True,
        progress: bool | None = None, generators: Mapping[str, np.random.Generator] | None = None,
        distributed: bool = False,
    ) -> None:  # fmt: skip
        if accumulate < 1:
            raise ValueError(f"accumulate must be at least 1 batch, got {accumulate}")
        if clip is not None and not callable(clip) and (isinstance(clip, bool) or not clip > 0):
            raise ValueError(f"clip, the largest norm of the gradients, must be above 0, got {clip}")
        parallel = model if isinstance(model, DataParallel) else None
        if parallel is not None:
            model = parallel.module
        check(model, loss, optimizer, schedule, callbacks)
        self.team = Together(model, loss, parallel) if distributed or parallel is not None else Alone(model)
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.schedule, self.schedule_every, self.schedule_monitor = schedule, schedule_every, schedule_monitor
        self._scheduling = Scheduling(schedule, schedule_every, schedule_monitor)
        self.metrics = named_metrics(metrics)
        self.callbacks = sorted(callbacks, key=lambda callback: getattr(callback, "runs_last", False))
        self.clip, self.accumulate, self.progress = clip, accumulate, progress
        self.doctor = Rounds(self) if doctor and not self.team.several else None
        self.history = History()
        self.epoch = 0  # completed epochs
        self.step = 0  # completed steps of the optimizer
        self.stopped = ""  # why the last training ended early; '' if it did not
        self.begun = 0  # the number of epochs when the last fit began
        self._trials: dict[str, Known] | None = None  # of the loss, during a fit
        self._gradients = Gradients([])  # of the optimizer's parameters in this epoch
        self.whole_epoch: dict[str, Any] = {}  # the state at the end of the last completed epoch
        self.sources: dict[str, Any] = {"model": model, "loss": loss, "given": dict(generators or {})}

    def fit(
        self, train: Batches, validation: Data | None = None, epochs: int = 1, resume: str | PathLike[str] | None = None
    ) -> History:
        """Train for ``epochs`` more epochs; return the history of all calls.

        ``train``       a loader of batches (inputs..., target), iterated anew for each epoch
        ``validation``  a loader, or a tuple of arrays (inputs..., target), measured after each epoch
        ``epochs``      with ``resume``, those of the interrupted call, of which some are already done
        ``resume``      the file of a ``Checkpoint``: the interrupted call, repeated with it, ends with the same
                        numbers, bit for bit. Trainer and loaders must be constructed as they were then; if the file
                        does not fit them, a ``CheckpointError`` says so and nothing changes

        A layer that is in eval mode stays so, and its running statistics with it, unless the whole model is: then all
        are put into training mode; a ``train`` of a module's own is called. Whatever requires a gradient must be the
        optimizer's; freeze the rest.

        Ctrl-C ends the training cleanly: the state is that of the last completed epoch, checkpoints are written, the
        best weights restored (``EarlyStopping``), the history returned; ``stopped`` says why. A second one raises.
        """
        if epochs < 0 or epochs != int(epochs):
            raise ValueError(f"fit: epochs must be a whole number, at least 0, got {epochs}")
        train = loader(train)
        if validation is not None:
            batches(validation)  # what cannot be measured fails now, not after the first epoch
        with self.team.training():
            return self._fit(train, validation, epochs, resume)

    def _fit(
        self, train: Iterable[Any], validation: Data | None, epochs: int, resume: str | PathLike[str] | None
    ) -> History:
        self.sources |= {"train": train, "validation": validation}
        self.begun, self.stopped, self._trials = self.epoch, "", {}
        self._scheduling = Scheduling(self.schedule, self.schedule_every, self.schedule_monitor)
        self._scheduling.begin(self.columns)
        for callback in self.callbacks:
            callback.on_fit_begin(self)
        if resume is not None:
            state.resume(self, resume)
        self.team.begin_fit(partial(state.generators_of, self))
        self.whole_epoch = state.capture(self)
        length = len(train) if isinstance(train, Sized) else None
        if self.doctor is not None:
            self.doctor.begin_fit(self)
        shown = self.progress if self.team.primary else False
        progress = Progress(shown, length, epochs, self.epoch - self.begun, *self.team.terminal())
        with training_mode(self.model), progress:
            whole = False
            try:
                while self.epoch < self.begun + epochs and not self.stopped:
                    self._one_epoch(train, validation, progress)
                whole = True
            except KeyboardInterrupt:
                state.restore(self, self.whole_epoch)
                self.stopped = f"Ctrl-C after {self.epoch - self.begun} of {epochs} epochs"
            finally:
                self._trials = None
                if self.doctor is not None:
                    self.doctor.end_fit(whole)
            for callback in self.callbacks:
                callback.on_fit_end(self)
            if self.stopped:
                progress.say(f"stopped: {self.stopped}")
        return self.history

    def stop(self, why: str) -> None:
        """Make this epoch the last, and say ``why``: for callbacks."""
        self.stopped = why

    def _one_epoch(self, train: Any, validation: Any, progress: Progress) -> None:
        start = time.perf_counter()
        number = self.epoch + 1 - self.begun
        progress.epoch(number)
        check_held(self.model, self.loss, self.optimizer)  # anew: a callback may have changed the model
        meter = Meter(self.metrics, self.accumulate > 1, self._known("train"), self.team.several)
        self._gradients = Gradients(held(self.optimizer))
        parts = iter(self.team.share(train))  # which draws the order of the samples
        generators = partial(state.generators_of, self)
        self.team.begin_epoch(generators)
        for group in groups(parts, self.accumulate):
            if self.doctor is not None and self.step >= self.doctor.due and self.doctor.begin(self):
                self._looked_at(self.doctor, group, meter)
            else:
                self._one_step(group, meter)
            progress.update(len(group), meter.numbers)
        self.team.end_epoch(generators)
        row = self.team.numbers(meter)
        if validation is not None:
            row |= {f"val_{name}": x for name, x in self.evaluate(validation).items()}
        row["lr"] = self.lr
        self._scheduling.after("epoch", row)
        self.history.append(self.team.agreed(row | {"seconds": time.perf_counter() - start}))
        self.epoch += 1
        for last in (False, True):
            for callback in self.callbacks:
                if getattr(callback, "runs_last", False) == last:  # any object with these methods is a callback
                    callback.on_epoch_end(self)
            if not last:
                self.stopped = self.team.any_of(self.stopped)
                self.whole_epoch = state.capture(self)
        self.team.epoch_ended()
        progress.line(number, self.history.row(-1))

    def _looked_at(self, doctor: Rounds, group: list[Any], meter: Meter) -> None:
        """A step that the doctor looks at."""
        before = self.step
        try:
            self._one_step(group, meter)
        finally:
            doctor.end(self, self.step > before)

    def _one_step(self, group: list[Any], meter: Meter) -> None:
        """Move the parameters once, against the gradient of the loss of all samples of the group."""
        self.optimizer.zero_grad()
        step = Meter({})  # its own mean
        parts = [split(batch) for batch in group]
        several = len(parts) > 1
        for k, (inputs, target) in enumerate(parts, 1):
            if self.team.empty(inputs, target):
                continue
            output = self.team.model(*inputs)
            loss, weight = meter.call(self.loss, output, inputs, target)
            if not meter.batches:
                check_known(loss, self.optimizer, (*inputs, target))
            value = check_loss(self, loss, inputs) if weight else 0.0
            meter.add(value, weight, output, target)
            if weight:
                step.add(value, weight, output, target)
                self.team.backward(loss, meter, weight, several, last=k == len(parts))
        if not self.team.unite(step, meter, several, self._with_gradient):
            return  # all targets are ignored
        self._gradients.check(self, [x for inputs, _ in parts for x in inputs])
        if callable(self.clip):
            self.clip(self._with_gradient())
        elif self.clip is not None:
            clip_norm(self._with_gradient(), self.clip)
        self.optimizer.step()
        self.step += 1
        if self._scheduling.every == "step":
            self._scheduling.after("step", {"loss": self.team.loss(step, meter)})
        for callback in self.callbacks:
            callback.on_step_end(self)

    def _known(self, mode: str) -> Known:
        """What is known of the loss in this mode; a loss that took its place is another."""
        trials = {} if self._trials is None else self._trials  # between fits a loss may be changed
        if mode not in trials or trials[mode].loss is not self.loss:
            trials[mode] = Known(self.loss)
        return trials[mode]

    def _with_gradient(self) -> list[Any]:
        """The parameters that the optimizer is about to move."""
        return [p for p in held(self.optimizer) if p.grad is not None or self.team.elsewhere(p)]

    @property
    def columns(self) -> list[str]:
        """The names of the numbers that each epoch of this fit adds to the history."""
        measured = ["loss", *self.metrics]
        validated = [f"val_{name}" for name in measured] if self.sources.get("validation") is not None else []
        return [*measured, *validated, "lr", "seconds"]

    @property
    def primary(self) -> bool:
        """Is this the one process, of all that train together, that writes files and shows progress?"""
        return self.team.primary

    @property
    def lr(self) -> float:
        """The learning rate of the optimizer's first group."""
        return float(self.optimizer.param_groups[0]["lr"])

    def evaluate(self, data: Data) -> dict[str, float]:
        """The loss and the metrics on ``data``, a loader or a tuple of arrays (inputs..., target): {"loss": ..., ...}.

        In ``eval()`` mode and unrecorded; afterwards each module gets its mode back.
        """
        meter = Meter(self.metrics, known=self._known("evaluate"), shared=self.team.several)
        with mode(self.model, False), mode(self.loss, False), no_grad():
            for batch in self.team.share(batches(data)):
                inputs, target = split(batch)
                if self.team.empty(inputs, target):
                    continue
                output = self.model(*inputs)
                loss, weight = meter.call(self.loss, output, inputs, target)
                meter.add(number(loss), weight, output, target)
        return self.team.numbers(meter)

    def predict(self, data: Data | Iterable[Array]) -> NDArray[Any]:
        """The model's outputs as one array, for an array of inputs or a loader, ``data``, whose targets are ignored."""
        outputs = []
        with mode(self.model, False), no_grad():
            for batch in self.team.share(batches(data)):
                entries = tuple(batch) if isinstance(batch, tuple | list) else (batch,)
                inputs = entries[:-1] if len(entries) > 1 else entries
                outputs.append(array(self.model(*inputs)))
        if not outputs:
            raise ValueError("predict: there was no batch; is the loader empty?")
        return self.team.joined(outputs)

    def find_lr(self, train: Batches, low: float = 1e-6, high: float = 10.0, steps: int = 100) -> finder.LearningRates:
        """The loss while the learning rate rises from ``low`` to ``high``, and a suggestion (see ``finder.py``).

        ``train``  a loader of batches (inputs..., target), repeated as often as needed
        ``steps``  the number of rates, at least 10; the search ends early once the loss gets much worse

        Model, optimizer and generators are restored afterwards.
        """
        if self.team.several:
            raise RuntimeError("find_lr searches in one process: start the program without mpiexec for it")
        train = loader(train)
        self.sources["train"] = train
        check_held(self.model, self.loss, self.optimizer)
        before = state.capture(self)
        try:
            with training_mode(self.model):
                return finder.find(self.model, self.loss, self.optimizer, train, low, high, steps)
        finally:
            self.optimizer.zero_grad()
            state.restore(self, before)

    def __repr__(self) -> str:
        parts = f"{type(self.model).__name__}, {type(self.optimizer).__name__}"
        return f"Trainer({parts}, lr={self.lr:.3g}, epoch={self.epoch}, step={self.step})"
