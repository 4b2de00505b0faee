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


CAUGHT = {"linalg:det zero", "linalg:det of rank 1"}  # a rule catches an error: the call stays eager
ROUNDED = {"elementwise:real_if_close"}  # all its numbers are guarded, to the last bit: for other machines others


def of(subject: Subject) -> Any:
    """Its derivatives as a function to be recorded."""
    return lambda enter: [None if y is None else y for y in derivatives(subject, enter)]


@pytest.mark.parametrize("machine", [*MACHINES, "foreign"])
@pytest.mark.parametrize("name", SUBJECTS)
def test_programs_give_the_same_at_other_points(name: str, machine: str) -> None:
    captured = Captured(machine)
    if machine == "foreign" and "NumPy only" in SUBJECTS[name].flags:
        with pytest.raises(TypeError, match="SciPy, which takes NumPy's arrays alone"):
            captured(of(SUBJECTS[name].at(0)), [])
        return
    for seed in (0, 1, 0):
        f = of(SUBJECTS[name].at(seed))
        expected, given = eager(f)
        found = captured(f, given)
        hold(found, expected, 1e-12 if machine == "numpy" else 1e-10)
    assert captured.runs or name in CAUGHT or (machine != "numpy" and name in ROUNDED)
