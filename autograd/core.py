"""The computation graph and the two sweeps over it: backward (gradients) and forward (tangents).

Convention: edges go from a node to its inputs only, so that no reference cycle exists and reference
counting alone frees a graph. Nothing here recurses: a million nodes in a row are swept like ten.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

FREED: Any = type("Freed", (), {"__repr__": lambda self: "FREED"})()  # `saved` of a node that was swept
NOTED = 2  # `recording.on` inside autograd.debug()
HELD = 1 << 60  # added to `waiting` of a node at which a sweep must stop: it is never released


class Node:
    """One step of the recorded computation: which operation, on which inputs, and what its rules need.

    ``op``       the Operation, or None for a leaf (a tensor whose gradient somebody asked for)
    ``inputs``   the nodes it was computed from, None where an input is not tracked
    ``saved``    the values that the operation's rules name, FREED once a sweep has passed
    ``shape``    the shape of the result
    ``fits``     (shape, dtype) per input where broadcasting or casting must be undone, else None
    ``notes``    rare things by name: hooks, label, retained gradient, source line; else None
    ``waiting``  during a sweep, the consumers that have not yet passed their gradient
    ``grad``     during a sweep, the gradient collected so far; on a leaf, its gradient
    """

    __slots__ = ("fits", "grad", "inputs", "notes", "op", "saved", "shape", "waiting")

    def __init__(
        self,
        op: Any,
        inputs: tuple[Node | None, ...],
        saved: Any,
        shape: tuple[int, ...],
        fits: Any = None,
    ) -> None:
        self.op = op
        self.inputs = inputs
        self.saved = saved
        self.shape = shape
        self.fits = fits
        self.notes: dict[str, Any] | None = None
        self.waiting = 0
        self.grad: Any = None

    @property
    def name(self) -> str:
        return "leaf" if self.op is None else str(self.op.name)

    def note(self, key: str, value: Any) -> None:
        """Keep something rare about this node."""
        if self.notes is None:
            self.notes = {}
        self.notes[key] = value

    def __repr__(self) -> str:
        return f"<Node {self.name} {self.shape}>"


class Recording(threading.local):
    """What is being recorded, for each thread by itself.

    ``on``       False: nothing is recorded; True: operations on tracked tensors are; NOTED: and ``note`` is called
    ``forward``  keep also what only a forward sweep needs
    ``note``     called with each recorded node and its result (autograd.debug)
    """

    on: bool | int = True
    forward = False
    note: Callable[[Node, Any], None] | None = None


recording = Recording()
switched = 0  # switches in force, in all threads: while there are none, everybody's recording is on, as usual
switching = threading.Lock()
accumulating = threading.Lock()  # held while gradients are added to leaves: threads may share parameters


class Entered(threading.local):
    """The fields as they were before, for each time that a switch was entered in this thread."""

    def __init__(self) -> None:
        self.before: list[dict[str, Any]] = []


class Switch:
    """Sets a field of ``recording`` for a block or, as a decorator, for a function."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        self.entered = Entered()  # one object may be entered by several threads

    def __enter__(self) -> None:
        self.entered.before.append({name: getattr(recording, name) for name in ("on", *self.fields)})
        _count_switches(1)
        for name, value in self.fields.items():
            setattr(recording, name, value)
        if recording.on and recording.note is not None:
            recording.on = NOTED

    def __exit__(self, *error: object) -> None:
        for name, value in self.entered.before.pop().items():
            setattr(recording, name, value)
        _count_switches(-1)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        fields = self.fields
        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            raise TypeError(f"{function.__name__} runs piece by piece: use 'with' inside it, around what is meant")

        @functools.wraps(function)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            with Switch(**fields):
                return function(*args, **kwargs)

        return switched


def _count_switches(change: int) -> None:
    global switched
    with switching:
        switched += change


def no_grad() -> Switch:
    """Do not record inside this block (or decorated function), in this thread."""
    return Switch(on=False)


def enable_grad() -> Switch:
    """Record inside this block (or decorated function), in this thread, also within ``no_grad``."""
    return Switch(on=True)


def is_grad_enabled() -> bool:
    """Are operations on tracked tensors recorded in this thread?"""
    return bool(recording.on)


# ---------------------------------------------------------------- backward


def backward(
    root: Node,
    gradient: Any,
    *,
    retain_graph: bool = False,
    create_graph: bool | None = False,
    wrt: Iterable[Node] | None = None,
) -> dict[Node, Any]:
    """Sweep from ``root`` to the leaves by Kahn's order; return the gradient of each leaf reached.

    A node is released once all its consumers have passed it their part: dL/dx = sum over consumers of
    (dL/dy)(dy/dx). Each saved value is dropped as the sweep passes unless ``retain_graph``. With
    ``create_graph`` the rules are called on tensors and recorded, so that the gradients can be
    differentiated again; None means: where there is something left to differentiate with respect to.
    With ``wrt`` the sweep stops at those nodes and returns their gradients alone.
    """
    if root.saved is FREED:
        raise freed(root)
    if wrt is not None:
        return _backward_to(list(dict.fromkeys(wrt)), root, gradient, retain_graph, create_graph)
    if root.op is None:
        return {root: gradient}
    if create_graph is None:
        create_graph = bool(recording.on)
    mine: Any = [root]  # marks the nodes of this sweep; also tells that another is going on in them
    counted = False
    try:
        _count_consumers(root, mine)
        counted = True
        return _release(root, gradient, mine, retain_graph or create_graph, create_graph, True)
    except BaseException:
        _reset(root, None if counted else mine)
        raise


def _backward_to(
    stops: list[Node], root: Node, gradient: Any, retain_graph: bool, create_graph: bool | None
) -> dict[Node, Any]:
    """The sweep that ends at ``stops``: there gradients collect, and nothing is added to any leaf."""
    if root in stops:
        return {root: gradient}
    if root.op is None:
        return {}
    mine: Any = [root]
    counted = False
    kept = [node.grad for node in stops]  # a leaf among them keeps its own
    try:
        for node in stops:
            node.waiting, node.grad = HELD, mine
        open_ended = _count_consumers(root, mine)
        counted = True
        if create_graph is None:
            create_graph = bool(recording.on) and (open_ended or any(any(n.inputs) for n in stops))
        _release(root, gradient, mine, retain_graph or create_graph, create_graph, False)
        return {node: node.grad for node in stops if node.grad is not mine}
    except BaseException:
        _reset(root, None if counted else mine)
        raise
    finally:
        for node, before in zip(stops, kept, strict=True):
            node.waiting, node.grad = 0, before


def _count_consumers(root: Node, mine: Any) -> bool:
    """First pass: how many recorded uses of each node lie between it and the root. Any leaves met?"""
    leaves = False
    stack = [root]
    root.grad = mine
    while stack:
        for source in stack.pop().inputs:
            if source is not None:
                if source.waiting:
                    if source.waiting < HELD and source.grad is not mine:
                        raise busy(source)
                    source.waiting += 1
                elif source.op is not None:
                    if source.saved is FREED:
                        raise freed(source)
                    if source.grad is not None:  # it has its gradient and stands ready in another sweep
                        raise busy(source)
                    source.waiting = 1
                    source.grad = mine
                    stack.append(source)
                else:
                    leaves = True
    return leaves


def _release(root: Node, gradient: Any, mine: Any, keep: bool, create_graph: bool, to_leaves: bool) -> dict[Node, Any]:
    """Second pass: pass gradients on, each node after its last consumer."""
    leaves: dict[Node, Any] = {}
    guarded = False  # an untaken branch was passed: where its gradient is 0 it stays 0
    ready: list[Node] = []  # nodes whose gradient is whole, besides the one that is next
    node: Node | None = root
    g = gradient
    root.grad = None
    try:
        while node is not None:
            if node.notes is not None:
                g = run_hooks(node, g)
            following: Node | None = None
            op = node.op
            saved = op.as_tensors(node) if create_graph else node.saved
            if node.fits is None and not (guarded and op.kind == "elementwise"):  # from the fast path: nothing to undo
                for source, (rule, picks) in zip(node.inputs, op.pulls):  # noqa: B905  (strict= takes its time)
                    if source is None:
                        continue
                    waiting = source.waiting
                    if not (waiting or to_leaves):
                        continue
                    if picks is None:
                        d = rule(g)
                    elif picks.__class__ is int:
                        d = rule(g, saved[picks])
                    else:
                        d = rule(g, *[saved[k] for k in picks])
                    if waiting == 1:
                        if source.grad is not mine:
                            d = source.grad + d
                        source.waiting = 0
                        if following is None:
                            following, passed = source, d
                        else:
                            source.grad = d
                            ready.append(source)
                    elif waiting:
                        before = source.grad
                        source.grad = d if before is mine else before + d
                        source.waiting = waiting - 1
                    elif source in leaves:
                        leaves[source] = leaves[source] + d
                    else:
                        leaves[source] = d
            else:
                guarded = guarded or op.selects
                wanted = [s is not None and (s.waiting > 0 or to_leaves) for s in node.inputs]
                for source, d in zip(node.inputs, op.pull(node, g, saved, wanted, guarded), strict=True):
                    if source is None or d is None:
                        continue
                    if source.waiting:
                        source.grad = d if source.grad is mine else source.grad + d
                        source.waiting -= 1
                        if source.waiting == 0:
                            ready.append(source)
                    else:
                        leaves[source] = leaves[source] + d if source in leaves else d
            if not keep:
                node.saved = FREED
            if following is not None:  # mostly one input becomes ready: it goes next, straight away
                node, g = following, passed
                node.grad = None
            elif ready:
                node = ready.pop()
                g, node.grad = node.grad, None
            else:
                node = None
    except Exception as error:
        where = None if node is None or node.notes is None else node.notes.get("source")
        if where is not None:
            error.add_note(f"in the backward pass of '{node.name}', recorded at {where}")  # type: ignore[union-attr]
        raise
    return leaves


def run_hooks(node: Node, g: Any) -> Any:
    """Call the hooks of a node with its gradient; each may return another in its place. Retain it if asked."""
    notes = node.notes or {}
    for hook in tuple(notes.get("hooks", {}).values()):
        changed = hook(shown(g))
        if changed is not None:
            g = accepted(changed, g, node)
    if "grad" in notes:
        notes["grad"] = g
    return g


def shown(g: Any) -> Any:
    """A gradient as others may see it: several nodes can share one array, so nobody may write to it."""
    if isinstance(g, np.ndarray):
        g = g.view()
        g.setflags(write=False)
    return g


def accepted(changed: Any, g: Any, node: Node) -> Any:
    """What a hook returned, as a gradient of the same kind, shape and dtype as the one that it was given."""
    if isinstance(g, np.ndarray | np.generic):
        changed = np.array(getattr(changed, "data", changed) if not isinstance(changed, np.ndarray) else changed)
        if changed.dtype.kind != "c" or g.dtype.kind == "c":
            changed = changed.astype(g.dtype)
    if changed.shape != g.shape or changed.dtype != g.dtype:
        raise ValueError(
            f"hook of '{node.name}': it was given a gradient {g.shape} {g.dtype} and returned {changed.shape} "
            f"{changed.dtype}; return one of the same shape and dtype, or None to leave it as it is"
        )
    return changed


def _reset(root: Node, mine: Any) -> None:
    """After an error: leave no half-counted node behind, so that another sweep can start afresh.

    While it was counting, only the nodes marked ``mine`` were touched: others may belong to a sweep going on.
    """
    for node in ancestors(root):
        if node.op is not None and (mine is None or node.grad is mine):
            node.waiting, node.grad = 0, None


def freed(node: Node) -> RuntimeError:
    return RuntimeError(
        f"backward through '{node.name}' {node.shape}: this graph was swept before and its saved values are "
        "freed. Pass retain_graph=True to the first backward() to sweep it again, or record it anew."
    )


def busy(node: Node) -> RuntimeError:
    return RuntimeError(
        f"backward through '{node.name}' {node.shape}: another backward pass is sweeping this graph right now "
        "(another thread, or a hook of its own). Record one graph per thread, or let the first pass end."
    )


# ---------------------------------------------------------------- order and forward


def ancestors(root: Node, stops: Iterable[Node] = ()) -> list[Node]:
    """The nodes that ``root`` was computed from and itself, every node after its inputs; none from ``stops`` on."""
    order: list[Node] = []
    seen = {root, *stops}
    stack = [(root, iter(root.inputs))]
    while stack:
        node, rest = stack[-1]
        for source in rest:
            if source is not None and source not in seen:
                seen.add(source)
                stack.append((source, iter(source.inputs)))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def forward(root: Node, tangents: dict[Node, Any], *, create_graph: bool = False) -> Any:
    """Sweep from the nodes in ``tangents`` to ``root``; return its tangent, or None where none arrives.

    A node's tangent is dy = sum over its inputs of (dy/dx) dx, inputs before their consumers.
    """
    found = dict(tangents)
    for node in ancestors(root):
        if node in found or node.op is None:
            continue
        incoming = [None if source is None else found.get(source) for source in node.inputs]
        if any(t is not None for t in incoming):
            if node.saved is FREED:
                raise freed(node)
            saved = node.op.as_tensors(node) if create_graph else node.saved
            found[node] = node.op.push(node, incoming, saved)
    return found.get(root)


def like(array: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """Zeros of this shape and dtype, from the same array library as ``array``."""
    return np.zeros_like(getattr(array, "_array", array), shape=shape, dtype=dtype)
