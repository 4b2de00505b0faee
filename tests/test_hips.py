"""Programs written for HIPS autograd: what this library makes of them, without HIPS autograd.

`python -m benchmarks.hips` holds the same rows against HIPS autograd itself.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograd import operation

pytest.importorskip("scipy")
from benchmarks.hips.answering import agree, plain
from benchmarks.hips.comparing import load
from benchmarks.hips.numerical import faults
from benchmarks.hips.row import Raises, Row, positive

GROUPS: dict[str, list[Row]] = {}
for row in load().values():
    GROUPS.setdefault(row.group, []).append(row)


@pytest.mark.parametrize("group", GROUPS)
def test_a_program_of_theirs_is_right_here(group: str) -> None:
    """Derivatives of every mode are those of differences; a program gives what its row says."""
    found = [f"{row.name}: {fault}" for row in GROUPS[group] for fault in faults(row)]
    assert not found, "\n".join(found)


def test_a_wrong_rule_is_found() -> None:
    @operation(kind="elementwise")
    def planted(x):  # type: ignore[no-untyped-def]
        return x**2

    @planted.pull
    def _(d, x):  # type: ignore[no-untyped-def]
        return d * x

    told = faults(Row("planted", "", planted, (positive(3),)))
    assert [fault.partition(":")[0] for fault in told] == ["gradient", "forward", "jacobian"]
    assert faults(Row("planted", "", lambda: 1.0, right=2.0, modes=("value",)))
    assert faults(Row("planted", "", lambda: 1.0, right=Raises(), modes=("value",)))


def test_the_judge() -> None:
    assert agree(plain([np.ones(2), {"a": 1.0}]), plain([np.ones(2), {"a": 1.0 + 1e-12}]), 1e-9)
    assert not agree(plain(np.ones(2)), plain(np.ones((2, 1))), 1e-9)
    assert not agree(plain(1.0), {"error": ["TypeError"], "text": ""}, 1e-9)
    assert agree(plain(np.nan), plain(np.nan), 1e-9)
    assert not agree(plain(1.0), plain(1.0 + 1e-6), 1e-9)
