"""Derivatives that need one formula here and another there.

Convention: regions are masks over the plain numbers of the arguments. The formulas may be recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import plain


def piecewise(mask: Any, inside: Callable[..., Any], outside: Callable[..., Any], *given: Any) -> Any:
    """inside(*given) where the mask holds, outside(*given) elsewhere.

    Each formula sees only arguments of its own region: elsewhere one of these stands in, so that no formula can bring
    an infinity or a NaN into the derivatives of the other. Half precision is computed in single, as SciPy does it.
    """
    arguments = [x.astype(np.float32) if getattr(x, "dtype", None) == np.float16 else x for x in given]
    if np.all(mask):
        return inside(*arguments)
    if not np.any(mask):
        return outside(*arguments)
    return np.where(mask, inside(*_only(mask, arguments)), outside(*_only(~mask, arguments)))


def _only(mask: Any, arguments: list[Any]) -> list[Any]:
    """The arguments, in which those of the mask's first place stand wherever it does not hold."""
    shape = np.broadcast_shapes(mask.shape, *[np.shape(plain(x)) for x in arguments])
    mask = np.broadcast_to(mask, shape)
    place = np.unravel_index(np.argmax(mask), shape)
    return [np.where(mask, x, np.broadcast_to(plain(x), shape)[place]) for x in arguments]


def times(d: Any, slope: Any) -> Any:
    """d slope, and 0 where d is 0 and the slope is infinite: a result that is not used passes nothing on."""
    unused = (plain(d) == 0) & ~np.isfinite(plain(slope))
    return np.where(unused, 0, d * np.where(unused, 0, slope)) if np.any(unused) else d * slope


def half_turns(x: Any) -> Any:
    """x less the nearest even number: sin(πx) and cos(πx) of it are the same, and exact for large x too."""
    return x - 2 * np.round(plain(x).real / 2)
