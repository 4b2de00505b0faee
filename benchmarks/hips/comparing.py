"""Both libraries answer every row: where they agree, where they differ and why, and how long each takes.

Convention: each library is a process of its own, since both are called ``autograd``; the two are timed in turns.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import statistics
import sys
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from ..peers import Worker, hips_python
from . import rows
from .answering import agree
from .row import ROWS, Raises, Row

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AIM = 0.5
TURN = 0.004  # seconds: the least duration of a timing

AGREES, MORE, DIFFERS, WRONG = "agrees", "gives more", "differs", "WRONG"


def load() -> dict[str, Row]:
    """The table; every file of ``rows/`` adds to it."""
    for module in pkgutil.iter_modules(rows.__path__):
        importlib.import_module(f"{rows.__name__}.{module.name}")
    return ROWS


@dataclass
class Survey:
    """For each row its verdict, by mode, and the ratio of our time to HIPS autograd's; texts say what went wrong."""

    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)


def survey(names: list[str] | None = None, rounds: int = 10) -> Survey:
    """Ask both about all rows, or about those with one of ``names`` in their name or group; time them if rounds > 0."""
    load()
    chosen = [r for r in ROWS.values() if not names or any(part in f"{r.group}: {r.name}" for part in names)]
    worker = str(HERE / "worker.py")
    ours = Worker(sys.executable, worker, str(ROOT), cwd="/")
    theirs = Worker(hips_python(), "-I", worker, cwd="/")
    said = [library.ask(["answers"]) for library in (ours, theirs)]
    found = Survey(wrong=[f"{name}: {text}" for each in said for name, text in each["failed"].items()])
    for row in chosen:
        if all(row.name in each["answers"] for each in said):
            a, b = (each["answers"][row.name] for each in said)
            found.verdicts[row.name] = {mode: _verdict(row, mode, a, b, found.wrong) for mode in row.modes if mode in a}
            if rounds and _is_timed(row, found.verdicts[row.name]):
                found.ratios[row.name] = _ratio(ours, theirs, row.name, rounds)
    ours.close()
    theirs.close()
    return found


def _is_timed(row: Row, verdicts: dict[str, str]) -> bool:
    """Programs that give the same numbers in both."""
    return {verdicts.get(mode, AGREES) for mode in ("value", "gradient")} == {AGREES} and not isinstance(
        row.right, Raises
    )


def _verdict(row: Row, mode: str, ours: Any, theirs: Any, wrong: list[str]) -> str:
    a, b = ours[mode], theirs.get(mode)
    same = agree(a, b, row.tolerance)
    if mode in row.differs:
        if not same:
            return DIFFERS
        wrong.append(f"{row.name}, {mode}: the same in both, though its row says: {row.differs[mode]}")
    elif mode in row.beyond:
        if not same and "error" not in a:
            return MORE
        wrong.append(f"{row.name}, {mode}: {'fails' if 'error' in a else 'is the same in both'}: {_short(a)}")
    elif same:
        return AGREES
    else:
        wrong.append(f"{row.name}, {mode}: ours {_short(a)}\n{'':8}theirs {_short(b)}")
    return WRONG


def _short(given: Any) -> str:
    if isinstance(given, dict) and "error" in given:
        return f"{given['error'][0]}: {given['text']}"
    return json.dumps(given)[:160]


def _ratio(ours: Worker, theirs: Worker, name: str, rounds: int) -> float:
    times = [max(1, round(TURN / max(library.ask(["seconds", name, 2]), 1e-6))) for library in (ours, theirs)]
    pairs = [
        [library.ask(["seconds", name, n]) for library, n in zip((ours, theirs), times, strict=True)]
        for _ in range(rounds)
    ]
    return statistics.median(a / b for a, b in pairs)


def text(found: Survey) -> str:
    """What was found, by groups."""
    lines = [f"{'':<22}{'rows':>5}{'agree':>7}{'more':>6}{'differ':>8}{'wrong':>7}   time, ours / HIPS autograd"]
    groups = groupby(found.verdicts, lambda name: ROWS[name].group)
    for title, names in [(title, list(names)) for title, names in groups] + [("all", list(found.verdicts))]:
        kinds = [set(found.verdicts[name].values()) for name in names]
        counts = [sum(_is(kind, kinds_of) for kinds_of in kinds) for kind in (AGREES, MORE, DIFFERS, WRONG)]
        ratios = [found.ratios[name] for name in names if name in found.ratios]
        lines.append(
            f"{title:<22}{len(names):>5}{counts[0]:>7}{counts[1]:>6}{counts[2]:>8}{counts[3]:>7}   {_times(ratios)}"
        )
    lines += ["", "Differ on purpose:"] + [
        f"    {name}, {mode}: {why}" for name in found.verdicts for mode, why in ROWS[name].differs.items()
    ]
    reasons: dict[str, list[str]] = {}
    for name in found.verdicts:
        for mode, why in ROWS[name].beyond.items():
            reasons.setdefault(f"{mode}: {why}", []).append(name)
    lines += ["", "Ours gives more, because of HIPS autograd:"]
    lines += [
        f"    {why} ({len(names)}: {', '.join(names[:4])}{', ...' if len(names) > 4 else ''})"
        for why, names in reasons.items()
    ]
    slow = sorted((ratio, name) for name, ratio in found.ratios.items())[::-1][:12]
    if slow:
        lines += ["", "Slowest: " + ", ".join(f"{name} {ratio:.2f}" for ratio, name in slow)]
    if found.wrong:
        lines += ["", "WRONG:"] + [f"    {line}" for line in found.wrong]
    return "\n".join(lines)


def _is(kind: str, kinds: set[str]) -> bool:
    """A row counts once: as wrong, else as one that differs, else as one that gives more, else as one that agrees."""
    return next(k for k in (WRONG, DIFFERS, MORE, AGREES) if k in kinds) == kind


def _times(ratios: list[float]) -> str:
    if not ratios:
        return "not timed"
    late = sum(ratio > AIM for ratio in ratios)
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    return f"median {statistics.median(ratios):.2f}, {spread}; {late} of {len(ratios)} above {AIM}"
