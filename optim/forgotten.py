"""Parameters that an optimizer alone still holds: their layers were replaced after it was made.

Convention: nothing that no program can reach gets a gradient again, so who owns a parameter is asked only where one has
no gradient.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd import Tensor


def owners(params: Iterable[Any]) -> list[int]:
    """How many references there are to each."""
    return [sys.getrefcount(p) for p in params] if hasattr(sys, "getrefcount") else []


ONE = owners([Tensor(0.0)])  # of what only a list holds; measured, because it varies between Pythons


def warn_of_forgotten(name: str, groups: Sequence[Mapping[str, Any]], memory: Mapping[Any, Any]) -> bool:
    """Warn if a parameter without a gradient belongs to nothing but its group and the optimizer's memory."""
    shapes = []
    for group in groups:
        counts = owners(group["params"])
        for p, count in zip(group["params"], counts, strict=False):
            if p.grad is None and count <= ONE[0] + (p in memory) and getattr(p, "requires_grad", True):
                shapes.append(str(getattr(p, "shape", "()")))
    if shapes:
        warnings.warn(
            f"{name}.step: nothing but this optimizer holds {len(shapes)} of its parameters any more, of shape "
            f"{', '.join(shapes[:3])}, and they get no gradient. Were layers replaced after it was made? What took "
            "their place is not trained: make the optimizer anew, or add it with add_param_group",
            stacklevel=3,
        )
    return bool(shapes)
