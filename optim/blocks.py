"""Formulas of rules as calls of NumPy, a block of numbers at a time, which stays in the processor's cache.

Convention: results of lines go to a few scratch arrays, which are used again as soon as they are not needed any more;
the last one of x, and of each memory, goes to its place where nothing reads what stood there after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from .formula import Formula, Line

__all__ = ["in_blocks"]

here = threading.local()


class Plan:
    """Where the results of a formula's lines stand, and the calls that compute them."""

    def __init__(self, formula: Formula) -> None:
        self.calls: list[str] = []
        self.scratch: dict[str, str] = {}  # the dtypes of s0, s1, ...
        self.free: list[str] = []
        self.place: dict[str, str] = {}  # the arrays that results stand in
        self.last: dict[str, int] = {}  # the line that reads a name last
        for i, line in enumerate(formula.lines):
            self.last.update(dict.fromkeys(line.operands, i))
        self.kept = {end for end in formula.results if end is not None}
        starts = ["x", *[f"k{i}" for i in range(len(formula.results) - 1)]]
        ends = [(start, end) for start, end in zip(starts, formula.results, strict=True) if end not in (None, start)]
        home = {str(end): start for start, end in ends if self.at_home(formula, start, str(end))}
        for i, line in enumerate(formula.lines):
            self.add(i, line, home.get(f"v{i}"))
        for start, end in ends:
            if home.get(str(end)) != start:
                self.calls.append(f"copyto({start}, {self.array(str(end))})")

    def at_home(self, formula: Formula, start: str, end: str) -> bool:
        """May the last number of x or of a memory be computed in its place?"""
        if end[0] != "v":
            return False
        line = int(end[1:])
        return self.last.get(start, -1) < line + (formula.lines[line].name != "where")

    def array(self, name: str) -> str:
        return self.place.get(name, name)

    def add(self, i: int, line: Line, home: str | None) -> None:
        operands = [self.array(name) for name in line.operands]
        ended = {name for name in line.operands if self.last[name] == i and name not in self.kept}
        left = sorted(self.place[name] for name in ended if self.place.get(name) in self.scratch)
        if line.name != "where":  # whose result must not stand where it still reads
            self.free += left
        out = home or self.new(line.kind)
        if line.name == "where":
            self.free += left
            self.calls += [f"copyto({out}, {operands[2]})", f"copyto({out}, {operands[1]}, where={operands[0]})"]
        elif line.name == "astype":
            self.calls.append(f"copyto({out}, {operands[0]}, 'unsafe')")
        else:
            self.calls.append(f"{line.name}({', '.join(operands)}, out={out})")
        self.place[f"v{i}"] = out
        if f"v{i}" not in self.last and home is None:  # nothing reads it
            self.free.append(out)

    def new(self, kind: str) -> str:
        for name in reversed(self.free):
            if self.scratch[name] == kind:
                self.free.remove(name)
                return name
        name = f"s{len(self.scratch)}"
        self.scratch[name] = kind
        return name


def in_blocks(formula: Formula) -> Callable[[list[Any], list[Any]], None]:
    """Move the numbers of flat arrays (x, g and each memory, or None), given the constants as arrays of one number."""
    plan = Plan(formula)
    names = ["x", "g", *[f"k{i}" for i in range(len(formula.results) - 1)]]
    names += [f"c{i}" for i in range(len(formula.kinds))]
    text = f"def block({', '.join([*names, *plan.scratch])}):\n    {'; '.join(plan.calls) or 'pass'}\n"
    found: dict[str, Any] = {}
    exec(compile(text, __file__, "exec"), {**vars(np), "__name__": __name__}, found)
    block = found["block"]

    kinds = [(kind, list(plan.scratch.values())[:i].count(kind)) for i, kind in enumerate(plan.scratch.values())]

    def move(arrays: list[Any], constants: list[Any]) -> None:
        block(*arrays, *constants, *[scratch(arrays[0].size, *kind) for kind in kinds])

    return move


def scratch(size: int, kind: str, number: int) -> Any:
    """This thread's array of a dtype and a number. New ones would often be new memory, which takes longer to get."""
    arrays = vars(here).setdefault(kind, [])
    while len(arrays) <= number:
        arrays.append(np.empty(0, kind))
    if arrays[number].size < size:
        arrays[number] = np.empty(size, kind)
    return arrays[number][:size]
