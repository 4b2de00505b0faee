"""Where a formula divides by zero or has a corner: what is right there, and what HIPS autograd gives."""

import autograd.numpy as np
import autograd.scipy.special as sp
from autograd import elementwise_grad, grad, hessian, jacobian

from ..row import Raises, group

row, program = group("special points")
X = np.array([0.5, -1.0, 2.0])
ZERO = np.array([2.0, 0.0, 3.0])


def wrong(why):
    return {"value": why}


nan = wrong("it gives NaN where the derivative is a number")

program("prod with a zero", lambda: grad(np.prod)(ZERO), np.array([0.0, 6.0, 0.0]), beyond=nan)
program("norm at zero", lambda: grad(np.linalg.norm)(np.zeros(3)), np.zeros(3), beyond=nan)
program("std of equal numbers", lambda: grad(np.std)(np.ones(3)), np.zeros(3), beyond=nan)
program("sinc at zero", lambda: grad(np.sinc)(0.0), 0.0, beyond=nan)
program("abs at zero", lambda: grad(np.abs)(0.0), 0.0)
program("sign", lambda: grad(lambda x: np.sign(x) * 1.0)(2.0), 0.0)
program("x**2 at zero", lambda: grad(lambda x: x**2)(0.0), 0.0)
program("x**1 at zero", lambda: grad(lambda x: x**1)(0.0), 1.0)
program("x**0", lambda: grad(lambda x: x**0)(2.0), 0.0)
program("0**y", lambda: grad(lambda y: 0.0**y)(2.0), 0.0)
program("sqrt at zero", lambda: grad(np.sqrt)(0.0), float("inf"), beyond=wrong("it raises ZeroDivisionError"))
program("ties of max", lambda: grad(np.max)(np.array([1.0, 3.0, 3.0])), np.array([0.0, 0.5, 0.5]))
program("ties of maximum", lambda: grad(lambda x: np.maximum(x, 1.0))(1.0), 0.5)
program("where beside a pole", lambda: grad(lambda x: np.where(x > 0, x, 0.0) * 1.0)(0.0), 0.0)
program(
    "where guards log",
    lambda: grad(lambda x: np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0)))(ZERO),
    np.array([0.5, 0.0, 1 / 3]),
)
program(
    "where without a guard",
    lambda: grad(lambda x: np.sum(np.where(x > 0, np.log(x), 0.0)))(ZERO),
    np.array([0.5, 0.0, 1 / 3]),
    beyond=nan,
)
program("a mask instead of where", lambda: grad(lambda x: np.sum(np.log(x[x > 0])))(ZERO), np.array([0.5, 0.0, 1 / 3]))
program("tanh far out", lambda: elementwise_grad(np.tanh)(np.array([-800.0, 800.0])), np.zeros(2))
program("log1p of exp far out", lambda: grad(lambda x: np.logaddexp(0.0, x))(800.0), 1.0)
program("logsumexp far out", lambda: grad(sp.logsumexp)(np.array([1000.0, 1000.0])), np.array([0.5, 0.5]))
program("logsumexp with -inf", lambda: grad(sp.logsumexp)(np.array([-np.inf, 0.0])), np.array([0.0, 1.0]))
program("expit far out", lambda: grad(lambda x: np.log(sp.expit(x)))(-700.0), 1.0)
program("arctan2 of small numbers", lambda: grad(np.arctan2)(1e-200, 1e-200), 5e199, beyond=wrong("it overflows"))
program("hessian of an affine function", lambda: hessian(lambda x: np.sum(X * x))(X), np.zeros((3, 3)))
program("jacobian of a constant", lambda: jacobian(lambda x: np.ones(2) + 0.0 * x[:2])(X), np.zeros((2, 3)))
program("repeated indices add up", lambda: grad(lambda x: np.sum(x[np.array([0, 0, 1])]))(X), np.array([2.0, 1.0, 0.0]))
program("an eigenvalue that is double", lambda: grad(lambda s: np.sum(np.linalg.eigh(s * np.eye(2))[0]))(2.0), 2.0)
program(
    "solve with a singular matrix",
    lambda: grad(lambda b: np.sum(np.linalg.solve(np.ones((2, 2)), b)))(np.ones(2)),
    Raises(),
)
