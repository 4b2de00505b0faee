"""The options of an optimizer, read from the one place that names them: the signature of its constructor.

Convention: the constructor passes its ``locals()`` to ``Optimizer``, which takes all arguments but ``params`` for the
options. Their annotations hold ranges, ``lr: NotNegative = 1e-3``, or choices, ``Literal["a", "b"]``, which each group
must keep to when it is added and before each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from inspect import signature
from types import NoneType, SimpleNamespace
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from autograd import Tensor, Value
from autograd.declare import contains_itself, mistaken, shown

Parameter: TypeAlias = Tensor | Value
Params: TypeAlias = Iterable[Parameter | dict[str, Any]]  # parameters, or groups of them

NOTES = {"name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}  # in a group, for others to read


class Range:
    """What an option must be, in words, and whether a value is (NaN never is)."""

    def __init__(self, words: str, holds: Callable[[Any], bool]) -> None:
        self.words, self.holds = words, holds


NotNegative = Annotated[float, Range("not be negative", lambda v: v >= 0)]
UpToOne = Annotated[float, Range("be in [0, 1]", lambda v: 0 <= v <= 1)]
Betas = Annotated[
    tuple[float, float], Range("be two numbers in [0, 1)", lambda v: len(v) == 2 and all(0 <= b < 1 for b in v))
]
USUAL = ["lr", "momentum", "weight_decay", "eps", "alpha", "lr_decay", "momentum_decay", "initial_accumulator_value"]


class Options(SimpleNamespace):
    """The options of one group, as a rule reads them: ``o.lr``."""

    def but(self, **changes: Any) -> Options:
        """A copy with some options changed."""
        return Options(**{**vars(self), **changes})


def in_order(name: str, params: Any) -> list[Any]:
    """The parameters as a list, for an optimizer of this name; a set has no order that states could number."""
    if isinstance(params, set | frozenset):
        raise TypeError(
            f"{name} numbers its parameters in their order, and that of a {type(params).__name__} changes from run to "
            "run: give a list, such as list(module.parameters())"
        )
    if isinstance(params, Tensor | Value) or hasattr(params, "parameters"):
        raise TypeError(f"{name} takes a list of parameters: [p], or module.parameters()")
    if isinstance(params, Mapping):
        fix = "[{'params': ...}]" if "params" in params else "list(d.values())"
        raise TypeError(f"{name} takes a list of parameters, not a {type(params).__name__}: {fix}")
    if callable(params) and not isinstance(params, Iterable):
        called = getattr(params, "__name__", "f")
        raise TypeError(f"{name} takes a list of parameters, not a function: call it, as in module.{called}()")
    if not isinstance(params, Iterable) or getattr(params, "shape", None) == ():
        raise TypeError(f"{name} takes a list of parameters, not {shown(params)}")
    return list(params)


def as_number(name: str, option: Any) -> Any:
    """An option with the numbers of tensors and Values in their place; ``name`` is for errors."""
    if isinstance(option, tuple | list):
        if contains_itself(option):
            raise TypeError(f"{name} is {mistaken(option)}")
        return type(option)([as_number(name, part) for part in option])
    if not isinstance(option, Tensor | Value):
        return option
    if isinstance(option, Tensor) and (option.requires_grad or option.size != 1):
        fix = "give x.item()" if option.size == 1 else "give the parameters groups of their own"
        raise TypeError(f"{name} is one number, which is not differentiated, got {option!r}: {fix}")
    return option.data if isinstance(option, Value) else option.item()


@lru_cache
def ranges(kind: type) -> dict[str, Range]:
    """The range of each option of an optimizer's class, from its constructor and those of the classes it extends."""
    hints: list[tuple[str, Any]] = [*((name, NotNegative) for name in USUAL), ("rho", UpToOne), ("betas", Betas)]
    for base in reversed(kind.__mro__):
        if "__init__" in vars(base):
            with suppress(NameError):  # a type may have been imported for type checkers alone
                hints += get_type_hints(vars(base)["__init__"], include_extras=True).items()
    return {name: range for name, hint in hints if (range := _range(hint))}  # a plain type changes no range


def _range(hint: Any) -> Range | None:
    if get_origin(hint) is Annotated:
        return next((note for note in hint.__metadata__ if isinstance(note, Range)), None)
    parts = [hint] if get_origin(hint) is Literal else get_args(hint)  # of Literal[...] | None
    choices = [choice for part in parts if get_origin(part) is Literal for choice in get_args(part)]
    if not choices:
        return None
    choices += [None] if NoneType in parts else []
    *others, last = map(repr, choices)
    return Range(f"be {', '.join(others)} or {last}", choices.__contains__)


@lru_cache
def by_name(rule: Callable[..., Any]) -> bool:
    """Does the rule of an optimizer take its options one by one, ``lr=...``, rather than all as ``o``?"""
    o = signature(rule).parameters.get("o")
    return o is None or o.kind is not o.POSITIONAL_OR_KEYWORD
