"""Distributions of vectors and matrices.

Convention: an object for each, with SciPy's arguments. Of normal and t vectors the last axis is the vector, and the
axes before it are broadcast with those of mean and matrix; a Dirichlet vector stands along the first axis, as in SciPy.
LinAlgError is raised for a matrix that is not positive definite, ValueError for shapes that do not fit.
"""

from __future__ import annotations

import math
from typing import Any, NoReturn

import numpy as np

from ..core import recording
from ..declare import Late, plain, tracked
from ..extras import extra
from .pieces import LOG_2PI, LOG_PI, of_logarithm, special

TENSORS = "Write Tensor([v.data for v in values]): a Value is one number"


class Multivariate:
    """What is called: the methods of a distribution of vectors or matrices."""

    name = ""

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        methods = ", ".join(name for name in dir(self) if not name.startswith("_") and callable(getattr(self, name)))
        raise TypeError(f"autograd.stats.{self.name} cannot be frozen: give all to its methods, {methods}")

    def __reduce__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<distribution {self.name}>"

    def _array(self, what: str, x: Any) -> Any:
        """An array of floats, or a tensor as it is."""
        y = x if hasattr(x, "dtype") else np.asarray(x)
        if isinstance(x, Late.Value) or y.dtype == object:
            raise TypeError(f"{self.name}: {what} holds Values. {TENSORS}")
        return y if y.dtype.kind == "f" else y.astype(np.float64)


def factored(matrix: Any) -> tuple[Any, Any]:
    """The Cholesky factor and the log-determinant of a symmetric matrix, whose gradient is symmetric, too."""
    matrix = 0.5 * (matrix + np.swapaxes(matrix, -1, -2))
    factor = np.linalg.cholesky(matrix)
    roots = np.diagonal(factor, axis1=-2, axis2=-1)
    left = plain(roots) ** 2 / np.diagonal(plain(matrix), axis1=-2, axis2=-1)  # of each variance, the others given
    if np.any(left <= 4 * matrix.shape[-1] * np.finfo(left.dtype).eps):
        raise np.linalg.LinAlgError("The matrix is singular but for rounding: a variable depends on the others")
    return factor, 2 * np.sum(np.log(roots), axis=-1)


def log_det_and_square(diff: Any, matrix: Any) -> tuple[Any, Any]:
    """log det Σ and diffᵀ Σ⁻¹ diff, by the Cholesky factor."""
    factor, log_det = factored(matrix)
    scaled = np.linalg.solve(factor, np.expand_dims(diff, -1))
    return log_det, np.sum(scaled * scaled, axis=(-2, -1))


def zero_below(eigenvalues: Any) -> Any:
    """Below which size SciPy counts eigenvalues of a covariance matrix as 0."""
    eps = (1e3 if eigenvalues.dtype == np.float32 else 1e6) * np.finfo(eigenvalues.dtype).eps
    return eps * np.max(np.abs(eigenvalues), axis=-1)


def on_its_plane(diff: Any, matrix: Any, name: str) -> tuple[Any, Any, int]:
    """log of the product of the eigenvalues of a constant Σ that are not 0, diffᵀ Σ⁺ diff, and how many these are.

    Of points beside the plane where Σ has its mass the square is infinite, and has the derivative 0.
    """
    if matrix.ndim != 2 or (tracked(matrix) and recording.on):
        raise ValueError(f"{name}: by a singular cov there is no derivative, and of several at once no density")
    s, u = np.linalg.eigh(plain(matrix))
    eps = zero_below(s)
    if np.min(s) < -eps:
        raise ValueError(
            f"{name}: the matrix has the negative eigenvalue {np.min(s)}; it must be positive semidefinite"
        )
    large = s > eps
    scaled = diff @ (u[:, large] / np.sqrt(s[large]))
    beside = np.linalg.norm(plain(diff) @ u[:, ~large], axis=-1) >= 1e3 * eps
    distance = np.where(beside & ~large.all(), np.inf, np.sum(scaled * scaled, axis=-1))
    return np.sum(np.log(s[large])), distance, int(np.count_nonzero(large))


def square(matrix: Any, size: int | None, name: str) -> Any:
    """A number or a diagonal as a matrix."""
    if matrix.ndim == 0:
        return matrix * np.eye(1 if size is None else size)
    if matrix.ndim == 1:
        return np.expand_dims(matrix, -1) * np.eye(matrix.shape[0])
    if matrix.shape[-1] != matrix.shape[-2]:
        raise ValueError(f"{name}: the matrix is of shape {matrix.shape}; its last two axes must be equal")
    return matrix


class Elliptic(Multivariate):
    """A density of (x-μ)ᵀ Σ⁻¹ (x-μ)."""

    def _parts(self, x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> tuple[Any, Any, int]:
        """log det Σ, the square, and the number of dimensions."""
        x, cov = self._array("x", x), self._array("cov", cov)
        mean = None if mean is None else self._array("mean", mean)
        size = x.shape[-1] if x.ndim > 1 else 1
        if mean is not None and mean.ndim:
            size = mean.shape[-1]
        if cov.ndim:
            size = cov.shape[-1]
        sigma = square(cov, size, self.name)
        if x.ndim == 0 or (size == 1 and x.shape[-1] != 1):
            x = np.expand_dims(x, -1)  # many numbers of one dimension
        if x.shape[-1] != size or (mean is not None and mean.ndim and mean.shape[-1] != size):
            shapes = f"x {x.shape}, mean {None if mean is None else mean.shape}, cov {cov.shape}"
            raise ValueError(f"{self.name}: the last axes must be equal: {shapes}")
        diff = x if mean is None else x - mean
        if allow_singular:
            eigenvalues = np.linalg.eigvalsh(plain(sigma))
            if np.any(eigenvalues[..., 0] <= zero_below(eigenvalues)):
                return on_its_plane(diff, sigma, self.name)
        return *log_det_and_square(diff, sigma), size


class MultivariateNormal(Elliptic):
    """The multivariate normal distribution: p(x) = exp(-½ (x-μ)ᵀ Σ⁻¹ (x-μ)) / √det 2πΣ."""

    name = "multivariate_normal"

    def logpdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        """The logarithm of the density.

        ``x``               of shape (..., d); with numbers for mean and cov, (n,) is n vectors of one dimension
        ``mean``            μ, of shape (..., d), or a number; 0 if left out
        ``cov``             Σ, of shape (..., d, d), or a diagonal (d,), or a number
        ``allow_singular``  take a constant Σ of lower rank: the density on the plane where it has its mass
        """
        log_det, distance, size = self._parts(x, mean, cov, allow_singular)
        return -0.5 * (distance + log_det + size * LOG_2PI)

    def pdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        """The density; arguments as for ``logpdf``."""
        return np.exp(self.logpdf(x, mean, cov, allow_singular))

    def entropy(self, mean: Any = None, cov: Any = 1) -> Any:
        """½ log det 2πeΣ; arguments as for ``logpdf``."""
        cov = self._array("cov", cov)
        size = 1 if mean is None else np.shape(plain(mean))[-1] if np.ndim(plain(mean)) else 1
        sigma = square(cov, size, self.name)
        return 0.5 * (factored(sigma)[1] + sigma.shape[-1] * (LOG_2PI + 1))


class MultivariateT(Elliptic):
    """The multivariate t distribution of d dimensions.

    p(x) = Γ((ν+d)/2) / (Γ(ν/2) √det πνΣ) (1 + (x-μ)ᵀ Σ⁻¹ (x-μ) / ν)^(-(ν+d)/2).
    """

    name = "multivariate_t"

    def logpdf(self, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
        """The logarithm of the density.

        ``x``      of shape (..., d)
        ``loc``    μ, of shape (..., d); 0 if left out
        ``shape``  Σ, of shape (..., d, d), or a diagonal (d,), or a number
        ``df``     ν > 0
        """
        extra("scipy.special", "scipy", f"autograd.stats.{self.name}")
        df = self._array("df", df)
        log_det, distance, size = self._parts(x, loc, shape)
        gammas = special.gammaln(0.5 * (df + size)) - special.gammaln(0.5 * df)
        y = gammas - 0.5 * (size * (np.log(df) + LOG_PI) + log_det + (df + size) * np.log1p(distance / df))
        return y * np.where(plain(df) > 0, 1.0, np.nan)

    def pdf(self, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
        """The density; arguments as for ``logpdf``."""
        return np.exp(self.logpdf(x, loc, shape, df))


class Dirichlet(Multivariate):
    """The Dirichlet distribution: p(x) = Γ(Σ αᵢ) / Π Γ(αᵢ) Π xᵢ^(αᵢ-1), with xᵢ >= 0 and Σ xᵢ = 1."""

    name = "dirichlet"

    def _alpha(self, alpha: Any) -> Any:
        extra("scipy.special", "scipy", f"autograd.stats.{self.name}")
        alpha = self._array("alpha", alpha)
        if alpha.ndim != 1:
            raise ValueError(f"{self.name}: alpha is of shape {alpha.shape}; it must have one axis")
        return alpha * np.where(plain(alpha) > 0, 1.0, np.nan)

    def logpdf(self, x: Any, alpha: Any) -> Any:
        """The logarithm of the density.

        ``x``      of shape (k, ...), or (k - 1, ...) without the last one; ValueError is raised if it does not sum to 1
        ``alpha``  α, of shape (k,)
        """
        x, alpha = self._array("x", x), self._alpha(alpha)
        count = alpha.shape[0]
        if x.ndim == 0 or x.shape[0] not in (count, count - 1):
            raise ValueError(
                f"{self.name}: x is of shape {x.shape}; its first axis must be {count} or {count - 1} long"
            )
        if x.shape[0] == count - 1:
            x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
        at = plain(x)
        if np.any(at < 0) or np.any(np.abs(np.sum(at, axis=0) - 1) > 1e-9 + 10 * count * np.finfo(at.dtype).eps):
            raise ValueError(f"{self.name}: x must be at least 0 and sum to 1 along its first axis")
        power = np.reshape(alpha - 1, (count,) + (1,) * (x.ndim - 1))
        norm = special.gammaln(np.sum(alpha)) - np.sum(special.gammaln(alpha))
        return np.sum(special.xlogy(power, x), axis=0) + norm

    def pdf(self, x: Any, alpha: Any) -> Any:
        """The density; arguments as for ``logpdf``."""
        return np.exp(self.logpdf(x, alpha))

    def mean(self, alpha: Any) -> Any:
        """αᵢ / Σ αᵢ."""
        alpha = self._alpha(alpha)
        return alpha / np.sum(alpha)

    def var(self, alpha: Any) -> Any:
        """mᵢ (1 - mᵢ) / (1 + Σ αᵢ) with the means mᵢ."""
        alpha = self._alpha(alpha)
        total = np.sum(alpha)
        mean = alpha / total
        return mean * (1 - mean) / (total + 1)

    def entropy(self, alpha: Any) -> Any:
        """-∫ p log p; ``alpha`` of shape (k,)."""
        alpha = self._alpha(alpha)
        total, count = np.sum(alpha), alpha.shape[0]
        norm = np.sum(special.gammaln(alpha)) - special.gammaln(total)
        return norm + (total - count) * special.psi(total) - np.sum((alpha - 1) * special.psi(alpha))


class Wishart(Multivariate):
    """The Wishart distribution of p × p matrices, with the multivariate gamma function Γ_p.

    p(S) = |S|^((ν-p-1)/2) exp(-½ tr V⁻¹S) / (2^(νp/2) |V|^(ν/2) Γ_p(ν/2)).
    """

    name = "wishart"

    def logpdf(self, x: Any, df: Any, scale: Any) -> Any:
        """The logarithm of the density.

        ``x``      S, positive definite, of shape (p, p)
        ``df``     ν > p - 1, a number
        ``scale``  V, positive definite, of shape (p, p), or a number
        """
        extra("scipy.special", "scipy", f"autograd.stats.{self.name}")
        x, df, scale = self._array("x", x), self._array("df", df), self._array("scale", scale)
        x, scale = (np.reshape(m, (1, 1)) if m.ndim == 0 else m for m in (x, scale))
        if x.shape != scale.shape or x.ndim != 2:
            raise ValueError(f"{self.name}: x {x.shape} and scale {scale.shape} must be matrices of one shape (p, p)")
        size = x.shape[-1]
        log_x, log_v = (factored(m)[1] for m in (x, scale))
        norm = 0.5 * size * df * math.log(2) + 0.5 * df * log_v + special.multigammaln(0.5 * df, size)
        return 0.5 * (df - size - 1) * log_x - 0.5 * np.trace(np.linalg.solve(scale, x)) - norm

    def pdf(self, x: Any, df: Any, scale: Any) -> Any:
        """The density; arguments as for ``logpdf``."""
        return np.exp(self.logpdf(x, df, scale))


class Multinomial(Multivariate):
    """The multinomial distribution: p(x) = n! / Π xᵢ! Π pᵢ^xᵢ, with Σ xᵢ = n."""

    name = "multinomial"

    def logpmf(self, x: Any, n: Any, p: Any) -> Any:
        """The logarithm of the probability; -∞ where x is none of n trials.

        ``x``  the numbers of each kind, of shape (..., k); constant
        ``n``  the number of trials
        ``p``  the probabilities, of shape (..., k); the last one is 1 less the others, as in SciPy
        """
        extra("scipy.special", "scipy", f"autograd.stats.{self.name}")
        x, n, p = np.floor(self._array("x", x)), self._array("n", n), self._array("p", p)
        p = np.concatenate([p[..., :-1], 1 - np.sum(p[..., :-1], axis=-1, keepdims=True)], axis=-1)
        at = plain(x)
        right = np.all(at >= 0, axis=-1) & (np.sum(at, axis=-1) == plain(n))
        counts = np.where(right[..., None], at, 0.0)
        y = special.gammaln(n + 1) + np.sum(special.xlogy(counts, p) - special.gammaln(counts + 1), axis=-1)
        good = np.all((plain(p) >= 0) & (plain(p) <= 1), axis=-1)
        return np.where(right, y, -np.inf) * np.where(good, 1.0, np.nan)

    def pmf(self, x: Any, n: Any, p: Any) -> Any:
        """The probability; arguments as for ``logpmf``."""
        return of_logarithm(np.exp, self.logpmf(x, n, p))


multivariate_normal = MultivariateNormal()
multivariate_t = MultivariateT()
dirichlet = Dirichlet()
wishart = Wishart()
multinomial = Multinomial()
