"""gradcheck passes correct gradients and has a verdict for everything else; the strategies draw what they promise."""

from __future__ import annotations

import doctest
import sys
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value, no_grad
from autograd.declare import Operation
from autograd.functional import derivatives as functional
from autograd.testing import GradientError, gradcheck
from autograd.testing import strategies as draw

from ..strategies import Pair

X = np.array([0.5, -1.0, 1.5])
RANDOM = np.random.default_rng(0)


def wrong(**rules: Any) -> Operation:
    """x³ with one of its rules replaced by a wrong one."""
    right = {"pull": lambda g, x: g * 3 * x * x, "push": lambda t, x: t * 3 * x * x}
    both = {**right, **rules}
    return Operation(lambda x: x**3, "primitive", [both["pull"]], push=both["push"], name="cube")


# ---------------------------------------------------------------- correct gradients


@given(f=draw.expressions(2), a=st.data())
def test_correct_gradients_pass_on_both_engines(f: Any, a: Any) -> None:
    p, q = a.draw(draw.broadcastable_shapes(2, max_dims=2))
    assert gradcheck(f, a.draw(draw.arrays(p)), a.draw(draw.arrays(q)), order=2, disconnected=True)
    assert gradcheck(f, a.draw(draw.values()), a.draw(draw.values()), order=2, disconnected=True)


@given(f=draw.expressions(2), a=draw.numbers(), b=draw.numbers())
def test_the_engines_agree(f: Any, a: float, b: float) -> None:
    u, v, x, y = Value(a), Value(b), Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    scalar, array = f(u, v), f(x, y)
    np.testing.assert_allclose(scalar.data, array.data, rtol=1e-12, atol=1e-12)
    scalar.backward()
    array.backward()
    for value, tensor in ((u, x), (v, y)):
        np.testing.assert_allclose(value.grad, 0.0 if tensor.grad is None else tensor.grad, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble", "complex64", "complex128"])
def test_each_precision_has_its_steps(dtype: str) -> None:
    x = np.array([0.3, -0.7], dtype=dtype) * (1 + 0.5j if dtype.startswith("c") else 1)
    assert gradcheck(lambda x: np.exp(x) * x + np.sin(x), x.astype(dtype), order=2)


def test_nests_and_parameters_of_tensors() -> None:
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True, label="w")
    w.grad = np.ones(3)
    f = lambda p, s: {"y": np.tanh(p.left * w), "z": p.right["b"] * s}  # noqa: E731
    assert gradcheck(f, Pair(X, {"b": X}), 2.0, parameters={"w": w}, order=2)
    assert list(w.data) == [1.0, 2.0, 3.0] and list(w.grad) == [1.0, 1.0, 1.0]


def test_parameters_of_values() -> None:
    v = Value(2.0)
    assert gradcheck(lambda a: (a * v).tanh(), Value(0.3), parameters=[v], order=2)
    assert (v.data, v.grad) == (2.0, 0.0)


def test_results_in_an_object_array_are_checked_one_by_one() -> None:
    assert gradcheck(lambda a, b: np.array([[a * b], [a.tanh()]]), Value(0.3), Value(2.0), order=2)
    halved = lambda a: np.array([a, Value(a.data / 2)])  # noqa: E731
    assert gradcheck(halved, Value(0.3), modes=["forward"], raises=False).worst.output == "result 1"


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_a_scale_far_from_one(scale: float) -> None:
    assert gradcheck(lambda x: scale * np.sin(x), X, order=2)
    assert not gradcheck(lambda x: scale * wrong(pull=lambda g, x: g * 3.01 * x * x)(x), X, raises=False)
    assert gradcheck(lambda x: np.sin(x / scale), X * scale, scale=scale)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("size", [1e9, 1e11, 7e11, 1e14, 1e17])
def test_where_no_step_is_small_nobody_is_accused(size: float, scaled: bool) -> None:
    """A sine far from 0 turns many times within all steps but the smallest."""
    for x in (np.array([1.37, 2.9, 8.1]) * size, np.array([1.37, 2.9]).astype(np.longdouble) * size):
        report = gradcheck(np.sin, x, scale=size if scaled else 1.0, raises=False)
        assert report.kind in ("correct", "precision"), str(report)


# ---------------------------------------------------------------- everything else


class Problem(NamedTuple):
    kind: str
    words: list[str]
    f: Any
    inputs: list[Any] = [X]  # noqa: RUF012  (a field's default)
    options: dict[str, Any] = {}  # noqa: RUF012


STRICT = {"kinks": False}
PROBLEMS = {
    "a wrong factor": Problem(
        "wrong", ["reverse", "0.666667 times", "other mode is"], wrong(pull=lambda g, x: g * 2 * x * x)
    ),
    "a wrong sign": Problem(
        "wrong", ["forward", "sign", "other mode is right"], wrong(push=lambda t, x: -t * 3 * x * x)
    ),
    "another function's rule": Problem(
        "wrong", ["reverse", "Both modes"], Operation(np.sin, "elementwise", [lambda d, x: d * x])
    ),
    "one wrong element": Problem(
        "wrong", ["input 0[2]", "Some elements"], wrong(pull=lambda g, x: g * 3 * x * x * [1, 1, 2])
    ),
    "a rule that detaches": Problem(
        "wrong", ["over reverse"], wrong(pull=lambda g, x: g * 3 * np.array(x.tolist()) ** 2), options={"order": 2}
    ),
    "detach": Problem("wrong", ["no path", "leave the graph"], lambda x: x.detach() * 2.0),
    "no_grad": Problem("wrong", ["leave the graph"], no_grad()(lambda x: x * 2.0), [2.0]),
    "a conjugate": Problem(
        "wrong",
        ["conjugate"],
        Operation(np.exp, "elementwise", [lambda d, y: np.conj(d * y)]),
        [X * 1j],
        {"modes": ["reverse"]},
    ),
    "abs at 0": Problem("kink", ["[1]", "-1 on the left", "1 on the right"], np.abs, [np.array([1.0, 0.0])], STRICT),
    "maximum at a tie": Problem("kink", ["0 on the left", "kinks=True"], lambda x: np.maximum(x, 0.0), [0.0], STRICT),
    "a jump": Problem(
        "not differentiable",
        ["jumps: it is 1 just before the point, 2 at it, 2 just after"],
        np.floor,
        [np.array([2.0])],
    ),
    "a jump on both sides": Problem(
        "not differentiable", ["it is -1 just before the point, 0 at it, 1"], np.sign, [0.0]
    ),
    "a small jump between equal slopes": Problem(
        "not differentiable", ["0 at it, 0.001 just after"], lambda x: np.where(x > 0, x + 0.001, x), [np.array(0.0)]
    ),
    "an infinite gradient": Problem(
        "wrong", ["reverse", "infinite where the slope is finite"], wrong(pull=lambda g, x: g * np.inf)
    ),
    "an infinite tangent": Problem(
        "wrong", ["forward", "infinite where"], wrong(push=lambda t, x: np.where(t == 0, 0.0, np.inf))
    ),
    "an infinite slope, inside": Problem("not differentiable", ["slope is infinite"], np.cbrt, [np.array([0.0])]),
    "an unused input": Problem("disconnected", ["input 1", "disconnected=True"], lambda x, y: x * 2.0, [1.0, 2.0]),
    "an integer result": Problem("nothing", ["no floating result"], lambda x: np.argmax(x)),
    "a NaN result": Problem("not differentiable", ["result 0"], np.log, [np.array([-1.0])]),
    "the end of the domain": Problem("not differentiable", ["[0]", "ends here"], lambda x: x**1.5, [np.array([0.0])]),
    "an infinite slope": Problem("not differentiable", ["[0]", "inf"], np.sqrt, [np.array([0.0])]),
    "a NaN gradient": Problem(
        "wrong", ["reverse", "NaN where the function is smooth"], wrong(pull=lambda g, x: g * np.nan)
    ),
    "another dtype": Problem("form", ["float32"], wrong(push=lambda t, x: (t * 3 * x * x).astype(np.float32))),
    "a random function": Problem("random", ["seed"], lambda x: x * RANDOM.normal()),
}


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_each_problem_has_its_verdict(name: str) -> None:
    kind, words, f, inputs, options = PROBLEMS[name]
    with pytest.raises(GradientError) as error:
        gradcheck(f, *inputs, **options)
    report = error.value.report
    assert report.kind == kind and not report, str(report)
    assert all(word in str(report) for word in words), str(report)
    assert gradcheck(f, *inputs, **options, raises=False).kind in (kind, "random")


def test_a_report_has_the_numbers() -> None:
    report = gradcheck(lambda x, p: p["a"] * 1.0 + wrong(pull=lambda g, x: g * 2 * x * x)(x), X, {"a": X}, raises=False)
    worst = report.worst
    assert (worst.input, worst.mode) == ("input 0", "reverse")
    assert worst.error == pytest.approx(1 / 3, rel=1e-3)
    assert 0 < worst.allowed < worst.error
    assert worst.index in {(0,), (1,), (2,)}


@pytest.mark.parametrize("bad", [3, np.arange(3), True, [1.0, 2]])
def test_integers_are_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match="derivatives need real or complex numbers"):
        gradcheck(lambda x: x, bad)


def test_unused_inputs_may_be_allowed() -> None:
    assert gradcheck(lambda x, y: x * 1.0, 1.0, 2.0, disconnected=True)


def test_the_complex_step_tells_what_differences_cannot() -> None:
    far = gradcheck(np.sin, np.array([1e8 + 0.3]), modes=["reverse"]).findings[0]
    assert far.numeric == pytest.approx(np.cos(1e8 + 0.3), rel=1e-13) and far.uncertainty < 1e-13
    for f, wrong in ((lambda x: np.abs(x) * x, np.abs), (lambda x: np.real(x) * x, lambda x: x)):  # not analytic
        assert gradcheck(f, X) and gradcheck(f, X, grad=wrong, raises=False).kind == "wrong"


def test_a_report_tells_slopes_at_kinks_and_what_is_weighted() -> None:
    text = str(gradcheck(np.abs, np.array(0.0)))
    assert "-1 … 1" in text and "correct at a kink" in text and "Σ u y" not in text
    assert "random weights" in str(gradcheck(np.tanh, X))


def test_kinks_may_be_allowed() -> None:
    assert gradcheck(np.abs, np.array([0.0, 1.0]), kinks=True)
    beyond = Operation(np.abs, "elementwise", [lambda d, x: d * 1.5], name="abs")
    assert gradcheck(beyond, np.array([0.0]), kinks=True, raises=False).kind == "wrong"


def test_tolerances_by_dtype() -> None:
    slightly = wrong(pull=lambda g, x: g * 3.003 * x * x)
    assert not gradcheck(slightly, X, modes=["reverse"], raises=False)
    assert gradcheck(slightly, X, modes=["reverse"], tolerance=1e-2)
    assert gradcheck(slightly, X, modes=["reverse"], tolerance={"float64": 1e-2})
    assert not gradcheck(slightly, X, modes=["reverse"], tolerance={"float32": 1e-2}, raises=False)


def test_large_inputs_are_sampled() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(1)
        return np.tanh(x)

    assert gradcheck(f, np.linspace(-1, 1, 5000), samples=5)
    assert len(calls) < 60


# ---------------------------------------------------------------- documentation


@pytest.mark.parametrize("module", [functional, sys.modules[gradcheck.__module__]], ids=lambda m: m.__name__)
def test_examples_in_docstrings(module: ModuleType) -> None:
    result = doctest.testmod(module, extraglobs={"np": np})
    assert result.attempted and not result.failed
