"""The machine itself: one compiled loop over the words of a program.

Convention: see ``codes``. The loop stops, and tells where, at a guard that fails and at a row that NumPy must do (an
index that does not exist, a matrix that is singular).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...native.kernels import compile_kept
from . import codes
from .elementwise import binary, comparing, unary, vectors
from .inner import call
from .long_rows import long_row
from .memory import F4, F8, I8, U1, compiled, load, store

__all__ = ["SEAL", "kept", "kernel"]

FOLDER = Path(__file__).parent
SEAL = zlib.crc32(b"".join([path.read_bytes() for path in sorted(FOLDER.glob("*.py"))]))


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
            elif code == codes.CALL:
                count, sizes, given = load(at, 3, I8), load(at, 4, I8), at + 48
                operands = given + 8 * count
                for k in range(count):  # functions may change the addresses that they get
                    store(operands, k, load(given, k, I8), I8)
                lengths = operands + 8 * count
                call(load(at, 1, I8), operands, lengths, lengths + 8 * sizes, load(at, 2, I8))
                at += 8 * load(at, 5, I8)
            elif codes.VECTORS <= code < codes.VECTORS + 12:
                vectors(code - codes.VECTORS, load(at, 1, I8), load(at, 2, I8), load(at, 3, I8), load(at, 4, I8), F8)
                at += 40
            elif code >= codes.VECTORS_F4:
                vectors(code - codes.VECTORS_F4, load(at, 1, I8), load(at, 2, I8), load(at, 3, I8), load(at, 4, I8), F4)
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


def kept(function: Callable[..., int], signature: str) -> Any:
    """A function compiled: from the disk if it is kept there, else compiled and kept."""
    return compile_kept(
        function, signature, "capture: compiling the native machine, once for all programs (about 15 s)"
    )


kernel: Callable[[int, int, int], int] = kept(sealed(SEAL), "i8(i8, i8, i8)")
