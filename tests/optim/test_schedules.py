"""Schedules: PyTorch's learning rates and momenta, step by step; looking ahead, resuming, working with others."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Value
from optim import SGD, Adam

from ..reference import load
from ..tables.schedules import ROWS, STEPS, Make, groups, steps

REFERENCE = load("schedules")
every_row = pytest.mark.parametrize("name", ROWS)


def made(make: Make) -> tuple[Any, Adam]:
    adam = Adam(groups(Value))
    return make(optim, adam), adam


@every_row
def test_pytorch_gives_the_same(name: str) -> None:
    np.testing.assert_allclose(list(steps(*made(ROWS[name]))), REFERENCE[name], rtol=1e-9, atol=1e-15)


@every_row
def test_resumes_from_its_state(name: str) -> None:
    schedule, adam = made(ROWS[name])
    whole = steps(schedule, adam)
    seen = [next(whole) for _ in range(17)]
    states = json.dumps([schedule.state_dict(), adam.state_dict()["param_groups"]])
    expected = [seen[-1], *whole]
    for order in (0, 1), (1, 0):
        again, fresh = made(ROWS[name])
        state, param_groups = json.loads(states)
        for which in order:
            again.load_state_dict(state) if which else fresh.load_state_dict(
                {"state": {}, "param_groups": param_groups}
            )
        assert list(steps(again, fresh, 16)) == expected


@pytest.mark.parametrize("name", [n for n in ROWS if not n.startswith(("ReduceLROnPlateau", "ChainedScheduler"))])
def test_is_a_function_of_the_step(name: str) -> None:
    schedule, _ = made(ROWS[name])
    ahead = [schedule.at(t) for t in range(STEPS)]
    np.testing.assert_allclose(ahead, REFERENCE[name][:, ::2], rtol=1e-9, atol=1e-15)


def test_every_schedule_has_a_row() -> None:
    rows = {name.partition(",")[0] for name in ROWS}
    public = {
        name
        for name in optim.__all__
        if name == "warmup" or (isinstance(kind := getattr(optim, name), type) and issubclass(kind, optim.LRScheduler))
    }
    assert public - {"LRScheduler"} == rows


def test_other_changes_of_the_rate_stay() -> None:
    sgd = one()
    halving = optim.ExponentialLR(sgd, 0.5)
    halving.step()
    sgd.lr *= 0.1
    halving.step()
    assert sgd.lr == pytest.approx(0.025)


def test_a_rate_that_is_set_to_0_stays_until_it_is_set_again() -> None:
    sgd = one()
    halving = optim.ExponentialLR(sgd, 0.5)
    halving.step()
    halving.step()
    sgd.lr = 0.0
    halving.step()
    assert sgd.lr == 0
    sgd.lr = 0.5
    halving.step()
    assert sgd.lr == pytest.approx(0.25)


def test_a_group_that_is_added_later_has_no_schedule() -> None:
    sgd = one()
    schedule = optim.StepLR(sgd, 3)
    sgd.add_param_group({"params": [Value(0.0)]})
    with pytest.raises(RuntimeError, match="after its schedule"):
        schedule.step()


def one(**options: Any) -> SGD:
    return SGD([Value(0.0)], lr=1.0, **options)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: optim.StepLR(Value(0.0), 3), TypeError, "Optimizer"),  # type: ignore[arg-type]
        (lambda: optim.StepLR(one(), 3, last_epoch=5), ValueError, "initial_lr"),
        (lambda: optim.ConstantLR(one(), 2.0), ValueError, "factor"),
        (lambda: optim.LinearLR(one(), 0.0), ValueError, "factor"),
        (lambda: optim.CosineAnnealingWarmRestarts(one(), 0), ValueError, "T_0"),
        (lambda: optim.CyclicLR(one(), 0.1, 0.2, mode="square"), ValueError, "triangular2"),
        (lambda: optim.CyclicLR(one(), [0.1, 0.1], 0.2), ValueError, "1 groups"),
        (lambda: optim.OneCycleLR(one(), 0.1), ValueError, "total_steps"),
        (lambda: optim.OneCycleLR(one(), 0.1, 0), ValueError, "total_steps"),
        (lambda: optim.OneCycleLR(one(), 0.1, 9, pct_start=1.5), ValueError, "pct_start"),
        (lambda: optim.OneCycleLR(one(), 0.1, 9, anneal_strategy="log"), ValueError, "cos"),
        (lambda: optim.OneCycleLR(one(), 0.1, 9).step(10), ValueError, "over"),
        (lambda: optim.OneCycleLR(optim.Adagrad([Value(0.0)]), 0.1, 9), ValueError, "cycle_momentum=False"),
        (lambda: optim.ReduceLROnPlateau(one(), "least"), ValueError, "min"),
        (lambda: optim.ReduceLROnPlateau(one(), factor=1.0), ValueError, "below 1"),
        (lambda: optim.ReduceLROnPlateau(one()).at(3), TypeError, "told"),
        (lambda: optim.SequentialLR(o := one(), [optim.StepLR(o, 1)], [3]), ValueError, "milestones"),
        (lambda: optim.SequentialLR(one(), [optim.StepLR(one(), 1)], []), ValueError, "its optimizer"),
        (lambda: optim.SequentialLR(o := one(), [optim.ReduceLROnPlateau(o)], []), ValueError, "function"),
        (lambda: optim.ChainedScheduler([]), ValueError, "at least one"),
        (lambda: optim.StepLR(one(), 3).load_state_dict({"lr": [1.0, 2.0]}), ValueError, "2 groups"),
    ],
)
def test_refuses(make: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        make()
