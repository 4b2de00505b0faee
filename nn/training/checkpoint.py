"""The file of a checkpoint: nested state in one ``.npz``, which NumPy alone reads, and no pickle.

Convention: dicts, lists, tuples, numbers and texts stand as JSON in the entry ``json``; each array is an entry
of its own, named by the way to it (``state/model/0.weight``), to which the JSON points. The file is written under a
temporary name, brought to the disk and renamed, so that the last good one stays until the next is whole.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Tensor

from ..files import FileError, write

FORMAT = "chalkgrad checkpoint 1"


class CheckpointError(FileError):
    """A file that is no checkpoint, is not whole, or does not fit what it is loaded into."""


def save_state(path: str | os.PathLike[str], state: Any) -> Path:
    """Write nested state to a file, whole or not at all."""
    arrays: dict[str, Any] = {}
    text = json.dumps({"format": FORMAT, "state": _pack(state, "state", arrays)})
    arrays["json"] = np.frombuffer(text.encode(), np.uint8)

    def save(temporary: Path) -> None:
        with open(temporary, "wb") as file:  # of a mere name NumPy would make another, with .npz at its end
            np.savez(file, **arrays)

    return write(Path(path), save)


def load_state(path: str | os.PathLike[str]) -> Any:
    """The nested state of a file that ``save_state`` wrote."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {path} to go on from: train without resume= first")
    content = io.BytesIO(path.read_bytes())
    try:
        with np.load(content, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as error:  # damaged and foreign files raise whatever the parsers stumble over
        raise CheckpointError(f"{path} is no checkpoint, or not a whole one: {error}") from error
    try:
        head = json.loads(arrays.pop("json").tobytes())
        if head["format"] != FORMAT:
            raise CheckpointError(f"{path} has the format {head['format']!r}; this version reads {FORMAT!r}")
        return _unpack(head["state"], arrays)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} was not written as a checkpoint: it has no readable entry 'json'") from error


def _pack(thing: Any, way: str, arrays: dict[str, Any]) -> Any:
    """``thing`` as what JSON can hold, its arrays put into ``arrays``; a dict, tuple or array says what it is."""
    if isinstance(thing, Tensor):
        thing = thing.data
    if isinstance(thing, np.ndarray | np.generic):
        if thing.dtype.kind not in "biufc":
            raise TypeError(f"a checkpoint holds arrays of numbers, not of {thing.dtype}, at {way}")
        while way in arrays:  # of {"a/b": x, "a": {"b": y}}
            way += "'"
        arrays[way] = thing
        return {"array" if isinstance(thing, np.ndarray) else "number": way}
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, dict):
        strange = [key for key in thing if not isinstance(key, str | int) or isinstance(key, bool)]
        if strange:
            raise TypeError(f"a checkpoint's dicts have texts and whole numbers as keys, not {strange[0]!r}, at {way}")
        return {"dict": [[key, _pack(value, f"{way}/{key}", arrays)] for key, value in thing.items()]}
    if isinstance(thing, list | tuple):
        items = [_pack(value, f"{way}/{k}", arrays) for k, value in enumerate(thing)]
        return items if isinstance(thing, list) else {"tuple": items}
    raise TypeError(
        f"a checkpoint holds numbers, texts, arrays, lists, tuples and dicts, not a {type(thing).__name__}, at {way}"
    )


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
