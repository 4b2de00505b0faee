"""The operations: one file per kind of map, each a list of declarations. Importing a file declares what is in it."""
# ruff: noqa: F401, I001  (imported to be declared; grouped for the reader)

from . import arguments, special_points  # what they share
from . import elementwise, maximum, where, complex, activation, special, polyval, interp
from . import reduce, var, cov, nan, cumulative, median_quantile, histogram, ufunc_methods
from . import getitem, setitem, take, put, sort
from . import reshape, transpose, broadcast, repeat, copy, join, pad, windows
from . import diff, linspace, convolve, fft, linalg
from . import constants
