"""Fourier transforms: the extension ``fft`` of the array API standard.

Convention: float32 gives complex64. ``n`` and ``s`` are the lengths of the axes that are transformed, longer ones
filled with zeros; ``norm`` says which direction is divided by n: "backward", "ortho" (both, by √n) or "forward".
ValueError is raised where they do not fit, TypeError for a dtype that is none of numbers. All are differentiable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..typing import Axis, DTypeLike
from .given import Given, array, dtype_of, on_cpu, tensors

__all__ = [
    "fft", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifftn", "ifftshift", "ihfft", "irfft", "irfftn", "rfft",
    "rfftfreq", "rfftn",
]  # fmt: skip

Norm = Literal["backward", "ortho", "forward"]

ONE = """

    ``x``     an array of any shape with axes
    ``n``     the length{of}; by default {default}
    ``axis``  the axis
    ``norm``  which direction is scaled
    """
SEVERAL = """

    ``x``     an array of any shape with axes
    ``s``     the lengths{of} along the axes; by default {default}
    ``axes``  the axes; the last ones, or all
    ``norm``  which direction is scaled
    """


def _one(name: str, what: str, of: str = "", default: str = "that of x") -> Any:
    """A transform along one axis."""
    function = getattr(np.fft, name)

    def call(x: Given, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Any:
        return function(array(x), n, axis, norm)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = what + ONE.format(of=of, default=default)
    return call


def _several(name: str, what: str, of: str = "", default: str = "those of x") -> Any:
    """A transform along several axes."""
    function = getattr(np.fft, name)

    def call(
        x: Given, /, *, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = "backward"
    ) -> Any:
        if s is not None and axes is None:
            axes = range(-len(s), 0)
        return function(array(x), s, axes, norm)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = what + SEVERAL.format(of=of, default=default)
    return call


OF_RESULT, HALF = " of the result", "an even one, 2 (m - 1) for m numbers"

fft = _one("fft", "y[k] = Σ x[j] exp(-2πi jk / n).")
ifft = _one("ifft", "y[j] = Σ x[k] exp(2πi jk / n) / n.")
rfft = _one("rfft", "The first half of the spectrum of real numbers: n // 2 + 1 numbers.")
irfft = _one("irfft", "The real numbers whose spectrum x is the first half of.", OF_RESULT, HALF)
hfft = _one("hfft", "The real spectrum of a signal with Hermitian symmetry, of which x is one half.", OF_RESULT, HALF)
ihfft = _one("ihfft", "One half of the signal with Hermitian symmetry whose real spectrum is x.")
fftn = _several("fftn", "The transform along several axes.")
ifftn = _several("ifftn", "The inverse transform along several axes.")
rfftn = _several("rfftn", "The transform of real numbers along several axes: half of the spectrum along the last.")
irfftn = _several("irfftn", "The real numbers whose spectrum along several axes x is half of.", OF_RESULT, HALF)


def fftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike | None = None, device: Any = None) -> Any:
    """The frequencies of the numbers of ``fft``: 0, 1, ..., -2, -1, over n d.

    ``n``       how many
    ``d``       the distance between samples
    ``dtype``   their dtype
    ``device``  "cpu", or None
    """
    on_cpu(device)
    return tensors(np.fft.fftfreq(n, d).astype(dtype_of(dtype) or np.float64))


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike | None = None, device: Any = None) -> Any:
    """The frequencies of the numbers of ``rfft``: 0, 1, ..., n // 2, over n d.

    ``n``       how many samples
    ``d``       the distance between them
    ``dtype``   their dtype
    ``device``  "cpu", or None
    """
    on_cpu(device)
    return tensors(np.fft.rfftfreq(n, d).astype(dtype_of(dtype) or np.float64))


def fftshift(x: Given, /, *, axes: Axis = None) -> Any:
    """x, an array of any shape, with the frequency 0 in the middle along ``axes``, or all of them."""
    return np.fft.fftshift(array(x), axes)


def ifftshift(x: Given, /, *, axes: Axis = None) -> Any:
    """x, an array of any shape, with the frequency 0 brought from the middle to the front along ``axes``, or all."""
    return np.fft.ifftshift(array(x), axes)
