"""Parameter: a tensor that a module trains.

Convention: a plain tensor that requires a gradient is trained as well: the module that finds it makes it a Parameter,
so that it remains one when it is frozen.
"""

from __future__ import annotations

import numpy as np

from autograd import Tensor, Value
from autograd.typing import ArrayLike, DTypeLike

from ..words import translated

__all__ = ["Parameter"]

NUMBERS = (Tensor, np.ndarray, np.generic, int, float, list, tuple)  # what might be taken for a parameter's numbers


class Parameter(Tensor):
    """A tensor that is trained, on an attribute of a module: ``self.weight = Parameter(init.normal((out, in)))``.

    ``data``           the first value, any shape; copied
    ``requires_grad``  False freezes it: it stays one of its module's parameters, without a gradient
    ``dtype``          a floating dtype; ``data``'s own by default
    ``label``          its name in graphs and error messages
    """

    __slots__ = ()

    @translated
    def __init__(
        self, data: ArrayLike, requires_grad: bool = True, *, dtype: DTypeLike | None = None, label: str = ""
    ) -> None:
        super().__init__(data, requires_grad, dtype=dtype, label=label)


def is_parameter(thing: object) -> bool:
    """Is it trained, or a frozen Parameter?"""
    return isinstance(thing, Value | Parameter) or (isinstance(thing, Tensor) and thing.requires_grad)


def adopt(thing: object) -> bool:
    """Is it trained, or a frozen Parameter? From now on it is a Parameter, which remains one when it is frozen."""
    if type(thing) is Tensor and thing.requires_grad and thing.is_leaf:
        thing.__class__ = Parameter
    return is_parameter(thing)
