"""The table of NumPy's functions agrees with the declarations."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograd import Tensor, coverage
from autograd.declare import OPERATIONS


def on_the_page() -> dict[tuple[str, str], str]:
    """The status of each function on the committed page."""
    found = {}
    for section in coverage.PAGE.read_text().split("\n## ")[1:]:
        module, _, text = section.partition("\n")
        for line in text.splitlines():
            if head := re.match(r"\*\*(differentiable|constant)\*\*", line):
                found |= {(module, name): head[1] for name in re.findall(r"`(\w+)`", line)}
            elif row := re.match(r"\| `(\w+)` \|", line):
                found[module, row[1]] = "unsupported"
    return found


def test_the_page_agrees_with_the_declarations() -> None:
    """Other NumPy versions have a few more or fewer functions; those on both sides must agree."""
    page = on_the_page()
    declared = {key: kind for key, (kind, _) in coverage.rows().items()}
    common = page.keys() & declared.keys()
    assert len(common) > 300
    assert {k: page[k] for k in common} == {k: declared[k] for k in common}, "run python -m autograd.coverage"
    minor = np.__version__.split(".")[:2]
    if f"NumPy {'.'.join(minor)}" in coverage.PAGE.read_text():
        assert page.keys() == declared.keys(), "run python -m autograd.coverage"


UNSUPPORTED = [key for key, (kind, _) in coverage.rows().items() if kind == "unsupported"]


@pytest.mark.parametrize("key", UNSUPPORTED, ids=".".join)
def test_unsupported_functions_say_what_to_write(key: tuple[str, str]) -> None:
    function = dict(coverage.MODULES)[key[0]].__dict__[key[1]]
    tensor = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"cannot be differentiated|silently be lost"):
        tensor.__array_function__(function, (Tensor,), (tensor,), {})
    assert coverage.status(function)[1]


def test_special_methods_of_ufuncs_are_declared() -> None:
    assert {(np.add, "reduce"), (np.add, "accumulate"), (np.multiply, "outer")} <= set(OPERATIONS)
