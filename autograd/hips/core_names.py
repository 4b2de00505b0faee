"""What HIPS autograd has in its ``autograd.core``: the door of ours gives these names when they are asked for."""

from typing import Any

from .boxes import Box, getval, isbox
from .deprecated import primitive_with_deprecation_warnings
from .operators import jvp_at, vjp_at
from .rules import (
    added,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    primitive_jvps,
    primitive_vjps,
)
from .tracing import JVPNode, VJPNode, toposort, trace
from .vspaces import SparseObject, VSpace, vspace

make_vjp, make_jvp = vjp_at, jvp_at  # of one argument: ``make_vjp(fun, x)``
primitive = primitive_with_deprecation_warnings


def sum_outgrads(gs: Any) -> Any:
    """The sum of derivatives of one form."""
    return added(list(gs))


def sparse_add(vs: Any, x_prev: Any, x_new: SparseObject) -> Any:
    """An array, to which a sparse gradient is added; None counts as 0."""
    return x_new.mut_add(vs.zeros() if x_prev is None else x_prev)


__all__ = [
    "Box", "JVPNode", "SparseObject", "VJPNode", "VSpace", "def_linear", "defjvp", "defjvp_argnum", "defjvp_argnums",
    "defvjp", "defvjp_argnum", "defvjp_argnums", "getval", "isbox", "make_jvp", "make_vjp", "primitive",
    "primitive_jvps", "primitive_vjps", "primitive_with_deprecation_warnings", "sparse_add", "sum_outgrads", "toposort",
    "trace", "vspace",
]  # fmt: skip
