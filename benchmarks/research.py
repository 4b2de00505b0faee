"""Programs as a researcher writes them in NumPy: loops that are loops, small arrays, linear algebra.

Convention: each is written once, for the NumPy of any library: ``make(np, grad)`` returns the function and where its
gradient is wanted. This file imports NumPy alone, for the data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

Made = tuple[Callable[..., Any], Any]


def normal(*shape: int, seed: int = 0) -> Any:
    return numpy.random.default_rng(seed).normal(size=shape)


# ---------------------------------------------------------------- GARCH(1,1)

RETURNS = normal(1000)
GARCH_START = numpy.array([0.1, 0.1, 0.8])


def garch(np: Any, grad: Any) -> Made:
    """Σ log hₜ + rₜ²/hₜ, where hₜ₊₁ = ω + α rₜ² + β hₜ."""

    def f(p: Any) -> Any:
        omega, alpha, beta = p[0], p[1], p[2]
        h, total = 1.0, 0.0
        for r in RETURNS.tolist():
            total = total + np.log(h) + r * r / h
            h = omega + alpha * (r * r) + beta * h
        return total

    return f, GARCH_START


# ---------------------------------------------------------------- a Kalman filter

TRACK = numpy.cumsum(normal(200, 2), axis=0) + normal(200, 2, seed=1)
SIGHT = numpy.eye(2, 4)  # of positions and speeds, the positions are seen
STILL, MOVING = numpy.diag([1.0, 1.0, 0.0, 0.0]), numpy.eye(4, k=2) + numpy.diag([0.0, 0.0, 1.0, 1.0])
KALMAN_START = numpy.array([-1.0, 0.5, 0.8])


def kalman(np: Any, grad: Any) -> Made:
    """The likelihood of a track in the plane: 4 states, 2 observations; p has the logs of both noises, and the drag."""

    def f(p: Any) -> Any:
        Q, R = np.exp(p[0]) * numpy.eye(4), np.exp(p[1]) * numpy.eye(2)
        F = STILL + p[2] * MOVING
        m, P, total = numpy.zeros(4), numpy.eye(4), 0.0
        for z in TRACK:
            m, P = F @ m, F @ P @ F.T + Q
            S = SIGHT @ P @ SIGHT.T + R
            v = z - SIGHT @ m
            K = np.linalg.solve(S, SIGHT @ P).T
            total = total + np.linalg.slogdet(S)[1] + v @ np.linalg.solve(S, v)
            m, P = m + K @ v, P - K @ SIGHT @ P
        return total / 2

    return f, KALMAN_START


# ---------------------------------------------------------------- Runge and Kutta's method

RK4_START = numpy.array([1.0, 0.5, 1.1, 0.4, 1.0, 0.3])


def rk4(np: Any, grad: Any) -> Made:
    """Where predators and prey are after 500 steps, by where they began and the four rates."""

    def f(p: Any) -> Any:
        u, a, b, c, d = p[:2], p[2], p[3], p[4], p[5]

        def rate(u: Any) -> Any:
            return np.stack([a * u[0] - b * u[0] * u[1], d * u[0] * u[1] - c * u[1]])

        h = 0.01
        for _ in range(500):
            k1 = rate(u)
            k2 = rate(u + h / 2 * k1)
            k3 = rate(u + h / 2 * k2)
            k4 = rate(u + h * k3)
            u = u + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return np.sum(u**2)

    return f, RK4_START


# ---------------------------------------------------------------- a logit with random effects

DRAWS = normal(100, 1, 20, seed=1)  # 100 people, each seen 10 times; 20 draws of a person's effect
PEOPLE = normal(100, 10, 3)
SIGNS = numpy.where(normal(100, 10, 1, seed=2) > 0, 1.0, -1.0)
LOGIT_START = numpy.array([0.2, -0.1, 0.3, -0.5])


def logit(np: Any, grad: Any) -> Made:
    """-Σ over people log of the mean over draws of Π σ(± (x b + s draw)), where s = exp(p₃)."""

    def f(p: Any) -> Any:
        utility = (PEOPLE @ p[:3])[:, :, None] + np.exp(p[3]) * DRAWS
        likelihood = np.exp(np.sum(-np.logaddexp(0.0, -SIGNS * utility), axis=1))
        return -np.sum(np.log(np.mean(likelihood, axis=1)))

    return f, LOGIT_START


# ---------------------------------------------------------------- a Gaussian process

PLACES = numpy.sort(normal(200))
HEIGHTS = numpy.sin(3 * PLACES) + 0.1 * normal(200, seed=1)
SQUARES = (PLACES[:, None] - PLACES) ** 2
GP_START = numpy.array([-0.5, 0.1, -1.0])


def gp(np: Any, grad: Any) -> Made:
    """yᵀ K⁻¹ y / 2 + log |K| / 2, where p has the logs of the kernel's length and height and of the noise."""

    def f(p: Any) -> Any:
        length, height, noise = np.exp(p[0]), np.exp(p[1]), np.exp(p[2])
        K = height * np.exp(-SQUARES / (2 * length**2)) + noise * numpy.eye(200)
        L = np.linalg.cholesky(K)
        return HEIGHTS @ np.linalg.solve(K, HEIGHTS) / 2 + np.sum(np.log(np.diag(L)))

    return f, GP_START


# ---------------------------------------------------------------- a network with second derivatives

POINTS = numpy.linspace(0, numpy.pi, 100)[:, None]
PINN_START = [
    x
    for k, (rows, columns) in enumerate(((1, 32), (32, 32), (32, 1)))
    for x in (normal(rows, columns, seed=k) / rows**0.5, 0.1 * normal(columns, seed=k + 3))
]


def pinn(np: Any, grad: Any) -> Made:
    """The mean of (u'' + u - cos 2x)², where u is a network 1-32-32-1 with tanh."""

    def u(x: Any, p: Any) -> Any:
        for w, b in ((p[0], p[1]), (p[2], p[3])):
            x = np.tanh(x @ w + b)
        return x @ p[4] + p[5]

    def f(*p: Any) -> Any:
        slope = grad(lambda x: np.sum(u(x, p)))
        bend = grad(lambda x: np.sum(slope(x)))
        return np.mean((bend(POINTS) + u(POINTS, p) - np.cos(2 * POINTS)) ** 2)

    return f, PINN_START


PROGRAMS: dict[str, Callable[[Any, Any], Made]] = {
    "garch": garch, "kalman": kalman, "rk4": rk4, "logit": logit, "gp": gp, "pinn": pinn,
}  # fmt: skip


def operands(start: Any) -> list[Any]:
    """What a function of ``PROGRAMS`` is called with: an array, or the arrays of a network."""
    return start if isinstance(start, list) else [start]
