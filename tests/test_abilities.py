"""What the table of abilities says of this library is true; what it says of others was asked of them."""

from __future__ import annotations

import textwrap

import pytest

from benchmarks.abilities.asking import PAGE
from benchmarks.abilities.questions import LIBRARIES, QUESTIONS, Lacks

OURS = [(question, by["chalkgrad"]) for question, by in QUESTIONS.items()]


@pytest.mark.parametrize(("question", "program"), OURS, ids=[question for question, _ in OURS])
def test_we_can_what_the_table_says(question: str, program: str | Lacks) -> None:
    row = next(line for line in PAGE.read_text(encoding="utf-8").split("\n") if line.startswith(f"| {question} |"))
    if isinstance(program, Lacks):
        assert row.split("|")[2].strip() == "no"
    else:
        assert row.split("|")[2].strip() == "yes"
        exec(textwrap.dedent(program), {"__name__": "program"})


def test_every_library_has_an_answer() -> None:
    assert all(set(by) == set(LIBRARIES) for by in QUESTIONS.values())
