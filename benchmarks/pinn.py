"""A differential equation for a network: second derivatives of a 1-32-32-1 with tanh at 100 points, and gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .captured import fact, race
from .research import POINTS


def written(jax: Any, jnp: Any) -> Callable[..., Any]:
    points = jnp.asarray(POINTS[:, 0])

    def u(x: Any, p: Any) -> Any:
        h = jnp.tanh(x * p[0][0] + p[1])
        return (jnp.tanh(h @ p[2] + p[3]) @ p[4] + p[5])[0]

    def f(*p: Any) -> Any:
        values = jax.vmap(lambda x: u(x, p))(points)
        bends = jax.vmap(jax.grad(jax.grad(lambda x: u(x, p))))(points)
        return jnp.mean((bends + values - jnp.cos(2 * points)) ** 2)

    return f


TITLE = "network with second derivatives"
RACES = race("pinn", TITLE, written, native=1.5, alone=3)
FACTS = fact("pinn", TITLE)
