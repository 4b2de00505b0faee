"""The words by which operations are declared; each is a kind of map.

    elementwise(np.exp,      lambda d, y: d * y)
    elementwise(np.multiply, lambda d, b: d * b, lambda d, a: d * a)
    linear(np.sum,           lambda g, x_shape, axis=None, keepdims=False: restore(...))
    bilinear(np.matmul,      lambda g, b: ..., lambda g, a: ...)
    primitive(np.max,        pull=lambda g, x, y, axis=None: ..., push=lambda t, x, y, axis=None: ...)
    @composed(np.trapezoid)  # a function written with the others

A rule is calculus and nothing else. Its first parameter is the derivative passing through. The names of the others say
what it needs, and only that is kept: ``y`` the result; ``x`` (one input) or ``a``, ``b`` (two) or the function's own
parameter names, the inputs; ``x_shape`` and ``x_dtype`` just those; any other parameter of the function, as the caller
gave it, else the rule's default. A rule runs only for an input that is tracked. Its result may still be broadcast (the
sweep undoes that). It is written with NumPy functions, so that higher orders can call it on tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .declaration import Rule
from .operation import Operation
from .registry import CONSTANT, OPERATIONS, SELECTING

F = TypeVar("F", bound=Callable[..., Any])


def elementwise(function: Any, *rules: Rule | None, **options: Any) -> Operation:
    """Declare a function whose Jacobian is diagonal: the same rule serves both directions."""
    return declare(Operation(function, "elementwise", rules, **options))


def linear(function: Any, pull: Rule, **options: Any) -> Operation:
    """Declare a linear function by its adjoint; the forward direction is the function itself."""
    return declare(Operation(function, "linear", [pull], **options))


def bilinear(function: Any, pull_a: Rule, pull_b: Rule, **options: Any) -> Operation:
    """Declare a product by its two adjoints; the forward direction is the product rule."""
    return declare(Operation(function, "bilinear", [pull_a, pull_b], **options))


def primitive(function: Any, pull: Rule | Sequence[Rule | None], push: Any = None, **options: Any) -> Operation:
    """Declare any other function by both directions.

    ``pull`` is one rule per input, or with ``joint=True`` (implied by ``many=True``) one rule that returns
    the gradients of all inputs. ``push`` is one rule per input; a single rule for several inputs is given
    the list of their tangents, None where there is none. With ``results=True`` (the function returns
    several arrays) gradients arrive and tangents leave as tuples. With ``keeps=True`` the function has a parameter
    ``kept``: the call leaves there what its rules need (see ``Kept``).
    """
    return declare(Operation(function, "primitive", [pull] if callable(pull) else pull, push=push, **options))


def composed(*functions: Any) -> Callable[[F], F]:
    """Declare that a function, written with differentiable ones, stands for these NumPy functions."""

    def named(written: F) -> F:
        for function in functions:
            OPERATIONS[function] = written
        return written

    return named


def constant(*functions: Any) -> None:
    """Declare functions that have no derivative to pass on: called on tensors they see the arrays."""
    CONSTANT.update(functions)


def selecting(advice: str, *functions: Any) -> None:
    """Declare functions that give elements of their input without a rule: constant, and refused where tracked."""
    constant(*functions)
    SELECTING.update(dict.fromkeys(functions, advice))


def declare(operation: Operation) -> Operation:
    """Enter an operation in the registry, by the function that it differentiates."""
    OPERATIONS[operation.function] = operation
    return operation
