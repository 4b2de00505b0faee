"""Products of matrices, and the extensions ``linalg`` and ``fft``: held against sums written out."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .case import Case, case
from .elementwise import COMPLEX, FLOATS, INTEGERS

A = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.5], [0.5, -0.5, 2.0]])  # symmetric, positive definite
B = np.array([[1.0, 2.0], [-0.5, 1.5], [2.0, -1.0]])
C = np.array([[1.0, 2.0 + 1j], [2.0 - 1j, 7.0]])
V, W = np.array([1.0, -2.0, 0.5]), np.array([2.0, 0.5, 3.0])
CROSS = np.array([-6.25, -2.0, 4.5])
DET = 19.75
INTEGER = np.dtype(np.int_)


def adjoint(a: Any) -> Any:
    return a.conj().swapaxes(-1, -2)


def product(a: Any, b: Any) -> Any:
    """Σ a[i, k] b[k, j], written out."""
    return np.array([[sum(a[i, k] * b[k, j] for k in range(len(b))) for j in range(b.shape[1])] for i in range(len(a))])


def cases() -> Iterator[Case]:
    for dtype in [*INTEGERS, *FLOATS, *COMPLEX]:
        a, b = np.array([[1, 2], [3, 4]], dtype), np.array([[5], [6]], dtype)
        yield case("matmul", a, b, gives=np.array([[17], [39]], dtype))
        yield case("tensordot", a, b, axes=1, gives=np.array([[17], [39]], dtype))
        yield case("vecdot", a, b[:, 0], gives=np.array([17, 39], dtype))
        yield case("matrix_transpose", a, gives=np.array([[1, 3], [2, 4]], dtype))
    yield case("matmul", V, A, gives=np.array([2.25, -5.25, 2.5]))
    yield case("matmul", V, W, gives=np.array(2.5))
    yield case("matmul", np.stack([A, A]), B, gives=np.stack([product(A, B)] * 2))
    yield case("tensordot", A, A, gives=np.array(float((A * A).sum())))
    yield case("tensordot", A, B, axes=((0,), (0,)), gives=product(A.T, B))
    yield case("vecdot", np.array([1j, 2.0]), np.array([1j, 1.0]), gives=np.array(3.0 + 0j))
    yield case("vecdot", B, B, axis=-2, gives=np.array([5.25, 7.25]))
    for name in ("matmul", "matrix_transpose", "tensordot", "vecdot"):  # they stand in linalg, too
        args = (A,) if name == "matrix_transpose" else (A, A)
        gives = {"matmul": product(A, A), "matrix_transpose": A, "tensordot": np.array(float((A * A).sum()))}
        yield case(f"linalg.{name}", *args, gives=gives.get(name, (A * A).sum(1)))
    yield from matrices()
    yield from transforms()


def matrices() -> Iterator[Case]:
    for a in (A, A.astype("f4"), C, C.astype("c8"), np.stack([A, 2 * A])):
        n = a.shape[-1]
        one = np.broadcast_to(np.eye(n, dtype=a.dtype), a.shape)
        real = np.zeros(1, a.dtype).real.dtype
        fixed = a.dtype.kind != "c"  # the phases of complex vectors are not, so they have no derivative
        traces = np.trace(a, axis1=-2, axis2=-1).real.astype(real)
        yield case("linalg.cholesky", a, of=lambda y: y @ adjoint(y), gives=a)
        yield case(
            "linalg.cholesky", a, upper=True, of=lambda y: np.triu(y.conj().swapaxes(-1, -2) @ y), gives=np.triu(a)
        )
        yield case("linalg.inv", a, of=lambda y, a=a: a @ y, gives=np.array(one))
        yield case("linalg.solve", a, a, gives=np.array(one))
        yield case("linalg.pinv", a, of=lambda y, a=a: a @ y, gives=np.array(one))
        yield case("linalg.eigh", a, of=lambda w, v: (v * w[..., None, :]) @ adjoint(v), gives=a, smooth=fixed)
        yield case("linalg.eigvalsh", a, of=lambda w: w.sum(-1), gives=traces)
        # LAPACK turns the last column of a complex q unless its number is real already: in a Hermitian one by chance
        b = a if fixed else a * np.array([1] * (n - 1) + [1 + 0.5j], a.dtype)
        yield case("linalg.qr", b, of=lambda q, r: q @ np.triu(r), gives=b)
        yield case("linalg.qr", b, mode="complete", of=lambda q, r: adjoint(q) @ q, gives=np.array(one))
        yield case("linalg.svd", a, of=lambda u, s, v: (u * s[..., None, :]) @ v, gives=a, smooth=fixed)
        yield case("linalg.svdvals", a, of=lambda s: (s**2).sum(-1), gives=(abs(a) ** 2).sum((-1, -2)))
        yield case("linalg.matrix_rank", a, gives=np.full(a.shape[:-2], n, INTEGER))
        yield case("linalg.matrix_power", a, 3, gives=a @ a @ a)
        yield case("linalg.matrix_power", a, -1, of=lambda y, a=a: a @ y, gives=np.array(one))
        yield case("linalg.matrix_norm", a, gives=np.asarray(np.sqrt((abs(a) ** 2).sum((-1, -2)))))
        yield case("linalg.trace", a, gives=np.array(sum(a[..., k, k] for k in range(n))))
        yield case("linalg.diagonal", a, offset=1, gives=np.stack([a[..., k, k + 1] for k in range(n - 1)], -1))
    yield case("linalg.det", A, gives=np.array(DET))
    yield case("linalg.det", np.stack([A, 2 * A]), gives=np.array([DET, 8 * DET]))
    yield case("linalg.det", C, gives=np.array(2.0 + 0j))
    yield case("linalg.slogdet", A, gives=(np.array(1.0), np.array(math.log(DET))), smooth=False)
    yield case("linalg.slogdet", A[::-1].copy(), gives=(np.array(-1.0), np.array(math.log(DET))), smooth=False)
    yield case("linalg.svd", B, full_matrices=False, of=lambda u, s, v: (u * s) @ v, gives=B)
    yield case(
        "linalg.svd", B, full_matrices=True, of=lambda u, s, v: np.array(u.shape), gives=np.array([3, 3]), smooth=False
    )
    yield case("linalg.qr", B, of=lambda q, r: q @ r, gives=B)
    yield case("linalg.qr", B, mode="complete", of=lambda q, r: adjoint(q) @ q, gives=np.eye(3), loud="any basis")
    yield case("linalg.qr", B, mode="complete", of=lambda q, r: q @ r, gives=B, loud="any basis")
    yield case("linalg.solve", A, V, of=lambda y: A @ y, gives=V)
    yield case("linalg.solve", A, B, of=lambda y: A @ y, gives=B)
    yield case("linalg.pinv", B, rtol=1e-10, of=lambda y: y @ B, gives=np.eye(2))
    yield case("linalg.matrix_rank", product(B, B.T), gives=np.array(2, INTEGER))
    yield case("linalg.matrix_rank", A, rtol=0.5, gives=np.array(2, INTEGER))
    yield case("linalg.cross", V, W, gives=CROSS)
    yield case("linalg.cross", np.stack([V, W], 1), np.stack([W, V], 1), axis=-2, gives=np.stack([CROSS, -CROSS], 1))
    yield case("linalg.outer", V, W[:2], gives=np.array([[2.0, 0.5], [-4.0, -1.0], [1.0, 0.25]]))
    yield case("linalg.trace", np.array([[1, 2], [3, 4]], "i1"), gives=np.array(5, INTEGER))
    yield case("linalg.trace", A.astype("f4"), offset=-1, dtype=FLOATS[1], gives=np.array(0.5))
    yield case("linalg.diagonal", B, gives=np.array([1.0, 1.5]))
    for order, gives in (("fro", math.sqrt(12.5)), (1, 4.5), (math.inf, 3.0), (-1, 3.5), (-math.inf, 2.0)):
        yield case("linalg.matrix_norm", B, ord=order, gives=np.array(gives))
    yield case("linalg.matrix_norm", np.diag([3.0, 4.0]), ord=2, keepdims=True, gives=np.array([[4.0]]))
    yield case("linalg.matrix_norm", np.diag([3.0, 4.0]), ord="nuc", gives=np.array(7.0))
    yield case("linalg.matrix_norm", np.diag([3.0, 4.0]), ord=-2, gives=np.array(3.0))
    yield case("linalg.vector_norm", np.array([[3.0, -4.0]]), gives=np.array(5.0))
    for order, gives in ((1, 7.0), (math.inf, 4.0), (-math.inf, 3.0), (3, 91 ** (1 / 3)), (0, 2.0), (-1, 12 / 7)):
        yield case("linalg.vector_norm", np.array([3.0, -4.0]), ord=order, gives=np.array(gives), smooth=order != 0)
    yield case("linalg.vector_norm", B, axis=1, keepdims=True, gives=np.sqrt((B * B).sum(1, keepdims=True)))
    yield case("linalg.vector_norm", np.array([3j, 4.0], "c8"), gives=np.array(5.0, "f4"))


def spectrum(x: Any, n: int, sign: int = -1) -> list[complex]:
    """Σ x[j] exp(∓2πi jk / n), written out, of x cut off or filled with 0."""
    x = [*map(complex, x), *[0j] * n][:n]
    return [sum(x[j] * cmath.exp(sign * 2j * math.pi * j * k / n) for j in range(n)) for k in range(n)]


def transforms() -> Iterator[Case]:
    z = np.array([1.0 + 1j, -0.5, 2j, 0.25])
    x = np.array([1.0, -0.5, 2.0, 0.25])
    for dtype, real in (("c16", "f8"), ("c8", "f4")):
        yield case("fft.fft", z.astype(dtype), gives=np.array(spectrum(z, 4), dtype))
        yield case("fft.ifft", z.astype(dtype), gives=np.array(spectrum(z, 4, 1), dtype) / 4)
        yield case("fft.rfft", x.astype(real), gives=np.array(spectrum(x, 4)[:3], dtype))
        yield case("fft.irfft", np.array(spectrum(x, 4)[:3], dtype), gives=x.astype(real))
        yield case("fft.hfft", np.array(spectrum(x, 4)[:3], dtype).conj(), gives=4 * x.astype(real))
        yield case("fft.ihfft", x.astype(real), gives=np.array(spectrum(x, 4)[:3], dtype).conj() / 4)
        square = np.array([spectrum(r, 2) for r in z.reshape(2, 2)], dtype)
        both = np.stack([square[0] + square[1], square[0] - square[1]])
        yield case("fft.fftn", z.astype(dtype).reshape(2, 2), gives=both)
        yield case("fft.ifftn", both, gives=z.astype(dtype).reshape(2, 2))
        half = np.array([[2.75, 3.25], [-1.75, -0.25]], dtype)
        yield case("fft.rfftn", x.astype(real).reshape(2, 2), gives=half)
        yield case("fft.irfftn", half, gives=x.astype(real).reshape(2, 2))
        yield case("fft.fftfreq", 4, d=0.5, dtype=np.dtype(real), gives=np.array([0, 0.5, -1, -0.5], real))
        yield case("fft.rfftfreq", 4, d=0.5, dtype=np.dtype(real), gives=np.array([0, 0.5, 1], real))
    yield case("fft.fftfreq", 5, device="cpu", gives=np.array([0, 0.2, 0.4, -0.4, -0.2]))
    yield case("fft.rfftfreq", 5, gives=np.array([0, 0.2, 0.4]))
    yield case("fft.fft", z, n=6, norm="ortho", gives=np.array(spectrum(z, 6)) / math.sqrt(6))
    yield case("fft.fft", z, n=3, norm="forward", gives=np.array(spectrum(z, 3)) / 3)
    yield case("fft.fft", np.stack([z, 2 * z], 1), axis=0, gives=np.stack([spectrum(z, 4), spectrum(2 * z, 4)], 1))
    yield case("fft.ifft", z, norm="forward", gives=np.array(spectrum(z, 4, 1)))
    yield case("fft.rfft", x, n=5, gives=np.array(spectrum(x, 5)[:3]))
    yield case("fft.irfft", np.array(spectrum(x[:3], 3)[:2]), n=3, gives=x[:3].copy())
    yield case("fft.fftn", z.reshape(2, 2), axes=(1,), gives=np.array([spectrum(r, 2) for r in z.reshape(2, 2)]))
    yield case(
        "fft.fftn", z.reshape(2, 2), s=(3,), axes=(1,), gives=np.array([spectrum(r, 3) for r in z.reshape(2, 2)])
    )
    shifted, back = np.array([3.0, 4.0, 0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    yield case("fft.fftshift", back, gives=shifted)
    yield case("fft.ifftshift", shifted, gives=back)
    yield case("fft.fftshift", np.stack([back, back]), axes=(1,), gives=np.stack([shifted, shifted]))
