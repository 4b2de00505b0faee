"""Wrong rules, kernels, optimizers and schedules are noticed: one mutant of each kind. ``make mutants`` plants all."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import chain
from typing import NamedTuple

import pytest

from .mutants import functions, operations, optimizers, source
from .mutants.checks import checks
from .mutants.hunt import hunt
from .mutants.mutant import Mutant
from .mutants.reach import quiet

CHECKS = checks()


class Planted(NamedTuple):
    """How the names of a mutant and of a check that catches it begin; ``text`` is in what the mutant did."""

    subject: str
    kind: str
    text: str
    check: str


REPRESENTATIVES = [
    # rules of operations
    Planted("elementwise.tanh", "sign", "both of x", "laws of elementwise:tanh,"),
    Planted("elementwise.tanh", "factor", "pull of x", "laws of elementwise:tanh,"),
    Planted("elementwise.tanh", "factor", "push of x", "laws of elementwise:tanh,"),
    Planted("linalg.solve.inv", "wrong axis", "pull of a", "laws of linalg:inv,"),
    Planted("elementwise.exp", "stale saved value", "both of x", "laws of elementwise:exp,"),
    Planted("reduce.prod", "constant at second order", "pull of a", "laws of reduce:prod,"),
    Planted("elementwise.multiply", "missing broadcast", "gradients", "laws of elementwise:multiply,"),
    Planted("elementwise.multiply", "first of broadcast", "gradients", "laws of elementwise:multiply,"),
    Planted("elementwise.arctan2", "swapped rules", "", "laws of elementwise:arctan2,"),
    Planted("elementwise._arctan_rule", "missing factor", "", "laws of elementwise:arctan,"),
    Planted("linalg.qr._qr_pull", "missing term", "", "laws of linalg:qr"),
    # kernels, layers, losses
    Planted("functional.distances._pull_x", "wrong axis", "", "laws of distances"),
    Planted("functional.linear.linear", "factor", "pull of weight", "laws of affine:linear,"),
    Planted("functional.normalisation.kernel._standardise", "missing term", "x - mean", "expression of normalisation"),
    Planted("functional.recurrent.lstm._back", "missing term", "d_h += g_now", "numbers of recurrent"),
    Planted("layers.linear.Linear.forward", "factor", "", "numbers of affine:Linear"),
    Planted("functional.losses.regression.kl_div", "missing factor", "", "numbers of losses"),
    # optimizers and schedules
    Planted("optim.Adam", "sign", "rule", "path of Adam()"),
    Planted("optim.Adam", "stale saved value", "rule", "path of Adam()"),
    Planted("optim.Adam", "wrong count", "rule", "path of Adam()"),
    Planted("optim.sgd.SGD.rule", "missing factor", "o.momentum * v", "path of SGD("),
    Planted("optim.schedules.StepLR.factor", "missing factor", "", "schedules: test_pytorch_gives_the_same[StepLR"),
]  # fmt: skip


def test_what_is_planted_is_caught_only_for_what_is_wrong_in_it() -> None:
    """All functions are compiled anew, with nothing wrong in them: every check still passes."""
    some = list(CHECKS.values())[::40]
    with ExitStack() as planted, quiet():
        for place in functions.functions().values():
            if code := source.anew(place.function):
                planted.enter_context(source.planted(place.alike, code, place.builder))
        for check in some:
            check()


def mutants(planted: Planted) -> list[Mutant]:
    wanted = lambda subject: subject.partition(":")[0] == planted.subject  # noqa: E731
    found = chain(operations.mutants(wanted), functions.mutants(wanted),
                  (m for m in optimizers.mutants() if wanted(m.subject)))  # fmt: skip
    return [m for m in found if m.kind == planted.kind and planted.text in m.text]


@pytest.mark.parametrize("planted", REPRESENTATIVES, ids=lambda planted: f"{planted.subject}, {planted.kind}")
def test_a_mutant_is_caught(planted: Planted) -> None:
    mine = [(name, check) for name, check in CHECKS.items() if name.startswith(planted.check)]
    found = mutants(planted)
    assert found and mine
    for _, check in mine[:3]:
        check()  # as it is
    outcomes = [hunt(mutant, mine) for mutant in found[:3]]
    assert {outcome.verdict for outcome in outcomes} == {"caught"}, outcomes
    for _, check in mine[:3]:
        check()  # nothing is left of the mutant
