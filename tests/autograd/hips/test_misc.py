"""HIPS autograd's misc and test_util: flat vectors, optimizers, fixed points, checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import grad, jacobian, jvp, test_util
from autograd.extend import defvjp, primitive
from autograd.misc import const_graph, flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.util import quick_grad_check

nest = {"b": [1.0, np.array([[2.0, 3.0]])], "a": (np.array([4.0, 5.0]), 6.0)}


def test_flat_vectors() -> None:
    flat, unflatten = flatten(nest)
    assert flat.tolist() == [4.0, 5.0, 6.0, 1.0, 2.0, 3.0]
    again = unflatten(flat * 2)
    assert list(again) == ["b", "a"] and again["b"][1].tolist() == [[4.0, 6.0]] and again["a"][1] == 12.0
    g = grad(lambda n: np.sum(flatten(n)[0] ** 2))(nest)
    assert flatten(g)[0].tolist() == (2 * flat).tolist()
    assert grad(lambda v: unflatten(v)["a"][1] ** 2)(flat).tolist() == [0, 0, 12.0, 0, 0, 0]
    assert flatten([])[0].shape == (0,) and flatten([])[1](np.array([])) == []
    function, back, start = flatten_func(lambda n, k: {"a": n["a"][0] * k}, nest)
    assert function(start, 2.0).tolist() == [8.0, 10.0] and back(start)["a"][1] == 6.0
    with pytest.raises(ValueError, match=r"shape \(6,\), got \(5,\)"):
        unflatten(flat[1:])


def bowl(p: Any, i: int = 0) -> Any:
    return np.sum((p["w"] - 3) ** 2) + p["b"] ** 2


STEPS = {  # the first two from the formulas
    "sgd": (sgd, {"step_size": 0.5, "mass": 0.5}, [0.0, 1.5, 0 + 1.5 + 0.5 * (0.5 * 3 + 0.5 * 3.0)]),
    "rmsprop": (rmsprop, {"step_size": 0.5, "gamma": 0.5, "eps": 0.0}, [0.0, 3 / np.sqrt(18.5)]),
    "adam": (adam, {"step_size": 0.5, "eps": 0.0}, [0.0, 0.5]),
}


@pytest.mark.parametrize("name", STEPS)
def test_optimizers(name: str) -> None:
    optimizer, options, first = STEPS[name]
    seen: list[Any] = []
    start = {"w": np.zeros(2), "b": 1.0}
    end = optimizer(grad(bowl), start, lambda x, i, g: seen.append((x["w"][0], i, g["b"])), num_iters=300, **options)
    np.testing.assert_allclose([w for w, _, _ in seen[: len(first)]], first)
    assert [i for _, i, _ in seen] == list(range(300)) and seen[0][2] == 2.0
    assert bowl(end) < 0.2 and start["b"] == 1.0
    slope = grad(lambda x0: optimizer(grad(lambda x, i: x**2), x0, num_iters=2, **options))(2.0)
    moved = [optimizer(grad(lambda x, i: x**2), 2.0 + h, num_iters=2, **options) for h in (-1e-5, 1e-5)]
    assert slope == pytest.approx((moved[1] - moved[0]) / 2e-5, rel=1e-6)


def test_fixed_points() -> None:
    def root(a: Any) -> Any:
        return fixed_point(lambda a: lambda x: (x + a / x) / 2, a, np.ones(2), lambda x, y: np.abs(x - y).max(), 1e-13)

    a = np.array([2.0, 9.0])
    np.testing.assert_allclose(root(a), np.sqrt(a))
    np.testing.assert_allclose(jacobian(root)(a), np.diag(0.5 * a**-0.5), atol=1e-12)
    np.testing.assert_allclose(jvp(root, (a,), (a,))[1], np.sqrt(a) / 2)
    second = jacobian(jacobian(lambda a: np.sum(root(a))))(a)
    np.testing.assert_allclose(second, np.diag(-0.25 * a**-1.5), atol=1e-12)


def test_const_graph() -> None:
    g = const_graph(lambda k, x: k * np.sum(np.tanh(x)) if x[0] > 0 else x[1], 3.0)
    x = np.array([0.5, 1.0])
    assert [float(g(c * x)) for c in (1, 2, -1)] == [float(3 * np.tanh(c * x).sum()) for c in (1, 2)] + [-1.0]
    np.testing.assert_allclose(grad(g)(x), 3 * (1 - np.tanh(x) ** 2))


wrong = primitive(lambda x: x**2)
defvjp(wrong, lambda ans, x: lambda g: g * x)
wrong_later = primitive(lambda x: x**4)
defvjp(wrong_later, lambda ans, x: lambda g: g * np.array(4 * autograd.tracer.getval(x) ** 3))


def test_checks_pass() -> None:
    x = np.array([0.5, 1.5])
    test_util.check_grads(lambda a, b, k=2: np.sin(a) * b**k, (0, 1))(x, 2.0, k=3)
    test_util.check_grads(np.exp, modes=["rev"], order=3)(0.5)
    test_util.check_vjp(lambda d: {"y": d["a"] ** 2}, {"a": x})
    test_util.check_jvp(lambda d: d["a"] * 3.0, {"a": x, "b": 1.0})
    test_util.combo_check(lambda a, b, k=1.0: a * b * k, [0, 1], modes=["fwd"], order=1)([1.0, 2.0], [x], k=[1.0, 3.0])
    test_util.check_equivalent({"a": (x, 1.0)}, {"a": (x + 1e-12, 1.0)})
    gradients = test_util.nd(lambda a, z: np.sum(a**2) * np.real(z**2), x, 1.0 + 2.0j)
    np.testing.assert_allclose(gradients[0], 2 * x * np.real((1 + 2j) ** 2), rtol=1e-6)
    np.testing.assert_allclose(gradients[1], grad(lambda z: np.sum(x**2) * np.real(z**2))(1.0 + 2.0j), rtol=1e-6)
    assert test_util.scalar_close(1e9, 1e9 + 1) and not test_util.scalar_close(1.0, 1.001)


CHECKS = {
    "gradient": lambda: test_util.check_grads(wrong, modes=["rev"])(3.0),
    "vjp": lambda: test_util.check_vjp(wrong, 3.0),
    "jvp": lambda: test_util.check_jvp(wrong, 3.0),
    "second": lambda: test_util.check_grads(wrong_later, modes=["rev"])(1.5),
    "one of a combination": lambda: test_util.combo_check(lambda x, k: wrong(x) * k, modes=["rev"])(
        [3.0], k=[0.0, 1.0]
    ),
    "numbers": lambda: test_util.check_equivalent([np.ones(2)], [np.ones(2) * 1.1]),
    "forms": lambda: test_util.check_equivalent([np.ones(2)], (np.ones(2),)),
    "the first years' check": lambda: quick_grad_check(wrong, 3.0),
}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.filterwarnings("ignore:quick_grad_check:DeprecationWarning")
def test_checks_fail(name: str) -> None:
    with pytest.raises(AssertionError):
        CHECKS[name]()


def test_second_order_is_what_was_asked_for() -> None:
    test_util.check_grads(wrong_later, modes=["rev"], order=1)(1.5)
    with pytest.raises(ValueError, match="'fwd' and 'rev', got"):
        test_util.check_grads(np.sin, modes=["reverse"])(1.0)
