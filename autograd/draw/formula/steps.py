"""What formulas speak of: steps, each a leaf or a quantity with a formula, and their uses of each other.

Convention: numbers are those of the graph, never computed from symbols.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..graph import Quantity
from .expression import Expression, Symbol

__all__ = ["Formulas", "Step", "Use"]


@dataclass(slots=True)
class Use:
    """An operand of a step's formula.

    ``key``      the operand's step
    ``step``     the step whose formula it is
    ``local``    ∂(step)/∂(operand) in symbols, ``1 - tanh² h1``; None where arrays are not multiplied by it
    ``slope``    the same as a number; None for arrays
    ``arrives``  what it adds to the operand's gradient, in symbols: ``δ2 (1 - tanh² h1)``
    ``amount``   the same as a number; None for arrays and before a backward pass
    """

    key: int
    step: int
    local: Expression | None
    slope: float | None
    arrives: Expression
    amount: float | None


@dataclass(slots=True)
class Step:
    """A quantity that formulas speak of: a leaf, or one with a formula.

    ``key``         of the quantity in the graph
    ``symbol``      as it is called in formulas; unlike ``Quantity.name`` no two steps have the same
    ``expression``  its formula; None for a leaf
    ``uses``        the operands of its formula
    ``folded``      the keys of the quantities that the formula computes on the way
    ``delta``       the name of its gradient, δ1; None for leaves, constants and a result (1)
    ``arrivals``    what its gradient is the sum of: the uses by other steps, in the order of the backward pass
    ``gradient``    ∂(result)/∂(this) in symbols, for an inner step in those of the steps after it; None for a constant
    ``value``, ``grad``  the numbers or arrays, as in the graph
    """

    key: int
    symbol: Symbol
    quantity: Quantity
    expression: Expression | None = None
    uses: list[Use] = field(default_factory=list)
    folded: list[int] = field(default_factory=list)
    delta: Symbol | None = None
    arrivals: list[Use] = field(default_factory=list)
    gradient: Expression | None = None

    @property
    def name(self) -> str:
        return self.symbol.name

    @property
    def value(self) -> Any:
        return self.quantity.value

    @property
    def grad(self) -> Any:
        return self.quantity.gradient


@dataclass(slots=True)
class Formulas:
    """``steps`` by key, each after those it is computed from; ``backward`` the keys in the order of the backward pass,
    results first, leaves last; ``roots`` the results."""

    steps: dict[int, Step] = field(default_factory=dict)
    backward: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)

    @property
    def inner(self) -> list[Step]:
        """The steps that have formulas."""
        return [step for step in self.steps.values() if step.expression is not None]
