"""The computation graph: its nodes, what is being recorded, and the two sweeps over it."""

import importlib
from typing import Any

from .. import namesake  # noqa: F401  (where HIPS autograd's __init__ lies in place of ours, it comes here first)
from .backward import at_once, backward, backward_alone, each, run_hooks
from .effects import Effects, repeatable
from .forward import forward
from .grad_mode import (
    Switch,
    enable_grad,
    everywhere,
    is_grad_enabled,
    leaving,
    no_grad,
    noted,
    recording,
    watching,
)
from .large import LEAST, MANY, blockwise, matrix_product
from .lines import known_as, of_library, users_frame, users_line
from .listeners import SHARERS, Shared, SweepListener, sharers
from .locks import accumulating, shared
from .node import FREED, Node, Notes, Period, ancestors, clock, dependents, recorded_at, zeros_like
from .sharing import is_sealed, lent, protected, read_only, references, sealed, unshared, views_read_only
from .taken import Taken, given, has_nan, kept

__all__ = [
    "FREED",
    "LEAST",
    "MANY",
    "SHARERS",
    "Effects",
    "Node",
    "Notes",
    "Period",
    "Shared",
    "SweepListener",
    "Switch",
    "Taken",
    "accumulating",
    "ancestors",
    "at_once",
    "backward",
    "backward_alone",
    "blockwise",
    "clock",
    "dependents",
    "each",
    "enable_grad",
    "everywhere",
    "forward",
    "given",
    "has_nan",
    "is_grad_enabled",
    "is_sealed",
    "kept",
    "known_as",
    "leaving",
    "lent",
    "matrix_product",
    "no_grad",
    "noted",
    "of_library",
    "protected",
    "read_only",
    "recorded_at",
    "recording",
    "references",
    "repeatable",
    "run_hooks",
    "sealed",
    "shared",
    "sharers",
    "unshared",
    "users_frame",
    "users_line",
    "views_read_only",
    "watching",
    "zeros_like",
]  # fmt: skip

HIPS = {  # what HIPS autograd has in its module of this name
    "Box", "JVPNode", "SparseObject", "VJPNode", "VSpace", "def_linear", "defjvp", "defjvp_argnum", "defjvp_argnums",
    "defvjp", "defvjp_argnum", "defvjp_argnums", "getval", "isbox", "make_jvp", "make_vjp", "primitive",
    "primitive_jvps", "primitive_vjps", "primitive_with_deprecation_warnings", "sparse_add", "sum_outgrads", "toposort",
    "trace", "vspace",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in HIPS:
        return getattr(importlib.import_module("autograd.hips.core_names"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
