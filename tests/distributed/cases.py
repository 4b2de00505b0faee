"""What the cases share: models, data, and what is close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
from nn import distributed

Case = Callable[[], None]
CASES: dict[str, Case] = {}
CLOSE: dict[str, Any] = {"rtol": 1e-7, "atol": 1e-9}


def case(run: Case) -> Case:
    CASES[run.__name__] = run
    return run


RANK, SIZE = distributed.rank, distributed.world_size


def network(norm: Any = None, frozen: bool = False, bias: bool = True) -> nn.Sequential:
    nn.seed(7)
    model = nn.Sequential(
        nn.Linear(6, 16, bias, dtype=np.float64), *([norm(16, dtype=np.float64)] if norm else []), nn.Tanh(),
        nn.Linear(16, 4, bias, dtype=np.float64),
    )  # fmt: skip
    if frozen:
        model[0].bias.requires_grad_(False)
    return model


def data(n: int = 47) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 6)), rng.integers(0, 4, n)


def same(one: Any, other: Any, what: str) -> None:
    np.testing.assert_allclose(np.asarray(other), np.asarray(one), err_msg=what, **CLOSE)
