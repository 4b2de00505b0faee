"""The operators of ``autograd`` and of ``autograd.differential_operators``."""

import autograd.numpy as np
from autograd import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)
from autograd.builtins import tuple as atuple
from autograd.differential_operators import make_jvp_reversemode

from ..row import Raises, group

row, program = group("operators")
X, V = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.5, -2.0])
M = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 1.0], [0.0, 1.0, 3.0]])

funcsigs = {"value": "it needs a package, funcsigs, which it does not install"}


def cube(x):
    return np.sum(x**3)


def both(x, y):
    return np.sum(x * y**2)


def named(scale, shift=1.0):
    return np.sum(scale * X**2) + shift**2


def quadratic(x):
    return np.dot(x, np.dot(M, x)) / 2


program("grad", lambda: grad(cube)(X), 3 * X**2)
program("grad of a number", lambda: grad(lambda x: x**3)(2.0), 12.0)
program("grad by argnum", lambda: grad(both, argnum=1)(X, V), 2 * X * V)
program("grad by a position", lambda: grad(both, 1)(X, V), 2 * X * V)
program("grad by several arguments", lambda: grad(both, [0, 1])(X, V), (V**2, 2 * X * V))
program("grad by a tuple of arguments", lambda: grad(both, argnum=(1, 0))(X, V), (2 * X * V, V**2))
program("grad with keywords passed on", lambda: grad(named)(2.0, shift=3.0), 5.25)
program("grad of grad", lambda: grad(grad(lambda x: x**4))(2.0), 48.0)
program("grad of grad of grad", lambda: grad(grad(grad(np.sin)))(0.3), -np.cos(0.3))
program("grad of grad by different arguments", lambda: grad(grad(lambda x, y: x**2 * y, 0), 1)(3.0, 2.0), 6.0)
program("grad keeps a name", lambda: "cube" in grad(cube).__name__, True)
program("grad of an array of one element", lambda: grad(lambda x: x[:1] ** 2)(X), np.array([1.0, 0.0, 0.0]))
program("grad of a function of one constant", lambda: grad(lambda x: x * 0.0 + 3.0)(X[0]), 0.0)
program("grad by a vector output", lambda: grad(lambda x: x**2)(X), Raises(TypeError))
program("grad of what is no number", lambda: grad(lambda x: x)("text"), Raises(TypeError))
program("value_and_grad", lambda: value_and_grad(cube)(X), (7.125, 3 * X**2))
program("value_and_grad by argnum", lambda: value_and_grad(both, 1)(X, V), (8.25, 2 * X * V))
program("value_and_grad of a vector", lambda: value_and_grad(lambda x: x)(X), Raises(TypeError))
program("grad_and_aux", lambda: grad_and_aux(lambda x: (np.sum(x**2), x * 3.0))(X), (2 * X, 3 * X))
program(
    "grad_and_aux of a tuple", lambda: grad_and_aux(lambda x: atuple((np.sum(x), np.sum(x**2))))(X), (np.ones(3), 5.25)
)
program("grad_named", lambda: grad_named(named, "shift")(2.0, 3.0), 6.0)
program(
    "multigrad_dict",
    lambda: dict(multigrad_dict(named)(scale=2.0, shift=3.0)),
    {"scale": 5.25, "shift": 6.0},
    beyond=funcsigs,
)
program(
    "multigrad_dict with a default",
    lambda: dict(multigrad_dict(named)(2.0)),
    {"scale": 5.25, "shift": 2.0},
    beyond=funcsigs,
)
program("elementwise_grad", lambda: elementwise_grad(np.tanh)(X), 1 - np.tanh(X) ** 2)
program("elementwise_grad by argnum", lambda: elementwise_grad(lambda x, y: x * y**2, 1)(X, V), 2 * X * V)
program("elementwise_grad, twice", lambda: elementwise_grad(elementwise_grad(np.sin))(X), -np.sin(X))
program("elementwise_grad of sums", lambda: elementwise_grad(lambda x: np.dot(M, x))(X), np.sum(M, axis=0))
program("deriv", lambda: deriv(np.tanh)(0.4), 1 - np.tanh(0.4) ** 2)
program("deriv of an array", lambda: deriv(lambda x: x**3)(X), 3 * X**2)
program("jacobian", lambda: jacobian(lambda x: np.dot(M, x) ** 2)(X), 2 * (M @ X)[:, None] * M)
program("jacobian by argnum", lambda: jacobian(lambda x, y: x[:2] * y[1], 1)(X, V), np.outer(X[:2], [0.0, 1.0, 0.0]))
program("jacobian of a number", lambda: jacobian(lambda x: np.sum(x**2))(X), 2 * X)
program(
    "jacobian by a number",
    lambda: jacobian(lambda t: np.array([t, t**2, np.sin(t)]))(0.5),
    np.array([1.0, 1.0, np.cos(0.5)]),
)
program("jacobian of a matrix", lambda: jacobian(lambda x: np.outer(x, x))(X).shape, (3, 3, 3))
program("jacobian of jacobian", lambda: jacobian(jacobian(lambda x: x**3))(X)[1, 1, 1], -6.0)
program(
    "hessian",
    lambda: hessian(lambda x: np.sum(x**3) + x[0] * x[1])(X),
    np.diag(6 * X) + np.eye(3)[[1, 0, 2]] * [[1], [1], [0]],
)
program("hessian of a quadratic", lambda: hessian(quadratic)(X), (M + M.T) / 2)
program("hessian by argnum", lambda: hessian(lambda x, y: np.sum(x * y**3), 1)(X, V), np.diag(6 * X * V))
program("hessian of a number", lambda: hessian(lambda x: x**4)(2.0), 48.0)
program("hessian of a matrix", lambda: hessian(lambda x: np.sum(x**2))(M).shape, (3, 3, 3, 3))
program("hessian_vector_product", lambda: hessian_vector_product(cube)(X, V), 6 * X * V)
program("hessian_tensor_product", lambda: hessian_tensor_product(lambda x: np.sum(x**3))(M, M), 6 * M * M)
program("hessian_vector_product by argnum", lambda: hessian_vector_product(both, argnum=1)(X, V, V), 2 * X * V)
program("make_hvp", lambda: make_hvp(cube)(X)[0](V), 6 * X * V)
program("make_hvp gives the gradient too", lambda: make_hvp(cube)(X)[1], 3 * X**2)
program("make_hvp by argnum", lambda: make_hvp(both, 1)(X, V)[0](V), 2 * X * V)
program("tensor_jacobian_product", lambda: tensor_jacobian_product(lambda x: np.dot(M, x))(X, V), V @ M)
program("vector_jacobian_product", lambda: vector_jacobian_product(lambda x: x**2)(X, V), 2 * X * V)
program("make_vjp", lambda: make_vjp(lambda x: x**2)(X)[0](V), 2 * X * V)
program("make_vjp gives the value too", lambda: make_vjp(lambda x: x**2)(X)[1], X**2)
program("make_vjp by argnum", lambda: make_vjp(lambda x, y: x * y**2, 1)(X, V)[0](V), 2 * X * V * V)
program(
    "make_vjp, called twice",
    lambda: [make_vjp(np.sin)(X)[0](v) for v in (V, 2 * V)],
    [np.cos(X) * V, 2 * np.cos(X) * V],
)
program(
    "make_vjp kept",
    lambda: (lambda pull: [pull(V), pull(2 * V)])(make_vjp(np.sin)(X)[0]),
    [np.cos(X) * V, 2 * np.cos(X) * V],
)
program("make_jvp", lambda: make_jvp(lambda x: x**2)(X)(V), (X**2, 2 * X * V))
program("make_jvp by argnum", lambda: make_jvp(lambda x, y: x * y**2, 1)(X, V)(V)[1], 2 * X * V * V)
program("make_jvp by both arguments", lambda: make_jvp(lambda x, y: x * y, (0, 1))(X, V)((V, X))[1], V * V + X * X)
program("make_jvp of make_jvp", lambda: make_jvp(lambda x: make_jvp(np.sin)(x)(V)[1])(X)(V)[1], -np.sin(X) * V * V)
program("make_jvp of grad", lambda: make_jvp(grad(cube))(X)(V)[1], 6 * X * V)
program("grad of make_jvp", lambda: grad(lambda x: np.sum(make_jvp(lambda y: y**3)(x)(V)[1]))(X), 6 * X * V)
program("make_jvp_reversemode", lambda: make_jvp_reversemode(lambda x: np.dot(M, x) ** 2)(X)(V), 2 * (M @ X) * (M @ V))
program("make_ggnvp", lambda: make_ggnvp(lambda x: np.dot(M, x))(X)(V), M.T @ (M @ V))
program(
    "make_ggnvp of a loss",
    lambda: make_ggnvp(lambda x: np.dot(M, x), lambda y: np.sum(y**4) / 12)(X)(V),
    M.T @ ((M @ X) ** 2 * (M @ V)),
)
program("checkpoint", lambda: grad(lambda x: np.sum(checkpoint(lambda y: np.sin(y) ** 2)(x)))(X), np.sin(2 * X))
program("checkpoint of two arguments", lambda: grad(lambda x: checkpoint(both)(x, V) * 2.0)(X), 2 * V**2)
program("checkpoint, twice", lambda: grad(grad(checkpoint(lambda y: y**4)))(2.0), 48.0)
program(
    "grad inside a function",
    lambda: grad(lambda x: np.sum((x - 0.1 * grad(cube)(x)) ** 2))(X),
    2 * (X - 0.3 * X**2) * (1 - 0.6 * X),
)
program("grad inside by a closure", lambda: grad(lambda x: x * grad(lambda y: x * y**2)(2.0))(3.0), 24.0)
program("nested variables are not confused", lambda: grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0), 1.0)
