"""Wrong rules of operations: each rule is replaced by one that is wrong in one way, for one input of one operation.

Convention: a site is where an operation holds a rule: ``pull``, ``push`` or ``both`` (elementwise: one rule serves both
directions), and the number of the input.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

import nn.functional  # noqa: F401  (all declare operations)
from autograd import Tensor
from autograd.core import Switch, ancestors, forward
from autograd.declare import OPERATIONS, Operation, declare_all
from autograd.declare.unbroadcast import sum_to

from . import source
from .mutant import Effect, Mutant, flipped, living

Rule = Callable[..., Any]
Wrong = Callable[[Rule, Effect], Rule]


def operations() -> list[Operation]:
    """All of the library, those that only rules call included; in a fixed order."""
    declare_all()
    found = {id(op): op for op in OPERATIONS.values() if isinstance(op, Operation)}
    found |= {id(op): op for op in living() if issubclass(type(op), Operation)}
    known = [op for op in found.values() if _home(op).split(".")[0] in ("autograd", "nn")]
    return sorted(known, key=lambda op: (_home(op), op.name, op.kind, _line(op)))


def _functions(op: Operation) -> list[Any]:
    rules = [op.joint[0]] if op.joint is not None else [rule for rule, _ in op.rules]
    return [rule for rule in (*rules, *(rule for rule, _ in op.pushes)) if rule is not None]


def _home(op: Operation) -> str:
    return next((str(getattr(f, "__module__", "") or "") for f in _functions(op)), "")


def _line(op: Operation) -> int:
    return next((f.__code__.co_firstlineno for f in map(inspect.unwrap, _functions(op)) if hasattr(f, "__code__")), 0)


# ---------------------------------------------------------------- wrong rules


def _turned(turn: Callable[[Any], Any]) -> Wrong:
    """What the rule gives, turned into something else."""

    def wrong(rule: Rule, effect: Effect) -> Rule:
        def mutated(d: Any, *saved: Any) -> Any:
            right = rule(d, *saved)
            return effect.of(turn(right), right)

        return mutated

    return wrong


def _times(factor: float) -> Wrong:
    return _turned(lambda d: source.result(d, factor))


def _stale(rule: Rule, effect: Effect) -> Rule:
    """It is given what was saved for its first call with arrays of these shapes."""
    first: dict[Any, Any] = {}

    def mutated(d: Any, *saved: Any) -> Any:
        right = rule(d, *saved)
        form = tuple((type(s), getattr(s, "shape", None), getattr(s, "dtype", None)) for s in saved)
        return effect.of(rule(d, *first.setdefault(form, saved)), right)

    return mutated


def _constant(rule: Rule, effect: Effect) -> Rule:
    """Right in value, but it has no derivative by what was saved."""

    def mutated(d: Any, *saved: Any) -> Any:
        if not effect.changed and any(isinstance(s, Tensor) and s.node is not None for s in saved):
            effect.changed = _depends(rule, d, saved)
        return rule(d, *(s.detach() if isinstance(s, Tensor) else s for s in saved))

    return mutated


def _depends(rule: Rule, d: Any, saved: tuple[Any, ...]) -> bool:
    """Has what a rule gives a derivative, other than 0, by what the saved values were computed from?

    By all of them together: of (y - a) / b for y = a - n b the parts cancel. If that cannot be told, it has.
    """
    rng = np.random.default_rng(0)
    try:
        with Switch(on=True, forward=True):
            found = rule(d.detach() if isinstance(d, Tensor) else d, *saved)
        for part in found if isinstance(found, tuple | list) else [found]:
            if isinstance(part, Tensor) and part.node is not None:
                leaves = [node for node in ancestors(part.node) if node.op is None]
                moved = forward(part.node, {leaf: rng.normal(size=leaf.shape) for leaf in leaves})
                if moved is not None and np.any(np.abs(moved) > 1e-9):
                    return True
    except Exception:
        return True
    return False


RULES: dict[str, Wrong] = {
    "sign": _times(-1.0),
    "factor": _times(1.03),
    "wrong axis": _turned(lambda d: d if isinstance(d, tuple | list) else flipped(d)),
    "stale saved value": _stale,
    "constant at second order": _constant,
}

OF_SAVED = ("stale saved value", "constant at second order")


def _missing(d: Any, shape: Any, dtype: Any) -> Any:
    """A gradient that is not summed where its input was broadcast."""
    return d.astype(dtype)


def _first(d: Any, shape: Any, dtype: Any) -> Any:
    """The first elements along the axes where an input was broadcast, in place of their sum."""
    while d.ndim > len(shape):
        d = d[0]
    for axis, n in enumerate(shape[len(shape) - d.ndim :]):
        if n == 1 and d.shape[axis] != 1:
            d = np.take(d, [0], axis)
    return np.broadcast_to(sum_to(d, shape), shape).astype(dtype)


FITS = {"missing broadcast": _missing, "first of broadcast": _first}


# ---------------------------------------------------------------- where they are planted


@contextmanager
def _rule_replaced(op: Operation, where: str, i: int, wrong: Wrong) -> Iterator[Effect]:
    effect = Effect()
    rules, pulls, pushes, joint = op.rules, op.pulls, op.pushes, op.joint
    forward = rules  # what an elementwise operation pushes by
    try:
        if where == "push":
            if pushes:
                op.pushes = _put(pushes, i, wrong(pushes[i][0], effect))
            else:  # elementwise: the sweeps back have rules of their own
                op.rules = _put(forward, i, wrong(forward[i][0], effect))
                op.pull = partial(_pull_by, op, forward)  # type: ignore[method-assign]
        elif joint is not None:
            op.joint = _joint(joint[0], i, wrong, effect), joint[1]
        else:
            mutated = wrong(rules[i][0], effect)
            if pulls is not None:
                op.pulls = _put(pulls, i, mutated)
            if where == "both" or pulls is None or op.kind != "elementwise":
                op.rules = _put(rules, i, mutated)
        yield effect
    finally:
        op.rules, op.pulls, op.pushes, op.joint = rules, pulls, pushes, joint
        vars(op).pop("pull", None)


def _put(rules: Any, i: int, rule: Rule) -> Any:
    return tuple((rule, *rest) if k == i else (own, *rest) for k, (own, *rest) in enumerate(rules))


def _pull_by(op: Operation, rules: Any, node: Any, g: Any, saved: Any, wanted: Any) -> Any:
    """``Operation.pull`` with these rules."""
    own, op.rules = op.rules, rules
    try:
        return Operation.pull(op, node, g, saved, wanted)
    finally:
        op.rules = own


def _joint(rule: Rule, i: int, wrong: Wrong, effect: Effect) -> Rule:
    """A joint rule whose i-th gradient is wrong."""

    def mutated(g: Any, *saved: Any) -> Any:
        found = list(rule(g, *saved))
        if i < len(found) and found[i] is not None:
            found[i] = part(g, *saved)
        return tuple(found)

    part = wrong(lambda g, *saved: rule(g, *saved)[i], effect)
    return mutated


@contextmanager
def _fit_replaced(op: Operation, fit: Callable[[Any, Any, Any], Any]) -> Iterator[Effect]:
    effect = Effect()

    def mutated(node: Any, d: Any, like: Any) -> Any:
        right = Operation.fit(op, node, d, like)
        return effect.of(fit(d, *like), right) if d.ndim > len(like[0]) or d.shape != like[0] != () else right

    op.fit = mutated  # type: ignore[method-assign]
    try:
        yield effect
    finally:
        del op.fit


@contextmanager
def _rules_swapped(op: Operation) -> Iterator[Effect]:
    """Each of two inputs has the rule of the other."""
    rules, pulls = op.rules, op.pulls
    op.rules = rules[::-1]
    op.pulls = pulls and pulls[::-1]
    try:
        yield Effect(changed=True)
    finally:
        op.rules, op.pulls = rules, pulls


def mutants(wanted: Callable[[str], bool] = lambda subject: True) -> Iterator[Mutant]:
    """All wrong rules of all operations whose subject is wanted."""
    names: dict[str, int] = {}
    for op in operations():
        home = _home(op).removeprefix("autograd.").removeprefix("ops.").removeprefix("nn.")
        subject = f"{home}.{op.name}"
        names[subject] = names.get(subject, 0) + 1
        if names[subject] > 1:
            subject = f"{subject} {names[subject]}"
        if wanted(subject):
            yield from _of_operation(subject, op)


def _of_operation(subject: str, op: Operation) -> Iterator[Mutant]:
    sites = [site for site in _sites(op) if site[2] is not None]
    for where, i, function, saved in sites:
        codes = _codes(function)
        text = f"{where} of {op.inputs[min(i, len(op.inputs) - 1)]}"
        for kind, wrong in RULES.items():
            one_way = where == "push" and op.kind == "elementwise"  # the same rule, in one direction alone
            if one_way and kind not in ("factor", "constant at second order"):
                continue
            if kind in OF_SAVED and not saved and op.kind != "bilinear":
                continue
            yield Mutant(subject, kind, text, partial(_rule_replaced, op, where, i, wrong), codes)
        if where == "both":
            plant = partial(_rule_replaced, op, "pull", i, RULES["factor"])
            yield Mutant(subject, "factor", f"pull of {op.inputs[i]}", plant, codes)
    pulls = tuple(code for where, _, f, _ in sites if where != "push" for code in _codes(f))
    alone = op.kind == "elementwise" and len(op.inputs) == 1  # nothing broadcasts its input
    for kind, fit in FITS.items() if pulls and not op.many and not alone else ():
        yield Mutant(subject, kind, "gradients", partial(_fit_replaced, op, fit), pulls)
    if len(op.rules) == 2 and all(rule is not None for rule, _ in op.rules) and _saves_alike(op):
        yield Mutant(subject, "swapped rules", ", ".join(op.inputs), partial(_rules_swapped, op), pulls)


def _sites(op: Operation) -> Iterator[tuple[str, int, Any, Any]]:
    """Where, the input, the rule, and what is saved for it."""
    elementwise = op.kind == "elementwise" and not op.pushes
    if op.joint is not None:
        yield from (("pull", i, *op.joint) for i in range(1 if op.many else len(op.inputs)))
    for i, (rule, saved) in enumerate(op.rules):
        yield ("both" if elementwise else "pull", i, rule, saved)
        if elementwise:
            yield "push", i, rule, saved
    for i, (rule, saved) in enumerate(op.pushes):
        yield "push", i, rule, saved


def _saves_alike(op: Operation) -> bool:
    """Are the two rules different ones?"""
    (one, at), (other, there) = op.rules
    codes = [_codes(rule) for rule in (one, other)]
    return at != there or [[(c.co_code, c.co_consts, c.co_names) for c in code] for code in codes][:1] * 2 != [
        [(c.co_code, c.co_consts, c.co_names) for c in code] for code in codes
    ]


def _codes(rule: Any) -> tuple[Any, ...]:
    code = getattr(inspect.unwrap(rule), "__code__", None)
    return (code,) if code is not None else ()
