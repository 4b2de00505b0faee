"""What is known of an operation once it is declared: its function, its rules, and what these need.

Convention: what can be worked out once is worked out here: ``needs`` says what the rules name, ``takes`` how a call
provides it. The words that declare operations stand in ``words.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

from . import checks
from .parameters import parameters
from .registry import declared
from .rule_needs import Need, source

Rule = Callable[..., Any]
Kind = Literal["elementwise", "linear", "bilinear", "primitive"]


class Declaration:
    """A function with its derivatives.

    ``kind``     elementwise, linear, bilinear or primitive
    ``inputs``   the names of the parameters that it can be differentiated by
    ``many``     its one input is a sequence of arrays
    ``results``  it returns several arrays
    ``selects``  it takes some elements and leaves others, whose gradient stays 0 whatever comes before them; or the
                 name of the argument that says so, by not being True
    ``along``    the name of the argument with the axes along which it works: lines beside each other do not mix
    ``keeps``    the function leaves in its parameter ``kept`` what its rules need
    ``large``    the same with a faster rule, for large arrays in single precision
    ``unfold``   a function of the same arguments that computes it with small operations, as one writes it: pictures
                 show them, and the tests hold the operation against them
    ``needs``    what its rules name, in the order in which a node saves it
    ``rules``    for each input (its rule, where the rule's needs stand in ``saved``); or instead
    ``joint``    one rule that gives the gradients of all inputs together
    ``pulls``    for each input (its rule, where its needs stand, no fit), as a sweep looks them up fastest; None if the
                 sweep must call ``pull``
    ``pushes``   the same for the forward direction, where the kind does not give it
    """

    def __init__(
        self, function: Callable[..., Any], kind: Kind, pulls: Sequence[Rule | None], *,
        push: Rule | Sequence[Rule | None] | None = None, name: str | None = None,
        forward: Callable[..., Any] | None = None, inputs: Sequence[str] | None = None, joint: bool = False,
        many: bool = False, results: bool = False, selects: bool | str = False, along: str = "",
        keeps: bool = False, large: Self | None = None, unfold: Callable[..., Any] | None = None,
    ) -> None:  # fmt: skip
        self.name = name or function.__name__.lstrip("_")
        checks.known_kind(self.name, kind)
        self.__name__ = self.name
        self.__doc__ = function.__doc__
        self.function = function
        self.forward = forward or function
        self.kind = kind
        self.many = many
        self.results = results
        self.selects = selects
        self.along = along
        self.keeps = keeps
        self.large = large
        self.unfold = unfold
        self.params, self.defaults, self.positional = parameters(self.forward)
        if inputs is None:
            inputs = self.params[: 2 if kind == "bilinear" else 1 if joint or many else len(pulls)]
        self.inputs = tuple(inputs)
        # the inputs come first, so that a call may pass its arguments on as they are
        self.leading = not many and self.inputs == self.params[: len(self.inputs)] and len(inputs) >= self.positional
        self.diagonal = kind == "elementwise" and self.leading and not keeps and not results
        self.needs: list[Need] = []
        self.takes: dict[Any, tuple[Any, ...]] = {}
        self.rule_defaults: dict[str, Any] = {}
        joint = joint or many
        rules = list(pulls)
        pushes = [] if push is None else [push] if callable(push) else list(push)
        checks.right_count(self, len(rules), len(pushes), joint)
        pairs = [(rule, self._declare(rule, -1 if joint else i)) for i, rule in enumerate(rules)]
        self.joint: tuple[Any, Any] | None = pairs[0] if joint else None
        self.rules: tuple[tuple[Any, tuple[int, ...]], ...] = () if joint else tuple(pairs)
        fast = [(rule, where[0] if len(where) == 1 else where or None, None) for rule, where in self.rules]
        self.pulls = None if joint or results else tuple(fast)
        self.constants = [i for i, (rule, _) in enumerate(self.rules) if rule is None]
        self.pushes: tuple[tuple[Any, Any], ...] = tuple((rule, self._declare(rule, None)) for rule in pushes)
        if kind == "bilinear":  # the product rule keeps a where b moves, as the pull of b does
            for i, other in enumerate(reversed(self.inputs)):
                self._need(other).pulls.add(i)
        if kind in ("linear", "bilinear"):
            self._need("arguments").forward = True

    def __repr__(self) -> str:
        return f"<{self.kind} operation {self.name}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy is the operation itself."""
        return self

    def __copy__(self) -> Self:
        return self

    def __reduce__(self) -> Any:
        """It is pickled as the name of the function that it differentiates, which must be declared where it is read."""
        return declared, (self.function,)

    def _declare(self, rule: Rule | None, pull: int | None) -> tuple[int, ...]:
        """Note what a rule names; return where that stands in ``saved``."""
        where = []
        names, defaults, _ = ((), {}, 0) if rule is None else parameters(rule)
        for name in names[1:]:
            need = self._need(self._canonical(name))
            if name in defaults:
                self.rule_defaults[need.name] = defaults[name]
            if pull is None:
                need.forward = True
            else:
                need.pulls.add(pull)
                need.forward |= self.kind == "elementwise"
            where.append(self.needs.index(need))
        return tuple(where)

    def _canonical(self, name: str) -> str:
        """``x``, ``a``, ``b`` (and their ``_shape``, ``_dtype``) as the function's own parameter names."""
        stem, suffix = name, ""
        if name not in self.params and name.endswith(("_shape", "_dtype")):
            stem, suffix = name[:-6], name[-6:]
        if stem not in self.params and stem in ("x", "a", "b"):
            place = 1 if stem == "b" else 0
            if place < len(self.inputs):
                stem = self.inputs[place]
        return stem + suffix

    def _need(self, name: str) -> Need:
        for need in self.needs:
            if need.name == name:
                return need
        need = Need(name, *source(self, name))
        self.needs.append(need)
        return need

    def default(self, name: str) -> Any:
        return self.rule_defaults[name] if name in self.rule_defaults else self.defaults.get(name)
