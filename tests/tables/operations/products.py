"""Rows of products: matmul, dot and its kin, tensordot, cross, einsum, convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.convolve import correlation
from autograd.ops.linalg.matmul import matvec, row_matrix

from .row import Row, Sample, compl, real, row, square

ROWS: list[Row] = [
    # ------------------------------------------------ matmul: each pair of ranks has its own path
    *[
        row(f"matmul {a}{b}".replace(" ", ""), np.matmul, lambda a, b: a @ b, real(*a), real(*b))
        for a in [(3,), (2, 3), (2, 2, 3)]
        for b in [(3,), (3, 2), (2, 3, 2)]
    ],
    row("matmul stacks broadcast", np.matmul, lambda a, b: np.matmul(a, b), real(2, 1, 2, 3), real(2, 3, 2)),
    row("matmul stack of one", np.matmul, lambda a, b: np.matmul(a, b), real(1, 2, 3), real(2, 3, 2)),
    row("matmul strided stack", np.matmul, lambda a, b: np.matmul(a[..., ::2].mT, b), real(2, 2, 5), real(2, 1)),
    row(
        "matmul axes",
        np.matmul,
        lambda a, b: np.matmul(a, b, axes=[(0, 1), (2, 0), (0, 2)]),
        real(2, 3, 2),
        real(2, 2, 3),
    ),
    row("matmul dtype", np.matmul, lambda a, b: np.matmul(a, b, dtype=a.dtype), real(2, 3), real(3, 2)),
    row("matmul list", np.matmul, lambda a: np.matmul(a, [[1], [2], [3]]), real(2, 3)),
    row("matmul complex", np.matmul, lambda a, b: a @ b, compl(2, 3), compl(3, 2)),
    row("matmul complex and real", np.matmul, lambda a, b: a @ b, compl(2, 3), real(2, 3, 2)),
    row("matmul empty", np.matmul, lambda a, b: a @ b, real(2, 0), real(0, 2)),
    row("linalg.matmul", np.linalg.matmul, lambda a, b: np.linalg.matmul(a, b), real(2, 3), real(3, 2)),
    # ------------------------------------------------ dot and its kin
    row("dot numbers", np.dot, lambda a, b: np.dot(a, b), real(), real(2, 2)),
    row("dot vectors", np.dot, lambda a, b: np.dot(a, b), real(3), real(3)),
    row("dot stacks", np.dot, lambda a, b: np.dot(a, b), real(2, 1, 3), real(2, 3, 2)),
    row("inner", np.inner, lambda a, b: np.inner(a, b), real(2, 3), real(2, 2, 3)),
    row("inner number", np.inner, lambda a, b: np.inner(a, b), real(2, 3), real()),
    row("inner complex", np.inner, lambda a, b: np.inner(a, b), compl(3), compl(3)),
    row("vdot", np.vdot, lambda a, b: np.vdot(a, b), real(2, 3), real(3, 2)),
    row("vdot complex", np.vdot, lambda a, b: np.vdot(a, b), compl(3), compl(3)),
    row("outer", np.outer, lambda a, b: np.outer(a, b), real(2, 2), real(3)),
    row("outer complex", np.outer, lambda a, b: np.outer(a, b), compl(2), compl(3)),
    row("linalg.outer", np.linalg.outer, lambda a, b: np.linalg.outer(a, b), real(2), real(3)),
    row("vecdot", np.vecdot, lambda a, b: np.vecdot(a, b), real(2, 1, 3), real(2, 3)),
    row("vecdot axis", np.vecdot, lambda a, b: np.vecdot(a, b, axis=0), compl(3, 2), compl(3, 2)),
    row("vecdot axes", np.vecdot, lambda a, b: np.vecdot(a, b, axes=[0, 1, ()]), compl(3, 2), compl(2, 3)),
    row("linalg.vecdot", np.linalg.vecdot, lambda a, b: np.linalg.vecdot(a, b, axis=0), compl(3, 2), compl(3, 2)),
    # ------------------------------------------------ tensordot
    row("tensordot number", np.tensordot, lambda a, b: np.tensordot(a, b), real(2, 2, 3), real(2, 3, 2)),
    row("tensordot outer", np.tensordot, lambda a, b: np.tensordot(a, b, 0), real(2, 2), real(3)),
    row("tensordot with a number", np.tensordot, lambda a: np.tensordot(a, np.tensordot(2, a, 0), 1), real(3)),
    row(
        "tensordot crossed axes",
        np.tensordot,
        lambda a, b: np.tensordot(a, b, ([0, -1], [2, 0])),
        compl(2, 2, 3),
        compl(3, 1, 2),
    ),
    row("tensordot single axes", np.tensordot, lambda a, b: np.tensordot(a, b, (0, 1)), real(3, 2), real(2, 3)),
    row(
        "linalg.tensordot",
        np.linalg.tensordot,
        lambda a, b: np.linalg.tensordot(a, b, axes=1),
        real(2, 3),
        real(3, 2),
    ),
    # ------------------------------------------------ convolution along several axes
    row("correlation", "correlation", lambda a, b: correlation(a, b), real(2, 2, 3, 4), compl(1, 2, 2, 3)),
    # ------------------------------------------------ cross
    row("cross", np.cross, lambda a, b: np.cross(a, b), real(2, 3), real(3)),
    row("cross complex", np.cross, lambda a, b: np.cross(a, b), compl(3), compl(3)),
    row(
        "cross axes",
        np.cross,
        lambda a, b: np.cross(a, b, axisa=0, axisb=1, axisc=0),
        real(3, 2),
        real(2, 3),
    ),
    row("cross axis", np.cross, lambda a, b: np.cross(a, b, axis=0), real(3, 2), real(3, 2)),
    row("linalg.cross", np.linalg.cross, lambda a, b: np.linalg.cross(a, b, axis=0), real(3, 2), real(3, 2)),
    # ------------------------------------------------ several matrices
    row(
        "multi_dot",
        np.linalg.multi_dot,
        lambda a, b, c: np.linalg.multi_dot([a, b, c]),
        real(3, 2),
        real(2, 3),
        real(3, 1),
    ),
    row(
        "multi_dot vectors",
        np.linalg.multi_dot,
        lambda a, b, c: np.linalg.multi_dot([a, b, b, c]),
        real(2),
        real(2, 2),
        real(2),
    ),
    row("matrix_power", np.linalg.matrix_power, lambda a: np.linalg.matrix_power(a, 5), real(2, 2, 2)),
    row("matrix_power 0", np.linalg.matrix_power, lambda a: np.linalg.matrix_power(a, 0), real(2, 2)),
    row("matrix_power negative", np.linalg.matrix_power, lambda a: np.linalg.matrix_power(a, -2), square(2, 2)),
]


def einsum(subscripts: str, *samples: Sample, **options: Any) -> Row:
    """A row of an einsum with these subscripts and arguments."""
    name = " ".join(["einsum", subscripts, *map(str, options.values())])
    return row(name, np.einsum, lambda *x: np.einsum(subscripts, *x, **options), *samples)


ROWS += [
    # ------------------------------------------------ one operand
    einsum("ijk->kij", real(2, 3, 2)),
    row(
        "einsum small integers",
        np.einsum,
        lambda x: np.einsum("i,i,i", np.array([90, 100], np.int8), np.array([100, 2], np.int8), x) / 9000,
        real(2),
    ),
    einsum("ij->j", real(2, 3)),
    einsum("ii", real(3, 3)),
    einsum("iji->j", compl(2, 3, 2)),
    einsum("iij->ij", real(2, 2, 3)),
    einsum("iii->i", real(2, 2, 2)),
    einsum("ba", real(2, 3)),
    einsum("...ii", real(2, 3, 3)),
    einsum("i...->...", real(2, 3)),
    # ------------------------------------------------ two: matrix products, stacks of them, and others
    einsum("ij,jk", real(2, 3), real(3, 2)),
    einsum("ji,kj->ik", compl(3, 2), compl(2, 3)),
    einsum("bij,bkj->bik", real(2, 2, 3), real(2, 3, 3)),
    einsum("ibj,kbj->kib", real(2, 2, 3), real(3, 2, 3)),
    einsum("ijk,jkl->li", real(2, 2, 2), real(2, 2, 3)),
    einsum("i,i", real(3), real(3)),
    einsum("i,j->ji", real(2), real(3)),
    einsum("ij,ij->i", real(2, 3), real(2, 3)),
    einsum("ij,j->i", real(2, 3), real(3)),
    einsum("ijm,jk->ik", real(2, 3, 2), real(3, 2)),
    einsum("iij,jkk->ik", real(2, 2, 3), real(3, 2, 2)),
    einsum("...ij,...jk->...ik", real(2, 2, 3), real(2, 1, 3, 2)),
    einsum("i...,i...", real(2, 3), real(2, 1)),
    einsum("ij,jk->ik", real(2, 1), real(3, 2)),
    einsum(",ij", real(), real(2, 2)),
    # ------------------------------------------------ more
    einsum("ij,jk,kl->il", real(2, 3), real(3, 2), real(2, 2)),
    einsum("i,j,ij", real(2), real(3), compl(2, 3)),
    einsum("ai,bi,ci,i->abc", real(2, 2), real(2, 2), real(2, 2), real(2)),
    einsum("i,i,ij,k->j", real(2), real(2), real(2, 2), real(2)),
    einsum("ij,jk,kl->il", real(2, 3), real(3, 2), real(2, 2), optimize=["einsum_path", (1, 2), (0, 1)]),
    einsum("ij,jk->ik", real(2, 3), real(3, 2), optimize="optimal"),
    einsum("ij,jk->ki", real(2, 3), real(3, 2), order="F"),
    row(
        "einsum sublists",
        np.einsum,
        lambda a, b: np.einsum(a, [0, 1, Ellipsis], b, [1, 7], [7, Ellipsis, 0]),
        real(2, 3, 2),
        real(3, 2),
    ),
    row("einsum sublists implicit", np.einsum, lambda a, b: np.einsum(a, [2, 1], b, [1, 0]), real(2, 3), real(3, 2)),
    row("einsum of one tensor twice", np.einsum, lambda a: np.einsum("ij,ik->jk", a, a), real(2, 3)),
    row("einsum with a constant", np.einsum, lambda a: np.einsum("ij,j", a, [1, 2]), real(3, 2)),
    # ------------------------------------------------ convolution: either factor longer, even and odd lengths
    *[
        row(f"convolve {mode} {n} {m}", np.convolve, lambda a, v, mode=mode: np.convolve(a, v, mode), real(n), real(m))
        for mode, n, m in [("full", 4, 3), ("same", 2, 5), ("valid", 5, 2), ("valid", 2, 4)]
    ],
    row("convolve complex", np.convolve, lambda a, v: np.convolve(a, v), compl(3), compl(2)),
    *[
        row(f"correlate {mode} {n} {m}", np.correlate, lambda a, v, m=mode: np.correlate(a, v, m), compl(n), compl(m))
        for mode, n, m in [("full", 4, 3), ("same", 4, 2), ("same", 2, 5), ("valid", 5, 2), ("valid", 2, 4)]
    ],
    row("correlate", (np.correlate, "convolve", "convolve valid"), lambda a, v: np.correlate(a, v), real(3), real(3)),
]

if not hasattr(np, "matvec"):  # before NumPy 2.2: the operations exist, but NumPy has no functions of these names
    ROWS += [
        row("matvec", "matvec", lambda a, b: matvec(a, b), real(2, 2, 3), real(3)),
        row("vecmat", "vecmat", lambda a, b: row_matrix(a, b), real(3), real(2, 3, 2)),
    ]
else:
    ROWS += [
        row("matvec", np.matvec, lambda a, b: np.matvec(a, b), real(2, 2, 3), real(3)),
        row("matvec complex", np.matvec, lambda a, b: np.matvec(a, b), compl(2, 3), compl(2, 3)),
        row("matvec axes", np.matvec, lambda a, b: np.matvec(a, b, axes=[(0, 2), 1, 0]), real(2, 2, 3), real(2, 3)),
        row("vecmat", np.vecmat, lambda a, b: np.vecmat(a, b), real(3), real(2, 3, 2)),
        row("vecmat complex", np.vecmat, lambda a, b: np.vecmat(a, b), compl(2, 3), compl(3, 2)),
    ]
