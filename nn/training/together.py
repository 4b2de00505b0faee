"""What a trainer does alone, and what several processes do together (``Trainer(..., distributed=True)``).

Convention: each process takes its part of every batch; its loss is weighed by what it counts, so that a step is that
of the whole batch in one process. All agree on the numbers of an epoch, and rank 0 alone writes and shows anything. At
the end of an epoch all have rank 0's buffers and generators; in the next one the others draw from streams of their own.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from os import PathLike
from types import FrameType
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from autograd import is_grad_enabled

from ..data import DataLoader
from ..distributed import DataParallel, DistributedSampler, SyncBatchNorm
from ..distributed.data_parallel import give_out
from ..distributed.processes import TERMINAL, world
from ..distributed.waiting import exchanged
from ..module import Module
from .batches import Meter
from .checkpoint import load_state
from .protocols import Optimizer
from .weights import samples

T = TypeVar("T")
Generators: TypeAlias = Callable[[], Mapping[str, np.random.Generator]]  # looks for all of a training, by name


class Alone:
    """One process: nothing has to be agreed on."""

    primary = True  # does this process write checkpoints, and show progress?
    several = False  # are there others?

    def __init__(self, model: Module) -> None:
        self.model: Any = model  # what is called in training

    def terminal(self) -> tuple[int, Any]:
        """The columns of a terminal that is not this process's, but its launcher's, and where lines belong there."""
        return 0, None

    def share(self, data: Iterable[T]) -> Iterable[T]:
        """The part of some batches that this process gets."""
        return data

    def begin_fit(self, generators: Generators) -> None:
        """Before the first epoch: all draw the same orders of samples."""

    def begin_epoch(self, generators: Generators) -> None:
        """After the order of the epoch's samples was drawn."""

    def end_epoch(self, generators: Generators) -> None:
        """After the last step of an epoch, before anything is measured."""

    def backward(self, loss: Any, meter: Meter, weight: float, several: bool, last: bool) -> None:
        """The backward pass of a batch of a step, which has a ``weight`` among ``several``; is it the ``last`` one?"""
        (loss * weight if several and weight != 1 else loss).backward()

    def empty(self, inputs: tuple[Any, ...], target: Any) -> bool:
        """Has this process no part of a batch?"""
        return False

    def elsewhere(self, p: Any) -> bool:
        """Does another process have the gradient of a parameter?"""
        return False

    def unite(self, step: Meter, meter: Meter, several: bool, moved: Callable[[], Iterable[Any]]) -> bool:
        """After the backward passes of a step: give the parameters the gradient of the mean over all its batches.

        ``several``  are there several batches?
        ``moved``    gives the parameters that have a gradient

        Is there anything to move?
        """
        if step.batches and several and step.weight != 1 and not meter.weights.sums:
            for p in moved():
                p.grad = p.grad * (1 / step.weight)
        return bool(step.batches)

    def loss(self, step: Meter, meter: Meter) -> float:
        """The loss of a step, over all its batches."""
        return step.total / (1 if meter.weights.sums else step.weight)

    def numbers(self, meter: Meter) -> dict[str, float]:
        """The loss and the metrics of an epoch."""
        return meter.numbers()

    def agreed(self, thing: T) -> T:
        """What all processes take in place of what each has: rank 0's."""
        return thing

    def any_of(self, text: str) -> str:
        """The first text that is not empty in any process."""
        return text

    def epoch_ended(self) -> None:
        """After an epoch, when its checkpoints are written."""

    def joined(self, outputs: list[Any]) -> Any:
        """The outputs for batches of which each process had its part, as one array."""
        return np.concatenate(outputs)

    def load(self, path: str | PathLike[str]) -> Any:
        """The state in a checkpoint."""
        return load_state(path)

    def optimizer_state(self, optimizer: Optimizer) -> dict[str, Any]:
        """The state of all parameters, of those too that other processes move."""
        return optimizer.state_dict()

    def load_optimizer(self, optimizer: Optimizer, state: dict[str, Any]) -> None:
        """Load such a state, and keep what this process needs."""
        optimizer.load_state_dict(state)

    @contextmanager
    def training(self) -> Iterator[None]:
        """While a training runs."""
        yield


class Together(Alone):
    """All processes of the program, through ``nn.distributed``.

    ``parallel``  the model, and the loss if that has parameters, in all processes
    """

    def __init__(self, model: Module, loss: Any, parallel: DataParallel | None) -> None:
        super().__init__(model)
        self.loss_module = loss if isinstance(loss, Module) else None
        self.world = world()
        self.primary, self.several = self.world.rank == 0, self.world.size > 1
        self.given = parallel
        self.parallel: DataParallel | None = parallel
        self.synchronised = False  # have the gradients of this step been summed up?
        self.count = 0.0  # what the batches of this step count, so far
        self.asked = False  # was any process asked to stop, when all agreed on it?
        self.norms = False  # do layers ask all processes, even for an empty batch?

    @contextmanager
    def training(self) -> Iterator[None]:
        """While a training runs, the parameters are shared, and Ctrl-C ends the step in all processes at once."""
        if self.given is None:
            self.parallel = DataParallel(Both(self.model, self.loss_module), broadcast_buffers=False)
        before, self.model = self.model, self.parallel
        self.norms = any(isinstance(layer, SyncBatchNorm) for layer in before.modules())
        try:
            with self._signals():
                yield
        finally:
            self.model = before
            if self.given is None and self.parallel is not None:
                self.parallel.close()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """The first Ctrl-C is kept until all processes have come to the end of a step; a second one interrupts."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def asked(number: int, frame: FrameType | None) -> None:
            reducer = self._there.reducer
            if reducer.interrupt:
                signal.default_int_handler(number, frame)
            reducer.interrupt = True

        self.asked = False
        before = signal.signal(signal.SIGINT, asked)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        if self._there.reducer.interrupt and not self.asked:  # it came after the last word about it
            raise KeyboardInterrupt

    def terminal(self) -> tuple[int, Any]:
        columns, _, lines = os.environ.get(TERMINAL, "0").partition(",")
        return int(columns), sys.stderr if lines else None  # two pipes would mix up the bar and the lines

    @property
    def _there(self) -> DataParallel:
        assert self.parallel is not None
        return self.parallel

    def share(self, data: Iterable[T]) -> Iterable[T]:
        if isinstance(data, DataLoader):
            if isinstance(data.sampler, DistributedSampler):
                return data
            return data.share(self.world.rank, self.world.size)
        return Parts(data, self.world.rank, self.world.size)

    def begin_fit(self, generators: Generators) -> None:
        found = list(generators().values())
        states = self.agreed([g.bit_generator.state for g in found])
        for generator, state in zip(found, states, strict=True):
            generator.bit_generator.state = state

    def begin_epoch(self, generators: Generators) -> None:
        """The others leave rank 0's streams: dropout must not drop the same elements everywhere."""
        if self.given is None and self._there.changed:  # by a callback
            before = self._there
            before.close()
            self.model = self.parallel = DataParallel(before.module, broadcast_buffers=False)
            self.parallel.reducer.interrupt = before.reducer.interrupt
        if self.world.rank:
            for generator in {id(g): g for g in generators().values()}.values():
                bits: Any = generator.bit_generator
                drawn = generator.integers(2**63, size=4).tolist()
                bits.state = type(bits)(np.random.SeedSequence([*drawn, self.world.rank])).state

    def end_epoch(self, generators: Generators) -> None:
        give_out(list(self._there.module.buffers()), self.world)
        self.begin_fit(generators)

    def empty(self, inputs: tuple[Any, ...], target: Any) -> bool:
        if samples(inputs, target):
            return False
        if self.norms and is_grad_enabled():  # they ask all processes, for this batch too
            output = self.model(*inputs)
            with self._there.no_sync():
                (output.sum() * 0.0).backward()
        return True

    def elsewhere(self, p: Any) -> bool:
        reducer = self._there.reducer
        return p.node in reducer.number and reducer.elsewhere(p)

    def backward(self, loss: Any, meter: Meter, weight: float, several: bool, last: bool) -> None:
        self.synchronised, sums = last, meter.weights.sums
        unit = 1.0 if sums else meter.weights.unit
        self.count += unit * weight
        scale = unit if several else unit * weight
        with nullcontext() if last else self._there.no_sync(), self._there.weighted(scale, self.count, sums):
            super().backward(loss, meter, weight, several, last)

    def unite(self, step: Meter, meter: Meter, several: bool, moved: Callable[[], Iterable[Any]]) -> bool:
        if not self.synchronised:
            unit = 1.0 if meter.weights.sums else meter.weights.unit
            with self._there.weighted(unit if step.batches else 0.0, self.count, meter.weights.sums):
                self._there.synchronize()
        self.synchronised, self.count = False, 0.0
        if self._there.reducer.interrupted:
            self.asked = True
            raise KeyboardInterrupt
        return self._there.total > 0

    def loss(self, step: Meter, meter: Meter) -> float:
        return self._mean(step, meter)

    def _mean(self, meter: Meter, units: Meter) -> float:
        """The loss over all processes; NaN if it is a mean over nothing."""
        sums, unit = units.weights.sums, units.weights.unit
        own = (meter.total, 1.0) if sums else (meter.total * unit, meter.weight * unit)
        parts = self._every((sums and bool(meter.batches), *own), "the loss")
        total, weight = (sum(part[k] for part in parts) for k in (1, 2))
        if any(part[0] for part in parts):
            return float(total)
        return float(total / weight) if weight else float("nan")

    def numbers(self, meter: Meter) -> dict[str, float]:
        if not any(self._every(meter.batches, "the numbers of an epoch")):
            return meter.numbers()  # which raises
        row = {"loss": self._mean(meter, meter)}
        if meter.metrics:
            parts = self._every(
                [np.concatenate(arrays) if arrays else None for arrays in (meter.outputs, meter.targets)],
                "the outputs for the metrics",
            )
            outputs, targets = (np.concatenate([p[k] for p in parts if p[k] is not None]) for k in (0, 1))
            row |= {name: float(metric(outputs, targets)) for name, metric in meter.metrics.items()}
        return row

    def agreed(self, thing: T) -> T:
        found: T = self._every(thing if self.primary else None, "an agreement")[0]
        return found

    def any_of(self, text: str) -> str:
        found = self._every((text, self._there.reducer.interrupt), "the decision to stop")
        self.asked = any(interrupt for _, interrupt in found)
        return next((text for text, _ in found if text), "")

    def epoch_ended(self) -> None:
        if self.asked:
            raise KeyboardInterrupt

    def joined(self, outputs: list[Any]) -> Any:
        parts = self._every(outputs, "the outputs")
        whole = []
        for batch in zip(*parts, strict=True):
            y = np.empty((sum(map(len, batch)), *batch[0].shape[1:]), batch[0].dtype)
            for rank, part in enumerate(batch):
                y[rank :: self.world.size] = part
            whole.append(y)
        return np.concatenate(whole)

    def _every(self, thing: Any, what: str) -> list[Any]:
        """What each process has."""
        return exchanged(self.world, self.world.sums, thing, what)

    def load(self, path: str | PathLike[str]) -> Any:
        """Rank 0 reads it, and all get it."""
        found: Any = None
        if self.primary:
            try:
                found = load_state(path)
            except (OSError, ValueError) as error:
                found = error
        found = self.agreed(found)
        if isinstance(found, Exception):
            raise found
        return found

    def optimizer_state(self, optimizer: Optimizer) -> dict[str, Any]:
        return optimizer.state_dict() if self.parallel is None else self.parallel.optimizer_state(optimizer)

    def load_optimizer(self, optimizer: Optimizer, state: dict[str, Any]) -> None:
        if self.parallel is None:
            optimizer.load_state_dict(state)
        else:
            self.parallel.load_optimizer_state(optimizer, state)


class Both(Module):
    """A model, and the loss whose parameters are trained with it."""

    def __init__(self, model: Module, loss: Module | None) -> None:
        self.model, self.loss = model, loss

    def forward(self, *inputs: Any) -> Any:
        return self.model(*inputs)


class Parts(Generic[T]):
    """The samples rank, rank + size, ... of each batch of a loader, which makes whole batches in each process.

    What is no array, or one number, all get as it is.
    """

    def __init__(self, loader: Iterable[T], rank: int, size: int) -> None:
        self.loader, self.rank, self.size = loader, rank, size

    def __iter__(self) -> Iterator[T]:
        return (self._part(batch) for batch in self.loader)

    def _part(self, batch: Any) -> Any:
        if isinstance(batch, tuple | list):
            return tuple(map(self._part, batch))
        if isinstance(batch, Mapping):
            return {name: self._part(thing) for name, thing in batch.items()}
        return batch[self.rank :: self.size] if getattr(batch, "shape", ()) else batch
