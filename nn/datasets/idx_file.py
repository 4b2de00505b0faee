"""The file format of MNIST and its relatives.

Convention: two zero bytes, one byte for the type of the numbers, one for the number of axes, the length of each axis as
four bytes, then the numbers, all big-endian. A file compressed by gzip is decompressed.
LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import zlib
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from autograd.typing import NDArray

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(path: str | PathLike[str]) -> NDArray[Any]:
    """The array in an idx file, such as MNIST's; a ValueError says what is wrong with a damaged or foreign file."""
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path} is a damaged or truncated gzip file: {error}") from error
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES:
        raise ValueError(f"{path} is not an idx file: it begins with {content[:4].hex(' ') or 'nothing'}")
    dtype, axes = np.dtype(TYPES[content[2]]), content[3]
    start = 4 + 4 * axes
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist()) if len(content) >= start else None
    size = None if shape is None else start + math.prod(shape) * dtype.itemsize
    if len(content) != size:
        announced = f"{axes} axes" if shape is None else f"{size}: {dtype.newbyteorder('=')} of shape {shape}"
        raise ValueError(f"{path} holds {len(content)} bytes, but its header announces {announced}")
    return np.frombuffer(content, dtype, offset=start).reshape(shape or ()).astype(dtype.newbyteorder("="))
