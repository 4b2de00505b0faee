"""What NumPy's functions do beside computing: where they write, and what numbers decide of their results.

Convention: a function stands for itself, a method of arrays for its name.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

import numpy as np

__all__ = ["COUNTING", "DECIDING", "EFFECTS", "FORMS", "LIKE", "argument", "creates", "target"]

# They look at shapes, dtypes and memory alone.
FORMS = {np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj, np.shares_memory,
         np.may_share_memory, np.common_type, "setflags"}  # fmt: skip

# Forms of their results, and which views they are, depend on numbers: on all of these, which are guarded, or on how
# many are not 0. Shapes and dtypes of what other functions give are compared when the program runs.
DECIDING = {np.min_scalar_type, np.real_if_close, np.trim_zeros, np.split, np.array_split, np.hsplit, np.vsplit,
            np.dsplit, np.broadcast_to, np.reshape, "reshape", np.unstack, np.moveaxis, np.swapaxes, np.expand_dims,
            np.transpose, "transpose", "swapaxes", np.rollaxis, np.flip, np.rot90, np.squeeze, "squeeze", np.diagonal,
            "diagonal", np.diag}  # fmt: skip
COUNTING = {np.nonzero: 0, np.flatnonzero: 0, np.argwhere: 0, "nonzero": 0, np.where: 0, np.extract: 0, np.compress: 0,
            "compress": 1}  # fmt: skip

# They ask for an array's library by ``like=`` alone.
LIKE = {np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.require, np.empty, np.zeros,
        np.ones, np.full, np.eye, np.identity, np.tri, np.arange, np.fromiter, np.fromfunction,
        np.frombuffer}  # fmt: skip

# What they do cannot be done by a program.
EFFECTS = {np.save, np.savez, np.savez_compressed, np.savetxt, "tofile", "dump", "resize", "dumps"}

WRITING: dict[Any, tuple[int, str]] = {
    np.put: (0, "a"), np.put_along_axis: (0, "arr"), np.place: (0, "arr"), np.putmask: (0, "a"), np.copyto: (0, "dst"),
    np.fill_diagonal: (0, "a"), "fill": (0, ""), "sort": (0, ""), "partition": (0, ""), "put": (0, ""),
    "setfield": (0, ""),
}  # fmt: skip
OUT: dict[Any, int] = {
    "sum": 3, "prod": 3, "mean": 3, "std": 3, "var": 3, "cumsum": 3, "cumprod": 3, "min": 2, "max": 2, "argmin": 2,
    "argmax": 2, "all": 2, "any": 2, "clip": 3, "round": 2, "take": 3, "compress": 3, "choose": 2, "dot": 2, "trace": 5,
}  # fmt: skip
SCRAMBLING = {np.median, np.quantile, np.percentile, np.nanmedian, np.nanquantile, np.nanpercentile}
CREATING: dict[Any, Any] = {np.zeros_like: 0, np.ones_like: 1, np.empty_like: 0, np.full_like: None}


@functools.lru_cache(1024)
def place_of(function: Any, name: str) -> int:
    """Where among the arguments of a function one of this name stands; -1 where it has none."""
    if isinstance(function, str):
        return OUT.get(function, -1) if name == "out" else -1
    if function is np.einsum:
        return -1
    try:
        names = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return -1
    for k, parameter in enumerate(names):
        if parameter.name == name and parameter.kind is not parameter.KEYWORD_ONLY:
            return k
    return -1


def argument(
    function: Any, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any], default: Any = None
) -> Any:
    """The argument of this name, wherever it stands."""
    if name in keywords:
        return keywords[name]
    k = place_of(function, name)
    return arguments[k] if 0 <= k < len(arguments) else default


def target(key: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The array that a call writes to; None if it gives its results in new ones."""
    if (writing := WRITING.get(key)) is not None:
        return arguments[0] if arguments else keywords[writing[1]]
    if key is np.nan_to_num:
        return None if argument(key, "copy", arguments, keywords, True) else argument(key, "x", arguments, keywords)
    if key == "byteswap":
        return arguments[0] if arguments[1:] == (True,) or keywords.get("inplace") else None
    if key in SCRAMBLING and argument(key, "overwrite_input", arguments, keywords):
        return arguments[0] if arguments else keywords["a"]
    return argument(key, "out", arguments, keywords)


def creates(key: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[bool, Any]:
    """Does only the form of the result depend on the first argument? Then what it is filled with."""
    if key not in CREATING:
        return False, None
    fill = CREATING[key]
    return True, argument(key, "fill_value", arguments, keywords) if fill is None else fill
