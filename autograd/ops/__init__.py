"""The operations: one file per kind of map, each a list of declarations. Importing a file declares what is in it."""
# ruff: noqa: F401, I001  (imported to be declared; grouped for the reader)

from . import arguments, astype, special_points  # what they share
from . import elementwise, absolute, maximum, where, rounding, complex, activation, special, sinc, i0, polyval, interp
from . import reduce, average, var, cov, nan, cumulative, median, quantile, histogram, ufunc_methods
from . import getitem, setitem, take, put, sort
from . import reshape, transpose, flip, broadcast, repeat, copy, join, pad, windows
from . import diff, gradient, trapezoid, linspace, convolve, fft, linalg
from . import constants
