"""einops on tensors: ``einops.rearrange(t, "b (h w) -> b h w", h=2)`` and its other functions, differentiable.

Convention: einops asks each class derived from its ``AbstractBackend`` whether an array is its own. This module is
imported after einops (see ``environment.py``), and never without it.
"""

from __future__ import annotations

from typing import Any

from einops._backends import NumpyBackend

from .tensor import Tensor


class TensorBackend(NumpyBackend):
    """NumPy's functions, called on tensors."""

    framework_name = __name__.partition(".")[0]

    def is_appropriate_type(self, tensor: Any) -> bool:
        return isinstance(tensor, Tensor)

    def from_numpy(self, x: Any) -> Tensor:
        return Tensor(x)

    def to_numpy(self, x: Tensor) -> Any:
        return self.np.asarray(x)
