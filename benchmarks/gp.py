"""The likelihood of a Gaussian process at 200 places, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .captured import fact, race
from .research import HEIGHTS, SQUARES


def written(jax: Any, jnp: Any) -> Callable[..., Any]:
    squares, y = jnp.asarray(SQUARES), jnp.asarray(HEIGHTS)

    def f(p: Any) -> Any:
        length, height, noise = jnp.exp(p)
        K = height * jnp.exp(-squares / (2 * length**2)) + noise * jnp.eye(200)
        L = jnp.linalg.cholesky(K)
        return y @ jax.scipy.linalg.cho_solve((L, True), y) / 2 + jnp.sum(jnp.log(jnp.diagonal(L)))

    return f


TITLE = "Gaussian process, n = 200"
RACES = race("gp", TITLE, written, native=1.3, alone=1.5)
FACTS = fact("gp", TITLE)
