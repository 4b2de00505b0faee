"""The table of optimizers: class, options, and where 20 steps lead.

Convention: PyTorch's numbers are stored in ``tests/reference``; optimizers that PyTorch lacks have their formula here.
The gradient is a formula too, so that every optimizer sees the same function: w x + sin(2 x + t) at step t.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

STEPS = 20
KEPT = [0, 1, 4, 9, 19]  # the steps whose numbers are stored


@dataclass(frozen=True)
class Row:
    """``formula(x, **options)`` gives the positions after each step, for an optimizer that PyTorch lacks."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    formula: Callable[..., Any] | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}({', '.join(f'{k}={v!r}' for k, v in self.options.items())})"

    @property
    def starts(self) -> dict[str, Any]:
        """Where each parameter starts."""
        rng = np.random.default_rng(0)
        matrices = {"matrix": rng.normal(size=(3, 2)), "wide": rng.normal(size=(2, 5))}
        rest = {"vector": rng.normal(size=4), "number": rng.normal(size=()), "complex": rng.normal(size=3) * (1 + 2j)}
        return matrices if self.kind == "Muon" else matrices | rest


def row(kind: str, formula: Callable[..., Any] | None = None, **options: Any) -> Row:
    return Row(kind, options, formula)


def gradient(x: Any, t: int) -> Any:
    """dL/dx, and dL/dRe + i dL/dIm for complex x."""
    if np.iscomplexobj(x):
        return gradient(x.real, t) + 1j * gradient(x.imag, t + 1)
    weights = np.cos(np.arange(x.size)).reshape(x.shape) + 1.2
    return weights * x + np.sin(2 * x + t)


def lion(
    x: Any, *, lr: float = 1e-4, betas: Any = (0.9, 0.99), weight_decay: float = 0.0, maximize: Any = False
) -> Any:
    """Algorithm 2 of "Symbolic discovery of optimization algorithms"; real and imaginary parts move independently."""
    m = 0 * x
    for t in range(STEPS):
        g = -gradient(x, t) if maximize else gradient(x, t)
        c = betas[0] * m + (1 - betas[0]) * g
        update = np.sign(c.real) + 1j * np.sign(c.imag) if np.iscomplexobj(x) else np.sign(c)
        x = x - lr * (update + weight_decay * x)
        m = betas[1] * m + (1 - betas[1]) * g
        yield x


ROWS = [
    row("SGD"),
    row("SGD", lr=0.1, momentum=0.9),
    row("SGD", lr=0.1, momentum=0.9, dampening=0.4, weight_decay=0.1),
    row("SGD", lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.1, maximize=True),
    row("Adam"),
    row("Adam", lr=0.1, betas=(0.7, 0.95), eps=1e-2, weight_decay=0.1),
    row("Adam", lr=0.1, betas=(0.7, 0.6), amsgrad=True, maximize=True),
    row("AdamW"),
    row("AdamW", lr=0.1, betas=(0.7, 0.6), eps=1e-2, weight_decay=0.3, amsgrad=True),
    row("AdamW", lr=0.05, maximize=True),
    row("NAdam"),
    row("NAdam", lr=0.1, betas=(0.7, 0.95), eps=1e-2, weight_decay=0.1, momentum_decay=0.1),
    row("NAdam", lr=0.1, weight_decay=0.1, decoupled_weight_decay=True, maximize=True),
    row("RAdam"),
    row("RAdam", lr=0.1, betas=(0.7, 0.95), eps=1e-2, weight_decay=0.1),
    row("RAdam", lr=0.1, weight_decay=0.1, decoupled_weight_decay=True, maximize=True),
    row("Adamax"),
    row("Adamax", lr=0.1, betas=(0.7, 0.8), eps=1e-2, weight_decay=0.1, maximize=True),
    row("RMSprop"),
    row("RMSprop", lr=0.1, alpha=0.8, eps=1e-2, weight_decay=0.1, centered=True),
    row("RMSprop", lr=0.05, momentum=0.9, maximize=True),
    row("RMSprop", lr=0.05, momentum=0.5, centered=True),
    row("Adagrad"),
    row("Adagrad", lr=0.3, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-2, maximize=True),
    row("Adadelta"),
    row("Adadelta", lr=0.5, rho=0.7, eps=1e-3, weight_decay=0.1, maximize=True),
    row("Lion", lion),
    row("Lion", lion, lr=0.05, betas=(0.8, 0.7), weight_decay=0.1, maximize=True),
    row("Muon"),
    row("Muon", lr=0.1, weight_decay=0.3, momentum=0.7, nesterov=False, adjust_lr_fn="match_rms_adamw"),
    row("Muon", lr=0.1, ns_coefficients=(3.0, -3.0, 1.0), ns_steps=3, eps=1e-3, adjust_lr_fn="original"),
]


CALLS = 8  # of LBFGS's step, which takes several steps each time
LBFGS_ROWS = [
    row("LBFGS", lr=0.1),
    row("LBFGS", lr=0.05, max_iter=7, history_size=3),
    row("LBFGS", max_iter=3, line_search_fn="strong_wolfe"),
    row("LBFGS", lr=0.03, max_iter=1, line_search_fn="strong_wolfe"),
    row("LBFGS", lr=20.0, max_iter=9, max_eval=11, line_search_fn="strong_wolfe", history_size=2),
    row("LBFGS", lr=0.2, line_search_fn="strong_wolfe", tolerance_grad=0.3, tolerance_change=1e-3),
]


def valley(x: Any) -> tuple[float, Any]:
    """Rosenbrock's function of six numbers, and its gradient."""
    along, across = 1 - x[:-1], x[1:] - x[:-1] ** 2
    g = np.zeros(x.shape)
    g[:-1] = -2 * along - 40 * x[:-1] * across
    g[1:] += 20 * across
    return float(np.sum(along**2 + 10 * across**2)), g


def expected(row: Row, stored: dict[str, Any]) -> dict[str, Any]:
    """The positions after the steps KEPT, by the name of the parameter."""
    if row.formula is None:
        return {name: stored[f"{row.name}/{name}"] for name in row.starts}
    return {name: np.stack(list(row.formula(x, **row.options)))[KEPT] for name, x in row.starts.items()}


def reference(torch: Any) -> dict[str, Any]:
    """PyTorch's numbers."""
    rounding = torch.Tensor.bfloat16
    torch.Tensor.bfloat16 = lambda tensor: tensor.clone()  # Muon's steps in full precision
    arrays = {}
    for row in ROWS:
        if row.formula is None:
            named = {name: torch.nn.Parameter(torch.tensor(x)) for name, x in row.starts.items()}
            optimizer = getattr(torch.optim, row.kind)(list(named.values()), **row.options)
            paths: dict[str, list[Any]] = {name: [] for name in named}
            for t in range(STEPS):
                for p in named.values():
                    p.grad = torch.tensor(gradient(p.detach().numpy(), t))
                optimizer.step()
                for name, p in named.items():
                    paths[name].append(p.detach().numpy().copy())
            arrays |= {f"{row.name}/{name}": np.stack(xs)[KEPT] for name, xs in paths.items()}
    torch.Tensor.bfloat16 = rounding
    for row in LBFGS_ROWS:
        p, q = (torch.nn.Parameter(torch.tensor(x)) for x in (np.linspace(-1.5, 1.2, 4).reshape(2, 2), np.ones(2) / 2))
        optimizer = torch.optim.LBFGS([p, q], **row.options)

        def closure(p: Any = p, q: Any = q) -> Any:
            f, g = valley(np.concatenate([p.detach().numpy().reshape(-1), q.detach().numpy()]))
            p.grad, q.grad = torch.tensor(g[:4].reshape(2, 2)), torch.tensor(g[4:])
            return torch.tensor(f)

        path = []
        for _ in range(CALLS):
            optimizer.step(closure)
            path.append(np.concatenate([p.detach().numpy().reshape(-1), q.detach().numpy()]))
        arrays[row.name] = np.stack(path)
    return arrays
