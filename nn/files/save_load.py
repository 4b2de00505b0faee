"""Files of weights: ``save`` and ``load`` those of a module, or any arrays by name; ``write`` any file.

Convention: the suffix names the format, ``.safetensors`` or ``.npz``; another one raises ``FileError``, which is a
ValueError. A file holds numbers and text, never pickles, so that it is safe to open one from anywhere. It is written
whole or not at all, even if the program or the machine stops.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Value
from autograd.typing import ArrayLike, NDArray
from autograd.whole_files import write_whole

from ..module import Module
from ..module.state_dict import numbers
from .safetensors_npz import READ, WRITE, Content

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FileError", "load", "metadata", "save", "write"]

PICKLED = (
    ". This one holds pickles, which can run any code: in PyTorch write "
    "safetensors.torch.save_file(model.state_dict(), 'model.safetensors')"
)


class FileError(ValueError):
    """A file that cannot be used: which one, what is wrong with it, and what to do."""

    __module__ = "nn"


def save(
    state: Module | Mapping[str, ArrayLike | Value], path: str | os.PathLike[str],
    metadata: Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """Write the arrays of a module, or of a dict such as ``state_dict()`` gives, to a file; returns its path.

    ``state``     a module, or arrays of any shape by name; flatten a dict of dicts, such as an optimizer's state, first
    ``path``      ends with ``.safetensors``, PyTorch's format (needs the extra "files"), or with ``.npz``
    ``metadata``  text by name, stored beside the arrays

    TypeError is raised for what does not hold numbers, ValueError for a name that files cannot hold.
    """
    path, form = _format(path)
    arrays: Any = state.state_dict() if hasattr(state, "state_dict") else state
    if not isinstance(arrays, Mapping):
        raise TypeError(f"save takes a module or a dict of arrays by name, not {type(state).__name__}")
    notes = dict(metadata or {})
    for key, text in notes.items():
        if not isinstance(key, str) or not isinstance(text, str):
            raise TypeError(f"save: metadata is text by name, not {key!r}: {text!r}; json.dumps makes text of the rest")
    contiguous = {name: _contiguous(name, value) for name, value in arrays.items()}
    size = sum(array.nbytes for array in contiguous.values())
    return write(path, lambda temporary: WRITE[form](temporary, contiguous, notes), size)


def load(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name: ``model.load_state_dict(nn.load(path))``.

    ``path``  of a file that ``save`` or PyTorch's safetensors wrote; a damaged or foreign one raises ``FileError``

    bfloat16, which NumPy lacks, is read as float32, without rounding.
    """
    return _read(path)[0]


def metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The text that ``save`` stored beside the arrays of a file, by name.

    ``path``  of the file; ``FileError`` is raised as for ``load``
    """
    return _read(path)[1]


def write(path: str | os.PathLike[str], save: Callable[[Path], object], size: int | None = None) -> Path:
    """Call ``save(temporary)`` to write a temporary file beside ``path``, then rename it to ``path``; returns the path.

    ``path``  of the file; missing folders are made
    ``save``  a function of the path that it is to write; if it raises, an older file stays
    ``size``  about how many bytes it writes: an error says so if the disk is full

    The file is on the disk before it replaces an older one. Where none can be written, OSError is raised, as
    FileNotFoundError, IsADirectoryError or PermissionError where one of these is the reason.
    """
    path = _path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, save, size)


def _path(path: str | os.PathLike[str]) -> Path:
    from pathlib import Path  # slow to import, and ``import nn`` does without

    return Path(path)


def _format(path: str | os.PathLike[str]) -> tuple[Path, str]:
    """The path, and the suffix that names its format."""
    path = _path(path)
    form = path.suffix.lower()
    if form not in READ:
        pickled = path.suffix in (".pt", ".pth", ".bin", ".pkl", ".pickle")
        raise FileError(f"{path}: the name of a file of arrays ends with {' or '.join(READ)}{PICKLED * pickled}")
    return path, form


def _read(path: str | os.PathLike[str]) -> Content:
    path, form = _format(path)
    data = path.read_bytes()
    try:
        return READ[form](data)
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # damaged files make the parsers raise errors of many types
        what = f"{path} is not a complete {path.suffix} file of numbers: {error} (it has {len(data):,} bytes)"
        raise FileError(f"{what}. Copy or save it again, or use an older one; nothing was loaded.") from error


def _contiguous(name: object, value: ArrayLike | Value) -> NDArray[Any]:
    """An array as files take it: its numbers side by side, in this machine's byte order.

    safetensors writes the memory after the first number, and ignores the strides.
    """
    if not isinstance(name, str):
        raise TypeError(f"save: names are text, not {name!r}")
    if name == "__metadata__" or "\0" in name:
        raise ValueError(f"save: files of arrays cannot hold the name {name!r}: choose another")
    try:
        array = numbers(value)
    except TypeError as error:
        raise TypeError(f"save: {name!r}: {error}; text goes into metadata=") from None
    array = getattr(array, "get", lambda: array)()  # from a GPU
    return np.asarray(array, array.dtype.newbyteorder("="), order="C")
