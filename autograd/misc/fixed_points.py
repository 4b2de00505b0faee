"""Fixed points by iteration, and their derivatives by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..hips.operators import vjp_at
from ..hips.primitives import primitive
from ..hips.rules import defvjp
from ..hips.vspaces import vspace


@primitive
def fixed_point(f: Any, a: Any, x0: Any, distance: Callable[[Any, Any], Any], tol: float) -> Any:
    """x = f(a)(x), iterated from x0 until ``distance(x, its predecessor)`` is at most ``tol``; differentiable in a."""
    step = f(a)
    x, before = step(x0), x0
    while distance(x, before) > tol:
        x, before = step(x), x
    return x


def _pulled(ans: Any, f: Any, a: Any, x0: Any, distance: Any, tol: float) -> Callable[[Any], Any]:
    """da from u, where u = g + (∂f/∂x)ᵀ u is a fixed point itself."""
    pull, _ = vjp_at(lambda a: f(a)(ans), a)

    def adjoint(given: Any) -> Callable[[Any], Any]:
        a, x, g = given
        pull_x, _ = vjp_at(f(a), x)
        return lambda u: vspace(u).add(g, pull_x(u))

    return lambda g: pull(fixed_point(adjoint, (a, ans, g), vspace(ans).zeros(), distance, tol))


defvjp(fixed_point, None, _pulled, None)
__all__ = ["fixed_point"]
