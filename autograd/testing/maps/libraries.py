"""Other libraries' arrays and derivatives: NumPy's, PyTorch's and JAX's.

Convention: a library is used only if the program has imported it already. Gradients are dL/dx - i dL/dy, as everywhere
here; PyTorch's are the conjugates.
"""

from __future__ import annotations

import functools
import inspect
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from ...functional import nests as tree
from ...tensor import Tensor
from ...typing import NDArray
from ...value import Value

__all__ = ["Library", "Plain", "library_of"]

Function = Callable[..., Any]  # of arrays of the library, one for each input, to a list of such arrays


class Library(ABC):
    """What ``gradcheck`` asks of a library: its arrays from and to NumPy's, and its two sweeps.

    ``pull``  the results, and the gradient of the real number ``loss(results)`` by each input; None where no path leads
    ``push``  the tangents of the results; NotImplementedError where there is no rule
    ``grad``  the same as ``pull``, of the library's own arrays: to be differentiated again
    """

    name: str

    @abstractmethod
    def array(self, a: NDArray[Any], like: Any = None) -> Any: ...
    @abstractmethod
    def number(self, a: Any) -> NDArray[Any]: ...
    @abstractmethod
    def pull(self, f: Function, arrays: Sequence[Any], loss: Function) -> list[Any]: ...
    @abstractmethod
    def push(self, f: Function, arrays: Sequence[Any], directions: Sequence[Any]) -> list[Any]: ...


class Plain:
    """NumPy's arrays as they are, and numbers."""

    name = "numpy"

    def array(self, a: NDArray[Any], like: Any = None) -> Any:
        return a.item() if isinstance(like, float | complex) and not isinstance(like, np.generic) else a

    def number(self, a: Any) -> NDArray[Any]:
        return np.asarray(a._array if isinstance(a, Tensor) else a)


class PyTorch(Library):
    """Tensors of PyTorch, ``torch.autograd.grad``, and its forward mode."""

    name = "torch"

    def __init__(self) -> None:
        self.torch: Any = sys.modules["torch"]

    def array(self, a: NDArray[Any], like: Any = None) -> Any:
        device = like.device if isinstance(like, self.torch.Tensor) else None
        return self.torch.tensor(a, device=device)

    def number(self, a: Any) -> NDArray[Any]:
        return np.array(a.detach().cpu().resolve_conj().numpy() if isinstance(a, self.torch.Tensor) else a)

    def pull(self, f: Function, arrays: Sequence[Any], loss: Function) -> list[Any]:
        torch = self.torch
        with torch.enable_grad():
            again = any(a.requires_grad for a in arrays)
            leaves = list(arrays) if again else [a.detach().requires_grad_() for a in arrays]
            y = loss(f(*leaves))
            if not y.requires_grad:
                return [None] * len(leaves)
            found = torch.autograd.grad(y, leaves, allow_unused=True, create_graph=again)
        return [None if g is None else g.conj() for g in found]

    def push(self, f: Function, arrays: Sequence[Any], directions: Sequence[Any]) -> list[Any]:
        forward = self.torch.autograd.forward_ad
        try:
            with forward.dual_level():
                ys = f(
                    *[
                        forward.make_dual(a.detach().requires_grad_(), t)
                        for a, t in zip(arrays, directions, strict=True)
                    ]
                )
                pairs = [forward.unpack_dual(self.torch.as_tensor(y)) for y in ys]  # it may have left for NumPy
        except (NotImplementedError, RuntimeError) as error:  # PyTorch raises either
            raise NotImplementedError(f"PyTorch: {error}") from error
        return [self.torch.zeros_like(p.primal) if p.tangent is None else p.tangent for p in pairs]


class Jax(Library):
    """Arrays of JAX, ``jax.grad`` and ``jax.jvp``."""

    name = "jax"

    def __init__(self) -> None:
        self.jax: Any = sys.modules["jax"]

    def array(self, a: NDArray[Any], like: Any = None) -> Any:
        kind = self.jax.dtypes.canonicalize_dtype(a.dtype)  # float32, unless jax_enable_x64 is set
        return self.jax.numpy.asarray(a.astype(kind))

    def number(self, a: Any) -> NDArray[Any]:
        return np.array(a)

    def pull(self, f: Function, arrays: Sequence[Any], loss: Function) -> list[Any]:
        places = tuple(range(len(arrays)))
        return list(self.jax.grad(lambda *xs: loss(f(*xs)), argnums=places)(*arrays))

    def push(self, f: Function, arrays: Sequence[Any], directions: Sequence[Any]) -> list[Any]:
        try:
            return list(self.jax.jvp(f, tuple(arrays), tuple(directions))[1])
        except TypeError as error:
            if "custom_vjp" not in str(error):
                raise
            raise NotImplementedError("JAX: a function with jax.custom_vjp has no forward mode") from error


LIBRARIES: dict[str, Callable[[], Library]] = {"torch": PyTorch, "jax": Jax, "jaxlib": Jax}


def library_of(functions: Sequence[Any], inputs: Sequence[Any]) -> Library | None:
    """The library whose arrays these functions take: that of the inputs, or of what the functions are or call."""
    leaves = tree.leaves(tuple(inputs))
    if any(isinstance(x, Tensor | Value) for x in leaves):
        return None
    for thing in (*leaves, *(f for f in functions if f is not None)):
        found = origins(thing) & LIBRARIES.keys() & sys.modules.keys()
        if found:
            return LIBRARIES[found.pop()]()
    return None


def origins(thing: Any) -> set[str]:
    """The packages that a thing is of: its class, and of a function its module and the modules that it names."""
    found = {kind.__module__.partition(".")[0] for kind in type(thing).__mro__}
    if isinstance(thing, functools.partial):
        return found | origins(thing.func)
    code: Any = inspect.unwrap(thing) if callable(thing) else thing
    code = getattr(code, "__func__", code)
    if not hasattr(code, "__code__"):
        return found
    found.add(str(code.__globals__.get("__name__", "")).partition(".")[0])
    names = {name: code.__globals__[name] for name in code.__code__.co_names if name in code.__globals__}
    names |= {k: v for k, v in inspect.getclosurevars(code).nonlocals.items()} if code.__closure__ else {}
    for value in names.values():
        if isinstance(value, ModuleType):
            found.add(value.__name__.partition(".")[0])
        elif callable(value):
            found.add(type(value).__module__.partition(".")[0])
            found.add(str(getattr(value, "__module__", "")).partition(".")[0])
            found.update(base.__module__.partition(".")[0] for base in getattr(value, "__mro__", ()))
    return found
