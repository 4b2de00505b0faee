"""The file of a checkpoint: nested state in one ``.npz``, readable with NumPy alone and without pickle.

Convention: dicts, lists, tuples, numbers and strings are JSON in the entry ``json``; each array is an entry of its
own, named by its path (``state/model/0.weight``), to which the JSON refers.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import too_deep

from ..files import FileError, write
from ..files.safetensors_npz import read_npz, write_npz
from ..module.state_dict import NUMBERS

FORMAT = "chalkgrad checkpoint 1"


class CheckpointError(FileError):
    """A file that is not a checkpoint, is incomplete, or does not fit what it is loaded into."""


def save_state(path: str | os.PathLike[str], state: object) -> Path:
    """Write nested state to a file, completely or not at all; return its path.

    ``path``   the file; nothing is appended to the name
    ``state``  nested dicts, lists and tuples of arrays, tensors, numbers, strings and None
    """
    arrays: dict[str, Any] = {}
    try:
        text = json.dumps({"format": FORMAT, "state": _pack(state, "state", arrays)})
    except RecursionError:
        raise too_deep(f"{path}: the state of a checkpoint") from None
    arrays["json"] = np.frombuffer(text.encode(), np.uint8)
    size = sum(array.nbytes for array in arrays.values())
    return write(path, lambda temporary: write_npz(temporary, arrays, {}), size)


def load_state(path: str | os.PathLike[str]) -> Any:
    """The nested state in the file at ``path``, which ``save_state`` wrote.

    A damaged or foreign one raises a ``CheckpointError``, a missing one FileNotFoundError.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {path} to resume from: train without resume= first")
    content = path.read_bytes()
    try:
        arrays, _ = read_npz(content)
    except MemoryError:
        raise
    except Exception as error:  # parsers raise all kinds of errors for damaged and foreign files
        raise CheckpointError(f"{path} is not a checkpoint, or an incomplete one: {error}") from error
    try:
        head = json.loads(arrays.pop("json").tobytes())
        if head["format"] != FORMAT:
            raise CheckpointError(f"{path} has the format {head['format']!r}; this version reads {FORMAT!r}")
        return _unpack(head["state"], arrays)
    except (LookupError, AttributeError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} was not written as a checkpoint: it has no readable entry 'json'") from error


def _pack(thing: Any, path: str, arrays: dict[str, Any]) -> Any:
    """``thing`` in JSON's types, its arrays put into ``arrays``; dicts, tuples and arrays are marked as such."""
    if isinstance(thing, Tensor):
        thing = thing.data
    if hasattr(thing.__class__, "__cuda_array_interface__"):
        thing = thing.get()
    if isinstance(thing, np.ndarray | np.generic):
        if thing.dtype.kind not in NUMBERS:
            raise TypeError(f"a checkpoint holds arrays of numbers, not of {thing.dtype}, at {path}")
        while path in arrays:  # as for {"a/b": x, "a": {"b": y}}
            path += "'"
        arrays[path] = np.asarray(thing)
        return {"array" if isinstance(thing, np.ndarray) else "number": path}
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, dict):
        strange = [key for key in thing if not isinstance(key, str | int) or isinstance(key, bool)]
        if strange:
            raise TypeError(f"a checkpoint's dicts have strings and integers as keys, not {strange[0]!r}, at {path}")
        return {"dict": [[key, _pack(value, f"{path}/{key}", arrays)] for key, value in thing.items()]}
    if isinstance(thing, list | tuple):
        items = [_pack(value, f"{path}/{k}", arrays) for k, value in enumerate(thing)]
        return items if isinstance(thing, list) else {"tuple": items}
    kind = type(thing).__name__
    raise TypeError(f"a checkpoint holds numbers, strings, arrays, lists, tuples and dicts, not a {kind}, at {path}")


def _unpack(thing: Any, arrays: dict[str, Any]) -> Any:
    if isinstance(thing, list):
        return [_unpack(value, arrays) for value in thing]
    if not isinstance(thing, dict):
        return thing
    ((kind, inside),) = thing.items()
    if kind == "dict":
        return {key: _unpack(value, arrays) for key, value in inside}
    if kind == "tuple":
        return tuple(_unpack(value, arrays) for value in inside)
    return arrays[inside] if kind == "array" else arrays[inside][()]
