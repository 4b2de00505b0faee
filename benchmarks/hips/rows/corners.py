"""What programs may rely on besides derivatives: kinds, copies, whole numbers, types of their own."""

import collections
import copy
import math
import pickle

import numpy

import autograd.numpy as np
from autograd import grad, make_vjp, value_and_grad
from autograd.extend import Box, VSpace, defvjp, primitive
from autograd.tracer import Node, getval, trace

from ..row import NO_FORWARD, Raises, group, real

row, program = group("corners")
X = np.array([0.5, -1.0, 2.0])
Point = collections.namedtuple("Point", "x y")
lacks = dict.fromkeys(("gradient", "second", "forward", "jacobian"), "it has no derivative of this function")
NO_METHOD = dict.fromkeys(("gradient", "second", "forward", "jacobian"), "its boxes have no such method")


def asked(ask, x=X):
    """What is answered of x while it is differentiated."""
    answers = []

    def f(x):
        answers.append(ask(x))
        return np.sum(x * 1.0)

    grad(f)(x)
    return answers[0]


def _filled(x):
    y = np.zeros(x.shape)
    y[0] = 1.0
    return y


def _filled_like(x):
    y = np.zeros_like(x)
    y[0] = 1.0
    return y


def _assigned(x):
    y = x * 1.0
    y[0] = x[0] * 2.0
    y[1] = x[1] ** 2
    y[2] = x[2] ** 2
    return np.sum(y) + np.sum(x**2) - x[0]


@primitive
def _both(x):
    return (x, numpy.sin(x))


defvjp(_both, lambda ans, x: lambda g: g[0] + g[1] * np.cos(x))


@primitive
def _applied(f, x):
    return f(x)


defvjp(_applied, None, lambda ans, f, x: lambda g: make_vjp(f)(x)[0](g))


class Names(Node):
    """A trace's nodes that keep the functions' names."""

    __slots__ = ("names",)

    def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
        self.names = [*(name for parent in parents for name in parent.names), fun.__name__]

    def initialize_root(self):
        self.names = []


def _names():
    return trace(Names.new_root(), lambda x: np.sum(np.sin(x) * 2.0), X)[1].names


def _own_type():
    class Money:
        def __init__(self, amount):
            self.amount = amount

    class MoneyBox(Box):
        __slots__ = ()
        amount = property(lambda self: amount(self))

    class MoneySpace(VSpace):
        size = 1
        ones = staticmethod(lambda: Money(1.0))
        _add = _mut_add = staticmethod(lambda x, y: Money(x.amount + y.amount))

    MoneyBox.register(Money)
    MoneySpace.register(Money)
    amount = primitive(lambda money: money.amount)
    defvjp(amount, lambda ans, money: lambda g: Money(g))
    return grad(lambda money: money.amount**2)(Money(3.0)).amount


program(
    "a comparison's kind",
    lambda: asked(lambda x: type(x > 0).__name__),
    "Tensor",
    differs={"value": "a comparison is a tensor of truth values, which serves where an array of them does"},
)
program("a comparison indexes an array", lambda: asked(lambda x: np.arange(3.0)[x > 0]), np.array([0.0, 2.0]))
program("a comparison counts", lambda: asked(lambda x: int(np.sum(x > 0)) + int((x < 5).all())), 3)
program(
    "a comparison and a mask",
    lambda: asked(lambda x: np.arange(3.0)[(x > 0) & np.array([True, True, False])]),
    np.array([0.0]),
)
program("a comparison of numbers is true or false", lambda: asked(lambda x: bool(x > 0) and bool(x != 1.0), 0.5), True)
program("equality by elements", lambda: asked(lambda x: [bool(b) for b in x == x]), [True, True, True])
program("argmax is a whole number", lambda: asked(lambda x: [10, 20, 30][np.argmax(x)]), 30)
program("argsort is an index", lambda: asked(lambda x: [int(i) for i in np.argsort(x)]), [1, 0, 2])
program("floor as an index", lambda: asked(lambda x: [10, 20, 30][int(np.floor(x[2]))]), 30)
program("truth of an element", lambda: asked(lambda x: "yes" if x[0] else "no"), "yes")
program("a box as a key", lambda: asked(lambda x: len({x: 1, x * 1.0: 2})), 2)
program("a box in a list", lambda: asked(lambda x: any(y is x for y in [x])), True)
program("a shape is plain", lambda: asked(lambda x: (x.shape, x.ndim, x.size, len(x))), ((3,), 1, 3, 3))
program("a dtype", lambda: asked(lambda x: str(x.dtype)), "float64")
program(
    "np.shape and np.ndim",
    lambda: asked(lambda x: (np.shape(x), np.ndim(x), np.size(x), np.isscalar(x))),
    ((3,), 1, 3, False),
)
program("zeros of a shape, filled", lambda: grad(lambda x: np.sum(x * _filled(x)))(X), np.array([1.0, 0.0, 0.0]))
program(
    "zeros_like, filled with numbers", lambda: grad(lambda x: np.sum(x * _filled_like(x)))(X), np.array([1.0, 0.0, 0.0])
)
program(
    "_value of a nested box",
    lambda: grad(lambda x: np.sum(grad(lambda y: np.sum(y * y._value))(x)))(X),
    np.zeros(3),
    differs={
        "value": "x._value is a plain array at every level, as getval(x) is; there it is the box of the level around"
    },
)
program(
    "getval of a nested box", lambda: grad(lambda x: np.sum(grad(lambda y: np.sum(y * getval(y)))(x)))(X), np.zeros(3)
)
program("deepcopy of a result", lambda: copy.deepcopy(grad(lambda x: np.sum(x**2))(X)), 2 * X)
program("a pickled gradient", lambda: pickle.loads(pickle.dumps(grad(lambda x: np.sum(x**2))(X))), 2 * X)
program("float32 stays", lambda: str(grad(lambda x: np.sum(np.sin(x) * x))(X.astype(np.float32)).dtype), "float32")
program("float32, by an index", lambda: str(grad(lambda x: x[0] * x[1])(X.astype(np.float32)).dtype), "float32")
program(
    "a value of float32", lambda: str(value_and_grad(lambda x: np.sum(x))(X.astype(np.float32))[0].dtype), "float32"
)
program("a whole number", lambda: grad(lambda x: x**2)(3), Raises(TypeError))
program(
    "whole numbers in an array",
    lambda: grad(lambda x: np.sum(np.sin(x)))(np.array([1, 2])),
    Raises(TypeError),
    differs={
        "value": "derivatives by whole numbers are refused, except by argnum=; there they fail at the first index"
    },
)
program("whole numbers, by an index", lambda: grad(lambda x: x[0] * 0.5)(np.array([1, 2])), Raises(TypeError))
program("math of a box", lambda: grad(lambda x: math.exp(x))(2.0), Raises(TypeError))
program("None returned", lambda: grad(lambda x: None)(2.0), Raises())
program("a list returned", lambda: grad(lambda x: [x, x])(2.0), Raises())
program("a wrong shape", lambda: grad(lambda x: np.sum(np.dot(np.ones((2, 2)), x)))(X), Raises(ValueError))
program("an index outside", lambda: grad(lambda x: x[7])(X), Raises(IndexError))
program("too many arguments", lambda: grad(lambda x: x, 3)(1.0), Raises())
program("a dict with whole keys", lambda: grad(lambda p: p[0] * p[1])({0: 2.0, 1: 3.0}), {0: 3.0, 1: 2.0})
program(
    "a named tuple",
    lambda: tuple(grad(lambda p: p.x * p.y)(Point(2.0, 3.0))),
    (3.0, 2.0),
    beyond={"value": "it has no named tuples"},
)
program(
    "None in a list",
    lambda: grad(lambda p: p[0] ** 2)([2.0, None])[0],
    4.0,
    beyond={"value": "None is no vector to it"},
)
program(
    "NumPy's own function",
    lambda: grad(lambda x: numpy.sum(numpy.exp(numpy.concatenate([x, x]))) / 2)(X),
    np.exp(X),
    beyond={"value": "plain NumPy makes arrays of objects of its boxes"},
)
program(
    "assigning to elements",
    lambda: grad(_assigned)(X),
    np.array([1.0, -2.0, 4.0]) + 2 * X,
    beyond={"value": "its boxes cannot be assigned to"},
)
program(
    "a primitive that returns a tuple",
    lambda: grad(lambda x: np.sum(_both(x)[0] * _both(x)[1]))(X),
    np.sin(X) + X * np.cos(X),
)
program("a primitive of a function", lambda: grad(lambda x: np.sum(_applied(np.sin, x)))(X), np.cos(X))
program("a trace of one's own", _names, ["sin", "multiply", "sum"])
program(
    "a class of one's own",
    _own_type,
    Raises(TypeError),
    differs={"value": "a class of one's own is a dataclass or a named tuple here; another cannot be registered"},
)

row("method dot", lambda x: x.dot(x), real(3), beyond=NO_METHOD)
row("method copy", lambda x: x.copy() ** 2, real(3), beyond=NO_METHOD)
row("method conj and real", lambda x: x.conj().real ** 2, real(3), beyond=NO_METHOD)
row("cumprod", lambda x: np.cumprod(x), real(4), beyond=lacks)
row("median", lambda x: np.median(x), real(5), beyond=lacks)
row("interp", lambda y: np.interp(0.3, np.array([0.0, 1.0]), y), real(2), beyond=lacks)
row("nansum", lambda x: np.nansum(x**2), real(4), beyond=lacks)
row("percentile", lambda x: np.percentile(x, 30), real(5), beyond=lacks)
row("qr", lambda x: np.linalg.qr(x)[1] ** 2, real(3, 3), beyond=lacks)
row("matrix_power", lambda x: np.linalg.matrix_power(x, 3), real(3, 3), beyond=lacks)
row("flip", lambda x: np.flip(x) * x, real(4), beyond=lacks)
row("average", lambda x: np.average(x, weights=np.array([1.0, 2.0, 3.0])), real(3), beyond=lacks)
row("cov", lambda x: np.cov(x), real(2, 4), beyond=lacks)
row("convolve of NumPy", lambda x: np.convolve(x, np.array([1.0, 2.0])), real(4), beyond=lacks)
row("hypot of NumPy", lambda x: np.hypot(x, 2.0), real(4), beyond=NO_FORWARD)
row("take", lambda x: np.take(x, np.array([0, 2, 2])) ** 2, real(4), beyond=lacks)
row("ptp", lambda x: np.ptp(x), real(4), beyond=lacks)
row("vdot", lambda x, y: np.vdot(x, y), real(4), real(4), beyond=lacks)
row("tril_indices and symmetric fill", lambda x: np.linalg.eigvalsh(x + x.T), real(3, 3), beyond=lacks)
