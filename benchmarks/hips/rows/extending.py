"""Operations that a user declares: ``autograd.extend``, and ``autograd.core`` below it."""

import numpy

import autograd.numpy as np
from autograd import grad, jacobian, make_jvp, make_vjp
from autograd.core import make_vjp as core_make_vjp
from autograd.core import primitive_vjps
from autograd.extend import (
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    vspace,
)
from autograd.util import subval, subvals
from autograd.wrap_util import get_name, unary_to_nary

from ..row import Raises, group, real

row, program = group("extending")
X, V = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.5, -2.0])


@primitive
def logsumexp(x):
    top = numpy.max(x)
    return top + numpy.log(numpy.sum(numpy.exp(x - top)))


defvjp(logsumexp, lambda ans, x: lambda g: np.full(np.shape(x), g) * np.exp(x - ans))
defjvp(logsumexp, lambda g, ans, x: np.sum(g * np.exp(x - ans)))


@primitive
def scaled(x, y, power=1):
    return x * y**power


defvjp(
    scaled,
    lambda ans, x, y, power=1: lambda g: g * y**power,
    lambda ans, x, y, power=1: lambda g: g * x * power * y ** (power - 1),
)
defjvp(
    scaled, lambda g, ans, x, y, power=1: g * y**power, lambda g, ans, x, y, power=1: g * x * power * y ** (power - 1)
)


@primitive
def only_first(x, y):
    return x**2 * y


defvjp(only_first, lambda ans, x, y: lambda g: g * 2 * x * y, None)
defjvp(only_first, lambda g, ans, x, y: g * 2 * x * y, None)


@primitive
def only_second(flag, y):
    return y**3 if flag else y


defvjp(only_second, lambda ans, flag, y: lambda g: g * 3 * y**2, argnums=(1,))


@primitive
def total(*parts):
    return sum(parts)


defvjp_argnum(total, lambda argnum, ans, args, kwargs: lambda g: g)
defjvp_argnum(total, lambda argnum, g, ans, args, kwargs: g)


@primitive
def product(x, y):
    return x * y


defvjp_argnums(
    product,
    lambda argnums, ans, args, kwargs: lambda g: tuple(g * args[1 - k] for k in argnums),
)
defjvp_argnums(
    product, lambda argnums, gs, ans, args, kwargs: sum(g * args[1 - k] for k, g in zip(argnums, gs, strict=True))
)


@primitive
def doubled(x):
    return 2.0 * x


def_linear(doubled)
defvjp(doubled, lambda ans, x: lambda g: doubled(g))


@primitive
def same_forward(x):
    return 3.0 * x


defjvp(same_forward, "same")
defvjp(same_forward, lambda ans, x: lambda g: 3.0 * g)


@primitive
def bare(x):
    return x * 2.0


@primitive
def mixed(x):
    """A rule with no derivative of its own: g alone is differentiable again."""
    return numpy.tanh(x)


defvjp(mixed, lambda ans, x: lambda g: g * (1.0 - ans**2))


@notrace_primitive
def how_many(x):
    assert type(x) is numpy.ndarray
    return len(x)


@unary_to_nary
def squared_gradient(fun, x):
    return grad(fun)(x) ** 2


row("a primitive", lambda x: logsumexp(x) ** 2, real(4))
row("a primitive of two arguments", lambda x, y: scaled(x, y), real(3), real(3))
row("a primitive with a keyword", lambda x, y: scaled(np.sin(x), y, power=3), real(3), real(3))
row("a primitive of several arguments", lambda x, y: total(x, y**2, x), real(3), real(3))
row("a primitive with defvjp_argnums", lambda x, y: product(x, np.cos(y)), real(3), real(3))
row("a linear primitive", lambda x: doubled(x) ** 2, real(3))
row("a primitive that is the same forward", lambda x: same_forward(x) ** 2, real(3))
row("a primitive without a forward rule", lambda x: mixed(x), real(3), modes=("value", "gradient", "second"))
row(
    "a primitive with a rule of one argument",
    lambda y: only_second(True, y),
    real(3),
    modes=("value", "gradient", "second"),
)
row("a primitive among others", lambda x: np.sum(np.exp(x) * logsumexp(x * 2.0)), real(3))
row("a notrace_primitive", lambda x: np.sum(x) / how_many(x), real(3))

program("a primitive on plain arrays", lambda: type(logsumexp(X)) in (float, np.float64), True)
program("a primitive gets plain arrays", lambda: grad(lambda x: np.sum(_plain(x)))(X), np.full(3, 7.0))
program("a primitive without a rule", lambda: grad(lambda x: np.sum(bare(x)))(X), Raises(NotImplementedError))
program("a primitive without a rule, not differentiated", lambda: bare(X), 2 * X)
program("None for no derivative", lambda: grad(lambda x: np.sum(only_first(X, x)) + np.sum(x))(V), np.ones(3))
program("a rule of one argument only", lambda: grad(lambda y: np.sum(only_second(True, y)))(X), 3 * X**2)
program("a primitive's jacobian", lambda: jacobian(logsumexp)(X), np.exp(X - logsumexp(X)))
program("a primitive, in make_jvp", lambda: make_jvp(logsumexp)(X)(V)[1], np.sum(V * np.exp(X - logsumexp(X))))
program("a primitive, in make_vjp", lambda: make_vjp(doubled)(X)[0](V), 2 * V)
program("a primitive's name", lambda: get_name(logsumexp), "logsumexp")
program("a primitive of SciPy's kind", lambda: grad(lambda x: np.sum(_wrapped(x)))(X), np.cos(X))
program("a rule told later wins", lambda: _retold(), np.full(3, 5.0))
program("unary_to_nary", lambda: squared_gradient(lambda x, y: np.sum(x * y), 1)(X, V), X**2)
program(
    "subval and subvals",
    lambda: [subval((1, 2, 3), 1, 9), subvals((1, 2, 3), [(0, 7), (2, 8)])],
    [(1, 9, 3), (7, 2, 8)],
)
program(
    "vspace", lambda: [vspace(X).size, vspace(X).shape, vspace(2.0).size, vspace(X) == vspace(V)], [3, (3,), 1, True]
)
program(
    "vspace's numbers",
    lambda: [vspace(X).zeros(), vspace(X).ones(), list(vspace(X).standard_basis())],
    [0 * X, np.ones(3), list(np.eye(3))],
)
program(
    "vspace's algebra",
    lambda: [vspace(X).add(X, V), vspace(X).scalar_mul(X, 2.0), vspace(X).inner_prod(X, V)],
    [X + V, 2 * X, X @ V],
)
program("vspace of a list", lambda: vspace([X, 2.0]).zeros(), [0 * X, 0.0])
program("vspace of what is no number", lambda: vspace("text"), Raises(TypeError))
program("core.make_vjp", lambda: core_make_vjp(lambda x: x**2, X)[0](V), 2 * X * V)
program("core.primitive_vjps has the rules", lambda: logsumexp in primitive_vjps, True)


@primitive
def _plain(x):
    assert type(x) is numpy.ndarray
    return 7.0 * x


defvjp(_plain, lambda ans, x: lambda g: 7.0 * g)

_wrapped = primitive(numpy.sin)
defvjp(_wrapped, lambda ans, x: lambda g: g * np.cos(x))


def _retold():
    again = primitive(lambda x: 5.0 * x)
    defvjp(again, lambda ans, x: lambda g: 4.0 * g)
    defvjp(again, lambda ans, x: lambda g: 5.0 * g)
    return grad(lambda x: np.sum(again(x)))(X)
