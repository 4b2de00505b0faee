"""``autograd.scipy``: special functions, integrals of differential equations."""

import autograd.numpy as np
import autograd.scipy.special as sp
from autograd.builtins import tuple as atuple
from autograd.scipy.integrate import odeint
from autograd.scipy.special import gammaln, logsumexp

from ..row import NO_FORWARD, between, group, positive, real

row, program = group("scipy")


def special(name, f, *draws, **options):
    row(name, f, *draws, **{"beyond": NO_FORWARD, **options})


special("gamma", lambda x: sp.gamma(x), positive(4))
special("gammaln", lambda x: gammaln(x), positive(4))
special("digamma", lambda x: sp.digamma(x), positive(4))
special("psi", lambda x: sp.psi(x) * x, positive(4))
special("polygamma", lambda x: sp.polygamma(1, x), positive(4))
special("polygamma of order 2", lambda x: sp.polygamma(2, x), positive(4))
special("rgamma", lambda x: sp.rgamma(x), positive(4))
special("gammasgn", lambda x: sp.gammasgn(x) * x, positive(4))
special("multigammaln", lambda x: sp.multigammaln(x, 3), between(2, 4))
special("gammainc by x", lambda x: sp.gammainc(1.7, x), positive(4))
special("gammaincc by x", lambda x: sp.gammaincc(1.7, x), positive(4))
special("beta", lambda a, b: sp.beta(a, b), positive(4), positive(4))
special("betaln", lambda a, b: sp.betaln(a, b), positive(3, 1), positive(4))
special("betainc by x", lambda x: sp.betainc(1.3, 2.1, x), between(0.1, 0.9, 4))
special("erf", lambda x: sp.erf(x), real(4))
special("erfc", lambda x: sp.erfc(x), real(4))
special("erfinv", lambda x: sp.erfinv(x), between(-0.8, 0.8, 4))
special("erfcinv", lambda x: sp.erfcinv(x), between(0.2, 1.8, 4))
special("expit", lambda x: sp.expit(x), real(4))
special("logit", lambda x: sp.logit(x), between(0.1, 0.9, 4))
special("j0", lambda x: sp.j0(x), real(4))
special("j1", lambda x: sp.j1(x), real(4))
special("jn", lambda x: sp.jn(2, x), positive(4))
special("y0 and y1", lambda x: sp.y0(x) * sp.y1(x), positive(4))
special("yn", lambda x: sp.yn(2, x), positive(4))
special("i0", lambda x: sp.i0(x), real(4))
special("i1", lambda x: sp.i1(x), real(4))
special("iv", lambda x: sp.iv(1.5, x), positive(4))
special("ive", lambda x: sp.ive(1.5, x), positive(4))
row("logsumexp", lambda x: logsumexp(x), real(5))
row("logsumexp over an axis", lambda x: logsumexp(x, axis=1), real(3, 4))
row("logsumexp with keepdims", lambda x: x - logsumexp(x, axis=1, keepdims=True), real(3, 4))
row("logsumexp over two axes", lambda x: logsumexp(x, axis=(0, 2)), real(2, 3, 2))
special("logsumexp with weights", lambda x: logsumexp(x, b=np.array([1.0, 2.0, 0.5])), real(3), beyond={})
special("a logistic loss", lambda w: -np.sum(np.log(sp.expit(np.arange(8.0).reshape(4, 2) / 4 @ w))), real(2))
special("a probit loss", lambda x: np.log(0.5 * sp.erfc(-x / np.sqrt(2))), real(4))

T = np.linspace(0.0, 1.0, 4)
ODE = {"modes": ("value", "gradient"), "tolerance": 1e-5}


def pendulum(y, t, a, b):
    return np.array([y[1], -a * np.sin(y[0]) - b * y[1]])


def decay(y, t, rate):
    return -rate * y


row("odeint by its parameters", lambda a, b: odeint(pendulum, np.array([1.0, 0.0]), T, atuple((a, b))), 2.0, 0.3, **ODE)
row("odeint by its start", lambda y: odeint(pendulum, y, T, (2.0, 0.3)), real(2), **ODE)
row("odeint of vectors", lambda r: odeint(decay, np.array([1.0, 2.0]), T, atuple((r,))), positive(2), **ODE)
row(
    "odeint by its times",
    lambda t: odeint(decay, np.array([1.0, 2.0]), t, (1.3,)),
    lambda g: np.array([0.0, 0.4, 1.1]),
    **ODE,
)
row(
    "odeint with tolerances",
    lambda r: odeint(decay, np.array([1.0]), T, atuple((r,)), rtol=1e-10, atol=1e-10)[-1],
    0.7,
    **ODE,
)
row(
    "a fit of an odeint",
    lambda r: np.sum((odeint(decay, np.array([1.0, 2.0]), T, atuple((r,))) - np.ones((4, 2))) ** 2),
    0.7,
    **ODE,
)
row(
    "odeint with a tuple of Python's",
    lambda r: odeint(decay, np.array([1.0, 2.0]), T, (r,)),
    0.7,
    beyond={"gradient": "it does not look into a tuple of Python's"},
    **ODE,
)
