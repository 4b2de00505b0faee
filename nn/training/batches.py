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

from .protocols import Metric

ARRAYS = np.ndarray | Tensor


def batches(data: Any, size: int = 256) -> Iterable[Any]:
    """A loader unchanged; an array or a tuple of arrays of equal length in slices of ``size`` samples."""
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
    """The mean loss over all samples so far, and the metrics of all their outputs together."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics, self.total, self.samples = metrics, 0.0, 0
        self.outputs: list[Any] = []
        self.targets: list[Any] = []

    def add(self, loss: float, samples: int, output: Any, target: Any) -> None:
        """Add a batch: its mean loss, its number of samples, its output and its target."""
        self.total += loss * samples
        self.samples += samples
        if self.metrics:
            self.outputs.append(array(output))
            self.targets.append(array(target))

    def numbers(self) -> dict[str, float]:
        """{"loss": ..., "accuracy": ...}."""
        if not self.samples:
            raise ValueError("there was no batch to measure: is the loader empty (or a used-up iterator)?")
        row = {"loss": self.total / self.samples}
        if self.metrics:
            self.outputs, self.targets = [np.concatenate(self.outputs)], [np.concatenate(self.targets)]
            row |= {name: float(metric(self.outputs[0], self.targets[0])) for name, metric in self.metrics.items()}
        return row


def array(output: Any) -> NDArray[Any]:
    """The numbers of an output."""
    if not isinstance(output, Tensor | np.ndarray):
        raise TypeError(f"metrics and predict() need a model's output to be one array, not {type(output).__name__}")
    return output.data if isinstance(output, Tensor) else output
