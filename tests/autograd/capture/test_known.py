"""The table of what the compiled loop does is true: an example of each line runs in it, and gives what NumPy gives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="the native machine is compiled by numba")
from autograd.capture.native.known import known, table

from .loop import C16, F8, I8, ROOT, check, some

KEY = np.array([2, 0, 2])


def changed(x: Any, change: Callable[[Any], Any]) -> Any:
    """A copy of x after a function has written to it."""
    y = x * 1.0
    change(y)
    return y


def put(y: Any) -> None:
    y[KEY] = 3.0


EXAMPLES: dict[str, Callable[[Any, Any], Any]] = {
    "all": lambda x, y: np.all(x > 0, axis=0), "any": lambda x, y: (x > 0).any(), "argmax": lambda x, y: x.argmax(0),
    "argmin": lambda x, y: np.argmin(x, axis=1), "array": lambda x, y: np.array(x.T, order="C", like=x),
    "asarray": lambda x, y: np.asarray(x > 0, dtype=F8, like=x),
    "ascontiguousarray": lambda x, y: np.ascontiguousarray(x.T, like=y),
    "astype": lambda x, y: x.astype(np.float32), "broadcast_to": lambda x, y: np.broadcast_to(x[0], (4, 3)) + x[0, 0],
    "cholesky": lambda x, y: np.linalg.cholesky(x @ x.T + np.eye(3)), "clip": lambda x, y: np.clip(x, -1, 1),
    "concatenate": lambda x, y: np.concatenate([x, y]), "conj": lambda x, y: (x * 1j).conj(),
    "conjugate": lambda x, y: (x * 1j).conjugate(), "copy": lambda x, y: x.T.copy(),
    "copyto": lambda x, y: changed(x, lambda z: np.copyto(z, y, where=y > 0)),
    "count_nonzero": lambda x, y: np.count_nonzero(x > 0, axis=1), "cumprod": lambda x, y: x.cumprod(1),
    "cumsum": lambda x, y: np.cumsum(x, axis=0), "det": lambda x, y: np.linalg.det(x), "dot": lambda x, y: x.dot(y),
    "einsum": lambda x, y: np.einsum("ij,kj->ik", x, y), "flatten": lambda x, y: x.T.flatten(),
    "full": lambda x, y: np.full((3,), 2.0, like=x) + x, "full_like": lambda x, y: np.full_like(x, 2.0) + y,
    "getitem": lambda x, y: x[KEY], "inv": lambda x, y: np.linalg.inv(x), "max": lambda x, y: x.max(0),
    "mean": lambda x, y: np.mean(x, axis=1), "min": lambda x, y: x.min(), "prod": lambda x, y: np.prod(x, axis=0),
    "put_along_axis": lambda x, y: changed(x, lambda z: np.put_along_axis(z, np.argmax(x, 0)[None], 0.0, 0)),
    "ravel": lambda x, y: np.ravel(x.T), "reshape": lambda x, y: x.T.reshape(9), "roll": lambda x, y: np.roll(x, 1, 0),
    "setitem": lambda x, y: changed(x, put), "slogdet": lambda x, y: tuple(np.linalg.slogdet(x)),
    "solve": lambda x, y: np.linalg.solve(x, y), "stack": lambda x, y: np.stack([x, y]), "sum": lambda x, y: x.sum(1),
    "take": lambda x, y: np.take(x, KEY, axis=1), "tensordot": lambda x, y: np.tensordot(x, y, 1),
    "take_along_axis": lambda x, y: np.take_along_axis(x, np.argmin(y, axis=0)[None], 0),
    "tril": lambda x, y: np.tril(x), "triu": lambda x, y: np.triu(x, 1), "where": lambda x, y: np.where(x > 0, x, y),
    "matmul": lambda x, y: x @ y, "vecdot": lambda x, y: np.vecdot(x, y), "matvec": lambda x, y: np.matvec(x, y[0]),
    "vecmat": lambda x, y: np.vecmat(x[0], y), "accumulate": lambda x, y: np.maximum.accumulate(x, axis=0),
    "at": lambda x, y: changed(x, lambda z: np.add.at(z, KEY, y)), "outer": lambda x, y: np.subtract.outer(x[0], y[0]),
    "reduce": lambda x, y: np.add.reduce(x, axis=0),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["functions, methods", "products", "methods of ufuncs"])
def test_functions_of_the_table(kind: str) -> None:
    arrays, others = [[np.random.default_rng(s + k).normal(size=(3, 3)) for k in (0, 1)] for s in (1, 5)]
    for name in known()[kind]:
        check(EXAMPLES[name], arrays, others, loose=True)


@pytest.mark.parametrize(
    ("kind", "dtypes"),
    [("float64, float32", [F8, np.float32]), ("integers, bool", [I8, np.int32, np.uint8]), ("complex128", [C16])],
)
def test_operations_of_the_table(kind: str, dtypes: list[Any]) -> None:
    for name in known()[kind]:
        ufunc = getattr(np, name)
        for dtype in dtypes:
            arrays, others = [[some(seed + k, (3, 3), dtype) for k in range(ufunc.nin)] for seed in (1, 5)]
            if dtype is C16:
                arrays, others = [[np.where(np.isfinite(x), x, 2j) for x in own] for own in (arrays, others)]
            check(ufunc, arrays, others, signed=False)


def test_the_table_is_printed() -> None:
    command = [sys.executable, "-m", "autograd.capture.native"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert printed.strip() == table().strip()
    for names in known().values():
        assert all(f"`{name}`" in printed for name in names)
