"""The likelihood of a Kalman filter with 4 states and 2 observations, 200 steps, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .captured import fact, race
from .research import MOVING, SIGHT, STILL, TRACK


def scan(jax: Any, jnp: Any) -> Callable[..., Any]:
    track, H, still, moving = map(jnp.asarray, (TRACK, SIGHT, STILL, MOVING))

    def f(p: Any) -> Any:
        Q, R = jnp.exp(p[0]) * jnp.eye(4), jnp.exp(p[1]) * jnp.eye(2)
        F = still + p[2] * moving

        def step(state: Any, z: Any) -> Any:
            m, P = state
            m, P = F @ m, F @ P @ F.T + Q
            S = H @ P @ H.T + R
            v = z - H @ m
            K = jnp.linalg.solve(S, H @ P).T
            term = jnp.linalg.slogdet(S)[1] + v @ jnp.linalg.solve(S, v)
            return (m + K @ v, P - K @ H @ P), term

        return jnp.sum(jax.lax.scan(step, (jnp.zeros(4), jnp.eye(4)), track)[1]) / 2

    return f


TITLE = "Kalman filter, T = 200, 4 states"
RACES = race("kalman", TITLE, scan, native=1.0, alone=12)
FACTS = fact("kalman", TITLE)
