"""Sums and joins of arrays over all processes, as operations of the graph.

Convention: every process calls them, in the same order, on tensors that are tracked in all or in none. The function
that is differentiated is the sum over all processes of what each computes: an all-reduce is its own adjoint.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import Operation, linear
from autograd.typing import ArrayLike

from .processes import world
from .waiting import agree, exchanged, gathered, wait

__all__ = ["all_gather", "all_reduce", "barrier", "broadcast"]


def barrier() -> None:
    """Wait until every process has come here."""
    all_processes = world()
    agree(all_processes, all_processes.sums, "the barrier")


def summed(x: Any) -> Any:
    """Σ x over all processes, of arrays of one shape and dtype."""
    all_processes = world()
    x = _array("all_reduce", x)
    y = np.array(x, order="C")
    if all_processes.size > 1:
        agree(all_processes, all_processes.sums, "an all_reduce", f"{y.shape} {y.dtype}")
    if y.dtype.char == "e":  # MPI has no half precision
        return summed(y.astype(np.float32)).astype(y.dtype)
    wait(all_processes, [all_processes.sums.Iallreduce(all_processes.mpi.IN_PLACE, y)], "an all_reduce")
    return y


def shared(x: Any) -> Any:
    """Σ x over all processes, where the loss of each counts with its ``scale``.

    Its adjoint is (1/aᵣ) Σ aₛ gₛ: the gradient of the loss Σ aₛ Lₛ, before ``DataParallel`` multiplies it by aᵣ.
    """
    return summed(x)


def _through_shared(g: Any) -> Any:
    scale = world().scale
    total = _all_reduce(g * scale)
    return total / scale if scale else total * 0.0


def joined(x: Any, axis: int = 0) -> Any:
    """The arrays of all processes one after the other along an axis."""
    all_processes = world()
    x = _array("all_gather", x)
    rows = gathered(all_processes, all_processes.sums, np.moveaxis(x, axis, 0), "an all_gather")
    parts = [np.moveaxis(part, 0, axis) for part in rows]
    return np.concatenate(parts, axis)


def own_part(y: Any, axis: int = 0, *, size: int) -> Any:
    """The part of a joined array that came from this process, which gave ``size`` of its rows."""
    all_processes = world()
    sizes = exchanged(all_processes, all_processes.sums, size, "the lengths of an all_gather")
    start = sum(sizes[: all_processes.rank])
    return np.take(y, range(start, start + size), axis)


def given_out(x: Any, root: int = 0) -> Any:
    """The x of one process."""
    return summed(x if world().rank == root else np.zeros_like(x))


def kept_by(g: Any, root: int = 0) -> Any:
    """Σ g over all processes in one of them, 0 in the others."""
    total = summed(g)
    return total if world().rank == root else np.zeros_like(total)


def _array(name: str, x: Any) -> Any:
    if type(x) is not np.ndarray and not isinstance(x, np.generic):
        raise TypeError(f"{name} takes arrays and tensors of NumPy's, got {type(x).__name__}: move it by x.to('cpu')")
    if x.dtype.kind not in "biufc":
        raise TypeError(f"{name} takes arrays of numbers, got {x.dtype}")
    return np.asarray(x)


def all_reduce(x: ArrayLike) -> Tensor:
    """y = Σ x, summed up over all processes.

    ``x``  an array or tensor of one shape and dtype in all of them, and y too

    The function that is differentiated is the sum of the losses of all processes: dL/dx = Σ dL/dy. Raises TypeError for
    what is no array of numbers, ValueError for shapes or dtypes that differ.
    """
    return _all_reduce(_given(x))


def all_gather(x: ArrayLike, axis: int = 0) -> Tensor:
    """y, the arrays x of all processes joined along an axis, in the order of their ranks.

    ``x``     an array or tensor (..., n, ...), and y (..., Σ n, ...): n along the axis may differ between processes
    ``axis``  along which they are joined

    dL/dx is the part of Σ dL/dy, summed up over all processes, that belongs to this process's x.
    """
    t = _given(x)
    if not -t.ndim <= axis < t.ndim:
        raise ValueError(f"all_gather: axis {axis} of an array of {t.ndim} axes: use x[None] to give it one")
    return _all_gather(t, axis % t.ndim)


def broadcast(x: ArrayLike, root: int = 0) -> Tensor:
    """y, the x of one process in all of them.

    ``x``     an array or tensor of one shape and dtype in all processes
    ``root``  the rank of the process whose numbers all get

    dL/dx is Σ dL/dy in the root, and 0 elsewhere.
    """
    all_processes = world()
    if not 0 <= root < all_processes.size:
        raise ValueError(f"broadcast: there is no rank {root} among {all_processes.size} processes")
    return _broadcast(_given(x), root)


def _given(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


_all_reduce: Operation = linear(summed, lambda g: _all_reduce(g))
sum_of_all: Operation = linear(shared, _through_shared)
_broadcast: Operation = linear(given_out, lambda g, root=0: _kept_by(g, root))
_kept_by: Operation = linear(kept_by, lambda g, root=0: _broadcast(g, root))
_all_gather: Operation = linear(joined, lambda g, x_shape, axis=0: _own_part(_all_reduce(g), axis, size=x_shape[axis]))
_own_part: Operation = linear(own_part, lambda g, axis=0, *, size: _all_gather(g, axis))
