"""What all optimizers share: the parameters, their gradients, the numbers kept from step to step.

Convention: an optimizer is its ``rule``, written once with augmented assignments (``x -= ...``). These change
an array in place and rebind a float, so that the same lines move a Tensor and a Value. A large array
is moved in blocks, so that what a rule computes in between stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, Value

BLOCK = 1 << 18  # numbers: the arrays of this length that a rule works on fit the processor's cache together


class Optimizer:
    """Moves parameters against their gradients; a subclass gives the ``rule`` and names what it keeps.

    ``keeps`` names the rule's memory: for each name one array like the parameter (a float for a Value), 0 at first.
    """

    keeps: tuple[str, ...] = ()

    def __init__(self, params: Iterable[Any], lr: float) -> None:
        self.params = list({id(p): p for p in params}.values())
        if not self.params:
            raise ValueError(f"{type(self).__name__} was given no parameters (a generator that is used up?)")
        for p in self.params:
            if not isinstance(p, Value) and not (isinstance(p, Tensor) and p.is_leaf and self._trains(p)):
                raise TypeError(
                    f"{type(self).__name__} moves Values and leaf tensors that require a gradient, not {p!r}"
                )
        if not lr >= 0:
            raise ValueError(f"{type(self).__name__}: the learning rate must not be negative, got {lr}")
        self.lr = lr
        self.steps = [0] * len(self.params)  # how often each parameter was moved
        self.state: list[tuple[Any, ...]] = [
            tuple(0.0 if isinstance(p, Value) else np.zeros_like(p.data) for _ in self.keeps) for p in self.params
        ]

    @staticmethod
    def _trains(p: Tensor) -> bool:
        """A parameter of a module may be frozen for a while; of a plain tensor that would be a mistake."""
        return p.requires_grad or type(p) is not Tensor

    def rule(self, t: int, x: Any, g: Any, *kept: Any) -> tuple[Any, ...]:
        """The ``t``-th step (from 1): ``x`` moved against the gradient ``g``, and what is kept for the next."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.params:
            if not isinstance(p, Tensor) or p.requires_grad:
                p.grad = None

    def step(self) -> None:
        """Move each parameter that has a gradient."""
        for k, p in enumerate(self.params):
            g = p.grad
            if g is None:
                continue
            self.steps[k] += 1
            if isinstance(p, Tensor):
                p.update_(partial(self._move, self.steps[k], g=g, kept=self.state[k]))
            else:
                p.data, *kept = self.rule(self.steps[k], p.data, getattr(g, "data", g), *self.state[k])
                self.state[k] = tuple(kept)

    def _move(self, t: int, x: Any, g: Any, kept: tuple[Any, ...]) -> None:
        """Move the numbers x of a tensor, in place."""
        if g.__class__ is Tensor:  # of backward(create_graph=True)
            g = g.data
        if x.dtype.kind == "c":
            g = np.conj(g)  # of f: C -> R the gradient is ∂f/∂x - i ∂f/∂y; f rises along its conjugate
        if x.size <= BLOCK or not x.flags.c_contiguous:
            self.rule(t, x, g, *kept)
        else:
            flat = [a.reshape(-1) for a in (x, g, *kept)]
            for start in range(0, x.size, BLOCK):
                self.rule(t, *[a[start : start + BLOCK] for a in flat])
