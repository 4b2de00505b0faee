"""The Jacobian, one sweep after another: by rows in reverse mode, by columns in forward mode.

Convention: the axes of the result come first, then those of the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any, ParamSpec

import numpy as np

from . import nests as tree
from .arguments import Argnums, Mode, argnum_too, named, raw
from .trace import Trace

P = ParamSpec("P")


@argnum_too
def jacobian(
    f: Callable[P, Any], argnums: Argnums = 0, *, mode: Mode | None = None, holomorphic: bool = False
) -> Callable[P, Any]:
    """x -> dy_i/dx_j, of shape ``y.shape + x.shape``; nested results hold nested arguments.

    ``f``            a function written with NumPy, of numbers, arrays, tensors, or nests of them, and with such a
                     result
    ``argnums``      the arguments to differentiate by, as positions or names; several give a tuple of Jacobians
    ``mode``         "reverse" (a sweep for each element of y) or "forward" (for each element of x); None, whichever
                     needs fewer sweeps
    ``holomorphic``  f is a complex function of complex numbers with a complex derivative

        >>> jacobian(lambda x: x[::-1] * 2)(np.array([1.0, 1.0]))
        array([[0., 2.],
               [2., 0.]])
    """
    if mode not in (None, "forward", "reverse"):
        raise ValueError(f"jacobian: mode is 'forward', 'reverse' or None, got {mode!r}")

    def derivative(*args: P.args, **kwargs: P.kwargs) -> Any:
        trace = Trace("jacobian", f, args, kwargs, argnums, forward=mode != "reverse")
        way = mode or _fewer_sweeps(trace)
        trace.check_complex(holomorphic, way)
        blocks = _by_columns(trace) if way == "forward" else _by_rows(trace)
        return tree.rebuild(trace.y, map(trace.by_argument, blocks))

    return named(derivative, "jacobian", f, argnums)


def _fewer_sweeps(trace: Trace) -> Mode:
    """The mode with fewer sweeps; of equal ones reverse, which every operation has."""
    complex_in = any(np.iscomplexobj(x) for x in trace.arrays)
    complex_out = any(np.iscomplexobj(raw(y)) for y in trace.outputs)
    if complex_in != complex_out:
        return "reverse" if complex_in else "forward"
    wide, tall = sum(np.size(x) for x in trace.arrays), sum(np.size(raw(y)) for y in trace.outputs)
    return "forward" if wide < tall else "reverse"


def _by_rows(trace: Trace) -> list[list[Any]]:
    """For each output, its Jacobian by each input: one reverse sweep per element of the outputs."""
    return _blocks(
        partial(trace.gradients, retain_graph=True, chosen=True), [raw(y) for y in trace.outputs], trace.arrays
    )


def _by_columns(trace: Trace) -> list[list[Any]]:
    """The same by one forward sweep per element of the inputs."""
    blocks = _blocks(trace.tangents, trace.arrays, [raw(y) for y in trace.outputs])
    return [[_last(x.ndim, row[i]) for x, row in zip(trace.arrays, blocks, strict=True)]
            for i in range(len(trace.outputs))]  # fmt: skip


def _blocks(sweep: Callable[[list[Any]], list[Any]], start: Sequence[Any], end: Sequence[Any]) -> list[list[Any]]:
    """[k][i]: what sweeps from each element of start[k] give for end[i], the axes of start[k] first."""
    found = []
    for k, x in enumerate(start):
        swept = [sweep([one if i == k else np.zeros_like(a) for i, a in enumerate(start)]) for one in _basis(x)]
        found.append([_stack([s[i] for s in swept], np.shape(x) + np.shape(y), y) for i, y in enumerate(end)])
    return found


def _last(count: int, block: Any) -> Any:
    """The first ``count`` axes moved behind the others."""
    return np.transpose(block, [*range(count, np.ndim(block)), *range(count)]) if np.ndim(block) else block


def _basis(x: Any) -> Iterator[Any]:
    """The arrays like x with a single 1."""
    for place in product(*map(range, np.shape(x))):
        one = np.zeros_like(x)  # in the layout of x, so that a reshape of it may be a copy
        one[place] = 1
        yield one


def _stack(parts: list[Any], shape: tuple[int, ...], like: Any) -> Any:
    """Derivatives element by element as one array; alone, as it is."""
    if not parts:
        return np.zeros_like(like, shape=shape)
    if np.shape(parts[0]) == shape:
        return parts[0]
    return np.reshape(np.stack(parts), shape)
