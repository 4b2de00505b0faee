"""``autograd.numpy``: NumPy's names, lists with tensors in them, and arrays made of tensors.

Convention: the laws run over NumPy's namespace itself, with whatever arguments NumPy takes there.
"""

from __future__ import annotations

import functools
import pickle
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest

import autograd.numpy as np
from autograd import Tensor, grad, value_and_grad
from autograd.hips.lists import OF_LISTS_OF_ARRAYS, PRODUCTS
from autograd.numpy.numpy_vjps import (
    balanced_eq,
    make_diagonal,
    match_complex,
    metadata,
    repeat_to_match_shape,
    replace_zero,
    unbroadcast,
    unbroadcast_f,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # NumPy warns of much that it takes

Function = Callable[..., Any]
MODULES = [(numpy, np), (numpy.linalg, np.linalg), (numpy.fft, np.fft), (numpy.random, np.random)]
STEPS = {"around", "ceil", "fix", "floor", "floor_divide", "rint", "round", "sign", "trunc"}
MAKING = {
    "array", "asanyarray", "asarray", "asarray_chkfinite", "ascontiguousarray", "asfortranarray", "c_", "full",
    "full_like", "isscalar", "r_", "require", "row_stack",
}  # fmt: skip
X = numpy.array([0.7, 0.4, 0.9, 1.3])
A = numpy.array([[2.0, 0.5], [0.3, 1.0]])
X.setflags(write=False)
A.setflags(write=False)


def test_every_name_of_numpy_is_there_and_is_numpys_own_where_it_can_be() -> None:
    for theirs, ours in MODULES:
        for name in {*vars(theirs), *getattr(theirs, "__all__", ())} - {"test"}:
            thing = getattr(theirs, name)
            if name.startswith("_") or isinstance(thing, types.ModuleType):
                continue
            found = getattr(ours, name)
            if not hasattr(thing, "_implementation") and name not in STEPS | MAKING | PRODUCTS:
                assert found is thing, name
            elif name not in ("c_", "r_"):
                assert found.__name__ in (thing.__name__, "vstack"), name
    assert np.lib is numpy.lib
    assert pickle.loads(pickle.dumps([np.sum, np.array, np.floor, np.linalg.norm]))[3] is np.linalg.norm
    assert numpy.printoptions.__module__.startswith("numpy")  # NumPy's own are left alone
    with pytest.raises(AttributeError, match="nosuch"):
        getattr(np, "nosuch")  # noqa: B009


# ---------------------------------------------------------------- lists with tensors in them

FORMS: list[tuple[Any, ...]] = [
    (), (0,), (A,), (0, 1), ((4,),), (1, "constant"), ([0, 1],), ([0, 1], [[1.0, 2.0]]), (0, A), (A, A), (X[:2], 0.5),
]  # fmt: skip
WRITING = {"copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"}  # they return nothing
OTHERS = {
    "apply_along_axis",
    "apply_over_axes",
    "astype",
    "block",
    "einsum",
    "einsum_path",
    "empty_like",
    "full_like",
    "piecewise",
}

WRONG = TypeError, ValueError, IndexError, AttributeError, ArithmeticError  # of NumPy, where arguments do not fit


def wrapped() -> Iterator[tuple[str, Function, Function]]:
    """The functions that take lists, and NumPy's of the same names."""
    for theirs, ours in MODULES[:3]:
        for name, thing in sorted(vars(theirs).items()):
            if (hasattr(thing, "_implementation") or name in PRODUCTS) and name not in STEPS | WRITING | OTHERS:
                yield f"{theirs.__name__}.{name}", thing, getattr(ours, name)


def nested(x: Any, many: bool) -> Any:
    """The matrix of four numbers as lists of them, or a list of such matrices."""
    rows = [[x[0], x[1]], [x[2], x[3]]]
    return [rows, rows] if many else rows


def array(x: Any, many: bool) -> Any:
    """The same as an array, or a list of arrays."""
    return [x.reshape(2, 2)] * 2 if many else x.reshape(2, 2)


def parts(y: Any) -> list[Any]:
    """The floating arrays of a result."""
    if isinstance(y, list | tuple):
        return [part for inner in y for part in parts(inner)]
    return [y] if getattr(y, "dtype", numpy.dtype(object)).kind in "fc" else []


def score(y: Any) -> Any:
    """One real number of them, in which each element has a weight of its own."""
    flat = [np.reshape(part, -1) for part in parts(y)]
    weighed = [part * (1 + numpy.arange(part.size) / 8) for part in flat]
    return sum((np.sum(np.real(w)) + (np.sum(np.imag(w)) / 2 if w.dtype.kind == "c" else 0) for w in weighed), 0)


def differentiated(f: Callable[[Any], Any]) -> Any:
    """The value and the gradient of a function of X."""
    y, g = value_and_grad(lambda x: score(f(x)) + 0 * x[0])(X)
    return [y, *g]


def calls() -> Iterator[Callable[[Function, Any], Any]]:
    """What a function may be called with: first the nest, or last."""
    for form in FORMS:
        yield lambda f, nest, form=form: f(nest, *form)
        if form and form[0] is A:
            yield lambda f, nest, form=form: f(*form, nest)


def applied(call: Callable[[Function, Any], Any], function: Function, given: Any, many: bool, x: Any) -> Any:
    return call(function, given(x, many))


def test_functions_of_arrays_take_lists_with_tensors_in_them() -> None:
    """What they give for nested lists is what they give for the arrays."""
    taken, differentiable = set(), set()
    for name, theirs, ours in wrapped():
        many = name.rpartition(".")[2] in OF_LISTS_OF_ARRAYS
        for call in calls():
            try:
                number = score(call(theirs, array(X, many)))
                expected = differentiated(functools.partial(applied, call, theirs, array, many))
            except (*WRONG, numpy.linalg.LinAlgError):
                continue  # no arguments for this function, or NumPy's own has no derivative
            found = differentiated(functools.partial(applied, call, ours, nested, many))
            numpy.testing.assert_allclose(found, expected, err_msg=name, rtol=1e-9)
            numpy.testing.assert_allclose(found[0], number, err_msg=name, rtol=1e-9)
            taken.add(name)
            differentiable |= {name} if numpy.any(expected[1:]) else set()
    assert len(taken) > 190, len(taken)
    assert len(differentiable) > 130, len(differentiable)


MADE: list[tuple[Callable[[Any], Any], Callable[[Any], Any]]] = [  # what is written, and what it means
    (lambda x: np.array([[x[0], 1.0], [2, x[1] * x[2]]]), lambda x: numpy.stack([x[0], 1.0, 2, x[1] * x[2]])),
    (lambda x: np.array([0.0] * 20 + [x[3]]), lambda x: numpy.concatenate([numpy.zeros(20), x[3:]])),
    (lambda x: np.array(([x[0], x[1]], x[2:])), lambda x: x),
    (lambda x: np.array([x, X]), lambda x: numpy.concatenate([x, X])),
    (lambda x: np.array(x, dtype=np.float32, ndmin=3), lambda x: x.astype(np.float32)),
    (lambda x: np.asarray(x[0]), lambda x: x[:1]),
    (lambda x: np.ascontiguousarray(x[0]), lambda x: x[:1]),
    (lambda x: np.require([x[0], x[1]], float, ["C"]), lambda x: x[:2]),
    (lambda x: np.asarray_chkfinite((x[0], x[1])), lambda x: x[:2]),
    (lambda x: np.full((2, 2), x[0]), lambda x: x[[0, 0, 0, 0]]),
    (lambda x: np.full_like(A, [x[0], 3.0]), lambda x: numpy.stack([x[0], 3.0, x[0], 3.0])),
    (lambda x: np.r_[x[0], 0:2, 2, [x[1], 1]], lambda x: numpy.stack([x[0], 0, 1, 2, x[1], 1])),
    (lambda x: np.c_[x, [1, 2, 3, 4]], lambda x: numpy.stack([x, numpy.arange(1, 5)], 1)),
    (lambda x: np.r_["0,2,0", x, x[:2]], lambda x: x[[0, 1, 2, 3, 0, 1]]),
    (lambda x: np.concatenate([x, [x[0] * x[0]]]), lambda x: numpy.append(x, x[0] ** 2)),
    (lambda x: np.column_stack([x, [x[1], 0, 0, 0]]), lambda x: numpy.stack([x, x[1] * numpy.array([1, 0, 0, 0])], 1)),
    (lambda x: np.dot(A, [x[0], x[1]]), lambda x: A @ x[:2]),
    (lambda x: np.where(X > 0.8, [1, 2, x[0], 4], x), lambda x: numpy.stack([x[0], x[1], x[0], 4.0])),
    (lambda x: np.linalg.solve([[x[0], 0], [0, 2]], [x[1], x[2]]), lambda x: numpy.stack([x[1] / x[0], x[2] / 2])),
    (lambda x: make_diagonal(x, 0, -1, -2), numpy.diag),
]  # fmt: skip


def test_arrays_are_made_of_tensors() -> None:
    for k, (made, meant) in enumerate(MADE):
        plain = numpy.asarray(made(X))
        assert type(made(X)) is numpy.ndarray, k
        numpy.testing.assert_allclose(differentiated(made), differentiated(meant), err_msg=str(k), rtol=1e-7)
        found = made(Tensor(X, requires_grad=True))
        assert (found.shape, found.dtype) == (plain.shape, plain.dtype), k


def test_arrays_of_tensors_are_copies_or_the_tensors_themselves() -> None:
    t = Tensor(X, requires_grad=True)
    assert np.asarray(t) is t
    assert np.array(t) is not t
    assert np.array(t, copy=False) is t
    assert np.isscalar(t[0])
    assert not np.isscalar(t)
    assert np.isscalar(2.0)
    with pytest.raises(TypeError, match="holds numbers"):
        np.array(t, dtype=object)
    with pytest.raises(TypeError, match="makes a matrix"):
        np.r_["r", t]
    with pytest.raises(ValueError, match="infs or NaNs"):
        np.asarray_chkfinite(t / 0)
    with pytest.raises(ValueError, match="shape"):
        np.array([t, [t[0]]])


def test_what_is_constant_between_jumps_is_a_plain_number() -> None:
    t = Tensor(X, requires_grad=True)
    for name in sorted(STEPS - {"floor_divide"}):
        assert type(getattr(np, name)(t)) is numpy.ndarray
    assert type(np.floor_divide(t, 0.3)) is numpy.ndarray
    assert [10, 20, 30][int(np.floor(t[3]))] == 20


def test_what_rules_are_written_with() -> None:
    """Broadcasting undone, as ``defvjp`` asks for it, and the shares of a derivative at ties."""
    g = numpy.arange(24.0).reshape(2, 3, 4)
    for shape, expected in [
        ((4,), g.sum((0, 1))),
        ((3, 1), g.sum((0, 2))[:, None]),
        ((), g.sum()),
        ((1, 3, 4), g.sum(0)[None]),
    ]:
        numpy.testing.assert_array_equal(unbroadcast_f(numpy.ones(shape), lambda g: g)(g), expected)
    assert unbroadcast(g * 1j, metadata(1.0)).dtype == float
    numpy.testing.assert_array_equal(unbroadcast(g, metadata(numpy.ones(2)), -1), g.sum((1, 2)))
    assert metadata(numpy.array([1j, 2])) == ((2,), 1, numpy.dtype(complex), True)
    numpy.testing.assert_array_equal(balanced_eq(X, X, numpy.array([0.7, 0, 0, 2])), [0.5, 1, 1, 1])
    numpy.testing.assert_array_equal(replace_zero(numpy.array([0.0, 2.0]), 1.0), [1, 2])
    assert match_complex(1.0, 2 + 1j) == 2
    assert type(match_complex(1j, 2.0)) is complex
    repeated, count = repeat_to_match_shape(numpy.ones((2, 4)), (2, 3, 4), float, -2, False)
    assert repeated.shape == (2, 3, 4)
    assert count == 3
    assert repeat_to_match_shape(2.0, (), float, None, False) == (2.0, 1)
    assert repeat_to_match_shape(2.0, (2, 3), float, None, True)[1] == 6
    numpy.testing.assert_allclose(grad(lambda a: unbroadcast(a * g, metadata(1.0)))(2.0), g.sum())
