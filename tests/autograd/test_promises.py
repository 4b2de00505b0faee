"""The promises: nothing changes under the graph, nothing leaves it silently, a second sweep is defined, special points
are decided, errors teach, dtypes follow NumPy, and threads record separately.
"""

from __future__ import annotations

import copy
import gc
import math
import pickle
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor, no_grad

SEEDS = st.integers(0, 2**32 - 1)


def leaf(*numbers: float, **options: Any) -> Tensor:
    return Tensor(np.array(numbers), requires_grad=True, **options)


# ---------------------------------------------------------------- 1. arrays inside tensors do not change


def read_only_view(array: Any) -> Any:
    view = array[...]
    view.setflags(write=False)
    return view


def hooked(t: Tensor) -> Tensor:
    """t with a hook that tries to change the gradient, an array that another node may share."""

    def change(g: Any) -> None:
        with pytest.raises(ValueError, match="read-only"):
            g *= 2

    t.register_hook(change)
    return t


# by name: the expression, and what a user may try to change between forward and backward
MUTATIONS: dict[str, tuple[Any, Any]] = {
    "the array a tensor was made from": (lambda x, c: x * x, lambda x, c, source: source.__setitem__(0, 99.0)),
    "an array used as an operand": (lambda x, c: x * c, lambda x, c, source: c.__setitem__(0, 99.0)),
    "a view of such an array": (lambda x, c: x * c[:], lambda x, c, source: c.__setitem__(0, 99.0)),
    "an array used by a function": (lambda x, c: np.arctan2(x, c), lambda x, c, source: c.fill(99.0)),
    "an array seen through a read-only view": (
        lambda x, c: read_only_view(c[None]) @ x[:, None] + x @ read_only_view(c[:, None]),
        lambda x, c, source: c.fill(99.0),
    ),
    "a gradient in a hook": (lambda x, c: hooked(x + 0.0) + x, lambda x, c, source: None),
    ".data": (lambda x, c: x * x, lambda x, c, source: x.data.__setitem__(0, 99.0)),
    ".numpy()": (lambda x, c: x * x, lambda x, c, source: x.numpy().__setitem__(0, 99.0)),
    "a view of .data": (lambda x, c: x * x, lambda x, c, source: x.data[:2].__setitem__(0, 99.0)),
    ".data set to a new array": (lambda x, c: x * x, lambda x, c, source: setattr(x, "data", x.data * 99)),
    "an array given to .data": (lambda x, c: x * x, lambda x, c, source: (setattr(x, "data", c), c.fill(99.0))),
    "np.add(out=.data)": (lambda x, c: x * x, lambda x, c, source: np.add(c, c, out=x.data)),
    "an optimizer's step": (lambda x, c: x * x, lambda x, c, source: x.update_(lambda a: a.fill(99.0))),
    "in-place under no_grad": (lambda x, c: x * x, lambda x, c, source: no_grad()(x.__imul__)(99.0)),
    "elements under no_grad": (lambda x, c: x * x, lambda x, c, source: no_grad()(x.__setitem__)(0, 99.0)),
    "a detached tensor's elements": (lambda x, c: x * x, lambda x, c, source: x.detach().__setitem__(0, 99.0)),
    "a detached tensor in place": (lambda x, c: x * x, lambda x, c, source: x.detach().__imul__(99.0)),
    "np.copyto": (lambda x, c: x * x, lambda x, c, source: np.copyto(x, c)),
    "DLPack": (lambda x, c: x * x, lambda x, c, source: np.from_dlpack(x.detach()).__setitem__(0, 99.0)),
}


@pytest.mark.parametrize("name", MUTATIONS)
@given(seed=SEEDS)
def test_mutation_raises_or_changes_nothing(name: str, seed: int) -> None:
    expression, mutate = MUTATIONS[name]
    rng = np.random.default_rng(seed)
    source, constant = rng.normal(size=3) + 3, rng.normal(size=3) + 3

    def gradient(mutating: bool) -> Any:
        mine, c = source.copy(), constant.copy()
        x = Tensor(mine, requires_grad=True)
        y = np.sum(expression(x, c))
        if mutating:
            try:  # noqa: SIM105  (raising is one of the two correct outcomes)
                mutate(x, c, mine)
            except (ValueError, TypeError, RuntimeError, BufferError):
                pass
        y.backward()
        return x.grad

    np.testing.assert_array_equal(gradient(True), gradient(False))


def test_index_arrays_are_copied() -> None:
    x, index = leaf(1.0, 2.0, 3.0), np.array([0, 0, 2])
    y = x[index].sum()
    index[:] = 1
    y.backward()
    np.testing.assert_array_equal(x.grad, [2, 0, 1])


@given(seed=SEEDS)
def test_assignment_and_in_place_are_differentiable(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = Tensor(rng.normal(size=(2, 3)), True), Tensor(rng.normal(size=3), True)
    y = a * 1.0
    before = y.data
    copied = before.copy()
    y[0] = b
    y += 2 * b
    y *= y
    np.testing.assert_array_equal(before, copied)  # the old array was not touched
    y.sum().backward()
    value = np.array([3 * b.data, a.data[1] + 2 * b.data])
    np.testing.assert_allclose(b.grad, 2 * (3 * value[0] + 2 * value[1]))
    np.testing.assert_allclose(a.grad, [np.zeros(3), 2 * value[1]])


def test_in_place_on_a_leaf_raises_unless_recording_is_off() -> None:
    w = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match="leaf"):
        w -= 0.1
    with pytest.raises(RuntimeError, match="leaf"):
        w[0] = 0.1
    with no_grad():
        w -= 1.0
        w[0] = 5.0
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad, [10, 2])


# ---------------------------------------------------------------- 2. no silent detach

ESCAPES = {
    "asarray": np.asarray,
    "array": np.array,
    "float": float,
    "int": int,
    "complex": complex,
    "math.exp": math.exp,
    "Tensor": Tensor,
    "deepcopy": lambda t: copy.deepcopy(t * 1),
    "pickle": lambda t: pickle.dumps(t * 1),
    "dlpack": np.from_dlpack,
    "out=": lambda t: np.add(t, 1, out=np.zeros(1)),
    "fill an array": lambda t: np.zeros(1).__setitem__(0, t),
    "where=": lambda t: np.exp(t, where=np.array([True])),
    "an argument without derivative": lambda t: np.clip(np.zeros(3), None, 1) + np.roll(np.zeros(3), t),
    "elements without a rule": np.unique,
    "copy=False": lambda t: np.asarray(t.detach(), copy=False),
    "unsupported": lambda t: np.apply_along_axis(np.sum, 0, t),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_no_silent_detach(name: str) -> None:
    with pytest.raises((TypeError, ValueError, RuntimeError), match=r".{20}"):
        ESCAPES[name](leaf(2.0))


def test_explicit_ways_out() -> None:
    t = leaf(2.0)
    assert float(t.detach()) == t.item() == float(t.data[0]) == 2.0
    assert np.asarray(t.detach())[0] == 2.0
    with no_grad():
        assert float(t) == 2.0


@pytest.mark.parametrize("dtype", [int, bool, np.uint8])
def test_integers_cannot_require_gradients(dtype: Any) -> None:
    with pytest.raises(TypeError, match=r"1\.0|dtype=float"):
        Tensor(np.ones(3, dtype), requires_grad=True)


# ---------------------------------------------------------------- 3. a second backward is defined


def test_a_second_derivative_is_not_silently_added_to_the_first() -> None:
    x = Tensor(2.0, requires_grad=True)
    (x**3).backward(create_graph=True)
    with pytest.warns(UserWarning, match=r"x\.grad = None and then g\.backward"):
        x.grad.backward()
    assert float(x.grad.data) == 12.0 + 12.0
    x.grad = None
    (x**3).backward(create_graph=True)
    g, x.grad = x.grad, None
    g.backward()
    assert float(x.grad) == 12.0


def test_second_backward() -> None:
    x = leaf(1.0, 2.0)
    h = (x * x).retain_grad()
    y = (h * h).sum()
    y.backward(retain_graph=True)
    first, inner = x.grad.copy(), h.grad.copy()
    y.backward()
    np.testing.assert_allclose(x.grad, 2 * first)  # leaves accumulate
    np.testing.assert_allclose(h.grad, inner)  # inner nodes do not
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):  # also through a shared part
        (h + 1).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * first)  # and nothing was added halfway


def test_an_error_in_a_sweep_leaves_it_repeatable() -> None:
    x = leaf(1.0, 2.0)
    h = x * x
    remove = h.register_hook(lambda g: 1 / 0)
    y = (h * h + h).sum()
    with pytest.raises(ZeroDivisionError):
        y.backward(retain_graph=True)
    assert x.grad is None
    remove()
    y.backward()
    np.testing.assert_allclose(x.grad, 4 * x.data**3 + 2 * x.data)


def test_sweeping_a_graph_within_its_own_sweep_is_refused() -> None:
    x = leaf(1.0)
    a, b = x * x, x + x
    y = a * b
    for h in (a, b):  # whichever is released first, the other is ready too
        h.register_hook(lambda g: y.backward(retain_graph=True))
    with pytest.raises(RuntimeError, match="another backward pass"):
        y.backward(retain_graph=True)


@pytest.mark.parametrize("returned", [1.0, np.ones(5), np.ones((2, 2)), 1j * np.ones(2)], ids=str)
def test_what_a_hook_returns_must_fit(returned: Any) -> None:
    for place in (lambda x: x, lambda x: x * 1):
        x = leaf(1.0, 2.0)
        place(x).register_hook(lambda g: returned)
        h = place(x)
        h.register_hook(lambda g: returned)
        with pytest.raises(ValueError, match=r"hook of .*\(2,\)"):
            (h * h).sum().backward()


def test_a_graph_makes_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            x = leaf(1.0, 2.0)
            h = (np.exp(x) * x).retain_grad()
            y = np.concatenate([h, x]).sum()
            y.backward(retain_graph=True)
            y.backward(create_graph=True)
            x.grad = h.grad = None  # a gradient that is itself recorded holds the graph that leads to x
            del x, h, y
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_many_steps_without_recursion() -> None:
    """A stack of 8 MB overflows at about 80,000 calls within each other, in C too."""
    steps = 250_000
    x = Tensor(np.array(1.0), requires_grad=True)
    y = x
    for _ in range(steps):
        y = y + x
    y.backward()
    assert x.grad == steps + 1
    del y


# ---------------------------------------------------------------- 5. errors teach


def test_shape_errors_show_operands_side_by_side() -> None:
    x, w = Tensor(np.ones((32, 128)), True, label="x"), Tensor(np.ones((10, 64)), True, label="W")
    with pytest.raises(ValueError, match=r"(?s)matmul.*'x' \(32, 128\).*'W' \(10, 64\).*last axis of a \(128\)"):
        x @ w
    with pytest.raises(ValueError, match=r"(?s)multiply.*\(32, 128\).*\(10, 64\).*axis -1 is 128 against 64"):
        x * w


TEACHING = {
    "backward of many numbers": (lambda x: (x * x).backward(), r"y\.sum\(\)\.backward\(\)"),
    "backward of a constant": (lambda x: x.detach().backward(), "requires_grad=True"),
    "a gradient of another shape": (lambda x: (x * x).backward(np.ones(3)), r"\(3,\).*\(2,\)"),
    "the nearest function": (lambda x: np.apply_along_axis(np.sum, 0, x), "axis"),
    "an unknown argument": (lambda x: x.sum(axes=0), "axis"),
    "assigning data of another shape": (lambda x: setattr(x, "data", np.ones(5)), r"\(5,\).*\(2,\)"),
    "truth of many numbers": (lambda x: bool(x), "any"),
    "a masked array": (lambda x: x * np.ma.array([1.0, 2.0], mask=[0, 1]), "np.where"),
    "a complex seed": (lambda x: (x * x).backward([1j, 1]), "complex gradient"),
    "a hidden generator": (lambda x: no_grad()(lambda: (yield x)), "inside it"),
    "a list of Values": (lambda x: x * np.array([object(), object()]), "Value|object|operand"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_errors_say_what_to_do(name: str) -> None:
    act, words = TEACHING[name]
    with pytest.raises((TypeError, ValueError, RuntimeError), match=words):
        act(leaf(1.0, 2.0))


# ---------------------------------------------------------------- 6. dtypes and threads

DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
@given(seed=SEEDS)
def test_a_graph_keeps_its_dtype(dtype: Any, seed: int) -> None:
    x = Tensor(np.random.default_rng(seed).uniform(0.5, 1.5, 3).astype(dtype), requires_grad=True)
    y = (np.tanh(x * 2) / 3 + x**2 - np.exp(-x) * 0.5).sum()
    assert y.dtype == dtype
    y.backward(np.ones((), dtype))
    assert x.grad.dtype == dtype


def test_mixed_dtypes_follow_numpy() -> None:
    x, w = Tensor(np.ones(2, np.float32), True), Tensor(np.ones(2), True)
    y = x * w
    assert y.dtype == np.float64
    y.sum().backward()
    assert x.grad.dtype == np.float32 and w.grad.dtype == np.float64


def test_a_real_tensor_in_complex_arithmetic_has_a_real_gradient() -> None:
    z = Tensor(np.ones(2), True)
    np.abs(z * (1 + 2j)).sum().backward()
    assert z.grad.dtype == np.float64


def test_threads_record_separately() -> None:
    seen = {}
    with no_grad():
        thread = threading.Thread(target=lambda: seen.update(y=leaf(1.0) * 2.0))
        thread.start()
        thread.join()
        assert not (leaf(1.0) * 2.0).requires_grad
    assert seen["y"].requires_grad


def test_threads_share_parameters() -> None:
    w = leaf(1.0, 2.0)
    rounds = 200

    def work() -> None:
        for _ in range(rounds):
            (w * w).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(w.grad, 4 * rounds * 2 * w.data)


def test_a_rule_with_too_few_gradients_raises_and_leaves_no_mark() -> None:
    @autograd.operation(joint=True, inputs=("a", "b"))
    def times(a: Any, b: Any) -> Any:
        return a * b

    @times.pull
    def _(g: Any, a: Any, b: Any) -> Any:
        return (g * b,)

    x = leaf(2.0)
    u = x * 3
    with pytest.raises(ValueError, match=r"times: its rule gave 1 gradients for 2 inputs"):
        times(x * 1, u).sum().backward(retain_graph=True)
    u.sum().backward()
    np.testing.assert_array_equal(x.grad, [3.0])


def test_a_sweep_inside_a_rule_is_refused_where_the_outer_one_stands() -> None:
    @autograd.operation
    def both(a: Any, b: Any) -> Any:
        return a * b

    inner = leaf(2.0) * 3

    @both.pull
    def _(g: Any, b: Any) -> Any:
        return g * b

    @both.pull
    def _(g: Any, a: Any) -> Any:
        inner.sum().backward()
        return g * a

    with pytest.raises(RuntimeError, match="another backward pass is sweeping this graph right now"):
        both(inner, leaf(1.0)).sum().backward()
