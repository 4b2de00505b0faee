"""The whole table captured is the table as it stands: results, tangents, first and second derivatives.

Convention: each row is recorded at one point, and its program run at others.
"""

from __future__ import annotations

from typing import Any

import pytest

from ...tables.subjects import SUBJECTS, Subject
from ..test_foreign import derivatives
from .recording import MACHINES, Captured, eager, hold

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def of(subject: Subject) -> Any:
    """Its derivatives as a function to be recorded."""
    return lambda enter: [None if y is None else y for y in derivatives(subject, enter)]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", SUBJECTS)
def test_programs_give_the_same_at_other_points(name: str, machine: str) -> None:
    captured = Captured(machine)
    for seed in (0, 1, 2, 0):
        f = of(SUBJECTS[name].at(seed))
        expected, given = eager(f)
        found = captured(f, given)
        hold(found, expected)
    assert captured.runs >= 1
    if captured.runs < 2:
        print("GUARDED", name, captured.paths[0].program.guards)
