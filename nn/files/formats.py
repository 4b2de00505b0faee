"""The two formats of files of arrays: safetensors and NumPy's .npz.

Convention: ``write(path, arrays, notes)`` is given contiguous arrays of numbers in this machine's byte order;
``read(data)`` takes the whole content of a file and raises, whatever the error, if anything is wrong with it.
Nothing is ever unpickled. Modules that only files need are imported when one is touched: ``import nn`` is quick.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.extras import extra

if TYPE_CHECKING:
    from pathlib import Path

Content = tuple[dict[str, Any], dict[str, str]]  # arrays and notes by name

NUMBERS = "biufc"  # kinds of dtypes
KINDS = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8",
    "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8", "C64": "<c8",
}  # fmt: skip  # safetensors' names of dtypes
NOTES = "__metadata__.json"  # the member of an .npz with its notes; those with arrays end with .npy


class Format(NamedTuple):
    write: Callable[[Any, Mapping[str, Any], dict[str, str]], object]
    read: Callable[[bytes], Content]


def _write_safetensors(path: Path, arrays: Mapping[str, Any], notes: dict[str, str]) -> None:
    library = extra("safetensors.numpy", "files", "a .safetensors file")
    for name, array in arrays.items():
        if array.dtype not in map(np.dtype, KINDS.values()):
            raise TypeError(f"save: a .safetensors file does not hold {array.dtype} ({name!r}); an .npz file does")
    path.touch()
    rights = path.stat().st_mode
    library.save_file(dict(arrays), path, metadata=notes or None)
    path.chmod(rights)  # those of any new file; the library's are its owner's alone


def _read_safetensors(data: bytes) -> Content:
    arrays = {}
    for name, entry in extra("safetensors", "files", "a .safetensors file").deserialize(data):
        kind, shape = entry["dtype"], entry["shape"]
        if kind == "BF16":  # the upper half of a float32
            array = (np.frombuffer(entry["data"], "<u2").astype("<u4") << 16).view("<f4")
        elif kind in KINDS:
            array = np.frombuffer(entry["data"], KINDS[kind])
        else:
            raise ValueError(f"{name!r} has the type {kind}, which NumPy does not have")
        arrays[name] = array.reshape(shape)
    import json

    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])  # whole and right: it was just read
    return arrays, header.get("__metadata__") or {}


def _write_npz(path: Path, arrays: Mapping[str, Any], notes: dict[str, str]) -> None:
    import json
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:  # np.savez has arguments of its own, whose names no array could have
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        if notes:
            archive.writestr(NOTES, json.dumps(notes))


def _read_npz(data: bytes) -> Content:
    import json
    import zipfile

    arrays, notes = {}, {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)  # all of it, so that its checksum is looked at
            if name == NOTES:
                notes = json.loads(content)
            elif name.endswith(".npy"):
                name = name.removesuffix(".npy")
                arrays[name] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
                if arrays[name].dtype.kind not in NUMBERS:
                    raise ValueError(f"{name!r} holds {arrays[name].dtype}, not numbers")
            else:
                raise ValueError(f"its member {name!r} is no array")
    return arrays, notes


FORMATS = {
    ".safetensors": Format(_write_safetensors, _read_safetensors),
    ".npz": Format(_write_npz, _read_npz),
}
