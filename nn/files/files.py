"""Files that are there whole or not at all; with named arrays in them: the weights of a module.

Convention: the suffix says the format, ``.safetensors`` or ``.npz``. A file holds numbers and text, never pickles, so
that one from anywhere can be opened.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, Value

from .formats import FORMATS, NUMBERS, Content, Format

if TYPE_CHECKING:
    from pathlib import Path


class FileError(ValueError):
    """A file that cannot be used: which one, what is wrong with it, and what to do."""


def save(state: Any, path: str | os.PathLike[str], metadata: Mapping[str, str] | None = None) -> Path:
    """Keep the arrays of a module, or of a dict such as ``state_dict()`` gives, in a file; returns its path.

    ``path`` ends with ``.safetensors``, the format in which PyTorch's weights come (it needs the extra "files"), or
    with ``.npz``. ``metadata`` is text by name. A dict of other dicts, as an optimizer's, is first made flat.
    """
    name, form = _opened(path)
    if hasattr(state, "state_dict"):
        state = state.state_dict()
    if not isinstance(state, Mapping):
        raise TypeError(f"save: a module or a dict of arrays by name is saved, not {type(state).__name__}")
    notes = dict(metadata or {})
    for key, text in notes.items():
        if not isinstance(key, str) or not isinstance(text, str):
            raise TypeError(f"save: metadata is text by name, not {key!r}: {text!r}; json.dumps makes text of the rest")
    arrays = {key: _numbers(key, value) for key, value in state.items()}
    return write(name, lambda temporary: form.write(temporary, arrays, notes))


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The arrays of a file by name, for ``model.load_state_dict(nn.load(path))``.

    A damaged or foreign file raises ``FileError``. bfloat16, which NumPy does not have, comes as float32, exactly.
    """
    return _read(path)[0]


def metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The text that ``save`` was given along with the arrays."""
    return _read(path)[1]


def write(path: str | os.PathLike[str], save: Callable[[Path], Any]) -> Path:
    """Let ``save`` write to a temporary name, then rename, so that a file is there whole or not at all.

    Also if the machine stops: the new file is on the disk before it takes the old one's place.
    """
    path = _path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        save(temporary)
        _flush(temporary, os.O_RDWR)
        temporary.replace(path)
        if os.name == "posix":  # elsewhere a folder cannot be opened
            _flush(path.parent, os.O_RDONLY)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _flush(path: Path, flags: int) -> None:
    """Wait until the disk has it."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _path(path: str | os.PathLike[str]) -> Path:
    from pathlib import Path  # it takes its time to import, which `import nn` need not wait for

    return Path(path)


def _opened(path: str | os.PathLike[str]) -> tuple[Path, Format]:
    """The path, and the format that its suffix names."""
    path = _path(path)
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        advice = ""
        if path.suffix in (".pt", ".pth", ".bin", ".pkl", ".pickle"):
            advice = (
                ". This one is of pickles, which run whatever they say: in PyTorch write "
                "safetensors.torch.save_file(model.state_dict(), 'model.safetensors')"
            )
        raise FileError(f"{path}: the name of a file of arrays ends with {' or '.join(FORMATS)}{advice}")
    return path, form


def _read(path: str | os.PathLike[str]) -> Content:
    path, form = _opened(path)
    data = path.read_bytes()
    try:
        return form.read(data)
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # damaged files raise whatever the parsers stumble over
        raise FileError(
            f"{path} is no whole {path.suffix} file of numbers: {error} (it has {len(data):,} bytes). "
            "Copy or save it again, or take an older one; nothing was loaded."
        ) from error


def _numbers(name: Any, value: Any) -> Any:
    """An array as files take it: one number after the other, in this machine's byte order.

    safetensors stores what lies in memory from the first number on, whatever the strides say.
    """
    if not isinstance(name, str):
        raise TypeError(f"save: names are text, not {name!r}")
    if name == "__metadata__" or "\0" in name:
        raise ValueError(f"save: files of arrays cannot hold the name {name!r}: choose another")
    array = np.asarray(value.data if isinstance(value, Tensor | Value) else value)
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"save: {name!r} is no array of numbers but {type(value).__name__}; text goes into metadata=")
    return np.asarray(array, array.dtype.newbyteorder("="), order="C")
