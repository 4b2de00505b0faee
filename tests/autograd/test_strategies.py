"""The strategies draw what they promise, at points where derivatives exist, and shrink to what is simplest."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value
from autograd.declare import OPERATIONS, Operation, declare_all
from autograd.testing import GradientError, gradcheck
from autograd.testing import strategies as draw
from autograd.testing.strategies.domain_table import TABLE, Domain
from autograd.testing.strategies.expressions.operations import STEPS
from autograd.testing.strategies.expressions.part import Part, code
from autograd.testing.strategies.indices import written

SHAPES = draw.shapes(3, 3)


# ---------------------------------------------------------------- arrays and shapes


@given(shapes=draw.broadcastable_shapes(3), data=st.data())
def test_shapes_that_broadcast_do(shapes: Any, data: Any) -> None:
    np.broadcast_shapes(*shapes)
    x = data.draw(draw.arrays(shapes[0], low=-1, high=1, dtype=np.float32))
    assert x.shape == shapes[0] and x.dtype == np.float32 and np.all(np.abs(x) <= 1)
    t = data.draw(draw.tensors(shapes[1], dtype=complex))
    assert t.requires_grad and t.shape == shapes[1] and t.dtype == complex


@pytest.mark.parametrize(("low", "high"), [(-2.0, 2.0), (0.0, 1.0), (3.0, 3.51)])
@given(data=st.data())
def test_distinct_elements_keep_their_distance_and_their_bounds(low: float, high: float, data: Any) -> None:
    x = data.draw(draw.arrays((2, 3), distinct=0.1, low=low, high=high))
    assert np.min(np.diff(np.sort(x, axis=None))) > 0.1 - 1e-12 and low <= x.min() <= x.max() <= high


UNFIT: dict[str, tuple[Any, str]] = {
    "whole numbers": (lambda: draw.arrays((2,), dtype=int), "real or complex numbers, got dtype int64"),
    "low above high": (lambda: draw.arrays((2,), low=5), "low is at most high, got low=5"),
    "too many for their distance": (lambda: draw.arrays((9,), distinct=0.6), "9 numbers that are 0.6 apart do not fit"),
    "a side for a shape": (lambda: draw.axes(3), r"write \(3,\)"),  # type: ignore[arg-type]
    "an array for a shape": (lambda: draw.indices(np.ones(3)), "x.shape, got ndarray"),  # type: ignore[arg-type]
    "one shape for two operands": (lambda: draw.domains(np.power, (2,)), "power has 2 operands"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_arguments_that_do_not_fit_are_explained(name: str) -> None:
    make, words = UNFIT[name]
    with pytest.raises((TypeError, ValueError), match=words):
        make()


def test_a_single_kind_needs_no_list() -> None:
    assert isinstance(find(draw.axes((2, 3), kinds="int"), lambda axis: True), int)
    assert find(draw.indices((2,), kinds="boolean"), lambda index: True).dtype == bool


@given(shape=SHAPES, data=st.data())
def test_axes_are_valid(shape: Any, data: Any) -> None:
    kinds: Any = data.draw(st.lists(st.sampled_from(["none", "int", "tuple"]), min_size=1, unique=True))
    assume(shape or kinds != ["int"])
    axis = data.draw(draw.axes(shape, kinds=kinds))
    assert {type(None): "none", int: "int", tuple: "tuple"}[type(axis)] in kinds
    np.sum(np.zeros(shape), axis=axis)


@pytest.mark.parametrize("kind", ["basic", "advanced", "boolean", "mixed"])
@given(shape=SHAPES, data=st.data())
def test_indices_are_valid_and_written_as_code(kind: Any, shape: Any, data: Any) -> None:
    assume(len(shape) >= {"basic": 0, "mixed": 2}.get(kind, 1))
    index = data.draw(draw.indices(shape, kinds=[kind]))
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape) * 1.0
    y = x[index]
    assert y.size
    arrays = [k for k in (index if isinstance(index, tuple) else (index,)) if isinstance(k, np.ndarray)]
    assert bool(arrays) == (kind != "basic")
    np.testing.assert_array_equal(eval(f"x[{written(index)}]"), y)
    np.testing.assert_array_equal(Tensor(x)[index], y)


@given(shape=draw.shapes(2, 2, min_side=0), data=st.data())
def test_indices_may_take_nothing(shape: Any, data: Any) -> None:
    index = data.draw(draw.indices(shape, empty=True))
    x = np.zeros(shape)
    np.testing.assert_array_equal(eval(f"x[{written(index)}]"), x[index])


REFUSED = {
    "an axis of a number": lambda: draw.axes((), kinds=["int"]),
    "an unknown kind of axes": lambda: draw.axes((2,), kinds=["all"]),  # type: ignore[list-item]
    "an index of two axes of one": lambda: draw.indices((3,), kinds=["mixed"]),
    "an unknown kind of indices": lambda: draw.indices((3,), kinds=["fancy"]),  # type: ignore[list-item]
    "an element of nothing": lambda: draw.indices((0,)),
    "no room between kinks": lambda: draw.away_from((-1.0, 0.0, 1.0), 3.0),
    "a negative distance": lambda: draw.away_from(0.0, -1.0),
    "kinks among complex numbers": lambda: draw.away_from(0.0, dtype=complex),
    "a function without a derivative": lambda: draw.domains(np.argmax),
    "complex numbers for max": lambda: draw.domains(np.maximum, dtype=complex),
    "integers": lambda: draw.domains(np.exp, dtype=int),
    "a matrix with one axis": lambda: draw.well_conditioned((3,)),
    "a definite matrix that is not square": lambda: draw.positive_definite((2, 3)),
    "a condition below 1": lambda: draw.well_conditioned(2, condition=0.5),
    "an unknown kind of operations": lambda: draw.expressions(1, kinds=["strings"]),  # type: ignore[list-item]
    "a function of nothing": lambda: draw.expressions(0),
    "matrices of numbers": lambda: draw.expressions(1, kinds=["linalg"]),
    "arrays for nothing": lambda: draw.calls(0),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_is_refused_at_once(name: str) -> None:
    with pytest.raises(ValueError, match=r"^\w+"):
        REFUSED[name]()


# ---------------------------------------------------------------- matrices


@given(shape=draw.shapes(4, 3, min_dims=2), condition=st.sampled_from([1.0, 3.0, 1e3]), data=st.data())
def test_matrices_keep_their_condition(shape: Any, condition: float, data: Any) -> None:
    dtype = data.draw(st.sampled_from([float, complex, np.float32]))
    distinct = condition > 1 and data.draw(st.booleans())
    exact = 1e-3 if dtype is np.float32 else 1e-9

    def checked(a: Any, sigma: Any) -> None:
        assert a.dtype == dtype and a.shape == (*shape[:-2], *a.shape[-2:])
        assert np.all(sigma[..., 0] <= condition * sigma[..., -1] * (1 + exact))
        assert np.all(sigma > 0.5 * 7.0 / np.sqrt(condition)) and np.all(sigma < 2 * 7.0 * np.sqrt(condition))
        if distinct:
            ratio = condition ** (0.5 / sigma.shape[-1])
            assert np.all(sigma[..., :-1] >= sigma[..., 1:] * ratio * (1 - exact))

    a = data.draw(draw.well_conditioned(shape, condition=condition, distinct=distinct, scale=7.0, dtype=dtype))
    checked(a, np.linalg.svd(a, compute_uv=False))
    square = (*shape[:-2], shape[-1], shape[-1])
    b = data.draw(draw.positive_definite(square, condition=condition, distinct=distinct, scale=7.0, dtype=dtype))
    np.testing.assert_array_equal(b, np.conj(np.swapaxes(b, -1, -2)))
    checked(b, np.linalg.eigvalsh(b)[..., ::-1])


# ---------------------------------------------------------------- away from kinks, inside domains


@given(data=st.data(), dtype=st.sampled_from([np.float64, np.float32]))
def test_points_keep_away_from_kinks(data: Any, dtype: Any) -> None:
    points = data.draw(st.lists(draw.numbers(), min_size=1, max_size=3))
    x = data.draw(draw.away_from(points, 0.2, shape=None, dtype=dtype))
    assert x.dtype == dtype and np.all(np.abs(x[..., None] - np.array(points, dtype)) >= np.array(0.2, dtype) * 0.999)
    assert abs(data.draw(draw.away_from(0.0))) >= 0.1
    y = data.draw(draw.away_from(lambda x: x - np.round(x), 0.25, shape=(3,), dtype=dtype))
    assert np.all(np.abs(y - np.round(y)) >= 0.25) and np.all(np.abs(y) <= 2)
    z = data.draw(draw.away_from(lambda x: x[0] - x[1], 0.3, shape=(2,)))
    assert abs(z[0] - z[1]) >= 0.3


def test_every_differentiable_ufunc_of_numpy_has_its_domain() -> None:
    elementwise = {f for f in vars(np).values() if isinstance(f, np.ufunc) and f.signature is None} & set(OPERATIONS)
    assert elementwise and elementwise <= {row.function for row in TABLE} <= set(OPERATIONS)


def differentiable_there(row: Domain, inputs: Any) -> None:
    floating = [x for x in inputs if x.dtype.kind in "fc"]
    constants = inputs[len(floating) :]
    with np.errstate(all="raise", under="ignore"):
        assert gradcheck(lambda *x: row.function(*x, *constants), *floating, kinks=False, disconnected=True)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
@settings(max_examples=6)
@given(data=st.data())
def test_functions_are_smooth_in_their_domains(row: Domain, data: Any) -> None:
    shape = data.draw(draw.broadcastable_shapes(2, max_dims=1, max_side=2))
    drawn = data.draw(draw.domains(row.function, shape if len(row.operands) > 1 else shape[0]))
    differentiable_there(row, drawn if isinstance(drawn, tuple) else (drawn,))


@given(row=st.sampled_from([row for row in TABLE if row.complex]), data=st.data())
def test_complex_functions_are_smooth_in_their_domains(row: Domain, data: Any) -> None:
    drawn = data.draw(draw.domains(row.function, dtype=complex))
    differentiable_there(row, drawn if isinstance(drawn, tuple) else (drawn,))


# ---------------------------------------------------------------- expressions


@given(call=draw.calls(smooth=False))
def test_programs_run_as_they_are_printed(call: Any) -> None:
    f, inputs = call
    y = f(*inputs)
    assert np.all(np.isfinite(y)) and np.size(y)
    np.testing.assert_array_equal(eval(repr(f))(*inputs), y)
    np.testing.assert_array_equal(eval(repr(call)), y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(f))(*inputs), y)
    np.testing.assert_allclose(f(*map(Tensor, inputs)), y, rtol=1e-12, atol=1e-12)


@given(call=draw.calls())
def test_programs_are_differentiated(call: Any) -> None:
    f, inputs = call
    assert gradcheck(f, *inputs)


@settings(max_examples=150)
@given(f=draw.expressions(2, smooth=False), a=draw.numbers(), b=draw.numbers())
def test_expressions_of_numbers_are_those_of_arrays_and_of_values(f: Any, a: float, b: float) -> None:
    y = f(a, b)
    assert np.isfinite(y)
    assert eval(repr(f))(a, b) == y
    np.testing.assert_allclose(f(Value(a), Value(b)).data if set(repr(f)[11:]) & set("xy") else y, y, rtol=1e-12)
    np.testing.assert_allclose(f(np.full((2, 1), a), np.full(3, b)), y, rtol=1e-12)


OPERANDS = [((2, 2), (2, 2)), ((3,), (3,)), ((2, 3), (3,)), ((), ())]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.kind} {step.name}")
@settings(max_examples=8)
@given(data=st.data())
def test_numbers_of_each_operation_lie_where_it_says(step: Any, data: Any) -> None:
    """For some operands at least; for others it may decline."""
    for shapes in OPERANDS:
        leaves = [Part(name, (), shape, -2.0, 2.0) for name, shape in zip("xy", shapes[: step.operands], strict=False)]
        part = step.make(data.draw, leaves)
        if part is not None:
            inputs = [data.draw(draw.arrays(leaf.shape)) for leaf in leaves]
            y = eval(code(part, "xy"[: step.operands]))(*inputs)
            assert y.shape == part.shape and np.all((part.low <= y) & (y <= part.high))
            return
    raise AssertionError("no operands fit")


# ---------------------------------------------------------------- shrinking


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The operation's reverse rules are 3 % too large."""
    declare_all()
    operation = next(o for o in OPERATIONS.values() if isinstance(o, Operation) and o.name == name)
    kept = operation.rules, operation.pulls, operation.joint
    operation.rules = tuple((lambda *needs, rule=rule: rule(*needs) * 1.03, where) for rule, where in operation.rules)
    if operation.pulls is not None:
        operation.pulls = tuple((rule, where[0] if len(where) == 1 else where, None) for rule, where in operation.rules)
    if operation.joint is not None:
        rule, where = operation.joint
        operation.joint = (lambda *needs: [d * 1.03 for d in rule(*needs)]), where
    try:
        yield
    finally:
        operation.rules, operation.pulls, operation.joint = kept


SHRUNK: dict[str, tuple[Any, str]] = {
    "exp": ("elementwise", "(lambda x: np.exp(x))(np.array(0.0))"),
    "concatenate": ("join", "(lambda x: np.concatenate([x, x], axis=0))(np.array([0.0]))"),
    "matmul": ("product", "(lambda x: x @ x)(np.array([1.0]))"),
}


def gradients(call: Any) -> list[Any]:
    """Of the sum of the results."""
    leaves = [Tensor(x, requires_grad=True) for x in call.inputs]
    call.f(*leaves).sum().backward()
    return [np.zeros(leaf.shape) if leaf.grad is None else leaf.grad for leaf in leaves]


@pytest.mark.parametrize("name", SHRUNK)
def test_what_fails_shrinks_to_the_operation_at_fault(name: str) -> None:
    kind, simplest = SHRUNK[name]

    def wrong(call: Any) -> bool:
        right = gradients(call)
        with planted(name):
            return not all(map(np.allclose, gradients(call), right))

    found = find(draw.calls(kinds=["shape", kind]), wrong, settings=settings(max_examples=1000, database=None))
    assert repr(found) == simplest
    with planted(name), pytest.raises(GradientError, match="times what it should be"):
        gradcheck(found.f, *found.inputs)


SIMPLEST = {
    "arrays": (draw.arrays(), np.zeros(())),
    "well conditioned": (draw.well_conditioned((2, 2, 3)), np.stack([np.eye(2, 3)] * 2)),
    "positive definite": (draw.positive_definite(3), np.eye(3)),
    "away from kinks": (draw.away_from(0.0), 1.0),
    "a domain": (draw.domains(np.log, (2,)), [1.0, 1.0]),
}


@pytest.mark.parametrize("name", SIMPLEST)
def test_the_simplest_examples(name: str) -> None:
    strategy, simplest = SIMPLEST[name]
    np.testing.assert_array_equal(find(strategy, lambda x: True, settings=settings(database=None)), simplest)
