"""Solutions found by SciPy have the derivatives of their closed forms: of both orders, in both modes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, hessian, jacobian, jvp, no_grad
from autograd.functional import nests as tree
from autograd.integrate import flow, odeint, quad
from autograd.optimize import root

from ..tables.implicit import REFUSED, SOLVED, Refused, Solved

every_row = pytest.mark.parametrize("row", SOLVED, ids=[row.name for row in SOLVED])


def close(found: Any, exact: Any, row: Solved) -> None:
    for a, b in zip(tree.leaves(found), tree.leaves(exact), strict=True):
        a, b = (np.asarray(getattr(x, "_array", x)) for x in (a, b))
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, row.close, row.close * max(1.0, np.max(np.abs(b))))


@every_row
def test_value_and_both_modes(row: Solved) -> None:
    at = tuple(range(len(row.args)))
    close(row.found(*map(Tensor, row.args)), row.exact(*row.args), row)
    close(jacobian(row.found, at, mode="reverse")(*row.args), jacobian(row.exact, at)(*row.args), row)
    directions = tuple(np.cos(np.arange(np.size(x)) + 1.0).reshape(np.shape(x)) for x in row.args)
    directions = tuple(d if np.ndim(d) else d.item() for d in directions)
    close(jvp(row.found, row.args, directions)[1], jvp(row.exact, row.args, directions)[1], row)


@every_row
def test_second_derivatives(row: Solved) -> None:
    """Forward over reverse and reverse over reverse, of all arguments together along one direction."""
    weights = np.sin(np.arange(np.size(row.exact(*row.args))) + 1.0)
    directions = [np.cos(np.arange(np.size(x)) + 1.0).reshape(np.shape(x)) for x in row.args]

    def along(f: Any) -> Any:
        """The gradient of a number that f's result makes, as a function of a step along the direction."""

        def number(*args: Any) -> Any:
            return np.sum(weights * np.ravel(np.sin(f(*args))))

        at = tuple(range(len(row.args)))
        gradient = grad(number, at)

        def step(s: Any) -> Any:
            moved = gradient(*[x + s * d for x, d in zip(row.args, directions, strict=True)])
            return sum(np.sum(g * d) for g, d in zip(moved, directions, strict=True))

        return step

    exact = grad(along(row.exact))(0.0)
    close(jvp(along(row.found), (0.0,), (1.0,))[1], exact, row)
    close(grad(along(row.found))(0.0), exact, row)


@pytest.mark.parametrize("row", REFUSED, ids=[row.name for row in REFUSED])
@pytest.mark.filterwarnings("ignore")
def test_what_has_no_derivative_is_refused(row: Refused) -> None:
    with pytest.raises(row.error, match=row.says):
        grad(row.f)(1.0)


def test_orders_go_on() -> None:
    """The third derivative of √a, of a⁴/3, and of e⁻ᵏ."""
    assert grad(grad(grad(lambda a: quad(lambda x: a * x**2, 0.0, a)[0])))(2.0) == pytest.approx(16)
    third = grad(grad(grad(lambda a: root(lambda x: x**2 - a, 1.0).x[0])))(2.0)
    assert third == pytest.approx(3 / 8 * 2**-2.5)
    third = grad(grad(grad(lambda k: odeint(lambda y, t: -k * y, 1.0, [0.0, 1.0], rtol=1e-4, atol=1e-4)[-1, 0])))(1.0)
    assert third == pytest.approx(-np.exp(-1), rel=1e-2)


def test_the_adjoint_equation_gives_what_the_variational_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def loss(p: Any) -> Any:
        y = odeint(lambda y, t: [y[1], -p[0] * y[0] - p[1] * y[1]], [1.0, p[2]], np.stack([0 * p[0], p[3], 2 * p[3]]))
        return np.sum(y**2)

    p = np.array([2.0, 0.3, 0.5, 0.6])
    found = grad(loss)(p), hessian(loss)(p)
    monkeypatch.setattr(flow, "LARGEST", 0)
    adjoint = grad(loss)(p), jvp(grad(loss), (p,), (np.ones(4),))[1]
    np.testing.assert_allclose(adjoint[0], found[0], 1e-6, 1e-6)
    np.testing.assert_allclose(adjoint[1], found[1].sum(1), 1e-5, 1e-5)


def test_second_derivatives_of_a_fit() -> None:
    """The loss of a fit of y' = -k y to data: exact to the solver's tolerance."""
    times, data = np.linspace(0, 2, 6), np.array([2.0, 1.3, 0.8, 0.6, 0.35, 0.2])

    def loss(p: Any) -> Any:
        return np.sum((odeint(lambda y, t, k: -k * y, p[0], times, (p[1],))[:, 0] - data) ** 2)

    def exact(p: Any) -> Any:
        return np.sum((p[0] * np.exp(-p[1] * times) - data) ** 2)

    p = np.array([1.8, 1.1])
    np.testing.assert_allclose(hessian(loss)(p), hessian(exact)(p), 1e-6)


def test_leaves_get_gradients_of_their_dtype_and_nothing_is_recorded_without() -> None:
    weight = Tensor(np.array([0.5, 2.0], np.float32), requires_grad=True)
    data = np.array([3.0, 4.0])
    x = root(lambda x, data: x * weight - data, np.ones(2), (data,)).x
    data[:] = 0  # the graph has its own
    np.sum(x).backward()
    assert weight.grad.dtype == np.float32
    np.testing.assert_allclose(weight.grad, [-12, -1])
    with no_grad():
        assert root(lambda x: x * weight - 3, np.ones(2)).x.node is None
        assert quad(lambda x: x, Tensor(0.0), weight[0].detach())[0].node is None
    assert type(root(lambda x: x - 3, np.ones(2)).x) is np.ndarray
    assert type(odeint(lambda y, t: -y, 1.0, [0, 1])) is np.ndarray
    assert type(quad(lambda x: x, 0, 1)[0]) is float


@pytest.mark.parametrize(
    "solve",
    [
        lambda f: root(lambda x: f(x)[0] * x - 1, [1.0]).x,
        lambda f: odeint(lambda y, t: -f(y)[0] * y, [1.0], [0.0, 1.0]),
        lambda f: quad(lambda x: f(x)[0] * x, 0, 1)[0],
    ],
)
@pytest.mark.parametrize("change", ["a tensor", "an array"])
def test_what_changes_after_the_solution_is_told(solve: Any, change: str) -> None:
    a, c = Tensor([2.0], requires_grad=True), np.ones(1)
    x = solve(lambda x: a * c)
    with no_grad():
        (a if change == "a tensor" else c)[0] *= 1.001
    with pytest.raises(RuntimeError, match=r"was changed in between.*pass what changes in args"):
        np.sum(x).backward()


def test_values_give_values_of_all_orders() -> None:
    a, b = Value(2.0), Value(3.0)
    x = root(lambda x, p: [x[0] - p["a"] * p["b"], x[1] ** 2 - p["a"]], [1.0, 1.0], ({"a": a, "b": b},)).x
    (x[0] * x[1]).backward(create_graph=True)  # a^1.5 b
    gradient, a.grad = a.grad, None
    gradient.backward()
    assert [x[0].data, gradient.data, a.grad, b.grad.data] == pytest.approx(
        [6, 4.5 * 2**0.5, 2.25 / 2**0.5, 3.5 * 2**0.5]
    )
    y, _ = quad(lambda x, a: a * x**2, 0.0, a, (a,))
    a.grad = None
    y.backward()
    assert (y.data, a.grad) == pytest.approx((16 / 3, 32 / 3))
    with pytest.raises(TypeError, match=r"pass it in args"):
        quad(lambda x: a * x, 0, 1)


def test_a_tensor_that_is_used_at_times_only_is_not_lost() -> None:
    """It is found while SciPy solves, wherever the function uses it."""

    def end(k: Any, c: Any) -> Any:
        return odeint(lambda y, t: -k * y if t < 0.3 or t > 0.4 else -c * y, 1.0, [0.0, 1.0], hmax=0.02)[-1, 0]

    np.testing.assert_allclose(grad(end, (0, 1))(1.0, 2.0), [-0.9 * np.exp(-1.1), -0.1 * np.exp(-1.1)], 5e-2)
