"""The numbers of a module by name, taken in as a whole or not at all.

Convention: a name is the way to a tensor, ``encoder.0.weight``; a tensor that is shared has several.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, Value

from .walk import Holder, name, walk


class IncompatibleKeys(NamedTuple):
    """The names that a state lacks, and those that it has too many."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def tensors(module: Holder) -> dict[str, Any]:
    """All leaf tensors and Values of a module by name; a shared one by each of its names."""
    found: dict[str, Any] = {}
    for path, thing in walk(module):
        if isinstance(thing, Tensor | Value) and found.setdefault(name(path), thing) is not thing:
            raise ValueError(f"two tensors of this {type(module).__name__} have the name {name(path)!r}: rename one")
    return found


def load(module: Holder, given: Mapping[str, Any], strict: bool) -> IncompatibleKeys:
    """What ``load_state_dict`` does."""
    if not isinstance(given, Mapping):
        advice = "nn.load(path) reads one from a file, module.state_dict() takes one from a module"
        raise TypeError(f"load_state_dict takes a dict of arrays by name, not {type(given).__name__}: {advice}")
    own = tensors(module)
    loaded = {id(own[key]) for key in given if key in own}  # a shared tensor is given by any of its names
    missing = [key for key, thing in own.items() if key not in given and id(thing) not in loaded]
    unexpected = [key for key in given if key not in own]
    wrong = []
    new: dict[int, tuple[str, Any, Any]] = {}
    for key, thing in own.items():
        if key in given:
            try:
                array = fitting(given[key], thing.data)
                first, _, other = new.setdefault(id(thing), (key, thing, array))
                if array is not other and not np.array_equal(array, other, equal_nan=array.dtype.kind in "fc"):
                    raise ValueError(f"other numbers than {first}, with which this module shares it")
            except (TypeError, ValueError) as error:
                wrong.append(f"  {key}: {error}")
    if strict:
        wrong += [f"  {key}: missing" for key in missing]
        wrong += [f"  {key}: unexpected" for key in unexpected]
    if wrong:
        raise ValueError(f"load_state_dict of {type(module).__name__}, nothing was loaded:\n" + "\n".join(wrong))
    for _, thing, array in new.values():
        thing.data = array.item() if isinstance(thing, Value) else array
    return IncompatibleKeys(missing, unexpected)


def fitting(value: Any, own: Any) -> Any:
    """The given numbers in the dtype of a module's ``own``; an error says what of them does not fit."""
    own = np.asarray(own)
    given = np.asarray(value.data if isinstance(value, Tensor | Value) else value)
    if given.dtype.kind not in "biufc":
        raise TypeError(f"{type(value).__name__} is no array of numbers")
    if given.shape != own.shape:
        raise ValueError(f"shape {given.shape}, this module has {own.shape}")
    if not np.can_cast(given.dtype, own.dtype, "same_kind"):
        raise TypeError(f"{given.dtype}, this module has {own.dtype}")
    with np.errstate(over="ignore"):
        array = given.astype(own.dtype)
    if not np.can_cast(given.dtype, own.dtype):
        same = array == given if own.dtype.kind in "iu" else np.isfinite(array) | ~np.isfinite(given)
        if not np.all(same):
            raise ValueError(f"{given.dtype} numbers that are too large for the {own.dtype} of this module")
    return array
