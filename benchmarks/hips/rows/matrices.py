"""Linear algebra: ``autograd.numpy.linalg`` and ``autograd.scipy.linalg``."""

import autograd.numpy as np
import autograd.scipy.linalg as splinalg
from autograd.numpy.linalg import cholesky, inv, solve

from ..row import NO_FORWARD, group, real, regular

row, program = group("linear algebra")
EYE = np.eye(3)
no_order = dict.fromkeys(("gradient", "second", "forward", "jacobian"), "it has no derivative of this order")


def symmetric(x):
    return x @ x.T + EYE


def linear(name, f, *draws, **options):
    """HIPS autograd has few forward derivatives here."""
    row(name, f, *draws, **{"beyond": NO_FORWARD, **options})


linear("inv", lambda x: np.linalg.inv(x), regular(3, 3))
linear("inv of a stack", lambda x: np.linalg.inv(x), regular(2, 3, 3))
linear("inv by its own name", lambda x: inv(x) @ x.T, regular(3, 3))
linear("solve", lambda a, b: np.linalg.solve(a, b), regular(3, 3), real(3))
linear("solve of a matrix", lambda a, b: solve(a, b), regular(3, 3), real(3, 2))
linear("solve of a stack", lambda a, b: np.linalg.solve(a, b), regular(2, 3, 3), real(2, 3, 2))
linear("det", lambda x: np.linalg.det(x), regular(3, 3))
linear("det of a stack", lambda x: np.linalg.det(x), regular(2, 3, 3))
linear("slogdet", lambda x: np.linalg.slogdet(x)[1], regular(3, 3))
linear("slogdet of a stack", lambda x: np.linalg.slogdet(x)[1], regular(2, 3, 3))
linear("slogdet, unpacked", lambda x: _log_det(x), regular(3, 3))
linear("pinv", lambda x: np.linalg.pinv(x), regular(4, 3))
linear("cholesky", lambda x: np.linalg.cholesky(symmetric(x)), real(3, 3))
linear("cholesky of a stack", lambda x: cholesky(x @ np.swapaxes(x, -1, -2) + EYE), real(2, 3, 3))
linear("eigh, values", lambda x: np.linalg.eigh(symmetric(x))[0], real(3, 3))
linear("eigh, vectors", lambda x: np.linalg.eigh(symmetric(x))[1] ** 2, real(3, 3))
linear("eigh, put together", lambda x: _square_root(symmetric(x)), real(3, 3))
linear("eig, values", lambda x: np.real(np.linalg.eig(symmetric(x))[0]), real(3, 3))
linear("svd, values", lambda x: np.linalg.svd(x, compute_uv=False), real(4, 3))
linear("svd, vectors", lambda x: np.linalg.svd(x, full_matrices=False)[0] ** 2, real(4, 3))
linear("svd, put together", lambda x: _low_rank(x), real(4, 3))
row("norm", lambda x: np.linalg.norm(x), real(4))
row("norm of a matrix", lambda x: np.linalg.norm(x), real(3, 4))
row("norm over an axis", lambda x: np.linalg.norm(x, axis=1), real(3, 4))
row("norm of order 1", lambda x: np.linalg.norm(x, ord=1), real(4), beyond=no_order)
row("norm of order 3", lambda x: np.linalg.norm(x, ord=3), real(4))
row("norm by Frobenius", lambda x: np.linalg.norm(x, "fro") ** 2, real(3, 4))
row("nuclear norm", lambda x: np.linalg.norm(x, "nuc"), regular(3, 3))
row("normalized rows", lambda x: x / np.linalg.norm(x, axis=1)[:, None], real(3, 4))
linear("a log-determinant by Cholesky", lambda x: 2 * np.sum(np.log(np.diag(cholesky(symmetric(x))))), real(3, 3))
linear("a Mahalanobis distance", lambda x, m: x @ np.linalg.solve(symmetric(m), x), real(3), real(3, 3))
linear("a GP's likelihood", lambda s, y: _likelihood(s, y), 0.7, real(4))
linear("ridge regression", lambda x, y: np.linalg.solve(x.T @ x + EYE, x.T @ y), real(4, 3), real(4))
row("sqrtm", lambda x: splinalg.sqrtm(symmetric(x)), real(3, 3))
linear("solve_triangular", lambda a, b: splinalg.solve_triangular(a, b), regular(3, 3), real(3))
linear("solve_triangular, lower", lambda a, b: splinalg.solve_triangular(a, b, lower=True), regular(3, 3), real(3, 2))
linear("solve_triangular, transposed", lambda a, b: splinalg.solve_triangular(a, b, trans="T"), regular(3, 3), real(3))
row("solve_sylvester", lambda a, b, q: splinalg.solve_sylvester(a, b, q), regular(3, 3), regular(2, 2), real(3, 2))
linear(
    "solve_banded",
    lambda a, b: splinalg.solve_banded((1, 1), a + np.array([[0.0], [4.0], [0.0]]), b),
    real(3, 4),
    real(4),
)
row("expm by a series", lambda x: EYE + x + x @ x / 2 + x @ x @ x / 6, real(3, 3))


def _log_det(x):
    sign, logdet = np.linalg.slogdet(x)
    return sign * logdet


def _square_root(a):
    w, v = np.linalg.eigh(a)
    return np.dot(v * np.sqrt(w), v.T)


def _low_rank(x):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return np.dot(u * s**2, vt)


def _likelihood(s, y):
    x = np.linspace(0, 1, 4)
    k = np.exp(-((x[:, None] - x[None, :]) ** 2) / s**2) + 0.1 * np.eye(4)
    return -0.5 * y @ np.linalg.solve(k, y) - 0.5 * np.linalg.slogdet(k)[1]
