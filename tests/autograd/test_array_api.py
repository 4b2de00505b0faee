"""The array API standard: every function does what the standard says, and stays in the graph or says that it leaves."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, array_api, grad
from autograd.array_api import fft, linalg

from ..array_standard import faults
from ..tables.array_standard import CASES, Case
from ..tables.array_standard.case import given

xp = array_api
X = [[1.5, -2.0, 0.25], [4.0, 3.0, -1.0]]
every_function = pytest.mark.parametrize("name", CASES)


# ---------------------------------------------------------------- numbers, shapes, dtypes


def test_the_table_has_every_function() -> None:
    names = [name for name in xp.__all__ if not isinstance(getattr(xp, name), np.dtype | types.ModuleType)]
    names += [f"{part.__name__.rpartition('.')[2]}.{name}" for part in (fft, linalg) for name in part.__all__]
    assert not set(names) - set(CASES) - {"broadcast_shapes", "isin"}  # of a later standard


@every_function
def test_it_does_what_the_standard_says(name: str) -> None:
    with np.errstate(all="ignore"):
        wrong = [f"{case}: {fault}" for case in CASES[name] if (fault := case.fault(xp))]
    assert not wrong, "\n".join(wrong)


def with_other_numbers(y: Any) -> Any:
    return ~y if y.dtype == xp.bool else y * 3 + 1


def with_other_dtype(y: Any) -> Any:
    return xp.astype(y, xp.int16 if y.dtype == xp.bool else xp.bool)


@every_function
def test_a_wrong_answer_is_noticed(name: str) -> None:
    """Of another shape always; of another dtype and with other numbers where the standard says what they are."""
    for case in CASES[name]:
        with np.errstate(all="ignore"):
            y = case.run(xp, tuple(given(xp, a) for a in case.args))
        parts = list(y) if isinstance(y, list | tuple) else [y]
        if not all(isinstance(part, Tensor) for part in parts):
            assert case.unlike(xp, None), case
            continue
        determined = case.of is None and all(np.isfinite(part.data).all() and part.size for part in parts)
        changes = [with_other_numbers, with_other_dtype] if determined else []
        for change in [xp.expand_dims, *changes]:
            changed = [change(part) for part in parts]
            assert case.unlike(xp, tuple(changed) if isinstance(y, list | tuple) else changed[0]), (case, change)


def test_the_score_is_numpys_or_above() -> None:
    ours, numpys = (sum(map(len, faults(part).values())) for part in (xp, np))
    assert ours <= numpys


# ---------------------------------------------------------------- derivatives


def floating(a: Any) -> bool:
    return isinstance(a, np.ndarray) and a.dtype in (np.dtype("f8"), np.dtype("c16"))


def leaves(case: Case, rng: np.random.Generator) -> tuple[list[Any], list[Any]]:
    """The arguments moved a little, so that no two elements are equal, and directions; symmetric where these are."""
    args, directions = [], []
    for a in case.args:
        parts = [a] if not isinstance(a, list | tuple) else list(a)
        moved, ways = [], []
        for x in parts:
            way = None
            if floating(x):
                d, way = rng.uniform(-1, 1, (2, *x.shape))
                if x.ndim > 1 and x.shape[-1] == x.shape[-2] and np.array_equal(x, x.conj().swapaxes(-1, -2)):
                    d, way = d + d.swapaxes(-1, -2), way + way.swapaxes(-1, -2)
                x = x + 1e-3 * d
            moved.append(x)
            ways.append(way)
        args.append(type(a)(moved) if isinstance(a, list | tuple) else moved[0])
        directions.append(ways if isinstance(a, list | tuple) else ways[0])
    return args, directions


def moved(a: Any, way: Any, t: Any) -> Any:
    """An argument, moved by t along its direction."""
    if isinstance(a, list | tuple):
        return type(a)([moved(part, along, t) for part, along in zip(a, way or [None] * len(a), strict=True)])
    return given(xp, a) if way is None else given(xp, a) + t * way


@every_function
def test_what_is_tracked_stays_so_or_refuses(name: str) -> None:
    """The gradient is the slope along a line; nothing that is floating leaves the graph without notice."""
    rng = np.random.default_rng(0)
    for case in CASES[name]:
        if not any(floating(x) for a in case.args for x in (a if isinstance(a, list | tuple) else [a])):
            continue
        args, ways = leaves(case, rng)

        def at(t: Any, case: Case = case, args: Any = args, ways: Any = ways) -> list[Any]:
            """The results where every argument is moved by t along its direction."""
            y = case.run(xp, tuple([moved(a, way, t) for a, way in zip(args, ways, strict=True)]))
            return list(y) if isinstance(y, list | tuple) else [y]

        start = Tensor(0.0, requires_grad=True)
        with np.errstate(all="ignore"):
            if case.loud:
                with pytest.raises(TypeError, match=case.loud):
                    at(start)
                continue
            found = at(start)
            assert not case.smooth or all(not isinstance(y, float | complex) for y in found), f"{case} left the graph"
            for k, y in enumerate(found):
                if not isinstance(y, Tensor) or y.dtype.kind not in "fc":
                    assert not getattr(y, "requires_grad", False)
                elif case.smooth:
                    assert y.requires_grad, f"{case} left the graph"
                    weights = rng.uniform(-1, 1, y.shape)
                    loss = lambda t, k=k, w=weights: (xp.real(at(t)[k]) * w).sum()  # noqa: E731
                    h, near = (1e-6, 1e-5) if y.dtype in (xp.float64, xp.complex128) else (1e-2, 1e-3)
                    slope = (loss(h) - loss(-h)).item() / (2 * h)
                    assert grad(loss)(0.0) == pytest.approx(slope, rel=near, abs=1e-7), case


# ---------------------------------------------------------------- errors

t = Tensor(X, requires_grad=True)
REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("another device", lambda: xp.zeros(2, device="gpu"), ValueError, "'cpu'"),
    ("moved elsewhere", lambda: t.to_device("gpu"), ValueError, "a device is 'cpu'"),
    ("a stream", lambda: t.to_device("cpu", stream=1), ValueError, "streams"),
    ("another version", lambda: t.__array_namespace__(api_version="1999.01"), ValueError, "2024.12"),
    ("a dtype of objects", lambda: xp.ones(2, dtype=object), TypeError, "dtype of numbers"),
    ("an array not copied", lambda: xp.asarray(np.ones(2), copy=False), ValueError, "without being copied"),
    ("a cast not copied", lambda: xp.asarray(t, dtype=xp.float32, copy=False), ValueError, "without being copied"),
    ("a shape not copied", lambda: xp.reshape(t.T, (6,), copy=False), ValueError, "without being copied"),
    ("memory not copied", lambda: xp.from_dlpack(np.ones(2), copy=False), BufferError, "own copy"),
    ("memory handed over", lambda: xp.ones(2).__dlpack__(copy=False), BufferError, "cannot be shared"),
    ("complex to real", lambda: xp.astype(t * 1j, xp.float64), TypeError, "real"),
    ("how many numbers", lambda: xp.arange(t[0, 0]), TypeError, "tracked"),
    ("no axis", lambda: xp.cumulative_sum(t), ValueError, "axis="),
    ("no axis to take from", lambda: xp.take(t, [0]), ValueError, "axis="),
    ("a number's indices", lambda: xp.nonzero(t[0, 0]), ValueError, "no indices"),
    ("a number's parts", lambda: xp.unstack(t[0, 0]), ValueError, "no parts"),
    ("a vector's triangle", lambda: xp.tril(t[0]), ValueError, "matrices"),
    ("a vector turned", lambda: xp.matrix_transpose(t[0]), ValueError, "matrices"),
    ("a matrix as a vector", lambda: xp.linalg.outer(t, t), ValueError, "one axis"),
    ("two numbers crossed", lambda: xp.linalg.cross(t[:, :2], t[:, :2]), ValueError, "three numbers"),
    ("lengths that differ", lambda: xp.vecdot(t, t[:, :1]), ValueError, "differ along"),
    ("a kind of dtypes", lambda: xp.__array_namespace_info__().dtypes(kind="text"), ValueError, "'numeric'"),
    ("differences to undo", lambda: xp.diff(t, n=-1), ValueError, "n=-1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "text"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_refuses(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()


# ---------------------------------------------------------------- beyond the standard


def test_what_else_it_takes() -> None:
    """Arrays, numbers, and lists with tensors in them; arrays of its own are copied."""
    array = np.ones(3)
    y = xp.reshape(array, (3, 1))
    array[0] = 9
    assert isinstance(y, Tensor) and y.tolist() == [[1], [1], [1]]
    assert isinstance(xp.sin(0.0), Tensor) and isinstance(xp.maximum(1, 2), Tensor)
    joined = xp.asarray([[t[0, 0], 1.0], [2.0, t[1, 1]]])
    assert joined.requires_grad and joined.tolist() == [[1.5, 1], [2, 3]]
    assert xp.full((2,), t[0, 0]).requires_grad and xp.linspace(t[0, 0], 3.0, 4).requires_grad
    assert xp.isin(t, [1.5, 3.0]).tolist() == [[True, False, False], [False, True, False]]
    assert xp.broadcast_shapes((2, 1), (3,)) == (2, 3)
    assert xp.from_dlpack(t.detach(), copy=False).tolist() == X


def test_it_is_imported_when_asked_for() -> None:
    program = "import sys, autograd, nn, optim; assert 'autograd.array_api' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_array_knows_its_namespace_inside_a_captured_function() -> None:
    @autograd.capture
    def f(x: Any) -> Any:
        xp = x.__array_namespace__()
        return xp.sum(xp.where(x > 0, xp.exp(x), xp.asarray(0.5)))

    for x in (Tensor(X), Tensor(X) * -1, Tensor(X) + 1):
        assert f(x).item() == pytest.approx(np.where(x.data > 0, np.exp(x.data), 0.5).sum())


# ---------------------------------------------------------------- libraries that are written for the standard

V = np.array([0.5, -1.5, 2.0])


def test_array_api_compat() -> None:
    compat = pytest.importorskip("array_api_compat")
    assert compat.array_namespace(t, t > 0, 1.0) is xp and compat.is_array_api_obj(t)
    assert compat.size(t) == 6 and compat.device(t) == "cpu" and compat.to_device(t, "cpu") is t
    with pytest.raises(TypeError, match="Multiple namespaces"):
        compat.array_namespace(t, t.data)


EXTRA: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], Any] | None]] = {
    "at": (lambda e, x: e.at(x * 1)[0].set(x[1]), lambda a: np.array([a[1], a[1], a[2]])),
    "at a mask": (lambda e, x: e.at(x * 1, x < 0).multiply(2.0), lambda a: np.where(a < 0, 2 * a, a)),
    "apply_where": (
        lambda e, x: e.apply_where(x > 0, (x,), xp.log, lambda v: v * v),
        lambda a: np.where(a > 0, np.log(np.abs(a)), a * a),
    ),
    "apply_where, filled": (
        lambda e, x: e.apply_where(x > 0, (x,), xp.sqrt, fill_value=1.0),
        lambda a: np.where(a > 0, np.sqrt(np.abs(a)), 1),
    ),
    "atleast_nd": (lambda e, x: e.atleast_nd(x, ndim=2), lambda a: a[None]),
    "cov": (lambda e, x: e.cov(xp.stack([x, x * x])), lambda a: np.cov(np.stack([a, a * a]))),
    "kron": (lambda e, x: e.kron(x, x), lambda a: np.kron(a, a)),
    "one_hot": (lambda e, x: e.one_hot(xp.argsort(x), 3), None),
    "nunique": (lambda e, x: e.nunique(x), None),
    "pad": (lambda e, x: e.pad(x, 1, constant_values=2.0), lambda a: np.pad(a, 1, constant_values=2.0)),
    "setdiff1d": (lambda e, x: e.setdiff1d(x, xp.asarray([0.5])), lambda a: np.sort(a[1:])),
    "sinc": (lambda e, x: e.sinc(x), np.sinc),
    "expand_dims": (lambda e, x: e.expand_dims(x, axis=(0, 1)), lambda a: a[None, None]),
    "isclose": (lambda e, x: e.isclose(x, x + 1e-12), None),
    "create_diagonal": (lambda e, x: e.create_diagonal(x), np.diag),
    "nan_to_num": (lambda e, x: e.nan_to_num(x), lambda a: a),
    "angle": (lambda e, x: e.angle(x + 1j), lambda a: np.angle(a + 1j)),
    "partition": (lambda e, x: e.partition(x, 1), lambda a: np.partition(a, 1)),
    "argpartition": (lambda e, x: e.argpartition(x, 1), None),
    "union1d": (lambda e, x: e.union1d(x, x), np.sort),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", EXTRA)
def test_array_api_extra(name: str) -> None:
    """Its functions give tensors with the gradient of the same written with NumPy; others are not tracked."""
    extra = pytest.importorskip("array_api_extra")
    call, plain = EXTRA[name]
    if not hasattr(extra, name.partition(",")[0].partition(" ")[0]):
        pytest.skip("this version does not have it")
    y = call(extra, Tensor(V, requires_grad=True))
    assert isinstance(y, Tensor) and y.requires_grad == (plain is not None)
    if plain is None:
        return
    weights = np.random.default_rng(0).uniform(-1, 1, y.shape)
    np.testing.assert_allclose(y.data, plain(V))
    found = grad(lambda x: (call(extra, x) * weights).sum())(V)
    slopes = [((plain(V + h) - plain(V - h)) * weights).sum() / 2e-6 for h in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(found, slopes, rtol=1e-6, atol=1e-8)
