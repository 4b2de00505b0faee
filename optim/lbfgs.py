"""L-BFGS: Newton's steps with the curvature estimated from the last gradients.

Convention: PyTorch's: ``step(closure)`` takes up to ``max_iter`` steps and calls the closure for each trial. The
closure clears the gradients, computes the loss, calls ``backward`` and returns the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np

from autograd import enable_grad

from .line_search import Point, strong_wolfe
from .optimizer import Loss, Optimizer
from .options import NotNegative, Params
from .parameter_vector import ParameterVector, Vector, number
from .state_dict import loading, pack, plain

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """x ← x + t d, d = -H g, where H approximates the inverse Hessian from the last changes of x and g.

    ``params``            the parameters; they move as one vector, so there is a single group
    ``lr``                the length t, or where a line search begins; in the very first step at most lr / |g|₁
    ``max_iter``          the most steps of one call
    ``max_eval``          the most calls of the closure in one call; None is 5/4 of ``max_iter``
    ``tolerance_grad``    stops when no part of g is larger
    ``tolerance_change``  stops when x or the loss changes by less
    ``history_size``      how many changes H remembers
    ``line_search_fn``    "strong_wolfe" searches for a t that satisfies the strong Wolfe conditions

    Nocedal and Wright, "Numerical optimization", 2nd edition, 2006, algorithms 7.4 and 7.5.
    """

    def __init__(
        self, params: Params, lr: NotNegative = 1.0, max_iter: int = 20, max_eval: int | None = None,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
        line_search_fn: Literal["strong_wolfe"] | None = None,
    ) -> None:  # fmt: skip
        max_eval = max_eval or max_iter * 5 // 4
        super().__init__(params, locals())
        self.memory: dict[str, Any] = self.forget()

    def add_param_group(self, group: dict[str, Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS moves all parameters as one vector: it takes a single group")
        super().add_param_group(group)

    @staticmethod
    def forget() -> dict[str, Any]:
        """The memory before the first step: counts, the changes of x and of g, the last step and its gradient."""
        return {"n_iter": 0, "func_evals": 0, "dx": [], "dg": [], "step": None, "g": None}

    def step(self, closure: Callable[[], Loss] | None = None) -> Loss:
        """Take up to ``max_iter`` steps; returns the first result of the closure, the loss before them."""
        if closure is None:
            raise TypeError("LBFGS.step needs a closure that clears the gradients, calls backward and returns the loss")
        options = self.param_groups[0]
        self.check(options)
        vector = ParameterVector(p for p in options["params"] if getattr(p, "requires_grad", True))
        x = vector.numbers()
        memory = self.memory
        if memory["g"] is not None and memory["g"].size != x.size:  # parameters were frozen or unfrozen
            memory = self.memory = self.forget()
        losses: list[Loss] = []

        def evaluate(x: Vector) -> tuple[float, Vector]:
            vector.assign(x)
            with enable_grad():
                losses.append(closure())
            memory["func_evals"] += 1
            return number(losses[-1]), vector.gradient()

        try:
            f, g = evaluate(x)
            for k in range(options["max_iter"]):
                if np.abs(g).max(initial=0.0) <= options["tolerance_grad"]:
                    break
                d = self._direction(g)
                slope = float(g @ d)
                if slope > -options["tolerance_change"]:
                    break
                first = memory["n_iter"] == 1
                t = options["lr"] * (min(1.0, 1 / float(np.abs(g).sum())) if first else 1.0)
                start, before = x, f
                if options["line_search_fn"]:
                    left = options["max_eval"] - len(losses)
                    tolerance = options["tolerance_change"] / float(np.abs(d).max())
                    found = strong_wolfe(partial(_along, evaluate, x, d), Point(0.0, f, slope, g), t, tolerance, left)
                    t, f, g = found.t, found.f, found.g
                x = start + t * d
                vector.assign(x)
                memory["step"] = x - start
                if not options["line_search_fn"] and k < options["max_iter"] - 1:  # the last loss is not needed
                    f, g = evaluate(x)
                small = np.abs(t * d).max() <= options["tolerance_change"]
                if small or abs(f - before) < options["tolerance_change"] or len(losses) >= options["max_eval"]:
                    break
        except BaseException:  # of the closure, or Ctrl-C: the line search had only tried where they are
            vector.assign(x)
            raise
        return losses[0]

    def _direction(self, g: Vector) -> Vector:
        """-H g by two loops over the memory, after adding the last step to it."""
        memory = self.memory
        memory["n_iter"] += 1
        if memory["step"] is not None:
            dx, dg = memory["step"], g - memory["g"]
            if dx @ dg > 1e-10:  # else the curvature there is not positive, and H would not be either
                memory["dx"] = [*memory["dx"], dx][-self.param_groups[0]["history_size"] :]
                memory["dg"] = [*memory["dg"], dg][-self.param_groups[0]["history_size"] :]
        memory["g"] = g
        pairs = list(zip(memory["dx"], memory["dg"], strict=True))
        d = -g
        shares = []
        for dx, dg in reversed(pairs):
            shares.append(dx @ d / (dx @ dg))
            d = d - shares[-1] * dg
        if pairs:
            dx, dg = pairs[-1]
            d = d * (dx @ dg / (dg @ dg))
        for (dx, dg), share in zip(pairs, reversed(shares), strict=True):
            d = d + (share - dg @ d / (dx @ dg)) * dx
        return d

    def state_dict(self) -> dict[str, Any]:
        return pack(self.param_groups, {}) | {"state": {0: plain(self.memory)}}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        with loading(self, *self.param_groups):
            memory = {int(k): kept for k, kept in state_dict["state"].items()}.get(0, self.forget())
            if set(memory) != set(self.forget()):
                raise ValueError("the state is another optimizer's")
            super().load_state_dict({"state": {}, "param_groups": state_dict["param_groups"]})
            self.memory = plain(memory)


def _along(evaluate: Callable[[Vector], tuple[float, Vector]], x: Vector, d: Vector, t: float) -> Point:
    """The loss along d."""
    f, g = evaluate(x + t * d)
    return Point(t, f, float(g @ d), g)
