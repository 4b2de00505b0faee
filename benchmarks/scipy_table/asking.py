"""Put the calls to the libraries, each in an interpreter of its own, and write the table.

python -m benchmarks.scipy_table           # the table
python -m benchmarks.scipy_table --write   # docs/scipy.md

PyTorch and JAX must be there, as they are in the environment of ``make bench``: .venv-bench/bin/python.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import scipy

from autograd.tensor.twins import found
from autograd.whole_files import write_whole

from ..treacherous.libraries import version
from .calls import CALLS, CONSTANT, TRACKED

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scipy.md"
LIBRARIES = {"chalkgrad": "Chalkgrad", "torch": "PyTorch", "jax": "JAX"}
CELLS = {"right": "right", "constant": "right (0)", "loud": "loud", "silent": "**silent**", "broken": "not there"}

Verdicts = dict[str, tuple[str, str]]


def main(write: bool = False) -> None:
    answers = {"chalkgrad": asked("chalkgrad"), "without": asked("chalkgrad", array_api=False)}
    text = page(answers | {name: asked(name) for name in LIBRARIES if name != "chalkgrad"})
    if write:
        write_whole(PAGE, text)
    else:
        print(text)


def every() -> list[str]:
    return [text for texts in CALLS.values() for text in texts]


def asked(library: str, array_api: bool = True) -> Verdicts:
    """The verdict of each call, with SCIPY_ARRAY_API=1 or without it."""
    env = {k: v for k, v in os.environ.items() if k != "SCIPY_ARRAY_API"} | {"JAX_PLATFORMS": "cpu"}
    env["PYTHONPATH"] = str(ROOT) if library == "chalkgrad" else ""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("runner.py")), library], text=True, capture_output=True, cwd="/",
        input=json.dumps([TRACKED, CONSTANT, every()]), env=env | ({"SCIPY_ARRAY_API": "1"} if array_api else {}),
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{library} was not asked: {done.stderr[-2000:]}")
    answers: Verdicts = {
        text: (kind, words) for text, (kind, words) in json.loads(done.stdout.splitlines()[-1]).items()
    }
    return answers


def instead(words: str) -> str:
    """The function of ours, or of NumPy, that an error names."""
    advice = words.partition("silently be lost: ")[2]
    names = re.findall(r"\b(?:autograd|np)\.(?!operation|stack)[\w.]*\w", advice)
    functions = [name for name in names if not isinstance(found(name.replace("np.", "numpy.", 1)), ModuleType)]
    return f"`{functions[0]}`" if functions else ""


def ours(text: str, answers: dict[str, Verdicts]) -> str:
    """The part of a row that is about us: its first cells."""
    kind, words = answers["chalkgrad"][text]
    without, more = answers["without"][text]
    named = instead(words if kind == "loud" else more if without == "loud" else "")
    cells = [f"`{text}`".replace("|", "\\|"), CELLS[kind], CELLS[without], named]
    return "| " + " | ".join(cells) + " |"


def page(answers: dict[str, Any]) -> str:
    others = [name for name in LIBRARIES if name != "chalkgrad"]
    heads = ["call", f"Chalkgrad {version('chalkgrad')}", "without `SCIPY_ARRAY_API`", "ours"]
    heads += [LIBRARIES[name] for name in others]
    parts = []
    for module, texts in CALLS.items():
        rows = [f"{ours(t, answers)} {' | '.join(CELLS[answers[name][t][0]] for name in others)} |" for t in texts]
        head = "| " + " | ".join(heads) + " |\n" + "|" + " --- |" * len(heads)
        parts.append(f"## scipy.{module}\n\n{head}\n" + "\n".join(rows))
    counts = []
    for name, title in (LIBRARIES | {"without": "Chalkgrad, without"}).items():
        of = Counter(kind for kind, _ in answers[name].values())
        counts.append(f"| {title} | {of['right'] + of['constant']} | {of['loud']} | {of['silent']} |")
    silent = [
        f"| `{text}` | {LIBRARIES[name]} | {answers[name][text][1]} |"
        for name in others for text in every() if answers[name][text][0] == "silent"
    ]  # fmt: skip
    return f"""# SciPy's functions on tensors

{len(every())} calls of SciPy {scipy.__version__}, as a user writes them, with tensors in place of arrays: is the
derivative right, is there an error, or is it lost without a word? Right means that along one direction, in which all
elements play a part, it is the central difference of the same call on plain arrays. The calls stand in
`benchmarks/scipy_table/calls.py`; `python -m benchmarks.scipy_table --write` asks again, in an environment with PyTorch
and JAX, such as `.venv-bench`, which `make bench` sets up.

SciPy computes with tensors themselves where `SCIPY_ARRAY_API=1` is set before it is imported, and its ufuncs
(`scipy.special`) do so always. Elsewhere it calls compiled code on NumPy's arrays; then the error says what to write,
and the column "ours" names the function that takes the place of SciPy's. All libraries had `SCIPY_ARRAY_API=1`, but
for the column without it.

|  | right | loud | silent |
| --- | --- | --- | --- |
{chr(10).join(counts)}

Silent are, of PyTorch and JAX:

| call | library | what it gave |
| --- | --- | --- |
{chr(10).join(silent)}

{(chr(10) * 2).join(parts)}
"""
