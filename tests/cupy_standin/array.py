"""The stand-in's array: numbers in ordinary memory that behave as CuPy's do on a GPU.

Convention: it takes what ``surface.txt`` says that CuPy takes, and no array of NumPy's beside it but for indices.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from ..foreign import KNOWN, Converted, Foreign, method, own
from .surface import SURFACE, Lacking, check_function, check_ufunc, fits

VIEWS = ("item", "squeeze", "swapaxes", "tobytes", "tolist", "transpose", "view")  # methods that start no kernel


class Device:
    """A GPU, by its number."""

    current = 0

    def __init__(self, number: int | None = None) -> None:
        self.id = Device.current if number is None else int(number)
        self.before: list[int] = []

    def __enter__(self) -> Device:
        self.before.append(Device.current)
        Device.current = self.id
        return self

    def __exit__(self, *error: object) -> None:
        Device.current = self.before.pop()

    def synchronize(self) -> None:
        """There is nothing to wait for."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __int__(self) -> int:
        return self.id

    def __repr__(self) -> str:
        return f"<CUDA Device {self.id}>"


class ndarray(Foreign):
    """An array on a GPU, as it were."""

    __array_priority__ = 100

    def __init__(self, numbers: Any, device: Device | None = None) -> None:
        super().__init__(numbers)
        self.device = device or Device()
        self.whole: ndarray | None = None

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        own = self.numbers.__array_interface__
        return {
            "shape": own["shape"],
            "typestr": own["typestr"],
            "data": own["data"],
            "strides": own["strides"],
            "version": 3,
        }

    @property
    def flags(self) -> Any:
        own_flags = self.numbers.flags
        names = ("c_contiguous", "f_contiguous", "owndata", "fnc", "forc")
        return SimpleNamespace(**{name: getattr(own_flags, name) for name in names})

    @property
    def base(self) -> Any:
        """The array whose memory it is a view of, as CuPy's keep it."""
        return self.whole

    def __array_ufunc__(self, ufunc: np.ufunc, how: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc.__name__ in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"):
            inputs = tuple(x.item() if isinstance(x, np.ndarray) and x.ndim == 0 else x for x in inputs)
        if not all(isinstance(x, (ndarray, *KNOWN)) for x in (*inputs, *kwargs.get("out", ()))):
            return NotImplemented
        check_ufunc(ufunc, how, inputs, kwargs)
        operands = (inputs[0], *inputs[2:]) if how in ("at", "reduceat") else inputs
        for x in (*operands, *kwargs.get("out", ())):
            if isinstance(x, np.ndarray | list):
                raise Lacking(f"np.{ufunc.__name__}: Unsupported type {type(x)}")
        self.together((*inputs, *kwargs.get("out", ())))
        out = kwargs.get("out", ())
        y = getattr(ufunc, how)(*own(inputs), **own(kwargs))
        return y if y is None else out[0] if out else self.entered(y)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, ndarray | np.ndarray) for kind in types):
            return NotImplemented
        check_function(function, args, kwargs)
        entering = function in (np.asarray, np.array, np.ascontiguousarray)
        if not entering and mixed(args, kwargs):
            raise Lacking(f"np.{function.__name__}: an array of NumPy's beside one of CuPy's")
        self.together((*args, *kwargs.values()))
        out = kwargs.get("out")
        y = function(*own(args), **own(kwargs))
        if y is None and function is not np.copyto:
            return None
        return self.entered(y) if out is None else out

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in SURFACE.attributes:
            return self.entered(getattr(self.numbers, name))
        if name not in SURFACE.methods:
            raise AttributeError(f"CuPy's arrays have no {name!r}")
        found = getattr(self.numbers, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            fits(
                f"x.{name}", SURFACE.methods[name], args if name not in ("reshape", "transpose", "item") else (), kwargs
            )
            if name not in VIEWS:
                self.together((self, *args, *kwargs.values()))
            y = method(found)(*args, **kwargs)
            return y if name in ("item", "tolist", "tobytes") else self.entered(own(y))

        return call

    @property
    def data(self) -> Any:
        return SimpleNamespace(device_id=self.device.id, ptr=self.numbers.__array_interface__["data"][0])

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, self.device.id

    def get(self) -> Any:
        """The numbers as an array of NumPy's."""
        return self.numbers.copy()

    def __getitem__(self, key: Any) -> Any:
        if any(isinstance(k, ndarray | np.ndarray | list) for k in (key if isinstance(key, tuple) else (key,))):
            self.together((self, key))
        return self.entered(self.numbers[own(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(value, np.ndarray) and value.size > 1:
            raise Converted("numbers of NumPy's are written into an array of CuPy's")
        self.together((self, key, value))
        self.numbers[own(key)] = own(value)

    def __iter__(self) -> Any:
        return (self.entered(x) for x in self.numbers)

    def __copy__(self) -> Any:
        return self.entered(self.numbers.copy())

    def __deepcopy__(self, memo: Any) -> Any:
        return self.entered(self.numbers.copy())

    def __reduce__(self) -> Any:
        return ndarray, (self.numbers,)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`")

    def __repr__(self) -> str:
        return repr(self.numbers)

    def __format__(self, spec: str) -> str:
        return format(self.numbers, spec)

    def entered(self, y: Any) -> Any:
        """Results on the GPU of this array."""
        if isinstance(y, np.ndarray | np.generic):
            found = ndarray(y, self.device)
            if np.may_share_memory(y, self.numbers):
                found.whole = self if self.whole is None else self.whole
            return found
        if isinstance(y, list | tuple):
            return type(y)._make(map(self.entered, y)) if hasattr(y, "_make") else type(y)(map(self.entered, y))
        return y

    def together(self, things: Any) -> None:
        """Refuse arrays that are not on the current GPU."""
        for x in things:
            if isinstance(x, list | tuple):
                self.together(x)
            elif isinstance(x, ndarray) and x.device != Device():
                ids = f"The device where the array resides ({x.device.id}) is different from the current device"
                raise ValueError(f"{ids} ({Device().id}). Peer access is unavailable between these devices.")


def mixed(args: Any, kwargs: Any) -> bool:
    """Is there an array of NumPy's in these arguments?"""
    values = (*args, *kwargs.values())
    return any(mixed(v, {}) if isinstance(v, list | tuple) else isinstance(v, np.ndarray) for v in values)
