"""``python -m optim.rules`` says of each optimizer what really moves it."""

from __future__ import annotations

import numpy as np
import pytest

import optim
import optim.launch
from autograd import Tensor
from optim import rules
from optim.formula import Formula

every_optimizer = pytest.mark.parametrize("kind", rules.optimizers(), ids=lambda kind: kind.__name__)


@every_optimizer
@pytest.mark.parametrize("letter", "fd")
def test_the_formula_is_the_one_that_moves_it(
    kind: type[optim.Optimizer], letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Formula] = []
    monkeypatch.setattr(optim.launch, "SIZE", 0)
    monkeypatch.setattr(optim.launch, "BLOCKS_SIZE", 0)
    monkeypatch.setattr(optim.launch, "threads", lambda: 2)
    monkeypatch.setattr(optim.launch, "compiled", lambda formula, size: seen.append(formula))
    p = Tensor(np.ones((3, 2), letter), requires_grad=True)
    p.grad = np.ones((3, 2), letter)
    optimizer = kind([p])  # type: ignore[call-arg]
    optimizer.step(lambda: Tensor(1.0))
    assert ([rules.found(kind, letter)] if rules.found(kind, letter) else []) == seen


def test_the_table_has_a_line_for_each() -> None:
    lines = rules.table().splitlines()[1:]
    assert [line.split()[0] for line in lines] == [kind.__name__ for kind in rules.optimizers()]
    assert [line.split()[0] for line in lines if "its rule" in line] == ["LBFGS", "Muon"]
