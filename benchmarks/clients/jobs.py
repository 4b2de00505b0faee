"""What users of lifelines, autograd-gamma and pymanopt do: each job gives the numbers that it found.

Convention: this runs in environments that hold these packages and one of the two libraries named ``autograd``; a job
is written as the documentation of its package has it, and knows nothing of which library that is.
"""

import autograd_gamma
import lifelines
import lifelines.datasets
import numpy
import pymanopt
import pymanopt.manifolds
import pymanopt.optimizers
import scipy.optimize
from lifelines.fitters import ParametricRegressionFitter, ParametricUnivariateFitter

import autograd.numpy as np
from autograd import grad, hessian, value_and_grad
from autograd.scipy.special import gammaln

JOBS = {}
ROSSI = lifelines.datasets.load_rossi()
WALTONS = lifelines.datasets.load_waltons()


def job(package):
    def add(f):
        JOBS[f"{package}: {f.__doc__}"] = f
        return f

    return add


def fitted(fitter):
    """What a fit found: its parameters, their errors, its likelihood."""
    found = [*numpy.ravel(fitter.summary["coef"]), *numpy.ravel(fitter.summary["se(coef)"])]
    return [float(x) for x in [*found, fitter.log_likelihood_]]


@job("lifelines")
def cox():
    "Cox's model of the Rossi data"
    return fitted(lifelines.CoxPHFitter().fit(ROSSI, "week", "arrest"))


@job("lifelines")
def cox_penalized():
    "Cox's model with an elastic net"
    return fitted(lifelines.CoxPHFitter(penalizer=0.1, l1_ratio=0.3).fit(ROSSI, "week", "arrest"))


@job("lifelines")
def cox_spline():
    "Cox's model with a baseline of splines"
    fitter = lifelines.CoxPHFitter(baseline_estimation_method="spline", n_baseline_knots=3)
    return fitted(fitter.fit(ROSSI, "week", "arrest"))


@job("lifelines")
def cox_time_varying():
    "Cox's model with covariates that change"
    data = lifelines.datasets.load_stanford_heart_transplants()
    fitter = lifelines.CoxTimeVaryingFitter(penalizer=0.1)
    return fitted(fitter.fit(data, id_col="id", event_col="event", start_col="start", stop_col="stop"))


@job("lifelines")
def weibull():
    "Weibull's law"
    return fitted(lifelines.WeibullFitter().fit(WALTONS["T"], WALTONS["E"]))


@job("lifelines")
def weibull_intervals():
    "Weibull's law of intervals"
    lower = numpy.floor(WALTONS["T"].to_numpy() / 10) * 10
    return fitted(lifelines.WeibullFitter().fit_interval_censoring(lower + 1e-3, lower + 10))


@job("lifelines")
def weibull_aft():
    "accelerated failure times after Weibull"
    return fitted(lifelines.WeibullAFTFitter().fit(ROSSI, "week", "arrest", ancillary=True))


@job("lifelines")
def log_normal_aft():
    "log-normal accelerated failure times"
    return fitted(lifelines.LogNormalAFTFitter(penalizer=0.01).fit(ROSSI, "week", "arrest"))


@job("lifelines")
def log_logistic_aft():
    "log-logistic accelerated failure times"
    return fitted(lifelines.LogLogisticAFTFitter().fit(ROSSI, "week", "arrest"))


@job("lifelines")
def generalized_gamma():
    "the generalized gamma law"
    return fitted(lifelines.GeneralizedGammaFitter().fit(WALTONS["T"], WALTONS["E"]))


@job("lifelines")
def laws():
    "five other laws"
    fitters = [
        lifelines.ExponentialFitter(),
        lifelines.LogNormalFitter(),
        lifelines.LogLogisticFitter(),
        lifelines.PiecewiseExponentialFitter([20, 50]),
        lifelines.SplineFitter([6, 40, 75]),
    ]
    return [x for fitter in fitters for x in fitted(fitter.fit(WALTONS["T"], WALTONS["E"]))]


@job("lifelines")
def piecewise_regression():
    "a piecewise exponential regression"
    return fitted(lifelines.PiecewiseExponentialRegressionFitter([25], penalizer=0.05).fit(ROSSI, "week", "arrest"))


@job("lifelines")
def spline_regression():
    "a regression with splines"
    regressors = {"beta_": "age + C(fin)", "gamma0_": "1", "gamma1_": "1", "gamma2_": "1"}
    return fitted(lifelines.CRCSplineFitter(3, penalizer=0.05).fit(ROSSI, "week", "arrest", regressors=regressors))


class Gompertz(ParametricUnivariateFitter):
    """A law of one's own: hazards that grow exponentially."""

    _fitted_parameter_names = ["rate_", "growth_"]  # noqa: RUF012
    _bounds = [(0.0, None), (1e-8, None)]  # noqa: RUF012
    _initial_values = [0.01, 0.02]  # noqa: RUF012

    def _cumulative_hazard(self, params, times):
        rate, growth = params
        return rate / growth * np.expm1(growth * times)


@job("lifelines")
def own_law():
    "a law of one's own"
    return fitted(Gompertz().fit(WALTONS["T"], WALTONS["E"]))


@job("lifelines")
def own_law_of_weeks():
    "a law of one's own, of whole weeks"
    return fitted(Gompertz().fit(ROSSI["week"], ROSSI["arrest"]))


class Rate(ParametricRegressionFitter):
    """A regression of one's own: constant hazards, which depend on the covariates."""

    _fitted_parameter_names = ["lambda_"]  # noqa: RUF012

    def _cumulative_hazard(self, params, times, Xs):
        return times * np.exp(-np.dot(Xs["lambda_"], params["lambda_"]))


@job("lifelines")
def own_regression():
    "a regression of one's own"
    data = ROSSI.assign(one=1.0)
    return fitted(Rate().fit(data, "week", "arrest", regressors={"lambda_": ["one", "fin", "age", "prio"]}))


@job("lifelines")
def predictions():
    "a survival curve's prediction"
    fitter = lifelines.WeibullAFTFitter().fit(ROSSI, "week", "arrest")
    curves = fitter.predict_survival_function(ROSSI.head(3), times=[10, 30, 50])
    return [*numpy.ravel(curves).tolist(), *fitter.confidence_intervals_.to_numpy().ravel().tolist()]


@job("autograd-gamma")
def derivatives():
    "derivatives of its functions"
    a, x = np.array([0.7, 1.5, 3.0]), np.array([0.5, 2.0, 2.5])
    functions = [
        autograd_gamma.gammainc, autograd_gamma.gammaincc, autograd_gamma.gammaincln, autograd_gamma.gammainccln,
    ]  # fmt: skip
    found = [grad(lambda a, x, f=f: np.sum(f(a, x)), k)(a, x) for f in functions for k in (0, 1)]
    b, u = np.array([1.2, 2.0, 0.8]), np.array([0.2, 0.5, 0.7])
    betas = [autograd_gamma.betainc, autograd_gamma.betaincln]
    found += [grad(lambda a, b, u, f=f: np.sum(f(a, b, u)), k)(a, b, u) for f in betas for k in (0, 1, 2)]
    found += [hessian(lambda x: np.sum(autograd_gamma.gammainc(a, x)))(x).ravel()]
    return [float(y) for part in found for y in part]


@job("autograd-gamma")
def censored_gamma():
    "a likelihood of censored gamma variables"
    times, seen = WALTONS["T"].to_numpy(float), WALTONS["E"].to_numpy(float)

    def loss(params):
        shape, rate = np.exp(params)
        density = shape * np.log(rate) + (shape - 1) * np.log(times) - rate * times - gammaln(shape)
        return -np.mean(seen * density + (1 - seen) * autograd_gamma.gammainccln(shape, rate * times))

    return minimized(loss, np.array([0.5, -2.0]))


@job("autograd-gamma")
def grouped_beta():
    "a likelihood of grouped beta variables"
    edges, counts = np.linspace(0.1, 0.9, 9), np.array([3.0, 9.0, 15.0, 21.0, 19.0, 13.0, 8.0, 2.0])

    def loss(params):
        a, b = np.exp(params)
        below = autograd_gamma.betainc(a, b, edges)
        chances = (below[1:] - below[:-1]) / (below[-1] - below[0])
        return -np.sum(counts * np.log(chances)) / np.sum(counts)

    return minimized(loss, np.array([0.5, 0.5]))


def minimized(loss, start):
    result = scipy.optimize.minimize(value_and_grad(loss), start, jac=True, method="BFGS", options={"gtol": 1e-9})
    return [float(result.fun), *result.x.tolist()]


def matrix(*shape):
    return numpy.random.default_rng(0).normal(size=shape)


@job("pymanopt")
def eigenvector():
    "the dominant eigenvector, on a sphere"
    a = matrix(20, 20)
    a = a + a.T
    manifold = pymanopt.manifolds.Sphere(20)

    @pymanopt.function.autograd(manifold)
    def cost(point):
        return -point @ a @ point

    start = matrix(20) / numpy.linalg.norm(matrix(20))
    problem = pymanopt.Problem(manifold, cost)
    result = pymanopt.optimizers.TrustRegions(verbosity=0).run(problem, initial_point=start)
    return [result.cost, *(result.point * numpy.sign(result.point[0])).tolist()]


@job("pymanopt")
def eigenvector_first_order():
    "the same by conjugate gradients"
    a = matrix(20, 20)
    a = a + a.T
    manifold = pymanopt.manifolds.Sphere(20)

    @pymanopt.function.autograd(manifold)
    def cost(point):
        return -np.dot(point, np.dot(a, point))

    start = matrix(20) / numpy.linalg.norm(matrix(20))
    optimizer = pymanopt.optimizers.ConjugateGradient(verbosity=0, min_gradient_norm=1e-7, max_iterations=500)
    return [optimizer.run(pymanopt.Problem(manifold, cost), initial_point=start).cost]


@job("pymanopt")
def components():
    "principal components, on a Grassmannian"
    data = matrix(60, 8) * numpy.arange(1.0, 9.0)
    data = data - data.mean(axis=0)
    manifold = pymanopt.manifolds.Grassmann(8, 2)

    @pymanopt.function.autograd(manifold)
    def cost(w):
        return np.linalg.norm(data - data @ w @ w.T) ** 2 / 60

    start = numpy.linalg.qr(matrix(8, 2))[0]
    result = pymanopt.optimizers.TrustRegions(verbosity=0).run(pymanopt.Problem(manifold, cost), initial_point=start)
    return [result.cost, *(result.point @ result.point.T).ravel().tolist()]


@job("pymanopt")
def means():
    "a mean of positive definite matrices"
    parts = matrix(5, 3, 3)
    matrices = parts @ parts.transpose(0, 2, 1) + numpy.eye(3)
    manifold = pymanopt.manifolds.SymmetricPositiveDefinite(3)

    @pymanopt.function.autograd(manifold)
    def cost(x):
        inverse = np.linalg.inv(x)
        return np.sum([np.trace(inverse @ a) + np.linalg.slogdet(x)[1] for a in matrices])

    optimizer = pymanopt.optimizers.ConjugateGradient(verbosity=0, min_gradient_norm=1e-8, max_iterations=300)
    result = optimizer.run(pymanopt.Problem(manifold, cost), initial_point=numpy.eye(3))
    return [result.cost, *result.point.ravel().tolist()]


@job("pymanopt")
def product():
    "a rotation and a translation at once"
    points = matrix(10, 3)
    angle = 0.7
    turned = numpy.array([[numpy.cos(angle), -numpy.sin(angle), 0], [numpy.sin(angle), numpy.cos(angle), 0], [0, 0, 1]])
    moved = points @ turned.T + numpy.array([1.0, 2.0, 3.0])
    manifold = pymanopt.manifolds.Product(
        [pymanopt.manifolds.SpecialOrthogonalGroup(3), pymanopt.manifolds.Euclidean(3)]
    )

    @pymanopt.function.autograd(manifold)
    def cost(rotation, shift):
        return np.sum((points @ rotation.T + shift - moved) ** 2)

    start = [numpy.eye(3), numpy.zeros(3)]
    result = pymanopt.optimizers.TrustRegions(verbosity=0).run(pymanopt.Problem(manifold, cost), initial_point=start)
    return [*result.point[0].ravel().tolist(), *result.point[1].tolist()]


@job("pymanopt")
def low_rank():
    "an approximation of low rank"
    target = matrix(6, 5)
    manifold = pymanopt.manifolds.FixedRankEmbedded(6, 5, 2)

    @pymanopt.function.autograd(manifold)
    def cost(u, s, vt):
        return np.linalg.norm(u @ np.diag(s) @ vt - target) ** 2

    u, s, vt = numpy.linalg.svd(matrix(6, 5)[::-1], full_matrices=False)
    optimizer = pymanopt.optimizers.ConjugateGradient(verbosity=0, min_gradient_norm=1e-8, max_iterations=300)
    result = optimizer.run(pymanopt.Problem(manifold, cost), initial_point=(u[:, :2], s[:2], vt[:2]))
    return [result.cost]


@job("pymanopt")
def phases():
    "phases on complex circles"
    a = matrix(8, 8) + 1j * matrix(8, 8).T
    a = a + a.conj().T
    manifold = pymanopt.manifolds.ComplexCircle(8)

    @pymanopt.function.autograd(manifold)
    def cost(z):
        return -np.real(np.conj(z) @ a @ z)

    start = numpy.exp(1j * numpy.arange(8.0))
    result = pymanopt.optimizers.TrustRegions(verbosity=0).run(pymanopt.Problem(manifold, cost), initial_point=start)
    return [result.cost]
