"""The vector spaces of real and of complex arrays."""

from __future__ import annotations

from ..hips.vspaces import ArrayVSpace, ComplexArrayVSpace

__all__ = ["ArrayVSpace", "ComplexArrayVSpace"]
