"""An optimizer's state as a nest of plain numbers, lists and arrays, and back.

Convention: PyTorch's: parameters are numbered across the groups.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Value
from autograd.declare import beside, native

from .options import Parameter


def pack(groups: list[dict[str, Any]], state: Mapping[Parameter, Mapping[str, Any]]) -> dict[str, Any]:
    """{"state": {k: {name: number}}, "param_groups": [{option: value, "params": [k, ...]}]}, all copied."""
    params = [p for group in groups for p in group["params"]]
    number = {id(p): k for k, p in enumerate(params)}
    return {
        "state": {k: {n: plain(v) for n, v in state[p].items()} for k, p in enumerate(params) if p in state},
        "param_groups": [
            {n: [number[id(p)] for p in v] if n == "params" else plain(v) for n, v in group.items()} for group in groups
        ],
    }


def unpack(optimizer: Any, packed: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[Parameter, dict[str, Any]]]:
    """The options of each group and the state of each parameter; a ValueError if they belong to other parameters."""
    head = f"load_state_dict of {type(optimizer).__name__}, nothing was loaded: "
    own, loaded = optimizer.param_groups, packed["param_groups"]
    sizes, theirs = ([len(group["params"]) for group in groups] for groups in (own, loaded))
    if sizes != theirs:
        raise ValueError(f"{head}its groups have {sizes} parameters, those of the state {theirs}")
    groups = []
    for group in loaded:
        missing = [name for name in optimizer.defaults if name not in group]
        if missing:
            raise ValueError(f"{head}the state's groups lack {', '.join(missing)}; are they of another optimizer?")
        options = {n: tuple(v) if isinstance(v, list) else plain(v) for n, v in group.items() if n != "params"}
        optimizer.check(options)
        groups.append(options)
    by_number = {int(k): memory for k, memory in packed["state"].items()}  # a file may hold the numbers as text
    state: dict[Parameter, dict[str, Any]] = {}
    for group, numbered in zip(own, loaded, strict=True):
        for p, k in zip(group["params"], numbered["params"], strict=True):
            if k in by_number:
                state[p] = memory = {"step": 1} | {n: v for n, v in by_number[k].items() if v is not None}
                for name, v in memory.items():
                    array = name == "master" or name in optimizer.keeps
                    memory[name] = _like(p, v, head, k, name) if array else np.asarray(v).item()
                memory["step"] = int(memory["step"])  # PyTorch's is 1.0
    return groups, state


def _like(p: Parameter, value: Any, head: str, k: int, name: str) -> Any:
    """A number or array of the memory, in the shape, dtype and layout in which rules move the k-th parameter p."""
    shape = np.shape(p.data)
    if np.shape(value) != shape:
        raise ValueError(f"{head}{name} of parameter {k} has the shape {np.shape(value)}, the parameter {shape}")
    if isinstance(p, Value):
        return float(value)
    dtype = np.float32 if p.dtype.char == "e" else p.dtype
    return np.array(beside(native(value), p.data), dtype, order="C", like=p.data)


def plain(value: Any) -> Any:
    """A copy made of Python's numbers, lists, tuples and dicts, and of arrays."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(plain, value))
    return value.copy() if hasattr(value, "__array_function__") else value


def owned(value: Any) -> Any:
    """A number or array that came out of a pickle; an array that lies elsewhere is copied, as it is to change in place.

    Pickles may have arrays beside them, in memory that another object reads too, or that nobody may write to: the fifth
    protocol's buffers, and the files that joblib maps.
    """
    if isinstance(value, np.ndarray) and not (value.flags.owndata and value.flags.writeable):
        return np.array(value)
    return value


@contextmanager
def loading(thing: Any, *holders: Any) -> Iterator[None]:
    """Inside this block a state is loaded into ``thing``; if it does not fit, ``thing`` and ``holders`` are as before.

    ``holders`` are objects and dicts whose attributes and entries are set, too.
    """
    changed = [holder if isinstance(holder, dict) else vars(holder) for holder in (thing, *holders)]
    before = [dict(entries) for entries in changed]
    try:
        yield
    except BaseException as error:
        for entries, old in zip(changed, before, strict=True):
            entries.clear()
            entries.update(old)
        head = f"load_state_dict of {type(thing).__name__}, nothing was loaded: "
        if isinstance(error, LookupError | AttributeError | TypeError | ArithmeticError | RecursionError):
            what = f"{type(error).__name__}: {error}"[:200]
            raise ValueError(f"{head}this is not what its state_dict() gives ({what})") from error
        if isinstance(error, ValueError) and not str(error).startswith(head):
            raise ValueError(f"{head}{error}") from error
        raise


def like(own: Any, given: Any, name: str) -> Any:
    """What is given for a number or for a list of numbers, copied; refused if it is something else."""
    if isinstance(own, list):
        if not isinstance(given, list | tuple) or len(given) != len(own):
            raise ValueError(f"{name} is a list of {len(own)} numbers, not {reprlib.repr(given)}")
        return [like(o, g, name) for o, g in zip(own, given, strict=True)]
    if isinstance(given, bool) or not isinstance(given, int | float | np.integer | np.floating):
        raise ValueError(f"{name} is a number, not {reprlib.repr(given)}")
    return plain(given)
