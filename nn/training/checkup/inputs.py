"""What a network is given: are its inputs normalised?

LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998: learning is fast where each input has mean 0 and variance 1 over
the samples. The bounds here are far from it: pictures in 0..255, years, features of which one drowns the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from autograd import Tensor
from autograd.core import Node, users_line
from autograd.declare import plain

from .finding import Finding, Tell

LARGE = 30.0  # root mean square of an input
APART = 1e3  # times the smallest feature's
SAMPLES = 8  # fewer tell nothing
PRODUCTS = frozenset(["linear", "matmul", "dot", "convolve", "multiply", "bilinear"])


class Looking(Protocol):
    tell: Tell
    looked: set[str]


def look_at_inputs(sight: Looking, node: Node, given: Sequence[Any]) -> None:
    """An operation weighs its operands: is one of them data, and of which size?"""
    if node.op.name not in PRODUCTS:
        return
    for operand in given:
        if getattr(operand, "ndim", 0) < 2 or (isinstance(operand, Tensor) and operand.node is not None):
            continue
        x: Any = plain(operand)
        if x.shape[0] < SAMPLES or x.dtype.kind not in "fiu":
            continue
        line = users_line()
        if line in sight.looked:
            return
        sight.looked.add(line)
        if node.op.name != "multiply" and x.dtype.kind == "f" and (bad := _not_finite(x)):
            sight.tell(
                Finding(
                    "not finite", "error", bad,
                    "clean the data: x[~np.isfinite(x)] shows it; a feature that is constant has the deviation 0, by "
                    "which nothing can be divided",
                    line,
                )
            )  # fmt: skip
            return
        text = _features(x) if x.ndim == 2 else _whole(x)
        if text:
            sight.tell(
                Finding(
                    "inputs not normalised", "warning", text,
                    "normalise them with numbers of the training set, x = (x - mean) / std; pictures at least x / 255",
                    line,
                )
            )  # fmt: skip
        return


def _not_finite(x: Any) -> str:
    """Which inputs are NaN or infinite."""
    finite = np.isfinite(x)
    if finite.all():
        return ""
    first = tuple(map(int, np.argwhere(~finite)[0]))
    bad = x.size - np.count_nonzero(finite)
    return f"{bad} of the inputs {x.shape} are not finite; the first is {x[first]} at {first}"


def _whole(x: Any) -> str:
    """Of pictures and the like."""
    row = x.reshape(-1)[:65536].astype(np.float64)
    size = float(np.sqrt(np.mean(row * row)))
    if not size > LARGE:
        return ""
    return (
        f"the inputs {x.shape} go from {row.min():.4g} to {row.max():.4g} (mean {row.mean():.3g}, standard deviation "
        f"{row.std():.3g}); networks are initialised for numbers of about 1"
    )


def _features(x: Any) -> str:
    """Of features (n, features)."""
    x = x[:512].astype(np.float64)
    sizes = np.sqrt(np.mean(x * x, axis=0))
    if not np.isfinite(sizes).all():
        return ""
    k = int(np.argmax(sizes))
    column = x[:, k]
    if sizes[k] > LARGE:
        return (
            f"input {k} of {x.shape[1]} goes from {column.min():.4g} to {column.max():.4g} (mean {column.mean():.3g}, "
            f"standard deviation {column.std():.3g}); networks are initialised for numbers of about 1"
        )
    there = sizes > 0
    j = int(np.argmin(np.where(there, sizes, np.inf)))
    if there.any() and sizes[k] > APART * sizes[j]:
        return (
            f"input {k} is about {sizes[k]:.2g} and input {j} about {sizes[j]:.2g}: one rate cannot serve the weights "
            "of both, and the small one hardly counts"
        )
    return ""
