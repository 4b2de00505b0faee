"""SGD moves tensors and Values by the published formula, in place only where nobody can see it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optim.optimizer
from autograd import Tensor, Value
from optim import SGD

OPTIONS = st.fixed_dictionaries(
    {
        "lr": st.sampled_from([0.0, 0.01, 0.3]),
        "momentum": st.sampled_from([0.0, 0.9]),
        "dampening": st.sampled_from([0.0, 0.4]),
        "weight_decay": st.sampled_from([0.0, 0.1]),
    }
)


def by_formula(x: Any, gradients: Any, nesterov: bool = False, **o: float) -> Any:
    """PyTorch's documentation of SGD, line by line."""
    b = None
    for g in gradients:
        g = g + o["weight_decay"] * x
        if o["momentum"]:
            b = g if b is None else o["momentum"] * b + (1 - o["dampening"]) * g
            g = g + o["momentum"] * b if nesterov else b
        x = x - o["lr"] * g
    return x


@given(OPTIONS, st.booleans(), st.sampled_from([(), (3,), (2, 3), (40, 7)]), st.booleans())
def test_formula(options: dict[str, float], nesterov: bool, shape: tuple[int, ...], transposed: bool) -> None:
    if nesterov and (not options["momentum"] or options["dampening"]):
        nesterov = False
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=shape), rng.normal(size=(4, *shape))
    p = Tensor(start.T if transposed else start, requires_grad=True)
    values = [Value(x) for x in start.reshape(-1)]
    sgd = SGD([p, *values], nesterov=nesterov, **options)
    for g in gradients:
        p.grad = g.T if transposed else g
        for value, dg in zip(values, g.reshape(-1), strict=True):
            value.grad = float(dg)
        sgd.step()
    expected = by_formula(start, gradients, nesterov, **options)
    np.testing.assert_allclose(p.data.T if transposed else p.data, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose([v.data for v in values], expected.reshape(-1), rtol=1e-12, atol=1e-14)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> Any:
        p = Tensor(np.arange(10.0), requires_grad=True)
        sgd = SGD([p], lr=0.1, momentum=0.9)
        for _ in range(3):
            sgd.zero_grad()
            (p * p).sum().backward()
            sgd.step()
        return p.data

    whole = run()
    monkeypatch.setattr(optim.optimizer, "BLOCK", 3)
    assert np.array_equal(run(), whole)


def test_in_place_where_nobody_sees_it() -> None:
    p = Tensor(np.ones(3), requires_grad=True)
    sgd = SGD([p], lr=0.5, momentum=0.9)
    array = id(p._array)
    for _ in range(3):
        sgd.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        sgd.step()
    assert id(p._array) == array


@pytest.mark.parametrize(
    "hold",
    [
        lambda p: p.data,
        lambda p: p.data[1:],
        lambda p: p.detach(),
        lambda p: p._array,
        lambda p: p * p,
        lambda p: p.T,
        lambda p: np.exp(p.detach().data),  # no holder: only the result, which is another array
    ],
)
def test_what_somebody_holds_does_not_change(hold: Any) -> None:
    p = Tensor(np.arange(3.0), requires_grad=True)
    sgd = SGD([p], lr=0.5)
    held = hold(p)
    before = np.array(held.data if isinstance(held, Tensor) else held)
    p.grad = np.ones(3)
    sgd.step()
    assert np.array_equal(held.data if isinstance(held, Tensor) else held, before)
    assert np.array_equal(p.data, np.arange(3.0) - 0.5)


def test_a_step_between_forward_and_backward_leaves_the_gradient_right() -> None:
    p = Tensor(np.arange(3.0), requires_grad=True)
    loss = (p * p).sum()
    p.grad = np.ones(3)
    SGD([p], lr=1.0).step()
    p.grad = None
    loss.backward()
    assert np.array_equal(p.grad, 2 * np.arange(3.0))


def test_complex_parameters_descend() -> None:
    z = Tensor(np.array([1 + 2j, -3j]), requires_grad=True)
    sgd = SGD([z], lr=0.25)
    for _ in range(50):
        sgd.zero_grad()
        np.sum(np.abs(z - (2 - 1j)) ** 2).backward()
        sgd.step()
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-9)


def test_float32_stays_and_gradients_may_be_tensors() -> None:
    p = Tensor(np.ones(2, np.float32), requires_grad=True)
    sgd = SGD([p], lr=np.float64(0.1), momentum=0.9, weight_decay=0.1)  # type: ignore[arg-type]
    (p**2).sum().backward(create_graph=True)
    sgd.step()
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.data, 1 - 0.1 * 2.1, rtol=1e-6)


def test_without_gradient_nothing_moves() -> None:
    p, q = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    sgd = SGD(iter([p, q, p]), lr=1.0, weight_decay=0.5)
    p.grad = np.array([1.0])
    sgd.step()
    assert (p.item(), q.item()) == (-0.5, 1.0)
    sgd.zero_grad()
    assert p.grad is None


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: SGD([]), ValueError, "no parameters"),
        (lambda: SGD([Tensor([1.0])]), TypeError, "require a gradient"),
        (lambda: SGD([Tensor([1.0], True) * 2]), TypeError, "leaf"),
        (lambda: SGD([np.ones(2)]), TypeError, "leaf"),
        (lambda: SGD([Tensor([1.0], True)], lr=-1), ValueError, "negative"),
        (lambda: SGD([Tensor([1.0], True)], nesterov=True), ValueError, "momentum"),
    ],
)
def test_refuses(make: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        make()
