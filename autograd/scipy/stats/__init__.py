"""Distributions: HIPS autograd has a module for each; all others are those of ``autograd.stats``, or else SciPy's."""

from __future__ import annotations

from typing import Any

from ... import stats as _ours
from ...extras import extra as _extra
from . import beta, chi2, dirichlet, gamma, multivariate_normal, norm, poisson, t

__all__ = ["beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]


def __getattr__(name: str) -> Any:
    """Another distribution."""
    if name in _ours.__all__:
        return getattr(_ours, name)
    return getattr(_extra("scipy.stats", "scipy", f"autograd.scipy.stats.{name}"), name)
