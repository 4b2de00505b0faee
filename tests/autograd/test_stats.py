"""Distributions: their values are SciPy's or mpmath's, and they are differentiable in every argument.

Convention: the rows stand in ``tests/tables/distributions.py``. Directions are random, so that a wrong derivative
in any argument is seen by one check of each method.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
import scipy.stats

from autograd import Tensor, Value, capture, elementwise_grad, grad, hessian, jvp, special, stats, value_and_grad
from autograd.declare import elementwise
from autograd.ops.special import normal
from autograd.stats.continuous import Continuous

from ..tables.distributions import CASES, SHAPES, TAILS, Case, Shape, Tail

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of SciPy, and of invalid parameters

PROBABILITIES = np.array([1e-6, 0.02, 0.3, 0.5, 0.9, 1 - 1e-6])
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def methods(case: Case) -> list[str]:
    density = ["pmf", "logpmf"] if case.discrete else ["pdf", "logpdf"]
    return [*density, "cdf", "sf", "logcdf", "logsf"]


def quantiles(case: Case) -> list[str]:
    return [name for name in ("ppf", "isf") if hasattr(case.ours, name)]


def place(case: Case) -> tuple[float, ...]:
    return (2.0,) if case.discrete else (0.5, 1.7)


def moved(case: Case, x: Any) -> Any:
    loc, *scale = place(case)
    return np.asarray(x) * (scale[0] if scale else 1) + loc


# ---------------------------------------------------------------- values


@every_case
def test_values_are_scipys(case: Case) -> None:
    x, given = moved(case, case.inside), (*case.shapes, *place(case))
    for name in [*methods(case), *quantiles(case)]:
        at = PROBABILITIES if name in ("ppf", "isf") else x
        if name not in case.rough:
            right = getattr(case.scipys, name)(at, *given)
            np.testing.assert_allclose(getattr(case.ours, name)(at, *given), right, rtol=3e-10, err_msg=name)
    for name in ("mean", "var", "std", "entropy"):
        if hasattr(case.ours, name):
            right = getattr(case.scipys, name)(*given)
            np.testing.assert_allclose(getattr(case.ours, name)(*given), right, rtol=1e-6, err_msg=name)


@every_case
def test_outside_are_zeros_and_of_no_parameters_nan(case: Case) -> None:
    x, given = moved(case, case.outside), (*case.shapes, *place(case))
    low, high = moved(case, min(case.inside)), moved(case, max(case.inside))
    density, log_density, *_ = methods(case)
    assert np.all(getattr(case.ours, density)(x, *given) == 0)
    assert np.all(getattr(case.ours, log_density)(x, *given) == -np.inf)
    beyond = x[(x < low) | (x > high)]
    assert np.all(case.ours.cdf(beyond, *given) == (beyond > high))
    assert np.all(case.ours.logsf(beyond, *given) == np.where(beyond > high, -np.inf, 0))
    for name in methods(case):
        f = getattr(case.ours, name)
        if len(case.outside):
            assert not np.any(elementwise_grad(lambda x, f=f: f(x, *given))(beyond))
            assert not np.any(grad(lambda p, f=f: np.sum(f(beyond, *case.shapes, p)))(given[len(case.shapes)]))
        assert np.isnan(f(np.nan, *given)), name
        if case.bad is not None:
            assert np.all(np.isnan(f(x if len(x) else low, *case.bad))), name
        if not case.discrete:
            assert np.all(np.isnan(f(low, *given[:-1], np.array([0.0, -1.0])))), name
            assert not np.any(np.isfinite(grad(lambda s, f=f: f(low, *given[:-1], s))(-1.0))), name


# ---------------------------------------------------------------- derivatives


def slope(f: Callable[[float], Any], h: float) -> Any:
    """f'(0) by a central difference of fourth order."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def check_derivatives(f: Callable[[Any], Any], theta: np.ndarray, lengths: np.ndarray, seed: int) -> None:
    """Along a random direction: f' of both modes against differences of f, f'' against differences of f'."""
    v = lengths * np.random.default_rng(seed).uniform(0.5, 1.0, theta.size)
    h = 2e-3
    g = grad(f)(theta)
    found = g @ v
    right = slope(lambda h: f(theta + h * v), h)
    size = abs(right) + 1e-4 * abs(f(theta))
    assert abs(found - right) <= 1e-6 * size, (found, right)
    np.testing.assert_allclose(jvp(f, (theta,), (v,))[1], found, rtol=1e-9, atol=1e-12 * size)
    twice = grad(lambda theta: grad(f)(theta) @ v)(theta) @ v
    right = slope(lambda h: grad(f)(theta + h * v) @ v, h)
    assert abs(twice - right) <= 1e-5 * (abs(right) + abs(found)), (twice, right)


def check_method(case: Case, ours: Any, name: str) -> None:
    """One number of all arguments: those at the points inside, weighted; whole numbers stay where they are."""
    points = (
        np.array([0.03, 0.3, 0.9])
        if name in ("ppf", "isf")
        else moved(case, [x for x in case.inside if case.discrete or abs(x) > 1e-6])
    )
    parameters = np.array([*case.shapes, *place(case)])
    f = getattr(ours, name)
    if case.discrete:
        parameters = np.array(case.shapes)
        points = points[np.isfinite(case.ours.logsf(points, *parameters, 2.0))]
        weights = np.cos(np.arange(points.size))
        check_derivatives(lambda p: np.sum(f(points, *p, 2.0) * weights), parameters, 0.02 * parameters, 0)
        return
    weights = np.cos(np.arange(points.size))
    loc, _ = place(case)
    room = np.abs(points - loc) + 0.05 if name in ("pdf", "cdf") else np.abs(points - loc)
    room = np.minimum(points, 1 - points) if name in ("ppf", "isf") else room
    lengths = np.concatenate([0.05 * np.minimum(room, 1), 0.02 * np.maximum(np.abs(parameters), 0.01)])
    lengths[-2] = 0.02 * min(np.min(room), 1)
    at = np.concatenate([points, parameters])
    check_derivatives(lambda z: np.sum(f(z[: points.size], *z[points.size :]) * weights), at, lengths, 0)


@every_case
def test_derivatives_by_every_argument(case: Case) -> None:
    if case.name != "hypergeom":  # whole numbers all: between them there is nothing
        for name in [*methods(case), *quantiles(case)]:
            check_method(case, case.ours, name)


FAR: dict[str, tuple[tuple[float, ...], float]] = {  # where logarithms fall faster than floats can tell
    "gumbel_r.cdf gumbel_r.sf gumbel_r.logsf gumbel_r.pdf": ((-1e4,), 0.0),
    "gumbel_l.cdf gumbel_l.sf gumbel_l.logcdf": ((1e4,), 0.0),
    "genextreme.cdf genextreme.sf genextreme.logsf": ((-1e4, 0.0), 0.0),
    "genextreme.pdf genextreme.cdf genextreme.sf": ((-4.0, -0.25), 0.0),
    "loggamma.cdf loggamma.logcdf loggamma.sf": ((1e4, 1.7), 0.0),
    "gennorm.cdf": ((0.0, 2.0), 1 / np.sqrt(np.pi)),
    "gennorm.sf": ((0.0, 2.0), -1 / np.sqrt(np.pi)),
    "gennorm.logcdf": ((0.0, 2.0), 2 / np.sqrt(np.pi)),
}


@pytest.mark.parametrize("names", FAR)
def test_derivatives_far_out_and_in_the_middle(names: str) -> None:
    given, right = FAR[names]
    for distribution, method in (name.split(".") for name in names.split()):
        found = grad(getattr(getattr(stats, distribution), method), (0, *range(1, len(given))))(*given)
        np.testing.assert_allclose(found, [right, *[0.0] * (len(given) - 1)], rtol=1e-12, err_msg=names)


def test_a_wrong_rule_is_caught() -> None:
    def _log(x: Any) -> Any:
        return np.log(x)

    wrong = elementwise(_log, lambda d, x: d / x * 1.001)
    planted = Continuous(
        "gamma", "", "a", logpdf=lambda x, a: special.xlogy(a - 1, x) - x - special.gammaln(a) + wrong(a)
    )
    row = next(c for c in CASES if c.name == "gamma")
    with pytest.raises(AssertionError):
        check_method(row, planted, "logpdf")


# ---------------------------------------------------------------- tails, by mpmath


def exact_derivative(f: Any, at: Any, by: list[int]) -> Any:
    """By the arguments of these places, each taken as a multiple of what it is, which mpmath's steps fit."""
    orders = [by.count(i) for i in range(len(at))]
    scaled = mp.diff(lambda *s: f(*[x * t for x, t in zip(at, s, strict=True)]), (1,) * len(at), tuple(orders))
    return scaled / mp.fprod(at[i] for i in by)


def relative(found: Any, right: Any) -> float:
    return float(abs((mp.mpf(float(found)) - right) / right))


@pytest.mark.parametrize("tail", TAILS, ids=str)
def test_tails_are_exact_and_so_are_their_derivatives(tail: Tail) -> None:
    with mp.workdps(50):
        exact = [mp.mpf(x) for x in tail.arguments]
        assert relative(tail.ours(*tail.arguments), tail.exact(*exact)) < 2e-13
        discrete = tail.method.split(".")[0] in ("poisson", "binom", "nbinom", "hypergeom")
        for i in range(discrete, len(exact)):
            right = exact_derivative(tail.exact, exact, [i])
            found = grad(lambda x, i=i: tail.ours(*tail.arguments[:i], x, *tail.arguments[i + 1 :]))(tail.arguments[i])
            assert relative(found, right) < 1e-10, (i, found, right)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_special_functions_have_derivatives_by_their_shapes(shape: Shape) -> None:
    function = getattr(special, shape.name)
    with mp.workdps(40):
        for point in shape.points:
            exact = tuple(map(mp.mpf, point))
            first = [grad(function, i)(*point) for i in range(len(point))]
            second = hessian(lambda p, function=function: function(*p))(np.array(point))
            for i in range(len(point)):
                assert relative(first[i], exact_derivative(shape.exact, exact, [i])) < 1e-11
                for j in range(i, len(point)):
                    right = exact_derivative(shape.exact, exact, [i, j])
                    assert relative(second[i, j], right) < 1e-9, (point, i, j)
                    assert relative(second[j, i], right) < 1e-9, (point, j, i)


def test_higher_derivatives_by_a_shape() -> None:
    third = grad(grad(grad(lambda a: special.gammainc(a, 1.5))))(2.0)
    with mp.workdps(30):
        assert relative(third, mp.diff(lambda a: mp.gammainc(a, 0, 1.5, regularized=True), 2, 3)) < 1e-10


# ---------------------------------------------------------------- arguments


def test_tensors_arrays_and_values_are_one() -> None:
    x, a, scale = np.array([0.3, 1.2]), 1.4, np.array([[1.0], [2.0]])
    right = scipy.stats.gamma.logcdf(x, a, scale=scale)
    np.testing.assert_allclose(stats.gamma.logcdf(x, a, scale=scale), right)
    t = Tensor(a, requires_grad=True)
    y = stats.gamma.logcdf(Tensor(x), a=t, scale=Tensor(scale))
    y.sum().backward()
    np.testing.assert_allclose(y.data, right)
    v = Value(a)
    values = stats.gamma.logcdf(x, v, scale=scale)
    assert np.shape(values) == (2, 2)
    total = values.sum()
    total.backward(create_graph=True)
    slope, v.grad = v.grad, None
    np.testing.assert_allclose([total.number, slope.number], [right.sum(), float(t.grad)])
    slope.backward()
    np.testing.assert_allclose(v.grad, grad(grad(lambda a: np.sum(stats.gamma.logcdf(x, a, 0, scale))))(a))


def test_precision_is_that_of_the_arguments() -> None:
    assert stats.gamma.logsf(np.ones(3, np.float32), 2.0).dtype == np.float32
    assert stats.norm.pdf(np.float16(1)).dtype == np.float16
    assert stats.norm.pdf([1, 2]).dtype == np.float64


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stats.gamma.pdf(1.0), "needs a"),
        (lambda: stats.norm.pdf(1.0, 2.0, 3.0, 4.0), "at most 3 arguments"),
        (lambda: stats.norm.pdf(1.0, a=2.0), "has no argument 'a'"),
        (lambda: stats.norm.pdf(1.0, x=2.0), "two values for 'x'"),
        (lambda: stats.norm.pdf(1j), "real numbers"),
        (lambda: stats.norm.pdf(Tensor(1.0), Value(1.0)), "do not mix"),
        (lambda: grad(lambda n: stats.hypergeom.sf(3, 20, n, 12))(7.0), "no derivatives by M, n and N"),
        (lambda: stats.gamma(2.0), r"stats.gamma cannot be frozen: (.|\n)*logpdf.*\(x, a, loc=0, scale=1\)"),
        (lambda: stats.dirichlet([1.0, 2.0]), "stats.dirichlet cannot be frozen: .*logpdf"),
        (lambda: stats.dirichlet.logpdf(np.array([Value(0.5), Value(0.5)]), [1.0, 2.0]), "holds Values"),
    ],
)
def test_errors_say_what_is_wrong(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


def test_there_is_no_method_that_is_not_closed() -> None:
    with pytest.raises(AttributeError, match=r"stats.invgauss has no 'entropy'; it has"):
        _ = stats.invgauss.entropy


def test_a_fit_can_be_captured() -> None:
    x = np.random.default_rng(0).gamma(2.0, size=20)

    def loss(p: Any) -> Any:
        return -np.sum(stats.gamma.logpdf(x, p[0], 0.0, p[1])) - np.sum(stats.gamma.logsf(x, p[0], 0.0, p[1]))

    step = capture(value_and_grad(loss))
    for p in (np.array([1.5, 1.2]), np.array([1.7, 1.1])):
        for found, right in zip(step(p), value_and_grad(loss)(p), strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-10)


def test_distributions_are_pickled_by_name() -> None:
    assert pickle.loads(pickle.dumps([stats.norm, stats.dirichlet])) == [stats.norm, stats.dirichlet]


@pytest.mark.parametrize("name", stats.__all__)
def test_docstrings_name_the_parameters(name: str) -> None:
    distribution = getattr(stats, name)
    for parameter in getattr(distribution, "shapes", ()):
        assert parameter in distribution.__doc__, f"{name}: what is {parameter}?"


def test_angles_beyond_a_turn_are_those_of_scipy() -> None:
    for name in ("pdf", "cdf", "sf"):
        x = np.array([-4.0, 5.0, 9.5])
        np.testing.assert_allclose(getattr(stats.vonmises, name)(x, 1.4), getattr(scipy.stats.vonmises, name)(x, 1.4))


# ---------------------------------------------------------------- with NumPy alone


def test_the_normal_distribution_needs_numpy_alone() -> None:
    x = np.concatenate([np.linspace(-40, 10, 301), [-1e5, -1e9]])
    np.testing.assert_allclose(normal._own_log_distribution(x), scipy.special.log_ndtr(x), rtol=2e-15)
    assert normal._own_log_distribution(np.float64(-40.0)) == normal._own_log_distribution(x[:1])
    near = np.linspace(-5, 60, 301)
    np.testing.assert_allclose(normal._own_scaled_complement(near), scipy.special.erfcx(near), rtol=3e-14)


def test_what_needs_scipy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(ImportError, match=r"autograd.stats.gamma needs scipy: pip install 'chalkgrad\[scipy\]'"):
        stats.gamma.pdf(1.0, 2.0)
    assert stats.weibull_min.logpdf(1.0, 2.0) == np.log(2.0) - 1


# ---------------------------------------------------------------- vectors and matrices

RNG = np.random.default_rng(1)
ROOT = RNG.normal(size=(3, 3))
SIGMA = ROOT @ ROOT.T + np.eye(3)
PLANE = ROOT[:, :2]
ALPHA = np.array([0.5, 2.0, 3.3])
SEVERAL: list[tuple[str, str, list[Any], tuple[int, ...]]] = [
    ("multivariate_normal", "logpdf", [RNG.normal(size=(4, 3)), RNG.normal(size=3), SIGMA], (0, 1, 2)),
    ("multivariate_normal", "pdf", [np.array([0.3, 1.0]), 0.5, 2.0], (0,)),
    ("multivariate_normal", "logpdf", [RNG.normal(size=3), np.zeros(3), np.array([1.0, 2.0, 0.5])], (2,)),
    ("multivariate_normal", "logpdf", [PLANE @ RNG.normal(size=2), PLANE[:, 0], PLANE @ PLANE.T, True], ()),
    ("multivariate_normal", "logpdf", [np.zeros(3), RNG.normal(size=3), SIGMA, True], (1, 2)),
    ("multivariate_normal", "entropy", [np.zeros(3), SIGMA], (1,)),
    ("multivariate_t", "logpdf", [RNG.normal(size=(4, 3)), RNG.normal(size=3), SIGMA, 3.3], (0, 1, 2)),
    ("dirichlet", "logpdf", [RNG.dirichlet(ALPHA, size=4).T, ALPHA], (1,)),
    ("dirichlet", "pdf", [np.array([0.2, 0.3]), ALPHA], (0, 1)),
    ("dirichlet", "entropy", [ALPHA], (0,)),
    ("dirichlet", "mean", [ALPHA], (0,)),
    ("dirichlet", "var", [ALPHA], (0,)),
    ("wishart", "logpdf", [SIGMA, 4.5, np.eye(3) * 2 + 0.1], (0, 1, 2)),
    ("multinomial", "logpmf", [np.array([[1, 2, 3], [0, 0, 6]]), 6, np.array([0.2, 0.3, 0.5])], (2,)),
    ("multinomial", "pmf", [np.array([1, 1, 1]), 6, np.array([0.2, 0.3, 0.5])], ()),
]


@pytest.mark.parametrize(("name", "method", "given", "by"), SEVERAL, ids=lambda v: v if isinstance(v, str) else "")
def test_distributions_of_vectors(name: str, method: str, given: list[Any], by: tuple[int, ...]) -> None:
    f = getattr(getattr(stats, name), method)
    np.testing.assert_allclose(f(*given), getattr(getattr(scipy.stats, name), method)(*given), rtol=1e-12, atol=1e-15)
    weights = np.cos(np.arange(np.size(f(*given)))).reshape(np.shape(f(*given)))
    for i in by:
        at = np.asarray(given[i], float)

        def number(z: Any, i: int = i, at: Any = at) -> Any:
            return np.sum(f(*given[:i], np.reshape(z, at.shape), *given[i + 1 :]) * weights)

        lengths = np.full(at.size, 0.01)
        if at.shape == (3, 3):  # symmetric, as the gradient is
            lengths = np.ones(9) * 0.01
        check_derivatives(number, at.reshape(-1), lengths, 3)


def test_a_normal_distribution_on_a_plane() -> None:
    """With x = A z it has the derivatives of one of z, where it moves in the plane; beside it is nothing."""
    z = np.array([0.3, -1.1])
    for by in (0, 1):

        def on_plane(z: Any, by: int = by) -> Any:
            x = PLANE @ z
            x, mean = (x, PLANE @ np.ones(2)) if by == 0 else (np.zeros(3), x)
            return stats.multivariate_normal.logpdf(x, mean, PLANE @ PLANE.T, allow_singular=True)

        np.testing.assert_allclose(grad(on_plane)(z), 1 - z if by == 0 else -z)
        np.testing.assert_allclose(hessian(on_plane)(z), -np.eye(2), atol=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="singular but for rounding"):
        stats.multivariate_normal.logpdf(PLANE[:, 0], cov=PLANE @ PLANE.T)
    assert stats.multivariate_normal.pdf(np.cross(*PLANE.T), cov=PLANE @ PLANE.T, allow_singular=True) == 0


def test_distributions_of_vectors_have_batches() -> None:
    x, mean, cov = RNG.normal(size=(5, 1, 3)), RNG.normal(size=(2, 3)), np.stack([SIGMA, SIGMA * 2])
    found = stats.multivariate_normal.logpdf(x, mean, cov)
    for j in range(2):
        np.testing.assert_allclose(found[:, j], scipy.stats.multivariate_normal.logpdf(x[:, 0], mean[j], cov[j]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: stats.multivariate_normal.logpdf(np.zeros((2, 3)), np.zeros(2)),
        lambda: stats.multivariate_normal.logpdf(np.zeros(2), cov=np.ones((2, 3))),
        lambda: stats.multivariate_normal.logpdf(np.zeros(2), cov=-np.eye(2), allow_singular=True),
        lambda: grad(lambda v: stats.multivariate_normal.logpdf(np.zeros(2), cov=v, allow_singular=True))(
            np.ones((2, 2))
        ),
        lambda: stats.dirichlet.logpdf([0.2, 0.2, 0.2], ALPHA),
        lambda: stats.dirichlet.logpdf([0.2], ALPHA),
        lambda: stats.dirichlet.entropy(np.ones((2, 2))),
        lambda: stats.wishart.logpdf(SIGMA, 4.0, np.eye(2)),
    ],
)
def test_what_does_not_fit_is_refused(call: Any) -> None:
    with pytest.raises(ValueError, match=r"multivariate_normal|dirichlet|wishart"):
        call()
