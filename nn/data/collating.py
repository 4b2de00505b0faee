"""Collating: how samples become a batch.

Convention: the arrays of a batch are read-only, and those that networks compute with are sealed, so that an operation
which needs one in its backward pass does not copy it. An error names the sample, counted within the batch, and its
part: ``sample 2['image'][0]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core import sealed
from autograd.declare import INNER, explained, native, too_deep
from autograd.typing import NDArray

__all__ = ["collate"]

KINDS = dict.fromkeys("biufc", "a number or numbers") | {"U": "text", "S": "bytes", "M": "a date", "m": "a duration"}
ADVICE = "make them alike in the dataset, or give DataLoader(..., collate=your function of a list of samples)"


def collate(samples: Sequence[Any]) -> Any:
    """The batch of these samples: arrays and numbers are stacked along a new first axis, texts form a list.

    ``samples``  a list; those that are tuples or lists give a tuple of batches, with the names of named ones; dicts a
                 dict

    Samples of different kinds raise TypeError, ones of different shapes, and an empty list, ValueError.
    """
    if isinstance(samples, Mapping) or not (hasattr(samples, "__len__") and hasattr(samples, "__getitem__")):
        raise TypeError(f"collate takes a list of samples, got {type(samples).__name__} {samples!r:.60}")
    if getattr(samples, "shape", None) == () or not len(samples):
        raise ValueError("collate: no samples make no batch")
    try:
        return _together(samples, "")
    except RecursionError:
        raise too_deep("a sample of a batch") from None
    except INNER as error:
        raise explained(error, "collate", [("the list of samples", samples)]) from None


def finished(array: NDArray[Any]) -> NDArray[Any]:
    """An array of a batch, read-only. Class numbers, which are few, are copied sooner than sealed."""
    if array.dtype.kind == "f":
        return sealed(array)
    array.setflags(False)  # type: ignore[call-arg]
    return array


def rebuilt(like: Any, parts: Iterable[Any]) -> tuple[Any, ...]:
    """A tuple of these parts, with the names that the parts of ``like`` have, if any."""
    return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)


def _together(samples: Sequence[Any], part: str) -> Any:
    """The batch of this part of all samples."""
    first = samples[0]
    types = set(map(type, samples))
    if len(types) > 1:  # else they are alike; arrays are compared below
        _same(list(map(_kind, samples)), "are", part)
    if isinstance(first, Mapping):
        _same([sample.keys() for sample in samples], "have the keys", part)
        return {key: _together([sample[key] for sample in samples], f"{part}[{key!r}]") for key in first}
    if isinstance(first, (tuple, list)):
        _same(list(map(len, samples)), "have the numbers of parts", part)
        parts = (_together(column, f"{part}[{i}]") for i, column in enumerate(zip(*samples, strict=True)))
        return rebuilt(first, parts) if len(types) == 1 else tuple(parts)
    if isinstance(first, (str, bytes)):
        return list(samples)
    numbers = types <= {int, float}  # which are many times as fast together
    arrays = [np.array(samples)] if numbers else [native(sample) for sample in samples]
    if len({array.dtype for array in arrays}) > 1:
        _same(list(map(_kind, samples)), "are", part)
    if arrays[0].dtype.kind not in KINDS:
        advice = "; for a missing number write np.nan" if first is None else ""
        raise TypeError(f"sample 0{part} is {_kind(first)}, which is not an array, number, text, tuple or dict{advice}")
    _same([array.shape for array in arrays], "have the shapes", part)
    return finished(arrays[0] if numbers else np.stack(arrays))


def _kind(sample: Any) -> str:
    """What a sample is, as text: what its array is made of, or else its class."""
    if isinstance(sample, Mapping):
        return "a dict"
    if isinstance(sample, (tuple, list)):
        return "a tuple or list"
    name = type(sample).__name__
    other = "None" if sample is None else "an array of objects" if name == "ndarray" else f"of the class {name}"
    return KINDS.get(np.asarray(sample).dtype.kind, other)


def _same(given: Sequence[Any], what: str, part: str) -> None:
    """Refuse a batch if its samples differ in this."""
    if given.count(given[0]) < len(given):
        k, other = next((k, other) for k, other in enumerate(given) if other != given[0])
        pair = [list(x) if what.endswith("keys") else x for x in (given[0], other)]
        text = f"sample 0{part} and sample {k}{part}, which {what} {pair[0]} and {pair[1]}"
        raise (TypeError if what == "are" else ValueError)(f"one batch has {text}: {ADVICE}")
