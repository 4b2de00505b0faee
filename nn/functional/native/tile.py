"""The innermost loop of matrix products: a tile of the result, which stays in the processor's registers.

Convention: ``multiply_add`` is the product of ``ROWS`` rows with ``columns(dtype)`` columns, for arrays that are given
with the place of their first element and their steps. LLVM makes vectors of it, of the width that the processor has.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

__all__ = ["DOTS", "ROWS", "RUN", "columns", "dots", "lanes", "move", "multiply_add", "transpose", "weigh"]


def has_wide_vectors() -> bool:
    """Are there 32 registers of 64 bytes, as with AVX-512? Else 16 of 32 bytes are supposed."""
    if config.CPU_FEATURES is not None:
        return "+avx512f" in config.CPU_FEATURES
    return bool(llvm.get_host_cpu_features().get("avx512f"))


VECTORS = 2  # of a row
RUN = 4  # vectors of a row that stands alone
ROWS, BYTES = (8, 64) if has_wide_vectors() else (6, 32)
DOTS = (8, 3) if BYTES == 64 else (4, 3)  # rows and columns of a tile of dot products
WHOLE = ir.IntType(64)


def columns(dtype: np.dtype[Any]) -> int:
    """How many columns a tile has."""
    return VECTORS * BYTES // dtype.itemsize


def lanes(dtype: np.dtype[Any]) -> int:
    """How many numbers a vector has."""
    return BYTES // dtype.itemsize


@intrinsic  # type: ignore[untyped-decorator]
def transpose(typing: Any, a: Any, a_at: Any, a_row: Any, b: Any, b_at: Any, b_row: Any) -> Any:
    """b_ji = a_ij for a square of ``lanes(dtype)`` numbers a side; a_ij is at a_at + i a_row + j, b likewise."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        size = a.dtype.bitwidth // 8
        n = BYTES // size
        vector = ir.VectorType(context.get_value_type(a.dtype), n)

        def line(which: int, i: int) -> Any:
            array = context.make_array(signature.args[which])(context, builder, arguments[which])
            at = builder.add(arguments[which + 1], builder.mul(WHOLE(i), arguments[which + 2]))
            return builder.bitcast(builder.gep(array.data, [at]), vector.as_pointer())

        rows = [builder.load(line(0, i), align=size) for i in range(n)]
        apart = n // 2
        while apart:  # squares of this size change places across the diagonal
            low = [p if p & apart == 0 else n + p - apart for p in range(n)]
            for i in range(n):
                if i & apart == 0:
                    pair = rows[i], rows[i + apart]
                    for to, shift in ((i, 0), (i + apart, apart)):
                        order = ir.Constant(ir.VectorType(ir.IntType(32), n), [p + shift for p in low])
                        rows[to] = builder.shuffle_vector(*pair, order)
            apart //= 2
        for i, row in enumerate(rows):
            builder.store(row, line(3, i), align=size)
        return context.get_dummy_value()

    return types.void(a, a_at, a_row, b, b_at, b_row), generate


@intrinsic  # type: ignore[untyped-decorator]
def move(typing: Any, a: Any, a_at: Any, b: Any, b_at: Any) -> Any:
    """b_j = a_j for ``columns(dtype)`` numbers, from a_at and b_at on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        size = a.dtype.bitwidth // 8
        vector = ir.VectorType(context.get_value_type(a.dtype), BYTES // size)
        arrays = [context.make_array(signature.args[k])(context, builder, arguments[k]) for k in (0, 2)]
        for v in range(VECTORS):
            of, to = (
                builder.bitcast(
                    builder.gep(array.data, [builder.add(at, WHOLE(v * vector.count))]), vector.as_pointer()
                )
                for array, at in zip(arrays, arguments[1::2], strict=True)
            )
            builder.store(builder.load(of, align=size), to, align=size)
        return context.get_dummy_value()

    return types.void(a, a_at, b, b_at), generate


@intrinsic  # type: ignore[untyped-decorator]
def multiply_add(
    typing: Any, a: Any, a_at: Any, a_row: Any, a_step: Any, a_jump: Any, b: Any, b_at: Any, b_step: Any, b_jump: Any,
    c: Any, c_at: Any, c_row: Any, steps: Any, jumps: Any, add: Any,
) -> Any:  # fmt: skip
    """c_ij = Σ_l Σ_k a_ikl b_kjl, with k < steps and l < jumps, added to c where ``add`` says so.

    a_ikl is at a_at + i a_row + k a_step + l a_jump, b_kjl at b_at + k b_step + l b_jump + j, and c_ij at
    c_at + i c_row + j.
    Rows of c may overlap if they are added to.
    """
    kinds = a, a_at, a_row, a_step, a_jump, b, b_at, b_step, b_jump, c, c_at, c_row, steps, jumps, add

    def tile(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return generate(context, builder, signature, arguments, ROWS, VECTORS)

    return types.void(*kinds), tile


@intrinsic  # type: ignore[untyped-decorator]
def weigh(
    typing: Any, a: Any, a_at: Any, a_step: Any, a_jump: Any, b: Any, b_at: Any, b_step: Any, b_jump: Any,
    c: Any, c_at: Any, steps: Any, jumps: Any, add: Any,
) -> Any:  # fmt: skip
    """The same for a single row, ``RUN`` vectors long."""
    kinds = a, a_at, a_step, a_jump, b, b_at, b_step, b_jump, c, c_at, steps, jumps, add

    def one(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        zero = WHOLE(0)
        given = (*arguments[:2], zero, *arguments[2:10], zero, *arguments[10:])
        names = (*signature.args[:2], types.int64, *signature.args[2:10], types.int64, *signature.args[10:])
        return generate(context, builder, types.void(*names), given, 1, RUN)

    return types.void(*kinds), one


def generate(context: Any, builder: Any, signature: Any, arguments: Any, height: int, width: int) -> Any:
    """The code of a product: a tile of so many rows and vectors."""
    _, a_at, a_row, a_step, a_jump, _, b_at, b_step, b_jump, _, c_at, c_row, steps, jumps, add = arguments
    real, size = context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth // 8
    lanes = BYTES // size
    vector = ir.VectorType(real, lanes)
    first = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)

    def pointer(which: int, at: Any) -> Any:
        array = context.make_array(signature.args[which])(context, builder, arguments[which])
        return builder.gep(array.data, [at])

    def moved(start: Any, index: Any, step: Any) -> Any:
        return builder.gep(start, [builder.mul(index, step)])

    def load(start: Any, j: int) -> Any:
        found = builder.load(builder.bitcast(builder.gep(start, [WHOLE(j * lanes)]), vector.as_pointer()))
        found.align = size
        return found

    def store(value: Any, start: Any, j: int) -> None:
        done = builder.store(value, builder.bitcast(builder.gep(start, [WHOLE(j * lanes)]), vector.as_pointer()))
        done.align = size

    def spread(number: Any) -> Any:
        alone = builder.insert_element(ir.Constant(vector, ir.Undefined), number, ir.IntType(32)(0))
        return builder.shuffle_vector(alone, ir.Constant(vector, ir.Undefined), first)

    a, b, c = pointer(0, a_at), pointer(5, b_at), pointer(9, c_at)
    tile = [[cgutils.alloca_once(builder, vector) for _ in range(width)] for _ in range(height)]
    for part in [part for parts in tile for part in parts]:
        builder.store(ir.Constant(vector, [0.0] * lanes), part)
    rows = [builder.mul(WHOLE(i), a_row) for i in range(height)]
    with cgutils.for_range(builder, jumps) as jump:
        a_jumped, b_jumped = moved(a, jump.index, a_jump), moved(b, jump.index, b_jump)
        with cgutils.for_range(builder, steps) as step:
            a_here, b_here = moved(a_jumped, step.index, a_step), moved(b_jumped, step.index, b_step)
            line = [load(b_here, j) for j in range(width)]
            for row, parts in zip(rows, tile, strict=True):
                factor = spread(builder.load(builder.gep(a_here, [row])))
                for part, numbers in zip(parts, line, strict=True):
                    product = builder.fmul(factor, numbers, flags=("contract",))
                    builder.store(builder.fadd(builder.load(part), product, flags=("contract",)), part)
    with builder.if_else(cgutils.is_not_null(builder, add)) as (added, put):
        for block in (added, put):
            with block:
                for i, parts in enumerate(tile):
                    start = moved(c, WHOLE(i), c_row)
                    for j, part in enumerate(parts):
                        value = builder.load(part)
                        store(builder.fadd(load(start, j), value) if block is added else value, start, j)
    return context.get_dummy_value()


@intrinsic  # type: ignore[untyped-decorator]
def dots(
    typing: Any, a: Any, a_at: Any, a_row: Any, a_step: Any, a_jump: Any, b: Any, b_at: Any, b_row: Any, b_step: Any,
    b_jump: Any, c: Any, c_at: Any, c_row: Any, steps: Any, jumps: Any,
) -> Any:  # fmt: skip
    """c_ij += Σ_l Σ_k a_ikl · b_jkl for a tile of ``DOTS``: products of ``columns(dtype)`` numbers, summed up.

    a_ikl is at a_at + i a_row + k a_step + l a_jump, b likewise, and c_ij at c_at + i c_row + j.
    """
    kinds = a, a_at, a_row, a_step, a_jump, b, b_at, b_row, b_step, b_jump, c, c_at, c_row, steps, jumps

    def tile(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        real, size = context.get_value_type(a.dtype), a.dtype.bitwidth // 8
        n = BYTES // size
        vector, free = ir.VectorType(real, n), ("contract", "reassoc")

        def start(which: int, at: Any) -> Any:
            array = context.make_array(signature.args[which])(context, builder, arguments[which])
            return builder.gep(array.data, [at])

        def load(place: Any, row: Any, v: int) -> Any:
            at = builder.gep(place, [builder.add(row, WHOLE(v * n))])
            return builder.load(builder.bitcast(at, vector.as_pointer()), align=size)

        def moved(place: Any, loop: Any, step: Any) -> Any:
            return builder.gep(place, [builder.mul(loop.index, step)])

        (height, width), (_, _, a_row, a_step, a_jump, _, _, b_row, b_step, b_jump, _, c_at, c_row, steps, jumps) = (
            DOTS, arguments
        )  # fmt: skip
        sums = [[cgutils.alloca_once(builder, vector) for _ in range(width)] for _ in range(height)]
        for part in [part for parts in sums for part in parts]:
            builder.store(ir.Constant(vector, [0.0] * n), part)
        a_rows, b_rows = ([builder.mul(WHOLE(i), r) for i in range(m)] for m, r in ((height, a_row), (width, b_row)))
        first = start(0, arguments[1]), start(5, arguments[6])
        with cgutils.for_range(builder, jumps) as jump:
            a_jumped, b_jumped = moved(first[0], jump, a_jump), moved(first[1], jump, b_jump)
            with cgutils.for_range(builder, steps) as step:
                a_here, b_here = moved(a_jumped, step, a_step), moved(b_jumped, step, b_step)
                for v in range(VECTORS):
                    line = [load(b_here, row, v) for row in b_rows]
                    for row, parts in zip(a_rows, sums, strict=True):
                        factor = load(a_here, row, v)
                        for part, numbers in zip(parts, line, strict=True):
                            product = builder.fmul(factor, numbers, flags=("contract",))
                            builder.store(builder.fadd(builder.load(part), product, flags=("contract",)), part)
        kind = ir.FunctionType(real, [real, vector])
        name = f"llvm.vector.reduce.fadd.v{n}f{8 * size}"
        reduce = cgutils.get_or_insert_function(builder.module, kind, name)
        for i, parts in enumerate(sums):
            place = start(10, builder.add(c_at, builder.mul(WHOLE(i), c_row)))
            for j, part in enumerate(parts):
                at = builder.gep(place, [WHOLE(j)])
                builder.store(builder.call(reduce, [builder.load(at), builder.load(part)], fastmath=free), at)
        return context.get_dummy_value()

    return types.void(*kinds), tile
