"""Compiled twins equal the functions of NumPy beside which they stand, and serve no call that does not fit them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from autograd import grad, threads
from autograd.native import TWINS, Twin, door, kernels, maps, softmax, table
from autograd.ops.activation import gaussian
from nn import functional
from nn.functional.native import attention, cross_entropy, embedding, gates, normalisation, planes, resampling
from tests.tables import twins_of_pools
from tests.tables.twins import ROWS, odd_rows

EACH = pytest.mark.parametrize("pair", TWINS.values(), ids=[path.rpartition(".")[2] for path in TWINS])
NEAR = {"f": (4e-6, 4e-7), "d": (4e-14, 2e-15)}  # relative, and of the largest number
LOOSER = {"convolution": 3, "attention": 4}  # sums of many products, in another order or as Winograd's
PIECES = [maps, softmax, cross_entropy, normalisation, embedding, gates, planes, resampling, attention]


def doubled(value: Any) -> Any:
    """The same in double precision; numbers that a twin has kept are not NumPy's."""
    if isinstance(value, np.ndarray | np.generic) and value.dtype.char == "f":
        return value.astype(np.float64)
    return None if value.__class__.__name__ == "Kept" else value


def parts(y: Any) -> list[Any]:
    return [v for v in (y if isinstance(y, tuple) else (y,)) if v is not None]


def name_of(pair: Twin) -> str:
    """Of the file where it stands."""
    return pair.path.partition(":")[0].rpartition(".")[2]


def check(pair: Twin, arguments: tuple[Any, ...]) -> None:
    """The twin gives what NumPy gives, in double precision."""
    found = parts(pair.native(*arguments))  # type: ignore[misc]
    wanted = parts(pair.numpy(*map(doubled, arguments)))
    dtype = arguments[pair.at].dtype
    assert len(found) == len(wanted)
    for y, right in zip(found, wanted, strict=True):
        assert y.shape == right.shape
        assert y.dtype == dtype
        relative, absolute = NEAR[dtype.char]
        largest = np.max(np.abs(right), initial=0)
        absolute *= LOOSER.get(name_of(pair), 1)
        np.testing.assert_allclose(y, right, relative, absolute * max(largest, float(largest > 0)))


@EACH
def test_a_twin_equals_numpy(pair: Twin) -> None:
    for dtype in pair.dtypes:
        for arguments in ROWS[pair.path](np.random.default_rng(0), dtype):
            check(pair, arguments)


@EACH
def test_a_planted_mistake_is_caught(pair: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    native: Callable[..., Any] = pair.native  # type: ignore[assignment]

    def wrong(*arguments: Any) -> Any:
        y = native(*arguments)
        last = parts(y)[-1]
        k = np.unravel_index(np.argmax(np.abs(last)), last.shape)
        last[k] += max(abs(last[k]), 1e-3) * 1e-4
        return y

    monkeypatch.setitem(pair.__dict__, "native", wrong)
    with pytest.raises(AssertionError):
        check(pair, ROWS[pair.path](np.random.default_rng(0), pair.dtypes[0])[-1])


@EACH
def test_odd_numbers_are_as_from_numpy(pair: Twin) -> None:
    with np.errstate(all="ignore"):
        for arguments in odd_rows(pair, "f"):
            y, right = pair.native(*arguments), pair.numpy(*arguments)  # type: ignore[misc]
            np.testing.assert_allclose(y, right, 1e-5, 1e-6)


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "frozen": lambda x: np.lib.stride_tricks.as_strided(x, writeable=False),
    "Fortran's": np.asfortranarray,
    "every other": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "backwards": lambda x: x[::-1].copy()[::-1],
    "one for all": lambda x: np.broadcast_to(x[:1], x.shape) if x.size else x,
}


@EACH
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(pair: Twin, layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each array in turn. Whether the twin takes it or NumPy: the result is the same."""
    monkeypatch.setattr(pair, "size", 1)
    for arguments in ROWS[pair.path](np.random.default_rng(0), "f")[-2:]:
        for k, value in enumerate(arguments):
            if isinstance(value, np.ndarray) and value.ndim:
                given = [*arguments]
                given[k] = LAYOUTS[layout](value)
                plain = [np.array(v, order="C") if isinstance(v, np.ndarray) else v for v in given]
                if layout == "one for all" and k and k < 3:
                    continue  # others were made of this x
                for y, right in zip(parts(pair.either(*given)), parts(pair.numpy(*map(doubled, plain))), strict=True):
                    near = 1e-6 * np.max(np.abs(right), initial=0) if name_of(pair) in LOOSER else 0
                    np.testing.assert_allclose(y, right, 1e-5, 1e-6 + near)


class Mine(np.ndarray):
    """An array of a class of its own."""


STRANGERS: dict[str, Callable[[Any], Any]] = {
    "half": lambda x: x.astype(np.float16), "long": lambda x: x.astype(np.longdouble),
    "complex": lambda x: x.astype(complex), "whole": lambda x: x.astype(np.int64),
    "swapped": lambda x: x.astype(x.dtype.newbyteorder()), "subclass": lambda x: x.view(Mine),
}  # fmt: skip


@EACH
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_what_does_not_fit_is_numpys(pair: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    class Called(BaseException):
        pass

    def fail(*arguments: Any) -> None:
        raise Called

    monkeypatch.setitem(pair.__dict__, "native", fail)
    arguments = ROWS_MADE[pair.path]
    x = arguments[pair.at]
    with pytest.raises(Called):
        monkeypatch.setattr(pair, "size", x.size)
        pair.either(*arguments)
    places = [k for k, value in enumerate(arguments) if isinstance(value, np.ndarray) and value.dtype.char == "f"]
    cases = [(make, pair.at) for make in STRANGERS.values()] + [(STRANGERS["whole"], k) for k in places]
    for make, k in cases:
        given = [*arguments]
        given[k] = make(given[k])
        with np.errstate(all="ignore"), suppress(Exception):  # NumPy's kernel may refuse it too
            pair.either(*given)
    monkeypatch.setattr(pair, "size", x.size + 1)
    for y, right in zip(parts(pair.either(*arguments)), parts(pair.numpy(*arguments)), strict=True):
        assert np.array_equal(y, right)


def outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return parts(function(*arguments))
    except FloatingPointError as error:
        return str(error)


@EACH
def test_errors_of_floating_points_raise_as_numpys(pair: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "size", 1)
    with np.errstate(all="ignore"):
        given = odd_rows(pair, "f") or ROWS[pair.path](np.random.default_rng(0), "f")[-1:]
    for arguments in given:
        with np.errstate(all="raise"):
            y, right = outcome(pair.either, arguments), outcome(pair.numpy, arguments)
        assert type(y) is type(right)
        assert y == right if isinstance(y, str) else all(map(np.array_equal, y, right, [True] * len(y)))


ROWS_MADE = {path: row(np.random.default_rng(2), "f")[-1] for path, row in ROWS.items()}


@EACH
def test_threads_give_the_same(pair: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one thread, to the last bit, however many share the work, and again in the next run."""
    shared: list[int] = []
    share = threads.share

    def counted(workers: Any) -> None:
        shared.append(len(workers))
        share(workers)

    monkeypatch.setattr(threads, "share", counted)
    for module in PIECES:
        monkeypatch.setattr(module, "PIECE", 40)
    for arguments in ROWS[pair.path](np.random.default_rng(0), "f"):
        results = []
        for count in (1, 2, 3, 3):
            monkeypatch.setattr(threads, "threads", lambda count=count: count)
            results.append(parts(pair.native(*arguments)))  # type: ignore[misc]
        for other in results[1:]:
            assert all(np.array_equal(a, b) for a, b in zip(results[0], other, strict=True))
        check(pair, arguments)
    assert {1, 2, 3} <= set(shared)


# ---------------------------------------------------------------- through the engine

T = np.array([2, 0, 8])
W = np.cos(np.arange(16, dtype="f"))[:, None]


def recurrent(function: Any, gates: int, states: int) -> Callable[..., Any]:
    """y and the last h of a network of two units over two sequences, one of which ends early."""

    def run(x: Any, w: Any) -> Any:
        x = np.stack([x, x * w], axis=1)
        inside = np.array([[True, True], [True, False], [True, False]])
        y, h, *_ = function(
            x, *[None] * states, W[: 2 * gates] * w, W[-2 * gates :] * w[:2], w[0] * W[: 2 * gates, 0], inside=inside
        )
        return np.concatenate([y, h[None]])

    return run


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "layer norm": lambda x, w: functional.layer_norm(x, 9, w, w * 2),
    "rms norm": lambda x, w: functional.rms_norm(x, 9, w),
    "group norm": lambda x, w: functional.group_norm(x.reshape(1, 9, 3), 3, w, w * 2),
    "batch norm": lambda x, w: functional.batch_norm(
        np.tile(x, 20).reshape(3, 9, 20), np.zeros(9), np.ones(9), w, w * 2, True
    ),
    "batch norm in evaluation": lambda x, w: functional.batch_norm(x * w, w, w * w, w, w * 2),
    "instance norm": lambda x, w: functional.instance_norm(x.reshape(1, 9, 3), None, None, w, w * 2),
    "softmax": lambda x, w: functional.softmax(x * w, -1),
    "softmax of columns": lambda x, w: functional.softmax(x * w, 0),
    "log softmax of columns": lambda x, w: functional.log_softmax(x * w, 0),
    "log softmax": lambda x, w: functional.log_softmax(x * w, 1),
    "cross entropy": lambda x, w: functional.cross_entropy(x * w, T),
    "cross entropies": lambda x, w: functional.cross_entropy(x * w, T, reduction="none"),
    "soft cross entropy": lambda x, w: functional.cross_entropy(x * w, np.abs(w * x * 2)),
    "smooth cross entropy": lambda x, w: functional.cross_entropy(x * w, T, label_smoothing=0.1, reduction="none"),
    "gelu": lambda x, w: functional.gelu(x * w), "gelu, tanh": lambda x, w: functional.gelu(x * w, "tanh"),
    "sigmoid": lambda x, w: functional.sigmoid(x * w), "silu": lambda x, w: functional.silu(x * w),
    "mish": lambda x, w: functional.mish(x * w), "elu": lambda x, w: functional.elu(x * w, 0.7),
    "selu": lambda x, w: functional.selu(x * w), "softplus": lambda x, w: functional.softplus(x * w, 2),
    "max pool": lambda x, w: functional.max_pool1d((x * w).reshape(3, 1, 9).repeat(40, 2), 5, 3),
    "average pool": lambda x, w: functional.avg_pool2d((x * w * x).reshape(3, 1, 1, 9).repeat(40, 3), (1, 5), 3),
    "embedding": lambda x, w: functional.embedding(np.array([[0, 2], [2, 2]]), x * w * x, 1),
    "interpolation": lambda x, w: functional.interpolate((x * w * x).reshape(1, 3, 3, 3), (5, 6), mode="bilinear"),
    "attention": lambda x, w: functional.scaled_dot_product_attention(x * w, x, x * w * 2, x[:, :3]),
    "causal attention": lambda x, w: functional.scaled_dot_product_attention(x * w, x * 2, x, is_causal=True),
    "relu": lambda x, w: functional.relu(x * w), "logsigmoid": lambda x, w: functional.logsigmoid(x * w),
    "leaky relu": lambda x, w: functional.leaky_relu(x * w), "relu6": lambda x, w: functional.relu6(x * w),
    "hardsigmoid": lambda x, w: functional.hardsigmoid(x * w), "hardswish": lambda x, w: functional.hardswish(x * w),
    "softsign": lambda x, w: functional.softsign(x * w), "gaussian": lambda x, w: gaussian(x * w),
    "threshold": lambda x, w: functional.threshold(x * w, 0.5, -1.0), "prelu": lambda x, w: functional.prelu(x, w),
    "LSTM": recurrent(functional.lstm, 4, 2), "GRU": recurrent(functional.gru, 3, 1),
}  # fmt: skip


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], list[str]]]:
    """Have all calls take a twin, or none; the list tells which were taken."""
    natives = {path: pair.native for path, pair in TWINS.items()}
    taken: list[str] = []

    def turn(on: bool) -> list[str]:
        for path, pair in TWINS.items():

            def noted(*arguments: Any, path: str = path, **options: Any) -> Any:
                taken.append(path)
                return natives[path](*arguments, **options)  # type: ignore[misc]

            monkeypatch.setitem(pair.__dict__, "native", noted if on else None)
            monkeypatch.setattr(pair, "size", 1)
        return taken

    yield turn
    assert taken


@pytest.mark.parametrize("name", FUNCTIONS)
def test_first_and_second_derivatives(name: str, switch: Callable[[bool], list[str]]) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(3, 9)).astype("f"), (rng.normal(size=9) + 2).astype("f")

    def loss(x: Any, w: Any) -> Any:
        y = FUNCTIONS[name](x, w)
        return np.sum(y * np.cos(np.arange(y.size, dtype="f")).reshape(y.shape))

    def slope(x: Any, w: Any) -> Any:
        return np.sum(grad(loss)(x, w) * np.sin(np.arange(x.size, dtype="f")).reshape(x.shape))

    results = []
    for on in (True, False):
        switch(on)
        results.append([loss(x, w), *grad(loss, (0, 1))(x, w), *grad(slope, (0, 1))(x, w)])
    for y, right in zip(*results, strict=True):
        np.testing.assert_allclose(y, right, 1e-4, 1e-5 * np.max(np.abs(right), initial=1))


def test_pools_rows_and_images_take_twins_in_both_directions(switch: Callable[[bool], list[str]]) -> None:
    taken = switch(True)
    for name in ("max pool", "average pool", "embedding", "interpolation"):
        grad(lambda x, w, name=name: np.sum(FUNCTIONS[name](x, w)), (0, 1))(np.ones((3, 9), "f"), np.ones(9, "f"))
    assert set(twins_of_pools.ROWS) <= set(taken)


# ---------------------------------------------------------------- the door


def test_each_twin_has_a_row() -> None:
    assert set(TWINS) == set(ROWS)


def test_the_table_names_each() -> None:
    lines = table().splitlines()
    assert len(lines) == len(TWINS) + 1
    assert all(any(path in line for line in lines) for path in TWINS)


def test_nothing_is_imported_where_it_is_switched_off() -> None:
    program = (
        "import sys, numpy as np, nn; x = np.ones(1 << 17, 'f'); nn.functional.gelu(x); print('numba' in sys.modules)"
    )
    for value in ("0", ""):
        environment = os.environ | {"CHALKGRAD_NATIVE": value}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == str(value != "0")


def test_a_numba_that_cannot_be_imported_is_told_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = door.Twin(np.sum, "autograd.native.missing:sum", 1, "f", True, 0)
    assert not pair.fits(np.ones(3, "f"), (np.ones(3, "f"),))
    assert "numba cannot be imported" in capsys.readouterr().err


def test_where_nothing_can_be_kept_it_is_compiled_in_memory() -> None:
    names: dict[str, Any] = {}
    exec("def twice(x): return 2 * x", names)  # of no file
    assert kernels.compile_kept(names["twice"], "f8(f8)", "")(2.0) == 4


def test_compiled_code_of_another_text_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {kernel._sealed("f").__qualname__ for kernel in kernels.KERNELS}
    assert len(names) == len(kernels.KERNELS)
    monkeypatch.setattr(kernels, "seal", lambda folders: 1)
    assert not names & {kernel._sealed("f").__qualname__ for kernel in kernels.KERNELS}
