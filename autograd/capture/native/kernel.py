"""The machine itself: one compiled loop over the words of a program.

Convention: see ``codes``. The loop stops, and tells where, at a guard that fails and at a row that NumPy must do (an
index that does not exist, a matrix that is singular).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core.event import Listener, install_listener

from . import codes
from .elementwise import (
    binary,
    comparing,
    row_binary,
    row_cast,
    row_comparing,
    row_copy,
    row_predicate,
    row_truth,
    row_unary,
    row_where,
    row_whole,
    row_whole_unary,
    unary,
    vectors,
)
from .linalg import cholesky, determinant, solve
from .memory import F4, F8, I8, U1, compiled, load, store
from .places import gather, places, scatter, scatter_add
from .reduce import accumulate, argument, matmul, reduced

__all__ = ["SEAL", "kernel"]

FOLDER = Path(__file__).parent
SEAL = zlib.crc32(b"".join([path.read_bytes() for path in sorted(FOLDER.glob("*.py"))]))


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
        determinant(n, row, out, a, b, load(row, 9, I8))
    elif code == codes.CHOLESKY:
        return cholesky(n, row, out, a)
    else:
        return False
    return True


@compiled
def same_bytes(n: int, a: int, b: int) -> bool:
    for k in range(n):  # noqa: SIM110  (compiled)
        if load(a, k, U1) != load(b, k, U1):
            return False
    return True


def sealed(seal: int) -> Callable[[int, int, int], int]:
    """The loop, as Python. Its seal is part of it, so that compiled code of another text is not taken for it."""

    def kernel(at: int, end: int, given: int) -> int:
        """Do the words between two addresses: the end, or the address of the row that could not be done."""
        if given != seal:
            return -1
        while at < end:
            code = load(at, 0, I8)
            if code == codes.ADD:
                store(load(at, 1, I8), 0, load(load(at, 2, I8), 0, F8) + load(load(at, 3, I8), 0, F8), F8)
                at += 32
            elif code == codes.SUBTRACT:
                store(load(at, 1, I8), 0, load(load(at, 2, I8), 0, F8) - load(load(at, 3, I8), 0, F8), F8)
                at += 32
            elif code == codes.MULTIPLY:
                store(load(at, 1, I8), 0, load(load(at, 2, I8), 0, F8) * load(load(at, 3, I8), 0, F8), F8)
                at += 32
            elif code == codes.DIVIDE:
                store(load(at, 1, I8), 0, load(load(at, 2, I8), 0, F8) / load(load(at, 3, I8), 0, F8), F8)
                at += 32
            elif code == codes.COPY:
                store(load(at, 1, I8), 0, load(load(at, 2, I8), 0, I8), I8)
                at += 24
            elif code == codes.NEGATIVE:
                store(load(at, 1, I8), 0, -load(load(at, 2, I8), 0, F8), F8)
                at += 24
            elif code == codes.ONE_UNARY:
                store(load(at, 2, I8), 0, unary(load(at, 1, I8), load(load(at, 3, I8), 0, F8)), F8)
                at += 32
            elif code == codes.ONE_BINARY:
                x, y = load(load(at, 3, I8), 0, F8), load(load(at, 4, I8), 0, F8)
                store(load(at, 2, I8), 0, binary(load(at, 1, I8), x, y), F8)
                at += 40
            elif code == codes.ONE_COMPARING:
                x, y = load(load(at, 3, I8), 0, F8), load(load(at, 4, I8), 0, F8)
                store(load(at, 2, I8), 0, comparing(load(at, 1, I8), x, y), U1)
                at += 40
            elif code == codes.FILL:
                out, bits = load(at, 2, I8), load(load(at, 3, I8), 0, I8)
                for k in range(load(at, 1, I8)):
                    store(out, k, bits, I8)
                at += 32
            elif code == codes.COPIES:
                out, a = load(at, 2, I8), load(at, 3, I8)
                for k in range(load(at, 1, I8)):
                    store(out, k, load(a, k, I8), I8)
                at += 32
            elif codes.VECTORS <= code < codes.VECTORS + 12:
                vectors(code - codes.VECTORS, load(at, 1, I8), load(at, 2, I8), load(at, 3, I8), load(at, 4, I8), F8)
                at += 40
            elif code == codes.GUARD_BITS:
                if load(load(at, 1, I8), 0, I8) != load(at, 2, I8):
                    return at
                at += 24
            elif code == codes.GUARD_TRUTH:
                if (load(load(at, 1, I8), 0, F8) != 0) != (load(at, 2, I8) != 0):
                    return at
                at += 24
            elif code == codes.GUARD_TRUTH_BYTE:
                if (load(load(at, 1, I8), 0, U1) != 0) != (load(at, 2, I8) != 0):
                    return at
                at += 24
            elif code == codes.GUARD_BYTES:
                if not same_bytes(load(at, 1, I8), load(at, 2, I8), load(at, 3, I8)):
                    return at
                at += 32
            elif code == codes.NEST:
                row = at + 8 * codes.LONG
                for i in range(load(at, 1, I8)):
                    for j in range(load(at, 2, I8)):
                        for k in range(load(at, 3, I8)):
                            out = i * load(at, 4, I8) + j * load(at, 5, I8) + k * load(at, 6, I8)
                            a = i * load(at, 7, I8) + j * load(at, 8, I8) + k * load(at, 9, I8)
                            b = i * load(at, 10, I8) + j * load(at, 11, I8) + k * load(at, 12, I8)
                            c = i * load(at, 13, I8) + j * load(at, 14, I8) + k * load(at, 15, I8)
                            if not long_row(row, out, a, b, c):
                                return at
                at += 16 * codes.LONG
            else:
                if not long_row(at, I8, I8, I8, I8):
                    return at
                at += 8 * codes.LONG
        return at

    return kernel


class Saying(Listener):  # type: ignore[misc]
    """Says on stderr that compiling takes a while, when it does."""

    def on_start(self, event: Any) -> None:
        if not self.said:
            self.said = True
            print(
                "capture: compiling the native machine, once for all programs (about 15 s)", file=sys.stderr, flush=True
            )

    def on_end(self, event: Any) -> None:
        pass

    said = False


def built() -> Callable[[int, int, int], int]:
    """The compiled loop: from the disk if it is kept there, else compiled and kept."""
    signature = "i8(i8, i8, i8)"
    with install_listener("numba:compile", Saying()):
        try:
            return numba.njit(signature, error_model="numpy", nogil=True, no_cfunc_wrapper=True, cache=True)(
                sealed(SEAL)
            )
        except RuntimeError:  # no folder to keep it in
            return numba.njit(signature, error_model="numpy", nogil=True)(sealed(SEAL))


kernel = built()
