"""HIPS autograd's words for functions with derivatives of their own."""

from .hips.boxes import Box
from .hips.primitives import notrace_primitive, primitive
from .hips.rules import (
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    register_notrace,
)
from .hips.tracing import JVPNode, VJPNode
from .hips.vspaces import SparseObject, VSpace, vspace

__all__ = [
    "Box", "JVPNode", "SparseObject", "VJPNode", "VSpace", "def_linear", "defjvp", "defjvp_argnum", "defjvp_argnums",
    "defvjp", "defvjp_argnum", "defvjp_argnums", "notrace_primitive", "primitive", "register_notrace", "vspace",
]  # fmt: skip
