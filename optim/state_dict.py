"""What an optimizer knows, as a nest of plain numbers, lists and arrays, and back.

Convention: PyTorch's: parameters are numbered through the groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import Value


def pack(groups: list[dict[str, Any]], state: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    """{"state": {k: {name: number}}, "param_groups": [{option: value, "params": [k, ...]}]}, all copied."""
    params = [p for group in groups for p in group["params"]]
    number = {id(p): k for k, p in enumerate(params)}
    return {
        "state": {k: {n: plain(v) for n, v in state[p].items()} for k, p in enumerate(params) if p in state},
        "param_groups": [
            {n: [number[id(p)] for p in v] if n == "params" else plain(v) for n, v in group.items()} for group in groups
        ],
    }


def unpack(optimizer: Any, packed: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[Any, dict[str, Any]]]:
    """The options of each group and the state by parameter; a ValueError if they are of other parameters."""
    head = f"load_state_dict of {type(optimizer).__name__}, nothing was loaded: "
    own, loaded = optimizer.param_groups, packed["param_groups"]
    sizes, theirs = ([len(group["params"]) for group in groups] for groups in (own, loaded))
    if sizes != theirs:
        raise ValueError(f"{head}its groups have {sizes} parameters, those of the state {theirs}")
    groups = []
    for group in loaded:
        missing = [name for name in optimizer.defaults if name not in group]
        if missing:
            raise ValueError(f"{head}the state's groups do not say {', '.join(missing)}; are they another optimizer's?")
        options = {n: tuple(v) if isinstance(v, list) else plain(v) for n, v in group.items() if n != "params"}
        optimizer.check(options)
        groups.append(options)
    by_number = {int(k): kept for k, kept in packed["state"].items()}  # a file may hold the numbers as text
    state: dict[Any, dict[str, Any]] = {}
    for group, numbered in zip(own, loaded, strict=True):
        for p, k in zip(group["params"], numbered["params"], strict=True):
            if k in by_number:
                state[p] = kept = {"step": 1} | {n: v for n, v in by_number[k].items() if v is not None}
                for name, v in kept.items():
                    kept[name] = of_each(head, k, p, name, v) if name in optimizer.keeps else np.asarray(v).item()
                kept["step"] = int(kept["step"])  # PyTorch's is 1.0
    return groups, state


def of_each(head: str, k: int, p: Any, name: str, value: Any) -> Any:
    """What is kept of each number of parameter p, laid out as the rules move it."""
    if np.shape(value) != np.shape(p.data):
        raise ValueError(
            f"{head}{name} of parameter {k} has the shape {np.shape(value)}, the parameter {np.shape(p.data)}"
        )
    return float(value) if isinstance(p, Value) else np.array(value, dtype=p.dtype, order="C")


def plain(value: Any) -> Any:
    """A copy made of Python's numbers, lists, tuples, dicts, and arrays."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(plain, value))
    return value.copy() if isinstance(value, np.ndarray) else value
