"""Rows of words for reductions, for what runs along an axis, and for sums of products.

Convention: ``steps`` have by axis the steps of output and operands, in bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from . import codes
from .rows import KINDS, Place, Unknown, Writer, merged

__all__ = ["along", "contract", "reduce"]

# Where it starts: a sum at 0, so that it is never -0.
IDENTITY = {"add": 0.0, "multiply": 1.0, "maximum": -math.inf, "minimum": math.inf,
            "fmax": math.nan, "fmin": math.nan}  # fmt: skip


def reduce(writer: Writer, name: str, out: Place, x: Place, axes: Sequence[int], keepdims: bool) -> None:
    """out = the numbers of x along some axes together; both are of one dtype."""
    kind = KINDS.get(x.dtype)
    if kind not in ("F8", "F4", "I8") or out.dtype != x.dtype or name not in codes.TOGETHER or 0 in x.shape:
        raise Unknown
    if kind == "I8":
        name = {"fmax": "maximum", "fmin": "minimum"}.get(name, name)
    kept = [k for k in range(len(x.shape)) if k not in axes]
    if keepdims:
        strides = tuple([out.strides[k] for k in kept])
        out = Place(out.slot, out.offset, tuple([x.shape[k] for k in kept]), strides, out.dtype)
    if all(x.shape[k] == 1 for k in axes) and (name != "add" or kind == "I8"):
        writer.copy(out, Place(x.slot, x.offset, out.shape, tuple([x.strides[k] for k in kept]), x.dtype))
        return
    order = sorted(range(len(kept)), key=lambda k: -abs(out.strides[k]))
    lengths, steps = merged([out.shape[k] for k in order],
                            [[out.strides[k] for k in order], [x.strides[kept[k]] for k in order]])  # fmt: skip
    gone = sorted(axes, key=lambda k: -abs(x.strides[k]))
    lost, gaps = merged([x.shape[k] for k in gone], [[0] * len(gone), [x.strides[k] for k in gone]])
    if not lost:
        lost, gaps = [1], [(0, 0)]
    across = bool(lengths) and lengths[-1] >= 4 and abs(steps[-1][1]) < abs(gaps[-1][1]) and name in IDENTITY
    more = across or len(lost) > 1
    if more:
        if name not in IDENTITY:
            raise Unknown
        nothing = IDENTITY[name]
        if kind == "I8" and math.isinf(nothing):
            nothing = -(2**63) if nothing < 0 else 2**63 - 1
        writer.fill(out, nothing)
    if across:  # whole rows together, as they lie in memory
        writer.nest([*lengths[:-1], *lost], [(s, s, t) for s, t in (*steps[:-1], *gaps)])
        s, t = steps[-1]
        operation = list(codes.WHOLE if kind == "I8" else codes.BINARY).index(name)
        writer.long(getattr(codes, f"BINARY_{kind}"), operation, lengths[-1], out, s, out, s, x, t)
        return
    writer.nest([*lengths, *lost[:-1]], [*steps, *gaps[:-1]])
    operation = codes.TOGETHER.index(name)
    writer.long(getattr(codes, f"REDUCE_{kind}"), operation, lost[-1], out, 0, x, gaps[-1][1], int(more))


def along(writer: Writer, code: str, operation: int, out: Place, strides: Sequence[int], x: Place, axis: int) -> None:
    """A row along one axis of x for each place of the others; ``strides``: out's steps along the axes of x."""
    kind = KINDS.get(x.dtype)
    if kind not in ("F8", "F4", "I8") or 0 in x.shape:
        raise Unknown
    others = [k for k in range(len(x.shape)) if k != axis]
    lengths, steps = merged(
        [x.shape[k] for k in others], [[strides[k] for k in others], [x.strides[k] for k in others]]
    )
    writer.nest(lengths, steps)
    row = getattr(codes, f"{code}_{kind}"), operation, x.shape[axis]
    writer.long(*row, out, strides[axis], x, x.strides[axis])


def contract(writer: Writer, out: Place, a: Place, b: Place, labels: Sequence[str], most: int) -> None:
    """out[i..] = the sum of a[..] b[..], as ``einsum`` has it with a letter for each axis; up to so many products."""
    kind = KINDS.get(out.dtype)
    if kind not in ("F8", "F4") or a.dtype != out.dtype or b.dtype != out.dtype:
        raise Unknown
    lengths: dict[str, int] = {}
    steps: dict[str, list[int]] = {}
    for which, (place, letters) in enumerate(zip((out, a, b), labels, strict=True)):
        for letter, n, step in zip(letters, place.shape, place.strides, strict=True):
            lengths[letter] = max(n, lengths.get(letter, 1)) if n else 0
            steps.setdefault(letter, [0, 0, 0])[which] += step if n > 1 else 0
    if not 0 < math.prod(lengths.values()) <= most:
        raise Unknown
    given = [k for k in labels[0] if lengths[k] > 1]
    summed = [k for k in lengths if k not in labels[0] and lengths[k] > 1]
    more = len(summed) > 1
    if more:
        writer.fill(out, -0.0)
    outer = [*given[:-2], *summed[:-1]]
    writer.nest([lengths[k] for k in outer], [tuple(steps[k]) for k in outer])
    inner = [*[""] * (2 - len(given)), *given[-2:], *(summed[-1:] or [""])]
    (oi, ai, bi), (oj, aj, bj), (_, ak, bk) = [steps.get(k, (0, 0, 0)) for k in inner]
    ni, nj, nk = [lengths.get(k, 1) for k in inner]
    code = getattr(codes, f"MATMUL_{kind}")
    writer.long(code, aj, nk, out, oj, a, ak, b, bk, nj, bj, ni, oi, ai, int(more), bi)
