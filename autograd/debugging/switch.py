"""``debug()``: what is switched on in its block, and what an error that leaves the block is told.

Convention: this costs nothing until a block is entered, or CHALKGRAD_DEBUG is set.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from ..core import Node, Switch
from ..core.grad_mode import P, R
from ..value import Value
from .advice import advise
from .fingerprints import Fingerprints
from .forward_check import FirstBad
from .journal import Journal
from .steps import note_source
from .sweep_check import SweepCheck

Prints: TypeAlias = bool | Literal["always"]


class Session:
    """What is looked at: the fields of ``recording`` while debugging."""

    def __init__(self, nan: bool, inf: bool | None, fingerprints: Prints) -> None:
        if fingerprints not in (True, False, "always"):
            raise ValueError(f'debug: fingerprints is True, False or "always", got {fingerprints!r}')
        self.journal = Journal()
        inf = nan if inf is None else inf
        self.infinities = inf if nan or inf else None
        self.first_bad = None if self.infinities is None else FirstBad(inf)
        self.prints = Fingerprints(fingerprints == "always", self.journal.handed_out) if fingerprints else None

    @property
    def looks(self) -> dict[str, Any]:
        """What is called for each recorded node and Value, and where numbers leave."""
        return {"note": self.note, "note_value": self.note_value, "left": self.journal.leaving}

    def note(self, node: Node, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        note_source(node)
        if self.first_bad is not None:
            self.first_bad.node(node, y, given, arguments)
        if self.prints is not None:
            self.prints.note(node, given)

    def note_value(self, v: Value) -> None:
        note_source(v)
        if self.first_bad is not None:
            self.first_bad.value(v)

    def watch(self, root: Any, derivative: Any) -> SweepCheck:
        return SweepCheck(derivative, self.infinities, self.prints, self.journal.swept)


class Debug(Switch):
    """The block of ``debug()``."""

    def __init__(self, session: Session) -> None:
        super().__init__(beside=session.looks, watch=session.watch)
        self.session = session

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        if isinstance(error[1], Exception):
            advise(error[1], self.session.journal)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        Switch.__call__(self, function)  # which refuses generators

        @functools.wraps(function)
        def inside(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return function(*args, **kwargs)

        return inside


def debug(nan: bool = True, *, inf: bool | None = None, fingerprints: Prints = True) -> Debug:
    """Look at everything that is recorded and swept inside this block (or decorated function), in this thread::

        with autograd.debug():
            loss = criterion(model(x), y)
            loss.backward()

    Errors say at which line of the program an operation was recorded, and at which line its graph was swept.

    ``nan``           stop at the first NaN or infinity that operands did not hold already: in the forward pass, the
                      backward pass and forward mode. FloatingPointError tells the operation and its line, the indices,
                      the numbers that led there, and the way back to the leaves
    ``inf``           are infinities errors? False lets them pass, as of ``np.where(x > 0, np.log(x), 0)``, and stops at
                      NaN alone; by default as ``nan``. Masks that hold infinities pass in any case
    ``fingerprints``  compare the arrays that rules have saved with what they were; one that was changed raises
                      RuntimeError with the lines of both. "always" compares them at every operation, which is slow and
                      names the two operations between which it happens

    An AttributeError such as "'numpy.float64' object has no attribute 'backward'" gets a note that says at which line
    the numbers left the graph, and so does an arithmetic error from a ``.grad`` that is None. In the environment,
    ``CHALKGRAD_DEBUG=1`` does the same for a whole program, in all its threads.
    """
    return Debug(Session(nan, inf, fingerprints))
