"""Devices: where numbers are, and how they get to another one.

Convention: a device is "cpu", "cuda" (the current GPU) or "cuda:1" (GPU number 1).
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..extras import extra
from .array import Array, by_arrays, entered

__all__ = ["array_of", "cupy", "device_of", "moved"]

WANTED = re.compile(r"cpu|cuda(:\d+)?")


def cupy(purpose: str) -> Any:
    """The module CuPy, where there is a GPU; else an error says what is missing for this ``purpose``."""
    module = extra("cupy", "gpu", purpose)
    try:
        found = module.cuda.runtime.getDeviceCount()
    except Exception as error:  # of the CUDA runtime: no driver, or one that is too old
        raise RuntimeError(f"{purpose} needs a GPU, and CUDA finds none here ({error}): stay on device='cpu'") from None
    if not found:
        raise RuntimeError(f"{purpose} needs a GPU, and there is none here: stay on device='cpu'")
    return module


def checked(device: Any) -> str:
    """The device as text, refused if it is none."""
    text = str(device)
    if not WANTED.fullmatch(text):
        raise ValueError(f"device={device!r}: a device is 'cpu', 'cuda' for the current GPU, or 'cuda:1' for another")
    return text


def device_of(x: Any) -> str:
    """Where an array's numbers are."""
    return x.device if hasattr(x.__class__, "__cuda_array_interface__") else "cpu"


@by_arrays
def moved(x: Any, device: Any) -> Any:
    """The same numbers on a device; the same array, if it is there already."""
    name = checked(device)
    if hasattr(x.__class__, "__cuda_array_interface__") and not isinstance(x, Array):  # CuPy's own
        x = entered(x)
    if name == "cpu":
        return x.get() if isinstance(x, Array) else x
    module = cupy(f"device={name!r}")
    number = int(name.partition(":")[2] or module.cuda.Device().id)
    if number >= module.cuda.runtime.getDeviceCount():
        raise ValueError(f"device={name!r}: there are {module.cuda.runtime.getDeviceCount()} GPUs here, from cuda:0 on")
    if device_of(x) == f"cuda:{number}":
        return x
    with module.cuda.Device(number):
        return entered(module.asarray(x.own if isinstance(x, Array) else np.asarray(x)))


def array_of(x: Any) -> Any:
    """CuPy's own array of an array or tensor on a GPU, which shares its memory: ``cupy.linalg.norm(array_of(t))``."""
    found = getattr(x, "_array", x)
    return found.own if isinstance(found, Array) else found
