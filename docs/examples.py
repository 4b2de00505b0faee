"""What the gallery shows: each function's text stands on the page, what it returns is the picture below it.

Convention: a docstring is the sentence on the page, its first line the title. Everything random starts from a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import autograd.draw
import nn
from autograd import Tensor, Value
from autograd.draw import explain

draw = partial(autograd.draw.draw, engine="builtin")  # so that the pictures are the same wherever they are made
EXAMPLES: list[Callable[[], Any]] = []


def example(function: Callable[[], Any]) -> Callable[[], Any]:
    """Put it into the gallery."""
    EXAMPLES.append(function)
    return function


@example
def lecture_of_numbers():
    """The lecture's network

    Activations go forward, derivatives go back; what several gradients share is computed once and has a name δ.
    """
    x1, x2, y = Value(1.0), Value(-0.5), Value(0.8)
    w1, w2, w3, w4, w5, w6 = map(Value, (0.5, -0.4, 0.3, 0.7, 0.6, -0.2))
    b1, b2, b3 = map(Value, (0.1, 0.2, -0.1))

    h1 = x1 * w1 + x2 * w2 + b1
    h2 = x1 * w3 + x2 * w4 + b2
    u1, u2 = np.tanh(h1), np.tanh(h2)
    f = u1 * w5 + u2 * w6 + b3
    E = 0.5 * (f - y) ** 2

    return draw(E, style="lecture", inputs=[x1, x2, y])


@example
def lecture_of_arrays():
    """The same network of arrays

    A layer is one matrix; a gradient has the shape of what it belongs to.
    """
    W1 = Tensor([[0.5, 0.3], [-0.4, 0.7]], requires_grad=True)
    b1 = Tensor([0.1, 0.2], requires_grad=True)
    W2 = Tensor([[0.6], [-0.2]], requires_grad=True)
    b2 = Tensor([-0.1], requires_grad=True)

    def network(X, y):
        H = X @ W1 + b1
        U = np.tanh(H)
        f = U @ W2 + b2
        E = np.sum(0.5 * (f - y) ** 2)
        return E

    return draw(network, np.array([[1.0, -0.5]]), np.array([[0.8]]), style="lecture")


@example
def board():
    """Every step of an expression

    Each number has a box, each operation a pill before it, and each arrow into it the local derivative.
    """
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    y = (a * b + a + 5).tanh()
    y.backward()

    return draw(y)


@example
def newton():
    """A long computation

    Newton's steps towards √a, each of which uses a again. What is too wide for a page folds into rows (`wrap=False`
    keeps it in one); `grads=True` computes the gradients for the picture alone.
    """
    a, x = Value(2.0, label="a"), Value(1.0, label="x")
    for _ in range(3):
        x = 0.5 * (x + a / x)

    return draw(x, grads=True)


@example
def heat():
    """Arrays on the board

    Small arrays are printed, large ones are heat-maps: blue is negative, amber positive. Point at a box for its
    statistics.
    """
    W = Tensor(np.sin(np.arange(768).reshape(48, 16)), requires_grad=True, label="W")

    def energy(x):
        return np.mean((W @ x) ** 2)

    return draw(energy, np.linspace(-1, 1, 16))


@example
def perceptron_by_layer():
    """A model, module by module

    `depth=1` draws what the model is made of.
    """
    model = nn.Sequential(nn.Linear(4, 8, generator=0), nn.Tanh(), nn.Linear(8, 3, generator=1))
    x = np.array([[5.1, 3.5, 1.4, 0.2]], dtype=np.float32)

    return draw(model, x, depth=1)


@example
def perceptron_opened():
    """The same model, opened

    `depth=2` opens each module into its operations.
    """
    model = nn.Sequential(nn.Linear(4, 8, generator=0), nn.Tanh(), nn.Linear(8, 3, generator=1))
    x = np.array([[5.1, 3.5, 1.4, 0.2]], dtype=np.float32)

    return draw(model, x, depth=2)


@example
def convolutions():
    """The demo's convolutional network

    Every module is a box with its parameters and the shape that comes out of it; what stands below each other in a
    `Sequential` forms a chain, folded into rows that fit the page.
    """
    from nn.demo import network

    nn.seed(0)
    x = np.random.default_rng(0).random((1, 1, 28, 28), dtype=np.float32)

    return draw(network(), x, depth=1)


@example
def recurrent():
    """An LSTM over five steps

    `unfold=True` opens the layer, which computes all steps at once, into its steps. They share their weights.
    """
    lstm = nn.LSTM(3, 4, generator=0)
    x = np.random.default_rng(0).standard_normal((5, 1, 3), dtype=np.float32)

    def outputs(x):
        y, _ = lstm(x)
        return y

    return draw(outputs, x, unfold=True, depth=1, grads=False)


@example
def transformer():
    """A layer of a transformer

    `depth=1` shows attention, the two normalisations and the feed-forward part.
    """
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, generator=0)
    x = np.random.default_rng(0).standard_normal((1, 4, 8), dtype=np.float32)

    return draw(layer.eval(), x, depth=1, grads=False, wrap=True)


@example
def zoom():
    """The numbers behind an array

    `scalars=True` draws a matrix product as the products and sums that it stands for.
    """
    A = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, label="A")
    x = Tensor([[5.0], [6.0]], requires_grad=True, label="x")

    return draw(A @ x, scalars=True)


@example
def derivation():
    """The derivation in words

    `explain` writes the chain rule step by step, in symbols and in numbers, and checks it against the gradient. In a
    notebook it is set as mathematics.
    """
    x, w, b, y = Value(0.5), Value(2.0), Value(-0.4), Value(1.0)
    u = np.tanh(w * x + b)
    E = 0.5 * (u - y) ** 2

    return explain(E, wrt=w)
