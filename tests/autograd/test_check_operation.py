"""check_operation tells what it checked and what it could not; of Hypothesis's examples it shows the smallest."""

from __future__ import annotations

import doctest
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from autograd import Tensor, operation
from autograd.testing import Broken, LawReport, check_operation
from autograd.testing import strategies as draw

X = np.array([0.5, -1.0, 1.5])


def cube(*, push: bool = True, factor: float = 3.0) -> Any:
    """n x³, with no rule for n."""
    f = operation(lambda x, n: n * x**3, name="cube")
    f.pull(lambda g, x, n: g * factor * n * x * x)
    if push:
        f.push(lambda t, x, n: t * factor * n * x * x)
    return f


# by name: what is checked, and what the report says was not
REPORTS: dict[str, tuple[Any, list[Any], dict[str, str]]] = {
    "a function of NumPy's": (np.sin, [X], {"alone": "no other", "keywords": "no names", "broadcast": "no other"}),
    "of two inputs": (np.multiply, [X, 2.0], {"keywords": "no names"}),
    "an operation of one's own": (
        cube(),
        [X, 2.0],
        dict.fromkeys(["alone", "number", "broadcast"], "") | {"gradient of n": "no pull"},
    ),
    "a missing direction": (
        cube(push=False),
        [X, 2.0],
        dict.fromkeys(["alone", "number", "broadcast"], "")
        | dict.fromkeys(["push", "adjoint", "forward over reverse", "reverse over forward"], "no push rule")
        | {"gradient of n": "no pull rule", "forward over forward": "no push"},
    ),
    "a missing direction inside": (
        lambda x: cube(push=False)(x, 2.0) * x,
        [X],
        dict.fromkeys(["push", "adjoint", "forward over reverse", "reverse over forward"], "'cube' has no forward rule")
        | dict.fromkeys(["alone", "keywords", "empty", "number", "broadcast", "forward over forward"], ""),
    ),
    "a sequence of inputs": (np.concatenate, [[X, Tensor(X)]], dict.fromkeys(["number", "broadcast"], "elementwise")),
    "not defined without elements": (np.max, [X], dict.fromkeys(["alone", "empty", "number", "broadcast"], "")),
    "integers": (
        np.take,
        [X, [0, 2]],
        {"alone": "no other"} | dict.fromkeys(["keywords", "empty", "number", "broadcast"], "composed of"),
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_has_all_laws(name: str) -> None:
    op, inputs, unchecked = REPORTS[name]
    report = check_operation(op, *inputs)
    assert set(report.unchecked) == set(unchecked), str(report)
    assert all(why in report.unchecked[law] for law, why in unchecked.items()), str(report)
    assert not set(report.held) & set(unchecked)
    assert all(law in str(report) for law in (*report.held, *report.unchecked))


def test_arguments_and_options() -> None:
    assert "pull" in check_operation(np.sum, np.ones((2, 3)), arguments={"axis": 1, "keepdims": True}).held
    report = check_operation(np.sin, X, forward=False, second=False, precision=False)
    assert {"push", "reverse over reverse", "precision"} <= set(report.unchecked)
    with pytest.raises(NotImplementedError, match="no forward rule"):
        check_operation(cube(push=False), X, 2.0, forward=True)


def test_of_drawn_inputs_the_smallest_is_shown() -> None:
    assert isinstance(check_operation(cube(), draw.arrays((2,)), 2.0), LawReport)
    ill = operation(lambda x: x * x, kind="elementwise")
    ill.pull(lambda d, x: d * (2 * x if x.size < 3 else 2.02 * x))
    with pytest.raises(Broken) as caught:
        check_operation(ill, st.integers(0, 5).flatmap(lambda n: st.just(np.ones(n))))
    assert "array([1., 1., 1.])" in "".join(caught.value.__notes__)


def test_the_example_in_the_docstring() -> None:
    result = doctest.testmod(sys.modules[check_operation.__module__], extraglobs={"np": np})
    assert result.attempted and not result.failed
