"""Fourier transforms and convolutions."""

import autograd.numpy as np
import autograd.scipy.signal as sig

from ..row import NO_FORWARD, complexes, group, real

row, program = group("transforms")


def transform(name, f, *draws, **options):
    row(name, f, *draws, beyond=NO_FORWARD, **options)


transform("fft of real numbers", lambda x: np.abs(np.fft.fft(x)) ** 2, real(5))
transform("fft", lambda x: np.fft.fft(x), complexes(4))
transform("fft over an axis", lambda x: np.fft.fft(x, axis=0), complexes(4, 3))
transform("fft with a length", lambda x: np.fft.fft(x, 6), complexes(4))
transform("ifft", lambda x: np.fft.ifft(x), complexes(4))
transform("ifft of fft", lambda x: np.real(np.fft.ifft(np.fft.fft(x) * np.array([1.0, 0.5, 0.2, 0.5]))), real(4))
transform("fft2", lambda x: np.fft.fft2(x), complexes(3, 4))
transform("fftn and ifftn", lambda x: np.fft.ifftn(np.fft.fftn(x) ** 2), complexes(3, 4))
transform("rfft", lambda x: np.fft.rfft(x), real(6))
transform("irfft", lambda x: np.fft.irfft(np.fft.rfft(x) ** 2), real(6))
transform("rfft2", lambda x: np.abs(np.fft.rfft2(x)) ** 2, real(4, 4))
transform("rfftn and irfftn", lambda x: np.fft.irfftn(np.fft.rfftn(x) ** 2), real(4, 4))
transform("fftshift", lambda x: np.fft.fftshift(x) ** 2, real(4))
transform("a power spectrum", lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2 * np.arange(5)), real(5))
transform("a circular convolution", lambda x, y: np.real(np.fft.ifft(np.fft.fft(x) * np.fft.fft(y))), real(5), real(5))
transform("convolve", lambda x, y: sig.convolve(x, y), real(5), real(3))
transform("convolve, valid", lambda x, y: sig.convolve(x, y, mode="valid"), real(5), real(3))
transform("convolve of pictures", lambda x, y: sig.convolve(x, y, mode="valid"), real(4, 5), real(2, 2))
transform(
    "convolve over axes",
    lambda x, y: sig.convolve(x, y, axes=([1], [0]), mode="valid"),
    real(2, 5),
    real(3),
)
transform(
    "convolve of channels",
    lambda x, w: sig.convolve(x, w, axes=([2, 3], [2, 3]), dot_axes=([1], [0]), mode="valid"),
    real(1, 2, 4, 4),
    real(2, 3, 2, 2),
)
