"""What arrays on a GPU do as NumPy's do: ``out=`` and casting, half precision, and the GPU that is not the current one.

Convention: as in ``test_gpu``, whose stand-in refuses work on arrays that are not on the current GPU.
"""

from __future__ import annotations

import copy
import importlib
import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import nn
import optim
import optim.launch
from autograd import Tensor
from autograd.native import FORMS

from ..cupy_standin.array import Device, ndarray
from ..cupy_standin.kernels import COMPILER
from ..cupy_standin.module import installed
from ..tables.optimizers import ROWS
from ..tables.subjects import SUBJECTS
from .test_foreign import derivatives, trained

pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.skipif(not COMPILER, reason="kernels are compiled by a C compiler, and there is none"),
]


@pytest.fixture(autouse=True, scope="module")
def cupy() -> Iterator[Any]:
    with installed() as module:
        yield module


def on_gpu(x: Any, number: int = 0) -> Any:
    """A new array on a GPU, of these numbers."""
    from autograd.gpu import entered

    return entered(ndarray(np.array(x), Device(number)))


def got(y: Any) -> Any:
    """The numbers, on the CPU."""
    return tuple(map(got, y)) if isinstance(y, tuple) else y if isinstance(y, np.ndarray | np.generic) else y.get()


# ---------------------------------------------------------------- out= and casting

X = np.random.default_rng(0).normal(size=(3, 4))
SMALL = np.array([[100, -100, 3], [7, 100, 2]], np.int8)
A: tuple[Any, ...] = (3, 4)
MASK = np.array([True, False, True, True])

# A call with out=, the arrays that it is given, and the shapes and dtypes of what it writes to.
OUTS: dict[str, tuple[Callable[..., Any], Any, list[tuple[Any, str]]]] = {
    "add": (lambda x, o: np.add(x, 1, out=o), X, [(A, "d")]),
    "add where": (lambda x, o: np.add(x, 1, out=o, where=x > 0), X, [(A, "d")]),
    "add.accumulate": (lambda x, o: np.add.accumulate(x, 1, out=o), X, [(A, "d")]),
    "add.accumulate in single": (lambda x, o: np.add.accumulate(x, out=o), X, [(A, "f")]),
    "add.accumulate of int8": (lambda x, o: np.add.accumulate(x, out=o), SMALL, [((2, 3), "i")]),
    "multiply.accumulate": (lambda x, o: np.multiply.accumulate(x, out=o), X, [(A, "d")]),
    "maximum.accumulate": (lambda x, o: np.maximum.accumulate(x, 1, out=o), X, [(A, "d")]),
    "minimum.accumulate in single": (lambda x, o: np.minimum.accumulate(x, out=o), X, [(A, "f")]),
    "multiply.outer": (lambda x, o: np.multiply.outer(x, x[0], out=o), X, [((3, 4, 4), "d")]),
    "add.reduceat": (lambda x, o: np.add.reduceat(x, np.array([0, 2]), 1, out=o), X, [((3, 2), "d")]),
    "add.reduce": (lambda x, o: np.add.reduce(x, 0, out=o), X, [((4,), "f")]),
    "add.reduce of int8": (lambda x, o: np.add.reduce(x, 0, out=o), SMALL, [((3,), "b")]),
    "maximum.reduce": (lambda x, o: np.maximum.reduce(x, 0, out=o), X, [((4,), "f")]),
    "any": (lambda x, o: np.any(x > 1, axis=0, out=o), X, [((4,), "d")]),
    "sum": (lambda x, o: np.sum(x, axis=0, out=o), X, [((4,), "d")]),
    "mean": (lambda x, o: np.mean(x, axis=0, out=o), X, [((4,), "f")]),
    "mean of int8": (lambda x, o: np.mean(x, axis=0, out=o), SMALL, [((3,), "d")]),
    "var": (lambda x, o: np.var(x, axis=0, out=o), X, [((4,), "d")]),
    "var where": (lambda x, o: np.var(x, axis=0, out=o, where=x < 1), X, [((4,), "d")]),
    "std": (lambda x, o: np.std(x, axis=0, out=o), X, [((4,), "d")]),
    "vecdot": (lambda x, o: np.vecdot(x, x, out=o), X, [((3,), "d")]),
    "divmod": (lambda x, *o: np.divmod(x, 0.3, out=o), X, [(A, "d"), (A, "d")]),
    "divmod in single": (lambda x, *o: np.divmod(x, 0.3, out=o), X, [(A, "f"), (A, "f")]),
    "modf": (lambda x, *o: np.modf(x, out=o), X, [(A, "d"), (A, "d")]),
    "modf where": (lambda x, *o: np.modf(x, out=o, where=x > 0), X, [(A, "d"), (A, "d")]),
    "modf, one given": (lambda x, o: np.modf(x, out=(None, o))[::-1], X, [(A, "d")]),
    # refused, as by NumPy
    "sum of the wrong shape": (lambda x, o: np.add.reduce(x, 0, out=o), X, [((2, 4), "d")]),
    "outer to whole numbers": (lambda x, o: np.multiply.outer(x, x[0], out=o), X, [((3, 4, 4), "i")]),
    "vecdot to whole numbers": (lambda x, o: np.vecdot(x, x, out=o), X, [((3,), "i")]),
    "divmod to whole numbers": (lambda x, *o: np.divmod(x, 0.3, out=o), X, [(A, "i"), (A, "d")]),
}  # fmt: skip
# NumPy's reductions cut to whole numbers before they add up, and say nothing. These say it.
LOSSY: dict[str, tuple[Callable[..., Any], Any, list[tuple[Any, str]]]] = {
    "accumulate to whole numbers": (lambda x, o: np.add.accumulate(x, out=o), X, [(A, "i")]),
    "maxima to whole numbers": (lambda x, o: np.maximum.accumulate(x, out=o), X, [(A, "i")]),
    "sum to whole numbers": (lambda x, o: np.add.reduce(x, 0, out=o), X, [((4,), "i")]),
    "sum of complex to real": (lambda x, o: np.add.reduce(x * 1j, 0, out=o), X, [((4,), "d")]),
    "mean to whole numbers": (lambda x, o: np.mean(x, axis=0, out=o), X, [((4,), "i")]),
}


@pytest.mark.parametrize("name", [name for name in OUTS if name != "vecdot" or hasattr(np, "vecdot")])
def test_results_are_written_to_out(name: str) -> None:
    call, x, outs = OUTS[name]
    expected = [np.full(shape, 9, kind) for shape, kind in outs]
    mine = [on_gpu(o) for o in expected]
    try:
        call(x, *expected)
    except (TypeError, ValueError) as error:
        with pytest.raises(TypeError if isinstance(error, TypeError) else ValueError):
            call(on_gpu(x), *mine)
        return
    found = call(on_gpu(x), *mine)
    assert found is mine[0] or found[0] is mine[0]
    for o, e in zip(mine, expected, strict=True):
        np.testing.assert_allclose(o.get(), e, rtol=1e-6)
        assert o.dtype == e.dtype


@pytest.mark.parametrize("name", LOSSY)
def test_reductions_do_not_lose_digits_in_silence(name: str) -> None:
    call, x, ((shape, kind),) = LOSSY[name]
    with pytest.raises(TypeError, match=r"of out= by the rule 'same_kind'"):
        call(on_gpu(x), on_gpu(np.zeros(shape, kind)))


def test_out_of_numpys_is_refused() -> None:
    for o in (np.zeros((3, 4)), np.zeros(())):
        with pytest.raises(ValueError, match="on two devices"):
            np.add(on_gpu(X), 1, out=o)
    with pytest.raises(ValueError, match="on two devices"):
        np.add.reduce(on_gpu(X), axis=None, out=np.zeros(()))


@pytest.mark.parametrize("order", [2, 1, 3, 0, np.inf, -np.inf])
def test_norms_of_whole_numbers(order: float) -> None:
    for f in (np.linalg.vector_norm, lambda x, **o: np.linalg.norm(x.ravel(), **o)):
        np.testing.assert_allclose(got(f(on_gpu(SMALL), ord=order)), f(SMALL, ord=order), rtol=1e-12)
    assert np.linalg.vector_norm(on_gpu(SMALL)).dtype == np.float64


@pytest.mark.parametrize("casting", ["no", "equiv", "safe", "same_kind", "unsafe"])
@pytest.mark.parametrize("dtype", ["f", "d", "i", "D"])
def test_astype_obeys_casting(casting: Any, dtype: str) -> None:
    try:
        expected = X.astype(dtype, casting=casting)
    except TypeError:
        with pytest.raises(TypeError, match=casting):
            on_gpu(X).astype(dtype, casting=casting)
    else:
        np.testing.assert_array_equal(on_gpu(X).astype(dtype, casting=casting).get(), expected)


# ---------------------------------------------------------------- half precision

HALF: dict[str, Callable[..., Any]] = {
    "softmax": lambda x: nn.functional.softmax(x, -1),
    "attention": lambda x: nn.functional.scaled_dot_product_attention(x, x, x),
    "convolution": lambda x: nn.functional.conv1d(x, x[:, :, :2].reshape(-1, 3, 2)),
    "pooling": lambda x: nn.functional.max_pool1d(x, 2),
    "normalisation": lambda x: nn.functional.layer_norm(x, 4),
    "embedding": lambda x: nn.functional.embedding(np.array([0, 2, 0]), x[0]),
    "recurrent": lambda x: nn.LSTM(4, 3).half().to(x.device)(x)[0],
    "gru": lambda x: nn.GRU(4, 3).half().to(x.device)(x)[0],
}


@pytest.mark.parametrize("name", HALF)
def test_no_kernel_is_given_half_precision(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What computes in half goes by NumPy's functions; what computes in single for it may take kernels."""
    from autograd.gpu.kernels import Kernel

    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float16)
    right = Kernel.__call__

    def numbers(enter: Callable[[Any], Any]) -> list[Any]:
        nn.seed(0)
        t = Tensor(enter(x), requires_grad=True)
        y = HALF[name](t)
        np.sum(y * y).backward()
        return [y.data, t.grad]

    def call(self: Any, *inputs: Any, **options: Any) -> Any:
        assert not any(getattr(a, "dtype", None) == np.float16 for a in (*inputs, *options.get("out", ())))
        return right(self, *inputs, **options)

    monkeypatch.setattr(Kernel, "__call__", call)
    for d, e in zip(numbers(on_gpu), numbers(np.copy), strict=True):
        assert d.dtype == e.dtype == np.float16
        np.testing.assert_allclose(d.get(), e, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("path", FORMS)
def test_every_form_refuses_half_precision(path: str) -> None:
    """Itself, whoever calls it: all that it is given is in half."""
    module, _, name = path.partition(":")
    form = getattr(importlib.import_module(module), name)
    count = form.__code__.co_argcount
    assert form(*[on_gpu(np.ones((2, 2, 4), np.float16))] * min(count, 9)) is NotImplemented


# ---------------------------------------------------------------- memories of an optimizer


def test_memories_of_another_shape_are_left_to_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel would broadcast them."""
    x, g = on_gpu(np.ones((2, 3))), on_gpu(np.ones((2, 3)))
    monkeypatch.setattr(optim.launch.Batch, "begin", lambda self, *given: optim.launch.Launch(given, []))
    batch = optim.launch.Batch(lambda: None, {}, False)
    for shape, fits in (((2, 3), True), ((3, 2), False), ((6,), False)):
        assert batch.fits(1, g, [on_gpu(np.ones(shape))], batch.arguments, x) is fits


# ---------------------------------------------------------------- the second GPU

WORDS = ("convolution:", "pooling:MaxPool", "normalisation:", "recurrent", "attention:", "embedding", "losses:")
LAYERS = [name for name in SUBJECTS if name.startswith(WORDS)]
OPERATIONS = [name for name in SUBJECTS if name.startswith(("reduce:", "linalg:", "index:", "products:"))][::4]
REFUSED = "on two devices, cuda:1 .* and cpu|CuPy has no|computed by SciPy"


def second(x: Any) -> Any:
    return on_gpu(x, 1)


def hold(found: list[Any], expected: list[Any]) -> None:
    """The numbers are the same, and on the second GPU, though the first is the current one."""
    assert Device().id == 0
    for d, e in zip(found, expected, strict=True):
        if e is not None:
            d = d._array if isinstance(d, Tensor) else d
            assert d.device == "cuda:1"
            np.testing.assert_allclose(d.get(), e, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", LAYERS[::3] + OPERATIONS)
def test_work_is_done_on_the_gpu_of_the_numbers(name: str) -> None:
    subject = replace(SUBJECTS[name], second=False, forward=False)
    try:
        found = derivatives(subject, second)
    except (ValueError, TypeError) as error:
        assert re.search(REFUSED, str(error)), error
    else:
        hold(found, derivatives(subject, np.copy))


@pytest.mark.parametrize("row", ROWS[::4], ids=lambda row: row.name)
def test_optimizers_work_there(row: Any) -> None:
    hold(trained(row, second), trained(row, np.copy))


ALONE: dict[str, Callable[[Any], Any]] = {
    "+": lambda x: x + x, "r-": lambda x: 1 - x, "neg": lambda x: -x, "abs": abs, "==": lambda x: x == x.copy(),
    "== None": lambda x: x == None,  # noqa: E711
    "[...]": lambda x: x[[0, 2]], "real": lambda x: x.real, "imag": lambda x: x.imag,
    "copy": lambda x: x.copy(), "copy.copy": copy.copy, "deepcopy": copy.deepcopy, "astype": lambda x: x.astype("f"),
    "reshape": lambda x: x.T.reshape(-1), "sum": lambda x: x.sum(), "clip": lambda x: x.clip(0, 1),
    "flatten": lambda x: x.flatten(), "divmod": lambda x: np.divmod(x, 0.3)[0], "tanh": np.tanh, "sort": np.sort,
    "zeros_like": np.zeros_like, "concatenate": lambda x: np.concatenate([x, x]), "pickle": lambda x: again(x),
}  # fmt: skip


def again(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


@pytest.mark.parametrize("name", ALONE)
def test_arrays_compute_where_they_are(name: str) -> None:
    hold([ALONE[name](second(X))], [ALONE[name](X)])


def test_arrays_answer_and_are_written_where_they_are() -> None:
    x, y = second(X), np.array(X)
    x[0], y[0] = 3, 3
    x[:, [1, 2]], y[:, [1, 2]] = 4, 4
    x += 1
    y += 1
    hold([x], [y])
    one = second(np.array(2.0))
    assert (float(one), int(one), bool(one), 5 in x, x.tolist()) == (2.0, 2, True, True, y.tolist())
    x.fill(0)
    assert not x.get().any()


MEETING: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda x, y: x + y, "ufunc": np.add, "out": lambda x, y: np.add(x, x, out=y),
    "concatenate": lambda x, y: np.concatenate([x, y]), "where": lambda x, y: np.where(x > 0, x, y),
    "kernel": lambda x, y: importlib.import_module("nn.functional.gpu.attention").SHARE(x, y),
}  # fmt: skip


@pytest.mark.parametrize("name", MEETING)
def test_arrays_of_two_gpus_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"operands on two devices, cuda:\d \(3, 4\) and cuda:\d"):
        MEETING[name](second(X), on_gpu(X))


def test_the_standin_refuses_work_for_another_gpu(cupy: Any) -> None:
    x = ndarray(X, Device(1))
    kernel = cupy.ElementwiseKernel("T x", "T y", "y = x")
    for call in (
        lambda: x + 1, lambda: cupy.tanh(x), lambda: cupy.sort(x), lambda: x.copy(), lambda: x[[0]], lambda: kernel(x),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="different from the current device"):
            call()
    with Device(1):
        assert (x + 1).device == Device(1)
