"""What is built on derivatives, captured and eager; and random expressions with random decisions in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as hypothesis

from autograd import (
    Tensor,
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)  # fmt: skip
from autograd.capture import capture
from autograd.functional.nests import leaves as flat
from autograd.testing import strategies as st

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore:.*eagerly")


def loss(x: Any, w: Any) -> Any:
    y = np.tanh(x @ w) ** 2
    return np.sum(y if np.sum(y) < 2.0 else np.sqrt(y + 1))


def rows(x: Any, w: Any) -> Any:
    return np.tanh(x @ w) * np.max(x)


def settling(x: Any, w: Any) -> Any:
    """Until it no longer moves much; how often depends on the numbers."""
    y = x
    while np.sum(y**2).item() > 0.5:
        y = np.sin(y) * 0.7 + np.tanh(y @ w) * 0.01
    for row in y:
        y = y + row.sum().item() * x
    return np.sum(y)


def of_tensors(x: Any, w: Any) -> Any:
    """Leaves, hooks, writes and retained gradients."""
    y, u = Tensor(x, requires_grad=True), Tensor(w, requires_grad=True)
    z = y.copy()
    z[0] = np.sin(u[:, 0])
    z += 1
    z[z > 1.2] *= 2
    z.retain_grad()
    u.register_hook(lambda g: g * 2)
    p = z @ u
    p.backward(x @ w)
    return [y.grad, u.grad, z.grad, p.data]


DERIVED: dict[str, Callable[[Any, Any], Any]] = {
    "grad": grad(loss, (0, 1)),
    "value_and_grad": value_and_grad(loss),
    "grad of a loop": grad(settling, (0, 1)),
    "elementwise_grad": lambda x, w: elementwise_grad(lambda x: rows(x, w))(x),
    "jacobian by rows": jacobian(rows, (0, 1), mode="reverse"),
    "jacobian by columns": jacobian(rows, mode="forward"),
    "hessian": hessian(loss),
    "hvp": lambda x, w: hvp(loss)(x, w, x),
    "vjp": lambda x, w: vjp(rows, x, w)[1](x @ w),
    "jvp": lambda x, w: jvp(rows, (x, w), (w, x)),
    "grad of a constant": grad(lambda x, w: np.sum(w)),
    "checkpoint": grad(lambda x, w: checkpoint(loss, x, w)),
    "third order": grad(lambda x, w: np.sum(grad(lambda x: np.sum(grad(lambda x: loss(x, w))(x) ** 2))(x) ** 2)),
    "tensors": of_tensors,
}


def alike(found: Any, expected: Any) -> None:
    for k, (x, y) in enumerate(zip(flat(found), flat(expected), strict=True)):
        assert type(x) is type(y), f"number {k} is {type(x)}, not {type(y)}"
        assert np.asarray(x).dtype == np.asarray(y).dtype
        np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-11, err_msg=f"number {k}")


@pytest.mark.parametrize("name", DERIVED)
def test_derivatives_are_those_of_eager_functions(name: str) -> None:
    f = capture(DERIVED[name], limit=64)
    for seed in (0, 1, 2, 0, 3, 1, 4):
        x, w = np.random.default_rng(seed).normal(size=(2, 3, 3)) * 0.6
        alike(f(x, w), DERIVED[name](x, w))
    assert not f.warned


# ---------------------------------------------------------------- random expressions, random decisions


DECISIONS: dict[str, Callable[[Any, Any], Any]] = {
    "if": lambda total, x: total * 2 if total > 0 else total - np.sum(np.abs(x)),
    "while": lambda total, x: halved(total),
    "floor": lambda total, x: total * (1.0 if np.sum(np.real(x)).item() // 8 > 0 else 0.5),
    "item": lambda total, x: total * np.real(x).ravel()[0].item() if x.size else total,
    "count": lambda total, x: total + sum(1 for _ in range(int(np.count_nonzero(np.real(x) > 0)))),
    "mask": lambda total, x: total + np.sum(np.abs(x[np.real(x) > 0.5])),
    "sign": lambda total, x: total * (3 if np.all(np.abs(x) < 1.5) else 1),
    "none": lambda total, x: total,
}


def halved(total: Any) -> Any:
    rounds = 0
    while abs(total) > 1 and rounds < 6:
        total, rounds = total / 2, rounds + 1
    return total


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.calls(), hypothesis.sampled_from(sorted(DECISIONS)), hypothesis.integers(0, 2**32 - 1))
def test_random_programs_with_random_decisions(call: st.Call, decision: str, seed: int) -> None:
    def f(*inputs: Any) -> Any:
        y = np.sum(np.abs(call.f(*inputs)))
        return DECISIONS[decision](y, inputs[0])

    places = tuple([k for k, x in enumerate(call.inputs) if x.dtype.kind in "fc"])
    both = value_and_grad(f, places) if places else f
    captured = capture(both, limit=64)
    rng = np.random.default_rng(seed)
    for turn in range(4):
        inputs = [x * rng.uniform(0.7, 1.4) if turn and x.dtype.kind in "fc" else x for x in call.inputs]
        inputs = [x.astype(y.dtype) for x, y in zip(inputs, call.inputs, strict=True)]
        try:
            expected = both(*inputs)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError) as error:
            with pytest.raises(type(error)):
                captured(*inputs)
            continue
        for x, y in zip(flat(captured(*inputs)), flat(expected), strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-7, atol=1e-9)
