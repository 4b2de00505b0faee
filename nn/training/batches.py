"""The data that a trainer accepts, and the numbers of an epoch.

Convention: a batch is a tuple of the model's inputs and, as its last entry, the target; the first axis counts samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.typing import NDArray

from ..functional.losses.counts import counting
from .protocols import Loss, Metric
from .trial import tried
from .weights import Known, Weights, samples

ARRAYS = np.ndarray | Tensor


def batches(data: Any, size: int = 256) -> Iterable[Any]:
    """A loader unchanged; an array or a tuple of arrays of equal length in slices of ``size`` samples."""
    if getattr(data, "shape", None) == ():
        raise TypeError(f"data must be a loader, an array of samples or a tuple of arrays, not the number {data!r:.60}")
    if isinstance(data, ARRAYS):
        data = (data,)
    if _all_arrays(data):
        if isinstance(data, list):
            raise TypeError("a list contains batches, each (inputs..., target); give arrays in a tuple: (x, target)")
        lengths = {len(array) for array in data}
        if len(lengths) != 1:
            raise ValueError(f"the arrays have different lengths: {', '.join(str(np.shape(array)) for array in data)}")
        return (tuple(array[k : k + size] for array in data) for k in range(0, lengths.pop(), size))
    if not hasattr(data, "__iter__"):
        advice = "; write nn.DataLoader(dataset, batch_size=64)" if hasattr(data, "__getitem__") else ""
        raise TypeError(f"data must be a loader, an array or a tuple of arrays, not {type(data).__name__}{advice}")
    return data


def loader(data: Any) -> Iterable[Any]:
    """``data`` if each epoch can iterate over it anew."""
    if isinstance(data, ARRAYS) or (isinstance(data, tuple) and _all_arrays(data)):
        raise TypeError("to train, give nn.DataLoader(x, target, batch_size=64, shuffle=True) in place of the arrays")
    if hasattr(data, "__next__"):
        raise TypeError("an iterator can be used only once, and each epoch needs a new one: give a DataLoader")
    return batches(data)


def _all_arrays(data: Any) -> bool:
    """Is it a tuple of arrays, or a list with arrays alone?"""
    sequence = isinstance(data, tuple) or (isinstance(data, list) and data)
    return bool(sequence) and all(isinstance(array, ARRAYS) for array in data)


def groups(loader: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """``size`` batches at a time; the last group may be smaller."""
    iterator = iter(loader)
    while group := list(islice(iterator, size)):
        yield group


def split(batch: Any) -> tuple[tuple[Any, ...], Any]:
    """A batch's inputs and its target."""
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        got = f"a {type(batch).__name__}" + (f" of {len(batch)}" if isinstance(batch, tuple | list) else "")
        raise TypeError(f"a batch is (inputs..., target), a tuple of at least two arrays; the loader gave {got}")
    return tuple(batch[:-1]), batch[-1]


def named_metrics(metrics: Mapping[str, Metric] | Iterable[Metric]) -> dict[str, Metric]:
    """Metrics by name; in a list, each is named after its function."""
    if callable(metrics) or isinstance(metrics, str):
        raise TypeError("metrics are a list of functions, [nn.metrics.accuracy], or a dict of them by name")
    if not isinstance(metrics, Mapping):
        metrics = {getattr(metric, "__name__", repr(metric)): metric for metric in metrics}
    for name in metrics:
        if name in ("loss", "lr", "seconds", "<lambda>") or name.startswith("val_"):
            raise ValueError(f"a metric cannot be called {name!r}: give a dict, metrics={{'name': function}}")
        if not callable(metrics[name]):
            raise TypeError(f"a metric is a function (outputs, targets), such as nn.metrics.accuracy, not {name}")
    return dict(metrics)


class Meter:
    """The mean loss over all samples so far, and the metrics of all their outputs together.

    ``known``   what trials found of the loss in earlier epochs
    ``strict``  refuse a loss that adds up means over different counts, instead of a warning
    ``shared``  are the batches parts of those of several processes?
    """

    def __init__(
        self, metrics: Mapping[str, Metric], strict: bool = False, known: Known | None = None, shared: bool = False
    ) -> None:
        self.metrics, self.total, self.weight, self.batches = metrics, 0.0, 0.0, 0
        self.weights = Weights(strict, known, shared)
        self.outputs: list[Any] = []
        self.targets: list[Any] = []

    def call(self, loss: Loss, output: Any, inputs: tuple[Any, ...], target: Any) -> tuple[Any, float]:
        """The loss of a batch, and its weight among the others, 0 if it is a mean over nothing."""
        with counting() as counts:
            y = loss(output, target)
        size = samples(inputs, target)
        return y, self.weights.weight(y, counts, size, lambda: tried(loss, output, target, size))

    def add(self, loss: float, weight: float, output: Any, target: Any) -> None:
        """Add a batch: its loss and its weight, its output and its target."""
        self.batches += 1
        if weight:
            self.total += loss * weight
            self.weight += weight
        if self.metrics:
            self.outputs.append(array(output))
            self.targets.append(array(target, "a target"))

    @property
    def loss(self) -> float:
        """The loss of all samples so far: the mean, or where batches give sums the sum."""
        return self.total / (1.0 if self.weights.sums else self.weight)

    def numbers(self) -> dict[str, float]:
        """{"loss": ..., "accuracy": ...}."""
        if not self.batches:
            raise ValueError("there was no batch to measure: is the loader empty (or a used-up iterator)?")
        if not self.weight:
            raise ValueError("there is nothing to measure: the loss is a mean over no target, as all are ignored")
        row = {"loss": self.loss}
        if self.metrics:
            self.outputs, self.targets = [np.concatenate(self.outputs)], [np.concatenate(self.targets)]
            row |= {name: float(metric(self.outputs[0], self.targets[0])) for name, metric in self.metrics.items()}
        return row


def array(output: Any, what: str = "a model's output") -> NDArray[Any]:
    """The numbers of an output or of a target."""
    if not isinstance(output, Tensor | np.ndarray):
        raise TypeError(f"metrics and predict() need {what} to be one array, not {type(output).__name__}")
    return output.data if isinstance(output, Tensor) else output
