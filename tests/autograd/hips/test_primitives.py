"""Primitives of HIPS autograd are operations of this engine: values, and derivatives of each order and mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, extend, grad, hessian, jacobian, jvp
from autograd.core import primitive_jvps, primitive_vjps
from autograd.declare import OPERATIONS
from autograd.extend import JVPNode, VJPNode, defjvp, defvjp, primitive, register_notrace
from autograd.testing import gradcheck
from tests.tables.primitives import PRIMITIVES, logsumexp, scaled, to_nest, x, y


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_primitive_is_what_it_computes(name: str) -> None:
    f, expression, args = PRIMITIVES[name]
    tolerance = 1e-6 if name == "other precision" else 1e-12
    every = tuple(range(len(args)))

    def close(ours: Any, theirs: Any) -> None:
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
            assert np.shape(a) == np.shape(b) and np.result_type(a) == np.result_type(b)

    close([f(*args)], [expression(*args)])
    close(jacobian(f, every, mode="reverse")(*args), jacobian(expression, every)(*args))
    close([jvp(f, args, args)[1]], [jvp(expression, args, args)[1]])
    if name != "other precision":
        gradcheck(f, *args, order=2)
    square = lambda *args: np.sum(f(*args) ** 2)  # noqa: E731
    step = autograd.capture(grad(square, every))
    for factor in (1.0, 1.5):
        moved = [a * factor for a in args]
        close(step(*moved), grad(lambda *args: np.sum(expression(*args) ** 2), every)(*moved))


def test_third_derivatives() -> None:
    f, expression, _ = PRIMITIVES["twice"]
    np.testing.assert_allclose(jacobian(hessian(f))(x), jacobian(hessian(expression))(x), rtol=1e-8)


def test_tensors_go_through_primitives() -> None:
    t, c = Tensor(x, requires_grad=True, label="t"), Tensor(y)
    out = scaled(t, c, by=2.0)
    assert (out.node.name, out.node.shape) == ("scaled", (3,))
    out.sum().backward()
    np.testing.assert_allclose(t.grad, 2 * y)
    assert isinstance(scaled(c, c), Tensor) and scaled(c, c).node is None
    assert type(scaled(y, y)) is np.ndarray
    with autograd.no_grad():
        assert scaled(t, c).node is None
    moved = t * 1.0
    out = scaled(moved, c)
    moved[0] = 9.0  # what was recorded keeps its numbers
    out.sum().backward()
    np.testing.assert_allclose(t.grad, 3 * y)
    nest = to_nest(c)
    assert nest["rest"][1:] == [7, "text"] and nest["square"].node is None


CHANGED: dict[str, Callable[[Any, Any], Any]] = {
    "an array": scaled,
    "in a dict": lambda t, factor: within(t, {"by": factor}),
    "by keyword": lambda t, factor: scaled(t, 1.0, by=factor),
}
within = primitive(lambda x, options: x * options["by"])
defvjp(within, lambda ans, x, options: lambda g: g * options["by"])


@pytest.mark.parametrize("name", CHANGED)
def test_arrays_may_change_between_the_passes(name: str) -> None:
    factor = y.copy()
    t = Tensor(x, requires_grad=True)
    out = CHANGED[name](t, factor).sum()
    factor[:] = 0
    out.backward()
    np.testing.assert_allclose(t.grad, y)


def test_rules_look_up_by_primitive() -> None:
    assert logsumexp in primitive_vjps and logsumexp not in primitive_jvps and np.sin not in primitive_vjps
    pull = primitive_vjps[scaled]((1,), None, (2.0, 3.0), {"by": 5.0})
    assert list(pull(1.0)) == [10.0]
    with pytest.raises(KeyError):
        primitive_jvps[logsumexp]
    assert primitive_jvps.get(logsumexp) is None
    square = primitive(lambda x: x**2)
    primitive_vjps[square] = lambda argnums, ans, args, kwargs: lambda g: [2 * g * args[0]]
    assert grad(square)(3.0) == 6.0


def test_a_function_of_another_library_is_given_a_rule() -> None:
    special = pytest.importorskip("scipy.special")
    function = special.owens_t
    try:
        defvjp(function, lambda ans, h, a: lambda g: -g * np.exp(-(h**2) / 2) * special.erf(a * h / np.sqrt(2))
               / np.sqrt(8 * np.pi), argnums=[0])  # fmt: skip
        gradcheck(lambda h: function(h, 0.7), x)
        with pytest.raises(NotImplementedError, match=r"owens_t wrt argnums \(1,\)"):
            grad(function, 1)(0.5, 0.7)
    finally:
        del OPERATIONS[function]


def test_constants_in_one_direction_or_both() -> None:
    sign = declared(None, lambda x: x > 0)
    assert grad(lambda x: sign(x) * x)(3.0) == 1.0
    double = primitive(lambda x: 2 * x)
    register_notrace(VJPNode, double)
    assert grad(lambda x: double(x) * x)(3.0) == 6.0
    backward = primitive(lambda x: 2 * x)
    defvjp(backward, lambda ans, x: lambda g: 2 * g)
    register_notrace(JVPNode, backward)
    assert (grad(backward)(3.0), jvp(backward, (3.0,), (1.0,))[1]) == (2.0, 0.0)
    forward = primitive(lambda x: 2 * x)
    defjvp(forward, "same")
    register_notrace(VJPNode, forward)
    assert (grad(lambda x: forward(x) + x)(3.0), jvp(forward, (3.0,), (1.0,))[1]) == (1.0, 2.0)
    assert grad(lambda x: extend.notrace_primitive(np.exp)(x) * x)(0.0) == 1.0
    register_notrace(VJPNode, np.argmax)  # it is one


def test_the_first_years_ways_to_declare() -> None:
    f = autograd.primitive(lambda x, y: x * y)
    with pytest.warns(DeprecationWarning, match="superseded"):
        f.defgrad(lambda ans, x, y: lambda g: g * y)
        f.defvjp(lambda g, ans, vs, gvs, x, y: g * x * np.ones(vs.shape), argnum=1)
    assert grad(f, (0, 1))(2.0, 3.0) == (3.0, 2.0) and grad(grad(f), 1)(2.0, 3.0) == 1.0
    with pytest.warns(DeprecationWarning):
        f.defvjp_is_zero([0])
    assert grad(f, (0, 1))(2.0, 3.0) == (0.0, 2.0)


def declared(vjp: Any, function: Any = lambda x: x * 2) -> Callable[..., Any]:
    f = primitive(function)
    defvjp(f, vjp)
    return f  # type: ignore[no-any-return]


outside = Tensor(2.0, requires_grad=True)
WRONG: dict[str, tuple[Callable[[], Any], type, str]] = {
    "no gradient": (lambda: grad(primitive(np.sin))(1.0), NotImplementedError, "VJP of sin wrt .* defvjp"),
    "no tangent": (lambda: jvp(primitive(np.sin), (1.0,), (1.0,)), NotImplementedError, "JVP of sin .* defvjp"),
    "only another": (
        lambda: grad(lambda a, b: declared(None, lambda a, b: a * b)(a, b), 1)(1.0, 2.0),
        NotImplementedError,
        r"argnums \(1,\)",
    ),
    "a shape": (lambda: grad(lambda x: np.sum(declared(lambda ans, x: lambda g: np.ones(2))(x)))(x), TypeError,
                r"argument 0 returned shape \(2,\).*shape \(3,\)"),
    "nothing": (lambda: grad(declared(lambda ans, x: lambda g: None))(1.0), TypeError, "returned a NoneType"),
    "other form": (lambda: grad(declared(lambda ans, x: lambda g: (g, g), lambda x: x[0]))((1.0,)), TypeError,
                   "argument 0, a tuple"),
    "other keys": (lambda: grad(declared(lambda ans, d: lambda g: {"b": g}, lambda d: d["a"]))({"a": 1.0}), TypeError,
                   "KeyError: 'a'"),
    "an object": (lambda: grad(declared(None, lambda x: object()))(1.0), TypeError, "an object of class object"),
    "truth values": (lambda: grad(declared(lambda ans, x: lambda g: g, lambda x: x > 0))(1.0), TypeError,
                     r"derivatives declared for it would be lost.*astype\(float\)"),
    "a function": (lambda: grad(declared(None, lambda x: lambda: x))(1.0), TypeError, "an object of class function"),
    "a closure": (lambda: grad(declared(None, lambda x: x * outside))(1.0), TypeError, "make tensors inputs"),
    "a masked array": (
        lambda: grad(declared(None, lambda x: np.ma.masked_less(np.ones(2) * x, 3)))(1.0),
        TypeError,
        r"returned MaskedArray .* np.asarray\(y\)",
    ),
    "a keyword": (lambda: grad(lambda x: scaled(x, 1.0, by=x))(1.0), TypeError, "keyword arguments by.*by position"),
    "no function": (lambda: declared("same"), TypeError, "has no function as its VJP, but 'same'"),
    "no tangent's function": (lambda: defjvp(scaled, "equal"), TypeError, "neither a function nor 'same'"),
    "no primitive": (lambda: defvjp(lambda x: x, None), TypeError, "no primitive. Write .* = primitive"),
    "differentiated": (lambda: defvjp(np.tanh, None), TypeError, r"f = primitive\(tanh\)"),
    "a box": (lambda: extend.Box(1.0, None, None), TypeError, "no Box is made by hand"),
    "a class of boxes": (lambda: extend.Box.register(str), TypeError, "str is no class of arrays"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_told(name: str) -> None:
    mistake, kind, words = WRONG[name]
    with pytest.raises(kind, match=words):
        mistake()
