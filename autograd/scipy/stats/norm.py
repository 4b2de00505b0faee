"""The normal distribution: its functions are those of ``autograd.stats.norm``; what that lacks is SciPy's."""

from __future__ import annotations

from ...hips.scipys import distribution as _distribution

_methods, __getattr__ = _distribution("norm")
globals().update(_methods)
