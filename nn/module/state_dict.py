"""``state_dict`` and ``load_state_dict``: the numbers of a module by name, loaded as a whole or not at all.

Convention: a name is the path to a tensor, ``encoder.0.weight``; a shared tensor has several names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, Value
from autograd.declare import beside, native
from autograd.typing import ArrayLike, NDArray

from .inside import Holder
from .parameter import is_parameter
from .registering import Registering
from .walk import dotted, walk

NUMBERS = "biufc"  # the kinds of dtypes that hold numbers


class IncompatibleKeys(NamedTuple):
    """The names of a module that a state lacks, and the names of the state that the module lacks."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def tensors(module: Holder) -> dict[str, Any]:
    """All leaf tensors and Values of a module by name; a shared one under each of its names."""
    found: dict[str, Any] = {}
    for path, thing in walk(module):
        if isinstance(thing, Tensor | Value) and found.setdefault(dotted(path), thing) is not thing:
            raise ValueError(f"two tensors of this {type(module).__name__} have the name {dotted(path)!r}: rename one")
    return found


def load(module: Holder, state: Mapping[str, ArrayLike | Value], strict: bool) -> IncompatibleKeys:
    """Set the module's tensors to the numbers of ``state``; if one does not fit, raise and leave all as they are."""
    if not isinstance(state, Mapping):
        advice = "nn.load(path) reads one from a file, module.state_dict() takes one from a module"
        raise TypeError(f"load_state_dict takes a dict of arrays by name, not {type(state).__name__}: {advice}")
    own = tensors(module)
    given = {id(own[key]) for key in state if key in own}  # any of its names gives a shared tensor
    missing = [key for key, thing in own.items() if key not in state and id(thing) not in given]
    unexpected = [key for key in state if key not in own]
    wrong = []
    new: dict[int, tuple[str, Any, Any]] = {}
    for key, thing in own.items():
        if key in state:
            try:
                array = fitting(state[key], thing.data)
                first, _, other = new.setdefault(id(thing), (key, thing, array))
                if array is not other and not np.array_equal(array, other, equal_nan=array.dtype.kind in "fc"):
                    raise ValueError(f"numbers that differ from those of {first}, which is the same tensor here")
            except (TypeError, ValueError) as error:
                wrong.append(f"  {key}: {error}")
    if strict:
        wrong += [f"  {key}: missing" for key in missing]
        wrong += [f"  {key}: unexpected" for key in unexpected]
    if wrong:
        raise ValueError(f"load_state_dict of {type(module).__name__}, nothing was loaded:\n" + "\n".join(wrong))
    before = [(thing, thing.data) for _, thing, _ in new.values()]
    try:
        for _, thing, array in new.values():
            thing.data = array.item() if isinstance(thing, Value) else array
    except BaseException:  # no memory, or Ctrl-C
        for thing, array in before:
            thing.data = array
        raise
    return IncompatibleKeys(missing, unexpected)


def passing(module: Holder) -> set[str]:
    """The names of tensors that may come and go, such as an activation: neither parameters nor registered buffers."""
    lasting = {
        id(vars(thing).get(name))
        for thing in (module, *(thing for _, thing in walk(module)))
        if isinstance(thing, Registering)
        for name in thing._registered
    }
    return {name for name, thing in tensors(module).items() if not (is_parameter(thing) or id(thing) in lasting)}


def put_back(module: Holder, state: Mapping[str, Any], gone: Collection[str], here: Collection[str]) -> None:
    """``load``, all of it but what came or went.

    ``gone``  the names that were ``passing`` in the module when it gave ``state``
    ``here``  those that are now; they keep their numbers where the state has none of their shape
    """
    own = tensors(module)
    given = {name: own[name].data for name in here}
    for name, array in state.items():
        if name in own and (name not in here or np.shape(array) == own[name].shape):
            given[name] = array
        elif name not in own and name not in gone:
            given[name] = array  # load says that it is unexpected
    load(module, given, strict=True)


def fitting(value: ArrayLike | Value, own: ArrayLike) -> NDArray[Any]:
    """The numbers of ``value`` in the shape, dtype and library of ``own``; an error says why they do not fit."""
    like: Any = native(own)
    given = numbers(value)
    if given.shape != like.shape:
        raise ValueError(f"shape {given.shape}, this module has {like.shape}")
    if not np.can_cast(given.dtype, like.dtype, "same_kind"):
        raise TypeError(f"{given.dtype}, this module has {like.dtype}")
    with np.errstate(over="ignore"):
        array = given.astype(like.dtype)
    if not np.can_cast(given.dtype, like.dtype):
        same = array == given if like.dtype.kind in "iu" else np.isfinite(array) | ~np.isfinite(given)
        if not np.all(same):
            raise ValueError(f"{given.dtype} numbers that are too large for the {like.dtype} of this module")
    return beside(array, like)


def numbers(value: ArrayLike | Value) -> NDArray[Any]:
    """The array of a tensor, of a Value or of anything like an array; a TypeError if it does not hold numbers."""
    array: Any = native(value.data if isinstance(value, Tensor | Value) else value)
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"{type(value).__name__} is not an array of numbers")
    return array
