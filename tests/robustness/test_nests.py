"""Lists within lists, ten thousand deep or one in itself: an error that says so, not Python's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value
from autograd.draw import draw
from nn.training import save_state


def deep(kind: type, depth: int = 10_000) -> Any:
    x: Any = 1.0
    for _ in range(depth):
        x = {"a": x} if kind is dict else kind([x])
    return x


def endless() -> Any:
    x: Any = [1.0]
    x.append(x)
    return x


NESTS = {kind.__name__: lambda kind=kind: deep(kind) for kind in (list, tuple, dict)} | {"endless": endless}  # type: ignore[misc]
DEEPER = "deeper than Python follows"
W = Tensor([1.0], requires_grad=True)


def identity(x: Any) -> Any:
    return x


CALLS: dict[str, tuple[Callable[[Any], object], str]] = {
    "Tensor": (Tensor, "64 deep|a dict|contains itself"),
    "Value": (Value, "real numbers and other Values, not"),
    "sum of Values": (autograd.value.sum, "real numbers and other Values, not|at least 1"),
    "operand": (lambda x: W + x, "64 deep|a dict|contains itself"),
    "where": (lambda x: np.where(x, W, 0.0), DEEPER),
    "grad": (lambda x: autograd.grad(identity)(x), DEEPER),
    "jvp": (lambda x: autograd.jvp(identity, (x,), (x,)), DEEPER),
    "checkpoint": (lambda x: autograd.checkpoint(identity)(x), DEEPER),
    "draw": (lambda x: draw(identity, x), DEEPER),
    "collate": (lambda x: nn.data.collate([x, x]), DEEPER),
    "loader": (lambda x: list(nn.DataLoader([x, x], batch_size=2)), DEEPER),
    "optimizer": (lambda x: optim.SGD([x], lr=0.1), "moves Values and leaf tensors|a group is a dict"),
    "save": (lambda x: nn.save({"w": x}, "never.npz"), "is not an array of numbers|64 deep|a dict|contains itself"),
}


@pytest.mark.parametrize("nest", NESTS)
@pytest.mark.parametrize("name", CALLS)
def test_a_nest_without_an_end(name: str, nest: str) -> None:
    call, says = CALLS[name]
    with pytest.raises((TypeError, ValueError), match=says):
        call(NESTS[nest]())


@pytest.mark.parametrize("nest", NESTS)
def test_a_checkpoint_of_a_nest_without_an_end(nest: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"c\.npz.*{DEEPER}"):
        save_state(tmp_path / "c.npz", NESTS[nest]())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_a_nest_is_followed_or_refused(kind: type) -> None:
    """Wherever in taking it apart and rebuilding it Python's limit is met."""
    for depth in range(0, 1200, 5):
        x = deep(kind, depth)
        try:
            found = autograd.checkpoint(identity)(x)
        except ValueError as error:
            assert DEEPER in str(error)
        else:
            assert repr(found)[:depth] == repr(x)[:depth]
