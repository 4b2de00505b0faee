"""Samples become a batch.

Convention: the arrays of a batch are read-only, so that an operation which needs one in its backward pass does not copy
it, and nobody else holds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.typing import NDArray


def collate(samples: Sequence[Any]) -> Any:
    """The batch of these samples: arrays and numbers are stacked along a new first axis, texts form a list.

    Samples that are tuples or lists give a tuple of batches; dicts give a dict of batches.
    """
    first = samples[0]
    if isinstance(first, Mapping):
        for sample in samples:
            if sample.keys() != first.keys():
                raise ValueError(f"samples of one batch have the keys {list(first)} and {list(sample)}")
        return {key: collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, (tuple, list)):
        if any(len(sample) != len(first) for sample in samples):
            raise ValueError(f"samples of one batch have {sorted({len(sample) for sample in samples})} parts")
        return tuple(collate(parts) for parts in zip(*samples, strict=True))
    if isinstance(first, (str, bytes)):
        return list(samples)
    arrays = [np.asarray(sample) for sample in samples]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        raise ValueError(
            f"samples of one batch have different shapes: {', '.join(map(str, shapes))}; "
            "make them equal in the dataset, or give DataLoader(..., collate=your function of a list of samples)"
        )
    if arrays[0].dtype == object:
        raise TypeError(f"a sample holds a {type(first).__name__}, which is not an array, number, text, tuple or dict")
    return frozen(np.stack(arrays))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, made read-only."""
    array.setflags(write=False)
    return array
