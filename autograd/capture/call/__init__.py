"""How a call is served: programs by their decisions, what goes in and out, and what it says where none serves."""

from .checked import difference
from .paths import Busy, Elsewhere, Form, Path, Unsafe, turns
from .programs import Programs

__all__ = ["Busy", "Elsewhere", "Form", "Path", "Programs", "Unsafe", "difference", "turns"]
