"""PyTorch's ways to put something on a module by its name; here an assignment to an attribute does it.

Convention: ``m.register_buffer("mask", x)`` is ``m.mask = Tensor(x)``, and so on. Besides, a registered buffer stays a
buffer: what would not be saved does not take its place, and a training is not resumed without it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.typing import ArrayLike

from .parameter import Parameter

__all__ = ["Registering"]


class Registering:
    """``register_buffer``, ``register_parameter``, ``register_module`` and ``add_module``."""

    _registered: tuple[str, ...] = ()  # the names of its buffers that stay buffers

    def register_buffer(self, name: str, tensor: ArrayLike | None, persistent: bool = True) -> None:
        """``self.name = Tensor(tensor)``: saved, not trained. Without ``persistent`` an array, which is not saved.

        Other tensors may come and go, as an activation that is kept for later; this one stays until ``del self.name``.
        """
        if isinstance(tensor, Tensor) and tensor.requires_grad:
            raise TypeError(f"register_buffer({name!r}): a buffer is not trained; give tensor.detach()")
        plain: Any = tensor.numpy() if isinstance(tensor, Tensor) else tensor
        others = tuple(other for other in self._registered if other != name)
        self._registered = others
        self._put(name, None if tensor is None else Tensor(plain) if persistent else np.array(plain))
        self._registered = (*others, name) if persistent else others

    def register_parameter(self, name: str, param: Tensor | None) -> None:
        """``self.name = param``, a Parameter or None."""
        if not (param is None or isinstance(param, Parameter)):
            wanted = f"nn.Parameter(...) or None, not {type(param).__name__}"
            raise TypeError(f"register_parameter({name!r}) takes an {wanted}")
        self._put(name, param)

    def add_module(self, name: str, module: Any) -> None:
        """``self.name = module``, a Module or None."""
        if not (module is None or isinstance(module, Registering)):
            raise TypeError(f"add_module({name!r}) takes a Module or None, not {type(module).__name__}")
        self._put(name, module)

    register_module = add_module

    def _put(self, name: str, thing: Any) -> None:
        if not (isinstance(name, str) and name.isidentifier()):
            raise ValueError(f"{type(self).__name__}: {name!r} is not a name for an attribute")
        if hasattr(self, name) and name not in vars(self):
            raise ValueError(f"{type(self).__name__} has an attribute {name!r} of its own: choose another name")
        setattr(self, name, thing)
