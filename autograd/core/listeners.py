"""What is told of a training (``Loop``) and of each step of a sweep (``SweepListener``), by fields of ``recording``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

__all__ = ["Loop", "SweepListener"]


class Loop(Protocol):
    """Who is told what a training does."""

    def backward(self, root: Any) -> None:
        """A sweep from this tensor or Value begins."""

    def swept(self, root: Any) -> None:
        """It has ended, and the leaves have their gradients."""

    def step(self, optimizer: Any) -> None:
        """An optimizer is about to move its parameters."""

    def stepped(self, optimizer: Any) -> None:
        """It has."""

    def scheduled(self, optimizer: Any, at: float) -> None:
        """A schedule has set the learning rate of an optimizer, to that of its step ``at``; 0 when it is made."""

    def loss(self, name: str, input: Any, target: Any) -> None:
        """A loss of this name is computed."""

    def mistaken(self, kind: str, text: str, fix: str) -> None:
        """The library has found a mistake of which it warns where nobody is told."""


class SweepListener(Protocol):
    """What looks at each step of a sweep: of nodes, whose operation has rules, or of Values, whose slopes are known."""

    def arrives(self, step: Any, d: Any, keep: bool = True) -> object:
        """A step is next, and this is its gradient: the sum over its consumers. Will the graph be kept?"""

    def pulled(self, step: Any, g: Any, k: int, d: Any) -> object:
        """The step's gradient g gave its input k the part d."""

    def pushed(self, step: Any, tangents: Sequence[Any], t: Any) -> object:
        """The tangents of a step's inputs, None for what does not move, gave its result the tangent t."""

    def ends(self, found: Mapping[Any, Any]) -> object:
        """The gradients at which a sweep ended, by their leaf."""
