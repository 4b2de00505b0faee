"""Rows of indexing, assignment to elements, take, sort and put."""

from typing import Any

import numpy as np

from autograd.ops.setitem import setitem

from .row import Row, compl, distinct, real, row

MASK = np.array([[True, False, True], [False, False, True]])
getitem: Any = ("getitem", "scatter")


def changed(x: Any, v: Any, change: Any) -> Any:
    """y = x after ``change(y)``, which writes v into it; y depends on v from the start, so it is a tensor if v is."""
    y = np.where(True, x, np.sum(v))
    change(y)
    return y


def assigned(key: Any) -> Any:
    """The expression y = x; y[key] = v."""
    return lambda x, v: changed(x, v, lambda y: y.__setitem__(key, v))


WIDE = frozenset({"float64"})  # the expression has a precision of its own
ROWS: list[Row] = [
    # ---- getitem
    row("number", getitem, lambda x: x[1], real(3, 2)),
    row("element", getitem, lambda x: x[1, -1], real(3, 2)),
    row("slices", getitem, lambda x: x[::-2, 1:], real(3, 3)),
    row("ellipsis and newaxis", getitem, lambda x: x[..., None, 0], real(2, 2, 3)),
    row("repeated integers", getitem, lambda x: x[[0, 2, 0, -1]], real(3, 2)),
    row("integer array of two axes", getitem, lambda x: x[:, np.array([[0, 1], [1, -2]])], real(2, 3)),
    row("integer arrays apart", getitem, lambda x: x[[1, 0, 1], :, [0, 2, 0]], real(2, 2, 3)),
    row("integer arrays broadcast", getitem, lambda x: x[np.array([[0], [1]]), [0, 0, 2]], real(2, 3)),
    row("mask", getitem, lambda x: x[MASK], real(2, 3)),
    row("mask and slice", getitem, lambda x: x[1:, MASK[0]], real(3, 3)),
    row("mask and integers", getitem, lambda x: x[[0, 0], MASK[0]], real(2, 3)),
    row("mask by comparison", getitem, lambda x: x[x > 0], distinct(5)),
    row("index by argsort", getitem, lambda x: x[np.argsort(x)], distinct(5)),
    row("complex elements", getitem, lambda x: x[[0, 0, 1]], compl(3)),
    # ---- setitem
    row("set a slice", "setitem", assigned((slice(1, None), 0)), real(3, 2), real()),
    row("set broadcast", "setitem", assigned(0), real(3, 2), real(1, 2)),
    row("set a mask", "setitem", assigned(MASK), real(2, 3), real(3)),
    row("set integers", "setitem", assigned([0, 2]), real(3, 2), real(2)),
    row("set repeated integers", "setitem", assigned([0, 2, 0]), real(3, 2), real(3, 2)),
    row("set in a constant", "setitem", lambda v: setitem(np.ones(3, v.dtype), v, slice(2)), real(2)),
    # ---- taking along an axis
    row("take", np.take, lambda x: np.take(x, [[3, 0], [3, -1]]), real(2, 3)),
    row("take axis", np.take, lambda x: np.take(x, [2, 0, 2], axis=-1), real(2, 3)),
    row("take one", np.take, lambda x: np.take(x, 1, axis=0), real(2, 3)),
    row("take wrap", np.take, lambda x: np.take(x, [4, -5], 1, mode="wrap"), real(2, 3)),
    row("take clip", np.take, lambda x: np.take(x, [9, -5, 2], mode="clip"), real(2, 3)),
    row(
        "take_along_axis", np.take_along_axis,
        lambda x: np.take_along_axis(x, np.array([[0, 0], [2, -1]]), 1), real(2, 3),
    ),
    row(
        "take_along_axis broadcast", np.take_along_axis,
        lambda x: np.take_along_axis(x, np.array([[0], [2]]), 0), real(3, 2),
    ),
    row(
        "take_along_axis flat", np.take_along_axis,
        lambda x: np.take_along_axis(x, np.array([4, 1]), None), real(3, 2),
    ),
    row("compress", np.compress, lambda x: np.compress([True, False, True], x, axis=1), real(2, 3)),
    row("compress flat", np.compress, lambda x: np.compress([False, True, True], x), real(2, 3)),
    row("extract", np.extract, lambda x: np.extract(MASK, x), real(2, 3)),
    row("choose", np.choose, lambda x, y: np.choose(np.array([[0, 1], [1, 0]]), [x, y]), real(2, 1), real(2)),
    row("choose wrap", np.choose, lambda x: np.choose([4, -1, 0], x, mode="wrap"), real(3, 3)),
    row("trim_zeros", np.trim_zeros, lambda x: np.trim_zeros(np.pad(x, 2), "b"), real(3)),
    row("trim_zeros all", np.trim_zeros, lambda x: np.concatenate([x, np.trim_zeros(x * 0, "f")]), real(3)),
    # ---- sorting
    row("sort", np.sort, lambda x: np.sort(x), distinct(2, 4)),
    row("sort axis", np.sort, lambda x: np.sort(x, axis=0, stable=True), distinct(3, 2)),
    row("sort flat", np.sort, lambda x: np.sort(x, axis=None, kind="stable"), distinct(3, 2)),
    row("sort_complex", np.sort_complex, lambda x: np.sort_complex(x), distinct(4), flags=WIDE),
    row("partition", np.partition, lambda x: np.partition(x, 2), distinct(2, 4)),
    row("partition axis", np.partition, lambda x: np.partition(x, (1, 2), axis=0), distinct(4, 2)),
    row("partition flat", np.partition, lambda x: np.partition(x, -1, axis=None), distinct(2, 2)),
    # ---- functions that overwrite their first argument
    row("copyto", np.copyto, lambda x, v: changed(x, v, lambda y: np.copyto(y, v)), real(2, 3), real(3)),
    row(
        "copyto where", np.copyto,
        lambda x, v: changed(x, v, lambda y: np.copyto(y, v, where=MASK)), real(2, 3), real(3),
    ),
    row("put", np.put, lambda x, v: changed(x, v, lambda y: np.put(y, [0, -1, 2], v)), real(2, 3), real(2)),
    row(
        "put clip", np.put,
        lambda x, v: changed(x, v, lambda y: np.put(y, [9, -9], v, mode="clip")), real(2, 3), real(2),
    ),
    row("place", np.place, lambda x, v: changed(x, v, lambda y: np.place(y, MASK, v)), real(2, 3), real(2)),
    row("view row", "set_view", lambda x, v: changed(x, v, lambda y: np.copyto(y.T[1], v)), real(2, 3), real(2)),
    row(
        "view flat", "set_view",
        lambda x, v: changed(x, v, lambda y: np.copyto(y[:, ::-1].T.reshape(3, 2, 1)[1:], v)), real(2, 3), real(2, 1),
    ),
    row(
        "add.at", (np.add, "at"),
        lambda x, v: changed(x, v, lambda y: np.add.at(y, [0, 1, 0], v)), real(2, 3), real(3),
    ),
    row(
        "subtract.at", (np.subtract, "at"),
        lambda x, v: changed(x, v, lambda y: np.subtract.at(y, ([0, 0], [1, 1]), v)), real(2, 3), real(),
    ),
    row("putmask", np.putmask, lambda x, v: changed(x, v, lambda y: np.putmask(y, MASK, v)), real(2, 3), real(2)),
    row(
        "put_along_axis", np.put_along_axis,
        lambda x, v: changed(x, v, lambda y: np.put_along_axis(y, np.array([[1], [0]]), v, 1)), real(2, 3), real(2, 1),
    ),
    row(
        "put_along_axis flat", np.put_along_axis,
        lambda x, v: changed(x, v, lambda y: np.put_along_axis(y, np.array([1, 4]), v, None)), real(2, 3), real(2),
    ),
    row(
        "fill_diagonal", np.fill_diagonal,
        lambda x, v: changed(x, v, lambda y: np.fill_diagonal(y, v)), real(3, 3), real(),
    ),
    row(
        "fill_diagonal wrap", np.fill_diagonal,
        lambda x, v: changed(x, v, lambda y: np.fill_diagonal(y, v, wrap=True)), real(6, 2), real(2),
    ),
]  # fmt: skip
