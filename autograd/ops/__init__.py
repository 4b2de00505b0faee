"""The operations: one file per kind of map, each a list of declarations. Importing a file declares what is in it."""
# ruff: noqa: F401, I001  (imported to be declared; grouped for the reader)

from ..declare import late
from . import arguments, special_points  # what they share
from . import elementwise, maximum, where, complex, activation, special
from . import reduce, var, nan, cumulative, ufunc_methods
from . import getitem, setitem, take, put, sort
from . import reshape, transpose, broadcast, repeat, copy, join
from . import linalg
from . import constants

late(  # imported when one of their functions is called, because few programs do
    __name__,
    {
        "convolve": "convolve correlate",
        "cov": "corrcoef cov",
        "diff": "diff ediff1d gradient trapezoid",
        "fft": "fft.fft fft.fft2 fft.fftn fft.fftshift fft.hfft fft.ifft fft.ifft2 fft.ifftn fft.ifftshift fft.ihfft "
               "fft.irfft fft.irfft2 fft.irfftn fft.rfft fft.rfft2 fft.rfftn",
        "histogram": "bincount histogram histogram_bin_edges",
        "interp": "interp",
        "linalg.cholesky": "linalg.cholesky",
        "linalg.cross": "cross linalg.cross",
        "linalg.outer": "kron linalg.outer outer",
        "linalg.pinv": "linalg.lstsq linalg.pinv",
        "linalg.qr": "linalg.qr",
        "linspace": "geomspace linspace logspace",
        "median_quantile": "median nanmedian nanpercentile nanquantile percentile quantile",
        "pad": "pad",
        "polyval": "polyval vander",
        "windows": "lib.stride_tricks.sliding_window_view",
    },
)  # fmt: skip
