"""Distributions with SciPy's names and parameters, differentiable in all of their arguments, also twice.

    norm.logpdf(x, loc=0, scale=1)    gamma.logsf(x, a, loc=0, scale=1)    poisson.logpmf(k, mu, loc=0)

``pdf logpdf cdf logcdf sf logsf`` of continuous and ``pmf logpmf cdf logcdf sf logsf`` of discrete distributions;
``ppf isf mean var std entropy`` where they are closed (AttributeError is raised where not).

Convention: arguments are numbers, arrays, tensors or Values, broadcast with each other. Outside the support the
density is 0, its logarithm -∞, and their derivatives are 0. Parameters that are none (``scale <= 0``) give NaN, as in
SciPy.
Logarithms are computed as such: ``norm.logsf(40)``, ``gamma.logsf(2000, 3)`` and their derivatives are exact.
TypeError is raised for arguments that there are not, ImportError where a distribution needs SciPy and it is missing.
"""

from .beta import beta, f, t
from .circular import vonmises
from .discrete import bernoulli, binom, geom, hypergeom, nbinom, poisson
from .elementary import (
    cauchy,
    expon,
    fisk,
    genpareto,
    halfcauchy,
    laplace,
    logistic,
    pareto,
    powerlaw,
    rayleigh,
    triang,
    uniform,
)
from .extreme import genextreme, gumbel_l, gumbel_r, weibull_max, weibull_min
from .gamma import chi, chi2, gamma, gennorm, invgamma, loggamma, nakagami
from .multivariate import dirichlet, multinomial, multivariate_normal, multivariate_t, wishart
from .normal import halfnorm, invgauss, lognorm, norm, truncnorm

__all__ = [
    "bernoulli", "beta", "binom", "cauchy", "chi", "chi2", "dirichlet", "expon", "f", "fisk", "gamma", "genextreme",
    "gennorm", "genpareto", "geom", "gumbel_l", "gumbel_r", "halfcauchy", "halfnorm", "hypergeom", "invgamma",
    "invgauss", "laplace", "loggamma", "logistic", "lognorm", "multinomial", "multivariate_normal", "multivariate_t",
    "nakagami", "nbinom", "norm", "pareto", "poisson", "powerlaw", "rayleigh", "t", "triang", "truncnorm", "uniform",
    "vonmises", "weibull_max", "weibull_min", "wishart",
]  # fmt: skip
