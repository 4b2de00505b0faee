"""Control flow, closures and what a program does with boxes."""

import warnings

import autograd.numpy as np
from autograd import elementwise_grad, grad, jacobian, value_and_grad
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.numpy.numpy_vjps import unbroadcast_f
from autograd.numpy.numpy_vspaces import ArrayVSpace
from autograd.tracer import Box, getval, isbox

from ..row import Raises, group, real

row, program = group("programs")
X = np.array([0.5, -1.0, 2.0])


def newton(x):
    y = 1.0
    for _ in range(8):
        y = y - (y * y - x) / (2 * y)
    return y


def while_loop(x):
    steps = 0
    while np.sum(x**2) > 0.1:
        x = x * 0.5
        steps += 1
    return np.sum(x) * steps


def branch(x):
    if x > 0:
        return x**2
    elif x < -10:
        return 0.0 * x
    return np.sin(x)


def recursive(x, n):
    return x if n == 0 else np.sin(recursive(x, n - 1)) + x


def fill_by_list(x):
    out = [x[0]]
    for i in range(1, len(x)):
        out.append(out[-1] * 0.5 + x[i] ** 2)
    return np.array(out)


class Model:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x):
        return np.sum(np.tanh(self.scale * x))


def assigned(x):
    y = np.zeros(3)
    y[0] = x[1]
    return np.sum(y * x)


def noted(ask, x):
    """What is answered of x while it is differentiated."""
    answers = []

    def f(x):
        answers.append(ask(x))
        return np.sum(x**2)

    grad(f)(x)
    return answers


def stopped(x):
    return np.sum(getval(x) * x)


def printed(x):
    return str(type(x._value).__name__) if hasattr(x, "_value") else "plain"


row("a loop", lambda x: newton(x), 2.0)
row("a while loop", while_loop, real(3))
row("a branch", lambda x: branch(x), 0.8)
row("the other branch", lambda x: branch(x), -0.8)
row("a recursion", lambda x: recursive(x, 4), 0.3)
row("a recurrence", fill_by_list, real(5))
row("a closure", lambda x: (lambda scale: np.sum(scale * x))(x**2), real(3))
row("an object", Model(2.0), real(3))
row("a power series", lambda x: sum(x**k / (k + 1.0) for k in range(6)), 0.4)
row("Euler's method", lambda y: _euler(y), real(2))
row("a comparison chain", lambda x: np.sum(x[(x > -10) & (x < 10)]), real(4))
row("max of Python", lambda x: max(x[0], x[1]) ** 2, lambda g: np.array([0.3, 0.7]))
row("sorted of Python", lambda x: sorted([x[0], x[1], x[2]])[1] ** 2, lambda g: np.array([0.3, 0.7, -0.2]))
row("enumerate", lambda x: sum(i * v**2 for i, v in enumerate(x)), real(4))
row("np.random beside", lambda x: np.sum(np.random.RandomState(0).randn(3) * x**2), real(3))
row("np.arange and linspace", lambda x: np.arange(3) * x + np.linspace(0, 1, 3) * x**2, real(3))

program("isinstance of ArrayBox", lambda: noted(lambda x: isinstance(x, ArrayBox), X), [True])
program("isinstance of ArrayBox of a number", lambda: noted(lambda x: isinstance(x, ArrayBox), 0.5), [True])
program("isinstance of ArrayBox outside", lambda: [isinstance(X, ArrayBox), isinstance(0.5, ArrayBox)], [False, False])
program(
    "isinstance of ArrayBox of what is outside",
    lambda: noted(lambda x: isinstance(x + np.ones(3), ArrayBox), X),
    [True],
)
program(
    "isinstance of Box",
    lambda: value_and_grad(lambda x: np.sum(x) * (1.0 if isinstance(x, Box) else 0.0))(X),
    (1.5, np.ones(3)),
)
program("isbox", lambda: grad(lambda x: np.sum(x) if isbox(x) and not isbox(X) else 0.0 * np.sum(x))(X), np.ones(3))
program("x._value", lambda: grad(lambda x: np.sum(x * x._value))(X), X)
program("x._value is an array", lambda: noted(lambda x: type(x._value) is np.ndarray, X), [True])
program("getval", lambda: grad(stopped)(X), X)
program("getval, nested", lambda: grad(lambda x: np.sum(grad(stopped)(x) * x))(X), X)
program("getval outside", lambda: getval(X), X)
program("float of x._value", lambda: grad(lambda x: x * float(x._value))(2.0), 2.0)
program("printing", lambda: noted(lambda x: "0.5" in str(x), X), [True])
program("a box's type in a message", lambda: printed(X) == "plain", True)
program("gradients are arrays", lambda: type(grad(lambda x: np.sum(x**2))(X)) is np.ndarray, True)
program(
    "gradients of numbers are numbers",
    lambda: np.isscalar(grad(lambda x: x**2)(2.0)) or np.ndim(grad(lambda x: x**2)(2.0)) == 0,
    True,
)
program("values are arrays", lambda: isinstance(value_and_grad(lambda x: np.sum(x**2))(X)[0], float), True)
program("a jacobian is an array", lambda: type(jacobian(lambda x: x**2)(X)) is np.ndarray, True)
program("elementwise_grad gives an array", lambda: type(elementwise_grad(np.tanh)(X)) is np.ndarray, True)
program("a gradient can be written to", lambda: _written(grad(lambda x: np.sum(x * 2.0))(X)), np.array([9.0, 2.0, 2.0]))
program("an array is not changed", lambda: (grad(lambda x: np.sum(x**2))(X), X)[1], np.array([0.5, -1.0, 2.0]))
program(
    "autograd.numpy outside of a derivative",
    lambda: type(np.sin(X)) is np.ndarray and type(np.dot(X, X)) is np.float64,
    True,
)
program(
    "autograd.numpy has NumPy's constants",
    lambda: [np.pi, np.e, np.inf, np.newaxis is None, np.float64 is type(X[0])],
    [3.141592653589793, 2.718281828459045, float("inf"), True, True],
)
program(
    "autograd.numpy makes arrays",
    lambda: [np.zeros((2, 3)).shape, np.eye(2).tolist(), np.arange(3).tolist()],
    [(2, 3), [[1.0, 0.0], [0.0, 1.0]], [0, 1, 2]],
)
program(
    "autograd.numpy.random",
    lambda: (np.random.seed(0), np.random.randn(2).shape, np.random.rand(3).shape)[1:],
    ((2,), (3,)),
)
program("a function with no gradient in it", lambda: _quiet(lambda: grad(lambda x: 3.0)(2.0)), 0.0)
program("unbroadcast_f", lambda: unbroadcast_f(np.ones(3), lambda g: g * 2.0)(np.ones((4, 3))), np.full(3, 8.0))
program("vspace of an array", lambda: [ArrayVSpace(X).size, ArrayVSpace(X).zeros().tolist()], [3, [0.0, 0.0, 0.0]])
program("a gradient step", lambda: _descent(), np.array([0.0, 0.0, 0.0]), tolerance=1e-5)
program("a Python float raises for float()", lambda: grad(lambda x: float(x) ** 2)(2.0), Raises(TypeError))
program("assigning to an element of an array", lambda: grad(assigned)(X), Raises())


def _euler(y):
    for _ in range(5):
        y = y + 0.1 * np.array([y[1], -np.sin(y[0])])
    return y


def _written(g):
    g = np.array(g)
    g[0] = 9.0
    return g


def _quiet(f):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return f()


def _descent():
    x, step = X, grad(lambda x: np.sum(x**2))
    for _ in range(120):
        x = x - 0.1 * step(x)
    return x
