"""SciPy's functions on tensors: right or loud, never silent, as the page says; and what is loud names what there is.

Convention: SciPy reads SCIPY_ARRAY_API when it is imported, so that the calls with it are made in another interpreter.
"""

from __future__ import annotations

import functools
import re

import pytest
import scipy

from autograd.tensor import twins
from benchmarks.scipy_table.asking import PAGE, Verdicts, asked, every, instead, ours
from benchmarks.scipy_table.calls import CONSTANT, TRACKED
from benchmarks.scipy_table.runner import verdicts

TEXT = PAGE.read_text(encoding="utf-8")
THERE = re.search(r"calls of SciPy (\d+\.\d+)", TEXT)
pytestmark = pytest.mark.skipif(
    THERE is None or not scipy.__version__.startswith(f"{THERE[1]}."), reason="the page is of another SciPy"
)
NAMED = (
    r"would take a tracked tensor out of its graph|cannot be differentiated|is a leaf that requires a gradient|Tensor"
)


@functools.cache
def answers() -> dict[str, Verdicts]:
    return {"chalkgrad": asked("chalkgrad"), "without": verdicts("chalkgrad", TRACKED, CONSTANT, every())}


def test_no_call_is_silent_and_the_page_says_what_is_so() -> None:
    assert len(every()) == len(set(every())) > 250
    for said in answers().values():
        assert {kind for kind, _ in said.values()} <= {"right", "constant", "loud"}, [
            t for t in said if said[t][0] == "silent"
        ]
    wrong = [row for row in (ours(text, answers()) for text in every()) if row not in TEXT]
    assert not wrong, f"the page must be written anew, by python -m benchmarks.scipy_table --write: {wrong}"


@pytest.mark.parametrize("how", ["chalkgrad", "without"])
def test_what_is_loud_says_which_call_and_names_what_there_is(how: str) -> None:
    for text, (kind, words) in answers()[how].items():
        if kind == "loud":
            assert re.search(NAMED, words), (text, words)
            name = instead(words).strip("`")
            assert not name or twins.found(name.replace("np.", "numpy.", 1)) is not None, (text, name)


def test_what_is_right_with_the_switch_says_so_without() -> None:
    told = set()
    for text, (kind, _) in answers()["chalkgrad"].items():
        without, words = answers()["without"][text]
        if kind == "right" and without == "loud":
            assert re.search(r"SCIPY_ARRAY_API=1|: write ", words), (text, words)
            told |= set(re.findall(r"\w+", text.partition("(lambda")[0]))
    assert {name for names in twins.ARRAY_API.values() for name in names.split()} <= told


def test_twins_of_other_names_are_there() -> None:
    assert all(twins.found(name) is not None for name in twins.TWINS.values())
