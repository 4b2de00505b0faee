"""Stale: the class of a view whose base was written to, until somebody looks at it.

Convention: it has no methods of its own. The first look at its array or node takes the view anew and makes it a Tensor
again, so that tensors which are no views pay nothing.
"""

from __future__ import annotations

from typing import Any

from . import views
from .tensor import Tensor


class Stale(Tensor):
    """A view to be taken anew from its base."""

    __slots__ = ()

    @property
    def _array(self) -> Any:
        views.renew(self)
        return self._array

    @property
    def node(self) -> Any:  # type: ignore[override]
        views.renew(self)
        return self.node


views.Stale = Stale
