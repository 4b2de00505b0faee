"""An operation on the fast path (``straight``) behaves like the operation itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, no_grad
from autograd.declare import Operation
from autograd.tensor import straight


def _scaled(x: Any, scale: Any, shift: Any = None) -> Any:
    """y = x scale + shift for x and shift (n,) and scale of no axes."""
    return x * scale if shift is None else x * scale + shift


RULES = [lambda g, scale: g * scale, lambda g, x: np.sum(g * x), lambda g: g]
OPERATION = Operation(_scaled, "primitive", RULES)
scaled = straight(OPERATION)


def tracked(value: Any, dtype: Any = np.float64) -> Tensor:
    return Tensor(value, requires_grad=True, dtype=dtype)


def results(function: Any, *operands: Any) -> list[Any]:
    y = function(*operands)
    if isinstance(y, Tensor) and y.requires_grad:
        (y * y).sum().backward()
    found = [y, *(getattr(t, "grad", None) for t in operands)]
    for t in operands:
        if isinstance(t, Tensor) and t.requires_grad:
            t.grad = None
    return found


READ_ONLY = np.array([3.0, 4.0])
READ_ONLY.setflags(write=False)
OPERANDS = {
    "all tracked": (tracked([1.0, 2.0]), tracked(3.0), tracked([4.0, 5.0])),
    "one omitted": (tracked([1.0, 2.0]), tracked(3.0)),
    "one tracked": (Tensor([1.0, 2.0]), tracked(3.0), None),
    "none tracked": (Tensor([1.0, 2.0]), Tensor(3.0), None),
    "no tensor": (np.array([1.0, 2.0]), np.float64(3.0)),
    "read-only array": (READ_ONLY, tracked(3.0)),
    "array": (np.array([1.0, 2.0]), tracked(3.0)),
    "number": (tracked([1.0, 2.0]), 3.0),
    "two dtypes": (tracked([1.0, 2.0], np.float32), tracked(3.0)),
    "integers": (Tensor([1, 2]), tracked(3.0)),
    "no axes": (tracked(2.0), tracked(3.0)),
}


@pytest.mark.parametrize("operands", OPERANDS.values(), ids=OPERANDS.keys())
def test_results_and_gradients_are_those_of_the_operation(operands: tuple[Any, ...]) -> None:
    for ours, theirs in zip(results(scaled, *operands), results(OPERATION, *operands), strict=True):
        assert type(ours) is type(theirs)
        if ours is not None:
            assert ours.dtype == theirs.dtype
            np.testing.assert_array_equal(getattr(ours, "data", ours), getattr(theirs, "data", theirs))


def test_it_keeps_what_the_operation_keeps() -> None:
    x, scale = Tensor([1.0, 2.0]), tracked(3.0)
    for function in (scaled, OPERATION):
        y = function(x, scale)
        assert [v is None for v in y.node.saved] == [True, False]  # the scale is for the gradient of x alone
    with no_grad():
        assert not scaled(x, scale).requires_grad


def test_an_array_that_may_change_is_copied() -> None:
    x, scale = np.array([1.0, 2.0]), tracked(3.0)
    y = scaled(x, scale)
    x[:] = 0
    y.sum().backward()
    assert scale.grad == 3.0


def test_errors_are_the_operation_s() -> None:
    with pytest.raises(ValueError, match=r"scaled: operands could not .*\(2,\) \(3,\)"):
        scaled(tracked([1.0, 2.0]), tracked([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        (Operation(lambda x, k=2: x**k, "elementwise", [lambda d, x, k: d * k * x ** (k - 1)], name="power"), "'k'"),
        (Operation(lambda x: x + x, "primitive", [lambda g: [g + g]], joint=True, name="twice"), "twice has not one"),
    ],
    ids=["an option", "a joint rule"],
)
def test_other_operations_are_refused(operation: Operation, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        straight(operation)
