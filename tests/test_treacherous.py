"""The treacherous cases of ``benchmarks/``: of ours none is silently wrong, and the page says what is so."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from benchmarks.treacherous.judging import CASES, LIBRARIES, LOUD, RIGHT, SILENT, Between, Case, Refused, judge
from benchmarks.treacherous.libraries import names
from benchmarks.treacherous.table import PAGE, row

ROWS = PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ours_is_right_or_loud_as_the_page_says(case: Case) -> None:
    answer = judge(case, "chalkgrad", names("chalkgrad"))
    assert answer.verdict in (RIGHT, LOUD), answer.text
    ours = row(case, {"chalkgrad": answer})
    assert [line for line in ROWS if line.startswith(ours)], f"not in the page: {ours}. Write it anew with --write"


def test_a_case_has_a_program_or_a_reason_for_each_library() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        assert sorted([*case.programs, *case.lacks]) == sorted(LIBRARIES), case.name
        assert case.story and case.why and "chalkgrad" in case.programs


def warned(value: Any, kind: type[Warning]) -> Any:
    def program() -> Any:
        warnings.warn("careful", kind, stacklevel=1)
        return value

    return program


def broken() -> Any:
    raise ValueError("no")


@pytest.mark.parametrize(
    ("right", "program", "verdict"),
    [
        ([1.0, 2.0], lambda: np.array([1.0, 2.0]), RIGHT),
        ([1.0, 2.0], lambda: np.array([1.0, 2.1]), SILENT),
        ([1.0, 2.0], lambda: np.array([[1.0, 2.0]]), SILENT),  # of another shape
        ([1.0, 2.0], lambda: None, SILENT),
        ([1.0, 2.0], lambda: np.array([1.0, 2.0], object), SILENT),
        (np.inf, lambda: -np.inf, SILENT),
        (0.0, lambda: np.nan, SILENT),
        (Refused(), lambda: np.nan, SILENT),
        (Refused(), broken, LOUD),
        (1.0, broken, LOUD),
        (1.0, warned(1.0, RuntimeWarning), RIGHT),  # the value counts first
        (1.0, warned(2.0, RuntimeWarning), LOUD),
        (1.0, warned(2.0, DeprecationWarning), SILENT),  # which is about something else
        (Between([0.0, 0.0], [1.0, 1.0]), lambda: [0.5, 1.0], RIGHT),
        (Between([0.0, 0.0], [1.0, 1.0]), lambda: [0.5, 1.5], SILENT),
        (Between([0.0, 0.0], [1.0, 1.0], total=1.0), lambda: [0.5, 1.0], SILENT),
    ],
)
def test_the_judge(right: Any, program: Any, verdict: str) -> None:
    case = Case("planted", "", "", right, "", {"chalkgrad": program})
    assert judge(case, "chalkgrad", names("chalkgrad")).verdict == verdict


def test_a_program_that_asks_for_what_does_not_exist_is_no_answer() -> None:
    case = Case("planted", "", "", 1.0, "", {"chalkgrad": lambda np: np.no_such_function(1.0)})
    with pytest.raises(AttributeError, match="no_such_function"):
        judge(case, "chalkgrad", names("chalkgrad"))
