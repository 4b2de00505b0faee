"""Where a tensor's numbers go: to Python, to NumPy's arrays, by DLPack to other libraries, to other devices.

Convention: no tracked tensor leaves its graph silently. What a user names (``numpy``, ``item``, ``tolist``) is done,
and told to who asks for it; what Python or a library wants raises. ``to`` stays in the graph.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, Self

import numpy as np

from .. import core
from ..core import grad_mode, leaving, recording
from ..declare import Late, detached
from ..typing import DTypeLike, NDArray
from .escapes import escape, refuse_places
from .methods import ArrayMethods

TO_DEVICE = f"{__name__.partition('.')[0]}.ops.to_device"
VERSIONED = hasattr(np, "unstack")  # NumPy 2.1, whose arrays say which version of DLPack they speak


class Conversions(ArrayMethods):
    """How a Tensor hands out its numbers."""

    __slots__ = ()

    def numpy(self) -> NDArray[Any]:
        """The numbers, as a read-only view."""
        if grad_mode.switches and self.node is not None:
            leaving(self, "t.numpy()")
        return core.read_only(self._array)

    def item(self, *index: int) -> float | Any:
        """One element as a Python number."""
        if grad_mode.switches and self.node is not None:
            leaving(self, "t.item()")
        return self._array.item(*index) if index else self._single("item()")

    def _single(self, what: str) -> Any:
        """Its only element."""
        if self._array.size != 1:
            raise ValueError(f"{what}: this tensor has shape {self._array.shape}; only a single element is an item")
        return self._array.item()

    def tolist(self) -> list[Any] | Any:
        """The numbers as nested lists."""
        if grad_mode.switches and self.node is not None:
            leaving(self, "t.tolist()")
        return self._array.tolist()

    # ------------------------------------------------ asked for by Python and by libraries

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if self.node is not None:
            if recording.on:
                raise escape("np.asarray(t)")
            leaving(self, "np.asarray(t)")
        if copy is False:
            raise ValueError("np.asarray(t, copy=False): a tensor's array cannot be shared; t.data is a read-only view")
        if dtype is not None and self._array.dtype.kind == "b":
            refuse_places(sys._getframe(1))
        return np.array(self._array, dtype=dtype)

    def __float__(self) -> float:
        if self.node is not None:
            if recording.on:
                raise escape("float(t)")
            leaving(self, "float(t)")
        return float(self._single("float(t)"))

    def __int__(self) -> int:
        if self.node is not None:
            if recording.on:
                raise escape("int(t)")
            leaving(self, "int(t)")
        return int(self._single("int(t)"))

    def __complex__(self) -> complex:
        if self.node is not None:
            if recording.on:
                raise escape("complex(t)")
            leaving(self, "complex(t)")
        return complex(self._single("complex(t)"))

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iu" or self._array.ndim:
            raise TypeError(
                f"only an integer tensor of no axes is an index, got {self._array.shape} {self._array.dtype}; write "
                "int(t.item()) for a single number"
            )
        return int(self._array)

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self._array.shape} is ambiguous: use t.any(), t.all(), or np.where"
            )
        return bool(self._array)

    def __dlpack__(
        self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
    ) -> Any:
        if self.node is not None:
            if recording.on:
                raise detached("DLPack export", "export t.detach()")
            leaving(self, "DLPack export")
        if copy is False:
            raise BufferError("DLPack export: a tensor's array cannot be shared, since others could write to it")
        asked = {"stream": stream, "max_version": max_version, "dl_device": dl_device}
        if dl_device is not None and tuple(dl_device) == tuple(self.__dlpack_device__()):
            del asked["dl_device"]
        if not VERSIONED:
            del asked["max_version"]
        return self._array.copy().__dlpack__(**{name: value for name, value in asked.items() if value is not None})

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()

    # ------------------------------------------------ devices

    @property
    def device(self) -> Any:
        """Where the numbers are: "cpu", "cuda:0" for a GPU, or what an array of another library says."""
        return getattr(self._array, "device", "cpu")

    def to_device(self, device: Any, /, *, stream: Any = None) -> Self:
        """This tensor on a ``device``, as ``to`` gives it; for what is none, or a ``stream``, ValueError is raised."""
        if stream is not None:
            raise ValueError(f"to_device({device!r}, stream={stream}): arrays have no streams")
        if device == self.device:
            return self
        return importlib.import_module(TO_DEVICE).to_device(self, device)

    def to(self, device: Any, dtype: DTypeLike | None = None) -> Self:
        """The same numbers on a ``device``, or in another ``dtype``; the result stays in the graph.

        ``device``  "cpu", "cuda" for the current GPU or "cuda:1" for another (needs CuPy, extra ``gpu``), a tensor for
                    its device and dtype, or a dtype
        ``dtype``   the result's, together with a device

        Where nothing changes, it is this tensor. What is no device raises ValueError, a missing CuPy ImportError, a
        missing GPU RuntimeError.
        """
        if isinstance(device, Late.Tensor):
            device, dtype = device.device, device.dtype
        elif not isinstance(device, str) or device.partition(":")[0] not in ("cpu", "cuda"):
            try:
                device, dtype = self.device, np.dtype(device)
            except TypeError:
                raise ValueError(
                    f"t.to({device!r}): a device is 'cpu', 'cuda' or 'cuda:1', and a dtype such as np.float32 will do"
                ) from None
        t = self.to_device(device)
        return t if dtype is None or t.dtype == dtype else t.astype(dtype)

    def cuda(self) -> Self:
        """``to("cuda")``."""
        return self.to("cuda")

    def cpu(self) -> Self:
        """``to("cpu")``."""
        return self.to("cpu")
