"""Discrete Fourier transforms, ``numpy.fft``.

Convention: y = F x with a symmetric matrix F, so the adjoint of a complex transform is the transform itself (the
transpose, not the inverse or the conjugate). An input that is cut, or padded with zeros, to length n is ``resized``;
the adjoint resizes it back. Real transforms keep half of the spectrum: every frequency except 0 and n/2 stands for two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from ..declare import Operation, composed, linear, plain
from ..typing import ArrayLike, Shape
from .arguments import array, refuse

Norm = Literal["backward", "ortho", "forward"] | None
Sizes = Sequence[int] | None

# ---------------------------------------------------------------- complex transforms


def _resized(x: Any, n: int, axis: int) -> Any:
    """x cut, or padded with zeros at the end, to length n along an axis."""
    axis %= x.ndim
    if n <= x.shape[axis]:
        return x[(slice(None),) * axis + (slice(n),)]
    y = np.zeros_like(x, shape=(*x.shape[:axis], n, *x.shape[axis + 1 :]))
    y[(slice(None),) * axis + (slice(x.shape[axis]),)] = x
    return y


resized = linear(_resized, lambda g, x_shape, axis: fitting(g, x_shape, axis), selects=True)


def fitting(g: Any, shape: Shape, axis: int) -> Any:
    """g resized along an axis to its length in ``shape``."""
    return g if g.shape[axis] == shape[axis] else resized(g, shape[axis], axis)


def _transform(function: Any, pull: Any) -> Operation:
    return linear(
        function, pull, selects=True, forward=lambda a, n=None, axis=-1, norm=None: function(a, n, axis, norm)
    )


def _complex(function: Any) -> Operation:
    return _transform(
        function, lambda g, x_shape, axis=-1, norm=None: fitting(function(g, None, axis, norm), x_shape, axis)
    )


fft, ifft = _complex(np.fft.fft), _complex(np.fft.ifft)

# ---------------------------------------------------------------- real transforms

OPPOSITE: dict[Any, Any] = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def _weights(g: Any, n: int, axis: int, paired: float) -> Any:
    """1 at the frequencies 0 and n/2, which stand alone, else ``paired``; along an axis of g."""
    weights = np.full_like(plain(g), paired, g.real.dtype, shape=n // 2 + 1)
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    return weights.reshape([-1 if k == axis % g.ndim else 1 for k in range(g.ndim)])


def _rfft_pull(g: Any, x_shape: Shape, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The real part of F (g, padded with zeros): the inverse real transform of its conjugate, halved where paired."""
    n = x_shape[axis] if n is None else n
    return fitting(np.fft.irfft(np.conjugate(g) * _weights(g, n, axis, 0.5), n, axis, OPPOSITE[norm]), x_shape, axis)


def _irfft_pull(g: Any, x_shape: Shape, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The conjugate of the real transform, doubled where paired."""
    n = 2 * (x_shape[axis] - 1) if n is None else n
    d = np.conjugate(np.fft.rfft(g, n, axis, OPPOSITE[norm])) * _weights(g, n, axis, 2.0)
    return fitting(d, x_shape, axis)


rfft, irfft = _transform(np.fft.rfft, _rfft_pull), _transform(np.fft.irfft, _irfft_pull)


@composed(np.fft.hfft)
def hfft(a: ArrayLike, n: int | None = None, axis: int = -1, norm: Norm = None, out: None = None) -> Any:
    """The real spectrum of a signal with Hermitian symmetry; a is one half of the signal."""
    refuse("hfft", out)
    x = array(a)
    n = 2 * (x.shape[axis] - 1) if n is None else n
    return irfft(np.conjugate(x), n, axis, OPPOSITE[norm])


@composed(np.fft.ihfft)
def ihfft(a: ArrayLike, n: int | None = None, axis: int = -1, norm: Norm = None, out: None = None) -> Any:
    """One half of the signal whose real spectrum is a."""
    refuse("ihfft", out)
    return np.conjugate(rfft(array(a), n, axis, OPPOSITE[norm]))


# ---------------------------------------------------------------- several axes


def _each_axis(a: Any, s: Any, axes: Any, real_inverse: bool = False) -> list[tuple[int, int]]:
    """(length, axis) of each transform, by NumPy's rules: axes default to all, or to the last len(s)."""
    if axes is None:
        axes = range(a.ndim) if s is None else range(-len(s), 0)
    axes = [int(n) for n in axes]
    if s is not None and len(s) != len(axes):
        raise ValueError(f"Shape and axes have different lengths: s={tuple(s)}, axes={tuple(axes)}")
    lengths = [
        a.shape[n] if k == -1 else int(k) for k, n in zip([-1] * len(axes) if s is None else s, axes, strict=True)
    ]
    if s is None and real_inverse:
        lengths[-1] = 2 * (lengths[-1] - 1)
    return list(zip(lengths, axes, strict=True))


def _several(name: str, transform: Operation) -> Callable[..., Any]:
    """``fftn`` or ``ifftn``: a complex transform along several axes, one after another from the last."""

    def transforms(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
        refuse(name, out)
        a = array(a)
        for n, axis in reversed(_each_axis(a, s, axes)):
            a = transform(a, n, axis, norm)
        return a

    return transforms


fftn = composed(np.fft.fftn)(_several("fftn", fft))
ifftn = composed(np.fft.ifftn)(_several("ifftn", ifft))


@composed(np.fft.rfftn)
def rfftn(a: ArrayLike, s: Sizes = None, axes: Sizes = None, norm: Norm = None, out: None = None) -> Any:
    """The transform of real numbers: half of the spectrum along the last axis."""
    refuse("rfftn", out)
    x = array(a)
    *others, (n, axis) = _each_axis(x, s, axes)
    x = rfft(x, n, axis, norm)
    for n, axis in reversed(others):
        x = fft(x, n, axis, norm)
    return x


@composed(np.fft.irfftn)
def irfftn(a: ArrayLike, s: Sizes = None, axes: Sizes = None, norm: Norm = None, out: None = None) -> Any:
    """The inverse of ``rfftn``."""
    refuse("irfftn", out)
    x = array(a)
    *others, (n, axis) = _each_axis(x, s, axes, real_inverse=True)
    for length, other in others:
        x = ifft(x, length, other, norm)
    return irfft(x, n, axis, norm)


def _two(name: str, several: Callable[..., Any]) -> Callable[..., Any]:
    """A transform along two axes, by default the last ones."""

    def transforms(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
        refuse(name, out)
        return several(a, s, axes, norm)

    return transforms


fft2, ifft2 = composed(np.fft.fft2)(_two("fft2", fftn)), composed(np.fft.ifft2)(_two("ifft2", ifftn))
rfft2, irfft2 = composed(np.fft.rfft2)(_two("rfft2", rfftn)), composed(np.fft.irfft2)(_two("irfft2", irfftn))

# ---------------------------------------------------------------- the order of frequencies

fftshift = linear(np.fft.fftshift, lambda g, axes=None: np.fft.ifftshift(g, axes))
ifftshift = linear(np.fft.ifftshift, lambda g, axes=None: np.fft.fftshift(g, axes))
