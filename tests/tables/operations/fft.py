"""Rows of numpy.fft."""

from __future__ import annotations

import numpy as np

from .row import Row, compl, real, row

fft = np.fft
ROWS: list[Row] = [
    # ------------------------------------------------ one axis: same length, cut, padded; every norm
    row("fft", fft.fft, lambda x: fft.fft(x), compl(4)),
    row("fft of real", fft.fft, lambda x: fft.fft(x, axis=0), real(3, 2)),
    row("fft cut", fft.fft, lambda x: fft.fft(x, 3, norm="ortho"), compl(2, 5)),
    row("fft padded", (fft.fft, "resized"), lambda x: fft.fft(x, 5, 0, "forward"), compl(3, 2)),
    row("ifft", fft.ifft, lambda x: fft.ifft(x, axis=-2), compl(3, 2)),
    row("ifft padded", fft.ifft, lambda x: fft.ifft(x, n=4, norm="forward"), compl(3)),
    row("rfft", fft.rfft, lambda x: fft.rfft(x), real(2, 4)),
    row("rfft odd", fft.rfft, lambda x: fft.rfft(x, axis=0, norm="ortho"), real(5, 2)),
    row("rfft cut", fft.rfft, lambda x: fft.rfft(x, 4, norm="forward"), real(6)),
    row("rfft padded", fft.rfft, lambda x: fft.rfft(x, 7), real(4)),
    row("irfft", fft.irfft, lambda x: fft.irfft(x), compl(2, 3)),
    row("irfft odd", fft.irfft, lambda x: fft.irfft(x, 5, 0, "ortho"), compl(3, 2)),
    row("irfft cut", fft.irfft, lambda x: fft.irfft(x, 4, norm="forward"), compl(5)),
    row("irfft padded", fft.irfft, lambda x: fft.irfft(x, 8), compl(3)),
    row("irfft of real", fft.irfft, lambda x: fft.irfft(x), real(4)),
    row("hfft", fft.hfft, lambda x: fft.hfft(x), compl(3)),
    row("hfft n", fft.hfft, lambda x: fft.hfft(x, 5, 0, "forward"), compl(3, 2)),
    row("ihfft", fft.ihfft, lambda x: fft.ihfft(x), real(2, 4)),
    row("ihfft n", fft.ihfft, lambda x: fft.ihfft(x, 5, 0, "ortho"), real(4, 2)),
    # ------------------------------------------------ several axes
    row("fft2", fft.fft2, lambda x: fft.fft2(x), compl(2, 3)),
    row("ifft2", fft.ifft2, lambda x: fft.ifft2(x, (2, 4), (1, 0)), compl(3, 2)),
    row("rfft2", fft.rfft2, lambda x: fft.rfft2(x), real(3, 4)),
    row("irfft2", fft.irfft2, lambda x: fft.irfft2(x, norm="ortho"), compl(2, 3)),
    row("fftn", fft.fftn, lambda x: fft.fftn(x, norm="forward"), compl(2, 2, 3)),
    row("fftn s", fft.fftn, lambda x: fft.fftn(x, (3, -1), (0, 2)), compl(2, 2, 3)),
    row("fftn an axis twice", fft.fftn, lambda x: fft.fftn(x, axes=(0, 1, 0)), compl(2, 3)),
    row("ifftn", fft.ifftn, lambda x: fft.ifftn(x), compl(2, 2, 2)),
    row("rfftn", fft.rfftn, lambda x: fft.rfftn(x), real(2, 3, 2)),
    row("rfftn s", fft.rfftn, lambda x: fft.rfftn(x, (2, 5), (2, 0), "ortho"), real(3, 2, 3)),
    row("irfftn", fft.irfftn, lambda x: fft.irfftn(x), compl(2, 2, 3)),
    row("irfftn s", fft.irfftn, lambda x: fft.irfftn(x, (3, 3), (0, 1), "forward"), compl(2, 3)),
    # ------------------------------------------------ the order of frequencies
    row("fftshift", fft.fftshift, lambda x: fft.fftshift(x), real(3, 4)),
    row("fftshift axes", fft.fftshift, lambda x: fft.fftshift(x, axes=1), real(2, 3)),
    row("ifftshift", fft.ifftshift, lambda x: fft.ifftshift(x, (0,)), real(3, 2)),
]
