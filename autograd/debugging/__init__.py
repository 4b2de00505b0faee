"""Debugging: where each operation was recorded, the first NaN, changed arrays, and why there is no gradient."""

from .steps import source
from .switch import debug
from .whole_program import debug_program
from .why import why_no_grad

__all__ = ["debug", "debug_program", "source", "why_no_grad"]
