"""The Dirichlet distribution: its functions are those of ``autograd.stats.dirichlet``; what that lacks is SciPy's."""

from __future__ import annotations

from ...hips.scipys import distribution as _distribution

_methods, __getattr__ = _distribution("dirichlet")
globals().update(_methods)
