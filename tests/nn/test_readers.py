"""Readers of files: of a file that went wrong they give what is in it, or say what is wrong; nothing else happens."""

from __future__ import annotations

import gzip
import io
import json
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import nn
from nn.datasets import image_folder

from ..fuzz.choices import Choices
from ..fuzz.mutations import npy
from ..fuzz.readers import ARRAYS, READERS, hold, mutated


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_mutated_file_is_read_exactly_or_refused(name: str, data: Any, tmp_path_factory: Any) -> None:
    folder = Path(tmp_path_factory.getbasetemp()) / "readers"
    folder.mkdir(exist_ok=True)
    reader = READERS[name]
    hold(reader, mutated(reader, Choices.drawn(data)), folder / f"file{reader.suffix}")


# ---------------------------------------------------------------- what was found, and what is most dangerous


def zipped(*members: tuple[str, bytes], form: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that comes twice
        with zipfile.ZipFile(out, "w", form) as archive:
            for name, content in members:
                archive.writestr(name, content)
    return out.getvalue()


def header(description: str, shape: str, content: bytes = b"") -> bytes:
    return npy(description, shape, content, Choices(lambda low, high: low))


def tensors(**entries: Any) -> bytes:
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text + bytes(16)


def entry(kind: str = "F32", shape: Any = (4,), offsets: Any = (0, 16)) -> dict[str, Any]:
    return {"dtype": kind, "shape": shape, "data_offsets": offsets}


def announced(content: bytes, size: int) -> bytes:
    """A zip file whose only member says that it would be unpacked to another size."""
    whole = bytearray(zipped(("x.npy", content), form=zipfile.ZIP_DEFLATED))
    for magic, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        start = whole.index(magic) + place
        whole[start : start + 4] = struct.pack("<I", size)
    return bytes(whole)


def png(width: int, height: int) -> bytes:
    """The beginning of a picture of this size."""
    data = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + data + struct.pack(">I", zlib.crc32(data)) + end


TRUE = header("'<f8'", "(2,)", bytes(16))
WRONG: dict[str, tuple[str, bytes, str]] = {
    "terabytes in a header": ("npz", zipped(("x.npy", header("'<f8'", "(4000000000000,)"))), "announces 32,000"),
    "a negative length": ("npz", zipped(("x.npy", header("'<f8'", "(-2, -1)", bytes(16)))), "announces"),
    "brackets": ("npz", zipped(("x.npy", header("'<f8'", "(" * 5000 + ")" * 5000))), "'x'|eader"),
    "a bomb": ("npz", announced(TRUE, 2**32 - 2), "4,294,967,294, which is out of all proportion"),
    "a size that is not true": ("npz", announced(TRUE, 2**20), "announces 16 bytes.* but holds"),
    "a name twice": ("npz", zipped(("x.npy", TRUE), ("x.npy", TRUE)), "two members of the name 'x.npy'"),
    "pickled objects": ("npz", zipped(("x.npy", header("'|O'", "(1,)", b"\x80\x04N."))), "allow_pickle=False"),
    "objects in fields": ("npz", zipped(("x.npy", header("[('a', '|O')]", "(1,)", bytes(8)))), "not numbers"),
    "bytes before the zip file": ("npz", b"#!/bin/sh\n" + zipped(("x.npy", TRUE)), "not a zip file"),
    "bytes behind the numbers": ("npz", zipped(("x.npy", TRUE + b"x")), "announces 16 bytes.* but holds 17"),
    "notes that are a number": ("npz", zipped(("__metadata__.json", b'{"a": NaN}')), "not text by name"),
    "notes nested for ever": ("npz", zipped(("__metadata__.json", b"[" * 10**6)), "ecursion"),
    "a path as a name": ("npz", zipped(("../../x", b"")), r"member '\.\./\.\./x' is not an array"),
    "offsets beyond the file": ("safetensors", tensors(x=entry(offsets=(0, 2**40))), "safetensors file"),
    "offsets that overlap": ("safetensors", tensors(x=entry(), y=entry()), "safetensors file"),
    "a product that overflows": ("safetensors", tensors(x=entry(shape=(2**33, 2**33, 2**33))), "safetensors file"),
    "a length of 2^63": ("safetensors", struct.pack("<Q", 2**63) + bytes(64), "safetensors file"),
    "a checkpoint nested for ever": ("checkpoint", b"", "no readable entry"),
    "an idx file of terabytes": ("idx", bytes([0, 0, 14, 2]) + struct.pack(">II", 2**32 - 1, 2**32 - 1), "announces"),
    "a packed idx file of terabytes": (
        "idx", gzip.compress(bytes([0, 0, 14, 2]) + struct.pack(">II", 2**32 - 1, 2**32 - 1)), "out of all proportion",
    ),
    "an idx file of 200 axes": ("idx", bytes([0, 0, 8, 200]) + struct.pack(">I", 1) * 200 + b"x", "NumPy cannot"),
    "a picture of 4 billion pixels": ("images", png(2**16, 2**16), "pixels"),
    "a picture without pixels": ("images", png(0, 4), "cannot read the image"),
}  # fmt: skip
nested = b'{"format": "chalkgrad checkpoint 1", "state": ' + b"[" * 5000 + b"]" * 5000 + b"}"
WRONG["a checkpoint nested for ever"] = (
    "checkpoint", zipped(("json.npy", header("'|u1'", f"({len(nested)},)", nested))), "no readable entry",
)  # fmt: skip


@pytest.mark.parametrize(("name", "data", "says"), WRONG.values(), ids=WRONG)
def test_what_is_refused_and_why(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    reader = READERS[name]
    path = tmp_path / f"file{reader.suffix}"
    path.write_bytes(data)
    with pytest.raises(nn.FileError, match=says) as caught:
        reader.read(path)
    assert str(path) in str(caught.value)


COLOURS = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3) * 3
PICTURES: dict[str, tuple[str, Callable[[], Any], dict[str, Any], Any]] = {
    "palette": ("a.png", lambda: Image.fromarray(COLOURS).quantize(24), {}, COLOURS),
    "transparent": ("a.png", lambda: Image.fromarray(COLOURS).convert("RGBA"), {}, COLOURS),
    "inks": ("a.tif", lambda: Image.fromarray(255 - COLOURS).convert("CMYK"), {}, 255 - COLOURS),
    "black and white": ("a.png", lambda: Image.new("1", (3, 2), 1), {}, np.full((2, 3, 3), 255)),
    "animation": ("a.gif", lambda: Image.new("L", (3, 2), 9), {"save_all": True, "append_images": [
        Image.new("L", (3, 2), 200)]}, np.full((2, 3, 3), 9)),
    "turned camera": ("a.tif", lambda: Image.fromarray(COLOURS), {"exif": {0x0112: 6}}, np.rot90(COLOURS, -1)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "make", "options", "expected"), PICTURES.values(), ids=PICTURES)
def test_pictures_of_many_kinds(name: str, make: Any, options: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    if "exif" in options:
        exif = Image.Exif()
        exif.update(options["exif"])
        options = {"exif": exif}
    make().save(tmp_path / "class" / name, **options)
    x, _ = image_folder(tmp_path)[0]
    np.testing.assert_allclose(x.transpose(1, 2, 0) * 255, expected, atol=1e-4)


def test_a_failed_load_changes_nothing(tmp_path: Path) -> None:
    model = nn.Linear(3, 2, generator=0)
    before = {name: array.copy() for name, array in model.state_dict().items()}
    path = nn.save({**before, "bias": np.ones(3)}, tmp_path / "a.npz")
    with pytest.raises(ValueError, match="nothing was loaded"):
        model.load_state_dict(nn.load(path))
    assert all(np.array_equal(model.state_dict()[name], array) for name, array in before.items())
    assert nn.load(nn.save(ARRAYS, path)).keys() == ARRAYS.keys()
