"""Errors inside a network say where: ``model.encoder[2]: Linear(64, 10) got (32, 128)``.

Convention: an error leaves modules from the innermost out. Each puts its part of the path in front of ``error.place``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd.core import of_library
from autograd.declare import explained

from .printing import Printed, head
from .walk import access, walk

__all__ = ["ShapeError"]


FIELDS = frozenset(["ndim", "shape", "dtype", "size", "astype"])  # of arrays and tensors


class Place(NamedTuple):
    """Where an error was raised, as seen from the outermost module that it has left."""

    seen_from: Printed | None
    path: str  # .encoder[2]
    head: str  # Linear(64, 10)


class ShapeError(ValueError):
    """An input of the wrong shape: "model[2]: Linear(64, 10) got (32, 128); it takes (..., 64)".

    ``module``  the layer that refuses the input, or its text
    ``given``   what it got: a shape, or a text about several
    ``takes``   what it accepts, as text
    """

    __module__ = "nn"  # as users import it, and as a traceback shows it
    place: Place | None = None

    def __init__(self, module: Printed | str, given: object, takes: str) -> None:
        self.head = module if isinstance(module, str) else head(module)
        self.given, self.takes = given, takes
        super().__init__()

    def __str__(self) -> str:
        path = self.place.path if self.place else ""
        return f"model{path}: {self.head} got {self.given}; it takes {self.takes}"

    def __reduce__(self) -> Any:  # pickled with its text, without the module
        place = self.place and self.place._replace(seen_from=None)
        return ShapeError, (self.head, self.given, self.takes), vars(self) | {"place": place}


def no_array(error: AttributeError) -> str:
    """What to write where a function of the library was given something else than an array; "" if it was not."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None or not of_library(frame.tb_frame.f_code.co_filename):
        return ""
    thing = error.obj
    if thing is None:
        return "None is given where an array or a tensor is wanted: does the function before end without 'return'?"
    if isinstance(thing, tuple):
        return (
            f"A tuple of {len(thing)} is given where one array or tensor is wanted. Recurrent layers return (output, "
            "state), loaders give (input, target): take it apart, as in output, state = rnn(x)"
        )
    if isinstance(thing, list):
        return (
            "A list is given where an array or a tensor is wanted: write np.array(list), or np.stack(list) of tensors"
        )
    return f"A {type(thing).__name__} is given where an array or a tensor is wanted"


def about_inputs(error: Exception, module: Printed, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Exception:
    """The error of a layer of ours that was given something else than arrays, in words about that."""
    if not type(module).__module__.startswith("nn.") or isinstance(error, ShapeError) or hasattr(error, "place"):
        return error
    if isinstance(error, AttributeError) and isinstance(error.obj, tuple | list | None) and (told := no_array(error)):
        return TypeError(f"{type(module).__name__}: {told}")
    named = [("its input" if k == 0 else f"its input {k + 1}", x) for k, x in enumerate(args) if x is not None or not k]
    return explained(error, type(module).__name__, [*named, *kwargs.items()], arrays=True)


def locate(error: Any, module: Printed) -> None:
    """Note on an error that leaves ``module`` where, seen from there, it was raised."""
    place = getattr(error, "place", None)
    if not isinstance(place, Place):
        place = Place(module, "", head(module))
        if isinstance(error, AttributeError) and error.name in FIELDS and (told := no_array(error)):
            error.__notes__ = [*getattr(error, "__notes__", ()), told]
    else:
        path = next((path for path, thing in walk(module, strict=False) if thing is place.seen_from), ())
        place = Place(module, access(module, path) + place.path, place.head)
    error.place = place
    if not isinstance(error, ShapeError):
        notes = [note for note in getattr(error, "__notes__", ()) if not note.startswith("in model")]
        error.__notes__ = [*notes, f"in model{place.path}: {place.head}"]
