"""What is being recorded: ``no_grad``, ``enable_grad``, and what debugging and forward mode ask for.

Convention: the fast path asks ``switches`` first: while it is 0, every thread records as usual. A switch is in force in
its thread until it is left. One that a generator or coroutine entered is in force while that one runs, and not for its
caller while it waits: as long as there are such switches, ``recording`` looks for them on the stack (see ``Paused``).
"""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from .listeners import Loop, SweepListener
from .locks import changing
from .node import Node

P = ParamSpec("P")
R = TypeVar("R")
USUAL: dict[str, Any] = {
    "on": True, "forward": False, "note": None, "note_value": None, "left": None, "watch": None, "loop": None,
    "effects": None, "unfold": None, "scope": None, "compute": None,
}  # fmt: skip


class Recording(threading.local):
    """What is being recorded, for each thread by itself.

    ``on``       are operations on tracked tensors recorded?
    ``forward``  keep also what only a forward sweep needs
    ``note``     called with each recorded node, its result, its operands as given and its other arguments by name
                 (``autograd.debug``, pictures)
    ``note_value``  called with each recorded Value
    ``watch``    called with the root of each sweep and the derivative it starts with: gives its SweepListener
    ``left``     called with a tracked tensor or a Value whose numbers leave the graph (of a leaf, too), and how:
                 "t.data", "t.numpy()", "t.detach()", ..., or "no_grad()" where an operation on it is not recorded.
                 Functions of the library look at numbers too: the frame that asked is the third from the callee's
    ``loop``     told of the backward passes and steps of a training, and of what its losses are given (``nn.doctor``)
    ``effects``  told of what a function that will run again draws and writes (``autograd.checkpoint``)
    ``unfold``   called with an operation that stands for smaller ones, and its arguments, in its place (pictures)
    ``compute``  called with a function of Values' numbers, how it is computed with floats, and its operands, in its
                 place: numbers may be of another kind than floats. Gives what the computation with floats does
    ``scope``    the named part of the program that runs, told of the calls of modules in it (``draw.scope``)
    ``entered``  the switches in force in this thread, the last one on top; but not those of generators
    """

    on: bool = True
    forward: bool = False
    note: Callable[[Node, Any, Sequence[Any], Mapping[str, Any]], None] | None = None
    note_value: Callable[[Any], object] | None = None
    watch: Callable[[Any, Any], SweepListener] | None = None
    left: Callable[[Any, str], object] | None = None
    loop: Loop | None = None
    effects: Any = None
    unfold: Callable[[Any, tuple[Any, ...], dict[str, Any]], Any] | None = None
    scope: Any = None
    compute: Callable[[Any, Callable[..., Any], tuple[Any, ...]], Any] | None = None
    entered: list[Entry]

    def __init__(self) -> None:
        self.__dict__.update(USUAL, entered=[])


recording = Recording()
switches = 0  # how many are in force, in all threads together


def noted(value: Any) -> None:
    """A Value was recorded. Asked for only while there are switches."""
    if recording.note_value is not None:
        recording.note_value(value)


def watching(root: Any, derivative: Any) -> SweepListener | None:
    """What looks at each step of the sweep that begins, if anything does."""
    if switches and recording.watch is not None:
        return recording.watch(root, derivative)
    return None


def leaving(thing: Any, how: str) -> None:
    """The numbers of a tracked tensor or a Value leave the graph. Asked for only while there are switches."""
    if recording.left is not None:
        recording.left(thing, how)


class Entry:
    """One time that a switch was entered: what it sets, in which thread's fields or in which generator's frame.

    ``outer`` are the generators on the stack at that time: they entered their switches before, this one is within.
    """

    __slots__ = ("counted", "fields", "frame", "leaving", "outer", "thread")

    def __init__(self, fields: dict[str, Any], thread: dict[str, Any], frame: FrameType | None) -> None:
        self.fields = fields
        self.thread = thread
        self.frame = frame
        self.counted = self.leaving = False  # in ``switches``; by an __exit__
        self.outer = [] if not PAUSED else [f for f in _stack(sys._getframe(2)) if f in PAUSED]


class Switch:
    """Sets fields of ``recording`` for a block or, as a decorator, for a function.

    ``beside`` are functions that are called besides those that the fields have already: who looks at what is recorded
    does not blind others.
    """

    def __init__(self, *, beside: Mapping[str, Any] | None = None, **fields: Any) -> None:
        self.fields = fields
        self.beside = beside or {}
        self.entered: list[Entry] = []  # one object may be entered several times, by several threads

    def __enter__(self) -> None:
        global switches
        caller = sys._getframe(1)
        code = caller.f_code
        frame = _generator(caller) if code.co_flags & PAUSING or code.co_name in LENDING else None
        fields = self.fields
        if self.beside:
            fields = fields | {name: both(getattr(recording, name), f) for name, f in self.beside.items()}
        entry = Entry(fields, recording.__dict__, frame)
        try:
            with changing:
                switches, entry.counted = switches + 1, True
                self.entered.append(entry)
                if frame is not None:
                    _pause(entry, frame)
            if frame is None:
                entry.thread["entered"].append(entry)
                entry.thread.update(fields)
        except BaseException:  # Ctrl-C: nobody will leave what was not entered
            self._leave(entry)
            raise

    def __exit__(self, *error: object) -> None:
        entry = None
        try:
            with changing:
                entry = self._last(sys._getframe(1))
                entry.leaving = True
            self._leave(entry)
        except BaseException:  # Ctrl-C: it is left all the same
            if entry is not None or self.entered:
                self._leave(entry or self._last(sys._getframe(1)))
            raise

    def _leave(self, entry: Entry) -> None:
        """Leave what was entered at that time. Called again for the same entry, it does what is not done yet."""
        global switches
        with changing:
            if entry in self.entered:
                self.entered.remove(entry)
            if entry.counted:
                switches, entry.counted = switches - 1, False
            if entry.frame is not None:
                _forget(entry, entry.frame)
        if entry.frame is None:  # the fields are again what the switches still in force make of them
            inner = entry.thread["entered"]
            if entry in inner:
                inner.remove(entry)
            for name in entry.fields:
                entry.thread[name] = next((e.fields[name] for e in inner[::-1] if name in e.fields), USUAL[name])

    def _last(self, caller: FrameType) -> Entry:
        """The last time that it was entered by this generator or else by this thread; or by any, if by neither."""
        if len(self.entered) == 1 and not self.entered[0].leaving:
            return self.entered[0]
        entered = [e for e in self.entered if not e.leaving]
        if not entered:
            raise RuntimeError("this switch was left more often than it was entered")
        frame = _generator(caller)
        own = [e for e in entered if e.frame is frame and (frame is not None or e.thread is recording.__dict__)]
        return (own or entered)[-1]

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        fields, beside = self.fields, self.beside
        pausing = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
        if any(test(function) for test in pausing):
            raise TypeError(f"{function.__name__} runs piece by piece: use 'with' inside it instead")

        @functools.wraps(function)
        def inside(*args: P.args, **kwargs: P.kwargs) -> R:
            with Switch(beside=beside, **fields):
                return function(*args, **kwargs)

        return inside


def both(first: Callable[..., object] | None, then: Callable[..., object]) -> Callable[..., object]:
    """What calls two functions, or the second alone where there is no first."""
    if first is None:
        return then

    def call(*args: Any) -> None:
        first(*args)
        then(*args)

    return call


def everywhere(**fields: Any) -> None:
    """Set fields of ``recording`` for the whole process, in all threads that begin to record from now on."""
    global switches
    with changing:
        switches += 1
        USUAL.update(fields)
        for name, value in fields.items():
            setattr(Recording, name, value)
    recording.__dict__.update(fields)


def no_grad() -> Switch:
    """Do not record inside this block (or decorated function), in this thread.

    In a generator or coroutine the block does not reach to its caller: while it waits at a ``yield`` or ``await``,
    others record as they did. A function made by ``contextlib.contextmanager`` lends it to its ``with`` block.
    """
    return Switch(on=False)


def enable_grad() -> Switch:
    """Record inside this block (or decorated function), in this thread, also within ``no_grad``."""
    return Switch(on=True)


def is_grad_enabled() -> bool:
    """Are operations on tracked tensors recorded here?"""
    return recording.on


# ---------------------------------------------------------------- generators and coroutines

PAUSED: dict[FrameType, list[Entry]] = {}  # the switches that generators entered, by the generator's frame
PAUSING = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
# These enter and leave for a with statement further out: contextlib's helpers, one's own, and pytest for its fixtures.
LENDING = frozenset(["__enter__", "__exit__", "__aenter__", "__aexit__", "enter_context", "enter_async_context",
                     "call_fixture_func"])  # fmt: skip


class Paused:
    """A field of ``recording`` while generators hold switches: as the innermost on the stack that sets it has it.

    If none does, or a switch was entered further in, the thread's own.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, recording: Any, kind: Any = None) -> Any:
        name, fields = self.name, recording.__dict__
        last = next((e for e in reversed(fields["entered"]) if name in e.fields), None)
        for frame in _stack(sys._getframe(1)):
            if frame in PAUSED:
                if last is not None and frame in last.outer:
                    break
                for entry in reversed(PAUSED[frame]):
                    if name in entry.fields:
                        return entry.fields[name]
        return fields[name]

    def __set__(self, recording: Any, value: Any) -> None:
        recording.__dict__[self.name] = value


def _stack(frame: FrameType | None) -> Any:
    """This frame and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _generator(frame: FrameType | None) -> FrameType | None:
    """The generator's or coroutine's frame whose with statement is entered or left; None if it is a function's."""
    while frame is not None:
        if frame.f_code.co_name not in LENDING:
            if not frame.f_code.co_flags & PAUSING:
                return None
            caller = frame.f_back
            if caller is None or caller.f_code.co_name not in LENDING:
                return frame
        frame = frame.f_back
    return None


def _pause(entry: Entry, frame: FrameType) -> None:
    PAUSED.setdefault(frame, []).append(entry)
    for name in USUAL:
        if not isinstance(vars(Recording).get(name), Paused):
            setattr(Recording, name, Paused(name))


def _forget(entry: Entry, frame: FrameType) -> None:
    if entry in PAUSED.get(frame, ()):
        PAUSED[frame].remove(entry)
    if not PAUSED.get(frame):
        PAUSED.pop(frame, None)
    if not PAUSED:
        for name, usual in USUAL.items():
            setattr(Recording, name, usual)
