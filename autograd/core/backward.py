"""The backward sweep: gradients from a root to the leaves, by Kahn's order.

Convention: a first pass counts the consumers of each node; in the second, a node passes its gradient on as soon as
all its consumers have. Each sweep marks its nodes, so that another one in the same graph is noticed.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from . import grad_mode
from .grad_mode import watching
from .large import MANY, blockwise
from .listeners import Shared, SweepListener
from .node import FREED, Node, ancestors, busy, dependents, freed
from .sharing import read_only
from .taken import either, pulled

ndarray = np.ndarray
HELD = 1 << 60  # added to `waiting` of a node at which a sweep must stop: it never passes its gradient on
AWAITED = 1 << 61  # the same of a leaf that somebody waits for: the sweep tells when its gradient is whole
GIVEN: Any = object()  # in place of where a rule's needs are: what stands for the rule is the gradient itself
AS_IT_IS: Any = itertools.repeat(None)  # in place of `fits`: no gradient has to be fitted to its input


at_once: Callable[[Iterable[Any]], object] = deque(maxlen=0).extend
"""Go through an iterator of C, such as ``each``, to its end: no other thread runs meanwhile, and no Ctrl-C comes."""


def each(things: Iterable[Any], name: str, values: Iterable[Any]) -> Iterator[None]:
    """Sets an attribute of each thing, for ``at_once``."""
    return map(setattr, things, itertools.repeat(name), values)


class Sweep:
    """One sweep: the mark of its nodes until their first gradient arrives."""


def backward(
    root: Node, gradient: Any, *, retain_graph: bool = False, create_graph: bool = False,
    wrt: Iterable[Node] | None = None, order: Sequence[Node] | None = None, taken: Any = None,
) -> dict[Node, Any]:  # fmt: skip
    """Sweep from ``root`` to the leaves; return the gradient of each leaf reached.

    A node passes its gradient on once all its consumers have passed it their part:
    dL/dx = sum over consumers of (dL/dy)(dy/dx). Saved values are dropped as the sweep passes unless
    ``retain_graph``. With ``create_graph`` the rules are called on tensors and recorded, so that the gradients can be
    differentiated again. With ``wrt`` the sweep stops at those nodes and returns their gradients alone; ``order`` are
    the nodes that depend on them, each after its inputs, if the caller knows them. ``taken`` says which elements of
    ``gradient`` can be other than 0, if not all (see taken.py); a list for several results.
    """
    if root._saved is FREED:
        raise freed(root)
    if wrt is not None:
        return _backward_to(list(dict.fromkeys(wrt)), root, gradient, order, retain_graph, create_graph, taken)
    if root.op is None:
        return _at_once(root, gradient)
    sweep = Sweep()
    counted = False
    awaited: Iterable[Shared] = ()
    try:
        awaited = _count_consumers(root, sweep)
        counted = True
        watch = watching(root, gradient)
        found = _pass_on(root, gradient, sweep, retain_graph or create_graph, create_graph, True, taken, watch)
        for shared in awaited:
            shared.ends(found)
        if watch is not None:
            watch.ends(found)
        return found
    except BaseException as error:
        _reset(root, ancestors(root), None if counted else sweep)
        for shared in awaited:
            shared.failed(error)
        raise


def _at_once(leaf: Node, gradient: Any) -> dict[Node, Any]:
    """A sweep that begins at a leaf has ended there."""
    found = {leaf: gradient}
    if leaf.notes is not None and leaf.notes.shared is not None:
        leaf.notes.shared.whole(leaf, gradient)
        leaf.notes.shared.ends(found)
    return found


def _backward_to(
    stops: list[Node], root: Node, gradient: Any, order: Sequence[Node] | None, retain_graph: bool,
    create_graph: bool, taken: Any,
) -> dict[Node, Any]:  # fmt: skip
    """The sweep that ends at ``stops``: gradients collect there, and no leaf gets any."""
    if root in stops:
        return {root: gradient}
    if order is None:
        order = dependents(root, stops)
    if not order:
        return {}
    for node in stops:
        if node.waiting:
            raise busy(node)
    sweep = Sweep()
    counted = False
    release = each(stops, "waiting", itertools.repeat(0))
    try:
        for node in stops:
            node.waiting, node.partial = HELD, sweep
        _count_within(order, sweep)
        counted = True
        watch = watching(root, gradient)
        _pass_on(root, gradient, sweep, retain_graph or create_graph, create_graph, False, taken, watch)
        found = {node: node.partial for node in stops if node.partial is not sweep}
        if watch is not None:
            watch.ends(found)
        return found
    except BaseException:
        _reset(root, order, None if counted else sweep)
        raise
    finally:
        at_once(release)
        for node in stops:
            node.partial = None


def backward_alone(root: Node, gradient: Any, leaves: Sequence[Node], since: int) -> list[Any] | None:
    """The gradients of ``leaves`` (None where none arrives), if ``root`` depends on them alone; else None.

    It is what ``backward`` gives with ``wrt``, where all of the graph was recorded from period ``since`` on: one walk
    finds that out and counts the consumers. Whatever is unusual, None is returned and nothing was swept.
    """
    if root.op is None or root.waiting or root._saved is FREED or root.made.number < since or grad_mode.switches:
        return None
    sweep = Sweep()
    order = [root]
    alone = False
    release = each(leaves, "waiting", itertools.repeat(0))
    try:
        for node in leaves:
            node.waiting, node.partial = HELD, sweep
        for node in order:  # which grows
            for source in node.inputs:
                if source is not None:
                    if source.waiting:
                        if source.partial is not sweep:
                            break
                        source.waiting += 1
                    elif source.op is None or source._saved is FREED or source.made.number < since:
                        break
                    else:
                        order.append(source)
                        source.partial = sweep  # first, so that ``_reset`` finds it
                        source.waiting = 1
            else:
                continue
            _reset(root, order, sweep)
            return None
        alone = True
        _pass_on(root, gradient, sweep, False, False, False, None, None)
        return [None if node.partial is sweep else node.partial for node in leaves]
    except BaseException:
        _reset(root, order, None if alone else sweep)
        raise
    finally:
        at_once(release)
        for node in leaves:
            node.partial = None


def _count_consumers(root: Node, sweep: Sweep) -> Iterable[Shared]:
    """First pass: how many recorded uses of each node lie between it and the root; returns who waits for leaves."""
    awaited: dict[Shared, None] = {}
    stack = [root]
    root.partial = sweep
    while stack:
        for source in stack.pop().inputs:
            if source is not None:
                if source.waiting:
                    if source.partial is not sweep:
                        raise busy(source)
                    source.waiting += 1
                elif source.op is not None:
                    if source._saved is FREED:
                        raise freed(source)
                    source.partial = sweep  # first, so that ``_reset`` finds it
                    source.waiting = 1
                    stack.append(source)
                elif source.notes is not None and source.notes.shared is not None:
                    source.partial = sweep
                    source.waiting = AWAITED + 1
                    awaited[source.notes.shared] = None
    return awaited


def _count_within(order: Sequence[Node], sweep: Sweep) -> None:
    """The same over the nodes of ``order`` alone; of their inputs only stops and nodes of ``order`` are marked."""
    for node in order:
        if node.waiting:
            raise busy(node)
        if node._saved is FREED:
            raise freed(node)
        for source in node.inputs:
            if source is not None and source.waiting:
                if source.partial is not sweep:
                    raise busy(source)
                source.waiting += 1
        node.partial, node.waiting = sweep, 1  # 1 marks it, until all are marked
    for node in order:
        node.waiting -= 1


def _pass_on(
    root: Node, gradient: Any, sweep: Sweep, keep: bool, create_graph: bool, to_leaves: bool, start: Any,
    watch: SweepListener | None,
) -> dict[Node, Any]:  # fmt: skip
    """Second pass: each node passes its gradient on, after its last consumer."""
    leaves: dict[Node, Any] = {}
    # Of which elements the gradients come that wait, where some were not taken: taken.py
    taken: dict[Node, Any] = {} if watch is None else Always()
    if start is not None:
        taken[root] = start
    ready: list[Node] = []  # nodes whose gradient is complete, besides the one that is next
    node: Node | None = root
    g = gradient
    try:
        while node is not None:
            node.waiting, node.partial = 0, None
            if node.notes is not None:
                g = run_hooks(node, g)
            following: Node | None = None
            op = node.op
            saved = op.as_tensors(node) if create_graph else node._saved
            pulls = op.pulls
            in_line = True  # the first input that becomes ready goes next
            if node.fits is not None or taken:  # not from the fast path, or elements were left out behind it
                likes = node.fits or AS_IT_IS
                if watch is not None:
                    watch.arrives(node, g, keep)
                in_line = not node.fits
                careful = (op.selects and _goes_on(node)) or node in taken
                if careful or pulls is None:  # a rule for each input is not enough
                    wanted = [s is not None and (s.waiting > 0 or to_leaves) for s in node.inputs]
                    in_line = False
                    if careful:
                        pulls = _careful(node, g, saved, wanted, sweep, taken)
                    else:
                        _all_taken(node, taken)
                        pulls = op.pull(node, g, saved, wanted)  # not named, so that it is freed in time
                    pulls = [(d, GIVEN, like) for d, like in zip(pulls, likes)]  # noqa: B905
                elif g.__class__ is ndarray and g.size > MANY and watch is None and _alike(node, g):
                    _all_taken(node, taken)
                    in_line = True
                    pulls = _by_blocks(node, g, saved, likes, sweep, leaves, to_leaves)
                else:
                    _all_taken(node, taken)
                    pulls = [(rule, place, like) for (rule, place, _), like in zip(pulls, likes)]  # noqa: B905
                if watch is not None:
                    pulls = _watched(watch, node, g, saved, pulls, to_leaves)
            for source, (rule, place, like) in zip(node.inputs, pulls):  # noqa: B905  (strict= takes its time)
                if source is None:
                    continue
                waiting = source.waiting
                if not (waiting or to_leaves):
                    continue
                if place is None:
                    d = rule(g)
                elif place.__class__ is int:
                    d = rule(g, saved[place])
                elif place is GIVEN:
                    d = rule
                else:
                    d = rule(g, *[saved[k] for k in place])
                if like is not None:
                    try:
                        fits = d.shape == like[0] and d.dtype == like[1]
                    except AttributeError:  # no array
                        fits = False
                    if not fits:
                        d = op.fit(node, d, like)
                if waiting == 1:  # the last consumer; it stays 1 until the node's turn
                    if source.partial is not sweep:
                        d = source.partial + d
                    if following is None and in_line:
                        following, passed = source, d
                    else:
                        source.partial = d
                        ready.append(source)
                elif waiting:
                    before = source.partial
                    source.partial = d if before is sweep else before + d
                    source.waiting = waiting = waiting - 1
                    if waiting == AWAITED:
                        _whole(source, leaves)
                elif source in leaves:
                    leaves[source] = leaves[source] + d
                else:
                    leaves[source] = d
            if not keep:
                node._saved = FREED
            if following is not None:
                node, g = following, passed
            elif ready:
                node = ready.pop()
                g = node.partial
            else:
                node = None
    except Exception as error:
        line = None if node is None or node.notes is None else node.notes.source
        if node is not None and (line or isinstance(error, MemoryError)) and not (line and line in str(error)):
            where = f", recorded at {line}" if line else f" {node.shape}"
            error.add_note(f"in the backward pass of '{node.name}'{where}")
        raise
    return leaves


def _whole(leaf: Node, leaves: dict[Node, Any]) -> None:
    """A leaf that somebody waits for has its gradient."""
    g, leaf.partial, leaf.waiting = leaf.partial, None, 0
    leaves[leaf] = g
    leaf.notes.shared.whole(leaf, g)  # type: ignore[union-attr]


class Always(dict[Node, Any]):
    """A dict that counts as true even when it is empty: every node of a watched sweep goes the careful way."""

    def __bool__(self) -> bool:
        return True


def _alike(node: Node, g: Any) -> bool:
    """Is it an elementwise operation of inputs of one shape and dtype, that of the result?"""
    return node.op.kind == "elementwise" and all(not fit or fit == (g.shape, g.dtype) for fit in node.fits or ())


def _by_blocks(
    node: Node, g: Any, saved: Any, likes: Any, sweep: Sweep, leaves: dict[Node, Any], to_leaves: bool
) -> Iterator[tuple[Any, Any, Any]]:
    """The gradients that a node of a large array passes on, each when it is its turn, instead of the rules.

    What its input has got before is added at once, block by block.
    """
    for source, (rule, place, _), like in zip(node.inputs, node.op.pulls, likes):  # noqa: B905
        d = None
        if source is not None and (source.waiting or to_leaves):
            given = [g, *[saved[p] for p in (() if place is None else (place,) if place.__class__ is int else place)]]
            before = leaves.get(source) if not source.waiting else None if source.partial is sweep else source.partial
            d = NotImplemented
            if before.__class__ is ndarray and before.shape == g.shape:
                d = blockwise(rule, given, before=before)
                if d is not NotImplemented and source.waiting:
                    source.partial = sweep
                elif d is not NotImplemented:
                    del leaves[source]
            before = None
            if d is NotImplemented:
                d = blockwise(rule, given)
            if d is NotImplemented:
                d = rule(*given)
        yield d, GIVEN, like


def _watched(watch: SweepListener, node: Node, g: Any, saved: Any, pulls: Any, to_leaves: bool) -> list[Any]:
    """What the rules give, each shown to ``watch``, in place of the rules."""
    found = []
    for k, (source, (rule, place, like)) in enumerate(zip(node.inputs, pulls)):  # noqa: B905
        d = None
        if source is not None and (source.waiting or to_leaves):
            places = () if place is None else (place,) if place.__class__ is int else place
            d = rule if place is GIVEN else rule(g, *[saved[p] for p in places])
            watch.pulled(node, g, k, d)
        found.append((d, GIVEN, like))
    return found


def _goes_on(node: Node) -> bool:
    """Are elements left out, and will the sweep pass through one of the node's inputs?"""
    for source in node.inputs:
        if source is not None and 0 < source.waiting < HELD:
            return bool(node.op.leaves_out(node))
    return False


def _careful(node: Node, g: Any, saved: Any, wanted: list[bool], sweep: Sweep, taken: dict[Node, Any]) -> Any:
    """The gradients of a node's inputs where some elements were not taken; notes in ``taken`` which ones are."""
    gradients, after = pulled(node, g, saved, wanted, taken.pop(node, None))
    arrived: list[Node] = []
    for source, found in zip(node.inputs, after):  # noqa: B905  (strict= takes its time)
        if source is not None and 0 < source.waiting < HELD:
            if source in taken:
                found = either(taken.pop(source), found, source.shape)
            elif source.partial is not sweep or source in arrived:
                found = None  # an earlier part has all elements
            if found is not None:
                taken[source] = found
            arrived.append(source)
    return gradients


def _all_taken(node: Node, taken: dict[Node, Any]) -> None:
    """The gradients that a node passes on have all elements."""
    if taken:
        for source in node.inputs:
            taken.pop(source, None)  # type: ignore[arg-type]


def _reset(root: Node, swept: Iterable[Node], sweep: Sweep | None) -> None:
    """After an error: leave no half-counted node of ``swept`` behind, so that another sweep can start afresh.

    While it was counting, only the nodes marked by ``sweep`` were touched: others may belong to a sweep going on.
    """
    root.partial = None
    for node in swept:
        counted = node.op is not None or node.waiting >= AWAITED
        if node.waiting and counted and (sweep is None or node.partial is sweep):
            node.waiting, node.partial = 0, None


def run_hooks(node: Node, g: Any) -> Any:
    """Call the hooks of a node with its gradient; each may return another in its place. Retain it if asked."""
    notes = node.notes
    if notes is None:
        return g
    for hook in tuple(notes.hooks.values()):
        changed = hook(read_only(g))
        if changed is not None:
            g = _accepted(changed, g, node)
    if notes.retains:
        notes.grad = g
    return g


def _accepted(changed: Any, g: Any, node: Node) -> Any:
    """What a hook returned, as a gradient of the same kind, shape and dtype as the one it was given."""
    if isinstance(g, np.ndarray | np.generic):
        given = changed
        try:
            changed = np.array(getattr(changed, "_array", changed))
            if changed.dtype.kind != "c" or g.dtype.kind == "c":
                changed = changed.astype(g.dtype)
        except (TypeError, ValueError, RecursionError):
            raise TypeError(
                f"hook of '{node.name}': it returned {type(given).__name__} {given!r:.60}; return an array of shape "
                f"{g.shape}, or None to leave the gradient as it is"
            ) from None
    if changed.shape != g.shape or changed.dtype != g.dtype:
        raise ValueError(
            f"hook of '{node.name}': it was given a gradient {g.shape} {g.dtype} and returned {changed.shape} "
            f"{changed.dtype}; return one of the same shape and dtype, or None to leave it as it is"
        )
    return changed
