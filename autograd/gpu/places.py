"""On which GPU work is done: that of the arrays, whichever is the current one; arrays of two are refused.

Convention: CuPy computes on the current GPU. Where there is only one, nothing is asked.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, NoReturn

__all__ = ["apart", "at_home", "placed", "several"]


def at_home(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an array, run on the array's own GPU: CuPy computes on the current one."""

    @functools.wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        cupy = sys.modules["cupy"]
        if several(cupy) and self.own.data.device_id != cupy.cuda.Device().id:
            with self.own.device:
                return method(self, *args, **options)
        return method(self, *args, **options)

    return call


@functools.cache
def several(cupy: Any) -> bool:
    """Are there several GPUs? Else nobody has to ask which is the current one."""
    return bool(cupy.cuda.runtime.getDeviceCount() > 1)


def placed(what: str, values: Any) -> Any:
    """The GPU of the arrays among ``values``, where it is not the current one; None else. Arrays of two are refused."""
    cupy = sys.modules["cupy"]
    if not several(cupy):
        return None
    found: dict[int, Any] = {}
    look(values, found)
    if len(found) > 1:
        apart(what, *found.values())
    return next((x.device for number, x in found.items() if number != cupy.cuda.Device().id), None)


def look(values: Any, found: dict[int, Any]) -> None:
    """The first array on each GPU, inside lists, tuples and dicts too."""
    for x in values.values() if values.__class__ is dict else values:
        if x.__class__ in (tuple, list, dict):
            look(x, found)
        elif hasattr(x.__class__, "__cuda_array_interface__"):
            own: Any = getattr(x, "own", x)  # CuPy's array, of ours or as it is
            if own.__class__ is sys.modules["cupy"].ndarray:
                found.setdefault(own.data.device_id, own)


def apart(what: str, *operands: Any) -> NoReturn:
    """Refuse operands on two devices."""
    devices = [getattr(x, "device", "cpu") for x in operands]
    places = [f"cuda:{d.id}" if hasattr(d, "id") else d for d in devices]  # CuPy's own are objects
    told = " and ".join(f"{place} {x.shape}" for place, x in zip(places, operands, strict=True))
    raise ValueError(
        f"{what}: operands on two devices, {told}: move one of them, as in t.to({places[0]!r}) or t.to('cpu')"
    )
