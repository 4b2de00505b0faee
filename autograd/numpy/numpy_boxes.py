"""``ArrayBox``: what ``isinstance`` says of a tensor that is being traced."""

from __future__ import annotations

from ..hips.boxes import ArrayBox, Box

__all__ = ["ArrayBox", "Box"]
