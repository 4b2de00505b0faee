"""The gamma distribution: its functions are those of ``autograd.stats.gamma``; what that lacks is SciPy's."""

from __future__ import annotations

from ...hips.scipys import distribution as _distribution

_methods, __getattr__ = _distribution("gamma")
globals().update(_methods)
