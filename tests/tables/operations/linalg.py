"""Rows of linear algebra: systems, determinants, decompositions, norms, and what SciPy has besides."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from autograd import linalg as own
from autograd.ops.linalg.det import cofactors_change

from .row import Row, Sample, compl, definite, distinct, nonzero, real, row, square

la = np.linalg


def rotated(*shape: int) -> Sample:
    """Complex well-conditioned matrices with well separated singular values."""

    def sample(rng: np.random.Generator) -> np.ndarray:
        k = min(shape[-2:])
        u, _, v = la.svd(rng.normal(size=shape) + 1j * rng.normal(size=shape), full_matrices=False)
        return np.asarray((u * np.arange(1.0, k + 1)) @ v)

    return sample


def separated(*shape: int) -> Sample:
    """Real matrices with well separated singular values."""
    of = rotated(*shape)

    def sample(rng: np.random.Generator) -> np.ndarray:
        u, s, v = la.svd(of(rng).real, full_matrices=False)
        return np.asarray((u * np.arange(float(s.shape[-1]), 0, -1)) @ v)

    return sample


def hermitian(*shape: int) -> Sample:
    """Complex Hermitian positive definite matrices."""

    def sample(rng: np.random.Generator) -> np.ndarray:
        q = la.qr(rng.normal(size=shape) + 1j * rng.normal(size=shape))[0]
        return np.asarray((q * np.arange(1.0, shape[-1] + 1)) @ np.conjugate(np.swapaxes(q, -1, -2)))

    return sample


def singular(n: int, rank: int) -> Sample:
    return lambda rng: np.asarray(rng.normal(size=(n, rank)) @ rng.normal(size=(rank, n)))


def turning(n: int) -> Sample:
    """Matrices with complex eigenvalues."""
    spin = np.kron(np.diag(np.arange(1.0, n // 2 + 1)), np.array([[0.5, 1.0], [-1.0, 0.5]]))
    return lambda rng: spin + 0.1 * rng.normal(size=(n, n))


def H(x: Any) -> Any:
    return np.conjugate(np.swapaxes(x, -1, -2))


def projectors(v: Any) -> Any:
    """v_j v_jᴴ for each column, which does not depend on the phases of the columns."""
    return v[..., :, None, :] * np.conjugate(v[..., None, :, :])


def onto(v: Any) -> Any:
    """The projection onto the columns, which does not depend on the basis that they form."""
    return v @ H(v)


def rebuilt(usv: Any, power: int) -> Any:
    u, s, v = usv
    k = s.shape[-1]
    return (u[..., :k] * s[..., None, :] ** power) @ v[..., :k, :]


SCIPY = frozenset({"NumPy only"})  # SciPy computes it, and takes no arrays of other libraries

ROWS: list[Row] = [
    # ------------------------------------------------ inverses and systems
    row("inv", la.inv, lambda x: la.inv(x), square(2, 3, 3)),
    row("inv complex", la.inv, lambda x: la.inv(x), rotated(2, 2)),
    row("solve vector", la.solve, lambda a, b: la.solve(a, b), square(3, 3), real(3)),
    row("solve matrix", la.solve, lambda a, b: la.solve(a, b), square(2, 2), real(2, 3)),
    row("solve stacks", la.solve, lambda a, b: la.solve(a, b), square(2, 1, 2, 2), real(3, 2, 1)),
    row("solve stack, one vector", la.solve, lambda a, b: la.solve(a, b), square(2, 2, 2), real(2)),
    row("solve complex", la.solve, lambda a, b: la.solve(a, b), rotated(2, 2), compl(2)),
    row("solve list", la.solve, lambda a: la.solve(a, [1.0, 2.0]), square(2, 2), flags=frozenset({"float64"})),
    row("pinv tall", (la.pinv, "pinv"), lambda x: la.pinv(x), separated(2, 3, 2)),
    row("pinv wide complex", la.pinv, lambda x: la.pinv(x), rotated(2, 3)),
    row("pinv cut", la.pinv, lambda x: la.pinv(x[:, :2] @ x[:2], 1e-4), separated(3, 3)),
    row("pinv rtol", la.pinv, lambda x: la.pinv(x, rtol=1e-4), separated(3, 2)),
    row("pinv hermitian", (la.pinv, "mirrored"), lambda x: la.pinv(x, hermitian=True), definite(3, 3)),
    row("lstsq", la.lstsq, lambda a, b: la.lstsq(a, b)[0], separated(4, 2), real(4)),
    row("lstsq residuals", la.lstsq, lambda a, b: la.lstsq(a, b)[1], separated(3, 2), real(3, 2)),
    row("lstsq residual of one", la.lstsq, lambda a, b: la.lstsq(a, b, 1e-9)[1], separated(3, 2), real(3)),
    row("lstsq wide", la.lstsq, lambda a, b: la.lstsq(a, b)[0], separated(2, 3), real(2, 2)),
    row("lstsq singular values", la.lstsq, lambda a, b: la.lstsq(a, b, -1)[3], separated(2, 3), real(2)),
    row("lstsq complex", la.lstsq, lambda a, b: la.lstsq(a, b)[1], rotated(3, 2), compl(3)),
    row("tensorinv", la.tensorinv, lambda x: la.tensorinv(np.reshape(x, (2, 2, 4))), square(4, 4)),
    row("tensorinv ind", la.tensorinv, lambda x: la.tensorinv(np.reshape(x, (4, 2, 2)), ind=1), square(4, 4)),
    row(
        "tensorsolve",
        la.tensorsolve,
        lambda a, b: la.tensorsolve(np.reshape(a, (2, 2, 4)), b),
        square(4, 4),
        real(2, 2),
    ),
    row(
        "tensorsolve axes",
        la.tensorsolve,
        lambda a, b: la.tensorsolve(np.reshape(a, (2, 4, 2)), b, axes=(0, 2)),
        square(4, 4),
        real(4),
    ),
    # ------------------------------------------------ determinants
    row("det", (la.det, "cofactors", "cofactors_change"), lambda x: la.det(x), square(2, 3, 3)),
    row("det, the change of cofactors", "cofactors_change", cofactors_change, real(3, 3), square(3, 3)),
    row("det complex", la.det, lambda x: la.det(x), rotated(3, 3)),
    row("det singular", la.det, lambda x: la.det(x), singular(3, 2)),
    row("det of rank 1", la.det, lambda x: la.det(x), singular(3, 1)),
    row("det zero", la.det, lambda x: la.det(0 * x), real(2, 2)),
    row("slogdet", la.slogdet, lambda x: la.slogdet(x)[1], square(2, 3, 3)),
    row("slogdet, sign", la.slogdet, lambda x: la.slogdet(x)[0] * la.slogdet(x)[1], square(2, 3, 3)),
    row("slogdet complex", la.slogdet, lambda x: la.slogdet(x).sign * la.slogdet(x).logabsdet, rotated(2, 2)),
    # ------------------------------------------------ diagonals
    row("trace", np.trace, lambda x: np.trace(x), real(2, 3)),
    row("trace axes", np.trace, lambda x: np.trace(x, -1, axis1=2, axis2=0), real(3, 2, 2)),
    row("trace dtype", np.trace, lambda x: np.trace(x, dtype=x.dtype), compl(2, 2)),
    row("linalg.trace", la.trace, lambda x: la.trace(x, offset=1), real(2, 2, 3)),
    row("linalg.diagonal", la.diagonal, lambda x: la.diagonal(x, offset=1), real(2, 2, 3)),
    row("linalg.matrix_transpose", la.matrix_transpose, lambda x: la.matrix_transpose(x), real(2, 2, 3)),
    # ------------------------------------------------ Cholesky and QR
    row("cholesky", (la.cholesky, "cholesky"), lambda x: la.cholesky(x), definite(2, 3, 3)),
    row("cholesky upper", la.cholesky, lambda x: la.cholesky(x, upper=True), definite(3, 3)),
    row("cholesky complex", la.cholesky, lambda x: la.cholesky(x), hermitian(3, 3)),
    row("cholesky complex upper", la.cholesky, lambda x: la.cholesky(x, upper=True), hermitian(2, 2)),
    row("qr q", (la.qr, "qr"), lambda x: la.qr(x)[0], separated(2, 3, 2)),
    row("qr r", la.qr, lambda x: la.qr(x, "r"), separated(3, 2)),
    row("qr complete", la.qr, lambda x: la.qr(x, mode="complete").Q, square(3, 3)),
    row("qr wide", la.qr, lambda x: la.qr(x)[0] @ la.qr(x).R ** 2, separated(2, 4)),
    row("qr complex", la.qr, lambda x: la.qr(x).Q @ la.qr(x).R ** 2, rotated(3, 2)),
    # ------------------------------------------------ eigenvalues
    row("eigh values", (la.eigh, "eigh"), lambda x: la.eigh(x)[0], definite(2, 3, 3)),
    row("eigh vectors", la.eigh, lambda x: la.eigh(x).eigenvectors, definite(2, 3, 3)),
    row("eigh upper", la.eigh, lambda x: la.eigh(x, "U")[1], definite(3, 3)),
    row("eigh complex", la.eigh, lambda x: projectors(la.eigh(x)[1]), hermitian(2, 2)),
    row("eigvalsh", la.eigvalsh, lambda x: la.eigvalsh(x, UPLO="U"), definite(2, 2, 2)),
    row("eigvalsh complex", la.eigvalsh, lambda x: la.eigvalsh(x), hermitian(3, 3)),
    row("eig real", la.eig, lambda x: la.eig(x).eigenvectors, definite(2, 3, 3), tolerance=1e-4),
    row("eig values", la.eig, lambda x: la.eig(x)[0], turning(4)),
    row("eig vectors", la.eig, lambda x: la.eig(x)[1], turning(2)),
    row("eig complex", la.eig, lambda x: la.eig(x)[1], rotated(2, 2), tolerance=1e-4),
    row("eigvals", la.eigvals, lambda x: la.eigvals(x), turning(2)),
    # ------------------------------------------------ singular values
    row("svd values", (la.svd, "svd"), lambda x: la.svd(x)[1], separated(2, 3, 2)),
    row("svd tall u", la.svd, lambda x: la.svd(x, full_matrices=False).U, separated(3, 2)),
    row("svd tall v", la.svd, lambda x: la.svd(x, full_matrices=False).Vh, separated(2, 3, 2)),
    row("svd wide", la.svd, lambda x: la.svd(x, False)[0] @ la.svd(x, False)[2], separated(2, 3)),
    row("svd full, square", la.svd, lambda x: la.svd(x)[0], separated(3, 3)),
    row("svd full, tall", la.svd, lambda x: la.svd(x)[0][:, :2], separated(4, 2)),
    row("svd full, rest", la.svd, lambda x: onto(la.svd(x)[0][:, 1:]), separated(4, 2)),
    row("svd full, wide rest", la.svd, lambda x: onto(H(la.svd(x).Vh[2:])), rotated(2, 3)),
    row("svd complex", la.svd, lambda x: rebuilt(la.svd(x), 2), rotated(3, 2)),
    row("svd complex wide", la.svd, lambda x: projectors(la.svd(x, False)[0]), rotated(2, 3)),
    row("svd values only", la.svd, lambda x: la.svd(x, compute_uv=False), rotated(2, 3)),
    row(
        "svd hermitian",
        la.svd,
        lambda x: la.svd(x - 1.4 * np.eye(3, dtype=x.dtype), hermitian=True)[2],
        definite(3, 3),
    ),
    row(
        "svd hermitian values",
        la.svd,
        lambda x: la.svd(x - 1.4 * np.eye(2, dtype=x.dtype), compute_uv=False, hermitian=True),
        definite(2, 2),
    ),
    row("svdvals", la.svdvals, lambda x: la.svdvals(x), separated(2, 2, 3)),
    # ------------------------------------------------ norms
    row("norm", (la.norm, "norm"), lambda x: la.norm(x), nonzero(2, 3, 2)),
    row("norm complex", la.norm, lambda x: la.norm(x, axis=0, keepdims=True), compl(3, 2)),
    row("norm keepdims", la.norm, lambda x: la.norm(x, keepdims=True), nonzero(2, 3)),
    *[
        row(f"norm {p}", (la.norm, "norm"), lambda x, p=p: la.norm(x, p), distinct(5), second=p != 0)
        for p in (0, 1, 2, 3, 0.5, -1, np.inf, -np.inf)
    ],
    row("norm 3 complex", la.norm, lambda x: la.norm(x, 3, axis=-1), compl(2, 3)),
    *[
        row(f"norm of matrices {p}", la.norm, lambda x, p=p: la.norm(x, p, axis=(-1, 0)), separated(3, 2, 2))
        for p in ("fro", "nuc", 2, -2)
    ],
    *[
        row(f"norm of a matrix {p}", la.norm, lambda x, p=p: la.norm(x, p, keepdims=True), distinct(2, 3))
        for p in ("fro", "nuc", 1, -1, np.inf, -np.inf)
    ],
    row("vector_norm", la.vector_norm, lambda x: la.vector_norm(x), nonzero(2, 3)),
    row("vector_norm axes", la.vector_norm, lambda x: la.vector_norm(x, axis=(0, 2), ord=3), nonzero(2, 2, 2)),
    row("vector_norm keepdims", la.vector_norm, lambda x: la.vector_norm(x, keepdims=True, ord=1), nonzero(2, 3)),
    row("matrix_norm", la.matrix_norm, lambda x: la.matrix_norm(x), nonzero(2, 2, 3)),
    row("matrix_norm 1", la.matrix_norm, lambda x: la.matrix_norm(x, ord=1, keepdims=True), distinct(2, 2, 3)),
    row("cond", la.cond, lambda x: la.cond(x), separated(2, 2, 3)),
    row("cond -2", la.cond, lambda x: la.cond(x, -2), separated(2, 2)),
    row("cond fro", la.cond, lambda x: la.cond(x, "fro"), square(2, 2, 2)),
]

# ---------------------------------------------------------------- what SciPy has besides

with contextlib.suppress(ImportError):
    import scipy.linalg  # noqa: F401

    ROWS += [
        row("expm", "expm", lambda x: own.expm(x), real(2, 2), flags=SCIPY),
        row("expm stack", "expm", lambda x: own.expm(x), compl(2, 2, 2), flags=SCIPY),
        row(
            "expm_frechet",
            "expm",
            lambda a, e: own.expm_frechet(a, e, compute_expm=False),
            real(2, 2),
            real(2, 2),
            flags=SCIPY,
        ),
        row("sqrtm", "sqrtm", lambda x: own.sqrtm(x), square(3, 3), flags=SCIPY),
        row(
            "sqrtm of negative eigenvalues",
            "sqrtm",
            lambda x: own.sqrtm(x - 5 * np.eye(3)),
            square(2, 3, 3),
            flags=SCIPY,
        ),
        row("sqrtm complex", "sqrtm", lambda x: own.sqrtm(x), hermitian(2, 2), flags=SCIPY),
        row("logm", "logm", lambda x: own.logm(x), square(2, 2), flags=SCIPY),
        row("lu", "lu", lambda x: own.lu(x)[1] + own.lu(x)[2], square(2, 3, 3), flags=SCIPY),
        row("lu permuted", "lu", lambda x: own.lu(x, permute_l=True)[0], compl(2, 2), flags=SCIPY),
        row(
            "solve_continuous_lyapunov",
            "solve_sylvester",
            lambda a, q: own.solve_continuous_lyapunov(a + 3 * np.eye(2), q),
            compl(2, 2),
            compl(2, 2),
            flags=SCIPY,
        ),
        row(
            "solve_discrete_lyapunov",
            "kron",
            lambda a, q: own.solve_discrete_lyapunov(a / 3, q),
            real(2, 2),
            real(2, 2),
        ),
        row("solve_triangular", "solve_triangular", lambda a, b: own.solve_triangular(a, b), square(3, 3), real(3)),
        row(
            "solve_triangular transposed",
            "solve_triangular",
            lambda a, b: own.solve_triangular(a, b, "T", lower=True, unit_diagonal=True),
            square(2, 2),
            real(2, 2),
        ),
        row(
            "solve_triangular adjoint",
            "solve_triangular",
            lambda a, b: own.solve_triangular(a, b, trans=2, lower=True),
            rotated(2, 2),
            compl(2),
        ),
        row(
            "solve_sylvester",
            "solve_sylvester",
            lambda a, b, q: own.solve_sylvester(a, b, q),
            square(3, 3),
            square(2, 2),
            compl(3, 2),
            flags=SCIPY,
        ),
        row(
            "solve_banded",
            "solve_banded",
            lambda a, b: own.solve_banded((2, 1), np.stack([a[0], 4 + a[1], a[2], a[3]]), b),
            real(4, 4),
            real(4),
            flags=SCIPY,
        ),
        row(
            "solve_banded several",
            "solve_banded",
            lambda a, b: own.solve_banded((0, 1), np.stack([a[0], 4 + a[1]]), b),
            real(2, 3),
            compl(3, 2),
            flags=SCIPY,
        ),
        *[
            row(
                f"cho_solve {'lower' if lower else 'upper'}",
                "solve_triangular",
                lambda a, b, lower=lower: own.cho_solve(own.cho_factor(a, lower), b),
                hermitian(2, 2),
                compl(2, 1),
            )
            for lower in (False, True)
        ],
    ]

ROWS += [
    row("block_diag", np.concatenate, lambda a, b: own.block_diag(a, b, [[1.0]]), real(2, 1), real(2)),
    row("toeplitz", "getitem", lambda c: own.toeplitz(c), compl(3)),
    *(
        row(
            f"solve {form}",
            np.linalg.solve,
            lambda a, b, form=form: own.solve(a, b, form == "pos", assume_a=form, transposed=form == "gen"),
            square(2, 2),
            real(2),
        )
        for form in ("gen", "sym", "pos", "diagonal", "tridiagonal")
    ),
    row("solve hermitian", np.linalg.solve, lambda a, b: own.solve(a, b, assume_a="her"), compl(2, 2), compl(2)),
    row("circulant", "getitem", lambda c: own.circulant(c), real(3)),
    row("hankel", "getitem", lambda c, r: own.hankel(c) @ own.hankel(c, r), real(2), real(3)),
    row("khatri_rao", np.multiply, lambda a, b: own.khatri_rao(a, b), real(2, 2), real(3, 2)),
    row("toeplitz of both", "getitem", lambda c, r: own.toeplitz(c, r), real(2), real(3)),
]
