"""The table: what each library answers to each case, in a terminal and in ``docs/treacherous.md``."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np

from ..measure import Skip
from . import cases  # noqa: F401  (adds to CASES)
from .judging import ABSENT, CASES, LIBRARIES, LOUD, RIGHT, SILENT, Answer, Case, show
from .libraries import TITLES, answers

PAGE = Path(__file__).parents[2] / "docs" / "treacherous.md"
SIGNS = {RIGHT: "right", LOUD: "loud", SILENT: "**silently wrong**", ABSENT: "–"}
HEAD = """# Treacherous cases

Programs that look right, in five libraries: what a user of each would write. A case is **right** if it gives the right
value, **loud** if it gives another one and an error or a warning says so, and **silently wrong** otherwise. The right
values come from calculus, not from a library.
"""
NOTES = """A warning counts, whoever gives it: NumPy's `RuntimeWarning` of a division by 0 makes Chalkgrad, HIPS
autograd and MyGrad loud where it is given. Every library runs with its defaults (JAX with 64 bits), but for the answers
marked †, which are those of a helper that looks for such mistakes and was switched on: Chalkgrad's `with
nn.doctor(...)`, PyTorch's `detect_anomaly`, JAX's `debug_nans`. – means that the case cannot be written; the line below
the table says why.

The programs are in `benchmarks/treacherous/cases/`. `make bench NAMES=treacherous` asks all libraries;
`python -m benchmarks.treacherous --details` shows what each program gave or said, and `--write` writes this page.
"""


@dataclass
class Survey:
    """What the libraries that are installed answered; why others did not."""

    versions: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def survey(chosen: list[Case] = CASES) -> Survey:
    """Ask every library."""
    found = Survey()
    for library in LIBRARIES:
        try:
            found.versions[library], found.answers[library] = answers(library, chosen)
        except Skip as reason:
            found.skipped[library] = str(reason)
    return found


def counts(found: Survey) -> str:
    """Right, loud and silently wrong of each library."""
    each = [f"{TITLES[library]} {', '.join(map(str, count(found, library)))}" for library in found.answers]
    return "; ".join([*each, *[f"{TITLES[library]} skipped: {why}" for library, why in found.skipped.items()]])


def count(found: Survey, library: str) -> list[int]:
    """How many cases are right, loud, silently wrong."""
    verdicts = [answer.verdict for answer in found.answers[library].values()]
    return [verdicts.count(verdict) for verdict in (RIGHT, LOUD, SILENT)]


def text(found: Survey, chosen: list[Case], details: bool) -> str:
    """The table for a terminal; with details, also what each library returned or said."""
    lines = [f"{'':<36}" + "".join(f"{TITLES[library]:<16}" for library in found.answers)]
    for topic, group in groupby(chosen, lambda case: case.topic):
        lines.append(f"\n{topic}")
        for case in group:
            given = {library: found.answers[library][case.name] for library in found.answers}
            verdicts = "".join(f"{answer.verdict + mark(case, library):<16}" for library, answer in given.items())
            lines.append(f"{case.name:<36}{verdicts}")
            if details:
                lines.append(f"    {case.story} Right: {show(case.right)}, as {case.why}.")
                lines += [f"    {TITLES[key]:<16}{' '.join(answer.text.split())}" for key, answer in given.items()]
    lines.append("\n" + counts(found))
    return "\n".join(lines)


def mark(case: Case, library: str) -> str:
    return "†" if library in case.watched else ""


def markdown(found: Survey) -> str:
    """The page of the documentation."""
    libraries = list(found.answers)
    numbers = {library: count(found, library) for library in libraries}
    lines = [HEAD, f"| {len(CASES)} cases | right | loud | silently wrong |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {TITLES[library]} {found.versions[library]} | " + " | ".join(map(str, numbers[library])) + " |"
        for library in libraries
    ]
    lines += ["", f"Python {platform.python_version()}, NumPy {np.__version__}.", "", NOTES]
    for topic, group in groupby(CASES, lambda case: case.topic):
        members = list(group)
        lines += [f"## {topic}", "", f"| case | right | {' | '.join(TITLES[key] for key in libraries)} |"]
        lines += ["| --- " * (2 + len(libraries)) + "|"]
        for case in members:
            lines.append(row(case, {key: found.answers[key][case.name] for key in libraries}))
        missing = [f"{TITLES[key]} {why}" for case in members for key, why in case.lacks.items()]
        lines += ["", *([f"–: {'; '.join(dict.fromkeys(missing))}.", ""] if missing else [])]
    return "\n".join(lines).rstrip() + "\n"


def row(case: Case, given: dict[str, Answer]) -> str:
    """A case's row of the page, with the answers of some libraries."""
    signs = [SIGNS[answer.verdict] + mark(case, library) for library, answer in given.items()]
    return " | ".join([f"| {cell(case.story)}", cell(f"{show(case.right)}: {case.why}"), *signs]) + " |"


def cell(text: str) -> str:
    return text.replace("|", "\\|")
