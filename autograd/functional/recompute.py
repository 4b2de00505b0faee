"""Recompute instead of storing: a part of the graph is dropped after it ran, and recorded again for each sweep.

Convention: the whole call is one node of the graph. Its inputs are the tracked arguments, followed by the other tracked
tensors that the function uses (weights in a closure) in the order of its own graph, which is the same on every run.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, ParamSpec, TypeVar, overload

import numpy as np

from .. import core
from ..core import Effects, Node, Switch, clock, recording
from ..declare import Parts, frozen, result_tensors
from ..tensor import of
from . import nests as tree
from .aliases import alias, join
from .arguments import check_function, tracked
from .own_part import OwnPart, own_part

P = ParamSpec("P")
R = TypeVar("R")


class Run(NamedTuple):
    """What a checkpoint saves: the function, its arguments as arrays, its effects, and some sums of its results."""

    f: Callable[..., Any]
    arguments: Any
    places: tuple[int, ...]  # which leaves of the arguments are tracked
    effects: Effects  # of the first run
    samples: tuple[Any, ...] = ()
    recorded: bool = False  # is the sweep itself recorded?


@overload
def checkpoint(f: Callable[P, R]) -> Callable[P, R]: ...
@overload
def checkpoint(f: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...
def checkpoint(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """f(*args, **kwargs), whose intermediate results are not stored but computed again in the backward pass.

    Without arguments it is a decorator: ``block = checkpoint(block)``. Memory holds only the arguments and the result,
    at the cost of a second forward pass. Both runs must compute the same numbers. Layers of ``nn`` draw the same ones
    again, and so does a function that draws from ``repeatable(generator)``; leaves that the function writes to, such as
    running means, are changed once. A recomputed result that differs raises RuntimeError.
    """
    check_function("checkpoint", f)
    if not args and not kwargs:
        return functools.wraps(f)(lambda *args, **kwargs: _checkpoint(f, args, kwargs))
    return _checkpoint(f, args, kwargs)


def _checkpoint(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not recording.on:
        return f(*args, **kwargs)
    leaves = tree.leaves((args, kwargs))
    places = tuple(i for i, x in enumerate(leaves) if tracked(x))
    sources = [leaves[i].node for i in places]
    held = [x.detach() if i in places else frozen(x) for i, x in enumerate(leaves)]
    run = Run(f, tree.rebuild((args, kwargs), held), places, Effects(recording.effects))
    with Switch(effects=run.effects):
        y, root, _, part = _record(run, [None] * len(places))
    if root is None:
        return y
    arrays = [t._array for t in tree.leaves(y) if tracked(t)]
    single = len(arrays) == 1
    shape = arrays[0].shape if single else tuple(a.shape for a in arrays)
    run = run._replace(samples=tuple(map(_sample, arrays)))
    node = Node(CHECKPOINT, (*sources, *[above.inputs[0] for above in part.cuts]), run, shape, ())
    if recording.note is not None:
        recording.note(node, arrays[0] if single else arrays, [leaves[i] for i in places], {})
    made = iter([of(arrays[0], node)] if single else result_tensors(arrays, node))
    return tree.transform(lambda t: next(made) if tracked(t) else t, y)


def _record(run: Run, above: Sequence[Node | None]) -> tuple[Any, Node | None, list[Node], OwnPart]:
    """Run f on aliases; return its result, a root of its tracked results, the aliases, and the part between them."""
    since = clock.next()
    leaves = tree.leaves(run.arguments)
    aliases = []
    for i, node in zip(run.places, above, strict=True):
        leaves[i] = alias(leaves[i], node)
        aliases.append(leaves[i].node)
    args, kwargs = tree.rebuild(run.arguments, leaves)
    with Switch(on=True):
        y = run.f(*args, **kwargs)
    results = [t for t in tree.leaves(y) if tracked(t)]
    if not results:
        return y, None, aliases, OwnPart([], [], [])
    if run.samples:
        _compare(run, [t._array for t in results])
    root = join([t.node for t in results])
    return y, root, aliases, own_part(root, aliases, since)


class Checkpoint:
    """The operation of a checkpoint's node: both sweeps run the function again."""

    name = "checkpoint"
    kind = "recomputed"
    selects = results = many = False
    pulls = None

    def as_tensors(self, node: Node) -> Any:
        return node._saved._replace(recorded=True)

    def pull(self, node: Node, g: Any, saved: Any, wanted: Sequence[bool], taken: Any = None) -> list[Any]:
        """The gradients of the arguments and of outer tensors, by a sweep of its own."""
        root, stops, order = _again(node, saved)
        gradient = list(g.whole()) if isinstance(g, Parts) else [g]
        if isinstance(taken, dict):  # of each result; one whose gradient did not arrive was not taken
            taken = [taken[k] if k in taken else core.given(part) for k, part in enumerate(gradient)]
        start = [taken] if isinstance(taken, core.Taken) else taken
        found = core.backward(root, gradient, create_graph=saved.recorded, wrt=stops, order=order, taken=start)
        leaves = tree.leaves(saved.arguments)
        dtypes = [leaves[i].dtype for i in saved.places]
        dtypes += [gradient[0].dtype] * (len(stops) - len(dtypes))
        return [
            (found[stop] if stop in found else core.zeros_like(gradient[0], stop.shape, dtype)) if want else None
            for stop, dtype, want in zip(stops, dtypes, wanted, strict=True)
        ]

    def push(self, node: Node, tangents: list[Any], saved: Any) -> Any:
        """The tangent of the results, by a forward sweep of its own."""
        with Switch(forward=True):
            root, stops, order = _again(node, saved)
        start = {stop: t for stop, t in zip(stops, tangents, strict=True) if t is not None}
        found = core.forward(root, start, create_graph=saved.recorded, order=order, exact=False)
        some = next(t for t in tangents if t is not None)
        filled = [
            core.zeros_like(some, source.shape, sample.dtype) if t is None else t  # type: ignore[union-attr]
            for t, source, sample in zip(found, root.inputs, saved.samples, strict=True)
        ]
        return filled[0] if len(filled) == 1 else filled


def _again(node: Node, run: Run) -> tuple[Node, list[Node], list[Node]]:
    """The dropped part of the graph, recorded once more: its root, its inputs in the node's order, its own order."""
    count = len(run.places)
    with run.effects.undone(), Switch(effects=run.effects.outer):
        _, root, aliases, part = _record(run, node.inputs[:count] if run.recorded else [None] * count)
    if root is None or len(part.cuts) != len(node.inputs) - count:
        raise _different("it uses other tracked tensors")
    return root, aliases + part.cuts, part.order


class Sample(NamedTuple):
    """What a result is recognised by: its numbers as the rows of a square, of which rows and columns are summed."""

    dtype: Any
    shape: tuple[int, ...]
    rows: Any
    columns: Any
    rest: Any  # what is left over
    close: Any  # how much the rounding of another run may change a sum


def _sample(array: Any) -> Sample:
    elements = array.reshape(-1)
    side = math.isqrt(elements.size)
    square, rest = elements[: side * side].reshape(side, side), elements[side * side :]
    largest = np.maximum.reduce(np.abs(elements), initial=0.0)
    close = largest * (100 * float(np.finfo(array.dtype).eps) * math.sqrt(side))
    dtype = np.result_type(array.dtype, float)
    rows, columns = (np.add.reduce(square, axis=axis, dtype=dtype) for axis in (1, 0))
    return Sample(array.dtype, array.shape, rows, columns, rest.copy(), close)


def _compare(run: Run, arrays: list[Any]) -> None:
    """Raise unless the function computed the same results again."""
    if len(arrays) != len(run.samples):
        raise _different(f"it has {len(arrays)} tracked results, not {len(run.samples)}")
    for before, now in zip(run.samples, map(_sample, arrays), strict=True):
        alike = now.dtype == before.dtype and now.shape == before.shape
        if not alike or not all(
            np.allclose(a, b, 0, before.close if np.isfinite(before.close) else 0, equal_nan=True)
            for a, b in zip(now[2:5], before[2:5], strict=True)
        ):
            raise _different("its result is not the same")


def _different(how: str) -> RuntimeError:
    return RuntimeError(
        f"checkpoint: the function behaves differently when run again for the backward pass: {how}. Draw random "
        "numbers from autograd.repeatable(generator), and change nothing that it uses before the backward pass"
    )


CHECKPOINT = Checkpoint()
