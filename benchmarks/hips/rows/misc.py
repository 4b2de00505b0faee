"""``autograd.misc`` and ``autograd.test_util``."""

import autograd.numpy as np
from autograd import grad
from autograd.misc import const_graph, flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.test_util import check_equivalent, check_grads, check_jvp, check_vjp, combo_check, scalar_close

from ..row import Raises, group

row, program = group("misc")
X = np.array([0.5, -1.0, 2.0])
NEST = {"b": (X, 2.0), "a": [np.array([[1.0, 2.0]])]}


def bowl(x, i):
    return 2 * (x - 1.0)


def bowls(p, i):
    return {"a": 2 * p["a"], "b": [2 * (p["b"][0] - 3.0)]}


def visited(optimizer, **options):
    seen = []
    optimizer(bowl, X, callback=lambda x, i, g: seen.append((x, i, g)), num_iters=3, **options)
    return seen[-1]


def trained():
    loss = lambda w, i: np.mean((np.dot(np.eye(3), w) - X) ** 2)  # noqa: E731
    return adam(grad(loss), np.zeros(3), num_iters=50, step_size=0.1)


program("flatten", lambda: flatten(NEST)[0], np.array([1.0, 2.0, 0.5, -1.0, 2.0, 2.0]))
program(
    "unflatten",
    lambda: flatten(NEST)[1](np.arange(6.0)),
    {"a": [np.array([[0.0, 1.0]])], "b": (np.array([2.0, 3.0, 4.0]), 5.0)},
)
program("flatten of an array", lambda: flatten(np.eye(2))[0], np.array([1.0, 0.0, 0.0, 1.0]))
program("flatten of a number", lambda: flatten(3.0)[0], np.array([3.0]))
program("flatten of nothing", lambda: flatten([])[0], np.array([]))
program(
    "flatten inside a derivative",
    lambda: grad(lambda p: np.sum(flatten(p)[0] ** 2))({"a": X, "b": 2.0}),
    {"a": 2 * X, "b": 4.0},
)
program(
    "flatten_func", lambda: flatten_func(lambda p: {"a": p["a"] ** 2}, {"a": X})[0](np.ones(3) * 2), np.full(3, 4.0)
)
program("gradients by a flat vector", lambda: _flat_gradient(), np.array([2.0, 4.0, 1.0, -2.0, 4.0, 4.0]))
program(
    "sgd", lambda: sgd(bowl, X, num_iters=10), np.array([0.8464401194494234, 0.3857604777976934, 1.3071197611011531])
)
program(
    "sgd with options", lambda: sgd(bowl, X, None, 5, 0.05, 0.5), np.array([0.67919703125, -0.283211875, 1.6416059375])
)
program(
    "rmsprop",
    lambda: rmsprop(bowl, X, num_iters=10, step_size=0.05),
    np.array([0.847285001398121, -0.26991100548731656, 1.4397520825645702]),
)
program(
    "adam",
    lambda: adam(bowl, X, num_iters=10, step_size=0.05, b1=0.8, b2=0.99),
    np.array([0.942198203974177, -0.5091005998722916, 1.5211802689356861]),
)
program(
    "adam of a nest",
    lambda: adam(bowls, {"a": X, "b": [1.0]}, num_iters=5, step_size=0.1),
    {"a": np.array([0.027814451370609616, -0.507963659264342, 1.5029557812950123]), "b": [1.4970442187049877]},
)
program(
    "an optimizer's callback",
    lambda: visited(adam)[:2],
    (np.array([0.5019999472954773, -0.9980000130723586, 1.9980000262138344]), 2),
)
program("a fit by adam", trained, np.array([0.4726832725520615, -1.00481821563041, 2.075764003357932]))
program("const_graph", lambda: const_graph(lambda x: np.sin(x) ** 2)(X), np.sin(X) ** 2)
program(
    "const_graph, called again",
    lambda: (lambda f: [f(X), f(2 * X)])(const_graph(lambda x: np.sin(x) * x)),
    [np.sin(X) * X, np.sin(2 * X) * 2 * X],
)
program("grad of const_graph", lambda: grad(const_graph(lambda x: np.sum(x**3)))(X), 3 * X**2)
program("fixed_point", lambda: _cosine(0.5), 0.4501836112948736)
program("grad of fixed_point", lambda: grad(_cosine)(0.5), 0.7394815923328399, tolerance=1e-6)
row("an implicit square root", lambda a: _babylonian(a), 2.0, modes=("value", "gradient"), tolerance=1e-6)

program("check_grads", lambda: check_grads(lambda x: np.tanh(x) ** 2)(X), None)
program(
    "check_grads in reverse",
    lambda: check_grads(lambda x, y: np.sum(x * y), argnum=(0, 1), modes=["rev"], order=2)(X, X),
    None,
)
program("check_grads of a dict", lambda: check_grads(lambda p: np.sum(p["a"] ** 2), modes=["rev"])({"a": X}), None)
program("check_grads finds a mistake", lambda: check_grads(_planted, modes=["rev"], order=1)(X), Raises(AssertionError))
program("check_vjp and check_jvp", lambda: [check_vjp(np.sin, X), check_jvp(np.sin, X)], [None, None])
program("check_equivalent", lambda: check_equivalent(X, X + 1e-12), None)
program("check_equivalent of different numbers", lambda: check_equivalent(X, X + 1.0), Raises(AssertionError))
program(
    "combo_check",
    lambda: combo_check(np.sum, [0], modes=["rev"], order=1)([np.ones((2, 3)), np.eye(2)], axis=[None, 0]),
    None,
)
program("scalar_close", lambda: [bool(scalar_close(1.0, 1.0 + 1e-9)), bool(scalar_close(1.0, 1.1))], [True, False])


def _flat_gradient():
    flat, unflatten = flatten(NEST)
    return grad(lambda v: sum(np.sum(x**2) for x in (unflatten(v)["a"][0], *unflatten(v)["b"])))(flat)


def _cosine(a):
    return fixed_point(lambda a: lambda x: a * np.cos(x), a, 0.1, lambda x, y: np.abs(x - y), 1e-12)


def _babylonian(a):
    return fixed_point(lambda a: lambda x: (x + a / x) / 2, a, 1.0, lambda x, y: np.abs(x - y), 1e-12)


from autograd.extend import defvjp, primitive  # noqa: E402

_planted = primitive(lambda x: np.sum(x**2))
defvjp(_planted, lambda ans, x: lambda g: g * x)
_planted.__name__ = "planted"
