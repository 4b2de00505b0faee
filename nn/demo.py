"""``make demo``: the lecture's XOR by a network of Values, then handwritten digits by NumPy expressions of tensors.

Convention: everything random starts from a seed; pictures go to ``out/`` under a temporary name and are renamed.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.draw import draw
from optim import SGD

from . import init
from .data import DataLoader
from .files import write
from .functional import cross_entropy
from .module import Parameter
from .scalar import MLP


def xor(steps: int = 200) -> list[float]:
    """Teach a 2-4-1 network of Values the function that no perceptron can learn; return its four answers."""
    inputs = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    wanted = [-1.0, 1.0, 1.0, -1.0]
    net = MLP(2, [4, 1], seed=2)
    sgd = SGD(net.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        loss = sum((net(x) - d) ** 2 for x, d in zip(inputs, wanted, strict=True)) / 2
        sgd.zero_grad()
        loss.backward()
        sgd.step()
    return [net(x).data for x in inputs]


class Digits:
    """A network 64-128-10 for images of 8 x 8, written as one writes it in NumPy."""

    def __init__(self, seed: int = 0) -> None:
        rng = init.generator(seed)
        self.w1 = Parameter(init.kaiming_uniform((128, 64), generator=rng).T, label="W1")
        self.b1 = Parameter(np.zeros(128, np.float32), label="b1")
        self.w2 = Parameter(init.kaiming_uniform((10, 128), nonlinearity="linear", generator=rng).T, label="W2")
        self.b2 = Parameter(np.zeros(10, np.float32), label="b2")

    def __call__(self, x: Any) -> Any:
        """Scores (n, 10) of images (n, 64)."""
        h = np.maximum(x @ self.w1 + self.b1, 0)
        return h @ self.w2 + self.b2

    def parameters(self) -> list[Any]:
        return [self.w1, self.b1, self.w2, self.b2]

    def accuracy(self, x: Any, d: Any) -> float:
        with no_grad():
            return float(np.mean(np.argmax(self(x), axis=1) == d))


def load_digits(seed: int = 0) -> tuple[Any, Any, Any, Any]:
    """scikit-learn's handwritten digits, a quarter of each class put aside: x_train, x_test, d_train, d_test."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    x, d = load_digits(return_X_y=True)
    x = (x / 16 - 0.5).astype(np.float32)
    split = train_test_split(x, d, test_size=0.25, stratify=d, random_state=seed)
    return split[0], split[1], split[2], split[3]


def train(net: Digits, x: Any, d: Any, epochs: int = 40, quiet: bool = False) -> list[float]:
    """Train by stochastic gradient descent; return the loss of each step."""
    from tqdm import tqdm

    batches = DataLoader(x, d, batch_size=32, shuffle=True, generator=1)
    sgd = SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    losses = []
    with tqdm(total=epochs * len(batches), unit="step", disable=quiet, file=sys.stdout) as bar:
        for epoch in range(epochs):
            sgd.lr = 0.1 * (1 - epoch / epochs)
            for x_batch, d_batch in batches:
                loss = cross_entropy(net(x_batch), d_batch)
                sgd.zero_grad()
                loss.backward()
                sgd.step()
                losses.append(loss.item())
                bar.update()
            bar.set_postfix(loss=f"{np.mean(losses[-len(batches) :]):.4f}")
    return losses


def draw_graph(net: Digits, x: Any, d: Any, path: Path) -> Path:
    """The computation graph of the loss of a few samples, with the gradients of one backward pass."""
    loss = cross_entropy(net(x[:4]), d[:4])
    loss.backward(retain_graph=True)
    picture = draw(loss).pipe(format="svg")
    return write(path, lambda temporary: temporary.write_bytes(picture))


def plot_losses(losses: list[float], path: Path) -> Path:
    """The loss of each step and its mean over the last 40."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.semilogy(losses, color="0.8", linewidth=0.7, label="each step")
    smooth = np.convolve(losses, np.full(40, 1 / 40), "valid")
    axes.semilogy(np.arange(len(smooth)) + 39, smooth, label="mean of the last 40 steps")
    axes.set(title="Handwritten digits, 64-128-10", xlabel="step", ylabel="cross-entropy")
    axes.set(xlim=(0, len(losses)), ylim=(smooth.min() / 10, None))  # a lucky batch now and then lies far below
    axes.grid(color="0.93")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return write(path, lambda temporary: figure.savefig(temporary, format="png", dpi=120))


def check_extras() -> None:
    """Say at once, and not after the training, what is not installed."""
    missing = [name for name in ("graphviz", "matplotlib", "sklearn", "tqdm") if importlib.util.find_spec(name) is None]
    if missing:
        raise SystemExit(f"the demo needs {', '.join(missing)}: pip install 'chalkgrad[demo]'")


def main(out: str = "out") -> None:
    check_extras()
    print("XOR, a 2-4-1 network of Values (no perceptron can learn it):")
    for x, y in zip(("0 0", "0 1", "1 0", "1 1"), xor(), strict=True):
        print(f"  {x} -> {y:+.3f}")

    print("\nHandwritten digits, a 64-128-10 network of NumPy expressions:")
    x_train, x_test, d_train, d_test = load_digits()
    net = Digits()
    start = time.perf_counter()
    losses = train(net, x_train, d_train)
    seconds = time.perf_counter() - start
    print(f"  test accuracy {net.accuracy(x_test, d_test):.2%} on {len(d_test)} images, trained in {seconds:.1f} s")
    print(f"  computation graph: {draw_graph(net, x_test, d_test, Path(out, 'digits.svg'))}")
    print(f"  loss curve:        {plot_losses(losses, Path(out, 'loss.png'))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
