"""The Jacobian, one sweep after another: by rows in reverse mode, by columns in forward mode.

Convention: the axes of the result come first, then those of the argument.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec

import numpy as np

from . import nests as tree
from .arguments import Argnums, Mode, by_argument, check_complex, named, trace_of
from .trace import Trace, raw

P = ParamSpec("P")


def jacobian(
    f: Callable[P, Any], argnums: Argnums = 0, *, mode: Mode | None = None, holomorphic: bool = False
) -> Callable[P, Any]:
    """x -> dy_i/dx_j, of shape ``y.shape + x.shape``; nested results hold nested arguments.

    ``mode`` is "reverse" (a sweep for each element of y) or "forward" (for each element of x); left out,
    whichever needs fewer sweeps.

        >>> jacobian(lambda x: x[::-1] * 2)(np.array([1.0, 1.0]))
        array([[0., 2.],
               [2., 0.]])
    """
    if mode not in (None, "forward", "reverse"):
        raise ValueError(f"jacobian: mode is 'forward', 'reverse' or None, got {mode!r}")

    @functools.wraps(f)
    def derivative(*args: P.args, **kwargs: P.kwargs) -> Any:
        trace = trace_of("jacobian", f, args, kwargs, argnums, forward=mode != "reverse")
        way = mode or _fewer_sweeps(trace)
        check_complex("jacobian", trace, holomorphic, way)
        blocks = _columns(trace) if way == "forward" else _rows(trace)
        trace.close()
        return tree.rebuild(trace.y, [by_argument(trace, row, argnums) for row in blocks])

    return named(derivative, "jacobian", f)


def _fewer_sweeps(trace: Trace) -> Mode:
    """The mode with fewer sweeps; of equal ones reverse, which every operation has."""
    complex_in = any(np.iscomplexobj(x) for x in trace.arrays)
    complex_out = any(np.iscomplexobj(raw(y)) for y in trace.outputs)
    if complex_in != complex_out:
        return "reverse" if complex_in else "forward"
    wide, tall = sum(np.size(x) for x in trace.arrays), sum(np.size(raw(y)) for y in trace.outputs)
    return "forward" if wide < tall else "reverse"


def _rows(trace: Trace) -> list[list[Any]]:
    """For each output, its Jacobian by each input: one reverse sweep per element of the outputs."""
    found = []
    for k, y in enumerate(trace.outputs):
        rows = []
        for one in _basis(raw(y)):
            seeds = [one if i == k else np.zeros_like(raw(o)) for i, o in enumerate(trace.outputs)]
            rows.append(trace.gradients(seeds, retain_graph=True))
        found.append([_stack([r[i] for r in rows], np.shape(raw(y)) + x.shape, x) for i, x in enumerate(trace.arrays)])
    return found


def _columns(trace: Trace) -> list[list[Any]]:
    """The same by one forward sweep per element of the inputs."""
    found: list[list[Any]] = [[] for _ in trace.outputs]
    for k, x in enumerate(trace.arrays):
        columns = []
        for one in _basis(x):
            columns.append(trace.tangents([one if i == k else np.zeros_like(a) for i, a in enumerate(trace.arrays)]))
        for i, y in enumerate(trace.outputs):
            shape = np.shape(raw(y))
            stacked = _stack([c[i] for c in columns], x.shape + shape, raw(y))
            axes = tuple(range(x.ndim, x.ndim + len(shape))) + tuple(range(x.ndim))
            found[i].append(np.transpose(stacked, axes) if axes else stacked)
    return found


def _basis(x: Any) -> Iterator[Any]:
    """The arrays like x with a single 1."""
    for i in range(np.size(x)):
        one = np.zeros_like(x)
        one.reshape(-1)[i] = 1
        yield one


def _stack(parts: list[Any], shape: tuple[int, ...], like: Any) -> Any:
    """Derivatives element by element as one array; alone, as it is."""
    if not shape:
        return parts[0]
    if not parts:
        return np.zeros_like(like, shape=shape)
    return np.reshape(np.stack(parts), shape)
