"""A training step of micrograd's demo: an MLP 2-16-16-1 with relu, 100 moons, hinge loss and L2.

Convention: ``BUILDERS`` maps a name to a function that prepares everything and returns the step to time, which
takes no arguments and returns the loss. All steps start from the same weights.
"""

from __future__ import annotations

import itertools
import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture import capture

from .captured import agrees, flat, races, ready
from .measure import Fact, Race

Step = Callable[[], float]
SIZES = (2, 16, 16, 1)
RATE, ALPHA = 0.01, 1e-4


def moons(n: int = 100) -> tuple[list[list[float]], list[int]]:
    """Two interleaved half circles with noise, and the labels -1 and 1."""
    rng = np.random.default_rng(1337)
    t = np.linspace(0, np.pi, n // 2)
    upper, lower = np.stack([np.cos(t), np.sin(t)], 1), np.stack([1 - np.cos(t), 0.5 - np.sin(t)], 1)
    x = np.concatenate([upper, lower]) + rng.normal(0, 0.1, (n, 2))
    return x.tolist(), [-1] * (n // 2) + [1] * (n // 2)


def weights() -> list[float]:
    """The same initial weights for every step, neuron by neuron: its weights, then its bias."""
    random.seed(1337)
    return [
        value
        for inputs, outputs in itertools.pairwise(SIZES)
        for _ in range(outputs)
        for value in [*(random.uniform(-1, 1) for _ in range(inputs)), 0.0]
    ]


def hinge(scores: list[Any], y: list[int], parameters: list[Any], relu: Callable[[Any], Any], total: Any = sum) -> Any:
    """mean max(0, 1 - y s) + α Σ p²."""
    losses = [relu(1 + -yi * s) for yi, s in zip(y, scores, strict=True)]
    return total(losses) * (1.0 / len(losses)) + ALPHA * total([p * p for p in parameters])


def descend(loss: Any, parameters: list[Any]) -> Any:
    """p ← p - rate dE/dp."""
    for p in parameters:
        p.grad = 0
    loss.backward()
    for p in parameters:
        p.data -= RATE * p.grad
    return loss.data  # not float(...) of it: captured, a decision for this very number


def micrograd_step() -> Step:
    """micrograd itself, as in its demo."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    model = MLP(SIZES[0], list(SIZES[1:]))
    parameters = model.parameters()
    for p, w in zip(parameters, weights(), strict=True):
        p.data = w
    x, y = moons()

    def step() -> float:
        scores = [model([Value(a), Value(b)]) for a, b in x]
        return descend(hinge(scores, y, parameters, Value.relu), parameters)

    return step


def value_step(wrap: Callable[[Step], Step] = lambda step: step) -> Step:
    """The same expressions, one operation after another, with our Values."""
    from autograd.value import Value

    class Neuron:
        def __init__(self, inputs: int, nonlinear: bool) -> None:
            self.w = [Value(0.0) for _ in range(inputs)]
            self.b = Value(0.0)
            self.nonlinear = nonlinear

        def __call__(self, x: list[Any]) -> Any:
            z = sum((w * a for w, a in zip(self.w, x, strict=False)), self.b)
            return z.relu() if self.nonlinear else z

    layers = [[Neuron(inputs, outputs != 1) for _ in range(outputs)] for inputs, outputs in itertools.pairwise(SIZES)]
    parameters = [p for layer in layers for neuron in layer for p in [*neuron.w, neuron.b]]
    for p, w in zip(parameters, weights(), strict=True):
        p.data = w
    x, y = moons()

    def model(values: list[Any]) -> Any:
        for layer in layers:
            values = [neuron(values) for neuron in layer]
        return values[0]

    def step() -> float:
        scores = [model([Value(a), Value(b)]) for a, b in x]
        return descend(hinge(scores, y, parameters, Value.relu), parameters)

    return wrap(step)


def captured_step() -> Step:
    """The step of plain Values, recorded once."""
    step = value_step(capture)
    beside = value_step()
    for _ in range(3):
        agrees(step(), flat(beside()))
    ready(step)
    return step


def network_step() -> Step:
    """``nn.scalar``: each neuron a single node."""
    from autograd.value import dot
    from autograd.value import sum as total
    from nn.scalar import MLP

    model = MLP(SIZES[0], SIZES[1:], "relu")
    parameters = model.parameters()
    for p, w in zip(parameters, weights(), strict=True):
        p.data = w
    x, y = moons()

    def step() -> float:
        scores = [model(row) for row in x]
        losses = [(1 + -yi * s).relu() for yi, s in zip(y, scores, strict=True)]
        loss = total(losses) * (1.0 / len(losses)) + ALPHA * dot(parameters, parameters)
        return descend(loss, parameters)

    return step


BUILDERS: dict[str, Callable[[], Step]] = {
    "micrograd": micrograd_step,
    "micrograd's step with plain Values": value_step,
    "nn.scalar": network_step,
}


def logistic_map(kind: Callable[[float], Any], steps: int = 200) -> Step:
    """y ← r y (1 - y) again and again, and its derivatives by r and the first y: a loop over single numbers."""

    def step() -> float:
        r, x = kind(3.7), kind(0.4)
        y = x
        for _ in range(steps):
            y = r * y * (1 - y)
        y.backward()
        return float(y.item())

    return step


def value_loop() -> Step:
    from autograd import Value

    return logistic_map(Value)


def tensor_loop() -> Step:
    from autograd import Tensor

    return logistic_map(lambda x: Tensor(x, requires_grad=True))


def bytes_per_operation(count: int = 100_000) -> float:
    """The memory of one recorded scalar operation, floats included: add, multiply and tanh in turn."""
    from autograd.value import Value

    x, w = Value(0.5), Value(1.1)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    y = x
    for _ in range(count // 3):
        y = ((y + w) * w).tanh()
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return size / (count // 3 * 3)


RACES = [
    Race(name, BUILDERS[name], {"micrograd": micrograd_step}, {"micrograd": aim})
    for name, aim in (("micrograd's step with plain Values", 1 / 6), ("nn.scalar", 1 / 25))
]
RACES += races(
    "plain Values",
    captured_step,
    {"micrograd": micrograd_step, "ours, eager": value_step},
    "micrograd", native=0.002, alone=0.01,
)  # fmt: skip
RACES.append(Race("a loop over numbers, with Values", value_loop, {"Tensor": tensor_loop}, {"Tensor": 1 / 4}))
FACTS = [
    Fact("memory of a scalar operation", lambda quick: f"{bytes_per_operation():.0f} bytes (aim: at most 150)"),
]
