"""HIPS autograd's small helpers."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .hips.rules import replaced as subval
from .hips.tracing import toposort


def subvals(x: Sequence[Any], ivs: Iterable[tuple[int, Any]]) -> tuple[Any, ...]:
    """The parts of x as a tuple, with others at these places."""
    parts = list(x)
    for i, v in ivs:
        parts[i] = v
    return tuple(parts)


def func(f: Any) -> Any:
    """f itself."""
    return f


def quick_grad_check(
    fun: Callable[..., Any], arg0: Any, extra_args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None,
    verbose: bool = True, eps: float = 1e-4, rtol: float = 1e-4, atol: float = 1e-6, rs: Any = None,
) -> None:  # fmt: skip
    """Raise AssertionError if the gradient by the first argument is wrong. Superseded by ``check_grads``."""
    warnings.warn("quick_grad_check is superseded by autograd.test_util.check_grads", DeprecationWarning, stacklevel=2)
    importlib.import_module("autograd.test_util").check_grads(
        lambda x: fun(x, *extra_args, **(kwargs or {})), modes=["rev"], order=1
    )(arg0)


__all__ = ["func", "quick_grad_check", "subval", "subvals", "toposort"]
