"""``autograd.scipy.stats``."""

import autograd.numpy as np
import autograd.scipy.stats as stats
import autograd.scipy.stats.norm as norm
from autograd import grad
from autograd.scipy.stats import multivariate_normal as mvn

from ..row import NO_FORWARD, between, group, positive, real

row, program = group("statistics")
no_names = dict.fromkeys(("gradient", "second", "forward"), "it does not differentiate arguments given by name")


def law(name, f, *draws, **options):
    row(name, f, *draws, **{"beyond": NO_FORWARD, **options})


def covariance(x):
    return x @ x.T + np.eye(2)


law("norm.pdf", lambda x: norm.pdf(x), real(4))
law("norm.pdf with loc and scale", lambda x, m, s: norm.pdf(x, m, s), real(4), real(), positive())
law("norm.logpdf", lambda x, m, s: norm.logpdf(x, m, s), real(4), real(4), positive(4))
law(
    "norm.logpdf by names", lambda x, m, s: norm.logpdf(x, loc=m, scale=s), real(4), real(), positive(), beyond=no_names
)
law("norm.logpdf that broadcasts", lambda x, m, s: norm.logpdf(x, m, s), real(3, 1), real(4), positive())
law("norm.cdf", lambda x, m, s: norm.cdf(x, m, s), real(4), real(), positive())
law("norm.logcdf", lambda x, m, s: norm.logcdf(x, m, s), real(4), real(), positive())
law("norm.logcdf in the tail", lambda x: norm.logcdf(x), between(-9, -5, 4))
law("norm.sf", lambda x, m, s: norm.sf(x, m, s), real(4), real(), positive())
law("norm.logsf", lambda x, m, s: norm.logsf(x, m, s), real(4), real(), positive())
law("t.pdf", lambda x, m, s: stats.t.pdf(x, 3.5, m, s), real(4), real(), positive())
law("t.logpdf", lambda x, v, m, s: stats.t.logpdf(x, v, m, s), real(4), between(2, 5), real(), positive())
law("t.cdf", lambda x, m: stats.t.cdf(x, 3.5, m), real(4), real())
law("t.logcdf", lambda x, m: stats.t.logcdf(x, 3.5, m), real(4), real())
law("gamma.pdf", lambda x, a: stats.gamma.pdf(x, a), positive(4), positive())
law("gamma.logpdf", lambda x, a: stats.gamma.logpdf(x, a), positive(4), positive(4))
law("gamma.cdf", lambda x: stats.gamma.cdf(x, 1.7), positive(4))
law("beta.pdf", lambda x, a, b: stats.beta.pdf(x, a, b), between(0.1, 0.9, 4), positive(), positive())
law("beta.logpdf", lambda x, a, b: stats.beta.logpdf(x, a, b), between(0.1, 0.9, 4), positive(4), positive(4))
law("beta.cdf", lambda x: stats.beta.cdf(x, 1.3, 2.2), between(0.1, 0.9, 4))
law("chi2.pdf", lambda x: stats.chi2.pdf(x, 3), positive(4))
law("chi2.logpdf", lambda x: stats.chi2.logpdf(x, 3), positive(4))
law("chi2.cdf", lambda x: stats.chi2.cdf(x, 3), positive(4))
law("poisson.pmf", lambda mu: stats.poisson.pmf(np.arange(4), mu), positive(4))
law("poisson.logpmf", lambda mu: stats.poisson.logpmf(np.array([0, 1, 3, 5]), mu), positive(4))
law("poisson.cdf", lambda mu: stats.poisson.cdf(np.arange(4), mu), positive())
law("dirichlet.logpdf", lambda a: stats.dirichlet.logpdf(np.array([0.2, 0.5, 0.3]), a), positive(3))
law("dirichlet.pdf", lambda a: stats.dirichlet.pdf(np.array([0.2, 0.5, 0.3]), a), positive(3))
law("multivariate_normal.logpdf by x", lambda x: mvn.logpdf(x, np.zeros(2), np.eye(2)), real(2))
law("multivariate_normal.logpdf", lambda x, m, r: mvn.logpdf(x, m, covariance(r)), real(3, 2), real(2), real(2, 2))
law("multivariate_normal.pdf", lambda x, m, r: mvn.pdf(x, m, covariance(r)), real(3, 2), real(2), real(2, 2))
law("multivariate_normal.entropy", lambda r: mvn.entropy(np.zeros(2), covariance(r)), real(2, 2))
law("a mixture", lambda x, m: np.sum(np.logaddexp(norm.logpdf(x, m, 1.0), norm.logpdf(x, -m, 2.0))), real(4), real())
law(
    "a censored likelihood", lambda s: np.sum(norm.logpdf(np.arange(3.0), 0.0, s)) + norm.logsf(2.0, 0.0, s), positive()
)
law("a Poisson regression", lambda w: np.sum(stats.poisson.logpmf(np.array([1, 0, 2]), np.exp(np.eye(3) @ w))), real(3))
program("norm.logcdf far out", lambda: grad(norm.logcdf)(-30.0), 30.03325966606722)
