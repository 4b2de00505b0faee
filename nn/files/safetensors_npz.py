"""The two formats of files of arrays: safetensors and NumPy's .npz.

Convention: what writes gets contiguous arrays of numbers in this machine's byte order. What reads gets the whole
content of a file, and raises an error of any type if something is wrong with it. Nothing is unpickled. Modules that
only files need are imported on first use, so that ``import nn`` stays fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.extras import extra
from autograd.typing import NDArray

from .npy_in_zip import members, read_array

if TYPE_CHECKING:
    from pathlib import Path

Content = tuple[dict[str, NDArray[Any]], dict[str, str]]  # arrays and notes by name

KINDS = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8",
    "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8", "C64": "<c8",
}  # fmt: skip  # safetensors' names of dtypes
NOTES = "__metadata__.json"  # the member of an .npz that holds its notes; the members with arrays end with .npy


def write_safetensors(path: Path, arrays: Mapping[str, NDArray[Any]], notes: dict[str, str]) -> None:
    library = extra("safetensors.numpy", "files", "a .safetensors file")
    for name, array in arrays.items():
        if array.dtype not in map(np.dtype, KINDS.values()):
            raise TypeError(f"save: a .safetensors file does not hold {array.dtype} ({name!r}); an .npz file does")
    path.write_bytes(library.save(dict(arrays), notes or None))  # its save_file would put another file here


def read_safetensors(data: bytes) -> Content:
    arrays = {}
    for name, entry in extra("safetensors", "files", "a .safetensors file").deserialize(data):
        kind, shape = entry["dtype"], entry["shape"]
        if kind == "BF16":  # the upper half of a float32
            array = (np.frombuffer(entry["data"], "<u2").astype("<u4") << 16).view("<f4")
        elif kind in KINDS:
            array = np.frombuffer(entry["data"], KINDS[kind])
        else:
            raise ValueError(f"{name!r} has the type {kind}, which NumPy lacks")
        arrays[name] = array.reshape(shape)
    import json

    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])  # valid: it was just parsed
    return arrays, header.get("__metadata__") or {}


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]], notes: dict[str, str]) -> None:
    import json
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:  # np.savez cannot save an array by the name of a parameter
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        if notes:
            archive.writestr(NOTES, json.dumps(notes))


def read_npz(data: bytes) -> Content:
    import json

    arrays, notes = {}, {}
    with members(data) as archive:
        for info in archive.infolist():
            name = info.filename
            with archive.open(info) as stream:
                if name == NOTES:
                    notes = _checked(json.loads(stream.read()))
                elif name.endswith(".npy"):
                    name = name.removesuffix(".npy")
                    arrays[name] = read_array(stream, info.file_size, name)
                else:
                    raise ValueError(f"its member {name!r} is not an array")
    return arrays, notes


def _checked(notes: Any) -> dict[str, str]:
    if not (isinstance(notes, dict) and all(isinstance(text, str) for text in notes.values())):
        raise ValueError(f"its member {NOTES!r} is not text by name")
    return notes


WRITE = {".safetensors": write_safetensors, ".npz": write_npz}
READ = {".safetensors": read_safetensors, ".npz": read_npz}
