"""Numbers in the text of an error: which are NaN or infinite, where, and what stands at these places elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..value import Value

SHOWN = 3  # places or numbers


def array_of(x: Any) -> Any:
    """The numbers in an operand: an array, or a NumPy scalar."""
    if isinstance(x, Tensor):
        return x._array
    if isinstance(x, Value):
        return np.float64(x.number)
    return x if hasattr(x, "dtype") else np.asarray(x)


def arrays_in(nest: Any) -> list[Any]:
    """The arrays and numbers in lists, tuples, dicts and derivatives of several results."""
    if isinstance(nest, list | tuple):
        return [part for one in nest for part in arrays_in(one)]
    if isinstance(nest, Mapping):
        return [part for one in nest.values() for part in arrays_in(one)]
    if hasattr(nest, "found"):
        return list(nest.found.values())
    return [nest] if isinstance(nest, Tensor | Value | float) or hasattr(nest, "dtype") else []


def not_finite(x: Any, infinities: bool = True) -> Any:
    """A mask of the numbers that are NaN or (unless told otherwise) infinite; None where there is none."""
    if x is None:
        return None
    try:
        a = array_of(x)
        if a.dtype.kind not in "fc":
            return None
        bad = ~np.isfinite(a) if infinities else np.isnan(a)
        return bad if bad.any() else None
    except (TypeError, ValueError, AttributeError):  # no numbers at all
        return None


def kinds(a: Any, bad: Any) -> str:
    """What the bad numbers are: "NaN", "infinity", "-infinity" or several of them."""
    some = np.asarray(a)[np.asarray(bad)]
    found = ["NaN"] if np.isnan(some).any() else []
    if some.dtype.kind == "c":
        return " and ".join(found + (["infinity"] if np.isinf(some).any() else []))
    found += ["infinity"] if (some == np.inf).any() else []
    found += ["-infinity"] if (some == -np.inf).any() else []
    return " and ".join(found)


def places(bad: Any) -> list[tuple[int, ...]]:
    """The first indices at which a mask is true."""
    if not np.ndim(bad):
        return [()]
    flat = np.flatnonzero(bad)[:SHOWN]
    return [tuple(int(i) for i in np.unravel_index(k, np.shape(bad))) for k in flat.tolist()]


def where(bad: Any) -> str:
    """The places in words: " at [0, 1], [2, 3] and 5 more (7 of 12 elements)"."""
    if np.size(bad) == 1:
        return ""
    count = int(np.count_nonzero(bad))
    shown = [str(list(index)) for index in places(bad)]
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return f" at {', '.join(shown)}{more} ({count} of {np.size(bad)} elements)"


def number(x: Any) -> str:
    """A number with few digits."""
    x = x.item() if hasattr(x, "item") else x
    return f"{x:.6g}" if isinstance(x, float | complex) else str(x)


def at(a: Any, indices: Sequence[tuple[int, ...]]) -> str | None:
    """The numbers of an array that broadcasting brings to these places; None if the shapes do not match."""
    shape = np.shape(a)
    found = []
    for index in indices:
        if len(shape) > len(index):
            return None
        own = tuple(0 if n == 1 else i for n, i in zip(shape, index[len(index) - len(shape) :], strict=True))
        if any(i >= n for i, n in zip(own, shape, strict=True)):
            return None
        found.append(number(np.asarray(a)[own]))
    return ", ".join(found) if len(set(found)) > 1 else found[0]


def summary(a: Any) -> str:
    """An array in a few words: its single number, or the range of its numbers and how many are NaN or infinite."""
    a = np.asarray(a)
    if a.size == 1:
        return number(a)
    if not a.size or a.dtype.kind not in "biuf":
        return f"{a.shape} {a.dtype}"
    finite = a[np.isfinite(a)] if a.dtype.kind == "f" else a
    text = f"{a.shape} from {number(finite.min())} to {number(finite.max())}" if finite.size else f"{a.shape}"
    bad = a.size - finite.size
    return text + (f", {bad} {kinds(a, ~np.isfinite(a))}" if bad else "")
