"""Neurons of Values: the lecture's networks number by number, each neuron a single node of the graph.

Convention: a neuron is y = f(z), z = w·x + b, its weights and bias leaf Values. It is recorded as one node, with the
local derivatives f'(z) xᵢ, f'(z) wᵢ and f'(z). ``draw`` unfolds it into products, a sum and the activation. Weights and
biases are labelled as on the blackboard: w1, w2, ... and b1, b2, ..., numbered neuron by neuron through the network. An
unknown activation and a wrong number of inputs raise ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from operator import mul
from typing import Any, TypeAlias

import numpy as np

from autograd.core import grad_mode
from autograd.ops.activation import ACTIVATIONS as NAMED
from autograd.typing import NDArray
from autograd.value import ONE as FUNCTIONS
from autograd.value import Many, Value, add, computed, dot, many

from . import init
from .module import Holder

__all__ = ["MLP", "Layer", "Neuron"]

ACTIVATIONS: dict[str, Callable[[float], tuple[float, float]]] = {
    "linear": lambda z: (z, 1.0),
    "tanh": FUNCTIONS[np.tanh],
    "sin": FUNCTIONS[np.sin],
    **{name: activation.number for name, activation in NAMED.items() if activation.number},
}
OF_ARRAYS: dict[str, Any] = {"tanh": np.tanh, "sin": np.sin, **{name: a.function for name, a in NAMED.items()}}
ONE = (1.0,)

Inputs: TypeAlias = Iterable[Value | float] | NDArray[Any]


class Fire(Many):
    """The operation of a neuron's node: f(w·x + b) with the activation f."""

    __slots__ = ("activation",)

    def __init__(self, activation: str) -> None:
        super().__init__(f"{activation} neuron", self._again, self._partners, self._slope, self._unfolded)
        self.activation = activation

    def __reduce__(self) -> Any:
        return _fire, (self.activation,)

    # A recorded v has the groups (weights, inputs, bias), or (weights, bias) if the inputs are plain numbers.

    def _again(self, v: Value) -> tuple[float, float]:
        numbers = v.da[0] if len(v.a) == 2 else [x.number for x in v.a[1]]
        return ACTIVATIONS[self.activation](sum(map(mul, [w.number for w in v.a[0]], numbers), v.a[-1][0].number))

    def _partners(self, v: Value) -> tuple[Any, ...]:
        return v.da if len(v.a) == 2 else (v.a[1], v.a[0], ONE)

    def _slope(self, v: Value) -> Any:
        if self.activation == "linear":
            return 1.0
        y = getattr(add(dot(v.a[0], self._partners(v)[0]), v.a[-1][0]), self.activation)()
        return y.op.slopes(y)[0]

    def _unfolded(self, v: Value, groups: tuple[Any, ...]) -> Any:
        """f(Σ wᵢ xᵢ + b), each operation a node."""
        xs = v.da[0] if len(groups) == 2 else groups[1]
        first, *rest = [*[w * x for w, x in zip(groups[0], xs, strict=True)], groups[-1][0]]
        z = sum(rest, first)
        return z if self.activation == "linear" else getattr(z, self.activation)()


def _fire(activation: str) -> Fire:
    return FIRES[activation]


FIRES = {name: Fire(name) for name in ACTIVATIONS}


class _Scalars(Holder):
    """Base of neuron, layer and network."""

    def parameters(self) -> list[Value]:
        """All weights and biases, in order: of each neuron its weights, then its bias."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to 0."""
        for p in self.parameters():
            p.grad = 0.0


class Neuron(_Scalars):
    """y = f(w·x + b) for a list x of ``inputs`` numbers or Values; w starts uniform in (-1, 1), b at 0.

    ``inputs``      the number of inputs
    ``activation``  f, by its name in ``ACTIVATIONS``
    ``seed``        a seed, a ``numpy.random.Generator``, or None for the default generator of ``nn.seed``
    """

    def __init__(self, inputs: int, activation: str = "tanh", *, seed: init.Randomness = None) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation {activation!r}: there are {', '.join(ACTIVATIONS)}")
        rng = init.generator(seed)
        self.w = [Value(w, label=f"w{i}") for i, w in enumerate(rng.uniform(-1, 1, inputs).tolist(), 1)]
        self.b = Value(0.0, label="b")
        self.activation = activation

    def __call__(self, x: Inputs) -> Value:
        return self.fire(*_inputs(x))

    def fire(self, xs: tuple[Value, ...] | None, numbers: tuple[float, ...]) -> Value:
        """The output for inputs ``xs``, whose numbers are ``numbers``; None if none of them is a Value."""
        weights, b = tuple(self.w), self.b
        w = tuple([p.number for p in weights])
        if len(w) != len(numbers):
            raise ValueError(f"{self!r} has {len(w)} weights, but got {len(numbers)} inputs")
        z, f = sum(map(mul, w, numbers), b.number), self.activation
        y, d = computed(OF_ARRAYS.get(f), ACTIVATIONS[f], z) if grad_mode.switches else ACTIVATIONS[f](z)
        if xs is None:
            return many(FIRES[self.activation], y, (weights, (b,)), (numbers, ONE), d)
        return many(FIRES[self.activation], y, (weights, xs, (b,)), (numbers, w, ONE), d)

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}, {self.activation!r})"


def _inputs(x: Inputs) -> tuple[tuple[Value, ...] | None, tuple[float, ...]]:
    """Inputs as Values, or None if none of them is one, and their numbers."""
    if isinstance(x, np.ndarray):
        x = x.tolist()
    given: tuple[Any, ...] = tuple(x)
    if Value not in map(type, given):
        return None, tuple([v if v.__class__ is float else Value(v).number for v in given])
    values = tuple([v if v.__class__ is Value else Value(v) for v in given])
    return values, tuple([v.number for v in values])


def _number(neurons: Iterable[Neuron]) -> None:
    """Label the weights w1, w2, ... and the biases b1, b2, ... of these neurons, so that no two have one name."""
    places = count(1)
    for k, neuron in enumerate(neurons, 1):
        neuron.b.label = f"b{k}"
        for w in neuron.w:
            w.label = f"w{next(places)}"


class Layer(_Scalars):
    """yₖ = f(wₖ·x + bₖ): neurons with the same inputs; gives a list of Values, or for one neuron its Value.

    ``inputs``      the number of inputs
    ``outputs``     the number of neurons
    ``activation``  f, by its name in ``ACTIVATIONS``
    ``seed``        as for a neuron
    """

    def __init__(self, inputs: int, outputs: int, activation: str = "tanh", *, seed: init.Randomness = None) -> None:
        rng = init.generator(seed)
        self.neurons = [Neuron(inputs, activation, seed=rng) for _ in range(outputs)]
        _number(self.neurons)

    def __call__(self, x: Inputs) -> Any:
        xs, numbers = _inputs(x)
        y = [neuron.fire(xs, numbers) for neuron in self.neurons]
        return y[0] if len(y) == 1 else y

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer({len(self.neurons[0].w)}, {len(self.neurons)}, {self.neurons[0].activation!r})"


class MLP(_Scalars):
    """A multilayer perceptron, layer after layer: ``MLP(2, [16, 16, 1])``. Gives what its last layer gives.

    ``inputs``      the number of inputs
    ``outputs``     the number of neurons in each layer
    ``activation``  of all layers but the last, by its name in ``ACTIVATIONS``
    ``output``      the activation of the last layer
    ``seed``        as for a neuron
    """

    def __init__(
        self, inputs: int, outputs: Sequence[int], activation: str = "tanh", *, output: str = "linear",
        seed: init.Randomness = None,
    ) -> None:  # fmt: skip
        rng = init.generator(seed)
        activations = [*[activation] * (len(outputs) - 1), output]
        sizes = zip([inputs, *outputs], outputs, activations, strict=False)
        self.layers = [Layer(into, out, f, seed=rng) for into, out, f in sizes]
        _number(neuron for layer in self.layers for neuron in layer.neurons)

    def __call__(self, x: Inputs) -> Any:
        for layer in self.layers[:-1]:
            y = layer(x)
            x = y if isinstance(y, list) else [y]
        return self.layers[-1](x)

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP({', '.join(map(repr, self.layers))})"
