"""HIPS autograd's checks of derivatives: each is ``autograd.testing.gradcheck``, and raises AssertionError."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np

from .functional import Mode
from .hips.operators import vjp_at
from .hips.vspaces import vspace
from .hips.wrapping import get_name, unary_to_nary
from .testing import gradcheck

TOL = RTOL = EPS = 1e-6
MODES: dict[str, Mode] = {"fwd": "forward", "rev": "reverse"}


def scalar_close(a: Any, b: Any) -> bool:
    """Are two numbers equal to a millionth, absolutely or relatively?"""
    return bool(abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL)


def check_vjp(f: Callable[..., Any], x: Any) -> None:
    """Check the gradients of f at x."""
    gradcheck(f, x, modes=("reverse",), disconnected=True)


def check_jvp(f: Callable[..., Any], x: Any) -> None:
    """Check the tangents of f at x."""
    gradcheck(f, x, modes=("forward",), disconnected=True)


def check_equivalent(x: Any, y: Any) -> None:
    """Check that two nests have the same form, and the same numbers."""
    space, other = vspace(x), vspace(y)
    assert space == other, f"they lie in different spaces:\n  x: {space}\n  y: {other}"
    v = space.randn()
    assert scalar_close(space.inner_prod(x, v), space.inner_prod(y, v)), f"they differ:\n  x: {x}\n  y: {y}"


def _check(f: Callable[..., Any], x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> None:
    """Check the derivatives of f up to an order, in the modes "fwd" and "rev"."""
    if not modes or set(modes) - set(MODES):
        raise ValueError(f"check_grads: modes is a list of 'fwd' and 'rev', got {modes!r}")
    gradcheck(f, x, order=2 if order > 1 else 1, modes=[MODES[m] for m in modes], disconnected=True)
    if order > 2:
        g = vspace(f(x)).randn()
        _check(lambda xg: vjp_at(f, xg[0])[0](xg[1]), (x, g), modes, order - 1)


check_grads = unary_to_nary(_check, "check_grads")


def combo_check(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., None]:
    """``check_grads(fun, *args, **kwargs)`` at all combinations of lists of arguments."""
    check = check_grads(fun, *args, **kwargs)

    def check_all(*args: Any, **kwargs: Any) -> None:
        for chosen in product(*args):
            for named in product(*kwargs.values()):
                check(*chosen, **dict(zip(kwargs, named, strict=True)))

    return check_all


def nd(f: Callable[..., Any], *args: Any) -> tuple[Any, ...]:
    """The gradients of a function whose result is one number, by central differences."""
    found = []
    for k, x in enumerate(args):

        def moved(v: Any, k: int = k, x: Any = x) -> Any:
            return f(*args[:k], vspace(x).add(x, v), *args[k + 1 :])

        space = vspace(x)
        slopes = [
            (moved(space.scalar_mul(e, EPS / 2)) - moved(space.scalar_mul(e, -EPS / 2))) / EPS
            for e in space.standard_basis()
        ]
        parts = [space.scalar_mul(e, d) for e, d in zip(space.standard_basis(), slopes, strict=True)]
        total = space.zeros()
        for part in parts:
            total = space.add(total, part)
        found.append(space.covector(total))
    return tuple(found)


__all__ = [
    "EPS", "RTOL", "TOL", "check_equivalent", "check_grads", "check_jvp", "check_vjp", "combo_check", "get_name", "nd",
    "np", "scalar_close",
]  # fmt: skip
