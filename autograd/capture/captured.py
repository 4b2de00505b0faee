"""``capture``: a function that is recorded once for each form of its arguments, and then run as a program.

Convention: recording is the call itself, with real numbers: whatever cannot be recorded gives up the tape and goes on,
so that the first call is always an eager one. What goes wrong in a program is done again eagerly.
"""

from __future__ import annotations

import functools
import inspect
import sys
import threading
import types
import warnings
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

from ..collector import collected_later
from ..core import grad_mode, recording, shared, users_frame, users_line
from .call import Busy, Elsewhere, Form, Path, Programs, Unsafe, difference, turns
from .floating import raising
from .outside import Outside, Quiet
from .program import Program, count
from .record import DRAWS, Call, Run

__all__ = ["Captured", "capture"]

PATIENCE = 2  # calls in a row that cannot be recorded: the first one of a training makes its optimizer's memory
HOPELESS = 16
PATIENT = 5.0  # seconds that a call waits for another thread's recording
NOTHING: Any = object()
LOOKING = ("note", "note_value", "watch", "left", "loop", "unfold", "scope", "effects")  # they see what eager calls do

P = ParamSpec("P")
R = TypeVar("R")


def capture(f: Callable[P, R], *, check: bool = False, limit: int = 16) -> Captured[P, R]:
    """The function f as a program of NumPy calls, recorded at its first call, which later calls run.

    x -> f(x) is the same function, and so are its effects. What differs is the cost: Python's part of it is paid once.

    >>> import numpy as np
    >>> from autograd import capture, value_and_grad
    >>> def loss(p):
    ...     h = 1.0
    ...     for x in (0.3, -1.2, 0.8):
    ...         h = p[0] + p[1] * x**2 + p[2] * h
    ...     return np.log(h) if h > 1 else h
    >>> step = capture(value_and_grad(loss))
    >>> first = step(np.array([0.1, 0.1, 0.8]))  # runs as it stands, and is recorded
    >>> again = step(np.array([0.2, 0.1, 0.7]))  # the program runs
    >>> print(step.program.counts()["multiply"] > 0)
    True

    f is any function of arrays, tensors, Values, numbers, and nests of them; ``backward()`` and ``optimizer.step()``
    may be in it. Other shapes, dtypes or options make another program. A decision on a number (``if``, ``while``,
    ``float(x)``, how many elements a mask takes) is checked at each call; where it falls otherwise, another path is
    recorded beside. Of a whole number among the arguments, each value makes a program, until it has had more than two.

    Arrays, parameters, random generators, and numbers in variables outside f are read anew at each call. What Python
    hides is frozen: prints and NumPy's warnings happen while recording alone, files are read once; what asks a clock,
    or an iterator, runs eagerly. Tensors are returned detached, so call ``backward()`` inside f.

    ``check``   run each call both ways, and raise where they differ by more than rounding; f prints twice, and programs
                run by NumPy's functions, which round as f does
    ``limit``   how many programs at most; then calls run eagerly, with one warning

    ``step.program`` is the program that ran last: ``print`` lists it, ``draw`` draws it. ``step.count`` is how many
    there are, ``step.clear()`` forgets all.
    """
    return Captured(f, check=check, limit=limit)


SAME = (
    "Both have the same instructions: what differs is read from a place that Python hides; or it is rounding that the "
    "function makes larger."
)


class Different(RuntimeError):
    """With ``check=True``: a program does not do what the function does."""


class Captured(Generic[P, R]):
    """A function that ``capture`` gave, with its programs.

    ``f``      the function
    ``check``  run each call both ways, and raise where they differ
    ``limit``  how many programs at most

    Of its attributes, ``programs`` says which there are, and for which calls; ``eager`` has the keys of calls whose
    derivative was taken.
    """

    def __init__(self, f: Callable[P, R], *, check: bool = False, limit: int = 16) -> None:
        if not callable(f):
            raise TypeError(f"capture: it records a function, got {type(f).__name__}")
        if any(
            test(f) for test in (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
        ):
            raise TypeError(f"capture: {f.__name__} runs piece by piece; capture what it does between two yields")
        functools.update_wrapper(self, f, updated=())
        self.f = f
        self.check = check
        self.limit = limit
        self.clear()

    def clear(self) -> None:
        """Forget all programs and their memory."""
        self.programs = Programs(self.limit)
        self.eager: set[Any] = set()
        self.last: Path | None = None
        self.told = False  # has it been said that the limit is reached?
        self.warned: set[str] = set()
        self.why = ""  # why the last call was not recorded, if so
        self.misses = 0  # calls in a row that could not be recorded

    @property
    def count(self) -> int:
        """How many programs there are."""
        return self.programs.count

    @property
    def program(self) -> Program:
        """The program that was recorded or ran last."""
        if self.last is None:
            why = f"the last call could not be recorded: {self.why}" if self.why else "call the captured function first"
            raise RuntimeError(f"{self!r} has no program yet: {why}")
        return self.last.program

    def __get__(self, holder: Any, kind: Any = None) -> Any:
        """As a method: each object has a program of its own."""
        return self if holder is None else types.MethodType(self, holder)

    def __repr__(self) -> str:
        return f"<captured {getattr(self.f, '__name__', self.f)}, {count(self.count, 'program')}>"

    def __reduce__(self) -> Any:
        """Copies and pickles begin without programs; one that its module knows by name is that one."""
        found: Any = sys.modules.get(self.__module__)
        for name in getattr(self, "__qualname__", "").split("."):
            found = getattr(found, name, None)
        if found is self:
            return self.__qualname__
        return again, (self.f, self.check, self.limit)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if inside.run is not None:  # another function is being recorded, and this call is a part of it
            return self.f(*args, **kwargs)
        looked_at = grad_mode.switches and any(getattr(recording, name) is not None for name in LOOKING)
        if looked_at or recording.forward or raising():
            return self._looked_at(args, kwargs)
        call = self.programs.call(args, kwargs)
        if call.refused:
            self.why = call.refused
            self._warn(call.refused)
        if call.refused or call.key in self.eager or self.misses > HOPELESS:
            return self.f(*args, **kwargs)
        began = turns.number
        if began % 2 == 0:
            result, _ = self._replayed(call, began)
            if result is not NOTHING:
                return result
        if not recordings.acquire(timeout=PATIENT):  # another thread records, and may be waiting for this one
            return self.f(*args, **kwargs)
        try:
            result, form = self._replayed(call, turns.number)  # it may have recorded what was missing
            if result is not NOTHING:
                return result
            if form is None:
                call = self.programs.renewed(call)
            return self._record(call, form)
        finally:
            recordings.release()

    def _replayed(self, call: Call, turn: int) -> tuple[Any, Form | None]:
        """The result by a program; else NOTHING, and the form that lacks a path."""
        for form in self.programs.of(call):
            if form.outside.holds():
                try:
                    result, self.last = form.run(call, turn, self._compared if self.check else None)
                    return result, form
                except Elsewhere:
                    return NOTHING, form
                except Busy:
                    return NOTHING, None
                except Unsafe:
                    return self.f(*call.args, **call.kwargs), form
        return NOTHING, None

    def _looked_at(self, args: Any, kwargs: Any) -> Any:
        """Debugging, checkpoints and pictures see each operation: an eager call; the first one is recorded."""
        if recording.watch is None or recording.note is None:
            return self.f(*args, **kwargs)
        call = Call(args, kwargs)
        call.key = ("debug", *call.key)
        if call.refused or call.key in self.programs.forms:
            return self.f(*args, **kwargs)
        return self._record(call, None)

    def _record(self, call: Call, form: Form | None) -> Any:
        """Call the function eagerly, and note what it does."""
        if self.programs.full:
            if not self.told:
                self.told = True
                programs = count(self.count, "program")
                self._warn(
                    f"it has {programs}, the limit, and none for this call. {self.programs.advice(self.f, call, form)}"
                )
            return self.f(*call.args, **call.kwargs)
        with collected_later(aged=True), turns:
            outside = Outside([self.f, *call.objects], frozenset(self.programs.moving))
            if (told := outside.told()).hides:
                self.why = told.hides
                self.eager.add(call.key)
                self._warn(told.hides)
                return self.f(*call.args, **call.kwargs)
            run = Run(self.f, call, outside, users_line if self.check or call.key[0] == "debug" else None)
            if told.raises:
                run.tape.line = Quiet(run.tape)
            result = run.result(inside)
            run.finish()
        self.programs.moving |= run.moved
        if run.open:
            self.eager.add(call.key)
            self._warn("a derivative is taken of it. Capture that: capture(grad(f)), not grad(capture(f))")
        elif run.tape.given_up:
            if call.moving and run.tape.reason:
                self.programs.fix()
            else:
                self._missed(call.key, run.tape.reason)
        else:
            self._keep(call, form, run)
        if run.live and not run.open:
            self._warn(f"the {run.live} that it returns is detached from its graph. Call backward() inside, or return "
                       "numbers: y.detach()", "")  # fmt: skip
        return result

    def _missed(self, key: Any, reason: str) -> None:
        """A call could not be recorded. Where that happens again and again, nothing more is tried."""
        self.misses += bool(reason)
        self.why = reason
        if self.misses > PATIENCE:
            if reason != DRAWS:  # another thread, such as those of dask's workers, may draw no more the next time
                self.eager.add(key)
            self._warn(reason)

    def _compared(self, path: Path, call: Call, captured: Any, left: list[Any]) -> Any:
        """The eager result, if it and what it leaves is what the program found."""
        with recordings, collected_later(aged=True), turns:
            run = Run(self.f, call, Outside(path.roots, frozenset(self.programs.moving)), users_line)
            result = run.result(inside)
            found, steps = difference(path, call, run, result, captured, left)
            if found:
                raise Different(f"{self!r} with check=True: {found}.\n{run.tape.reason or steps or SAME}")
            run.finish()
        return result

    def _keep(self, call: Call, form: Form | None, run: Run) -> None:
        self.misses = 0
        self.last = path = Path(run)
        if self.check:
            path.steps, path.buffers, path.roots = run.tape.steps(), run.tape.buffers, run.outside.roots
        self.programs.keep(path, call, form, run.outside, self.f)

    def _warn(self, reason: str, what: str = " runs eagerly") -> None:
        if reason not in self.warned:
            self.warned.add(reason)
            warnings.warn(f"{self!r}{what}: {reason}", RuntimeWarning, stacklevel=_outer())


class Inside(threading.local):
    """What this thread is recording."""

    run: Any = None


inside = Inside()
recordings: Any = shared(threading.RLock())  # held while something is recorded


def _outer() -> int:
    """How many frames out the user's program is, for a warning."""
    frame, level = sys._getframe(1), 0
    users = users_frame()
    while frame is not None and frame is not users:
        frame, level = frame.f_back, level + 1  # type: ignore[assignment]
    return level + 1


def again(f: Any, check: bool, limit: int) -> Any:
    return f if isinstance(f, Captured) else Captured(f, check=check, limit=limit)
