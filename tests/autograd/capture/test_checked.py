"""``check=True``: rounding is no difference, and what is frozen is one, with its place and the numbers there."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, capture
from autograd.capture.captured import Different

from .recording import MACHINES


@pytest.mark.parametrize("machine", ["", *MACHINES])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_rounding_is_no_difference(kind: Any, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a batch norm the gradient of a bias is 0 but for rounding; a loss as a float has that of float32."""
    if machine == "native" and kind is optim.Adam:
        pytest.skip("Adam's steps are as large for gradients that are nothing but rounding")
    monkeypatch.setenv("CHALKGRAD_MACHINE", machine)
    nn.seed(0)
    x = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    model = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 2))
    optimizer = kind(model.parameters(), lr=0.01)

    def step(x: Any, y: Any) -> float:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    f = capture(step, check=True)
    losses = [f(x, (x[:, 0] > 0).astype(int)) for _ in range(8)]
    assert losses[-1] < losses[0]
    assert f.count > 0


def test_it_tells_where_arrays_differ() -> None:
    rows = io.StringIO("0 1 2 0 1 2")
    f = capture(lambda x: x + np.eye(3)[int(rows.read(2))], check=True)
    f(np.zeros(3))
    with pytest.raises(Different, match=r"result at \[0\] is 0.0 eagerly, 1.0 captured.\nstep 0 was recorded as"):
        for _ in range(3):
            f(np.zeros(3))


def test_it_tells_where_what_is_left_differs() -> None:
    rows = io.StringIO("0 1 2 0 1 2")
    w = Tensor(np.zeros(3), requires_grad=True)

    def step() -> None:
        w.grad = None
        (w * np.eye(3)[int(rows.read(2))]).sum().backward()

    f = capture(step, check=True)
    with pytest.raises(Different, match=r"w.grad at \[\d\] is \d.0 eagerly, \d.0 captured"):
        for _ in range(3):
            f()
