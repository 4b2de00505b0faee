"""Long rows, by their codes.

Convention: see ``codes``.
"""

from __future__ import annotations

from typing import Any

from . import codes
from .elementwise import (
    row_binary,
    row_cast,
    row_comparing,
    row_copy,
    row_divide_complex,
    row_narrow,
    row_predicate,
    row_truth,
    row_unary,
    row_where,
    row_whole,
    row_whole_unary,
    row_widen,
    vectors,
)
from .linalg import cholesky, determinant, solve
from .memory import F4, F8, I8, U1, compiled, load
from .places import gather, places, scatter, scatter_add
from .reduce import accumulate, argument, matmul, reduced

__all__ = ["long_row"]


@compiled
def in_row(operation: int, so: int, sa: int, sb: int, size: int) -> int:
    """Which of ``vectors`` an operation is; -1 for none."""
    if operation > 3 or so != size:
        return -1
    if sa == size:
        return 3 * operation if sb == size else 3 * operation + 1 if sb == 0 else -1
    return 3 * operation + 2 if sa == 0 and sb == size else -1


@compiled
def long_row(row: int, do: Any, da: Any, db: Any, dc: Any) -> bool:
    """Do one long row, with its operands so many bytes further on; False where it cannot be done."""
    code, operation, n = load(row, 0, I8), load(row, 1, I8), load(row, 2, I8)
    out, so = load(row, 3, I8) + do, load(row, 4, I8)
    a, sa = load(row, 5, I8) + da, load(row, 6, I8)
    b, sb = load(row, 7, I8) + db, load(row, 8, I8)
    if code == codes.BINARY_F8:
        form = in_row(operation, so, sa, sb, 8)
        if form >= 0:
            vectors(form, n, out, a, b, F8)
        else:
            row_binary(operation, n, out, so, a, sa, b, sb, F8)
    elif code == codes.BINARY_F4:
        form = in_row(operation, so, sa, sb, 4)
        if form >= 0:
            vectors(form, n, out, a, b, F4)
        else:
            row_binary(operation, n, out, so, a, sa, b, sb, F4)
    elif code == codes.UNARY_F8:
        row_unary(operation, n, out, so, a, sa, F8)
    elif code == codes.UNARY_F4:
        row_unary(operation, n, out, so, a, sa, F4)
    elif code == codes.UNARY_I8:
        row_whole_unary(operation, n, out, so, a, sa)
    elif code == codes.BINARY_I8:
        row_whole(operation, n, out, so, a, sa, b, sb, I8)
    elif code == codes.BINARY_U1:
        row_whole(operation, n, out, so, a, sa, b, sb, U1)
    elif code == codes.PREDICATE_F8:
        row_predicate(operation, n, out, so, a, sa, F8)
    elif code == codes.PREDICATE_F4:
        row_predicate(operation, n, out, so, a, sa, F4)
    elif code == codes.COMPARING_F8:
        row_comparing(operation, n, out, so, a, sa, b, sb, F8, F8)
    elif code == codes.COMPARING_F4:
        row_comparing(operation, n, out, so, a, sa, b, sb, F4, F8)
    elif code == codes.COMPARING_I8:
        row_comparing(operation, n, out, so, a, sa, b, sb, I8, I8)
    elif code == codes.COMPARING_U1:
        row_comparing(operation, n, out, so, a, sa, b, sb, U1, I8)
    elif code == codes.WHERE_1:
        row_where(n, out, so, a, sa, b, sb, load(row, 9, I8) + dc, load(row, 10, I8), U1)
    elif code == codes.WHERE_4:
        row_where(n, out, so, a, sa, b, sb, load(row, 9, I8) + dc, load(row, 10, I8), F4)
    elif code == codes.WHERE_8:
        row_where(n, out, so, a, sa, b, sb, load(row, 9, I8) + dc, load(row, 10, I8), F8)
    elif code == codes.COPY_1:
        row_copy(n, out, so, a, sa, U1)
    elif code == codes.COPY_4:
        row_copy(n, out, so, a, sa, F4)
    elif code == codes.COPY_8:
        row_copy(n, out, so, a, sa, F8)
    elif code == codes.F8_TO_F4:
        row_cast(n, out, so, a, sa, F8, F4)
    elif code == codes.F8_TO_I8:
        row_cast(n, out, so, a, sa, F8, I8)
    elif code == codes.F8_TO_U1:
        row_truth(n, out, so, a, sa, F8)
    elif code == codes.F4_TO_F8:
        row_cast(n, out, so, a, sa, F4, F8)
    elif code == codes.F4_TO_I8:
        row_cast(n, out, so, a, sa, F4, I8)
    elif code == codes.F4_TO_U1:
        row_truth(n, out, so, a, sa, F4)
    elif code == codes.I8_TO_F8:
        row_cast(n, out, so, a, sa, I8, F8)
    elif code == codes.I8_TO_F4:
        row_cast(n, out, so, a, sa, I8, F4)
    elif code == codes.I8_TO_U1:
        row_truth(n, out, so, a, sa, I8)
    elif code == codes.U1_TO_F8:
        row_cast(n, out, so, a, sa, U1, F8)
    elif code == codes.U1_TO_F4:
        row_cast(n, out, so, a, sa, U1, F4)
    elif code == codes.U1_TO_I8:
        row_cast(n, out, so, a, sa, U1, I8)
    elif code == codes.WIDEN:
        row_widen(operation, n, out, so, a, sa)
    elif code == codes.NARROW:
        row_narrow(operation, n, out, so, a, sa)
    elif code == codes.DIVIDE_COMPLEX:
        row_divide_complex(n, out, so, a, sa, b, sb)
    elif code == codes.REDUCE_F8:
        reduced(operation, n, out, a, sa, b, F8)
    elif code == codes.REDUCE_F4:
        reduced(operation, n, out, a, sa, b, F4)
    elif code == codes.REDUCE_I8:
        reduced(operation, n, out, a, sa, b, I8)
    elif code == codes.ACCUMULATE_F8:
        accumulate(operation, n, out, so, a, sa, F8)
    elif code == codes.ACCUMULATE_F4:
        accumulate(operation, n, out, so, a, sa, F4)
    elif code == codes.ACCUMULATE_I8:
        accumulate(operation, n, out, so, a, sa, I8)
    elif code == codes.ARGUMENT_F8:
        argument(operation, n, out, a, sa, F8)
    elif code == codes.ARGUMENT_F4:
        argument(operation, n, out, a, sa, F4)
    elif code == codes.ARGUMENT_I8:
        argument(operation, n, out, a, sa, I8)
    elif code == codes.MATMUL_F8:
        matmul(row, out, a, b, F8)
    elif code == codes.MATMUL_F4:
        matmul(row, out, a, b, F4)
    elif code == codes.PLACES:
        return places(operation, n, out, so, a, sa, load(row, 7, I8), load(row, 9, I8))
    elif code == codes.GATHER:
        gather(operation, n, out, so, a, sa, b, sb)
    elif code == codes.SCATTER:
        scatter(operation, n, out, so, a, sa, b, sb)
    elif code == codes.SCATTER_ADD_F8:
        scatter_add(n, out, so, a, sa, b, sb, F8)
    elif code == codes.SCATTER_ADD_F4:
        scatter_add(n, out, so, a, sa, b, sb, F4)
    elif code == codes.SOLVE:
        return solve(n, row, out, a, b, load(row, 9, I8))
    elif code == codes.DETERMINANT:
        return determinant(n, row, out, a, b, load(row, 9, I8))
    elif code == codes.CHOLESKY:
        return cholesky(n, row, out, a)
    else:
        return False
    return True
