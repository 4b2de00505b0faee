"""Views of tensors: what is written to one reaches its base and all other views of it, as in NumPy, or raises."""

from __future__ import annotations

import copy
import gc
import operator
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, grad, hessian, no_grad

from ..tables.operations.row import Row
from .test_laws import every_row

# ---------------------------------------------------------------- the table of operations


def parts(y: Any) -> Iterator[Any]:
    """The arrays or tensors in a result."""
    if isinstance(y, list | tuple):
        for v in y:
            yield from parts(v)
    elif isinstance(y, Tensor | np.ndarray):
        yield y


def plain(y: Any) -> list[Any]:
    return [v.data if isinstance(v, Tensor) else v.copy() for v in parts(y)]


def assert_same(ours: Any, numpys: Any) -> None:
    for got, expected in zip(plain(ours), plain(numpys), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-12)


@every_row
def test_results_are_views_where_numpys_are(row: Row) -> None:
    """Either is written to; the other follows where NumPy's does. (A write may also raise; NumPy's refusals must.)"""
    arrays = row.draw(0)
    for written_first in (True, False):  # the results, or the operands
        a = [x.copy() for x in arrays]
        t = [Tensor(x, requires_grad=True) * 1 for x in arrays]
        y, z = row.expression(*a), row.expression(*t)
        ys, zs = [list(parts(v)) for v in (y, z)]
        if len(ys) != len(zs) or not all(isinstance(v, Tensor) for v in zs):  # numbers, and plain arrays of integers
            return
        for target, tensor in zip(ys, zs, strict=True) if written_first else zip(a, t, strict=True):
            try:
                target[...] = target * 2 + 1
            except ValueError as error:
                with pytest.raises(ValueError, match="read-only"):
                    tensor[...] = tensor * 2 + 1
                assert "read-only" in str(error)
                continue
            try:
                tensor[...] = tensor * 2 + 1
            except (RuntimeError, TypeError):
                return
        assert_same(t, a)
        assert_same(zs, ys)


# ---------------------------------------------------------------- random programs

View = Callable[[Any], Any]
VIEWS: dict[str, View] = {
    "a[0]": lambda a: a[0],
    "a[1:]": lambda a: a[1:],
    "a[::-1]": lambda a: a[::-1],
    "a[..., None]": lambda a: a[..., None],
    "a[:, 0]": lambda a: a[:, 0],
    "a.T": lambda a: a.T,
    "a.mT": lambda a: a.mT,
    "a.reshape(-1)": lambda a: a.reshape(-1),
    "np.ravel": np.ravel,
    "a.squeeze()": lambda a: a.squeeze(),
    "np.flip": np.flip,
    "np.moveaxis": lambda a: np.moveaxis(a, 0, -1),
    "np.swapaxes": lambda a: np.swapaxes(a, 0, 1),
    "np.rot90": np.rot90,
    "np.expand_dims": lambda a: np.expand_dims(a, 1),
    "np.split": lambda a: np.array_split(a, 2)[0],
    "an item of the iteration": lambda a: list(a)[-1],
    "np.real": np.real,
    # copies
    "a[[0]]": lambda a: a[[0]],
    "a[a > 0]": lambda a: a[np.ones(a.shape, bool)],
    "a + 0": lambda a: a + 0,
    "+a": lambda a: +a,
    "a.copy()": lambda a: a.copy(),
    "copy.copy": copy.copy,
    "a.astype": lambda a: a.astype(float),
    "np.roll": lambda a: np.roll(a, 1),
}


def assign(key: Any) -> Callable[[Any, Any], Any]:
    def write(a: Any, v: Any) -> Any:
        a[key(a)] = v
        return a

    return write


def copied(a: Any, v: Any) -> Any:
    np.copyto(a, v)
    return a


WRITES: dict[str, Callable[[Any, Any], Any]] = {
    "a[...] = v": assign(lambda a: ...),
    "a[0] = v": assign(lambda a: 0),
    "a[mask] = v": assign(lambda a: np.arange(a.size).reshape(a.shape) % 2 == 0),
    "a[[-1]] = v": assign(lambda a: [-1]),
    "a += v": operator.iadd,
    "a *= v": operator.imul,
    "a /= v": operator.itruediv,
    "np.copyto": copied,
    "a[1:] = a[:-1]": lambda a, v: assign(lambda a: slice(1, None))(a, a[:-1] * v if a.ndim == 1 else a[:-1]),
    "a *= a[:1]": lambda a, v: operator.imul(a, a[:1]),
}

STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(VIEWS)), st.integers(0, 9))
    | st.tuples(st.sampled_from(sorted(WRITES)), st.integers(0, 9)),
    max_size=8,
)


def run(steps: list[tuple[str, int]], x: Any, v: Any) -> list[Any]:
    """All the handles that a program made, the first of them x; v are the numbers that it writes."""
    handles = [x]
    for k, (name, at) in enumerate(steps):
        at %= len(handles)
        a = handles[at]
        needs = 2 if name in ("a[:, 0]", "a.mT", "np.swapaxes", "np.rot90") else 1
        if np.ndim(a) < needs or not a.size:
            continue
        if name in VIEWS:
            handles.append(VIEWS[name](a))
        else:
            handles[at] = WRITES[name](a, v[k])
    return handles


@given(steps=STEPS, seed=st.integers(0, 2**32 - 1))
def test_programs_of_views_and_writes_are_numpys(steps: list[tuple[str, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, numbers = rng.uniform(0.5, 1.5, (2, 3)), rng.uniform(0.5, 1.5, len(steps))
    expected = run(steps, start.copy(), numbers)
    weights = [rng.normal(size=np.shape(a)) for a in expected]

    def total(x: Any, v: Any) -> Any:
        return sum(np.sum(w * a) for w, a in zip(weights, run(steps, x, v), strict=True))

    untracked = run(steps, Tensor(start), numbers)
    x, v = Tensor(start, requires_grad=True), Tensor(numbers, requires_grad=True)
    found = run(steps, x * 1, v)
    for handles in (untracked, found):
        for got, want in zip(handles, expected, strict=True):
            np.testing.assert_allclose(got.data, want, rtol=1e-12)
    sum(np.sum(w * a) for w, a in zip(weights, found, strict=True)).backward()
    dx, dv, h = rng.normal(size=start.shape), rng.normal(size=len(steps)), 1e-6
    slope = (total(start + h * dx, numbers + h * dv) - total(start - h * dx, numbers - h * dv)) / (2 * h)
    exact = np.sum(x.grad * dx) + (0 if v.grad is None else np.sum(v.grad * dv))
    np.testing.assert_allclose(exact, slope, rtol=1e-5, atol=1e-5 * (1 + abs(total(start, numbers))))


def test_second_order_through_a_written_view() -> None:
    def f(x: Any) -> Any:
        y = x * x
        first, _ = y
        first *= y.T[0]
        return np.sum(y**2)

    def by_hand(x: Any) -> Any:
        y = x * x
        return np.sum((y[0] * y[:, 0]) ** 2) + np.sum(y[1] ** 2)

    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(hessian(f)(x), hessian(by_hand)(x))


# ---------------------------------------------------------------- leaves, no_grad, refusals


def test_a_view_of_a_leaf_is_written_to_inside_no_grad_alone() -> None:
    w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    row = w[0]
    for write in (lambda: operator.iadd(row, 1.0), lambda: operator.setitem(w.T, 0, 1.0)):
        with pytest.raises(RuntimeError, match=r"view of a leaf .* x\.copy\(\)\[0\]"):
            write()
    with pytest.raises(RuntimeError, match="view of a leaf"):
        grad(lambda x: np.sum(operator.iadd(x[0], 1.0)))(np.ones((2, 2)))
    with no_grad():
        w[0][1] = 9.0
        for each in w:
            each *= 2
    np.testing.assert_array_equal(w.data, [[2, 18], [6, 8]])
    np.testing.assert_array_equal(row.data, [2, 18])
    assert w.is_leaf and row.requires_grad


def test_a_view_taken_inside_no_grad_stays_a_constant() -> None:
    y = Tensor([1.0, 2.0], requires_grad=True) * 1
    with no_grad():
        constant = y[:1]
    recorded = y[:1]
    y[0] = 5.0
    with no_grad():
        np.testing.assert_array_equal(recorded.data, [5])
    assert recorded.requires_grad and not constant.requires_grad
    np.testing.assert_array_equal(constant.data, [5])


@pytest.mark.parametrize(
    "rebind",
    [lambda w: setattr(w, "data", w.data + 1), lambda w: w.update_(lambda a: a.__iadd__(1)), lambda w: w.cast_("f")],
    ids=["data", "update_", "cast_"],
)
def test_views_from_before_a_leaf_was_rebound_keep_their_numbers(rebind: Any) -> None:
    w = Tensor([[1.0, 2.0]], requires_grad=True)
    row = w[0]
    rebind(w)
    np.testing.assert_array_equal(row.data, [1, 2])
    with no_grad(), pytest.raises(RuntimeError, match="other numbers since"):
        row[0] = 7.0


def test_a_view_that_became_a_leaf_is_no_view() -> None:
    y = Tensor([[1.0, 2.0]])
    row = y[0].requires_grad_()
    y[0] = 5.0
    np.testing.assert_array_equal(row.data, [1, 2])
    assert row.is_leaf


def test_parts_of_complex_numbers_are_not_written_to() -> None:
    z = Tensor([1 + 2j], requires_grad=True) * 1
    with pytest.raises(TypeError, match="real or imaginary part"):
        z.real[0] = 7.0


def test_truth_values_are_written_through_views() -> None:
    t = Tensor([True, False])
    t[:1][0] = False
    assert t.tolist() == [False, False]


def test_gradients_are_no_views() -> None:
    """Of the arrays and tensors that they were made from."""
    x, seed = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([[1.0], [1.0]])
    x.T.backward(seed, create_graph=True)
    x.grad *= 5.0
    np.testing.assert_array_equal(seed.data, 1)


# ---------------------------------------------------------------- memory


def test_a_base_is_freed_with_its_last_view_at_once() -> None:
    gc.disable()
    try:
        y = Tensor(np.ones((4, 4)), requires_grad=True) * 1
        row, again = y[0], y.T
        row += 1.0
        again.sum()
        gone = weakref.ref(y)
        del y, row
        assert gone() is not None
        del again
        assert gone() is None
    finally:
        gc.enable()


def test_views_that_are_gone_leave_nothing_behind() -> None:
    y = Tensor(np.ones((4, 4)), requires_grad=True) * 1
    for _ in range(5000):
        row = y[0]
    assert row.requires_grad and len(y._family) < 1100
