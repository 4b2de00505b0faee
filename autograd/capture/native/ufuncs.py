"""Calls of ufuncs as rows: in which dtype they are computed, and what is cast for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import codes
from .complex import NAMES, elementwise_complex
from .inner import loop
from .products import PRODUCTS
from .rows import COMPLEX, KINDS, NUMBER, SMALL, TRUTH, WHOLE, Place, Unknown, Writer, broadcast, merged

__all__ = ["UFUNCS", "elementwise", "write_ufunc"]

UFUNCS: dict[Any, str] = {}
for _name in {*codes.UNARY, *codes.PREDICATES, *codes.BINARY, *codes.COMPARING, *codes.WHOLE, *codes.WHOLE_UNARY}:
    UFUNCS[getattr(np, _name)] = _name
for _name, _other in codes.SAME.items():
    UFUNCS[getattr(np, _name)] = _other
CHEAP = {"negative", "absolute", "square", "sqrt", "reciprocal", "floor", "ceil", "trunc", "rint", "sign", "deg2rad",
         "rad2deg", "fabs", "positive", "conjugate", "add", "subtract", "multiply", "divide", "maximum", "minimum",
         "fmax", "fmin", "copysign"}  # fmt: skip
FORMS = {"dtype", "casting", "order", "subok"}  # keywords: the output says what they say
FLOATING = [("UNARY", codes.UNARY), ("PREDICATE", codes.PREDICATES), ("BINARY", codes.BINARY)]
FOUR = list(codes.BINARY)[:4]  # which have loops of vectors of their own
COMPOSED = 256  # numbers of a logarithm of a sum: of more, several operations take less time
VECTOR = 48  # numbers: NumPy's inner loops compute more of them faster
MANY = 256  # numbers of an operation that is not cheap: NumPy does more of them as fast, or faster by vectors
OF_TRUTH = {"add": "bitwise_or", "maximum": "bitwise_or", "multiply": "bitwise_and", "minimum": "bitwise_and"}


def write_ufunc(writer: Writer, ufunc: np.ufunc, outputs: Sequence[Place], given: Sequence[Any], keywords: Any) -> None:
    """A call of a ufunc; a Python number among the arguments is a place whose dtype is its class."""
    if ufunc in PRODUCTS:
        if keywords:
            raise Unknown
        return PRODUCTS[ufunc](writer, outputs[0], *given, **keywords)
    name = UFUNCS.get(ufunc, "")
    if len(outputs) != 1 or ufunc.signature is not None or len(given) != ufunc.nin or keywords.keys() - FORMS:
        raise Unknown
    out = outputs[0]
    try:
        kinds = (*[x.dtype for x in given], None)
        if "dtype" in keywords:
            signature = (*[None] * ufunc.nin, np.dtype(keywords["dtype"]))
            *types, result = ufunc.resolve_dtypes(kinds, signature=signature, casting="unsafe")
        else:
            *types, result = ufunc.resolve_dtypes(kinds)
    except TypeError:
        raise Unknown from None
    dtype = types[0]
    if len({*types}) != 1:
        raise Unknown
    if name == "logaddexp" and out.size >= COMPOSED and out.dtype == dtype and KINDS.get(dtype, "")[:1] == "F":
        writer.numbers = dtype
        own = [x._replace(dtype=dtype) if x.slot >= NUMBER else writer.cast(x, dtype) for x in given]
        return log_of_sum(writer, out, *own)
    own_loop = dtype in KINDS or dtype in SMALL
    if not name or not own_loop or (out.size >= VECTOR and name not in FOUR):
        if by_loop(writer, ufunc, out, given, dtype, result):
            return
        if not name:
            raise Unknown
    if dtype in SMALL:  # as int64
        dtype, result = WHOLE, TRUTH if result == TRUTH else WHOLE
    if dtype != COMPLEX and (dtype not in KINDS or result not in KINDS):
        raise Unknown
    own = [x._replace(dtype=dtype) if x.slot >= NUMBER else writer.cast(x, dtype) for x in given]
    writer.numbers = dtype
    target = out if out.dtype == result else writer.fresh(out.shape, result)
    if dtype == COMPLEX:
        if name not in NAMES:
            raise Unknown
        elementwise_complex(writer, name, target, own)
    else:
        elementwise(writer, name, dtype, target, own)
    if target is not out:
        writer.copy(out, target)


def log_of_sum(writer: Writer, out: Place, x: Place, y: Place) -> None:
    """max(x, y) + log(1 + e^-|x - y|), where ∞ - ∞ counts as 0, by loops of vectors: NumPy has none for all of it."""
    dtype, rest = out.dtype, writer.fresh(out.shape, out.dtype)
    elementwise(writer, "subtract", dtype, rest, [x, y])
    for name, more in (("absolute", None), ("negative", None), ("fmin", 0.0), ("exp", None), ("log1p", None)):
        given = [rest] if more is None else [rest, writer.number(more, dtype)]
        if not by_loop(writer, getattr(np, name), rest, given, dtype, dtype):
            raise Unknown
    if not by_loop(writer, np.maximum, out, [x, y], dtype, dtype):
        raise Unknown
    elementwise(writer, "add", dtype, out, [out, rest])


def by_loop(
    writer: Writer, ufunc: np.ufunc, out: Place, given: Sequence[Place], dtype: np.dtype[Any], result: np.dtype[Any]
) -> bool:
    """By NumPy's own inner loop, if it is known and the numbers lie in one row: was it?"""
    inner = loop(ufunc, dtype.char * len(given) + result.char)
    if inner is None or 0 in out.shape or (out.dtype != result and out.dtype not in KINDS):
        return False
    words, holes = len(writer.words), len(writer.holes)
    axes = sorted(range(len(out.shape)), key=lambda k: -abs(out.strides[k]))
    own = [x._replace(dtype=dtype) if x.slot >= NUMBER else writer.cast(x, dtype) for x in given]
    target = out if out.dtype == result else writer.fresh(out.shape, result)
    every = [*own, target]
    steps = [broadcast(x, out.shape) for x in every[:-1]] + [target.strides]
    lengths, by_axis = merged([out.shape[k] for k in axes], [[s[k] for k in axes] for s in steps])
    if len(lengths) > 1:
        del writer.words[words:], writer.holes[holes:]
        return False
    writer.numbers = dtype
    writer.call(inner, every, lengths or [1], by_axis[0] if lengths else [0] * len(every))
    if target is not out:
        writer.copy(out, target)
    return True


def elementwise(writer: Writer, name: str, dtype: np.dtype[Any], out: Place, own: Sequence[Place]) -> None:
    """An operation by its name, on operands of one dtype."""
    kind = KINDS[dtype]
    if name in codes.COMPARING:
        writer.elementwise(getattr(codes, f"COMPARING_{kind}"), index(codes.COMPARING, name), out, *own)
    elif name == "logical_not" and kind in ("I8", "U1"):
        zero = writer.number(0, dtype)
        writer.elementwise(getattr(codes, f"COMPARING_{kind}"), index(codes.COMPARING, "equal"), out, *own, zero)
    elif name == "invert" and kind == "U1":
        one = writer.number(True, dtype)
        writer.elementwise(codes.BINARY_U1, index(codes.WHOLE, "bitwise_xor"), out, *own, one)
    elif kind in ("F8", "F4"):
        if name not in CHEAP and name not in codes.PREDICATES and out.size > MANY:
            raise Unknown
        if out.size > 1 and name in (
            "negative",
            "square",
            "reciprocal",
        ):  # as one of the four that have loops of vectors
            x = own[0]
            one = writer.number(-1.0 if name == "negative" else 1.0, dtype)
            as_binary = {
                "negative": ("multiply", [x, one]),
                "square": ("multiply", [x, x]),
                "reciprocal": ("divide", [one, x]),
            }
            name, own = as_binary[name]
        for form, table in FLOATING:
            if name in table:
                return writer.elementwise(getattr(codes, f"{form}_{kind}"), index(table, name), out, *own)
        raise Unknown
    elif kind == "I8" and name in codes.WHOLE_UNARY:
        writer.elementwise(codes.UNARY_I8, index(codes.WHOLE_UNARY, name), out, *own)
    else:
        if kind == "U1":
            name = OF_TRUTH.get(name, name)
            if not name.startswith("bitwise"):
                raise Unknown
        writer.elementwise(getattr(codes, f"BINARY_{kind}"), index(codes.WHOLE, name), out, *own)


def index(table: dict[str, str], name: str) -> int:
    if name not in table:
        raise Unknown
    return list(table).index(name)
