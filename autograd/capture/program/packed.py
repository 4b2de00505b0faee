"""The steps of a program that nobody runs as they stand: each on single numbers as a plain tuple of numbers.

A program of a graph of Values is hundreds of thousands of instructions, which are done level by level. As objects they
would cost each garbage collection a second; plain tuples of numbers cost it nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from ..tape import Instruction, Step, View

__all__ = ["Packed"]


class Packed(Sequence[Step]):
    """Steps that are made again when somebody asks for them.

    ``forms``  functions with the kinds of their operands and results
    ``rows``   by step: its form, its result's buffer and its operands; other steps as they are
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self.forms: dict[Any, int] = {}
        self.rows: list[Any] = []
        for step in steps:
            self.rows.append(self._packed(step))
        self.kinds = list(self.forms)

    def _packed(self, step: Step) -> Any:
        if not isinstance(step, Instruction) or step.method or step.keywords or step.source or step.form != "fresh":
            return step
        out = step.outputs[0]
        if len(step.outputs) != 1 or out.shape or out.offset:
            return step
        form: list[Any] = [step.function, out.dtype, out.weak]
        row: list[Any] = [0, out.buffer]
        for x in step.arguments:
            if x.__class__ is View:
                if x.shape:
                    return step
                form.append((x.offset, x.dtype, x.weak))
                row.append(x.buffer)
            elif x.__class__ is float or x.__class__ is int:
                form.append(None)
                row.append(x)
            else:
                return step
        row[0] = self.forms.setdefault(tuple(form), len(self.forms))
        return tuple(row)

    def _step(self, row: Any) -> Step:
        if row.__class__ is not tuple:
            return row
        function, dtype, weak, *given = self.kinds[row[0]]
        arguments = tuple([
            x if kind is None else View(x, kind[0], (), (), kind[1], kind[2])
            for x, kind in zip(row[2:], given, strict=True)
        ])  # fmt: skip
        reads = tuple([x for x in arguments if x.__class__ is View])
        return Instruction(function, "", arguments, {}, (View(row[1], 0, (), (), dtype, weak),), "fresh", reads)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Step]:
        return map(self._step, self.rows)

    @overload
    def __getitem__(self, k: int) -> Step: ...

    @overload
    def __getitem__(self, k: slice) -> list[Step]: ...

    def __getitem__(self, k: int | slice) -> Step | list[Step]:
        return list(map(self._step, self.rows[k])) if isinstance(k, slice) else self._step(self.rows[k])
