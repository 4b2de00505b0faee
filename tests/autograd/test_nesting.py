"""Derivatives inside derivatives: random nestings against tagged dual numbers, and their cost, which is linear."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, checkpoint, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

# ---------------------------------------------------------------- random nestings


class Dual:
    """a + b ε, where each derivative has an ε of its own; that of the innermost stands outermost."""

    def __init__(self, tag: int, a: Any, b: Any) -> None:
        self.tag, self.a, self.b = tag, a, b

    def __add__(self, other: Any) -> Any:
        tag = max(self.tag, getattr(other, "tag", 0))
        (a, b), (c, d) = parts(self, tag), parts(other, tag)
        return Dual(tag, a + c, b + d)

    def __mul__(self, other: Any) -> Any:
        tag = max(self.tag, getattr(other, "tag", 0))
        (a, b), (c, d) = parts(self, tag), parts(other, tag)
        return Dual(tag, a * c, a * d + b * c)

    __radd__, __rmul__ = __add__, __mul__


def parts(x: Any, tag: int) -> tuple[Any, Any]:
    return (x.a, x.b) if isinstance(x, Dual) and x.tag == tag else (x, 0.0)


def circular(x: Any, turn: int) -> Any:
    """sin(x + turn π/2)."""
    if not isinstance(x, Dual):
        return math.sin(x + turn * math.pi / 2)
    return Dual(x.tag, circular(x.a, turn), circular(x.a, turn + 1) * x.b)


TAGS = itertools.count(1)


def by_duals(f: Callable[[Any], Any], x: Any) -> Any:
    tag = next(TAGS)
    return parts(f(Dual(tag, x, 1.0)), tag)[1]


WAYS: list[Callable[[Any, Any], Any]] = [
    lambda f, x: grad(f)(x),
    lambda f, x: jvp(f, (x,), (1.0,))[1],
    lambda f, x: vjp(f, x)[1](1.0)[0],
    lambda f, x: jacobian(f, mode="forward")(x),
    lambda f, x: grad(checkpoint(f))(x),
]
PROGRAMS: Any = st.recursive(  # a number is a variable, by its place in the environment
    st.integers(0, 3),
    lambda e: (
        st.tuples(st.sampled_from("+*"), e, e)
        | st.tuples(st.just("sin"), e)
        | st.tuples(st.just("d"), e, e, st.integers(0, len(WAYS) - 1))  # d(body)/du at a point; u joins the variables
    ),
    max_leaves=12,
)


def run(program: Any, variables: list[Any], sine: Callable[[Any], Any], ways: list[Any]) -> Any:
    """The value of a program."""
    if isinstance(program, int):
        return variables[program - len(variables) if program < len(variables) else 0]
    name, first, *rest = program
    if name == "d":
        at, way = run(rest[0], variables, sine, ways), rest[1]
        return ways[way](lambda u: run(first, [*variables, u], sine, ways), at)
    a = run(first, variables, sine, ways)
    if name == "sin":
        return sine(a)
    b = run(rest[0], variables, sine, ways)
    return a + b if name == "+" else a * b


@given(program=PROGRAMS, x=st.floats(-1.5, 1.5), outer=st.integers(0, len(WAYS) - 1))
def test_any_nesting_has_the_derivative_of_dual_numbers(program: Any, x: float, outer: int) -> None:
    def reference(x: Any) -> Any:
        return run(program, [0.7, x], lambda a: circular(a, 0), [by_duals] * len(WAYS))

    def ours(x: Any) -> Any:
        return run(program, [0.7, x], np.sin, WAYS)

    tolerance = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(ours(x), reference(x), **tolerance)
    np.testing.assert_allclose(WAYS[outer](ours, x), by_duals(reference, x), **tolerance)
    leaf = Tensor(x, requires_grad=True)
    y = ours(leaf)
    if isinstance(y, Tensor) and y.requires_grad:
        y.backward()
    np.testing.assert_allclose(0.0 if leaf.grad is None else leaf.grad, by_duals(reference, x), **tolerance)


# ---------------------------------------------------------------- the cost


def product(s: Any) -> Callable[[Any], Any]:
    """A function that uses what was recorded before it."""
    return lambda u: np.sin(u) * s


def two_deep(s: Any) -> Any:
    """A derivative in each step of a loop inside a derivative."""

    def f(u: Any) -> Any:
        for _ in range(3):
            u = u + grad(product(u * s))(0.3)
        return u

    return jvp(f, (0.3,), (1.0,))[1]


STEPS: dict[str, Callable[[Any], Any]] = {
    "jvp": lambda s: jvp(product(s), (0.3,), (1.0,))[1],
    "grad": lambda s: grad(product(s))(0.3),
    "grad at a tracked point": lambda s: grad(np.sin)(s),
    "the value too": lambda s: sum(value_and_grad(product(s))(0.3)),
    "vjp": lambda s: vjp(product(s), 0.3)[1](1.0)[0],
    "vjp of a tracked gradient": lambda s: vjp(np.sin, 0.3)[1](s)[0],
    "jvp along a tracked direction": lambda s: jvp(np.sin, (0.3,), (s,))[1],
    "jacobian by columns": lambda s: jacobian(product(s), mode="forward")(0.3),
    "jacobian by rows": lambda s: jacobian(product(s), mode="reverse")(0.3),
    "hessian": lambda s: hessian(product(s))(0.3),
    "hvp": lambda s: hvp(product(s))(0.3, 1.0),
    "checkpoint": lambda s: checkpoint(np.sin, s),
    "checkpoint with a closure": lambda s: checkpoint(product(s), 0.3),
    "a loop of gradients in a tangent": two_deep,
}


def by_backward(f: Callable[[Any], Any]) -> None:
    f(Tensor(0.7, requires_grad=True)).backward()


AROUND: dict[str, Callable[[Callable[[Any], Any]], Any]] = {
    "backward": by_backward,
    "grad": lambda f: grad(f)(0.7),
    "jvp": lambda f: jvp(f, (0.7,), (1.0,)),
    "hvp": lambda f: hvp(f)(0.7, 1.0),
}


def loop(step: Callable[[Any], Any], count: int) -> Callable[[Any], Any]:
    """A recorded loop with a derivative in each step; beside what the step uses runs a chain that it does not see."""

    def f(x: Any) -> Any:
        s, beside = x, x
        for _ in range(count):
            beside = np.sin(beside)
            s = s + 1e-3 * step(s) + 1e-3 * beside
        return s

    return f


def calls(run: Callable[[], Any]) -> int:
    """How many functions are called, C's included: each visit of a node in a walk calls some."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("step", STEPS)
def test_a_derivative_in_each_step_costs_its_own_part(step: str, around: str) -> None:
    once, twice = (calls(lambda n=n: AROUND[around](loop(STEPS[step], n))) for n in (40, 80))  # type: ignore[misc]
    assert twice < 2.1 * once
