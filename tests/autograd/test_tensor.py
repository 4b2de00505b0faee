"""Tensor as an array: its operators and methods are NumPy's functions; copies and pickles preserve it."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor, enable_grad, no_grad
from autograd.tensor.elsewhere import INSTEAD

SEEDS = st.integers(0, 2**32 - 1)

# methods, and the same by NumPy's functions on a plain (3, 3) array of numbers in (0.1, 0.9)
METHODS: dict[str, Any] = {
    "t + 2, 2 + t": (lambda t: t + 2 + (2 + t), lambda a: a + 2 + (2 + a)),
    "t - 2, 2 - t": (lambda t: (t - 2) * (2 - t), lambda a: (a - 2) * (2 - a)),
    "t / 2, 2 / t": (lambda t: t / 2 + 2 / t, lambda a: a / 2 + 2 / a),
    "t ** 2, 2 ** t": (lambda t: t**2 + 2**t, lambda a: a**2 + 2**a),
    "t % .4, 1 % t": (lambda t: t % 0.4 + 1 % t, lambda a: a % 0.4 + 1 % a),
    "t // .4": (lambda t: t // 0.4 + 1 // t, lambda a: a // 0.4 + 1 // a),
    "divmod": (lambda t: sum(divmod(t, 0.4)), lambda a: sum(divmod(a, 0.4))),
    "t @ t": (lambda t: t @ t @ np.ones(3), lambda a: a @ a @ np.ones(3)),
    "array @ t": (lambda t: np.ones(3) @ t, lambda a: np.ones(3) @ a),
    "array * t": (lambda t: np.arange(3.0) * t, lambda a: np.arange(3.0) * a),
    "-t, +t, abs": (lambda t: abs(-t) + +t, lambda a: abs(-a) + a),
    "round": (lambda t: round(t, 1) + t.round(1), lambda a: np.round(a, 1) * 2),
    "in place": (lambda t: in_place(t * 1), lambda a: ((a + 1) * 2 - 3) / 4),
    "T, mT": (lambda t: t.T + t.mT, lambda a: a.T * 2),
    "reshape": (lambda t: t.reshape(9) + t.reshape((9,)) + t.ravel() + t.flatten(), lambda a: a.ravel() * 4),
    "transpose": (lambda t: t.transpose() + t.transpose(1, 0) + t.transpose((1, 0)), lambda a: a.T * 3),
    "sum": (
        lambda t: t.sum() + t.sum(0) + t.sum(axis=1, keepdims=True),
        lambda a: a.sum() + a.sum(0) + a.sum(1, keepdims=True),
    ),
    "mean, var, std": (lambda t: t.mean(0) + t.var(0) + t.std(0), lambda a: a.mean(0) + a.var(0) + a.std(0)),
    "prod, cumsum": (lambda t: t.prod(0) + t.cumsum(0), lambda a: a.prod(0) + a.cumsum(0)),
    "max, min": (lambda t: t.max(0) - t.min(), lambda a: a.max(0) - a.min()),
    "functions": (
        lambda t: t.exp().log().sin().cos().tanh().sqrt().square() + t.log1p() + t.expm1() + t.arcsin(),
        lambda a: np.tanh(np.cos(np.sin(a))) + np.log1p(a) + np.expm1(a) + np.arcsin(a),
    ),
    "activations": (
        lambda t: (t - 0.5).relu() + t.sigmoid() + t.softplus() + (t - 0.5).leaky_relu(0.1),
        lambda a: (
            np.maximum(a - 0.5, 0)
            + 1 / (1 + np.exp(-a))
            + np.log1p(np.exp(a))
            + np.where(a > 0.5, a - 0.5, 0.1 * (a - 0.5))
        ),
    ),
    "clip": (lambda t: t.clip(0.3, 0.7), lambda a: a.clip(0.3, 0.7)),
    "elements": (
        lambda t: t[0] + t[1:, ::2].sum() + t[[0, 2], 1].sum() + t[t > 0.5].sum(),
        lambda a: a[0] + a[1:, ::2].sum() + a[[0, 2], 1].sum() + a[a > 0.5].sum(),
    ),
    "iteration": (
        lambda t: sum(row * i for i, row in enumerate(t)),
        lambda a: sum(row * i for i, row in enumerate(a)),
    ),
    "take, squeeze": (
        lambda t: t.take([0, 2], axis=1) * t.expand_dims(0).squeeze()[:, :1],
        lambda a: a.take([0, 2], axis=1) * a[:, :1],
    ),
    "astype": (lambda t: t.astype(np.float32), lambda a: a.astype(np.float32)),
    "sort": (lambda t: t.sort(0), lambda a: np.sort(a, 0)),
    "copy": (lambda t: t.copy() + t.clone() + copy.copy(t), lambda a: a * 3),
}  # fmt: skip


def in_place(t: Any) -> Any:
    t += 1
    t *= 2
    t -= 3
    t /= 4
    return t


@pytest.mark.parametrize("name", METHODS)
@given(seed=SEEDS)
def test_methods_are_numpys_functions(name: str, seed: int) -> None:
    method, function = METHODS[name]
    rng = np.random.default_rng(seed)
    a, v = rng.uniform(0.1, 0.9, (3, 3)), rng.normal(size=(3, 3))
    x = Tensor(a, requires_grad=True)
    y = method(x)
    expected = function(a)
    assert y.requires_grad and y.dtype == expected.dtype
    np.testing.assert_allclose(y.data, expected, rtol=1e-6, atol=1e-12)
    np.testing.assert_array_equal(method(Tensor(a)), y.data)  # untracked: the same numbers
    y.sum().backward()
    if expected.dtype == np.float64 and name not in ("round", "t // .4"):
        h = 1e-6
        slope = (function(a + h * v).sum() - function(a - h * v).sum()) / (2 * h)
        np.testing.assert_allclose((x.grad * v).sum(), slope, rtol=1e-4, atol=1e-5)


@pytest.fixture
def t() -> Tensor:
    return Tensor([[3.0, 1.0], [2.0, 4.0]], requires_grad=True)


def test_shape_and_dtype(t: Tensor) -> None:
    assert t.shape == (2, 2) and t.ndim == 2 and t.size == 4 and len(t) == 2 and t.dtype == float
    assert np.shape(t) == (2, 2)


def test_comparisons_and_membership_look_at_the_numbers(t: Tensor) -> None:
    assert 3.0 in t and 5.0 not in t
    for above in (t > 2, t > Tensor(2.0), np.greater(t, 2), np.full(2, 2.0) < t, t > 2):
        assert isinstance(above, Tensor) and above.node is None and above.tolist() == [[True, False], [False, True]]
    assert bool(t[0, 0]) and {t: 1}[t] == 1


def test_truth_values_select(t: Tensor) -> None:
    """They are tensors that are not tracked, and serve wherever an array of truth values does."""
    above, array = t > 1, t.data
    plain = array > 1
    for mask in (
        above & (t < 4),
        above & (array < 4),
        (array < 4) & above,
        ~(~above | (t >= 4)),
        np.logical_and(above, t < 4),
    ):
        assert isinstance(mask, Tensor) and mask.tolist() == (plain & (array < 4)).tolist()
    assert np.count_nonzero(above) == 3 and np.any(above) and not np.all(above) and f"{above.mean():.1%}" == "75.0%"
    assert array[above].tolist() == t[above].tolist() == [3, 2, 4] and t[above].node is not None
    assert t[Tensor([1])].tolist() == [[2, 4]] and "abc"[Tensor(1)] == "b" and Tensor(6) >> 1 == 3
    assert isinstance(np.where(above, t, 0.0), Tensor) and isinstance(np.where(above, 1.0, 0.0), np.ndarray)
    above ^= plain
    assert isinstance(above, Tensor) and not above.any()
    with pytest.raises(TypeError, match="t & u: it takes truth values or integers"):
        print(t & 1)
    with pytest.raises(TypeError, match="~t takes truth values"):
        print(~t)
    with pytest.raises(TypeError, match="overwrite a tensor"):
        np.greater(t, 0, out=Tensor([[True, False], [False, True]]))  # type: ignore[call-overload]


def test_functions_of_the_numbers_only(t: Tensor) -> None:
    assert t.argmax() == 3 and t.argmin(0).tolist() == [1, 0] and not t.isnan().any()
    assert np.argmax(t) == 3 and np.isfinite(t).all()


def test_numbers_and_text(t: Tensor) -> None:
    assert t[0, 0].item() == 3.0 and t.tolist() == [[3, 1], [2, 4]]
    assert f"{t[0, 0]:.2f}" == "3.00" and "requires_grad=True" in repr(t) and "op=multiply" in repr(t * t)


def test_no_grad_and_enable_grad() -> None:
    x = Tensor(2.0, requires_grad=True)
    with no_grad():
        assert not (x * x).requires_grad
        with enable_grad():
            assert (x * x).requires_grad
        assert not np.exp(x).requires_grad
    assert (x * x).requires_grad
    assert not no_grad()(lambda: x * x)().requires_grad


def test_hooks_see_and_change_gradients() -> None:
    x, seen = Tensor([1.0, 2.0], requires_grad=True), []
    h = x * 3.0
    h.register_hook(seen.append)
    remove = h.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    h.sum().backward(retain_graph=True)
    np.testing.assert_array_equal(seen, [[1, 1]])
    np.testing.assert_array_equal(x.grad, [31, 31])
    remove()
    x.grad = None
    h.sum().backward()
    np.testing.assert_array_equal(x.grad, [4, 4])


def test_create_graph_gives_tensors() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x**3).sum().backward(create_graph=True)
    g = x.grad
    assert isinstance(g, Tensor)
    x.grad = None
    (g * g).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * (3 * x.data**2) * (6 * x.data))


@pytest.mark.parametrize("again", [lambda t: pickle.loads(pickle.dumps(t)), copy.deepcopy], ids=["pickle", "deepcopy"])
def test_copies_of_leaves(again: Any) -> None:
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    (w * w).sum().backward()
    v = again(w)
    assert v.requires_grad and v.label == "w" and v is not w
    np.testing.assert_array_equal(v.data, w.data)
    np.testing.assert_array_equal(v.grad, w.grad)
    assert not again(w.detach()).requires_grad


def test_dlpack_both_ways() -> None:
    t = Tensor([1.0, 2.0])
    np.testing.assert_array_equal(np.from_dlpack(t), [1, 2])
    assert Tensor.from_dlpack(np.array([3.0]), requires_grad=True).requires_grad


def test_backward_with_a_gradient_accumulates() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    y.backward(np.array([1.0, 10.0]), retain_graph=True)
    y.backward([1.0, 10.0])
    np.testing.assert_array_equal(x.grad, [4, 80])


def test_backward_of_a_leaf() -> None:
    leaf = Tensor(3.0, requires_grad=True)
    leaf.backward()
    assert leaf.grad == 1.0


def test_complex_gradient_convention() -> None:
    z = Tensor([1 + 2j, 3 - 1j], requires_grad=True)
    (np.abs(z) ** 2).sum().backward()  # L = x² + y²: dL/dx - i dL/dy = 2 conj(z)
    np.testing.assert_allclose(z.grad, 2 * np.conj(z.data))
    z.grad = None
    np.real(z**3).sum().backward()  # holomorphic inside: f'(z)
    np.testing.assert_allclose(z.grad, 3 * z.data**2)


@pytest.mark.parametrize("change", [lambda t: t.__iadd__(0.5), lambda t: t.__itruediv__(2)], ids=["+=", "/="])
def test_in_place_operations_do_not_cut_results_off(change: Any) -> None:
    with pytest.raises(TypeError, match="cut it off"):
        change(Tensor([1, 2]))


def test_mean_of_many_half_precision_numbers() -> None:
    t = Tensor(np.ones(70000, np.float16), requires_grad=True)
    np.mean(t).backward()
    assert np.all(t.grad == np.float16(1 / 70000))


# ---------------------------------------------------------------- other names

NEEDED: dict[str, tuple[Any, ...]] = {  # what these methods must be given besides an axis
    "compress": ([True, False],), "expand_dims": (), "repeat": (2,), "roll": (1,), "take": ([0],),
}  # fmt: skip
WITH_AXIS = {
    name: "keepdims" in inspect.signature(method).parameters
    for name, method in inspect.getmembers(Tensor, inspect.isfunction)
    if "axis" in inspect.signature(method).parameters
}


@pytest.mark.parametrize("tracked", [True, False], ids=["tracked", "untracked"])
@pytest.mark.parametrize("name", WITH_AXIS)
def test_dim_and_keepdim_are_axis_and_keepdims(name: str, tracked: bool) -> None:
    t = Tensor(np.arange(6.0).reshape(2, 3, 1)[:, :1], requires_grad=tracked)
    method, given = getattr(t, name), NEEDED.get(name, ())
    kept, keep = ({"keepdims": True}, {"keepdim": True}) if WITH_AXIS[name] else ({}, {})
    for axis in (1, -1) if name == "squeeze" else (0, -1):
        ours, theirs = method(*given, axis=axis, **kept), method(*given, dim=axis, **keep)
        assert type(ours) is type(theirs)
        np.testing.assert_array_equal(getattr(ours, "data", ours), getattr(theirs, "data", theirs))
    for twice in ({"axis": 1, "dim": 1}, *([{"keepdims": True, "keepdim": True}] if kept else [])):
        with pytest.raises(TypeError, match=r"twice|two values"):
            method(*given, **twice)


def test_most_methods_have_an_axis() -> None:
    assert len(WITH_AXIS) >= 24 and WITH_AXIS["sum"] and not WITH_AXIS["cumsum"]


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [((), (24,)), ((1,), (2, 12)), ((0, 1), (6, 4)), ((-2,), (2, 12)), ((1, 1), (2, 3, 4)), ((0, -1), (24,))],
)
def test_flatten_makes_one_axis_of_several(arguments: tuple[int, ...], shape: tuple[int, ...]) -> None:
    t = Tensor(np.arange(24.0).reshape(2, 3, 4), requires_grad=True)
    y = t.flatten(*arguments)
    np.testing.assert_array_equal(y.data, t.data.reshape(shape))
    y *= 2.0  # a copy, as NumPy's
    y.sum().backward()
    np.testing.assert_array_equal(t.grad, np.full(t.shape, 2.0))
    assert t.data[0, 0, 1] == 1


def test_flatten_in_an_order_and_of_no_axes() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    for y in (t.flatten("F"), t.flatten(order="F")):
        np.testing.assert_array_equal(y.data, [1, 3, 2, 4])
    assert Tensor(2.0).flatten().shape == (1,)
    for wrong in ({"start_dim": 1, "end_dim": 0}, {"start_dim": 1, "order": "F"}):
        with pytest.raises(ValueError, match=r"flatten\(1"):
            t.flatten(**wrong)
    with pytest.raises(IndexError):
        t.flatten(2)


@pytest.mark.parametrize("name", ["numpy", "to", "backward", "cast_", "flatten", "zero_"])
def test_a_method_is_the_tensors_in_whatever_file_it_stands(name: str) -> None:
    method = getattr(Tensor, name)
    assert pickle.loads(pickle.dumps(method)) is method
    with pytest.raises(TypeError, match=rf"^Tensor\.{name}\(\)"):
        method(Tensor(1.0), *range(9))


@pytest.mark.parametrize("name", [name for names in INSTEAD for name in names.split()])
def test_a_missing_method_names_ours(name: str) -> None:
    """By code that runs, where it is code of t alone."""
    t = Tensor([[0.4, 0.1], [0.2, 0.3]], requires_grad=True)
    assert not hasattr(t, name) and name not in dir(t)
    with pytest.raises(AttributeError, match=rf"no attribute '{name}'\. (Write|Leave it out)"):
        getattr(t, name)
    advice = next(text for names, text in INSTEAD.items() if name in names.split())
    known = {"t": t * 1, "u": t * 2, "v": t * 3, "np": np, "autograd": autograd, "axis": 0, "shape": (2, 2), "k": 1,
             "mask": t.data > 1, "value": 5.0, "low": 0.0, "high": 1.0, "indices": np.zeros((2, 2), int), "parts": 2,
             "places": [1], "width": 2, "source": 0, "destination": 1, "start": 0, "stop": 1, "i": 0, "j": 1, "q": 0.5,
             "condition": t.data > 1, "values": 1.0, "dtype": float, "choices": [t * 1, t * 2]}  # fmt: skip
    for code in re.split("; |: |, which", advice)[0].split(", or "):
        if code == "nothing":
            continue
        if name == "choose":
            known["t"] = Tensor([0, 1])
        exec(code, {}, dict(known))
