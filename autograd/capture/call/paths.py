"""Forms and paths: the programs of a captured function, and which of them runs.

Convention: nothing is returned, bound or written before all guards of a program have held. Where a run fails, all is as
it was before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from ...collector import collected_later
from ...tensor import Tensor
from ..floating import ignoring
from ..machines import Failed, NumPyMachine
from ..outside import Outside, Place, Static
from ..program import Program
from ..record import Call, Run
from ..tape import Draw, Guard, Instruction, Tape
from .apart import Apart
from .carried import given, left
from .machines import machine_for
from .owned import Owned, written_back

__all__ = ["Busy", "Elsewhere", "Form", "Path", "Unsafe", "turns"]


class Unsafe(Exception):
    """This call is none for a program, and eager: an instruction raises an error, as a singular matrix does; or arrays
    that are written to are read-only, or share memory with others.
    """


class Elsewhere(Exception):
    """Decisions go a way that was not recorded yet."""


class Busy(Exception):
    """Another thread has begun to record: what stands outside may be traced arrays."""


class Turns:
    """Counts up when a recording begins and when it has ended: the number is odd while leaves hold traced arrays."""

    def __init__(self) -> None:
        self.number = 0

    def __enter__(self) -> None:
        self.number += 1

    def __exit__(self, *error: object) -> None:
        self.number += 1


turns = Turns()
Compared = Callable[[Any, Call, Any, list[Any]], Any]


class Form:
    """The programs for one form of arguments and of what is outside: a path for each way that decisions went."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.lock = threading.Lock()
        self.parted: tuple[Path, int] | None = None  # the last call that no path was for, and where it left the nearest
        self.paths: list[Path] = []  # the one that ran last is the first

    def first(self, path: Path) -> None:
        """Put a path, which may be new, first. Others may be going through the list: it is replaced, never changed."""
        with self.lock:
            self.paths = [path, *(other for other in self.paths if other is not path)]

    def run(self, call: Call, turn: int, compared: Compared | None = None) -> tuple[Any, Path]:
        """The result by the path whose decisions hold, and that path; ``Elsewhere`` if there is none."""
        tried: list[Path] = []
        path: Path | None = self.paths[0]
        while path is not None:
            try:
                result = path.run(call, turn, compared)
            except Failed as failed:
                guard, seen, after = failed.guard, failed.seen, failed.after
            else:
                if tried:
                    self.first(path)
                return result, path
            tried.append(path)
            others = [p for p in self.paths if p not in tried]
            path = next((p for p in others if not after or p.begins(path.decisions[:guard], guard, seen)), None)
        self.parted = tried[-1], guard
        raise Elsewhere


class Hand(NamedTuple):
    """A machine, for one thread at a time, and what was found out about the arrays that it writes to."""

    machine: NumPyMachine
    apart: Apart | None
    owned: Owned | None


class Path:
    """A program, where its inputs come from, and where its results go.

    The program is made of the tape when it is first needed: what is called once costs its recording alone.
    """

    def __init__(self, run: Run) -> None:
        self.sources = run.sources
        self.effects = run.effects
        self.returned = run.returned
        steps = [note for note in run.tape.notes if note.__class__ is not tuple]  # there may be very many rows
        self.decisions = [step.expected for step in steps if step.__class__ is Guard]
        self.drawn = [step.function for step in steps
                      if isinstance(step, Instruction) and isinstance(step.function, Draw)]  # fmt: skip
        self.writes = [effect.source for effect in self.effects if effect.kind == "in place" and effect.source.plain]
        self.raising = run.tape.raising
        self.tape: Tape | None = run.tape
        self.steps: list[Any] = []  # of the tape, its buffers, and where it began; with check=True
        self.buffers: list[Any] = []
        self.roots: list[Any] = []
        self.made: Program
        self.given: Callable[[Any, Any], list[Any]]
        self.left: Callable[[Any, Any, Any], None]
        self.homes: dict[int, int] = {}  # by effect that the program does itself: the input where it does
        self.overwritten: list[int] = []  # inputs of another library that it writes to
        self.held: list[int] = []  # inputs that are arrays of tensors, or gradients, which it changes
        self.lock = threading.Lock()
        self.waiting: list[Hand] = []  # machines that no thread is using

    @property
    def program(self) -> Program:
        """What the tape has noted, made shorter."""
        with self.lock:
            if self.tape is not None:
                with collected_later(aged=True):
                    self._make(self.tape)
                self.tape = None
            return self.made

    def _make(self, tape: Tape) -> None:
        """Make the program; arrays that stand outside may be read and written there."""
        outside = {
            source.at.key: k
            for k, source in enumerate(self.sources)
            if source.leaf < 0 and source.container < 0 and not isinstance(source.at, Static)
        }
        results = list(self.returned.views)
        left_in: dict[int, int] = {}  # by result: the input in whose place it is left
        homes: dict[int, int] = {}  # by effect
        for k, effect in enumerate(self.effects):
            if effect.view is not None:
                source = effect.source
                at = source.at if source.leaf < 0 and source.container < 0 else None
                if at is not None and at.key in outside and (effect.kind == "in place" or self._moves(at)):
                    left_in[len(results)] = homes[k] = outside[at.key]
                results.append(effect.view)
        inputs = [source.view for source in self.sources]
        self.made = Program(tape, inputs, results, list(outside.values()), left_in)
        overwritten = {effect.source for effect in self.effects if effect.kind == "foreign in place"}
        self.overwritten = [k for k, source in enumerate(self.sources) if source in overwritten]
        self.homes = {k: n for k, n in homes.items() if self.made.standing.get(n)}
        self.held = [n for n in self.homes.values() if isinstance(self.sources[n].at.holder, Tensor)]
        read = {k for k, view in enumerate(inputs) if view.buffer in self.made.used}
        self.given = given(self.sources, read.difference(self.held))
        self.left = left(self.effects, self.homes, len(self.returned.views))

    def _moves(self, place: Place) -> bool:
        """May the array of a place be written to where another one is left? Not one that is returned."""
        return isinstance(place.holder, Tensor) and place.key not in self.returned.stays

    def begins(self, held: list[Any], guard: int, seen: Any) -> bool:
        """Do the decisions of this path begin like those that were just found, of which the last is this guard's?"""
        return len(self.decisions) > guard and self.decisions[:guard] == held and self.decisions[guard] == seen

    def run(self, call: Call, turn: int, compared: Compared | None = None) -> Any:
        """The function's result; its effects are done. Where both are compared, by the eager call."""
        drawn = {id(g): g for g in [draw.generator for draw in self.drawn]} if self.drawn else {}
        states = [(g, g.bit_generator.state) for g in drawn.values()]
        try:
            hand = self.waiting.pop()
        except IndexError:
            hand = self._hand()
        machine = hand.machine
        try:
            inputs = self._inputs(call, turn, hand)
            changed = self.overwritten if self.made.undone or compared is not None else []
            if compared is not None:
                changed = [*self.homes.values(), *changed]
            before = [(inputs[k], inputs[k].copy()) for k in changed]
            try:
                found = self._found(machine, inputs)
            except BaseException:
                undo(before)
                raise
            del inputs  # leaves have their arrays alone again
            if compared is not None and before:
                found = [array.copy() for array in found]
                undo(before)
            y = self.returned.make(call, found)
            if compared is not None:
                for generator, state in states:
                    generator.bit_generator.state = state
                rest = iter(found[len(self.returned.views) :])
                return compared(self, call, y, [None if e.view is None else next(rest) for e in self.effects])
            self.left(call, found, machine.stood)
        except BaseException:
            for generator, state in states:
                generator.bit_generator.state = state
            raise
        finally:
            self.waiting.append(hand)
        return y

    def _hand(self) -> Hand:
        """A machine, and what it knows of the arrays that it will write to."""
        with collected_later(aged=True):
            machine = machine_for(self.program, bool(self.steps))
        own = enumerate(self.program.buffers)
        others = [(b.array, n) for n, b in own if b.kind == "outside" and b.array is not None]
        buffers = [source.view.buffer for source in self.sources]
        apart = Apart(buffers, {source.view.buffer for source in self.writes}, others) if self.writes else None
        return Hand(machine, apart, Owned([self.sources[k].at for k in self.held]) if self.held else None)

    def _inputs(self, call: Call, turn: int, hand: Hand) -> list[Any]:
        """The inputs of the program."""
        try:
            inputs = self.given(call.leaves, call.containers)
            if turns.number != turn:
                raise Busy
            if hand.apart is not None and not hand.apart(inputs):
                raise Unsafe
            if hand.owned is not None:
                for k, array in zip(self.held, hand.owned(), strict=True):
                    inputs[k] = array
        except (AttributeError, LookupError, TypeError, ValueError) as error:  # another thread put something else there
            raise Busy from error
        return inputs

    def _found(self, machine: NumPyMachine, inputs: list[Any]) -> list[Any]:
        """The results of the program."""
        try:
            found = machine.run(inputs) if machine.silent else ignoring(machine.run, inputs)
        except Failed:
            raise
        except Exception as error:
            if machine.begun:  # nothing that can be undone: the call cannot be done again
                raise
            raise Unsafe from error
        if self.raising and not machine.finite():
            raise Unsafe
        return found


def undo(before: list[tuple[Any, Any]]) -> None:
    """Put numbers back into arrays that a program has written to."""
    for array, numbers in before:
        written_back(array, numbers)
