"""Tensor: an array in the graph, with Python's operators, ndarray's methods and NumPy's protocols.

Convention: a Tensor is a handle ``(_array, node)``, not a node. Its array never changes while a graph may need it:
results are new tensors, and ``t[i] = v`` and ``t += v`` bind the tensor to a new array. Operators and methods take the
fast path (``fast_paths.py``); everything else comes in through ``__array_ufunc__`` and ``__array_function__``
(``protocols.py``). Here stand what a tensor is made of and what changes it; the bases of the class have the rest.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, Self

import numpy as np

from .. import core
from ..absent import Slotless, point_elsewhere, without
from ..core import Node, grad_mode, leaving, recording, references
from ..declare import (
    INNER,
    OPERATIONS,
    Late,
    arithmetic,
    beside,
    copied,
    detached,
    explained,
    mistaken,
    plain,
)  # fmt: skip
from ..typing import ArrayLike, DTypeLike, NDArray
from . import fast_paths as fast
from . import kernels, linear, protocols, views
from .conversions import Conversions
from .elsewhere import INSTEAD
from .escapes import asked
from .gradients import Gradients
from .methods import ArrayMethods

ndarray = np.ndarray
GPU = f"{__name__.partition('.')[0]}.gpu"
CUDA = 2  # DLPack's number for NVIDIA's GPUs


class Tensor(Gradients, Conversions, protocols.Protocols, ArrayMethods):
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

    def _leaf_of(self, array: Any) -> None:
        """Be a new leaf, with the same label, around this array."""
        label, tracked = self.label, self.requires_grad
        self._array, self.node = array, None
        views.leave(self)
        self.requires_grad = tracked
        if label:
            self.label = label

    # ------------------------------------------------ the same numbers again

    def detach(self) -> Tensor:
        """The same numbers, outside the graph."""
        if grad_mode.switches and self.node is not None:
            leaving(self, "t.detach()")
        return of(self._array, None)

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

    # ------------------------------------------------ as a sequence and as text

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


def _own() -> int:
    """How many references there are to a tensor's own array in a method that looks at it."""
    tensor = of(np.zeros(1), None)
    array = tensor._array
    return references(array)


OWN = _own()


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
for kind in Tensor.__mro__[1:]:
    for name, method in vars(kind).items():
        if isinstance(method, FunctionType) and method.__qualname__ == f"{kind.__name__}.{name}":
            method.__qualname__, method.__module__ = f"Tensor.{name}", __name__  # as errors for its arguments say
Late.Tensor = Tensor
Late.of = of
fast.Tensor = linear.Tensor = kernels.Tensor = protocols.Tensor = Tensor
