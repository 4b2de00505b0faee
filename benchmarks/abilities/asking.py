"""Put the questions to the libraries, each in an interpreter of its own, and write the table.

python -m benchmarks.abilities           # the table, and why each "no"
python -m benchmarks.abilities --write   # docs/abilities.md
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from autograd.whole_files import write_whole

from ..measure import Skip
from ..peers import hips_python
from ..treacherous.libraries import version
from .questions import LIBRARIES, QUESTIONS, Lacks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "abilities.md"

# Runs programs from standard input; prints for each what went wrong, or null; then the version, and
# the bytes of the library and of what it needs. (Of ours, which may not be installed, those of NumPy.)
RUN = """
import contextlib, importlib.metadata as metadata, io, json, re, sys, warnings
warnings.simplefilter("ignore")
def told(program):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0][:200]
def closure(name, found):
    distribution = metadata.distribution(name)
    if distribution.metadata["Name"].lower() not in found:
        found[distribution.metadata["Name"].lower()] = sum(f.locate().stat().st_size for f in distribution.files or []
                                                          if f.locate().is_file() and not str(f).endswith(".pyc"))
        for line in distribution.requires or []:
            if "extra ==" not in line and "extra==" not in line:
                with contextlib.suppress(metadata.PackageNotFoundError):
                    closure(re.match("[A-Za-z0-9._-]+", line)[0], found)
    return found
name, programs = json.load(sys.stdin)
answers = {question: told(program) for question, program in programs.items()}
installed = "numpy" if name == "chalkgrad" else name
print(json.dumps([answers, metadata.version(installed), closure(installed, {})]))
"""


def main(write: bool = False) -> None:
    answers = {library: asked(library) for library in LIBRARIES}
    if write:
        write_whole(PAGE, page(answers))
    else:
        print(page(answers))


def asked(library: str) -> tuple[dict[str, str | None], str, float] | None:
    """Why not, or None, by question; the version; the size with what it needs in MB. None: it is not installed."""
    try:
        python = hips_python() if library == "hips" else sys.executable
    except Skip:
        return None
    programs = {q: textwrap.dedent(p) for q, by in QUESTIONS.items() if isinstance(p := by[library], str) and "\n" in p}
    name = "autograd" if library == "hips" else library
    path = {"PYTHONPATH": str(ROOT)} if library == "chalkgrad" else {"PYTHONPATH": ""}
    done = subprocess.run(
        [python, "-c", RUN], input=json.dumps([name, programs]), capture_output=True, text=True, cwd="/",
        env=os.environ | path | {"JAX_PLATFORMS": "cpu", "CHALKGRAD_MACHINE": "numpy", "DEV": "PYTHON"},
    )  # fmt: skip
    if done.returncode:
        return None
    said, number, sizes = json.loads(done.stdout.splitlines()[-1])
    if library == "chalkgrad":  # this source, installed or not
        number, sizes["chalkgrad"] = version(library), _own_size()
    return said, number, sum(sizes.values()) / 1e6


def _own_size() -> int:
    folders = [ROOT / name for name in ("autograd", "nn", "optim")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.parent.name != "__pycache__")


def page(answers: dict[str, tuple[dict[str, str | None], str, float] | None]) -> str:
    there = {library: answer for library, answer in answers.items() if answer is not None}
    head = ["", *(f"{LIBRARIES[library]} {answer[1].partition('+')[0]}" for library, answer in there.items())]
    rows, notes = [], []
    for question, by in QUESTIONS.items():
        cells = [question]
        for library, (said, _, _) in there.items():
            program = by[library]
            why = program.why if isinstance(program, Lacks) else said.get(question)
            cells.append("yes" if why is None else "no")
            if program == "documented":
                cells[-1] = "yes ¹"
            if why is not None:
                notes.append((question, LIBRARIES[library], why))
        rows.append(cells)
    rows.append(
        ["installed with what it needs, MB", *(f"{size:,.0f}" if size >= 1 else "< 1" for _, _, size in there.values())]
    )
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    why = "\n".join(
        f"| {question} | {library} | {reason.replace('|', chr(92) + '|')} |" for question, library, reason in notes
    )
    return f"""# What works where

Each cell is the answer of the library itself: a program that its user would write was run, and its result was right, or
it was not. The programs stand in `benchmarks/abilities/questions.py`; `make bench NAMES=abilities` runs them again.

{table}

¹ As its documentation says; there was no GPU to try it on. Sizes are those of the installed files of the package and
of what it requires (PyTorch's is the build for processors alone).

## Why not

| question | library | why |
| --- | --- | --- |
{why}
"""
