"""Parts of an expression, and how they are written down.

Convention: a part knows in which interval its numbers lie if those of the inputs lie in theirs, so that it can be
brought into the domain of a function before that is applied. A part that is used twice is named where it is first
written: ``(a := np.exp(x)) * a``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....typing import NDArray, Shape

ATOM, POWER, SIGN, TIMES, PLUS, LOOSE = 9, 8, 7, 6, 5, 0  # how tightly what is written holds together
LARGEST = 64  # elements of an array


@dataclass(frozen=True, eq=False)
class Part:
    """What is written (with ``{0}``, ``{1}`` for the operands), its shape, and the interval of its numbers.

    ``strength``  how tightly it holds together; ``slots`` how tightly each operand must, not to be put in brackets
    """

    template: str
    operands: tuple[Part, ...]
    shape: Shape
    low: float
    high: float
    strength: int = ATOM
    slots: tuple[int, ...] = ()
    constant: bool = False

    @property
    def size(self) -> float:
        """The largest absolute value."""
        return max(abs(self.low), abs(self.high))

    def leaves(self) -> list[Part]:
        """The inputs that it is made of, in the order in which they are written."""
        found: dict[Part, None] = {}
        seen: set[Part] = set()
        stack = [self]
        while stack:
            part = stack.pop()
            if part not in seen:
                seen.add(part)
                stack.extend(reversed(part.operands))
                if not part.operands and not part.constant:
                    found[part] = None
        return list(found)

    def within(self, low: float, high: float) -> Part:
        """The part itself if its numbers lie in an interval, else a sine of it: unlike tanh it is nowhere flat."""
        if low <= self.low and self.high <= high:
            return self
        for middle, radius, template, strength in SQUASHED:
            if low <= middle - radius and middle + radius <= high:
                return Part(template, (self,), self.shape, middle - radius, middle + radius, strength, (LOOSE,))
        raise AssertionError(f"no way to squash numbers into [{low}, {high}]")


SQUASHED = [
    (0.0, 1.0, "np.sin({0})", ATOM),
    (0.0, 0.5, "0.5 * np.sin({0})", TIMES),
    (1.0, 0.5, "1.0 + 0.5 * np.sin({0})", PLUS),
    (2.0, 0.5, "2.0 + 0.5 * np.sin({0})", PLUS),
    (0.0, 0.125, "0.125 * np.sin({0})", TIMES),
]


def applied(
    template: str, operands: Sequence[Part], low: float, high: float, strength: int = ATOM, slots: tuple[int, ...] = ()
) -> Part | None:
    """An operation on parts; None if its result is empty or large, or if it takes no such shapes."""
    samples = {f"_{k}": _sample(part.shape) for k, part in enumerate(operands)}
    try:
        with np.errstate(all="ignore"):
            y: NDArray[Any] = eval(template.format(*samples), {"np": np, **samples})
    except (ValueError, IndexError, TypeError, np.linalg.LinAlgError):
        return None
    shape = np.shape(y)
    if not 0 < np.size(y) <= LARGEST:
        return None
    return Part(template, tuple(operands), shape, low, high, strength, slots or (LOOSE,) * len(operands))


def _sample(shape: Shape) -> NDArray[Any]:
    """Numbers of this shape; of matrices such that have an inverse."""
    return np.ones(shape) + (np.eye(shape[-2], shape[-1]) if len(shape) > 1 else 0.0)


def code(root: Part, names: Sequence[str], leaves: Mapping[Part, str] | None = None) -> str:
    """The lambda of these names that computes a part; ``leaves`` are the names of those that have none."""
    uses: Counter[Part] = Counter()
    stack = [root]
    while stack:
        part = stack.pop()
        uses[part] += 1
        if uses[part] == 1:
            stack.extend(part.operands)
    free = [n for n in "abcdefghijkmn" if n not in names] + [f"a{k}" for k in range(len(uses))]
    named: dict[Part, str] = {}
    leaves = leaves or {}

    def write(part: Part, slot: int) -> str:
        if part in named or part in leaves:
            return named.get(part) or leaves[part]
        text = part.template.format(*map(write, part.operands, part.slots))
        if part.operands and uses[part] > 1:
            named[part] = free[len(named)]
            return f"({named[part]} := {text})"
        return text if part.strength >= slot else f"({text})"

    return f"lambda {', '.join(names)}: {write(root, LOOSE)}"
