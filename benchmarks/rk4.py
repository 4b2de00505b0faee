"""Predators and prey by Runge and Kutta's method, 500 steps, and the gradient by all parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .captured import fact, race


def scan(jax: Any, jnp: Any) -> Callable[..., Any]:
    def f(p: Any) -> Any:
        a, b, c, d = p[2:]
        h = 0.01

        def rate(u: Any) -> Any:
            return jnp.stack([a * u[0] - b * u[0] * u[1], d * u[0] * u[1] - c * u[1]])

        def step(u: Any, _: Any) -> Any:
            k1 = rate(u)
            k2 = rate(u + h / 2 * k1)
            k3 = rate(u + h / 2 * k2)
            k4 = rate(u + h * k3)
            return u + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), None

        return jnp.sum(jax.lax.scan(step, p[:2], length=500)[0] ** 2)

    return f


TITLE = "Runge-Kutta, 500 steps of 2 states"
RACES = race("rk4", TITLE, scan, native=0.5, alone=40)
FACTS = fact("rk4", TITLE)
