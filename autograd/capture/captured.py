"""``capture``: a function that is recorded once for each form of its arguments, and then run as a program.

Convention: recording is the call itself, with real numbers: whatever cannot be recorded gives up the tape and goes on,
so that the first call is always an eager one. A program computes in memory of its own; nothing is returned, bound or
written before all its guards have held.
"""

from __future__ import annotations

import functools
import gc
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from ..core import read_only
from ..functional import nests as tree
from ..tensor import Tensor
from ..tensor import of as tensor
from ..value import Value
from .call import Call
from .drawing import Draw
from .instruction import Guard, Instruction, View
from .machines import machine_for
from .numpy_machine import Failed
from .outside import Gradient, Outside, Place, Static
from .program import Program
from .run import Effect, Run
from .tape import Tape
from .traced import Number, Traced

__all__ = ["Captured", "capture"]

PATIENCE = 2  # calls in a row that cannot be recorded: the first one of a training makes its optimizer's memory

P = ParamSpec("P")
R = TypeVar("R")


def capture(f: Callable[P, R], *, check: bool = False, limit: int = 16) -> Captured[P, R]:
    """The function f, recorded at its first call as a program of NumPy calls, which later calls run.

        step = capture(value_and_grad(loss))
        step(p)                                   # runs as it stands, and is recorded
        step(q)                                   # the same shapes, dtypes and form: the program runs

    f is any function of arrays, tensors, Values, numbers, and nests of them; there may be ``backward()`` and
    ``optimizer.step()`` in it. Python's control flow works: a decision on a number (``if``, ``while``, ``float(x)``) is
    checked at each call, and where it falls otherwise, another path is recorded beside.

    Arrays that f reads from outside are read anew at each call, and so are parameters; names that it reads from its
    closure and globals are compared. What Python hides is frozen: f's own prints happen while recording alone. Tensors
    are returned detached: call ``backward()`` inside.

    ``check``   run each call both ways, and raise where they differ
    ``limit``   how many programs at most; then calls run eagerly, with one warning

    ``step.program`` is the program that ran last, ``step.clear()`` forgets all.
    """
    return Captured(f, check=check, limit=limit)


class Captured(Generic[P, R]):
    """A function that ``capture`` gave."""

    def __init__(self, f: Callable[P, R], *, check: bool = False, limit: int = 16) -> None:
        if not callable(f):
            raise TypeError(f"capture: it records a function, got {type(f).__name__}")
        functools.update_wrapper(self, f)
        self.f = f
        self.check = check
        self.limit = limit
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        """Forget all programs and their memory."""
        self.forms: dict[Any, list[Form]] = {}
        self.moving: set[Any] = set()
        self.count = 0
        self.last: Path | None = None
        self.warned = False
        self.misses = 0

    @property
    def program(self) -> Program:
        """The program that was recorded or ran last."""
        if self.last is None:
            raise RuntimeError("there is no program yet: call the captured function first")
        return self.last.program

    def __get__(self, holder: Any, kind: Any = None) -> Any:
        """As a method: each object has a program of its own."""
        return self if holder is None else functools.partial(self, holder)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return f"<captured {getattr(self.f, '__name__', self.f)}, {self.count} programs>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if inside.tape is not None:  # another function is being recorded, and this call is a part of it
            return self.f(*args, **kwargs)
        call = Call(args, kwargs)
        for form in self.forms.get(call.key, ()):
            if form.outside.changed() == []:
                try:
                    return form.run(call, self)  # type: ignore[no-any-return]
                except Failed:
                    return self._record(call, form)  # type: ignore[no-any-return]
        self._generalise(call)
        return self._record(call, None)  # type: ignore[no-any-return]

    def _generalise(self, call: Call) -> None:
        """Where nothing but numbers, or arrays of a form, stands in some places anew, these are read from now on."""
        for form in list(self.forms.get(call.key, ())):
            changed = form.outside.changed()
            if changed and all(map(form.outside.movable, changed)):
                self.moving.update([place.key for place in changed])
                self.forms[call.key].remove(form)
                self.count -= len(form.paths)

    def _record(self, call: Call, form: Form | None) -> Any:
        """Call the function eagerly, and note what it does."""
        if self.count >= self.limit:
            self._warn(f"there are {self.count} programs already, the limit")
            return self.f(*call.args, **call.kwargs)
        with self.lock, paused():
            outside = Outside([self.f, *call.objects], frozenset(self.moving))
            inside.tape = True
            try:
                run = Run(self.f, call, outside, None)
                result = run.eager()
            finally:
                inside.tape = None
            if run.tape.reason:
                self.misses += 1
                if self.misses > PATIENCE:
                    self._warn(run.tape.reason)
                return result
            self.misses = 0
            path = Path(run)
            self.last = path
            if form is None:
                form = Form(outside)
                self.forms.setdefault(call.key, []).insert(0, form)
            form.paths.insert(0, path)
            self.count += 1
            return result

    def _warn(self, reason: str) -> None:
        if not self.warned:
            self.warned = True
            warnings.warn(f"{self!r} runs eagerly: {reason}", RuntimeWarning, stacklevel=4)


class Inside(threading.local):
    """Is this thread recording?"""

    tape: Any = None


inside = Inside()


class Form:
    """The programs for one form of arguments and of what is outside: a path for each way that decisions went."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.paths: list[Path] = []  # the one that ran last is the first

    def run(self, call: Call, captured: Captured[Any, Any]) -> Any:
        """The result by the path whose decisions hold; ``Failed`` if there is none."""
        tried: list[Path] = []
        path: Path | None = self.paths[0]
        while path is not None:
            try:
                result = path.run(call)
            except Failed as failed:
                tried.append(path)
                held = path.decisions[: failed.guard] if failed.guard >= 0 else []
                path = next((p for p in self.paths if p not in tried and p.begins(held, failed)), None)
                if path is None:
                    raise
            else:
                if path is not self.paths[0]:
                    with captured.lock:
                        self.paths.remove(path)
                        self.paths.insert(0, path)
                captured.last = path
                return result
        raise AssertionError("a form has a path")


class Path:
    """A program, where its inputs come from, and where its results go.

    The program is made of the tape when it is first needed: what is called once costs its recording alone.
    """

    def __init__(self, run: Run) -> None:
        self.sources = run.sources
        self.effects = run.effects
        self.nest = run.returned
        self.leaves = [self._result(x, run.call) for x in tree.leaves(run.returned)]
        self.decisions = [step.expected for step in run.tape.steps if step.__class__ is Guard]
        self.drawn = [step.function.generator for step in run.tape.steps
                      if isinstance(step, Instruction) and isinstance(step.function, Draw)]  # fmt: skip
        self.tape: Tape | None = run.tape
        self.made: Program
        self.lock = threading.Lock()
        self.waiting: list[Any] = []  # machines that no thread is using

    @property
    def program(self) -> Program:
        """What the tape has noted, made shorter."""
        with self.lock:
            if self.tape is not None:
                results = [view for _, view, _ in self.leaves if view is not None]
                left = [effect.view for effect in self.effects if effect.view is not None]
                with paused():
                    self.made = Program(self.tape, [source.view for source in self.sources], [*results, *left])
                self.tape = None
            return self.made

    def begins(self, held: list[Any], failed: Failed) -> bool:
        """Do the decisions of this path begin like those that were just found?"""
        if failed.guard < 0:
            return True
        n = failed.guard
        return len(self.decisions) > n and self.decisions[:n] == held and self.decisions[n] == failed.seen

    @staticmethod
    def _result(x: Any, call: Call) -> tuple[str, View | None, Any]:
        """What kind of result a leaf is, where its numbers are, or what it is."""
        for k, leaf in enumerate(call.leaves):
            if x is leaf:
                return "argument", None, k
        if isinstance(x, Tensor) and isinstance(x._array, Traced):
            return "tensor", x._array.where, None
        if isinstance(x, Value) and isinstance(x.number, Traced):
            return "value", x.number.where, None
        if isinstance(x, Number):
            return "number", x.where, None
        if isinstance(x, Traced):
            return "array", x.where, None
        return "fixed", None, x

    def run(self, call: Call) -> Any:
        """The function's result; its effects are done."""
        try:
            machine = self.waiting.pop()
        except IndexError:
            with paused():
                machine = machine_for(self.program)
        states = [(g, g.bit_generator.state) for g in self.drawn] if self.drawn and self.decisions else []
        try:
            found = iter(machine.run([source.place(call).get() for source in self.sources]))
            leaves = []
            for kind, view, fixed in self.leaves:
                if view is None:
                    leaves.append(call.leaves[fixed] if kind == "argument" else fixed)
                else:
                    leaves.append(MADE[kind](next(found)))
            effects = [(effect, None if effect.view is None else next(found)) for effect in self.effects]
            for effect, array in effects:
                take_place(effect, array, effect.source.place(call))
        except BaseException:
            for generator, state in states:
                generator.bit_generator.state = state
            raise
        finally:
            self.waiting.append(machine)
        return tree.rebuild(self.nest, leaves)


MADE: dict[str, Callable[[Any], Any]] = {
    "array": lambda a: a.copy() if a.ndim else a[()],
    "tensor": lambda a: tensor(a.copy(), None),
    "value": lambda a: Value(a.item()),
    "number": lambda a: a.item(),
}


def take_place(effect: Effect, array: Any, place: Place) -> None:
    """Do what the function does to a place outside."""
    if array is None:
        place.put(effect.value)
        return
    now = place.get()
    if isinstance(place, Static):
        place.put(array)
    elif isinstance(place, Gradient):
        place.put(read_only(array.copy()))
    elif isinstance(now, np.ndarray):
        if isinstance(place.holder, Tensor):
            place.holder.update_(functools.partial(np.copyto, src=array))
        elif effect.in_place:
            np.copyto(now, array)
        else:
            place.put(array.copy() if array.ndim else array[()])
    else:
        place.put(array.item() if effect.view is not None and effect.view.weak else array.copy())


@contextmanager
def paused() -> Iterator[None]:
    """No garbage collection meanwhile: a recording makes many objects that all stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if gc.get_freeze_count() == 0:
                gc.freeze()
                gc.unfreeze()  # now the new objects are as old as any, and not the first to be searched
            gc.enable()
