"""gradcheck passes what is right and has a verdict for everything else; the strategies draw what they promise."""

from __future__ import annotations

import doctest
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, no_grad
from autograd.declare import Operation
from autograd.functional import derivatives as functional
from autograd.testing import GradientError, check, gradcheck
from autograd.testing import strategies as draw
from autograd.value.value import Value

from ..strategies import Pair

X = np.array([0.5, -1.0, 1.5])
RANDOM = np.random.default_rng(0)


def wrong(**rules: Any) -> Operation:
    """x³ with some rule replaced by a wrong one."""
    right = {"pull": lambda g, x: g * 3 * x * x, "push": lambda t, x: t * 3 * x * x}
    both = {**right, **rules}
    return Operation(lambda x: x**3, "primitive", [both["pull"]], push=both["push"], name="cube")


# ---------------------------------------------------------------- what is right


@given(f=draw.expressions(2), a=st.data())
def test_right_gradients_pass_on_both_engines(f: Any, a: Any) -> None:
    p, q = a.draw(draw.broadcastable(2, max_dims=2))
    assert gradcheck(f, a.draw(draw.arrays(p)), a.draw(draw.arrays(q)), order=2, allow_unused=True)
    assert gradcheck(f, a.draw(draw.values()), a.draw(draw.values()), order=2, allow_unused=True)


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


def test_nests_parameters_and_results() -> None:
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True, label="w")
    w.grad = np.ones(3)
    f = lambda p, s: {"y": np.tanh(p.left * w), "z": p.right["b"] * s}  # noqa: E731
    assert gradcheck(f, Pair(X, {"b": X}), 2.0, parameters={"w": w}, order=2)
    assert list(w.data) == [1.0, 2.0, 3.0] and list(w.grad) == [1.0, 1.0, 1.0]
    v = Value(2.0)
    assert gradcheck(lambda a: (a * v).tanh(), Value(0.3), parameters=[v], order=2)
    assert (v.data, v.grad) == (2.0, 0.0)


def test_a_scale_far_from_one() -> None:
    for scale in (1e-9, 1e9):
        assert gradcheck(lambda x, s=scale: s * np.sin(x), X, order=2)
        assert not gradcheck(lambda x, s=scale: s * wrong(pull=lambda g, x: g * 3.01 * x * x)(x), X, raises=False)
        assert gradcheck(lambda x, s=scale: np.sin(x / s), X * scale, scale=scale)


# ---------------------------------------------------------------- what is not


@pytest.mark.parametrize(
    ("f", "inputs", "options", "kind", "words"),
    [
        (wrong(pull=lambda g, x: g * 2 * x * x), [X], {}, "wrong", ["reverse", "0.666667 times", "other mode is"]),
        (wrong(push=lambda t, x: -t * 3 * x * x), [X], {}, "wrong", ["forward", "sign", "other mode is right"]),
        (Operation(np.sin, "elementwise", [lambda d, x: d * x]), [X], {}, "wrong", ["reverse", "Both modes"]),
        (wrong(pull=lambda g, x: g * 3 * x * x * [1, 1, 2]), [X], {}, "wrong", ["at [2]", "Some elements"]),
        (wrong(pull=lambda g, x: g * 3 * np.array(x.tolist()) ** 2), [X], {"order": 2}, "wrong", ["over reverse"]),
        (lambda x: x.detach() * 2.0, [X], {}, "wrong", ["0 everywhere", "leave the graph"]),
        (no_grad()(lambda x: x * 2.0), [2.0], {}, "wrong", ["leave the graph"]),
        (Operation(np.exp, "elementwise", [lambda d, y: np.conj(d * y)]), [X * 1j], {"modes": ["reverse"]}, "wrong",
         ["conjugate"]),
        (np.abs, [np.array([1.0, 0.0])], {}, "kink", ["[1]", "-1 to the left", "1 to the right"]),
        (lambda x: np.maximum(x, 0.0), [0.0], {}, "kink", ["0 to the left", "allow_kinks"]),
        (lambda x: np.maximum(x, 1e-7), [0.0], {}, "kink", ["0 to the left"]),
        (np.floor, [np.array([2.0])], {}, "kink", ["to the left"]),
        (lambda x, y: x * 2.0, [1.0, 2.0], {}, "unused", ["input 1", "allow_unused"]),
        (lambda x: np.argmax(x), [X], {}, "nothing", ["no floating result"]),
        (np.log, [np.array([-1.0])], {}, "nan", ["result 0"]),
        (np.sqrt, [np.array([0.0])], {}, "nan", ["[0]", "ends here"]),
        (wrong(pull=lambda g, x: g * np.nan), [X], {}, "nan", ["reverse", "nan"]),
        (wrong(push=lambda t, x: (t * 3 * x * x).astype(np.float32)), [X], {}, "form", ["float32"]),
        (lambda x: x * RANDOM.normal(), [X], {}, "random", ["seed"]),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_each_trouble_has_its_verdict(f: Any, inputs: Any, options: Any, kind: str, words: list[str]) -> None:
    with pytest.raises(GradientError) as error:
        gradcheck(f, *inputs, **options)
    verdict = error.value.verdict
    assert verdict.kind == kind and not verdict, str(verdict)
    assert all(word in str(verdict) for word in words), str(verdict)
    assert gradcheck(f, *inputs, **options, raises=False).kind in (kind, "random")


def test_a_verdict_has_the_numbers() -> None:
    verdict = gradcheck(
        lambda x, p: p["a"] * 1.0 + wrong(pull=lambda g, x: g * 2 * x * x)(x), X, {"a": X}, raises=False
    )
    assert (verdict.input, verdict.mode) == ("input 0", "reverse")
    assert verdict.difference == pytest.approx(abs(verdict.found - verdict.expected))
    assert 0 < verdict.allowed < verdict.difference
    assert verdict.index in {(0,), (1,), (2,)}


@pytest.mark.parametrize("bad", [3, np.arange(3), True, [1.0, 2]])
def test_integers_are_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match="derivatives need real or complex numbers"):
        gradcheck(lambda x: x, bad)


def test_kinks_and_unused_inputs_may_be_allowed() -> None:
    assert gradcheck(np.abs, np.array([0.0, 1.0]), allow_kinks=True)
    assert gradcheck(lambda x, y: x * 1.0, 1.0, 2.0, allow_unused=True)
    beyond = Operation(np.abs, "elementwise", [lambda d, x: d * 1.5], name="abs")
    assert gradcheck(beyond, np.array([0.0]), allow_kinks=True, raises=False).kind == "wrong"


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
    assert len(calls) < 50


# ---------------------------------------------------------------- strategies


@given(shapes=draw.broadcastable(3), data=st.data())
def test_shapes_that_broadcast_do(shapes: Any, data: Any) -> None:
    np.broadcast_shapes(*shapes)
    x = data.draw(draw.arrays(shapes[0], low=-1, high=1, dtype=np.float32))
    assert x.shape == shapes[0] and x.dtype == np.float32 and np.all(np.abs(x) <= 1)
    t = data.draw(draw.tensors(shapes[1], dtype=complex))
    assert t.requires_grad and t.shape == shapes[1] and t.dtype == complex


@given(x=draw.arrays((2, 3), distinct=0.1))
def test_distinct_elements_are(x: Any) -> None:
    assert np.min(np.diff(np.sort(x, axis=None))) >= 0.1


@given(f=draw.expressions(2, smooth=False), a=draw.numbers(), b=draw.numbers())
def test_expressions_read_as_formulas(f: Any, a: float, b: float) -> None:
    assert np.isfinite(f(a, b)) and set(repr(f)) & set("xy")


# ---------------------------------------------------------------- what the documentation says


@pytest.mark.parametrize("module", [functional, check], ids=lambda m: m.__name__)
def test_examples_in_docstrings(module: ModuleType) -> None:
    result = doctest.testmod(module, extraglobs={"np": np})
    assert result.attempted and not result.failed
