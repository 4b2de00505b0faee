"""Rows of operations that change shapes and axes, repeat, join, split and pad; and of diagonals."""

import numpy as np

from .row import Row, compl, distinct, real, row

windows = np.lib.stride_tricks.sliding_window_view

WIDE = frozenset({"float64"})  # the expression has a precision of its own
MEMORY = frozenset({"memory"})  # what it computes depends on where in memory the numbers lie
ROWS: list[Row] = [
    # ---- reshape
    row("reshape", (np.reshape, "reshape"), lambda x: np.reshape(x, (3, -1)), real(2, 6)),
    row("reshape F", np.reshape, lambda x: np.reshape(x, (3, -1), order="F"), real(2, 6)),
    row("reshape A of Fortran's", np.reshape, lambda x: np.reshape(x.T, (4, 3), order="A"), real(2, 6), flags=MEMORY),
    row("reshape A of C's", np.reshape, lambda x: np.reshape(x, (4, 3), order="A"), real(2, 6), flags=MEMORY),
    row("ravel", np.ravel, lambda x: np.ravel(x), real(2, 3)),
    row("ravel F", np.ravel, lambda x: np.ravel(x, "F"), real(2, 3)),
    row("ravel K", np.ravel, lambda x: np.ravel(np.transpose(x, (1, 2, 0)), "K"), real(2, 3, 2), flags=MEMORY),
    row("ravel number", np.ravel, lambda x: np.ravel(x), real()),
    row("expand_dims", np.expand_dims, lambda x: np.expand_dims(x, (0, -1)), real(2, 3)),
    row("squeeze", np.squeeze, lambda x: np.squeeze(x), real(1, 2, 1)),
    row("squeeze axis", np.squeeze, lambda x: np.squeeze(x, axis=-1), real(1, 2, 1)),
    row("atleast_1d", np.atleast_1d, lambda x, y: np.atleast_1d(x, 2.0, y), real(), real(2)),
    row("atleast_2d", np.atleast_2d, lambda x, y, z: np.atleast_2d(x, y, z), real(), real(2), real(2, 1, 2)),
    row("atleast_3d", np.atleast_3d, lambda x, y, z: np.atleast_3d(x, y, z), real(), real(2), real(2, 3)),
    row("atleast_3d one", np.atleast_3d, lambda x: np.atleast_3d(x), real(2, 3)),
    # ---- axes
    row("transpose", np.transpose, lambda x: np.transpose(x), real(2, 3, 2)),
    row("transpose axes", np.transpose, lambda x: np.transpose(x, (-1, 0, 1)), real(2, 3, 2)),
    row("swapaxes", np.swapaxes, lambda x: np.swapaxes(x, 0, -1), real(2, 3, 2)),
    row("moveaxis", np.moveaxis, lambda x: np.moveaxis(x, 0, -1), real(2, 3, 2)),
    row("moveaxis several", np.moveaxis, lambda x: np.moveaxis(x, (0, 2), (-1, 0)), real(2, 3, 2)),
    row("rollaxis forth", np.rollaxis, lambda x: np.rollaxis(x, 2), real(2, 3, 2)),
    row("rollaxis back", np.rollaxis, lambda x: np.rollaxis(x, 0, -1), real(2, 3, 2)),
    row("matrix_transpose", np.matrix_transpose, lambda x: np.matrix_transpose(x), real(2, 3, 2)),
    row("flip", np.flip, lambda x: np.flip(x), real(2, 3)),
    row("flip axes", np.flip, lambda x: np.flip(x, (0, -1)), real(2, 3, 2)),
    row("fliplr", np.fliplr, lambda x: np.fliplr(x), real(2, 3)),
    row("flipud", np.flipud, lambda x: np.flipud(x), real(2, 3)),
    row("rot90", np.rot90, lambda x: np.rot90(x), real(2, 3)),
    row("rot90 axes", np.rot90, lambda x: np.rot90(x, 3, (2, 0)), real(2, 3, 2)),
    row("roll", np.roll, lambda x: np.roll(x, 2), real(2, 3)),
    row("roll axis", np.roll, lambda x: np.roll(x, -1, axis=1), real(2, 3)),
    row("roll axes", np.roll, lambda x: np.roll(x, (1, 2), axis=(0, -1)), real(2, 4)),
    # ---- broadcasting
    row("broadcast_to", np.broadcast_to, lambda x: np.broadcast_to(x, (2, 3, 2)), real(3, 1)),
    row("broadcast_arrays", np.broadcast_arrays, lambda x, y: np.broadcast_arrays(x, y, 1.0), real(3, 1), real(2)),
    row("meshgrid", np.meshgrid, lambda x, y: np.meshgrid(x, y), real(3), real(2)),
    row("meshgrid ij", np.meshgrid, lambda x, y, z: np.meshgrid(x, y, z, indexing="ij"), real(3), real(2), real()),
    row("meshgrid sparse", np.meshgrid, lambda x, y: np.meshgrid(x, y, sparse=True), real(3), real(2)),
    row("tile", np.tile, lambda x: np.tile(x, 2), real(2, 3)),
    row("tile more axes", np.tile, lambda x: np.tile(x, (2, 1, 3)), real(2)),
    row("tile fewer axes", np.tile, lambda x: np.tile(x, (2, 3)), real(2, 1, 2)),
    row("repeat", np.repeat, lambda x: np.repeat(x, 2), real(2, 3)),
    row("repeat axis", np.repeat, lambda x: np.repeat(x, 3, axis=-2), real(2, 3)),
    row("repeat each", np.repeat, lambda x: np.repeat(x, [2, 0, 1], axis=1), real(2, 3)),
    row("repeat each flat", np.repeat, lambda x: np.repeat(x, [2, 0, 1, 3]), real(2, 2)),
    row("resize", np.resize, lambda x: np.resize(x, (3, 3)), real(2, 2)),
    row("resize smaller", np.resize, lambda x: np.resize(x, 3), real(2, 2)),
    row("full_like", np.full_like, lambda x: np.full_like(np.stack([x, x]), x), real(2)),
    row(
        "full_like dtype", np.full_like,
        lambda x: np.full_like(x, x[0], dtype=complex, shape=(2, 2)), real(2), flags=WIDE,
    ),
    row("copy", np.copy, lambda x: np.copy(x), real(2, 3)),
    # ---- joining
    row(
        "concatenate", np.concatenate,
        lambda x, y: np.concatenate([x, y, np.ones((1, 2), x.dtype)]), real(2, 2), real(1, 2),
    ),
    row("concatenate axis", np.concatenate, lambda x, y: np.concatenate((x, y), axis=-1), real(2, 2), real(2, 3)),
    row("concatenate flat", np.concatenate, lambda x, y: np.concatenate((x, y), axis=None), real(2, 2), real(3)),
    row(
        "concatenate dtype", np.concatenate,
        lambda x: np.concatenate((x, [1, 2]), dtype=np.float64, casting="unsafe"), real(2), flags=WIDE,
    ),
    row("concatenate itself", np.concatenate, lambda x: np.concatenate(x, axis=1), real(2, 2, 3)),
    row("concatenate complex and real", np.concatenate, lambda x, y: np.concatenate((x, y)), compl(2), real(3)),
    row("stack", np.stack, lambda x, y: np.stack([x, y]), real(2, 3), real(2, 3)),
    row("stack axis", np.stack, lambda x, y: np.stack([x, y], axis=-1), real(2, 3), real(2, 3)),
    row("stack numbers", np.stack, lambda x, y: np.stack([x, y]), real(), real()),
    row("hstack vectors", np.hstack, lambda x, y: np.hstack([x, y]), real(2), real()),
    row("hstack", np.hstack, lambda x, y: np.hstack([x, y]), real(2, 1), real(2, 2)),
    row("vstack", np.vstack, lambda x, y: np.vstack([x, y]), real(2), real(2, 2)),
    row("dstack", np.dstack, lambda x, y: np.dstack([x, y]), real(2, 1), real(2, 1, 2)),
    row("column_stack", np.column_stack, lambda x, y: np.column_stack([x, y]), real(2), real(2, 2)),
    row("block", np.block, lambda x, y, z: np.block([[x, y], [z, 2.0]]), real(2, 2), real(2, 1), real(2)),
    row("block of more axes", np.block, lambda x, y: np.block([x, y]), real(1, 2, 2), real(2, 1)),
    row("append", np.append, lambda x, y: np.append(x, y), real(2, 2), real(3)),
    row("append axis", np.append, lambda x, y: np.append(x, y, axis=1), real(2, 2), real(2, 1)),
    row("insert", np.insert, lambda x, v: np.insert(x, 1, v), real(2, 2), real()),
    row("insert several at a place", np.insert, lambda x, v: np.insert(x, -1, v, axis=1), real(2, 3), real(2, 2)),
    row("insert places", np.insert, lambda x, v: np.insert(x, [0, 2, 2], v, axis=0), real(2, 2), real(3, 2)),
    row("insert in the flattened", np.insert, lambda x, v: np.insert(x, [0, 1], v), real(2, 2), real(1, 2)),
    row("insert broadcast", np.insert, lambda x, v: np.insert(x, slice(0, 2), v, axis=1), real(2, 3), real()),
    row("delete", np.delete, lambda x: np.delete(x, [0, -1]), real(2, 2)),
    row("delete axis", np.delete, lambda x: np.delete(x, slice(0, 2), axis=-1), real(2, 3)),
    # ---- splitting
    row("split", np.split, lambda x: np.split(x, 2, axis=-1), real(2, 4)),
    row("split one used", np.split, lambda x: np.split(x, [1, 3])[1], real(4, 2)),
    row("split overlapping", np.split, lambda x: np.split(x, [3, -3, 9]), real(4, 2)),
    row("array_split", np.array_split, lambda x: np.array_split(x, 3), real(4, 2)),
    row("hsplit", np.hsplit, lambda x: np.hsplit(x, 2), real(2, 4)),
    row("hsplit vector", np.hsplit, lambda x: np.hsplit(x, 2), real(4)),
    row("vsplit", np.vsplit, lambda x: np.vsplit(x, [1]), real(2, 3)),
    row("dsplit", np.dsplit, lambda x: np.dsplit(x, 2), real(2, 1, 4)),
    # ---- windows
    row("sliding_window_view", (windows, "fold"), lambda x: windows(x, 3), real(5)),
    row("sliding_window_view axes", windows, lambda x: windows(x, (2, 3), axis=(2, 0)), real(4, 2, 3)),
    row("sliding_window_view wide", windows, lambda x: windows(x, (2, 4)), real(3, 5)),
    row("sliding_window_view twice", windows, lambda x: windows(x, (2, 2), axis=(0, 0)), real(4)),
    # ---- pad
    row("pad", np.pad, lambda x: np.pad(x, ((1, 0), (2, 1))), real(2, 2)),
    row("pad constant", np.pad, lambda x: np.pad(x, 1, constant_values=((1.0, 2.0), (3.0, 4.0))), real(2, 2)),
    row(
        "pad tracked constant", np.pad,
        lambda x, v: np.pad(x + 0 * np.sum(v), 1, constant_values=v), real(2, 2), real(),
    ),
    row(
        "pad tracked pair", np.pad,
        lambda x, v: np.pad(x + 0 * np.sum(v), (1, 2), constant_values=v), real(2, 2), real(2),
    ),
    row(
        "pad tracked each", np.pad,
        lambda x, v: np.pad(x + 0 * np.sum(v), (1, 2), constant_values=v), real(2, 2), real(2, 2),
    ),
    row(
        "pad tracked tuple", np.pad,
        lambda x, v: np.pad(x + 0 * np.sum(v), (1, 2), constant_values=(v, 3.0)), real(2, 2), real(),
    ),
    row("pad edge", np.pad, lambda x: np.pad(x, (1, 2), "edge"), real(2, 2)),
    row("pad reflect", np.pad, lambda x: np.pad(x, ((4, 5), (0, 1)), "reflect"), real(3, 2)),
    row("pad reflect odd", np.pad, lambda x: np.pad(x, ((4, 5), (0, 1)), "reflect", reflect_type="odd"), real(3, 2)),
    row("pad reflect odd single", np.pad, lambda x: np.pad(x, (2, 1), "reflect", reflect_type="odd"), real(1)),
    row("pad symmetric", np.pad, lambda x: np.pad(x, ((4, 5), (0, 1)), "symmetric"), real(3, 2)),
    row(
        "pad symmetric odd", np.pad,
        lambda x: np.pad(x, ((4, 5), (0, 1)), "symmetric", reflect_type="odd"), real(3, 2),
    ),
    row("pad wrap", np.pad, lambda x: np.pad(x, ((4, 5), (0, 1)), "wrap"), real(3, 2)),
    row("pad linear_ramp", np.pad, lambda x: np.pad(x, ((3, 2), (0, 1)), "linear_ramp", end_values=2.0), real(3, 2)),
    row(
        "pad linear_ramp tracked", np.pad,
        lambda x, v: np.pad(x + 0 * np.sum(v), 2, "linear_ramp", end_values=v), real(3, 2), real(2),
    ),
    row("pad maximum", np.pad, lambda x: np.pad(x, (1, 2), "maximum"), distinct(3, 2)),
    row("pad minimum", np.pad, lambda x: np.pad(x, (1, 2), "minimum", stat_length=2), distinct(3, 2)),
    row("pad mean", np.pad, lambda x: np.pad(x, (1, 2), "mean", stat_length=((1, 2), (9, 1))), real(3, 2)),
    row("pad median", np.pad, lambda x: np.pad(x, (1, 2), "median"), distinct(3, 2)),
    # ---- diagonals
    row("diagonal", np.diagonal, lambda x: np.diagonal(x), real(2, 3)),
    row("diagonal axes", (np.diagonal, "place_diagonal"), lambda x: np.diagonal(x, -1, 2, 0), real(2, 3, 3)),
    row("diag of a vector", np.diag, lambda x: np.diag(x, -1), real(2)),
    row("diag of a matrix", np.diag, lambda x: np.diag(x, 1), real(2, 3)),
    row("diagflat", np.diagflat, lambda x: np.diagflat(x, 1), real(2, 2)),
    row("tril", np.tril, lambda x: np.tril(x, 1), real(2, 3, 3)),
    row("kron", np.kron, lambda a, b: np.kron(a, b), real(2, 2), real(2, 3)),
    row("kron of fewer axes", np.kron, lambda a, b: np.kron(a, b), real(2), real(2, 1, 2)),
    row("vander", np.vander, lambda x: np.vander(x), real(3), flags=WIDE),
    row("vander increasing", np.vander, lambda x: np.vander(x, 4, increasing=True), real(3), flags=WIDE),
    row("triu", np.triu, lambda x: np.triu(x), real(3, 3)),
]  # fmt: skip

if hasattr(np, "unstack"):
    ROWS.append(row("unstack", np.unstack, lambda x: np.unstack(x, axis=1), real(2, 3)))
if hasattr(np, "astype"):
    ROWS.append(row("astype", np.astype, lambda x: np.astype(x, complex), real(2), flags=WIDE))
