"""Any pair of a function and a derivative can be checked: written by hand, or of another library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.core import Switch, backward, forward
from autograd.testing import GradientError, gradcheck, taylor_test
from autograd.testing.maps import ForeignMap
from autograd.testing.maps import libraries as known

A = np.random.default_rng(0).normal(size=(4, 3))
X, B = np.array([0.3, -0.8, 1.2]), np.array([[0.5], [1.5]])


def squares(x: Any, b: Any) -> Any:
    return np.sum((x + b) ** 2)


def nest(p: dict[str, Any]) -> Any:
    return np.sum(p["a"] * p["b"] ** 2)


class Sparse:
    """As SciPy's sparse matrices: not an array, but it makes one."""

    def __init__(self, a: Any) -> None:
        self.a = a

    def __mul__(self, factor: float) -> Sparse:
        return Sparse(self.a * factor)

    def toarray(self) -> Any:
        return self.a


# a function, its inputs, and its derivatives, which are right
PAIRS: dict[str, tuple[Callable[..., Any], list[Any], dict[str, Callable[..., Any]]]] = {
    "a gradient": (lambda x: np.sum(x**2), [X], {"grad": lambda x: 2 * x}),
    "of a number": (lambda x: x**3, [2.0], {"grad": lambda x: 3 * x**2}),
    "element by element": (np.tanh, [X], {"grad": lambda x: 1 - np.tanh(x) ** 2}),
    "a Jacobian": (lambda x: np.tanh(A @ x), [X], {"grad": lambda x: (1 - np.tanh(A @ x) ** 2)[:, None] * A}),
    "of two inputs": (
        squares,
        [X, B],
        {"grad": lambda x, b: ((2 * (x + b)).sum(0), (2 * (x + b)).sum(1, keepdims=True))},
    ),
    "of a nest": (
        nest,
        [{"a": X, "b": X + 1}],
        {"grad": lambda p: {"a": p["b"] ** 2, "b": 2 * p["a"] * p["b"]}},
    ),
    "both directions": (
        lambda x: np.tanh(A @ x),
        [X],
        {"vjp": lambda x, u: A.T @ (u * (1 - np.tanh(A @ x) ** 2)), "jvp": lambda x, v: (A @ v) / np.cosh(A @ x) ** 2},
    ),
    "two results": (
        lambda x, b: (x * 2, np.sum(b) * x),
        [X, B],
        {
            "vjp": lambda x, b, u: (2 * u[0] + np.sum(b) * u[1], np.full(b.shape, np.sum(u[1] * x))),
            "jvp": lambda x, b, v: (2 * v[0], np.sum(v[1]) * x + np.sum(b) * v[0]),
        },
    ),
    "complex": (lambda z: np.abs(z) ** 2, [X + 1j], {"vjp": lambda z, u: 2 * u * np.conj(z)}),
    "single precision": (lambda x: np.sin(x), [X.astype(np.float32)], {"grad": np.cos}),
    "in single precision whatever it is given": (
        lambda x: np.sum(np.tanh(x)).astype(x.dtype),
        [X.astype(np.float32)],
        {"grad": lambda x: np.asarray(1 - np.tanh(x) ** 2, np.float32)},
    ),
    "a Jacobian with one row": (lambda x: A[:1] @ x, [X], {"grad": lambda x: A[:1] * 1.0}),
    "an array for some numbers": (
        lambda a, b: a**2 * b,
        [2.0, 3.0],
        {"grad": lambda a, b: np.array([2 * a * b, a**2])},
    ),
    "a dict in its own order": (
        nest,
        [{"a": X, "b": X + 1}],
        {"grad": lambda p: {"b": 2 * p["a"] * p["b"], "a": p["b"] ** 2}},
    ),
    "a sparse Jacobian": (lambda x: A @ x, [X], {"grad": lambda x: Sparse(A)}),
}


@pytest.mark.parametrize("name", PAIRS)
def test_right_derivatives_by_hand_pass(name: str) -> None:
    f, inputs, given = PAIRS[name]
    report = gradcheck(f, *inputs, **given)
    assert {finding.mode for finding in report.findings} == {
        mode for word, mode in (("grad", "reverse"), ("vjp", "reverse"), ("jvp", "forward")) if word in given
    }


@pytest.mark.parametrize("name", PAIRS)
def test_wrong_derivatives_by_hand_are_caught(name: str) -> None:
    f, inputs, given = PAIRS[name]
    for word, derivative in given.items():

        def wrong(*args: Any, derivative: Any = derivative) -> Any:
            found = derivative(*args)
            if isinstance(found, dict):
                return {**found, "b": found["b"] * 1.03}
            return (found[0] * 1.03, *found[1:]) if isinstance(found, tuple) else found * 1.03

        report = gradcheck(f, *inputs, **{**given, word: wrong}, raises=False)
        told = "Some elements are right" if name == "two results" and word == "jvp" else "1.03 times"
        assert report.kind == "wrong" and told in str(report), str(report)


FORMS: dict[str, tuple[Any, list[Any], Any, str]] = {
    "not summed over what was broadcast": (squares, [X, B], lambda x, b: (2 * (x + b),) * 2, "np.sum"),
    "one gradient for two inputs": (squares, [X, B], lambda x, b: 2 * (x + b), "1 gradient for 2 inputs"),
    "no return": (np.sin, [X], lambda x: None, "None"),
    "transposed": (lambda x: np.sum(x**2), [A], lambda x: 2 * x.T, "transposed"),
    "a transposed Jacobian": (lambda x: A @ x, [X], lambda x: A.T, r"transposed Jacobian: that has shape \(4, 3\)"),
    "neither": (lambda x: A @ x, [X], lambda x: A[:2], r"Or the Jacobian, of shape \(4, 3\)"),
    "in lower precision": (np.sin, [X], lambda x: np.cos(x).astype("float32"), "is float32, and should be float64"),
    "a tuple of two": (np.sin, [X], lambda x: (np.cos(x), 1.0), "a tuple of 2"),
    "words": (np.sin, [X], lambda x: "cos", "returned 'cos'"),
    "a key too few": (nest, [{"a": X, "b": X}], lambda p: {"a": p["b"] ** 2}, r"none by input 0\['b'\]"),
    "no function": (np.sin, [X], np.cos(X), "write grad=df, not"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_gradient_of_another_form_is_told(name: str) -> None:
    f, inputs, df, words = FORMS[name]
    with pytest.raises((GradientError, TypeError), match=words):
        gradcheck(f, *inputs, grad=df)


@pytest.mark.parametrize("order", [[1, 2, 0], [0, 2, 1]])
def test_each_row_of_a_jacobian_is_checked(order: list[int]) -> None:
    """The sum of all rows is the same in any order."""
    report = gradcheck(lambda x: A[:3] @ x, X, grad=lambda x: A[order], raises=False)
    assert report.kind == "wrong", str(report)


@pytest.mark.parametrize("given", [{"grad": lambda x: A[:3].T}, {"vjp": lambda x, u: A[:3] @ u}])
def test_a_transposed_square_jacobian_is_named(given: Any) -> None:
    report = gradcheck(lambda x: A[:3] @ x, X, **given, raises=False)
    assert report.kind == "wrong" and "transposed Jacobian" in str(report), str(report)


@pytest.mark.parametrize("check", [gradcheck, taylor_test])
@pytest.mark.parametrize("seed", [0, 1])
def test_weights_have_nothing_to_do_with_inputs_of_the_same_seed(check: Any, seed: int) -> None:
    """With weights u = a, the wrong uᵀ a would be the right aᵀ u."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    report = check(np.matmul, a, b, vjp=lambda a, b, u: (u @ b.T, u.T @ a), seed=seed, raises=False)
    assert report.kind == "wrong", str(report)


NOTHING = {
    "None": (lambda x: None, [X], "returned None; is a return missing"),
    "whole numbers": (lambda x: np.arange(3), [X], "returned an array of int64"),
    "words": (lambda x: "y", [X], "returned a str"),
    "no input": (np.sin, [], "No input is a number"),
}


@pytest.mark.parametrize("given", [{}, {"grad": np.cos}], ids=["engine", "by hand"])
@pytest.mark.parametrize("name", NOTHING)
def test_what_leaves_nothing_to_check_is_named(name: str, given: Any) -> None:
    f, inputs, words = NOTHING[name]
    report = gradcheck(f, *inputs, **given, raises=False)
    assert report.kind == "nothing" and words in str(report), str(report)


def test_a_single_wrong_element_of_many_is_found_by_all_directions() -> None:
    x = np.linspace(1, 2, 1000)
    one = np.where(np.arange(1000) == 777, 1.5, 1)
    report = gradcheck(lambda x: np.sum(x**3), x, grad=lambda x: 3 * x**2 * one, raises=False)
    assert report.kind == "wrong" and "samples=" in str(report), str(report)


def test_what_is_not_given_is_told_and_not_tried() -> None:
    assert any("jvp" in note for note in gradcheck(np.sin, X, grad=np.cos).notes)
    with pytest.raises(ValueError, match="forward"):
        gradcheck(np.sin, X, grad=np.cos, modes=("forward",))
    with pytest.raises(ValueError, match="order=2"):
        gradcheck(np.sin, X, grad=np.cos, order=2)
    with pytest.raises(TypeError, match="one of them"):
        gradcheck(np.sin, X, grad=np.cos, vjp=lambda x, u: u * np.cos(x))
    with pytest.raises(TypeError, match=r"input 0 is an array of int64.*astype\(float\)"):
        gradcheck(np.sin, np.arange(3), grad=np.cos)


# ---------------------------------------------------------------- another library


class Other(known.Library):
    """Another library, as far as a map of its functions can see: this one, behind the interface."""

    name = "other"

    def array(self, a: Any, like: Any = None) -> Any:
        return Tensor(a)

    def number(self, a: Any) -> Any:
        return np.array(a.data if isinstance(a, Tensor) else a)

    def pull(self, f: Any, arrays: Sequence[Any], loss: Any) -> list[Any]:
        again = any(a.requires_grad for a in arrays)
        with Switch(on=True, forward=True):
            leaves = list(arrays) if again else [Tensor(a, requires_grad=True) for a in arrays]
            y = loss(f(*leaves))
            if y.node is None:
                return [None] * len(leaves)
            one = Tensor(1.0) if again else np.ones(())
            found = backward(y.node, one, create_graph=again, wrt=[x.node for x in leaves])
        return [found.get(x.node) for x in leaves]

    def push(self, f: Any, arrays: Sequence[Any], directions: Sequence[Any]) -> list[Any]:
        leaves = [Tensor(a, requires_grad=True) for a in arrays]
        with Switch(on=True, forward=True):
            ys = f(*leaves)
        start: Any = {x.node: t.data for x, t in zip(leaves, directions, strict=True)}
        return [np.zeros(y.shape) if y.node is None else forward(y.node, start) for y in ys]


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions of this file are of the other library."""
    monkeypatch.setitem(known.LIBRARIES, __name__.partition(".")[0], Other)


@pytest.mark.usefixtures("other")
def test_functions_of_another_library_are_checked_as_they_are() -> None:
    for f, inputs in ((lambda x, b: np.tanh(x * b), [X, B]), (nest, [{"a": X, "b": X + 1}])):
        report = gradcheck(f, *inputs, order=2)
        assert {finding.mode for finding in report.findings} == {
            "reverse", "forward", "reverse over reverse", "forward over reverse",
        }  # fmt: skip
    assert gradcheck(lambda x, b: x * 2, X, B, raises=False).kind == "disconnected"
    cut = lambda x: x * x.detach()  # noqa: E731
    assert gradcheck(cut, X, raises=False).kind == "wrong"
    with pytest.raises(TypeError, match="int64"):
        gradcheck(lambda x: x * 2, np.arange(3))
    assert isinstance(gradcheck.__globals__["mapped"](nest, [{"a": X}]), ForeignMap)


@pytest.mark.usefixtures("other")
def test_inputs_of_this_engine_say_whose_function_it_is() -> None:
    assert gradcheck(lambda x: np.tanh(x), Tensor(X, requires_grad=True))
    assert gradcheck(lambda x: x.tanh(), Value(0.3))


def test_functions_of_pytorch() -> None:
    torch = pytest.importorskip("torch")

    class Cube(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any, factor: Any) -> Any:
            ctx.save_for_backward(x, factor)
            return x**3

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            x, factor = ctx.saved_tensors
            return g * factor * x * x, None

    assert gradcheck(lambda x: torch.tanh(x).sum(), X, order=2)
    assert gradcheck(torch.nn.Linear(3, 2).double(), X, order=2)
    assert gradcheck(lambda x: torch.fft.fft(x).abs(), torch.tensor(X + 1j), order=2)
    right, wrong = (lambda x, k=k: Cube.apply(x, torch.tensor(k)) for k in (3.0, 3.09))
    assert any("forward" in note for note in gradcheck(right, torch.tensor(X)).notes)
    assert gradcheck(wrong, torch.tensor(X), raises=False).kind == "wrong"


def test_functions_of_jax() -> None:
    jax = pytest.importorskip("jax")

    def cube(factor: float) -> Any:
        f = jax.custom_vjp(lambda x: x**3)
        f.defvjp(lambda x: (x**3, x), lambda x, u: (factor * u * x * x,))
        return f

    assert gradcheck(lambda x: jax.numpy.sin(x) * x, X, order=2)
    assert gradcheck(jax.jit(lambda x: x * x), X)
    assert any("forward" in note for note in gradcheck(cube(3.0), X).notes)
    assert gradcheck(cube(3.09), X, raises=False).kind == "wrong"
