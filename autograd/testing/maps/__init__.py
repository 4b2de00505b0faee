"""Functions as maps of arrays with derivatives, whoever computes these: this engine, another library, or a person."""

from collections.abc import Callable, Sequence

from .by_hand import MapByHand
from .engine import EngineMap
from .foreign import ForeignMap
from .libraries import library_of
from .map import Map

__all__ = ["EngineMap", "ForeignMap", "Map", "MapByHand", "mapped"]


def mapped(
    f: Callable[..., object], inputs: Sequence[object], *, parameters: object = (),
    grad: Callable[..., object] | None = None, vjp: Callable[..., object] | None = None,
    jvp: Callable[..., object] | None = None,
) -> Map:  # fmt: skip
    """A function with the derivatives that are given; if none are, with those of the library that it is written for."""
    by_hand = grad is not None or vjp is not None or jvp is not None
    library = library_of([f, grad, vjp, jvp] if by_hand else [f], inputs)
    if parameters and (by_hand or library):
        raise TypeError("gradcheck: parameters= are leaves of this engine; pass what else is checked as an input")
    if by_hand:
        return MapByHand(f, inputs, grad=grad, vjp=vjp, jvp=jvp, library=library)
    return ForeignMap(library, f, inputs) if library else EngineMap(f, inputs, parameters)
