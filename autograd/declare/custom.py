"""Operations of your own, their rules given by decorators.

Convention: as with Python's ``property``, the function comes first and what belongs to it follows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, overload

import numpy as np

from ..core import is_sealed, lent, protected, unshared
from . import checks
from .declaration import Kind, Rule
from .operation import Operation
from .parameters import parameters
from .results import rebuild
from .rule_needs import Kept


@overload
def operation(function: Callable[..., Any], *, kind: Kind = ..., **options: Any) -> Custom: ...
@overload
def operation(function: None = None, *, kind: Kind = ..., **options: Any) -> Callable[[Callable[..., Any]], Custom]: ...
def operation(function: Any = None, *, kind: Kind = "primitive", **options: Any) -> Any:
    """Make your own ``function`` differentiable, by rules that follow it::

        @operation
        def cube(x):
            return x**3

        @cube.pull
        def _(g, x):  # the gradient of x from the gradient g of the result
            return g * 3 * x**2

        @cube.push  # only forward mode needs it; an "elementwise" kind has one rule for both
        def _(t, x):
            return t * 3 * x**2

    A function of several inputs has one ``@f.pull`` after another, in the order of its parameters. A rule returns an
    array of its input's shape (in ``push``, of the result's), or a number or array that broadcasting fits to it.

    ``kind``     "elementwise": a diagonal Jacobian, one rule serves both directions; "linear": forward mode is the
                 function itself; "bilinear": it is the product rule; "primitive": it needs ``@f.push``
    ``name``     in pictures and errors, if not the function's own
    ``inputs``   the names of the parameters that have a derivative, if not the first ones
    ``joint``    one rule gives a tuple of all inputs' gradients, None only for those that are not tracked
    ``many``     the only input is a sequence of arrays; ``joint`` is implied
    ``results``  the function returns several arrays: gradients arrive and tangents leave as tuples
    ``selects``  it takes some elements and leaves others, as ``np.where`` does
    ``keeps``    it has a parameter ``kept``, where a call leaves what the rules need
    """
    if function is None:
        return lambda written: operation(written, kind=kind, **options)
    return Custom(function, kind, options)


class Custom:
    """An operation whose rules are given one by one; declared anew with each of them."""

    def __init__(self, function: Callable[..., Any], kind: Kind, options: dict[str, Any]) -> None:
        if not callable(function):
            raise TypeError(
                f"operation: it makes a function differentiable, got {type(function).__name__} {function!r:.60}"
            )
        name = str(options.get("name") or getattr(function, "__name__", type(function).__name__))
        checks.known_kind(name, kind)
        checks.known_options(name, options)
        self.params = checks.named_parameters(name, function, options)
        self.__name__ = name
        self.function = function
        self.kind = kind
        self.options = options
        self.pulls: list[Rule] = []
        self.pushes: list[Rule] = []
        self.declared: Operation | None = None
        self.__doc__ = function.__doc__

    def pull(self, rule: Rule) -> Rule:
        """Add the rule for the next input's gradient."""
        most, why = checks.most_pulls(self.__name__, self.kind, self.params, self.options)
        if len(self.pulls) == most:
            raise TypeError(f"operation {self.__name__}: it has {most} pull rule{'s' * (most != 1)} already; {why}")
        self.pulls.append(self._checked(rule))
        return rule

    def push(self, rule: Rule) -> Rule:
        """Add the rule for the next input's tangent."""
        checks.needs_no_push(self.__name__, self.kind)
        self.pushes.append(self._checked(rule))
        return rule

    def _checked(self, rule: Rule) -> Rule:
        if not callable(rule):
            raise TypeError(f"operation {self.__name__}: a rule is a function, got {type(rule).__name__} {rule!r:.60}")
        checks.known_needs(self.__name__, self.params, parameters(rule)[0], bool(self.options.get("keeps")))
        self.declared = None
        return rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = self.declared or self.complete()
        return call(*map(_lent, args), **{name: _lent(value) for name, value in kwargs.items()})

    def complete(self) -> Operation:
        """The operation with the rules that it has been given so far."""
        if self.declared is None:
            if not self.pulls:
                raise TypeError(f"{self.__name__} has no rule yet: write @{self.__name__}.pull above def _(g, ...)")
            push = self.pushes[0] if len(self.pushes) == 1 else self.pushes or None
            self.declared = guarded(Operation(self.function, self.kind, self.pulls, push=push, **self.options))
        return self.declared


def _lent(argument: Any) -> Any:
    """An array that the caller may change later, marked, so that a result which shows it is a copy."""
    return lent(argument) if argument.__class__ is np.ndarray and not is_sealed(argument) else argument


def guarded(operation: Operation) -> Operation:
    """The operation, whose function and rules get arrays that they cannot write to: the graph shares them.

    What they return is copied where they keep it.
    """
    operation.forward = _reading(operation.forward)
    operation.rules = tuple([(_reading(rule), where) for rule, where in operation.rules])
    operation.pushes = tuple([(_reading(rule), where) for rule, where in operation.pushes])
    if operation.joint is not None:
        operation.joint = _reading(operation.joint[0]), operation.joint[1]
    if operation.pulls is not None:
        rules = [rule for rule, _ in operation.rules]
        operation.pulls = tuple([(rule, *rest) for rule, (_, *rest) in zip(rules, operation.pulls, strict=True)])
    return operation


def _reading(function: Any) -> Any:
    if function is None:
        return None

    @functools.wraps(function)
    def reading(*args: Any, **kwargs: Any) -> Any:
        kept = kwargs.get("kept")
        options = protected(kwargs) if kwargs else kwargs
        if kept.__class__ is Kept:  # the function writes to it
            options["kept"] = kept
        try:
            found = [function(*map(protected, args), **options)]
        except ValueError as error:
            if "read-only" in str(error):
                error.add_note("The graph shares this array. Compute a new one, as in g = g * 2, or write to a copy.")
            raise
        if kept.__class__ is Kept:
            for name in list(vars(kept)):
                setattr(kept, name, unshared([vars(kept).pop(name)]))
        if isinstance(found[0], tuple | list):
            like, parts = found[0], list(found.pop())
            return rebuild(like, [unshared([parts.pop(0)]) for _ in range(len(parts))])
        return unshared(found)

    return reading
