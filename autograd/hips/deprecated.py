"""The methods that a primitive of ``autograd.primitive`` has from HIPS autograd's first years.

Convention: each call declares the gradient by one argument; those that were declared before stay.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from .primitives import Primitive
from .rules import defvjp
from .vspaces import vspace


class OldPrimitive(Primitive):
    """A primitive with ``f.defgrad``, ``f.defvjp`` and ``f.defvjp_is_zero``."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self.makers: dict[int, Any] = {}

    def _add(self, makers: dict[int, Any], how: str) -> None:
        warnings.warn(
            f"{self.__name__}.{how} is superseded by autograd.extend.defvjp({self.__name__}, lambda ans, *args: "
            "lambda g: ...)",
            DeprecationWarning,
            stacklevel=3,
        )
        self.makers |= makers
        defvjp(self, *self.makers.values(), argnums=list(self.makers))

    def defgrad(self, gradfun: Callable[..., Any], argnum: int = 0) -> None:
        """``gradfun(ans, *args)`` gives g -> Jᵀ g."""
        self._add({argnum: gradfun}, "defgrad")

    def defvjp(self, vjpmaker: Callable[..., Any], argnum: int = 0) -> None:
        """``vjpmaker(g, ans, vs, gvs, *args)`` is Jᵀ g, given the vector spaces of the argument and of g."""

        def make(ans: Any, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
            return lambda g: vjpmaker(g, ans, vspace(args[argnum]), vspace(g), *args, **kwargs)

        self._add({argnum: make}, "defvjp")

    def defvjp_is_zero(self, argnums: Sequence[int] = (0,)) -> None:
        """The gradient by these arguments is 0."""
        self._add(dict.fromkeys(argnums), "defvjp_is_zero")


def primitive_with_deprecation_warnings(f_raw: Callable[..., Any]) -> Any:
    """A function, called on plain numbers, whose derivatives ``autograd.extend.defvjp`` and ``defjvp`` declare."""
    return OldPrimitive(f_raw)
