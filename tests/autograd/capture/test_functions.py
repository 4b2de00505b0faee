"""What programs do beside arithmetic, captured and eager: views, writes, keywords, numbers, dtypes, forms of memory.

Convention: a function takes arrays a and b and gives a list; it is recorded at one point and its program run at others.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .recording import MACHINES, Captured, eager, hold

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore:invalid value", "ignore:divide by zero")
SHAPE = (4, 3)


def written(write: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A copy of the first array, after it was written to."""

    def f(a: Any, b: Any) -> Any:
        x = a.copy()
        left = write(x, b)
        return [x, *([] if left is None else left)]

    return f


def element_kept(x: Any, b: Any) -> Any:
    first, row = x[0, 0], x[1]
    x[0, 0] = b[0, 0]
    x[1] = 7
    return [first * 2, row * 2]


def swapped(x: Any, b: Any) -> Any:
    x[0], x[1] = x[1].copy(), x[0].copy()


def scalars_replaced(a: Any, b: Any) -> Any:
    total = a[0, 0] * 2
    before = total
    total += b[0, 0]
    return [before, total]


def filled(a: Any, b: Any) -> Any:
    x = np.empty_like(a)
    for k in range(len(x)):
        x[k] = a[k] * b[k]
    return [x, np.full_like(a, 2.5), np.full_like(a, b[0, 0]), np.ones_like(a, dtype=int)]


def accumulated(a: Any, b: Any) -> Any:
    total = np.zeros_like(a)
    rows = []
    for k in range(3):
        total += a * k
        rows.append(total.copy())
        total *= b
    return [*rows, total, np.zeros_like(a)]


def aliased(a: Any, b: Any) -> Any:
    x = a * 1.5
    y = x.T
    y[0] = b[:, 0]
    z = x + 0
    x.reshape(-1)[2:5] = 1
    return [x, y, z, x[::-1, 1:]]


def twice(a: Any, b: Any) -> Any:
    x, y = np.exp(a), np.exp(a)
    x += 1
    return [x, y, np.exp(a)]


VIEWS: dict[str, Callable[[Any, Any], Any]] = {
    "input as it is": lambda a, b: [a, b, a],
    "view of an input": lambda a, b: [a[1:], a.T, b[::-1], a[:, None], a[..., 0]],
    "view of a temporary": lambda a, b: [(a * b)[1:, ::2], (a + b).T, np.exp(a).reshape(-1)],
    "shared result": lambda a, b: (lambda y: [y, y[1:], y.T])(a * b),
    "equal results": lambda a, b: [a * b, a * b],
    "unstack": lambda a, b: [*np.unstack(a), *np.unstack(a * b), np.sum(a)],
    "split": lambda a, b: [*np.split(a, 2), *np.array_split(b * a, 3)],
    "axes that numbers say": lambda a, b: [a.transpose(np.argsort(b[0, :2])), np.flip(a, np.argmax(b[0, :2])) * 2],
    "pickled": lambda a, b: [pickle.loads(pickle.dumps(a)) * b, a * pickle.loads(pickle.dumps(b[0, 0].item()))],
    "broadcast arrays": lambda a, b: [x + 1 for x in np.broadcast_arrays(a, b[0], np.arange(3.0))],
    "broadcast to": lambda a, b: [np.broadcast_to(a[0], (2, 3)), np.broadcast_to(a[0], (2, 3)) * 2],
    "atleast": lambda a, b: [*np.atleast_2d(a[0], b), *np.atleast_1d(a[0, 0], b)],
    "meshgrid": lambda a, b: [*np.meshgrid(a[0], b[0]), *np.meshgrid(a[0], b[0], copy=False)],
    "diagonal": lambda a, b: [np.diagonal(a), np.einsum("ii->i", a[:3]), np.trace(a)],
    "windows": lambda a, b: [np.lib.stride_tricks.sliding_window_view(a, 2, 0) * 1],
    "negative strides": lambda a, b: [a[::-1] * 2, (a[::-1] * 2)[::-1], np.flip(a) + b],
    "permuted": lambda a, b: [y := np.stack([a, b]).transpose(2, 0, 1) * 2, y[0], y[:, 1, ::2], y.T],
    "parts of complex": lambda a, b: [y := a + 1j * b, y.real, y.imag, y.real * 2, a.real, a.imag, np.conj(y)],
    "not contiguous results": lambda a, b: [y := np.linalg.eigvals(a[:3] + 5 * np.eye(3) * np.arange(3)).real,
                                        y[1:] + 1],
    "eigenvalues": lambda a, b: [*np.linalg.eig(a[:3] + 9 * np.diag([1.0, 2, 3])), *np.linalg.eigh(a[:3] @ a[:3].T)],
    "memory order": lambda a, b: [y := np.asfortranarray(a) * 2, y[:, 1], y.T[1], a.copy("F")[1:], a.ravel("F")],
    "ravel and flat": lambda a, b: [a.ravel(), a.flat[3], a.T.ravel(), (a * b).flat[1:4]],
    "bytes as integers": lambda a, b: [a.view(np.int64) & 255, (a * b).view(np.uint8)[0]],
    "attributes": lambda a, b: [a * a.itemsize, a * a.nbytes, a * a.strides[0], a.mT, a.real, a.imag],
    "nothing inside": lambda a, b: [a[:0], np.sum(a[:0], 0), a[:0] * b[:0], np.concatenate([a[:0], b])],
    "rows": lambda a, b: [sum(row * 2 for row in a), [x * y for x, y in zip(a[0], b[0], strict=True)][1]],
}  # fmt: skip
WRITES: dict[str, Callable[[Any, Any], Any]] = {
    "element": written(lambda x, b: x.__setitem__((1, 2), b[0, 0])),
    "elements kept": written(element_kept),
    "rows swapped": written(swapped),
    "row": written(lambda x, b: x.__setitem__(1, b[0])),
    "number": written(lambda x, b: x.__setitem__((slice(None), 1), 2.5)),
    "list": written(lambda x, b: x.__setitem__(1, [1, b[0, 0], 2.5])),
    "wider value": written(lambda x, b: x.__setitem__(1, b[:1])),
    "places": written(lambda x, b: x.__setitem__(([0, 2, 0], [1, 1, 1]), b[0])),
    "mask": written(lambda x, b: x.__setitem__(x > 0, 0)),
    "mask by values": written(lambda x, b: x.__setitem__(x > 0, b[x > 0])),
    "shifted": written(lambda x, b: x.__setitem__(slice(1, None), x[:-1])),
    "shifted sum": written(lambda x, b: np.add(x[1:], x[:-1], out=x[1:]) is None or None),
    "shifted in place": written(lambda x, b: x[1:].__iadd__(x[:-1]) is None or None),
    "ufunc out": written(lambda x, b: np.multiply(x, b, out=x, where=b > 0) is None or None),
    "two outs": written(lambda x, b: list(np.modf(b, out=(x, None)))),
    "reduce out": written(lambda x, b: [np.add.reduce(b, 0, out=x[0])]),
    "sum out": written(lambda x, b: [np.sum(b, 0, None, x[0]), np.sum(b, axis=0, out=x[1]), b.sum(0, None, x[2])]),
    "clip out": written(lambda x, b: [np.clip(b, -0.5, 0.5, x)]),
    "take out": written(lambda x, b: [np.take(b, [1, 0, 2], 0, x[:3])]),
    "concatenate out": written(lambda x, b: [np.concatenate([b[:1], b[2:]], 0, x[:3])]),
    "einsum out": written(lambda x, b: [np.einsum("ij,j->i", b, b[0], out=x[:, 0])]),
    "at": written(lambda x, b: np.add.at(x, ([0, 0, 1], [1, 1, 2]), b[0])),
    "copyto where": written(lambda x, b: np.copyto(x, b, where=x > 0)),
    "copyto by name": written(lambda x, b: np.copyto(src=b[0], dst=x)),
    "put": written(lambda x, b: np.put(x, [0, 3], b[0, :2])),
    "put along axis": written(lambda x, b: np.put_along_axis(x, np.argmax(b, 1, keepdims=True), 0, 1)),
    "place": written(lambda x, b: np.place(x, x > 0, b[0])),
    "putmask": written(lambda x, b: np.putmask(x, x > 0, b)),
    "fill": written(lambda x, b: x[1].fill(3)),
    "fill diagonal": written(lambda x, b: np.fill_diagonal(x, b[0, 0])),
    "sort": written(lambda x, b: x.sort(0)),
    "partition": written(lambda x, b: x.T.partition(1)),
    "nan to num": written(lambda x, b: [np.nan_to_num(np.divide(b, x - x, out=x), copy=False)]),
    "of integers": lambda a, b: [written(lambda x, b: x.__setitem__((0, 1), b[0, 0]))(np.rint(a * 9).astype(int),
                                 b * 9)[0]],
    "real part": lambda a, b: [written(lambda x, b: setattr(x, "real", b))(a + 1j * b, b * 2)[0]],
    "flat": written(lambda x, b: x.flat.__setitem__(slice(2, 4), b[0, 0])),
    "scalars replaced": scalars_replaced,
    "filled": filled,
    "accumulated": accumulated,
    "aliased": aliased,
    "twice": twice,
}  # fmt: skip
KEYWORDS: dict[str, Callable[[Any, Any], Any]] = {
    "axes": lambda a, b: [np.sum(a, (0, 1)), a.mean(1, keepdims=True), np.max(a, axis=-1), a.std(ddof=1), np.ptp(a,
                          0)],
    "where": lambda a, b: [np.sum(a, where=b > 0), np.mean(a, 0, where=np.array([[True], [True], [False], [True]])),
                           np.max(a, initial=0.5, where=b > 0)],
    "dtype": lambda a, b: [np.sum(a, dtype=np.float32), np.add(a, b, dtype=np.float32), a.astype(np.float16),
                           np.cumsum(a, dtype="f4")],
    "casting": lambda a, b: [np.add(a, b, dtype=np.int64, casting="unsafe"), np.astype(a * 9, np.int32)],
    "reduce": lambda a, b: [np.add.reduce(a), np.multiply.reduce(a, axis=None), np.maximum.reduce(a, 1,
                            keepdims=True),
                            np.add.reduce(a, initial=10, where=b > 0), np.logical_or.reduce(a > 0), np.hypot.reduce(a)],
    "accumulate": lambda a, b: [np.add.accumulate(a), np.maximum.accumulate(a, 1), np.multiply.accumulate(a, axis=0)],
    "reduceat": lambda a, b: [np.add.reduceat(a, [0, 2, 1]), np.add.reduceat(a, [0, 2], 1)],
    "outer": lambda a, b: [np.multiply.outer(a[0], b[0]), np.subtract.outer(a, b[1]), np.add.outer(a[0], 2)],
    "several results": lambda a, b: [*np.modf(a), *np.frexp(a), *np.divmod(a, b), *np.histogram(a, 3, (-2, 2))],
    "decompositions": lambda a, b: [*np.linalg.qr(a), *np.linalg.slogdet(a[:3]), *np.linalg.lstsq(a, b)],
    "sorting": lambda a, b: [np.sort(a, 0), np.argsort(a), np.partition(a, 1), np.argmax(a, 0), np.median(a, 1),
                             np.searchsorted(np.sort(a[0]), b[0])],
    "sums to Python": lambda a, b: [a * float(np.allclose(a, a)), a + (2 if np.array_equal(a, a) else 3)],
    "like": lambda a, b: [np.zeros(3, like=a), np.array([1, 2], like=a) * a[0, 0], np.eye(2, like=a),
                          np.asarray([1.0], like=a) + b],
    "joined": lambda a, b: [np.concatenate([a, b], 1), np.stack([a[0], b[1]], -1), np.block([[a, b], [b, a]]),
                            np.vstack([a, [1, 2, 3]])],
    "chosen": lambda a, b: [np.where(a > 0, a, b), np.where(a > 0, a, 0), np.select([a > 1, b > 0], [a, b], 9),
                            np.choose(np.argmax(a, 1), b.T)],
    "taken": lambda a, b: [a[[0, 2]], a[:, [1, 1]], np.take(a, [0, 5]), np.take_along_axis(a, np.argsort(b, 1), 1),
                           a[np.argmax(b[:, 0])]],
    "counted": lambda a, b: [np.count_nonzero(a > 0), np.any(a > 1), (a > 0).sum(1), np.isnan(a).any()],
    "interpolated": lambda a, b: [np.interp(b[0], np.sort(a[:, 0]), a[:, 1]), np.gradient(a, axis=0), np.diff(a, 2,
                                  0), np.trapezoid(a)],
    "along axis": lambda a, b: [np.apply_along_axis(np.cumsum, 0, a), np.piecewise(a, [b > 0], [1, 2])],
    "padded": lambda a, b: [np.pad(a, 1), np.pad(a, ((1, 0), (2, 1)), "edge"), np.roll(a, 1, 0), np.tile(a, (2, 1)),
                            np.repeat(a, 2, 1), np.kron(a, b[:2])],
    "products": lambda a, b: [a @ b.T, np.dot(a.T, b), np.inner(a, b), np.vdot(a, b), np.tensordot(a, b, 1 * [[0, 1],
                              [0, 1]]),
                              np.einsum("ij,kj->ik", a, b, optimize=True), np.cross(a, b), np.matvec(a, b[0])],
    "transforms": lambda a, b: [np.fft.fft(a), np.fft.irfft2(a), np.fft.fftshift(a), np.fft.rfft(a, 4, 0)],
    "logic": lambda a, b: [a > b, ~(a > b), (a > 0) & (b > 0), np.logical_xor(a > 0, b > 0), np.isclose(a, b),
                           np.sign(a), (a > 0) * 2],
    "rounded": lambda a, b: [np.round(a, 1), a.round(), np.floor(a), np.trunc(a), np.rint(a), a // 0.3, a % 0.3,
                             a.clip(-1, 1)],
}  # fmt: skip
TABLES = {"views": VIEWS, "writes": WRITES, "keywords": KEYWORDS}
ROWS = {f"{table}: {name}": f for table, rows in TABLES.items() for name, f in rows.items()}


def points(dtype: Any) -> list[tuple[Any, Any]]:
    found = []
    for seed in (0, 1, 0, 2, 3):
        rng = np.random.default_rng(seed)
        a, b = rng.uniform(0.3, 2.0, (2, *SHAPE)) * rng.choice([-1, 1], (2, *SHAPE))
        found.append((a.astype(dtype), b.astype(dtype)))
    return found


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", ROWS)
def test_programs_do_what_functions_do(name: str, machine: str) -> None:
    captured = Captured(machine)
    for a, b in points(float):

        def f(enter: Any, a: Any = a, b: Any = b) -> Any:
            return ROWS[name](enter(a), enter(b))

        expected, given = eager(f)
        hold(captured(f, given), expected)
    assert captured.runs
    assert not captured.paths[0].tape.reason
