"""Averages of weights: their formulas, their place in the parameters, their state."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from optim import EMA, SGD, SWA
from optim.weight_averaging import Average

PATH = [1.0, 5.0, 2.0]  # the weights at each update
every_average = pytest.mark.parametrize(
    ("kind", "options", "weights"), [(EMA, {"decay": 0.75}, [0.5625, 0.1875, 0.25]), (SWA, {}, [1 / 3, 1 / 3, 1 / 3])]
)


def averaged(kind: type[Average], options: Any, resume: bool = False) -> tuple[Average, Tensor, Value]:
    """The average over the path, of a tensor and a Value."""
    p, v = Tensor(np.ones((2, 1), np.float32), requires_grad=True), Value(1.0)
    params = [p, v]
    average = kind(iter(params), **options)
    for k, x in enumerate(PATH):
        p.data, v.data = np.array([[x], [-x]]), x
        if resume and k == 1:
            state = average.state_dict()
            average.update()
            average = kind(params, **options)
            average.load_state_dict(state)
        average.update()
    return average, p, v


@pytest.mark.parametrize("resume", [False, True])
@every_average
def test_average(kind: type[Average], options: Any, weights: list[float], resume: bool) -> None:
    average, p, v = averaged(kind, options, resume)
    mean = float(np.dot(weights, PATH))
    with average.applied():
        np.testing.assert_allclose(p.data, [[mean], [-mean]], rtol=1e-6)
        assert v.data == pytest.approx(mean)
    assert p.dtype == np.float32


@every_average
def test_parameters_get_their_own_numbers_back(kind: type[Average], options: Any, weights: list[float]) -> None:
    average, p, v = averaged(kind, options)
    held = p.data
    with average.applied():
        pass
    assert (p.data.tolist(), v.data) == ([[2.0], [-2.0]], 2.0)
    assert held.tolist() == [[2.0], [-2.0]]


def test_averages_of_half_precision_follow_in_steps_below_it() -> None:
    p = Tensor(np.ones(1, np.float16), requires_grad=True)
    ema = EMA([p], decay=0.9999)
    ema.update()
    p.data = [2.0]
    for _ in range(100):
        ema.update()
    with ema.applied():
        np.testing.assert_allclose(p.data, 2 - 0.9999**100, rtol=1e-3)
        assert p.dtype == np.float16


def replace(model: Any) -> None:
    model[0] = nn.Linear(2, 2, generator=1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (replace, "0.weight, 0.bias of"),
        (lambda model: model.append(nn.Linear(2, 1)), "2.weight, 2.bias of"),
        (lambda model: model.pop(), "1.weight, 1.bias of"),
        (lambda model: setattr(model, "inside", nn.Sequential(nn.BatchNorm1d(2), nn.Linear(1, 1))), r"\.\.\. \(4\) of"),
    ],
)
@every_average
def test_layers_that_are_replaced_are_told_once(
    kind: type[Average], options: Any, weights: list[float], change: Any, says: str
) -> None:
    for call in ("update", "apply"):
        model = nn.Sequential(nn.Linear(2, 2, generator=0), nn.Linear(2, 1))
        average = kind(model, **options)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(3):
                average.update()
            model.half().requires_grad_(False)  # the same tensors
            with average.applied():
                pass
        change(model)
        with pytest.warns(UserWarning, match=rf"{kind.__name__}\.{call}: .*{says} the model are no longer the tensors"):
            getattr(average, call)()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            average.restore()
            average.apply()


@every_average
def test_an_applied_average_is_not_updated(kind: type[Average], options: Any, weights: list[float]) -> None:
    average, _, _ = averaged(kind, options)
    with average.applied(), pytest.raises(RuntimeError, match="restore"):
        average.update()


def test_parameters_get_their_own_numbers_back_after_an_error() -> None:
    model = nn.Linear(2, 1, generator=0)
    ema = EMA(model)
    ema.update()
    sgd = SGD(model.parameters(), lr=1.0)
    for p in model.parameters():
        p.grad = np.ones(p.shape)
    before = model.state_dict()
    sgd.step()
    after = model.state_dict()
    with pytest.raises(KeyError), ema.applied():
        np.testing.assert_array_equal(model.weight.data, before["weight"])
        raise KeyError
    np.testing.assert_array_equal(model.weight.data, after["weight"])


def test_the_averages_of_a_module_have_its_names() -> None:
    ema = EMA(nn.Linear(2, 1, generator=0))
    assert list(ema.state_dict()["averages"]) == ["weight", "bias"]
    with pytest.raises(ValueError, match=r"nothing was loaded.*weight \(1, 2\).*the state has 0 \(3,\)"):
        ema.load_state_dict(EMA([Tensor(np.ones(3), requires_grad=True)]).state_dict())


def test_an_average_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no parameters"):
        EMA([])


def test_a_decay_above_1_is_refused() -> None:
    with pytest.raises(ValueError, match="decay"):
        EMA([Value(1.0)], 1.5)
