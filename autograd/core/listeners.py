"""Who is told: of a training (``Loop``), of each step of a sweep (``SweepListener``), of shared leaves (``Shared``).

Convention: fields of ``recording`` hold the first two, for a thread; a leaf's notes hold the third.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from weakref import WeakSet

__all__ = ["SHARERS", "Loop", "Shared", "SweepListener", "sharers"]


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


class Shared(Protocol):
    """Whoever shares leaves with other processes: their gradients become those of all processes together."""

    def whole(self, leaf: Any, g: Any) -> object:
        """In a sweep that goes on, this leaf's gradient g has arrived from all who used it."""

    def ends(self, found: dict[Any, Any]) -> object:
        """The sweep has ended. What is changed in ``found``, gradients by their leaf, goes to the leaves."""

    def failed(self, error: BaseException) -> object:
        """The sweep has raised an ``error``, and does not go on."""

    def norm(self, own: float, order: float) -> float:
        """The norm of all gradients as one vector, of which those here have the norm ``own``."""

    def elsewhere(self, leaf: Any) -> bool:
        """Does another process move this leaf, so that it has no gradient here?"""

    def moved(self, optimizer: Any) -> object:
        """An optimizer has moved the leaves that have a gradient here."""


SHARERS: WeakSet[Any] = WeakSet()  # all of them: while there is none, nobody asks the leaves


def sharers(leaves: Iterable[Any]) -> list[Shared]:
    """Who shares some of these tensors with other processes."""
    if not SHARERS:
        return []
    found: dict[Shared, None] = {}
    for leaf in leaves:
        notes = getattr(getattr(leaf, "node", None), "notes", None)
        if notes is not None and notes.shared is not None:
            found[notes.shared] = None
    return list(found)
