"""HIPS autograd's words for what is being traced."""

from .hips.boxes import Box, getval, isbox
from .hips.primitives import notrace_primitive, primitive
from .hips.rules import register_notrace
from .hips.tracing import Node, new_box, toposort, trace

__all__ = [
    "Box", "Node", "getval", "isbox", "new_box", "notrace_primitive", "primitive", "register_notrace", "toposort",
    "trace",
]  # fmt: skip
