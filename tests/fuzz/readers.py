"""The readers of files, each with valid files and the ways in which these go wrong.

The law: a reader gives what is in a file, exactly, or raises a ``FileError`` that names the file. Another library,
where there is one, says what is in it.
"""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from safetensors.numpy import load as load_safetensors

import nn
from nn.files import metadata
from nn.files.npy_in_zip import RATIO, USUAL
from nn.training import load_state, save_state

from . import mutations as m
from .choices import Choices
from .mutations import BYTES

Mutation = Callable[[bytes, Choices], bytes]


class Reader(NamedTuple):
    """``read(path)`` reads a file of this suffix; ``other(bytes)`` says what is in it, if anything does."""

    suffix: str
    read: Callable[[Path], Any]
    files: list[bytes]
    fields: list[Mutation]
    other: Callable[[bytes], Any] | None = None


def weights(path: Path) -> Any:
    arrays = nn.load(path)
    assert all(isinstance(key, str) and isinstance(text, str) for key, text in metadata(path).items())
    return arrays


def other_npz(data: bytes) -> Any:
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files if name != "__metadata__.json"}


def other_safetensors(data: bytes) -> Any:
    return None if b'"BF16"' in data else load_safetensors(data)  # NumPy lacks it


def image(path: Path) -> Any:
    """By way of ``image_folder``."""
    dataset = nn.datasets.image_folder.__new__(nn.datasets.image_folder)
    dataset.mode, dataset.size = "RGB", None
    return dataset.read(path)


def made(write: Callable[[Path], object], suffix: str) -> bytes:
    """The bytes of the file that ``write`` writes."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        write(path)
        return path.read_bytes()


ARRAYS = {"w": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array(2.5), "n": np.zeros((0, 2), np.int64)}
STATE = {"epoch": 3, "model": {"0.weight": np.ones((2, 2))}, "lists": [1, [None, (2.5, "x")]], 7: np.float32(1)}
NUMBERS = bytes([0, 0, 8, 2]) + struct.pack(">II", 2, 3) + bytes(range(6))


def picture(mode: str, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    pixels = np.arange(24 * 3, dtype=np.uint8).reshape(4, 6, 3)
    Image.fromarray(pixels).convert(mode).save(out, kind, **options)
    return out.getvalue()


def animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("P", (5, 4), k) for k in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


PICTURES = [
    picture("RGB", "PNG"), picture("P", "PNG"), picture("RGBA", "PNG"), picture("L", "JPEG"), picture("CMYK", "JPEG"),
    picture("RGB", "BMP"), picture("1", "PPM"), picture("LAB", "TIFF"), picture("RGB", "TIFF", compression="tiff_lzw"),
    picture("RGB", "WEBP"), animation(),
]  # fmt: skip

READERS = {
    "safetensors": Reader(
        ".safetensors", weights, [made(lambda p: nn.save(ARRAYS, p, {"made by": "Ü"}), ".safetensors")],
        [m.safetensors_header], other_safetensors,
    ),
    "npz": Reader(
        ".npz", weights,
        [made(lambda p: nn.save(ARRAYS, p, {"made by": "Ü"}), ".npz"),
         made(lambda p: np.savez_compressed(p, a=np.asfortranarray(np.ones((2, 3))), b=np.arange(3)), ".npz")],
        [m.zip_members, m.zip_members, m.zip_members, m.zip_bomb], other_npz,
    ),
    "checkpoint": Reader(
        ".npz", load_state, [made(lambda p: save_state(p, STATE), ".npz")], [m.zip_members]
    ),
    "idx": Reader(
        "", nn.datasets.idx, [NUMBERS, gzip.compress(NUMBERS, mtime=0)], [m.idx_header]
    ),
    "images": Reader(".png", image, PICTURES, []),
}  # fmt: skip


def mutated(reader: Reader, choices: Choices) -> bytes:
    """A valid file in which a field is changed, or some bytes, or both."""
    data = choices.of(reader.files)
    if reader.fields and choices.integer(0, 3):
        data = choices.of(reader.fields)(data, choices)
    for _ in range(choices.integer(0, 2)):
        data = choices.of(BYTES)(data, choices)
    return data


def hold(reader: Reader, data: bytes, path: Path) -> None:
    """Hold the law for a file with these bytes; ``path`` is where it may be written."""
    path.write_bytes(data)
    before = sorted(path.parent.iterdir())
    try:
        found = reader.read(path)
    except nn.FileError as error:
        assert str(path) in str(error), f"{error} does not name {path}"
    else:
        sane(found, len(data))
        other = None if reader.other is None else reader.other(data)
        if other is not None:
            compare(found, other)
    assert sorted(path.parent.iterdir()) == before, "a file was written"


def sane(found: Any, size: int) -> None:
    """What is loaded are numbers, lists and arrays, in proportion to the file."""
    for array in arrays(found):
        assert array.dtype.kind in "biufc"
        assert array.nbytes <= max(USUAL, RATIO * size)


def arrays(thing: Any) -> Iterable[Any]:
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, dict | list | tuple):
        for part in thing.values() if isinstance(thing, dict) else thing:
            yield from arrays(part)


def compare(found: Any, other: Any) -> None:
    assert set(found) == set(other)
    for name, array in found.items():
        np.testing.assert_array_equal(array, other[name], strict=True)
