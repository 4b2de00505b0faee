"""Schedules inside a captured training step: the same rates, momenta and weights as eagerly, by few programs."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, capture

from ...tables.schedules import LOSSES, ROWS, STEPS

pytestmark = pytest.mark.usefixtures("without_numba")

ENOUGH = 16  # at this limit it would run eagerly
EAGER = ("MultiplicativeLR", "ReduceLROnPlateau")  # keeps a list that grows; decides on each loss by itself
OPTIMIZERS = {
    "momentum": lambda groups: optim.SGD(groups, lr=0.5, momentum=0.9),
    "betas": lambda groups: optim.AdamW(groups, lr=0.5),
}
# Adam's two betas are moved as one momentum is; of schedules that move neither, one optimizer tells enough.
MOMENTA = ("OneCycle", "Cyclic", "SequentialLR")
CASES = [(name, kind) for name in ROWS for kind in OPTIMIZERS if kind == "betas" or name.startswith(MOMENTA)]


def trained(name: str, kind: str, captured: Any) -> tuple[list[Any], Any]:
    """What the groups' rates and momenta and the weights are after each step; and the step."""
    a, b = Tensor(np.ones(3), requires_grad=True), Tensor(np.full(2, 2.0), requires_grad=True)
    optimizer = OPTIMIZERS[kind]([{"params": [a]}, {"params": [b], "lr": 0.2}])
    schedule = ROWS[name](optim, optimizer)
    by_loss = name.startswith("ReduceLROnPlateau")

    def step(measured: float) -> None:
        optimizer.zero_grad()
        (((a * a).sum() + (b * b).mean()) / 9).backward()
        optimizer.step()
        schedule.step(*[measured] * by_loss)

    f = captured(step)
    found = []
    for k in range(STEPS):
        f(LOSSES[k])
        found.append([[group["lr"], group.get("momentum", group.get("betas"))] for group in optimizer.param_groups])
        found.append([a.numpy().copy(), b.numpy().copy()])
    return found, f


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_captured_equals_eager(name: str, kind: str) -> None:
    expected, _ = trained(name, kind, lambda f: f)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if name.startswith(EAGER) else "error")
        found, f = trained(name, kind, capture)
    for one, other in zip(expected, found, strict=True):
        for x, y in zip(one, other, strict=True):
            np.testing.assert_allclose(np.hstack(x), np.hstack(y), rtol=1e-9, atol=1e-12)
    if not name.startswith(EAGER):
        assert 0 < f.count < ENOUGH
