"""The chi-squared distribution: its functions are those of ``autograd.stats.chi2``; what that lacks is SciPy's."""

from __future__ import annotations

from ...hips.scipys import distribution as _distribution

_methods, __getattr__ = _distribution("chi2")
globals().update(_methods)
