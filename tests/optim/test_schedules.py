"""Schedules: PyTorch's learning rates and momenta, step by step; looking ahead, resuming, working with others."""

from __future__ import annotations

import json
import math
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


def one() -> SGD:
    return SGD([Value(0.0)], lr=1.0)


@every_row
def test_pytorch_gives_the_same(name: str) -> None:
    np.testing.assert_allclose(list(steps(*made(ROWS[name]))), REFERENCE[name], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("schedule_first", [False, True])
@every_row
def test_resumes_from_its_state(name: str, schedule_first: bool) -> None:
    schedule, adam = made(ROWS[name])
    whole = steps(schedule, adam)
    seen = [next(whole) for _ in range(17)]
    states = json.dumps([schedule.state_dict(), adam.state_dict()["param_groups"]])
    expected = [seen[-1], *whole]
    again, fresh = made(ROWS[name])
    state, param_groups = json.loads(states)
    if schedule_first:
        again.load_state_dict(state)
    fresh.load_state_dict({"state": {}, "param_groups": param_groups})
    if not schedule_first:
        again.load_state_dict(state)
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
    sgd.lr *= 0.1
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


# The schedule, its arguments after an optimizer with one group, and what the error says.
REFUSED: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], str]] = {
    "resumed without an initial rate": ("StepLR", (3,), {"last_epoch": 5}, "initial_lr"),
    "a constant above 1": ("ConstantLR", (2.0,), {}, "factor"),
    "a half-line of negative length": ("LinearLR", (), {"total_iters": -1}, "total_iters"),
    "a constant for half of never": ("ConstantLR", (), {"total_iters": math.nan}, "total_iters"),
    "no function": ("LambdaLR", (0.5,), {}, "lr_lambda is a function"),
    "no product": ("MultiplicativeLR", (0.5,), {}, "lr_lambda is a function"),
    "steps of 0": ("StepLR", (0,), {}, "step_size is a number of steps, above 0, got 0"),
    "steps of None": ("StepLR", (None,), {}, "step_size.*got None"),
    "steps that turn the rate": ("StepLR", (3, -0.1), {}, "gamma"),
    "no milestones": ("MultiStepLR", ([],), {}, r"milestones.*got \[\]"),
    "a milestone without a list": ("MultiStepLR", (30,), {}, "milestones.*got 30"),
    "a milestone before the start": ("MultiStepLR", ([5, -1],), {}, "milestones"),
    "a milestone of NaN": ("MultiStepLR", ([math.nan],), {}, "milestones"),
    "a power of NaN": ("ExponentialLR", (math.nan,), {}, "gamma"),
    "a polynomial of no steps": ("PolynomialLR", (0,), {}, "total_iters"),
    "a polynomial with a pole": ("PolynomialLR", (5, -1), {}, "power"),
    "a cosine of no steps": ("CosineAnnealingLR", (0,), {}, "T_max is a number of steps, above 0, got 0"),
    "a cosine of negative length": ("CosineAnnealingLR", (-3,), {}, "T_max"),
    "a cosine of None": ("CosineAnnealingLR", (None,), {}, "T_max"),
    "a cosine down to a negative rate": ("CosineAnnealingLR", (3, -0.1), {}, "eta_min"),
    "restarts after None": ("CosineAnnealingWarmRestarts", (None,), {}, "T_0"),
    "restarts stretched by a fraction": ("CosineAnnealingWarmRestarts", (3, 1.5), {}, "T_mult"),
    "a cycle without a rise": ("CyclicLR", (0.1, 0.2, 0), {}, "step_size_up"),
    "a cycle with a negative fall": ("CyclicLR", (0.1, 0.2, 3, -1), {}, "step_size_down"),
    "one cycle from an infinite rate": ("OneCycleLR", (0.1, 9), {"div_factor": 0}, "div_factor"),
    "one cycle to an infinite rate": ("OneCycleLR", (0.1, 9), {"final_div_factor": 0}, "final_div_factor"),
    "a plateau that turns the rate": ("ReduceLROnPlateau", (), {"factor": -0.1}, "not below 0"),
    "a plateau down to a negative rate": ("ReduceLROnPlateau", (), {"min_lr": -1.0}, "min_lr"),
    "one cycle up to None": ("OneCycleLR", (None, 9), {}, "max_lr"),
    "a cycle from None": ("CyclicLR", (None, 0.1), {}, "base_lr"),
    "a plateau of negative patience": ("ReduceLROnPlateau", (), {"patience": -1}, "patience"),
    "a step before the first": ("StepLR", (3,), {"last_epoch": -2}, "last_epoch"),
    "a sequence of nothing": ("SequentialLR", ([], []), {}, "at least one"),
    "a line from 0": ("LinearLR", (0.0,), {}, "factor"),
    "restarts after 0 steps": ("CosineAnnealingWarmRestarts", (0,), {}, "T_0"),
    "an unknown form of a cycle": ("CyclicLR", (0.1, 0.2), {"mode": "square"}, "triangular2"),
    "two rates for one group": ("CyclicLR", ([0.1, 0.1], 0.2), {}, "1 groups"),
    "one cycle of unknown length": ("OneCycleLR", (0.1,), {}, "total_steps"),
    "one cycle of no steps": ("OneCycleLR", (0.1, 0), {}, "total_steps"),
    "one cycle that rises beyond its end": ("OneCycleLR", (0.1, 9), {"pct_start": 1.5}, "pct_start"),
    "one cycle of unknown form": ("OneCycleLR", (0.1, 9), {"anneal_strategy": "log"}, "cos"),
    "an unknown sense of better": ("ReduceLROnPlateau", ("least",), {}, "min"),
    "a plateau that changes nothing": ("ReduceLROnPlateau", (), {"factor": 1.0}, "below 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    kind, arguments, options, says = REFUSED[name]
    with pytest.raises(TypeError if "lambda" in says else ValueError, match=says):
        getattr(optim, kind)(one(), *arguments, **options)


def test_a_rise_of_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="warmup: steps"):
        optim.warmup(optim.StepLR(one(), 3), -1)


@pytest.mark.parametrize("schedule", [lambda o: optim.StepLR(o, 3), optim.ReduceLROnPlateau])
def test_only_an_optimizer_is_scheduled(schedule: Any) -> None:
    with pytest.raises(TypeError, match="Optimizer, not Value"):
        schedule(Value(0.0))


def test_one_cycle_ends() -> None:
    with pytest.raises(ValueError, match="over"):
        optim.OneCycleLR(one(), 0.1, 9).step(10)


def test_momentum_is_cycled_only_where_there_is_one() -> None:
    with pytest.raises(ValueError, match="cycle_momentum=False"):
        optim.OneCycleLR(optim.Adagrad([Value(0.0)]), 0.1, 9)


def test_a_plateau_counts_its_epochs() -> None:
    schedule = optim.ReduceLROnPlateau(one())
    for epoch in range(3):
        assert schedule.last_epoch == schedule.state_dict()["last_epoch"] == epoch
        schedule.step(1.0)


def test_a_plateau_cannot_look_ahead() -> None:
    with pytest.raises(TypeError, match="still to come"):
        optim.ReduceLROnPlateau(one()).at(3)


def test_a_sequence_needs_a_milestone_between_its_schedules() -> None:
    sgd = one()
    with pytest.raises(ValueError, match="milestones"):
        optim.SequentialLR(sgd, [optim.StepLR(sgd, 1)], [3])


def test_a_sequence_has_schedules_of_its_optimizer() -> None:
    with pytest.raises(ValueError, match="its optimizer"):
        optim.SequentialLR(one(), [optim.StepLR(one(), 1)], [])


def test_a_sequence_has_functions_of_the_step() -> None:
    sgd = one()
    with pytest.raises(ValueError, match="function"):
        optim.SequentialLR(sgd, [optim.ReduceLROnPlateau(sgd)], [])


def test_a_chain_has_a_schedule() -> None:
    with pytest.raises(ValueError, match="at least one"):
        optim.ChainedScheduler([])


def test_a_state_of_other_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="2 groups"):
        optim.StepLR(one(), 3).load_state_dict({"lr": [1.0, 2.0]})
