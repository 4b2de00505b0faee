"""The likelihood of a GARCH(1,1) model for 1,000 returns, in a plain loop over single numbers, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .captured import fact, race
from .research import RETURNS


def scan(jax: Any, jnp: Any) -> Callable[..., Any]:
    returns = jnp.asarray(RETURNS)

    def f(p: Any) -> Any:
        omega, alpha, beta = p

        def step(h: Any, r: Any) -> Any:
            return omega + alpha * r * r + beta * h, jnp.log(h) + r * r / h

        return jnp.sum(jax.lax.scan(step, 1.0, returns)[1])

    return f


TITLE = "GARCH likelihood, T = 1000"
RACES = race("garch", TITLE, scan, native=3, alone=130)
FACTS = fact("garch", TITLE)
