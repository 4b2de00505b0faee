"""grad, vjp, jvp, jacobian, hessian, hvp and checkpoint: closed forms, nesting, forms of arguments, conventions."""

from __future__ import annotations

import copy
import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import (
    Tensor,
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    repeatable,
    value_and_grad,
    vjp,
)
from autograd.declare import Operation, plain
from autograd.functional import nests as tree
from autograd.testing import strategies as draw

from ..strategies import Layer, Pair, nests

VECTORS = draw.arrays((3,))


def forward_grad(f: Any) -> Any:
    """f' by forward mode."""
    return lambda x: jvp(f, (x,), (1.0,))[1]


# ---------------------------------------------------------------- orders, against closed forms


@given(x=st.floats(0.2, 2.0), modes=st.lists(st.sampled_from([grad, forward_grad]), max_size=5))
def test_any_order_by_any_sequence_of_modes(x: float, modes: list[Any]) -> None:
    power, sine = lambda x: x**4, lambda x: np.sin(2.0 * x)
    for d in modes:
        power, sine = d(power), d(sine)
    n = len(modes)
    falling = np.prod([4.0 - k for k in range(n)])
    np.testing.assert_allclose(power(x), falling * x ** (4.0 - n) if n <= 4 else 0.0, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(sine(x), 2.0**n * np.sin(2.0 * x + n * np.pi / 2), rtol=1e-10, atol=1e-10)


@given(x=VECTORS, v=VECTORS)
def test_hessian_and_its_products(x: Any, v: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(x**3) + np.prod(x)

    expected = np.diag(6 * x) + np.array([[0, x[2], x[1]], [x[2], 0, x[0]], [x[1], x[0], 0]])
    for mode in ("forward", "reverse", None):
        np.testing.assert_allclose(hessian(f, mode=mode)(x), expected, atol=1e-12)
        several = hessian(lambda x: {"a": np.stack([f(x), 2 * f(x)])[:, None]}, mode=mode)(x)["a"]
        np.testing.assert_allclose(several, np.stack([expected, 2 * expected])[:, None], atol=1e-12)
    np.testing.assert_allclose(hvp(f)(x, v), expected @ v, atol=1e-12)
    np.testing.assert_allclose(grad(lambda x: np.sum(grad(f)(x) * v))(x), expected @ v, atol=1e-12)


@given(f=draw.expressions(2), x=VECTORS, y=draw.arrays((2, 1)), seed=st.integers(0, 1000))
def test_the_two_modes_are_adjoint(f: Any, x: Any, y: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, pull = vjp(f, x, y)
    u, v, w = rng.normal(size=np.shape(z)), rng.normal(size=x.shape), rng.normal(size=y.shape)
    again, dz = jvp(f, (x, y), (v, w))
    np.testing.assert_array_equal(z, f(x, y))
    np.testing.assert_array_equal(z, again)
    for _ in range(2):  # a pull may be called again
        gx, gy = pull(u)
    np.testing.assert_allclose(np.sum(u * dz), np.sum(gx * v) + np.sum(gy * w), rtol=1e-9, atol=1e-9)
    for k in (0, 1):
        reverse, forward = jacobian(f, k, mode="reverse")(x, y), jacobian(f, k, mode="forward")(x, y)
        assert reverse.shape == np.shape(z) + (x, y)[k].shape
        np.testing.assert_allclose(reverse, forward, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(np.sum(u[..., None].reshape(u.shape + (1,) * np.ndim((x, y)[k])) * reverse,
                                          tuple(range(u.ndim))), (gx, gy)[k], rtol=1e-9, atol=1e-9)  # fmt: skip


@given(f=draw.expressions(2), x=VECTORS, y=VECTORS)
def test_a_hessian_is_symmetric(f: Any, x: Any, y: Any) -> None:
    (xx, xy), (yx, yy) = hessian(lambda x, y: np.sum(f(x, y) * np.array([1.0, -2.0, 0.5])), (0, 1))(x, y)
    whole = np.block([[xx, xy], [yx, yy]])
    np.testing.assert_allclose(whole, whole.T, rtol=1e-9, atol=1e-9)


# ---------------------------------------------------------------- perturbation confusion


@pytest.mark.parametrize("outer", [grad, forward_grad])
@pytest.mark.parametrize("inner", [grad, forward_grad])
def test_siskind_and_pearlmutter(outer: Any, inner: Any) -> None:
    """d/dx (x · d/dy (x + y)) is 1, not 2 (Siskind, Pearlmutter 2005, Perturbation confusion and referential ...)."""
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(1.0))(3.0) == 6.0


@pytest.mark.parametrize("d", [grad, forward_grad])
def test_the_amazing_bug(d: Any) -> None:
    """D (D h) is h'' where D f y = d/dx f(x + y) at x = 0 (Manzyuk et al. 2019, Perturbation confusion in ...)."""

    def shifted(f: Any) -> Any:
        return lambda y: d(lambda x: f(x + y))(0.0)

    np.testing.assert_allclose(shifted(shifted(lambda x: x**3))(2.0), 12.0)


def test_one_name_at_both_levels() -> None:
    assert grad(lambda x: x * grad(lambda x: x**3)(x))(2.0) == 9.0 * 4.0


def test_three_levels_that_meet() -> None:
    """f = x³y²z: d/dx of [x · d/dy of (y · d/dz)], each inner one at a point that depends on the outer ones."""
    f = grad(lambda x: x * grad(lambda y: y * grad(lambda z: x**3 * y**2 * z)(x * y))(x))
    assert f(2.0) == pytest.approx(3 * 6 * 2.0**5)  # d/dx (x · 3 x³ x²) = 18 x⁵


def test_a_tangent_that_is_itself_differentiated() -> None:
    assert grad(lambda v: jvp(lambda x: x**2 * v, (3.0,), (v,))[1])(2.0) == pytest.approx(2 * 3 * 2 * 2.0)


def test_a_gradient_that_is_itself_differentiated() -> None:
    assert grad(lambda g: vjp(lambda x: x**2, 3.0)[1](g)[0] * g)(2.0) == pytest.approx(2 * 6.0 * 2.0)


def test_inner_derivatives_leave_no_trace_outside() -> None:
    result = grad(lambda w: value_and_grad(lambda x: x**2 * w)(3.0)[0] + grad(lambda x: x**2 + w)(3.0))(2.0)
    assert type(result) is float and result == 9.0


# ---------------------------------------------------------------- what goes in comes out


@given(nest=nests(draw.arrays((2,)) | draw.numbers()))
def test_gradients_have_the_form_of_their_arguments(nest: Any) -> None:
    def f(nest: Any) -> Any:
        return sum(np.sum((k + 1.0) * x * x) for k, x in enumerate(tree.leaves(nest)))

    value, g = value_and_grad(f)(nest)
    before = tree.leaves(nest)
    assert repr(tree.transform(lambda x: 0, nest)) == repr(tree.transform(lambda x: 0, g))
    for k, (x, d) in enumerate(zip(before, tree.leaves(g), strict=True)):
        assert type(d) is type(x)
        np.testing.assert_allclose(d, 2.0 * (k + 1.0) * x)
    np.testing.assert_allclose(value, f(nest))


def test_a_gradient_has_the_type_of_its_argument() -> None:
    square = grad(lambda x: np.sum(x * x))
    assert type(square(2.0)) is float
    assert type(square(np.float32(2))) is np.float32
    array = square(np.ones(2, np.float32))
    assert type(array) is np.ndarray and array.dtype == np.float32
    tensor = square(Tensor([1.0]))
    assert type(tensor) is Tensor and not tensor.requires_grad


def test_gradients_are_the_callers_own() -> None:
    array = grad(lambda x: np.sum(x * x))(np.ones(2, np.float32))
    array += 1
    same, other = grad(lambda x, y: np.sum(x + y), (0, 1))(np.ones(2), np.ones(2))
    same += 1
    assert list(other) == [1.0, 1.0]


def quadratic(x: Any, w: Any, *, b: Any = 0.0) -> Any:
    return x * w * w + b * b


ARGUMENTS: dict[str, tuple[Any, Any]] = {
    "a name": (lambda: grad(quadratic, "w")(2.0, 3.0), 12.0),
    "the name of a keyword": (lambda: grad(quadratic, "w")(2.0, w=3.0), 12.0),
    "names and positions": (lambda: grad(quadratic, ("b", 0, "w"))(2.0, 3.0, b=5.0), (10.0, 9.0, 12.0)),
    "a position from the end": (lambda: grad(quadratic, -1)(2.0, 3.0), 12.0),
    "an integer elsewhere": (lambda: grad(quadratic, (1,))(2, 3.0), (12.0,)),
    "names in hessian": (lambda: hessian(quadratic, ("x", "w"))(2.0, 3.0), ((0.0, 6.0), (6.0, 4.0))),
    "a name in hvp": (lambda: hvp(quadratic, "w")(2.0, 3.0, 1.0), 4.0),
    "names in nested gradients": (lambda: grad(grad(quadratic, "w"), "x")(2.0, 3.0), 6.0),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_argnums_takes_names_and_positions(name: str) -> None:
    call, expected = ARGUMENTS[name]
    assert call() == expected


def test_auxiliary_results_are_passed_on() -> None:
    def f(x: Any) -> Any:
        y = np.exp(x)
        return np.sum(y), {"y": y, "word": "seen"}

    x = np.array([0.0, 1.0])
    g, aux = grad(f, has_aux=True)(x)
    assert type(aux["y"]) is np.ndarray and aux["word"] == "seen"
    np.testing.assert_array_equal(g, aux["y"])
    (value, aux), g = value_and_grad(f, has_aux=True)(x)
    assert value == np.sum(aux["y"])
    assert vjp(f, x, has_aux=True)[2]["word"] == jvp(f, (x,), (x,), has_aux=True)[2]["word"] == "seen"


def nested(p: Pair) -> Any:
    return {"s": np.sum(p.left * p.right), "v": [p.left * 2.0]}


def test_jacobian_of_nested_results() -> None:
    x = np.array([1.0, 2.0])
    j = jacobian(nested)(Pair(x, 3.0 * x))
    np.testing.assert_array_equal(j["s"].left, 3.0 * x)
    np.testing.assert_array_equal(j["v"][0].left, 2 * np.eye(2))
    np.testing.assert_array_equal(j["v"][0].right, np.zeros((2, 2)))


def test_vjp_and_jvp_of_nested_results() -> None:
    x = np.array([1.0, 2.0])
    y, pull = vjp(nested, Pair(x, x))
    (g,) = pull({"s": 1.0, "v": [np.zeros(2)]})
    np.testing.assert_array_equal(g.right, x)
    _, dy = jvp(nested, (Pair(x, x),), (Pair(x, np.zeros(2)),))
    assert dy["s"] == np.sum(x * x) and list(dy["v"][0]) == [2.0, 4.0]
    assert type(y["s"]) is np.float64


CONSTANTS: dict[str, Any] = {
    "a number": lambda x: 1.0,
    "steps": lambda x: np.sum(np.floor(x)),
    "a scalar of NumPy": lambda x: np.float64(3),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_has_gradient_zero(name: str) -> None:
    assert list(grad(CONSTANTS[name])(np.array([1.0, 2.0]))) == [0.0, 0.0]


def test_independent_results_and_arguments_have_derivative_zero() -> None:
    x = np.array([1.0, 2.0])
    assert jvp(lambda x: (x, 2.0), (x,), (x,))[1][1] == 0.0
    assert np.all(jacobian(lambda x: np.ones(3))(x) == np.zeros((3, 2)))
    assert grad(lambda x, y: x * 2.0, 1)(1.0, 2.0) == 0.0


def test_elementwise_grad() -> None:
    x = np.linspace(-1, 1, 5)
    np.testing.assert_allclose(elementwise_grad(np.tanh)(x), 1 - np.tanh(x) ** 2)
    np.testing.assert_allclose(elementwise_grad(elementwise_grad(np.tanh))(x), -2 * np.tanh(x) * (1 - np.tanh(x) ** 2))


# ---------------------------------------------------------------- the graph outside


def test_tracked_tensors_in_a_closure_are_not_detached() -> None:
    w, x = Tensor([2.0, 3.0], requires_grad=True), np.array([1.0, -1.0])
    w.grad = np.array([5.0, 5.0])
    h = np.exp(w)
    g = grad(lambda x: np.sum(x * x * h))(x)
    np.testing.assert_array_equal(w.grad, [5.0, 5.0])
    np.sum(g * g).backward()  # g = 2 x exp(w)
    np.testing.assert_allclose(w.grad, 5.0 + 8 * x * x * np.exp(2 * w.data))
    value, g = value_and_grad(lambda x: np.sum(x * w))(x)
    assert value.requires_grad and g.requires_grad


def test_a_tracked_argument_stays_tracked() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    np.sum(grad(lambda x: np.sum(x**3))(x)).backward()
    np.testing.assert_allclose(x.grad, 6 * x.data)


def test_without_recording_the_result_is_a_constant_and_the_graph_outside_is_left_alone() -> None:
    w = Tensor(2.0, requires_grad=True)
    h = np.exp(w)
    with no_grad():
        assert grad(lambda x: x * h)(3.0) == np.exp(2.0)
        assert type(grad(lambda x: x * x)(3.0)) is float
    h.backward()
    assert w.grad == np.exp(2.0)


def test_a_pull_sees_the_numbers_that_it_was_made_with() -> None:
    x = np.ones(2)
    _, pull = vjp(lambda x: x * x, x)
    x[:] = 7.0
    assert list(pull(np.ones(2))[0]) == [2.0, 2.0]


# ---------------------------------------------------------------- complex numbers


@given(z=draw.numbers(dtype=complex))
def test_holomorphic_functions_have_their_complex_derivative(z: complex) -> None:
    np.testing.assert_allclose(grad(np.sin, holomorphic=True)(z), np.cos(z), atol=1e-12)
    np.testing.assert_allclose(grad(grad(np.sin, holomorphic=True), holomorphic=True)(z), -np.sin(z), atol=1e-12)
    np.testing.assert_allclose(jacobian(np.sin, holomorphic=True, mode="forward")(z), np.cos(z), atol=1e-12)


@given(z=draw.numbers(dtype=complex).filter(lambda z: abs(z) > 0.1))
def test_a_real_function_of_a_complex_number_has_the_gradient_of_jax(z: complex) -> None:
    """For L: C -> R the gradient is dL/dx - i dL/dy."""
    np.testing.assert_allclose(grad(lambda z: np.real(z * np.conj(z)))(z), 2 * z.conjugate(), atol=1e-12)
    np.testing.assert_allclose(grad(np.abs)(z), z.conjugate() / abs(z), atol=1e-12)
    np.testing.assert_allclose(grad(lambda z: np.imag(z * z))(z), 2 * z.imag - 2j * z.real, atol=1e-12)


@given(x=st.floats(-2, 2))
def test_complex_functions_of_a_real_number(x: float) -> None:
    """R -> C -> R in reverse, with L = Re(exp(3ix)), and R -> C forward."""
    np.testing.assert_allclose(grad(lambda x: np.real(np.exp(1j * 3.0 * x)))(x), -3 * np.sin(3 * x), atol=1e-12)
    np.testing.assert_allclose(jacobian(lambda x: np.exp(1j * x))(x), 1j * np.exp(1j * x), atol=1e-12)


# ---------------------------------------------------------------- errors that teach


TEACHING: dict[str, tuple[Any, list[str]]] = {
    "an integer": (lambda: grad(lambda x: x * 1.0)(3), ["argument 0", "int", "Write 3.0"]),
    "an array of integers": (lambda: grad(np.sum)(np.arange(3)), ["int64", "astype(float)"]),
    "an integer in a nest": (lambda: grad(lambda p: p["w"])({"w": 1.0, "n": 2}), ["argument 0['n']", "Write 2.0"]),
    "an array as result": (lambda: grad(lambda x: x)(np.ones(2)), ["(2,)", "jacobian", "elementwise_grad"]),
    "several results": (lambda: grad(lambda x: (x, x))(1.0), ["tuple", "has_aux"]),
    "no auxiliary result": (lambda: grad(lambda x: x, has_aux=True)(1.0), ["(result, auxiliary)"]),
    "a name that f does not have": (lambda: grad(lambda x: x, "y")(1.0), ["'y'", "names"]),
    "a position that the call does not have": (lambda: grad(lambda x: x, 1)(1.0), ["argument 1", "1 positional"]),
    "a complex argument": (lambda: grad(np.exp)(1j), ["holomorphic=True"]),
    "a complex result": (lambda: grad(lambda x: np.exp(1j * x))(1.0), ["complex", "np.real"]),
    "holomorphic of a real argument": (lambda: grad(np.exp, holomorphic=True)(1.0), ["complex arguments"]),
    "a masked array": (lambda: grad(np.sum)(np.ma.masked_less([1.0, -1.0], 0)), ["argument 0", "masked", "np.where"]),
    "a matrix": (lambda: grad(lambda x: np.sum(x * x))(np.matrix([[1.0]])), ["np.matrix", "np.asarray(x)"]),
    "no return": (lambda: jacobian(lambda x: None)(1.0), ["jacobian", "end with 'return'"]),
    "text": (lambda: grad(lambda x: x)("text"), ["nothing to differentiate"]),
    "jvp without tuples": (lambda: jvp(np.sin, 1.0, 1.0), ["tuple", "(x,)"]),
    "a number for the function": (lambda: vjp(2.0, 1.0), ["takes a function", "a float"]),  # type: ignore[arg-type]
    "the argument for its number": (lambda: grad(np.sin, 3.0), ["argnums", "3.0", "grad(f)(x)"]),  # type: ignore[arg-type]
    "an array for its number": (lambda: hessian(np.sum, np.ones(2)), ["argnums", "hessian(f)(x)"]),  # type: ignore[arg-type]
    "an unknown mode": (lambda: jacobian(np.sin, mode="backward"), ["mode"]),
}


@pytest.mark.parametrize("name", TEACHING)
def test_errors_teach(name: str) -> None:
    call, words = TEACHING[name]
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_gradient_of_another_form_is_refused() -> None:
    _, pull = vjp(lambda x: x * 2.0, np.ones(3))
    with pytest.raises(ValueError, match=r"shape \(2,\).*\(3,\)"):
        pull(np.ones(2))
    with pytest.raises(ValueError, match="leaves"):
        jvp(lambda x: x, (np.ones(3),), (np.ones(3), 1.0))


# ---------------------------------------------------------------- checkpoint


WEIGHT = Tensor([0.5, -1.0, 2.0], requires_grad=True)


def block(x: Any, scale: Any = 1.0) -> Any:
    inner = WEIGHT * WEIGHT  # of a weight alone, and new each time
    return np.tanh(x * WEIGHT) * np.exp(inner * 0.1) * scale


@given(x=VECTORS, v=VECTORS)
def test_checkpoint_changes_no_derivative(x: Any, v: Any) -> None:
    found = []
    for f in (block, checkpoint(block), checkpoint(lambda x: checkpoint(block, x))):
        WEIGHT.grad = None
        a = Tensor(x, requires_grad=True)
        y = f(np.sin(a))
        np.sum(y * y).backward()
        first = [a.grad, WEIGHT.grad]
        loss = lambda x, f=f: np.sum(f(np.sin(x)) ** 2)  # noqa: E731
        second = [hessian(loss, mode=mode)(x).data for mode in ("forward", "reverse")]
        pushed = jvp(loss, (x,), (v,))[1].data
        a, WEIGHT.grad = Tensor(x, requires_grad=True), None
        z = np.sum(f(a * 2.0) ** 2)
        z.backward(create_graph=True)
        g = WEIGHT.grad
        WEIGHT.grad = None
        np.sum(g * g).backward()  # the second derivative by a weight in the closure
        found.append([*first, *second, pushed, WEIGHT.grad, a.grad.data])
    WEIGHT.grad = None
    for other in found[1:]:
        for p, q in zip(found[0], other, strict=True):
            np.testing.assert_allclose(p, q, rtol=1e-10, atol=1e-10)


def test_checkpoint_takes_and_returns_nests() -> None:
    @checkpoint
    def f(p: Any, *, scale: float) -> Any:
        return {"a": p["x"] * scale, "b": (np.sum(p["x"] * p["y"]), "kept")}

    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    z = f({"x": x, "y": y, "layer": Layer("l", np.ones(2))}, scale=3.0)
    assert z["b"][1] == "kept"
    (np.sum(z["a"]) + z["b"][0] * 2.0).backward()
    np.testing.assert_allclose(x.grad, 3.0 + 2.0 * y.data)
    np.testing.assert_allclose(y.grad, 2.0 * x.data)


def test_checkpoint_of_untracked_arguments() -> None:
    assert checkpoint(np.sin, 1.0) == np.sin(1.0)
    x = Tensor([1.0], requires_grad=True)
    with no_grad():
        assert not checkpoint(np.sin, x).requires_grad
    x.grad = np.array([4.0])
    checkpoint(lambda a: a * x, Tensor([2.0])).backward()  # only the closure is tracked; its gradient is added
    assert x.grad == 6.0


def test_checkpoint_raises_if_the_second_run_differs() -> None:
    rng = np.random.default_rng(0)
    x = Tensor(np.ones(3), requires_grad=True)
    y = checkpoint(lambda x: x * rng.normal(size=3), x)
    with pytest.raises(RuntimeError, match=r"checkpoint: .*random"):
        np.sum(y).backward()


DIFFERENT: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "few of many numbers": lambda rng, n: rng.random(n) > 5 / n,
    "another order": lambda rng, n: rng.permutation(n) / n,
    "one number": lambda rng, n: np.arange(n) == rng.integers(n),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [10, 4096, 100_000])
@pytest.mark.parametrize("factor", DIFFERENT.values(), ids=DIFFERENT)
def test_checkpoint_draws_the_same_numbers_or_raises(factor: Any, size: int, dtype: Any) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x = Tensor(np.ones(size, dtype), requires_grad=True)
        y = checkpoint(lambda x, rng=rng: x * factor(repeatable(rng), size).astype(dtype), x)
        after = rng.bit_generator.state
        np.sum(y).backward()
        np.testing.assert_array_equal(x.grad, y.data)
        assert rng.bit_generator.state == after
        rng = np.random.default_rng(seed)
        y = checkpoint(lambda x, rng=rng: x * factor(rng, size).astype(dtype), x)
        if not np.array_equal(factor(copy.deepcopy(rng), size) * 1.0, y.data):
            with pytest.raises(RuntimeError, match=r"checkpoint: .*repeatable"):
                np.sum(y).backward()


def test_checkpoint_writes_to_a_leaf_once() -> None:
    total, inner = Tensor([0.0]), Tensor([1.0])

    def f(x: Any) -> Any:
        before = total.data
        total.update_(lambda array: np.add(array, plain(x), out=array))
        inner.data = inner.data * 2
        return x * (before + 1.0) * inner.data

    for _ in range(2):
        x = Tensor([3.0], requires_grad=True)
        checkpoint(lambda x: checkpoint(f, x), x).backward()
    assert (total.item(), inner.item(), x.grad) == (6.0, 4.0, 16.0)


def test_checkpoint_frees_memory() -> None:
    x = Tensor(np.ones(50_000), requires_grad=True)

    def deep(x: Any) -> Any:
        for _ in range(20):
            x = np.tanh(x * 1.01)
        return x

    def held(f: Any) -> int:
        gc.collect()
        tracemalloc.start()
        y = f(x)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert y.requires_grad
        return size

    plain, less = held(deep), held(checkpoint(deep))
    assert less < plain / 8


def test_a_sweep_that_fails_leaves_the_graph_to_others() -> None:
    """What a function lets out can be swept after an error in its gradient; what it has swept itself cannot."""
    kept: list[Tensor] = []

    def broken(d: Any) -> Any:
        raise ZeroDivisionError

    fragile = Operation(np.positive, "elementwise", [broken], name="fragile")

    def leaking(x: Any) -> Any:
        kept[:] = [fragile(x), np.sin(x)]
        return kept[0] + kept[1]

    with pytest.raises(ZeroDivisionError):
        grad(leaking)(1.0)
    (2 * kept[1]).backward()

    def swept(x: Any) -> Any:
        y = np.sin(x)
        y.backward()
        return 2 * y

    with pytest.raises(RuntimeError, match="swept before"):
        grad(swept)(1.0)
