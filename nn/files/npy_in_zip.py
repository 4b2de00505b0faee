"""Arrays in the members of a zip file, NumPy's .npz, read without trust in what it says of itself.

Convention: nothing is allocated before the file was found to have the bytes that it announces. Nothing is unpickled.
What is wrong raises an error of any type, with a text that says what.
"""

from __future__ import annotations

import io
import math
from typing import IO, Any

import numpy as np

from autograd.typing import NDArray

from ..module.state_dict import NUMBERS

__all__ = ["check_size", "members", "read_array"]

USUAL = 1 << 30  # a file may be unpacked to so many bytes, or to
RATIO = 200  # times its own size: weights are far from that, and so is any picture of more than one colour


def check_size(packed: int, unpacked: int) -> None:
    """Refuse what would be unpacked to a size out of all proportion: a small file can announce terabytes."""
    if unpacked > max(USUAL, RATIO * packed):
        raise ValueError(f"its {packed:,} bytes would be unpacked to {unpacked:,}, which is out of all proportion")


def members(data: bytes) -> Any:
    """The zip file with these bytes; each of its names stands for one member, of a size that can be true."""
    import zipfile

    if data[:4] not in (b"PK\3\4", b"PK\5\6"):  # zipfile would find one behind other bytes, too
        raise ValueError("it is not a zip file")
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = archive.namelist()
    if len(names) != len(set(names)):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it has two members of the name {twice!r}")
    check_size(len(data), sum(info.file_size for info in archive.infolist()))
    return archive


def read_array(stream: IO[bytes], size: int, name: str) -> NDArray[Any]:
    """The array of numbers in a .npy stream of ``size`` bytes."""
    form = np.lib.format
    version = form.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name!r} has version {version} of the format .npy, which no array of numbers needs")
    read_header = form.read_array_header_1_0 if version == (1, 0) else form.read_array_header_2_0
    try:
        shape, in_columns, dtype = read_header(stream)
    except (MemoryError, RecursionError) as error:  # of Python's parser, for brackets within brackets
        raise ValueError(f"the header of {name!r} cannot be parsed") from error
    if dtype.kind not in NUMBERS:
        pickled = ", which would have to be unpickled (allow_pickle=False)" if dtype.hasobject else ""
        raise ValueError(f"{name!r} holds {dtype}, not numbers{pickled}")
    numbers, rest = math.prod(shape) * dtype.itemsize, size - stream.tell()
    if min(shape, default=0) < 0 or numbers != rest:
        raise ValueError(f"{name!r} announces {numbers:,} bytes, {dtype} of shape {shape}, but holds {rest:,}")
    array = np.empty(shape[::-1] if in_columns else shape, dtype)
    bytes_of: Any = array.reshape(-1).view(np.uint8)
    unread = memoryview(bytes_of)
    while unread and (count := stream.readinto(unread)):  # type: ignore[attr-defined]
        unread = unread[count:]
    if unread or stream.read(1):  # at the end the checksum is tested
        raise ValueError(f"{name!r} is truncated, or longer than it should be")
    return array.T if in_columns else array
