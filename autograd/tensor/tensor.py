"""Tensor: an array in the graph, with Python's operators, ndarray's methods and NumPy's protocols.

Convention: a Tensor is a handle ``(_array, node)``, not a node. Its array never changes while a graph may need it:
results are new tensors, and ``t[i] = v`` and ``t += v`` bind the tensor to a new array. Operators and methods take the
fast path (``fast_paths.py``); everything else comes in through ``__array_ufunc__`` and ``__array_function__``.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from .. import core, ops
from ..absent import Slotless, point_elsewhere, without
from ..core import Node, grad_mode, leaving, recording, references
from ..declare import (
    CONSTANT,
    INNER,
    OPERATIONS,
    SELECTING,
    Late,
    Operation,
    arithmetic,
    as_array,
    beside,
    constant_tensor,
    copied,
    declare_late,
    detached,
    explained,
    labelled,
    mistaken,
    native,
    plain,
    tracked,
    unsupported,
)  # fmt: skip
from ..typing import ArrayLike, DTypeLike, NDArray
from . import fast_paths as fast
from . import kernels, linear, views
from .elsewhere import INSTEAD
from .escapes import asked, escape, refuse_places, refuse_steps
from .methods import ArrayMethods

ndarray = np.ndarray
OWN_GRADIENT = (
    "x.grad.backward() adds the second derivative to the first one, which x.grad still holds: write g = x.grad, "
    "x.grad = None and then g.backward()"
)
API, API_VERSIONS = f"{__name__.partition('.')[0]}.array_api", ("2021.12", "2022.12", "2023.12", "2024.12")
VERSIONED = hasattr(np, "unstack")  # NumPy 2.1, whose arrays say which version of DLPack they speak
GPU, TO_DEVICE = (f"{__name__.partition('.')[0]}.{name}" for name in ("gpu", "ops.to_device"))
CUDA = 2  # DLPack's number for NVIDIA's GPUs
SET_GRADIENT = core.Notes.__dict__["grad"].__set__


class Tensor(ArrayMethods):
    """An array whose computation is recorded, so that ``backward()`` finds the gradients of its inputs.

    ``data``           numbers of any shape: an array, nested lists, one number; a writeable array is copied, so that
                       changing it later changes nothing here
    ``requires_grad``  True makes a leaf: ``y.backward()`` leaves dy/dleaf in ``leaf.grad``
    ``dtype``          a numeric dtype; that of the data by default
    ``label``          its name in graphs and error messages

    Operators, methods and plain NumPy functions of tensors give tensors; a method takes the arguments of NumPy's method
    or function of its name. Integers cannot require gradients: TypeError is raised.

    Complex gradients are those of ``jax.grad`` and HIPS autograd, for ``grad`` and ``backward`` alike: for real L and z
    = x + iy, ``z.grad`` = dL/dx - i dL/dy. Gradient descent steps along its conjugate.
    """

    __slots__ = ("__weakref__", "_label")

    _label: str  # of a tensor that is not tracked: a tracked one's is on its node

    def __init__(
        self, data: ArrayLike, requires_grad: bool = False, *, dtype: DTypeLike | None = None, label: str = ""
    ) -> None:
        given: Any = data
        if isinstance(given, Tensor):
            if given.node is not None and recording.on:
                raise detached("Tensor(t)", "t.copy() stays in the graph, t.detach() leaves it")
            if given.node is not None:
                leaving(given, "Tensor(t)")
            given = given._array
        elif given.__class__ is not ndarray and arithmetic(given) == "MaskedArray":
            raise TypeError(f"a tensor's data are numbers, not {mistaken(given)}")
        try:
            self._array = np.array(given, dtype=dtype) if given.__class__ is ndarray else copied(given, dtype)
        except INNER as error:
            raise explained(error, type(self).__name__, [("data", data)]) from None
        if not self._array.dtype.isnative:
            self._array = self._array.astype(self._array.dtype.newbyteorder("="))
        if self._array.dtype.kind not in "biufc":
            raise TypeError(
                f"a tensor holds numbers, not {self._array.dtype} (from {type(data).__name__}). " + _instead(given)
            )
        self.node = self._family = None
        if requires_grad:
            self.requires_grad = True
        if label:
            self.label = label

    @property
    def requires_grad(self) -> bool:
        """Is this tensor tracked: a leaf whose gradient was asked for, or computed from one?"""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if value and self.node is None:
            if self._array.dtype.kind not in "fc":
                raise TypeError(
                    f"a tensor of {self._array.dtype} cannot require a gradient: derivatives need real or complex "
                    "numbers. Write 1.0 instead of 1, or Tensor(x, dtype=float)."
                )
            label = self.label
            self.node = Node(None, (), None, self._array.shape)
            views.leave(self)
            if label:
                self.label = label
        elif not value and self.node is not None:
            if self.node.op is not None:
                raise RuntimeError("requires_grad of a computed tensor cannot be switched off: use t.detach()")
            label, self.node = self.label, None
            self.label = label

    def requires_grad_(self, value: bool = True) -> Self:
        """Set ``requires_grad`` to a ``value``, and return this tensor."""
        self.requires_grad = value
        return self

    @property
    def is_leaf(self) -> bool:
        """Was this tensor made by the user, not computed from tracked tensors?"""
        return self.node is None or self.node.op is None

    @property
    def label(self) -> str:
        """A name for pictures and error messages."""
        if self.node is None:
            return getattr(self, "_label", "")
        return "" if self.node.notes is None else self.node.notes.label

    @label.setter
    def label(self, text: str) -> None:
        if self.node is None:
            self._label = text
        else:
            self.node.annotate().label = text

    @property
    def data(self) -> NDArray[Any]:
        """The numbers, as a read-only view. Assigning rebinds: ``p.data = p.data - lr * p.grad``."""
        if grad_mode.switches and self.node is not None:
            leaving(self, "t.data")
        return core.read_only(self._array)

    @data.setter
    def data(self, value: ArrayLike) -> None:
        if self.node is not None and self.node.op is not None:
            raise RuntimeError(
                f"the data of a computed tensor ('{self.node.name}') cannot be assigned: the graph was recorded with "
                "its old numbers. Assign to a leaf, or make a new tensor."
            )
        new = copied(plain(value), self._array.dtype, "t.data")
        if new.__class__ is ndarray and self._array.__class__ is not ndarray:
            new = beside(new, self._array)  # the tensor stays where it is
        if new.shape != self._array.shape:
            raise ValueError(f"data: got shape {new.shape}, this tensor has {self._array.shape}")
        if recording.effects is not None:
            recording.effects.writes(self)
        self._array = new
        if self.node is not None:
            self.node.annotate().moved = True
        views.leave(self)

    @property
    def _value(self) -> Any:
        """The same, a number of NumPy's where there are no axes: what HIPS autograd calls it."""
        return self.data[()]

    def update_(self, change: Callable[[NDArray[Any]], object]) -> Self:
        """Let ``change(array)`` write to a leaf's numbers: what an optimizer's step does.

        They are changed in place if nothing else refers to them, else in a copy that replaces them: neither a view from
        ``.data`` nor a graph that is still to be swept sees a change. If ``change`` keeps the array, it keeps a copy.
        """
        if self.node is not None and self.node.op is not None:
            raise RuntimeError(f"update_: the graph was recorded with the numbers of this '{self.node.name}'; copy it")
        if recording.effects is not None:
            recording.effects.writes(self)
        if not callable(change):
            raise TypeError(f"update_ takes a function of the array that writes to it, got {type(change).__name__}")
        array = self._array
        own = references(array) <= OWN and (
            array.base is None and array.flags.writeable
            if array.__class__ is ndarray
            else getattr(array, "alone", False)
        )
        if not own:
            array = array.copy()
        if self.node is not None:
            self.node.annotate().moved = True  # first: ``change`` may be broken off in the middle
        change(array)
        self._array = array
        if array.__class__ is ndarray and references(array) > OWN:  # somebody kept it
            self._array = array.copy()
        self._family = None
        return self

    def cast_(self, dtype: DTypeLike) -> Self:
        """Hold a leaf's numbers in another dtype from now on; its gradient is forgotten.

        Graphs recorded before keep the old numbers, and their sweeps no longer reach this tensor.
        """
        if self.node is not None and self.node.op is not None:
            raise RuntimeError(
                f"cast_: this tensor is the result of '{self.node.name}', not a leaf: use t.astype(dtype)"
            )
        if self._array.dtype != dtype:
            self._leaf_of(self._array.astype(dtype))
        return self

    def _leaf_of(self, array: Any) -> None:
        """Be a new leaf, with the same label, around this array."""
        label, tracked = self.label, self.requires_grad
        self._array, self.node = array, None
        views.leave(self)
        self.requires_grad = tracked
        if label:
            self.label = label

    @property
    def grad(self) -> NDArray[Any] | Any:
        """dL/d(this) after ``L.backward()``: a read-only array (a tensor with ``create_graph=True``), or None."""
        node = self.node
        if node is None or node.notes is None:
            return None
        g = node.notes.grad
        return g if g is None or node.op is None or isinstance(g, Tensor) else core.read_only(as_array(g))

    @grad.setter
    def grad(self, value: ArrayLike | None) -> None:
        node = self.node
        if node is None:
            raise ValueError("grad: this tensor does not require a gradient; set requires_grad = True first")
        g: Any = value
        if g is not None:
            if not isinstance(g, Tensor):
                g = core.read_only(copied(g, self._array.dtype, "t.grad"))
            if g.shape != self._array.shape:
                fix = "; t.grad = None clears it" if not g.shape and not np.any(g) else ""
                raise ValueError(f"grad: got shape {g.shape}, this tensor has {self._array.shape}{fix}")
        notes = node.annotate()
        notes.grad, notes.used, notes.retains = g, 0, node.op is not None

    # ------------------------------------------------ sweeping

    def backward(
        self, gradient: ArrayLike | None = None, *, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add the gradient of this tensor to ``.grad`` of every leaf that it was computed from.

        ``gradient`` is dL/d(this), of this tensor's shape; it may be left out for a single number (1).
        ``retain_graph`` keeps the graph for another sweep; ``create_graph`` also records this one, so that
        the gradients, then tensors, can be differentiated again: set ``.grad = None`` when done with them, since
        they hold the graph that leads back to their leaf (``autograd.grad`` makes no such cycle). Complex
        leaves: see the class.
        """
        if self.node is None:
            raise RuntimeError(
                "backward() of a tensor that is not tracked: nothing that it was computed from has "
                "requires_grad=True, or it was computed inside no_grad() or after detach()"
            )
        loop = recording.loop if grad_mode.switches else None
        if loop is not None:
            loop.backward(self)
        if gradient is None:
            if self._array.size != 1:
                raise ValueError(
                    f"backward() of a tensor of shape {self._array.shape} needs dL/d(it), for a loss L: "
                    "reduce it to one number first, as in y.sum().backward(), or pass y.backward(gradient)"
                )
            a = self._array
            g: Any = a.dtype.type(1) if a.ndim == 0 and a.__class__ is ndarray else np.ones_like(a)
        else:
            if native(plain(gradient)).dtype.kind not in "biuf" and self._array.dtype.kind != "c":
                raise TypeError(f"backward(gradient): a complex gradient of a real tensor, {self._array.dtype}")
            g = gradient if isinstance(gradient, Tensor) else copied(gradient, self._array.dtype, "backward")
            if g.dtype != self._array.dtype:
                g = g.astype(self._array.dtype)
        if g.shape != self._array.shape:
            raise ValueError(f"backward(gradient): got shape {g.shape}, this tensor has {self._array.shape}")
        taken = None if gradient is None else core.given(g, self.node)
        if create_graph:
            with core.enable_grad():
                g = g if isinstance(g, Tensor) else of(g, None)
                found = core.backward(self.node, g, create_graph=True, taken=taken)
        else:
            found = core.backward(self.node, plain(g), retain_graph=retain_graph, taken=taken)
        for leaf, g in found.items():
            if leaf.notes is not None and leaf.notes.hooks:
                found[leaf] = core.run_hooks(leaf, g)
        with core.accumulating:
            notes, gradients = [], []
            for leaf, g in found.items():
                note = leaf.notes or leaf.annotate()
                if note.grad is not None:
                    if note.grad is self:
                        warnings.warn(OWN_GRADIENT, stacklevel=2)
                    g = note.grad + g
                    if note.used:
                        note.used = 2
                if g.__class__ is ndarray:
                    if g.base is None and references(g) <= LONE:  # it is this leaf's alone
                        g.setflags(False)  # type: ignore[call-arg]  # by name it takes three times as long
                    else:
                        g = core.read_only(g)
                elif isinstance(g, Tensor):
                    g = of(g._array, g.node)  # no view of another, which writing to it would change
                else:
                    g = core.read_only(as_array(g))
                notes.append(note)
                gradients.append(g)
            core.at_once(map(SET_GRADIENT, notes, gradients))  # of all leaves or, after an error, of none
        if loop is not None:
            loop.swept(self)

    def register_hook(self, hook: Callable[[NDArray[Any]], ArrayLike | None]) -> Callable[[], object]:
        """Call ``hook(gradient)`` when a sweep has this tensor's gradient; what it returns, if not None, replaces it.

        Returns a function that removes the hook.
        """
        if self.node is None:
            raise RuntimeError("register_hook: this tensor is not tracked, no gradient will ever arrive")
        hooks = self.node.annotate().hooks
        key = object()
        hooks[key] = hook
        return lambda: hooks.pop(key, None)

    def retain_grad(self) -> Self:
        """Keep the gradient of this computed tensor in ``.grad`` at each sweep (leaves always do)."""
        if self.node is None:
            raise RuntimeError("retain_grad: this tensor is not tracked, no gradient will ever arrive")
        if self.node.op is not None:
            self.node.annotate().retains = True
        return self

    def detach(self) -> Tensor:
        """The same numbers, outside the graph."""
        if grad_mode.switches and self.node is not None:
            leaving(self, "t.detach()")
        return of(self._array, None)

    # ------------------------------------------------ out of the graph, and never silently

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

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """The functions of the Python array API standard, ``autograd.array_api``, which are differentiable."""
        if api_version is not None and api_version not in API_VERSIONS:
            raise ValueError(f"api_version={api_version!r}: there is {', '.join(API_VERSIONS)}")
        return importlib.import_module(API)

    @property
    def device(self) -> Any:
        """Where the numbers are: "cpu", "cuda:0" for a GPU, or what an array of another library says."""
        return getattr(self._array, "device", "cpu")

    def to_device(self, device: Any, /, *, stream: Any = None) -> Tensor:
        """This tensor on a ``device``, as ``to`` gives it; for what is none, or a ``stream``, ValueError is raised."""
        if stream is not None:
            raise ValueError(f"to_device({device!r}, stream={stream}): arrays have no streams")
        if device == self.device:
            return self
        return importlib.import_module(TO_DEVICE).to_device(self, device)

    def to(self, device: Any, dtype: DTypeLike | None = None) -> Tensor:
        """The same numbers on a ``device``, or in another ``dtype``; the result stays in the graph.

        ``device``  "cpu", "cuda" for the current GPU or "cuda:1" for another (needs CuPy, extra ``gpu``), a tensor for
                    its device and dtype, or a dtype
        ``dtype``   the result's, together with a device

        Where nothing changes, it is this tensor. What is no device raises ValueError, a missing CuPy ImportError, a
        missing GPU RuntimeError.
        """
        if isinstance(device, Tensor):
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

    def cuda(self) -> Tensor:
        """``to("cuda")``."""
        return self.to("cuda")

    def cpu(self) -> Tensor:
        """``to("cpu")``."""
        return self.to("cpu")

    def move_(self, device: Any) -> Self:
        """Hold a leaf's numbers, and its gradient, on a ``device`` from now on, as ``to`` names it.

        Graphs recorded before keep the old numbers, and their sweeps no longer reach this tensor.
        """
        if self.node is not None and self.node.op is not None:
            raise RuntimeError(f"move_: this tensor is the result of '{self.node.name}', not a leaf: use t.to(device)")
        array = importlib.import_module(GPU).moved(self._array, device)
        if array is not self._array:
            gradient = plain(self.grad)
            self._leaf_of(array)
            if gradient is not None:
                self.grad = importlib.import_module(GPU).moved(gradient, device)
        return self

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

    @staticmethod
    def from_dlpack(array: Any, requires_grad: bool = False) -> Tensor:
        """A tensor with a copy of the numbers of any ``array`` that speaks DLPack (PyTorch, JAX, CuPy), on its device.

        ``requires_grad`` makes it a leaf. An array on a GPU needs CuPy (extra ``gpu``), else ImportError is raised.
        """
        if array.__dlpack_device__()[0] == CUDA:
            return Tensor(importlib.import_module(GPU).cupy("an array on a GPU").from_dlpack(array), requires_grad)
        return Tensor(np.from_dlpack(array), requires_grad)

    def copy(self) -> Tensor:
        """The same numbers in a new tensor, which stays in the graph."""
        return OPERATIONS[np.copy](self, "C") if self.node is not None else of(self._array.copy(), None)

    clone = copy

    def __copy__(self) -> Tensor:
        return of(self._array, self.node)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        state = self._leaf_state("deepcopy")  # before the class is asked for: a stale view is taken anew
        tensor = _restored(type(self), *state)
        memo[id(self)] = tensor
        return tensor

    def __reduce__(self) -> Any:
        state = self._leaf_state("pickle")
        return _restored, (type(self), *state)

    def _leaf_state(self, verb: str) -> tuple[Any, ...]:
        node = self.node
        if node is not None and (
            node.op is not None or node._saved is not None
        ):  # of what grad gives its function, too
            raise detached(f"{verb} of a computed tensor", f"{verb} t.detach(), or its leaves")
        return core.read_only(self._array), self.requires_grad, core.read_only(plain(self.grad)), self.label

    # ------------------------------------------------ NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            key: Any = (ufunc, method)  # np.add.reduce and its kin
        else:
            key = ufunc
            if not kwargs:
                if inputs[0].__class__ is Tensor:
                    call = fast.UFUNCS.get(ufunc)
                    if call is not None:
                        return call(*inputs)
                elif ufunc in fast.REFLECTIONS and inputs[1].__class__ is Tensor:
                    return fast.REFLECTIONS[ufunc](inputs[1], inputs[0])
        if key not in OPERATIONS:
            if ufunc in CONSTANT:
                if ufunc is np.isnan and recording.on and tracked(inputs):  # as solvers ask before they take a number
                    refuse_steps(sys._getframe(1), "float(t)")
                if grad_mode.switches:
                    _leave_for(ufunc, inputs, kwargs)
                if not kwargs and method == "__call__":
                    y = ufunc(*[x._array if x.__class__ is Tensor else plain(x) for x in inputs])
                    return of(y, None) if y.__class__ is ndarray else constant_tensor(y)
                if any(isinstance(x, Tensor) for x in kwargs.get("out", ())):
                    raise TypeError(f"np.{ufunc.__name__}(out=t) would overwrite a tensor: assign the result")
                y = getattr(ufunc, method)(*plain(inputs), **plain(kwargs))
                return y if "out" in kwargs else constant_tensor(y)
            ops.special.scipy.ensure_scipy()
            if key not in OPERATIONS:
                raise unsupported(key, OPERATIONS)
        if any(map(labelled, inputs)):
            return NotImplemented
        where = kwargs.get("where", True)
        if where is not True and method == "__call__":
            raise TypeError(
                f"{ufunc.__name__}(where=...) leaves numbers undefined: write np.where(mask, np.{ufunc.__name__}(x), y)"
            )
        return OPERATIONS[key](*inputs, **{k: v for k, v in kwargs.items() if k != "where" or method != "__call__"})

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        operation = linear.FUNCTIONS.get(function)
        if operation is not None and args and args[0].__class__ is Tensor:
            return operation(*args, **kwargs)
        operation = OPERATIONS.get(function)
        if operation is not None:
            if function is np.atleast_1d and recording.on and tracked(args):
                refuse_steps(sys._getframe(1), "np.asarray(t)")
            if operation.__class__ is Operation:
                return operation(*args, **kwargs)
            try:
                return operation(*args, **kwargs)
            except Exception as error:
                named = [*((f"argument {k}", x) for k, x in enumerate(args)), *kwargs.items()]
                raise explained(error, f"np.{function.__name__}", named) from None
        if function in CONSTANT:
            if function in SELECTING and recording.on and tracked((args, kwargs)):
                raise detached(f"np.{function.__name__}(t)", SELECTING[function])
            if grad_mode.switches:
                _leave_for(function, args, kwargs)
            return core.views_read_only(function(*plain(args), **plain(kwargs)))
        if declare_late(function):
            return self.__array_function__(function, types, args, kwargs)
        raise unsupported(function, OPERATIONS)

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("a tensor of no axes has no elements to iterate over; t.item() is its number")
        return (self[i] for i in range(len(self._array)))

    def __contains__(self, value: ArrayLike) -> bool:
        return plain(value) in self._array

    def __dir__(self) -> list[str]:
        return without(self, super().__dir__())

    def __repr__(self) -> str:
        body = np.array2string(self._array, separator=", ", prefix=f"{type(self).__name__}(")
        extra = "" if str(self._array.dtype) in ("float64", "int64", "complex128") else f", dtype={self._array.dtype}"
        if self.node is not None:
            extra += ", requires_grad=True" if self.node.op is None else f", op={self.node.name}"
        return f"{type(self).__name__}({body}{extra})" + (f" '{self.label}'" if self.label else "")

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        return (
            format(self._array.item(), spec)
            if self._array.size == 1
            else np.array2string(self._array, formatter={"float_kind": lambda v: format(v, spec)})
        )


def _instead(given: Any) -> str:
    """What to give a tensor in place of what holds no numbers."""
    if given is None:
        return "Did a function that should return numbers return nothing?"
    parts = np.array(given, object).ravel().tolist()
    if any(isinstance(part, Late.Value) for part in parts):
        return "Write Tensor([v.data for v in values]) for their numbers; Values themselves stay in object arrays."
    if any(part is None for part in parts):
        return "There is None in it: write np.nan for a number that is missing."
    if any(isinstance(part, str) for part in parts):
        return "Write np.array(texts, dtype=float) if the texts are numbers."
    return "Nested lists must be rectangular; write list(d.values()) for a dict, np.array(list(s)) for a set."


def of(array: Any, node: Node | None) -> Tensor:
    """A tensor around an array that nothing else can change; nothing is checked."""
    tensor = object.__new__(Tensor)
    tensor._array = array
    tensor._family = None
    tensor.node = node
    return tensor


def _leave_for(function: Any, args: Any, kwargs: Any) -> None:
    """The numbers of the tracked tensors in these arguments go to a function whose result is constant."""
    for given in (*args, *kwargs.values()):
        if isinstance(given, Tensor) and given.node is not None:
            leaving(given, f"np.{function.__name__}(t)")


def _own() -> int:
    """How many references there are to a tensor's own array in a method that looks at it."""
    tensor = of(np.zeros(1), None)
    array = tensor._array
    return references(array)


def _lone() -> int:
    """How many references there are to a gradient that a sweep gave to one leaf alone."""
    found = {0: np.zeros(1)}
    return next(references(g) for _, g in found.items())


OWN, LONE = _own(), _lone()


def _restored(kind: type[Tensor], array: Any, requires_grad: bool, grad: Any, label: str) -> Tensor:
    """A tensor from what a pickle or a deep copy kept."""
    tensor = kind(array, requires_grad)
    if grad is not None:
        tensor.grad = grad
    if label:
        tensor.label = label
    return tensor


class InMemory(Slotless):
    """How an array lies in memory, which a library asks for before it takes the numbers."""

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is not None and instance.node is not None and recording.on:
            told = asked(f"t.{self.name}")
            if told:
                raise AttributeError(told, name=self.name)
        raise self.error(owner, instance)


for name in ("base", "ctypes", "flags", "strides", "view"):
    setattr(Tensor, name, InMemory(Tensor, name, INSTEAD.get(name, f"t.data.{name}")))
point_elsewhere(Tensor, INSTEAD, slotless=True)
Late.Tensor = Tensor
Late.of = of
fast.Tensor = linear.Tensor = kernels.Tensor = Tensor
