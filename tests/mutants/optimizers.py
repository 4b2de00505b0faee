"""Wrong optimizers: the rule as it is, but with a memory, a count of steps or a gradient that is wrong.

What is wrong in the text of the rules themselves stands in ``functions``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

import optim

from .mutant import Effect, Mutant

Wrong = Callable[[Any, tuple[Any, ...]], Any]  # of the rule, and of what it is given: t, x, g and what is kept


def _with_g(turn: Callable[[Any], Any]) -> Wrong:
    return lambda rule, given: rule(given[0], given[1], turn(given[2]), *given[3:])


def _counting(count: Callable[[int], int]) -> Wrong:
    return lambda rule, given: rule(count(given[0]), *given[1:])


def _forgetting(rule: Any, given: tuple[Any, ...]) -> Any:
    """What is kept stays as it was before the step."""
    kept = [k.copy() if isinstance(k, np.ndarray) else k for k in given[3:]]
    x, *_ = rule(*given)
    for now, before in zip(given[3:], kept, strict=True):
        if isinstance(now, np.ndarray):
            now[...] = before
    return (x, *[now if isinstance(now, np.ndarray) else k for now, k in zip(given[3:], kept, strict=True)])


def _longer(rule: Any, given: tuple[Any, ...]) -> Any:
    """The step is 1.03 times as long."""
    before = given[1].copy() if isinstance(given[1], np.ndarray) else given[1]
    x, *kept = rule(*given)
    if isinstance(x, np.ndarray):
        x += 0.03 * (x - before)
        return (x, *kept)
    return (x + 0.03 * (x - before), *kept)


WRONG: dict[str, Wrong] = {
    "sign": _with_g(lambda g: -g),
    "factor": _longer,
    "stale saved value": _forgetting,
    "wrong count": _counting(lambda t: t + 1),
    "count never moves": _counting(lambda t: 1),
}


@contextmanager
def _planted(kind: Any, wrong: Wrong) -> Iterator[Effect]:
    own = vars(kind)["rule"]
    right = own.__func__
    effect = Effect()

    @functools.wraps(right)
    def mutated(*given: Any, **options: Any) -> Any:
        copies = [v.copy() if isinstance(v, np.ndarray) else v for v in given]
        expected = right(*copies, **options)
        return effect.of(wrong(lambda *inner: right(*inner, **options), given), expected)

    kind.rule = staticmethod(mutated)
    try:
        yield effect
    finally:
        kind.rule = own


def mutants() -> Iterator[Mutant]:
    """All wrong optimizers."""
    for name in optim.__all__:
        kind = getattr(optim, name)
        if not (isinstance(kind, type) and issubclass(kind, optim.Optimizer)) or "rule" not in vars(kind):
            continue
        rule: Any = vars(kind)["rule"].__func__
        if kind is optim.Optimizer:
            continue
        for what, wrong in WRONG.items():
            yield Mutant(f"optim.{name}", what, "rule", partial(_planted, kind, wrong), (rule.__code__,))
