"""L-BFGS: Newton's steps with a curvature learned from the last gradients.

Convention: PyTorch's: ``step(closure)`` takes up to ``max_iter`` steps, and the closure, which clears the gradients,
computes the loss and calls ``backward``, is called for each trial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from autograd import enable_grad

from .line_search import Point, strong_wolfe
from .optimizer import Optimizer
from .options import NotNegative, Params
from .parameter_vector import Flat, number
from .state_dict import pack, plain


class LBFGS(Optimizer):
    """x ← x + t d, d = -H g; H is built from the last ``history_size`` changes of x and of the gradient g.

    Nocedal and Wright, "Numerical optimization", 2nd edition, 2006, algorithms 7.4 and 7.5. The length t is ``lr``
    (in the very first step, at most ``lr / |g|₁``), with ``line_search_fn="strong_wolfe"`` the first trial for one
    that satisfies the strong Wolfe conditions. It ends before ``max_iter`` steps or ``max_eval`` calls (default: 5/4 of
    ``max_iter``) when no part of g is above ``tolerance_grad``, or neither x nor the loss changes by more
    than ``tolerance_change``.
    """

    def __init__(
        self,
        params: Params,
        lr: NotNegative = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: Literal["strong_wolfe"] | None = None,
    ) -> None:
        max_eval = max_eval or max_iter * 5 // 4
        super().__init__(params, locals())
        self.memory: dict[str, Any] = self.forget()

    def add_param_group(self, group: dict[str, Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS moves all parameters as one vector: it takes a single group")
        super().add_param_group(group)

    @staticmethod
    def forget() -> dict[str, Any]:
        """The memory before the first step: the changes of x and g, their direction's length and the gradient."""
        return {"n_iter": 0, "func_evals": 0, "dx": [], "dg": [], "step": None, "g": None}

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take up to ``max_iter`` steps; returns what the closure returned first."""
        if closure is None:
            raise TypeError("LBFGS.step needs a closure that clears the gradients, calls backward, returns the loss")
        options = self.param_groups[0]
        self.check(options)
        flat = Flat(p for p in options["params"] if getattr(p, "requires_grad", True))
        memory = self.memory
        if memory["g"] is not None and memory["g"].size != flat.size:  # some were frozen, or are so no more
            memory = self.memory = self.forget()
        losses: list[Any] = []

        def evaluate(x: Any) -> tuple[float, Any]:
            flat.assign(x)
            with enable_grad():
                losses.append(closure())
            memory["func_evals"] += 1
            return number(losses[-1]), flat.gradient()

        x = flat.numbers()
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
                t, f, g = self._search(evaluate, x, d, Point(0.0, f, slope, g), t, left)
                x = start + t * d
                flat.assign(x)
            else:
                x = start + t * d
                flat.assign(x)
                if k < options["max_iter"] - 1:  # else nobody asks for the loss there
                    f, g = evaluate(x)
            memory["step"] = x - start
            small = np.abs(t * d).max() <= options["tolerance_change"]
            if small or abs(f - before) < options["tolerance_change"] or len(losses) >= options["max_eval"]:
                break
        return losses[0]

    def _search(self, evaluate: Any, x: Any, d: Any, here: Point, t: float, most: int) -> tuple[float, float, Any]:
        def along(t: float) -> Point:
            f, g = evaluate(x + t * d)
            return Point(t, f, float(g @ d), g)

        tolerance = self.param_groups[0]["tolerance_change"] / float(np.abs(d).max())
        found = strong_wolfe(along, here, t, tolerance, most)
        return found.t, found.f, found.g

    def _direction(self, g: Any) -> Any:
        """-H g by the two loops over the memory, to which the last step is added."""
        memory = self.memory
        memory["n_iter"] += 1
        if memory["step"] is not None:
            dx, dg = memory["step"], g - memory["g"]
            if dx @ dg > 1e-10:  # else the curvature there is not positive, and H would not be
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
        packed = pack(self.param_groups, {})
        return {"state": {0: plain(self.memory)}, "param_groups": packed["param_groups"]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        memory = {int(k): kept for k, kept in state_dict["state"].items()}.get(0, self.forget())
        if set(memory) != set(self.forget()):
            raise ValueError("load_state_dict of LBFGS, nothing was loaded: the state is another optimizer's")
        super().load_state_dict({"state": {}, "param_groups": state_dict["param_groups"]})
        self.memory = plain(memory)
