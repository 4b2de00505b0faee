"""The file format of MNIST and its relatives.

Convention: two zero bytes, one byte for the type of the numbers, one for the number of axes, the length of each axis as
four bytes, then the numbers, all big-endian. A file compressed by gzip is decompressed.
LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import io
import math
import zlib
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from autograd.typing import NDArray

from ..files import FileError, check_size

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(path: str | PathLike[str]) -> NDArray[Any]:
    """The array in an idx file, such as MNIST's, compressed or not.

    ``path``  of the file; if it is damaged or foreign, a ``FileError`` says what is wrong
    """
    content = Path(path).read_bytes()
    packed = len(content) if content[:2] == b"\x1f\x8b" else None
    stream: Any = io.BytesIO(content) if packed is None else gzip.GzipFile(fileobj=io.BytesIO(content))
    try:
        return _read(stream, path, packed)
    except (EOFError, OSError, zlib.error) as error:
        raise FileError(f"{path} is a damaged or truncated gzip file: {error}") from error


def _read(stream: Any, path: str | PathLike[str], packed: int | None) -> NDArray[Any]:
    """The array in a stream; ``packed`` is the size of a compressed file. No more is unpacked than the header says."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in TYPES:
        raise FileError(f"{path} is not an idx file: it begins with {start.hex(' ') or 'nothing'}")
    dtype, axes = np.dtype(TYPES[start[2]]), start[3]
    lengths = stream.read(4 * axes)
    if len(lengths) < 4 * axes:
        size = 4 + len(lengths)
        raise FileError(f"{path} holds {size} bytes, but its header announces {axes} axes")
    shape = tuple(np.frombuffer(lengths, ">u4").tolist())
    size = math.prod(shape) * dtype.itemsize
    announced = f"{4 + 4 * axes + size}: {dtype.newbyteorder('=')} of shape {shape}"
    if packed is not None:
        try:
            check_size(packed, size)
        except ValueError as error:
            raise FileError(f"{path}: {error}; its header announces {announced}") from None
    content = stream.read(size + 1) if packed is not None else stream.read()
    if len(content) != size:
        held = f"{4 + 4 * axes + len(content)} bytes" if len(content) < size or packed is None else "more bytes"
        raise FileError(f"{path} holds {held}, but its header announces {announced}")
    try:
        return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))
    except ValueError as error:  # more axes than NumPy has, or one too long
        raise FileError(f"{path} holds an array that NumPy cannot: {error}; its header announces {announced}") from None
