"""The stand-in's module: what ``import cupy`` gives, as far as this project asks for it."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from autograd.gpu import entered

from .array import Device, ndarray
from .kernels import ElementwiseKernel
from .surface import SURFACE, fits


class Generator:
    """Draws as NumPy's of the same seed does, by those methods that CuPy's has."""

    def __init__(self, bits: Any) -> None:
        self.bit_generator = bits
        self._numpy = np.random.default_rng(bits.seed)

    def __getattr__(self, name: str) -> Any:
        if name not in SURFACE.generator:
            raise AttributeError(f"CuPy's generators have no {name!r}")

        def call(*args: Any, **kwargs: Any) -> ndarray:
            fits(f"Generator.{name}", SURFACE.generator[name], args, kwargs)
            dtype = kwargs.pop("dtype", None) if name == "uniform" else None
            y = getattr(self._numpy, name)(*args, **kwargs)
            return ndarray(y if dtype is None else np.asarray(y, dtype))

        return call


def module(gpus: int = 2) -> ModuleType:
    """A module with so many GPUs."""
    cupy: Any = ModuleType("cupy")
    cupy.__version__ = f"{SURFACE.version}+standin"
    cupy.ndarray, cupy.ElementwiseKernel = ndarray, ElementwiseKernel

    def asarray(a: Any, dtype: Any = None, order: Any = None) -> ndarray:
        if isinstance(a, ndarray) and (dtype is None or a.dtype == dtype) and a.device == Device():
            return a
        return ndarray(np.array(a.numbers if isinstance(a, ndarray) else a, dtype, order=order or "K"))

    def asnumpy(a: Any, order: str = "C") -> Any:
        return a.get() if isinstance(a, ndarray) else np.asarray(a, order=order)  # type: ignore[call-overload]

    def fuse(*args: Any, **options: Any) -> Any:
        return args[0] if args and callable(args[0]) else lambda function: function

    def count() -> int:
        if not gpus:
            raise RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected")
        return gpus

    cupy.asarray = cupy.array = cupy.from_dlpack = asarray
    cupy.asnumpy, cupy.fuse = asnumpy, fuse
    cupy.cuda = SimpleNamespace(
        Device=Device, is_available=lambda: gpus > 0, runtime=SimpleNamespace(getDeviceCount=count),
        get_current_stream=lambda: SimpleNamespace(synchronize=lambda: None),
    )  # fmt: skip
    cupy.random = SimpleNamespace(
        Generator=Generator, Philox4x3210=lambda seed=None, *, size=-1: SimpleNamespace(seed=seed),
        default_rng=lambda seed=None: Generator(seed if hasattr(seed, "seed") else SimpleNamespace(seed=seed)),
    )  # fmt: skip
    as_strided = np.lib.stride_tricks.as_strided
    cupy.lib = SimpleNamespace(
        stride_tricks=SimpleNamespace(
            as_strided=lambda x, shape, strides: x.entered(as_strided(x.numbers, shape, strides))
        )
    )
    cupy.full = lambda shape, value, dtype=None: ndarray(np.full(shape, value, dtype))
    for path in SURFACE.functions:
        place, _, name = path.partition("numpy.")[2].rpartition(".")
        space = cupy
        for part in filter(None, place.split(".")):
            space.__dict__.setdefault(part, SimpleNamespace())
            space = getattr(space, part)
        if name not in space.__dict__:
            setattr(space, name, Function(path))
    for name in (*SURFACE.ufuncs, *SURFACE.gufuncs):
        if isinstance(getattr(np, name, None), np.ufunc):
            setattr(cupy, name, Ufunc(getattr(np, name)))
    return cupy


def special() -> ModuleType:
    """CuPy's ``cupyx.scipy.special``, of SciPy's functions, where SciPy is installed."""
    made: Any = ModuleType("cupyx.scipy.special")
    scipy = importlib.import_module("scipy.special") if importlib.util.find_spec("scipy") else SimpleNamespace()
    for name in SURFACE.ufuncs:
        if not hasattr(np, name) and isinstance(getattr(scipy, name, None), np.ufunc):
            setattr(made, name, Ufunc(getattr(scipy, name)))
    return made


class Function:
    """A function of CuPy's: NumPy's of that name, with CuPy's parameters, of arrays on a GPU."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.numpy: Any = np
        for part in path.split(".")[1:]:
            self.numpy = getattr(self.numpy, part)

    def __call__(self, *args: Any, **options: Any) -> Any:
        fits(self.path, SURFACE.functions[self.path], args, options)
        first = like(args, options)
        if first is None:
            return ndarray(self.numpy(*args, **options))
        return first.__array_function__(self.numpy, (ndarray,), args, options)


class Ufunc:
    """A ufunc of CuPy's."""

    def __init__(self, numpy: np.ufunc) -> None:
        self.numpy = numpy

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._call("__call__", args, options)

    def __getattr__(self, method: str) -> Any:
        return lambda *args, **options: self._call(method, args, options)

    def _call(self, method: str, args: Any, options: Any) -> Any:
        if options.get("out", 0) is not None and "out" in options:
            options = options | {"out": (options["out"],)}
        first = like(args, options)
        if first is None:
            raise TypeError(f"Unsupported types {[type(x) for x in args]}")
        found = first.__array_ufunc__(self.numpy, method, *args, **options)
        assert found is not NotImplemented, (self.numpy, args)
        return found


def like(*values: Any) -> ndarray | None:
    """The first array on a GPU among arguments."""
    for value in values:
        if isinstance(value, ndarray):
            return value
        if isinstance(value, dict):
            value = tuple(value.values())
        if isinstance(value, list | tuple):
            found = like(*value)
            if found is not None:
                return found
    return None


def on_gpu(x: Any) -> Any:
    """A new array on the stand-in's GPU, of these numbers, as tensors hold it."""
    return entered(ndarray(np.array(x)))


@contextlib.contextmanager
def installed(gpus: int = 2) -> Iterator[ModuleType]:
    """Inside this block ``import cupy`` gives the stand-in."""
    made = module(gpus)
    modules = {"cupy": made, "cupyx": ModuleType("cupyx"), "cupyx.scipy.special": special()}
    modules["cupyx"].scatter_add = made.add.at  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield made
    finally:
        for name, old in before.items():
            sys.modules.pop(name)
            if old is not None:
                sys.modules[name] = old
