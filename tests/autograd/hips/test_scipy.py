"""``autograd.scipy``: SciPy's names with our twins, and HIPS autograd's convolution."""

from __future__ import annotations

import importlib
import types
from typing import Any

import numpy as np
import pytest

import autograd
import autograd.scipy as ours
from autograd import Tensor, grad, linalg, special
from autograd.scipy.signal import convolve

pytest.importorskip("scipy")


@pytest.mark.parametrize("module", ["special", "linalg", "integrate"])
def test_every_name_of_scipy_is_there(module: str) -> None:
    """A ufunc is SciPy's own; what has a twin is the twin."""
    theirs, here = importlib.import_module(f"scipy.{module}"), getattr(ours, module)
    below = importlib.import_module(f"autograd.{module}")
    twins = vars(below)
    for name, thing in vars(theirs).items():
        if not (name.startswith("_") or isinstance(thing, types.ModuleType)):
            found = getattr(here, name)
            if isinstance(thing, np.ufunc) or name not in twins["__all__"]:
                assert found is thing or found is getattr(below, name), name
            else:
                assert found is twins[name] or found.__wrapped__.__wrapped__ is twins[name], name
    assert set(twins["__all__"]) <= set(vars(here))
    with pytest.raises(AttributeError):
        getattr(ours, "nothing")  # noqa: B009


def test_twins_take_lists_of_tensors_and_scipys_keywords() -> None:
    x = Tensor([2.0, 0.5, 3.0], requires_grad=True)
    y = ours.linalg.solve_triangular(
        [[x[0], 0.0], [x[1], x[2]]], [1.0, x[1]], lower=True, check_finite=False, overwrite_b=True
    )
    expected = linalg.solve_triangular(np.array([[2.0, 0.0], [0.5, 3.0]]), np.array([1.0, 0.5]), lower=True)
    np.testing.assert_allclose(y.data, expected)
    total = grad(lambda x: ours.special.logsumexp([x[0], x[1], 1.0]))(x.data)
    np.testing.assert_allclose(total, [*special.softmax(np.array([2.0, 0.5, 1.0]))[:2], 0])
    with pytest.raises(TypeError, match="check"):
        ours.linalg.solve_triangular(x, x, check=False)


def test_banded_and_sylvester_systems_are_scipys() -> None:
    import scipy.linalg

    rng = np.random.default_rng(0)
    ab, b = rng.normal(size=(4, 5)) + np.array([[0], [4], [0], [0]]), rng.normal(size=(5, 2))
    ab[0, 0] = np.inf  # none of the matrix
    np.testing.assert_allclose(
        linalg.solve_banded((2, 1), ab, b[:, 0]),
        scipy.linalg.solve_banded((2, 1), np.where(np.isinf(ab), 0, ab), b[:, 0]),
    )
    a, q = rng.normal(size=(5, 5)), rng.normal(size=(5, 2)) * 1j
    y = linalg.solve_sylvester(a, b[:2], q)
    np.testing.assert_allclose(a @ y + y @ b[:2], q, atol=1e-12)
    for wrong in (lambda: linalg.solve_banded((1, 1), ab, b), lambda: linalg.solve_banded((2, 1), ab, b[:4])):
        with pytest.raises(ValueError, match="solve_banded"):
            wrong()
    with pytest.raises(ValueError, match="solve_sylvester"):
        linalg.solve_sylvester(a, a, q)


# ---------------------------------------------------------------- convolution

CASES: list[tuple[Any, Any, Any, Any]] = [  # shapes of A and B, axes, dot_axes
    ((5,), (3,), None, ((), ())),
    ((3,), (5,), None, ((), ())),
    ((4, 3), (2, 3), None, ((), ())),
    ((2, 3, 5, 4), (3, 2, 2, 4), ([2, 3], [2, 3]), ([1], [0])),
    ((3, 6, 2), (2, 4, 3), ([1], [1]), ([0, 2], [2, 0])),
    ((2, 3), (2, 3, 4), ([], []), ([-1], [1])),
]


def by_hand(a: Any, b: Any, axes: Any, dot_axes: Any, mode: str) -> Any:
    """SciPy's convolution of each pair of arrays, summed."""
    import scipy.signal

    conv = (range(a.ndim), range(a.ndim)) if axes is None else axes
    parts = []
    for x, along, summed in zip((a, b), conv, dot_axes, strict=True):
        summed, along = [n % x.ndim for n in summed], list(along)
        rest = [n for n in range(x.ndim) if n not in (*summed, *along)]
        y = np.transpose(x, rest + summed + along)
        sizes = [int(np.prod([x.shape[n] for n in group])) for group in (rest, summed)]
        parts.append((y.reshape(*sizes, *y.shape[len(rest) + len(summed) :]), [x.shape[n] for n in rest]))
    (u, first), (v, second) = parts
    y = np.array(
        [
            [sum(scipy.signal.convolve(p, q, mode) if p.ndim else p * q for p, q in zip(s, t, strict=True)) for t in v]
            for s in u
        ]
    )
    return y.reshape(*first, *second, *y.shape[2:])


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("largest", [1 << 22, 0], ids=["small", "large"])
def test_convolve_sums_scipys_convolutions(case: Any, largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where windows are too many to be copied out."""
    monkeypatch.setattr("autograd.ops.convolve.LARGEST", largest)
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=case[0]), rng.normal(size=case[1])
    for mode in ("full", "same", "valid"):
        y = convolve(a, b, case[2], case[3], mode)
        np.testing.assert_allclose(y, by_hand(a, b, case[2], case[3], mode), atol=1e-12)
        g = grad(lambda a, mode=mode, y=y: np.sum(convolve(a, b, case[2], case[3], mode) * y), 0)(a)
        np.testing.assert_allclose(np.sum(g * a), np.sum(y * y))  # it is linear


def test_convolve_refuses_what_does_not_fit() -> None:
    a, b = np.ones((3, 4)), np.ones((2, 5))
    for words, options in {
        "mode": {"mode": "most"},
        "neither": {"mode": "valid"},
        "no such axis": {"axes": ([2], [0])},
        "as many": {"axes": ([0, 1], [0])},
        "different lengths": {"axes": ([], []), "dot_axes": ([0], [0])},
    }.items():
        with pytest.raises(ValueError, match=words):
            convolve(a, b, **options)


def test_a_differential_equation_of_boxes_is_solved() -> None:
    import autograd.numpy as anp

    def pendulum(y: Any, t: float, k: Any) -> Any:
        return anp.array([y[1], -k * y[0]])

    times = np.linspace(0, 1, 3)
    dk = grad(lambda k: ours.integrate.odeint(pendulum, np.array([1.0, 0.0]), times, (k,), rtol=1e-9, atol=1e-9)[-1, 0])
    np.testing.assert_allclose(dk(4.0), -np.sin(2.0) / 4, rtol=1e-6)  # cos(√k t)
    assert autograd.scipy.integrate.quad


# ---------------------------------------------------------------- distributions

HIPS = {  # its modules, and their functions
    "beta": "cdf logpdf pdf", "chi2": "cdf logpdf pdf", "dirichlet": "logpdf pdf rvs", "gamma": "cdf logpdf pdf",
    "multivariate_normal": "entropy logpdf pdf", "norm": "cdf logcdf logpdf logsf pdf sf", "poisson": "cdf logpmf pmf",
    "t": "cdf logcdf logpdf pdf",
}  # fmt: skip


@pytest.mark.parametrize("name", HIPS)
def test_distributions_are_modules(name: str) -> None:
    module = importlib.import_module(f"autograd.scipy.stats.{name}")
    assert getattr(ours.stats, name) is module
    assert all(callable(getattr(module, function)) for function in HIPS[name].split())
    assert callable(module.rvs)  # SciPy's
    with pytest.raises(AttributeError):
        getattr(module, "nothing")  # noqa: B009


def test_distributions_are_those_of_stats() -> None:
    stats = ours.stats
    x = np.array([0.2, 1.5])
    for f, g in (
        (lambda s: stats.norm.logsf(x, scale=s), lambda s: autograd.stats.norm.logsf(x, scale=s)),
        (lambda s: stats.gamma.cdf(x, s), lambda s: autograd.stats.gamma.cdf(x, s)),
        (lambda s: stats.expon.logpdf(x, s - 1), lambda s: autograd.stats.expon.logpdf(x, s - 1)),
    ):
        assert grad(lambda s, f=f: np.sum(f(s)))(1.3) == grad(lambda s, g=g: np.sum(g(s)))(1.3) != 0
    assert stats.kstest.__module__.startswith("scipy")


def test_the_gradient_by_a_covariance_is_symmetric() -> None:
    """It is the half of what goes to an element and to its mirror image: -½ (Σ⁻¹ - Σ⁻¹ d dᵀ Σ⁻¹)."""
    cov, d = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([0.5, -1.0])
    inverse = np.linalg.inv(cov)
    expected = (inverse @ np.outer(d, d) @ inverse - inverse) / 2
    normal = ours.stats.multivariate_normal
    np.testing.assert_allclose(grad(normal.logpdf, 2)(d, np.zeros(2), cov), expected)
    np.testing.assert_allclose(grad(normal.pdf, 2)(d, np.zeros(2), cov), normal.pdf(d, np.zeros(2), cov) * expected)
    np.testing.assert_allclose(grad(normal.entropy, 1)(np.zeros(2), cov), inverse / 2)
    assert normal.pdf(0.0) == normal.pdf(0.0, 0.0, 1.0)
