"""The normal distribution of vectors: that of ``autograd.stats``; what it lacks is SciPy's.

Convention: as in HIPS autograd, the gradient by a covariance matrix is symmetric.
"""

from __future__ import annotations

from typing import Any

import numpy as _np

from ...hips.scipys import distribution as _distribution

_methods, __getattr__ = _distribution("multivariate_normal")
globals().update(_methods)


def _symmetric(cov: Any) -> Any:
    """The matrix itself; its derivatives go to an element and to its mirror image in equal parts."""
    return (cov + cov.mT) / 2 if _np.ndim(cov) > 1 and hasattr(cov, "mT") else cov


def logpdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    return _methods["logpdf"](x, mean, _symmetric(cov), allow_singular)


def pdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    return _methods["pdf"](x, mean, _symmetric(cov), allow_singular)


def entropy(mean: Any = None, cov: Any = 1) -> Any:
    return _methods["entropy"](mean, _symmetric(cov))
