"""given_gradcheck: a function as a property test of its gradient, at whatever inputs Hypothesis draws.

Convention: of what is drawn, floating numbers (arrays, tensors, Values, and nests of them) are differentiated; the
rest is handed on as it is: integers, axes, indices, functions, and what pytest gives.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..extras import extra
from ..functional import nests
from ..value import Value
from .gradcheck import gradcheck
from .report import GradientError, Kind, Report

hypothesis = extra("hypothesis", "test", "given_gradcheck")
SearchStrategy: Any = hypothesis.strategies.SearchStrategy
DataObject: Any = hypothesis.strategies.DataObject

__all__ = ["given_gradcheck"]

Test = TypeVar("Test", bound=Callable[..., Any])
ORDER = "CHALKGRAD_GRADCHECK_ORDER"  # the least order of checks that do not say theirs; the plugin's option sets it
OPTIONS = [n for n, p in inspect.signature(gradcheck).parameters.items() if p.kind is p.KEYWORD_ONLY and n != "raises"]
BY_HAND = {"grad", "vjp", "jvp"}
LATER = {
    "async": inspect.iscoroutinefunction, "an async generator": inspect.isasyncgenfunction,
    "a generator": inspect.isgeneratorfunction,
}  # fmt: skip
SETTINGS = "_hypothesis_internal_use_settings"  # where Hypothesis looks for those of a test, which @settings replaces
ERRORS: dict[Kind, type[GradientError]] = {}


def given_gradcheck(*strategies: Any, constants: Sequence[str] = (), **named: Any) -> Callable[[Test], Test]:
    """A decorator: check the gradient of what a test returns, at inputs that Hypothesis draws.

        @given_gradcheck(x=tensors((3,)), y=away_from(0.0), order=2)
        def test_division(x, y):
            return x / y

        @pytest.mark.parametrize("scale", [0.5, 2.0])
        @settings(max_examples=500)
        @given_gradcheck(arrays(), grad=lambda x: np.cos(x))
        def test_my_sine(scale, x):
            return my_sine(x)

    Strategies are given as to Hypothesis's ``given``, by name or for the last arguments. Everything else by name is an
    option of ``gradcheck``: order, modes, parameters, tolerance, kinks, disconnected, samples, scale, seed, and the
    derivatives grad, vjp, jvp. ``parameters`` may be a function of what was drawn, ``lambda net: net.parameters()``.
    ``constants`` are the names of drawn numbers that are not differentiated.

    Without ``@settings`` there is no deadline. With your own, pass ``deadline=None`` too: a check that fails takes
    longer than one that passes.

    A failing test shows the report of ``gradcheck``, and the simplest inputs that fail.
    """
    inputs = {name: given for name, given in named.items() if isinstance(given, SearchStrategy)}
    options = {name: given for name, given in named.items() if name not in inputs}
    if unknown := [name for name in options if name not in OPTIONS]:
        raise TypeError(
            f"given_gradcheck: {unknown[0]}={options[unknown[0]]!r} is neither a strategy nor an option of gradcheck "
            f"({', '.join(OPTIONS)})"
        )
    for k, strategy in enumerate(strategies):
        if not isinstance(strategy, SearchStrategy):
            raise TypeError(f"given_gradcheck: argument {k} is a strategy, got {strategy!r}")
    constants = (constants,) if isinstance(constants, str) else constants
    if not strategies and not inputs:
        raise TypeError("given_gradcheck: give a strategy for each input, as in @given_gradcheck(x=tensors((3,)))")

    def decorate(test: Test) -> Test:
        kind = next((kind for kind, is_one in LATER.items() if is_one(test)), "")
        if kind:
            raise TypeError(f"given_gradcheck: {test.__name__} is {kind}: write a function that returns its result")
        signature = inspect.signature(test)
        names = [*_last(test, signature, len(strategies)), *inputs]
        if wrong := set(constants) - set(names):
            raise TypeError(f"given_gradcheck: {sorted(wrong)[0]!r} in constants is not drawn; drawn are {names}")
        drawn = dict(zip(names, [*strategies, *inputs.values()], strict=True))
        names = [name for name in signature.parameters if name in drawn]
        check = Check(test, signature, names, constants, options)

        @functools.wraps(test)
        def checked(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            check(signature.bind(*args, **kwargs))

        _as_if_from(test, checked)
        if not hasattr(checked, SETTINGS):  # what fails is looked at closely, and takes its time
            setattr(checked, SETTINGS, hypothesis.settings(deadline=None))
        return hypothesis.given(**drawn)(checked)

    return decorate


def _as_if_from(test: Callable[..., Any], checked: Any) -> None:
    """Let a function seem to stand where the test does: what shows where it failed, shows the test."""
    code = checked.__code__
    own = getattr(inspect.unwrap(test), "__code__", code)
    checked.__code__ = code.replace(co_filename=own.co_filename, co_firstlineno=own.co_firstlineno)


def _last(test: Callable[..., Any], signature: inspect.Signature, count: int) -> list[str]:
    """The last positional arguments of a test."""
    some = [n for n, p in signature.parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    if count > len(some):
        raise TypeError(f"given_gradcheck: {count} strategies, but {test.__name__} takes {len(some)} arguments")
    return some[len(some) - count :]


@dataclass
class Check:
    """The check of one test function: ``names`` are the arguments that are drawn."""

    test: Callable[..., Any]
    signature: inspect.Signature
    names: list[str]
    constants: Sequence[str]
    options: Mapping[str, Any]

    def __call__(self, bound: inspect.BoundArguments) -> None:
        """Check it at these arguments."""
        __tracebackhide__ = True  # pytest shows the report, and not our own lines
        if any(isinstance(argument, DataObject) for argument in bound.arguments.values()):
            raise TypeError(
                f"{self.test.__name__} is called many times at each point, and would draw other data each time: draw "
                "all inputs by strategies (@composite makes one of several)"
            )
        names = [name for name in self.names if name not in self.constants]
        places = {name: place for name in names if (place := _place(bound.arguments[name])) is not None}
        by_hand = sorted(BY_HAND & set(self.options))
        if by_hand and len(places) < len(self.names):
            name = next(n for n in self.names if n not in places)
            raise TypeError(
                f"{self.test.__name__}: {by_hand[0]}= gives a derivative by each input, but {name} is "
                f"{bound.arguments[name]!r}: draw it inside of the functions, or put it in parametrize"
            )
        options = {"order": self._order(), **self.options}
        if callable(options.get("parameters")):
            options["parameters"] = options["parameters"](*[bound.arguments[name] for name in self.names])

        @functools.wraps(self.test)  # which names the library that it is written for
        def f(*inputs: Any) -> Any:
            given = inspect.BoundArguments(self.signature, bound.arguments.copy())
            for (name, (_, restore)), x in zip(places.items(), inputs, strict=True):
                given.arguments[name] = restore(x)
            y = self.test(*given.args, **given.kwargs)
            if y is None:
                raise TypeError(f"{self.test.__name__} returned None: return what is to be differentiated")
            return y

        found = gradcheck(f, *[inputs for inputs, _ in places.values()], raises=False, **options)
        report = _named(found, list(places))
        if not report:
            raise _error(report.kind)(report)

    def _order(self) -> int:
        """Of a check that does not say its order; derivatives by hand have no second one."""
        return 1 if BY_HAND & set(self.options) else int(os.environ.get(ORDER) or 1)


def _place(argument: Any) -> tuple[Any, Callable[[Any], Any]] | None:
    """The floating numbers in an argument, and how it is made of them again; None if there are none."""
    leaves = list(nests.paths(argument))
    floating = {path: x for path, x in leaves if _floating(x)}
    if len(floating) == len(leaves):
        return (argument, lambda x: x) if leaves else None
    if not floating:
        return None
    return floating, lambda x: nests.rebuild(argument, [x.get(path, leaf) for path, leaf in leaves])


def _floating(x: Any) -> bool:
    """Is it a number or an array by which one differentiates? (Also one of PyTorch's, or of JAX's.)"""
    if hasattr(x, "is_floating_point"):
        return bool(x.is_floating_point() or x.is_complex())
    return isinstance(x, float | complex | Value) or getattr(getattr(x, "dtype", None), "kind", "") in ("f", "c")


def _named(report: Report, names: Sequence[str]) -> Report:
    """The report with the names of the test's arguments: ``x[1]`` for ``input 0[1]``."""

    def renamed(text: str) -> str:
        for k, name in enumerate(names):
            start = f"input {k}"
            if text == start or (text.startswith(start) and not text[len(start)].isdigit()):
                return name + text.removeprefix(start)
        return text

    return replace(report, findings=tuple(replace(f, input=renamed(f.input)) for f in report.findings))


def _error(kind: Kind) -> type[GradientError]:
    """A class for each verdict: Hypothesis shrinks errors of one class together, and a wrong derivative must not
    shrink to a point at which there is none."""
    if kind not in ERRORS:
        ERRORS[kind] = type("GradientError", (GradientError,), {"__module__": GradientError.__module__})
    return ERRORS[kind]
