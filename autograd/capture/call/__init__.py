"""How a call is served: programs by their decisions, what goes in and out, and what it says where none serves."""

from .advice import Described, about_arguments, about_decisions, about_outside, described
from .checked import Rounding, alike, differing, in_words, rounding_of, unlike
from .counters import Counters
from .paths import Busy, Elsewhere, Form, Path, Unsafe, turns

__all__ = [
    "Busy", "Counters", "Described", "Elsewhere", "Form", "Path", "Rounding", "Unsafe", "about_arguments",
    "about_decisions", "about_outside", "alike", "described", "differing", "in_words", "rounding_of", "turns",
    "unlike",
]  # fmt: skip
