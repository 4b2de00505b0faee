"""Elementwise runs on large arrays: put together as one step, which is done block by block by all cores."""

from .blocks import ALIKE, NAMED, PLAIN, Blocks, Bound, Worker
from .masking import TRIANGLES, mask_operands, masked, triangle
from .runs import blocked

__all__ = [
    "ALIKE",
    "NAMED",
    "PLAIN",
    "TRIANGLES",
    "Blocks",
    "Bound",
    "Worker",
    "blocked",
    "mask_operands",
    "masked",
    "triangle",
]  # fmt: skip
