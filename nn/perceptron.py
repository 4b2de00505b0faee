"""The perceptron: a step function of a weighted sum, and the rule by which it learned before there were gradients.

Convention: labels are 0 and 1, as in the lecture.
"""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np

from autograd import Tensor
from autograd.declare import plain
from autograd.typing import ArrayLike, DTypeLike, NDArray

from .module import Module, ShapeError
from .words import translated


class Perceptron(Module):
    """f(x) = 1 if w·x + b > 0, else 0, for x of shape (..., in); w (in,) and b () start at 0.

    ``in_features``  the length of x's last axis
    ``dtype``        of w and b, float64 by default

    A step has no useful derivative, so w and b are buffers, not parameters for an optimizer: ``fit`` learns them.
    ``mistakes`` lists the mistakes in each epoch of the last fit; a final 0 means that every sample is right.
    """

    _registered = ("weight", "bias")

    @translated
    def __init__(self, in_features: int, *, dtype: DTypeLike | None = None) -> None:
        self.in_features = in_features
        self.weight = Tensor(np.zeros(in_features, dtype or np.float64))
        self.bias = Tensor(np.zeros((), dtype or np.float64))
        self.mistakes: list[int] = []

    def forward(self, x: ArrayLike) -> NDArray[np.int64]:
        """f(x) (...), 0 or 1."""
        return np.asarray(self._inputs(x) @ self.weight.data + self.bias.data > 0, dtype=np.int64)

    def fit(self, x: ArrayLike, d: ArrayLike, epochs: int = 100, lr: float = 1.0) -> Self:
        """Go through the samples until all are right: w ← w + lr (d - f(x)) x, b ← b + lr (d - f(x)).

        ``x``       samples (n, in)
        ``d``       their labels (n,), 0 or 1
        ``epochs``  the most passes through the samples
        ``lr``      the learning rate; it scales w and b if they start at 0

        If a hyperplane separates the classes with margin γ, and no input, with a 1 for b appended, is longer than R,
        there are at most (R/γ)² mistakes from 0 on (Novikoff 1962). If none does, as for XOR, a warning says so.
        Rosenblatt, "The perceptron: a probabilistic model for information storage and organization", 1958.
        """
        x, d = self._inputs(x), np.asarray(plain(d))
        if x.ndim != 2 or d.shape != x.shape[:1]:
            raise ValueError(f"Perceptron.fit: x is (n, in) and labels d (n,), got {x.shape} and {d.shape}")
        if not len(x):
            raise ValueError("Perceptron.fit: there are no samples")
        if not np.isfinite(x).all():
            raise ValueError("Perceptron.fit: x holds a number that is not finite")
        if not np.all((d == 0) | (d == 1)):
            raise ValueError(f"Perceptron.fit: labels are 0 and 1, got {np.unique(d)[:5].tolist()}; write (d > 0)")
        if epochs < 1 or not lr > 0:
            raise ValueError(f"Perceptron.fit: epochs and lr must be positive, got {epochs} and {lr}")
        w, b = self.weight.data.copy(), self.bias.data.copy()
        targets = d.astype(w.dtype)
        self.mistakes = []
        while len(self.mistakes) < epochs and self.mistakes[-1:] != [0]:
            wrong = 0
            for sample, target in zip(x, targets, strict=True):
                error = target - (sample @ w + b > 0)
                if error:
                    w += lr * error * sample
                    b += lr * error
                    wrong += 1
            self.mistakes.append(wrong)
        self.weight.data, self.bias.data = w, b
        if self.mistakes[-1]:
            warnings.warn(
                f"Perceptron.fit: {self.mistakes[-1]} mistakes in the last of {epochs} epochs. Give it more of them; "
                "if no line separates the classes, only a network of more layers can learn them.",
                stacklevel=2,
            )
        return self

    def _inputs(self, given: ArrayLike) -> NDArray[Any]:
        x = np.asarray(plain(given), self.weight.dtype)
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ShapeError(self, x.shape, f"(..., {self.in_features})")
        return x

    def describe(self) -> str:
        return f"{self.in_features}"
