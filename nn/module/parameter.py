"""Parameter: what a module trains.

Convention: a plain tensor that requires a gradient is trained as well; a Parameter stays one when it is frozen.
"""

from __future__ import annotations

from typing import Any

from autograd import Tensor, Value


class Parameter(Tensor):
    """A tensor that is trained; with ``requires_grad=False`` it is frozen, and still one of its module's parameters."""

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, *, dtype: Any = None, label: str = "") -> None:
        super().__init__(data, requires_grad, dtype=dtype, label=label)


def is_parameter(thing: Any) -> bool:
    """Is it trained, or a Parameter that is frozen?"""
    return isinstance(thing, Value | Parameter) or (isinstance(thing, Tensor) and thing.requires_grad)
