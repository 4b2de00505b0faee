"""The simulated likelihood of a logit with random effects, 100 people, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .captured import fact, race
from .research import DRAWS, PEOPLE, SIGNS


def written(jax: Any, jnp: Any) -> Callable[..., Any]:
    facts, draws, signs = map(jnp.asarray, (PEOPLE, DRAWS, SIGNS))

    def f(p: Any) -> Any:
        utility = (facts @ p[:3])[:, :, None] + jnp.exp(p[3]) * draws
        likelihood = jnp.exp(jnp.sum(jax.nn.log_sigmoid(signs * utility), axis=1))
        return -jnp.sum(jnp.log(jnp.mean(likelihood, axis=1)))

    return f


TITLE = "logit with random effects"
RACES = race("logit", TITLE, written, native=1.0, alone=1.2)
FACTS = fact("logit", TITLE)
