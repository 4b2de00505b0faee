"""The first NaN or infinity of the forward pass.

Convention: numbers that an operand held already pass. So a mask of -infinity may be added, but an operation that makes
NaN of finite numbers, or of infinities, raises: 0 / 0, and -infinity less -infinity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core import Node, Switch, backward
from ..declare import Operation
from ..tensor import Tensor
from ..value import Value
from .naming import Names
from .numbers import SHOWN, array_of, arrays_in, at, kinds, not_finite, number, places, summary, where
from .steps import name, source, text_of
from .way import way_back

QUIET = Switch(note=None, note_value=None, watch=None, left=None, on=True)


class FirstBad:
    """Looks at each result. ``infinities``: are they errors too, or NaN alone?"""

    def __init__(self, infinities: bool) -> None:
        self.infinities = infinities

    def node(self, node: Node, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        """Raise if a result of a node has a bad number that no operand had."""
        for k, part in enumerate(y if isinstance(y, tuple | list) else (y,)):
            bad = not_finite(part, self.infinities)
            if bad is not None:
                new = self._new(node, k, part, bad, given, arguments)
                if new.any():
                    raise _error(node, k, part, new, given, arguments)

    def _new(self, node: Node, k: int, y: Any, bad: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
        """Where a result is bad and its operands were not."""
        nan, infinite = np.isnan(y), np.isinf(y) if self.infinities else np.zeros_like(bad)
        operands = [array_of(x) for x in given if x is not None]
        held = [x for x in operands if not_finite(x) is not None]
        wished = [x for x in arrays_in(arguments) if not_finite(x) is not None]  # as in pad(constant_values=-np.inf)
        if wished:
            infinite = np.zeros_like(bad)
            nan = np.zeros_like(bad) if any(np.isnan(array_of(x)).any() for x in wished) else nan
        if not held:
            return nan | infinite
        if _elementwise(node) and all(at(x, [(0,) * np.ndim(y)]) is not None for x in operands if np.size(y)):
            for x in held:
                nan = nan & ~np.isnan(x)
                infinite = infinite & np.isfinite(x)
            return nan | infinite
        made = np.zeros_like(bad) if any(np.isnan(x).any() for x in held) else nan
        again = _again(node, [_cleaned(x) for x in given], arguments)  # bad as well where all operands are finite?
        still = None if again is None else not_finite(again[k])
        return made if still is None else made | (still & (nan | infinite))

    def value(self, v: Value) -> None:
        """Raise if a Value is a bad number that none of its inputs is."""
        y = v.number
        if y - y == 0:
            return
        numbers = [x.number for x in v.inputs] + [c for c in _constants(v) if isinstance(c, float)]
        if y != y and all(x == x for x in numbers):
            raise value_error(v)
        if y == y and self.infinities and all(x - x == 0 for x in numbers):
            raise value_error(v)


def _constants(v: Value) -> tuple[Any, ...]:
    """The operands of a Value that are plain numbers."""
    if v.b is None and v.db is not None:
        return v.db if isinstance(v.db, tuple) else (v.db,)
    return ()


def _elementwise(node: Node) -> bool:
    return getattr(node.op, "kind", "") == "elementwise"


def _cleaned(x: Any) -> Any:
    """An operand with 1 in place of its bad numbers."""
    if not_finite(x) is None:
        return x._array if isinstance(x, Tensor) else x
    a = array_of(x)
    return np.where(np.isfinite(a), a, np.ones_like(a))


def _again(node: Node, operands: Sequence[Any], arguments: Mapping[str, Any]) -> list[Any] | None:
    """The results of a node's operation of other operands; None where it cannot be called again."""
    op = node.op
    if not isinstance(op, Operation):
        return None
    options = {name: value for name, value in arguments.items() if name != "kept"}
    try:
        with QUIET, np.errstate(all="ignore"):
            if op.many:
                y = op(list(operands), **options)
            else:
                y = op(**{n: x for n, x in zip(op.inputs, operands, strict=True) if x is not None}, **options)
    except Exception:  # a function may refuse other numbers: a matrix is singular
        return None
    return list(y) if op.results else [y]


# ---------------------------------------------------------------- the error


def _error(
    node: Node, k: int, y: Any, new: Any, given: Sequence[Any], arguments: Mapping[str, Any]
) -> FloatingPointError:
    result = f", in its result {k}" if node.op.results else ""
    lines = [f"{node.name} gave {kinds(y, new)}{result}{where(new)}"]
    if source(node):
        lines.append(f"recorded at {text_of(source(node))}")
    if getattr(node.op, "many", False):
        names = [f"{node.op.inputs[0]}[{i}]" for i in range(len(given))]
    else:
        names = list(getattr(node.op, "inputs", ())) or [f"operand {i}" for i in range(len(given))]
    parts = None if _elementwise(node) else _parts(node, k, given, arguments, places(new)[0])
    for i, (operand, operand_name) in enumerate(zip(given, names, strict=False)):
        if operand is not None:
            lines.append(_operand(operand_name, operand, new, None if parts is None else parts[i], _elementwise(node)))
    return FloatingPointError("\n  ".join([*lines, *ending(node)]))


def ending(step: Any) -> list[str]:
    """The way back, and how to go on without this check."""
    way = way_back(step, Names())
    return ["the way back:", *[f"  {line}" for line in way], LIBERTIES]


LIBERTIES = "autograd.debug(nan=False) goes on; debug(inf=False) lets infinities pass and stops at NaN alone"


def _operand(operand_name: str, operand: Any, new: Any, part: Any, elementwise: bool) -> str:
    """An operand and its numbers that led to the bad ones."""
    a = array_of(operand)
    text = operand_name + (f" = {operand.label!r}" if getattr(operand, "label", "") else "")
    there = at(a, places(new)) if elementwise else None
    if there is not None:
        text += f" is {there}" + (" there" if np.size(new) > 1 else "")
    elif part is not None and part.any():
        text += f": {_led(a, part)}"
    else:
        text += f" is {summary(a)}"
    node = getattr(operand, "node", None)
    if node is not None and node.op is not None and source(node):
        text += f" (from {name(node)} at {source(node)})"
    return text


def _led(a: Any, part: Any) -> str:
    """The numbers of an operand that one result depends on: bad ones first, then the largest."""
    a = np.asarray(a)
    if a.ndim == 0:
        return number(a)
    led = np.flatnonzero(part)
    size = np.abs(a.reshape(-1)[led])
    order = np.argsort(np.where(np.isfinite(size), -size, -np.inf), kind="stable")
    shown = [
        f"{list(map(int, np.unravel_index(i, a.shape)))} is {number(a.reshape(-1)[i])}" for i in led[order[:SHOWN]]
    ]
    return ", ".join(shown) + (f" (of {len(led)} that lead there)" if len(led) > SHOWN else "")


def _parts(
    node: Node, k: int, given: Sequence[Any], arguments: Mapping[str, Any], index: tuple[int, ...]
) -> list[Any] | None:
    """Which numbers of each operand one number of the result depends on: those that get a gradient from it."""
    arrays = [None if x is None else array_of(x) for x in given]
    leaves = [Tensor(a, requires_grad=True) if a is not None and a.dtype.kind in "fc" else a for a in arrays]
    results = _again(node, leaves, arguments)
    if results is None or not isinstance(results[k], Tensor) or results[k].node is None:
        return None
    y = results[k]
    g = np.zeros_like(y._array)
    g[index] = 1
    try:
        with QUIET, np.errstate(all="ignore"):
            found = backward(y.node, g, wrt=[t.node for t in leaves if isinstance(t, Tensor)])  # type: ignore[misc]
    except Exception:  # a rule may refuse what it was never meant for
        return None
    return [np.asarray(found[t.node]) != 0 if isinstance(t, Tensor) and t.node in found else None for t in leaves]


def value_error(v: Value) -> FloatingPointError:
    """The error of a Value that is not finite though its operands are."""
    y = np.float64(v.number)
    shown = [f"{x.label or name(x)} = {number(x.number)}" for x in v.inputs[:4]] + [number(c) for c in _constants(v)]
    more = ", ..." if len(v.inputs) > 4 else ""
    lines = [f"{v.op.name}({', '.join(shown)}{more}) is {kinds(y, np.True_)}"]
    if source(v):
        lines.append(f"recorded at {text_of(source(v))}")
    return FloatingPointError("\n  ".join([*lines, *ending(v)]))
