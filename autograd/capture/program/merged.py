"""What makes a long list of rows shorter before instructions are made of them: a loop over Values has very many.

Convention: as in ``passes``, results stay as they are bit by bit, and only what is written once is merged or passed on.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import numpy as np

from ..tape import Derived, Row, Step, View, elsewhere, float_at, moved

__all__ = ["merged"]

COMMUTING = {np.add, np.multiply}  # x + y is y + x, also where they are rounded
NEUTRAL = {np.add: "-0.0", np.subtract: "0.0", np.multiply: "1.0", np.divide: "1.0"}  # x + -0.0, x - 0.0, 1 x are x


def merged(
    notes: Sequence[Step | Row], results: Sequence[View], written: Set[int]
) -> tuple[list[Step | Row], list[View]]:
    """The same notes with equal rows as one, without those that nothing needs, and copies passed on."""
    if tuple not in set(map(type, notes)):
        return list(notes), list(results)
    known: dict[Any, int] = {}
    instead: dict[int, int] = {}
    numbers: dict[int, int | float] = {}  # the same, and constants
    where: Any = numbers.get
    kept: list[Step | Row] = []
    for note in notes:
        if not isinstance(note, tuple):
            places = {view.buffer for view in note.reads} & instead.keys()
            kept.append(elsewhere(note, {n: float_at(instead[n]) for n in places}) if places else note)
            continue
        function, n, *given = note
        operands = [where(x, x) if x.__class__ is int else x for x in given]
        if int not in map(type, operands) and function.__class__ is np.ufunc:
            numbers[n] = value = constant(function, operands)
            kept.append((np.positive, n, value))  # for what is no row
            continue
        if len(operands) == 2:
            a, b = operands
            if a.__class__ is float:  # 0.0 and -0.0 differ, and 3.0 is not buffer 3
                source = b if function in COMMUTING and NEUTRAL[function] == repr(a) else -1
                key: Any = function, repr(a), b
            elif b.__class__ is float:
                source = a if NEUTRAL.get(function) == repr(b) else -1
                key = (function, repr(b), a) if function in COMMUTING else (function, a, repr(b))
            else:
                key, source = (function, b, a) if b < a and function in COMMUTING else (function, a, b), -1
        else:
            key, source = (function, *map(marked, operands)), operands[0] if function is np.positive else -1
        if source >= 0 and source not in written:
            numbers[n] = instead[n] = source
        elif (written and not written.isdisjoint(operands)) or (same := known.setdefault(key, n)) == n:
            kept.append((function, n, *operands))
        else:
            for k in range(count(function)):
                numbers[n + k] = instead[n + k] = same + k
    if instead:
        results = [moved(view, {n: float_at(instead[n]) for n in (view.buffer,) if n in instead}) for view in results]
    return needed(kept, results), list(results)


def constant(function: np.ufunc, operands: Sequence[Any]) -> float:
    """What a row of constants gives."""
    with np.errstate(all="ignore"):
        return float(function(*operands))


def marked(x: Any) -> Any:
    return repr(x) if x.__class__ is float else x


def count(function: Any) -> int:
    """How many results a row has."""
    return len(function.results) if function.__class__ is Derived else 1


def needed(notes: list[Step | Row], results: Sequence[View]) -> list[Step | Row]:
    """The notes that a result or a guard depends on, and all that are no rows."""
    wanted = {view.buffer for view in results}
    kept: list[Step | Row] = []
    for note in reversed(notes):
        if note.__class__ is tuple:
            n = note[1]
            if n not in wanted and wanted.isdisjoint(range(n + 1, n + count(note[0]))):
                continue
            wanted.update([x for x in note[2:] if x.__class__ is int])
        else:
            wanted.update([view.buffer for view in note.reads])  # type: ignore[union-attr]
        kept.append(note)
    kept.reverse()
    return kept
