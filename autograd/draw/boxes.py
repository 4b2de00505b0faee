"""From a recorded graph, of Values or of tensors, to boxes and arrows.

Convention: every number or array is a box, and the operation that computed it a box before it; an arrow into an
operation carries the local derivative. Untracked numbers are written in the operation (``** 2``), untracked arrays get
boxes of their own, if the graph saved them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ..core import Node
from ..core import ancestors as nodes_above
from ..declare import ITEM, Operation
from ..tensor import Tensor
from ..value import SYMBOLS, Many, Map, Value
from ..value import ancestors as values_above

FEW = 6  # an array with more elements is not written out
Kind = Literal["leaf", "constant", "result", "root", "operation"]


@dataclass
class Box:
    """A number, an array (untracked: a "constant") or an operation; ``rows`` are (word, text)."""

    key: str
    kind: Kind
    title: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    tip: str = ""


@dataclass
class Arrow:
    """From box to box; ``text`` is the local derivative, if it is a number."""

    source: str
    target: str
    text: str = ""


@dataclass
class Picture:
    """What is drawn, each box after those that lead to it."""

    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


def collect(things: Iterable[object], limit: int, unfold: bool) -> Picture:
    """The boxes and arrows of all graphs together; parts they share appear once."""
    roots = list(flatten(things))
    if not roots:
        raise ValueError("draw: there is no Value or tracked tensor to draw")
    values = [v for v in roots if isinstance(v, Value)]
    arrays: dict[Any, Any] = {t.node: t._array for t in roots if isinstance(t, Tensor)}
    order = values_above(*values)
    above = list(dict.fromkeys(node for root in arrays for node in nodes_above(root)))
    size = len(above) + sum(len(v.inputs) if unfold and _unfolds(v) else 1 for v in order)
    if size > limit:
        raise ValueError(
            f"draw: this graph has {size} nodes, too many for a readable picture (limit={limit}). "
            "Draw a part of it (an inner value, one sample instead of a batch), or pass a larger limit and be patient."
        )
    picture = Picture()
    _values(picture, order, {id(v) for v in values}, unfold)
    _tensors(picture, above, arrays)
    return picture


def flatten(things: Any) -> Iterator[Value | Tensor]:
    """The Values and tensors within lists, tuples, dicts and object arrays."""
    if isinstance(things, Value | Tensor):
        if isinstance(things, Tensor) and things.node is None:
            raise ValueError(
                "draw: this tensor is not tracked, so it has no graph. Compute it from tensors with requires_grad=True."
            )
        yield things
    elif isinstance(things, np.ndarray) and things.dtype == object:
        yield from flatten(things.ravel().tolist())
    elif isinstance(things, dict):
        yield from flatten(list(things.values()))
    elif isinstance(things, list | tuple):
        for thing in things:
            yield from flatten(thing)
    else:
        raise TypeError(f"draw: pictures are drawn of Values and tensors, not of {type(things).__name__}")


def number(x: object) -> str:
    """A number, with four digits."""
    return f"{getattr(x, 'number', x):.4g}"


# ---------------------------------------------------------------- Values


def _values(picture: Picture, order: list[Value], roots: set[int], unfold: bool) -> None:
    for v in order:
        key = f"v{id(v)}"
        kind: Kind = "root" if id(v) in roots else "leaf" if v.op is None else "result"
        picture.boxes.append(Box(key, kind, v.label, _facts(v)))
        if unfold and _unfolds(v):
            _unfolded(picture, v, key)
        elif v.op is not None:
            _operation(picture, v, key, {})


def _unfolds(v: Value) -> bool:
    """Is it one node that can be drawn as small operations?"""
    return isinstance(v.op, Many) and v.op.unfold is not None


def _facts(v: Value) -> list[tuple[str, str]]:
    return [("value", number(v)), ("grad", number(v.grad or 0.0))]


def _operation(picture: Picture, v: Value, key: str, instead: dict[int, str]) -> None:
    """The operation before v and the arrows into and out of it; ``instead`` names other boxes for some inputs."""
    picture.boxes.append(Box(f"{key}o", "operation", operation_text(v)))
    picture.arrows.append(Arrow(f"{key}o", key))
    for source, d in zip(v.inputs, v.slopes, strict=True):
        picture.arrows.append(Arrow(instead.get(id(source), f"v{id(source)}"), f"{key}o", number(d)))


def operation_text(v: Value) -> str:
    """The operation as written, with its constants: ``* 2``, ``1 -``, ``tanh``."""
    op: Map = v.op
    if op.form == "left":
        return f"{op.symbol} {number(v.db)}"
    if op.form == "right":
        return f"{number(v.db)} {op.symbol}"
    constants = [number(c) for c in v.db] if op.form == "one" and v.db else []
    return " ".join([op.symbol, *constants])


def _unfolded(picture: Picture, v: Value, key: str) -> None:
    """The small operations that make up a node of many inputs, with the values and gradients between them."""
    proxies = tuple([tuple([Value(source.number) for source in group]) for group in v.a])
    boxes = {  # of the inputs that the proxies stand for; these live until the end, as their ids are keys
        id(proxy): f"v{id(source)}"
        for made, group in zip(proxies, v.a, strict=True) for proxy, source in zip(made, group, strict=True)
    }  # fmt: skip
    y = v.op.unfold(v, proxies)
    if y.op is None:
        return
    y.backward(v.grad or 0.0, retain_graph=True)
    inner = [w for w in values_above(y) if w.op is not None]
    keys = {id(w): key if w is y else f"{key}i{k}" for k, w in enumerate(inner)}
    for w in inner:
        if w is not y:
            picture.boxes.append(Box(keys[id(w)], "result", "", _facts(w)))
        _operation(picture, w, keys[id(w)], boxes | keys)


# ---------------------------------------------------------------- tensors


def _tensors(picture: Picture, nodes: list[Node], arrays: dict[Any, Any]) -> None:
    known = _known(nodes) | arrays
    drawn: set[str] = set()  # constants
    for node in nodes:
        key = f"n{id(node)}"
        notes = node.notes
        root = node in arrays
        rows = _rows(node.shape, known.get(node))
        gradient = None if notes is None else notes.grad
        if gradient is not None:
            gradient = getattr(gradient, "_array", gradient)
            if np.size(gradient) <= FEW:
                rows.append(("grad", elements(gradient)))
            else:
                rows.append(("|grad|", number(np.sqrt(np.sum(np.abs(gradient) ** 2)))))
        title, tip = ("", "") if notes is None else (notes.label, notes.source)
        if node.op is None:
            picture.boxes.append(Box(key, "root" if root else "leaf", title, rows, tip))
            continue
        several = any(isinstance(n, tuple) for n in node.shape)  # results, each with a node of its own
        if not several:
            picture.boxes.append(Box(key, "root" if root else "result", title, rows, tip))
        if node.op is ITEM:
            picture.arrows.append(Arrow(f"n{id(node.inputs[0])}o", key))
            continue
        picture.boxes.append(Box(f"{key}o", "operation", tensor_operation_text(node), [], tip))
        if not several:
            picture.arrows.append(Arrow(f"{key}o", key))
        for source, operand in zip(node.inputs, saved_operands(node), strict=False):
            if source is not None:
                picture.arrows.append(Arrow(f"n{id(source)}", f"{key}o"))
            elif np.ndim(operand):
                constant = f"c{id(operand)}"
                if constant not in drawn:
                    drawn.add(constant)
                    picture.boxes.append(Box(constant, "constant", "", _rows(np.shape(operand), operand)))
                picture.arrows.append(Arrow(constant, f"{key}o"))


def _rows(shape: tuple[int, ...], array: Any) -> list[tuple[str, str]]:
    """The shape of an array and, if it is known and small, its elements."""
    shown = array is not None and np.size(array) <= FEW
    rows = [] if shown and not shape else [("shape", " x ".join(map(str, shape)) or "one number")]
    return [*rows, ("value", elements(array))] if shown else rows


def saved_operands(node: Node) -> list[Any]:
    """The operands of a node and its result, where its rules saved them; None for the others."""
    op = node.op
    if not isinstance(op, Operation) or op.many or not isinstance(node.saved, tuple):
        return [None] * (len(node.inputs) + 1)
    saved = {need.name: value for need, value in zip(op.needs, node.saved, strict=True)}
    return [*[saved.get(name) for name in op.inputs], None if "y" in op.params else saved.get("y")]


def _known(nodes: list[Node]) -> dict[Any, Any]:
    """The arrays of nodes that they themselves or their consumers saved."""
    found: dict[Any, Any] = {}
    for node in nodes:
        for holder, array in zip((*node.inputs, node), saved_operands(node), strict=True):
            if holder is not None and isinstance(array, np.ndarray):
                found[holder] = array
    return found


def tensor_operation_text(node: Node) -> str:
    """The operation as written, with a number as its other operand: ``** 2``, or ``- ...`` if it was not saved."""
    symbol = SYMBOLS.get(node.name, node.name)
    if len(node.inputs) != 2 or None not in node.inputs:
        return symbol
    right = node.inputs[1] is None
    operand = saved_operands(node)[1 if right else 0]
    if np.ndim(operand) or (operand is None and symbol == node.name):
        return symbol
    text = "..." if operand is None else number(operand)
    return f"{symbol} {text}" if right else f"{text} {symbol}"


def elements(array: Any) -> str:
    """The numbers of a small array, one line for each row."""
    array = np.asarray(array)
    if not array.ndim:
        return number(array)
    rows = array.reshape(-1, array.shape[-1]).tolist() if array.size else []
    return "\n".join(f"[{' '.join(map(number, row))}]" for row in rows) or "[]"
