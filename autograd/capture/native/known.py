"""What the compiled loop does by itself, as a table: made of the tables by which instructions are written.

``python -m autograd.capture.native`` prints it.
"""

from __future__ import annotations

from . import codes
from .complex import NAMES
from .functions import FUNCTIONS
from .matrices import LARGEST as ROWS
from .products import MOST, PRODUCTS
from .rows import LARGEST

__all__ = ["known", "table"]

WITHIN = {"accumulate", "at", "outer", "reduce"}  # methods of ufuncs


def known() -> dict[str, list[str]]:
    """By kind, the names of what the loop does."""
    functions = {f if isinstance(f, str) else f.__name__ for f in FUNCTIONS}
    return {
        "float64, float32": sorted({*codes.UNARY, *codes.PREDICATES, *codes.BINARY, *codes.COMPARING}),
        "integers, bool": sorted({*codes.WHOLE, *codes.WHOLE_UNARY, *codes.COMPARING, "logical_not"}),
        "complex128": sorted(NAMES),
        "functions, methods": sorted(functions),
        "products": sorted({f.__name__ for f in PRODUCTS} | {"dot", "einsum", "tensordot"}),
        "methods of ufuncs": sorted(WITHIN),
    }


LIMITS = f"""\
Arrays of up to {LARGEST // 1024} KiB in any strides, over up to four axes that cannot be taken together. Systems
of up to {ROWS} rows. Products of matrices by BLAS, other products of up to {MOST:,} multiplications. Any other
ufunc with one result, of NumPy's or SciPy's, where its numbers lie in one row: by its own inner loop. All else
is called between two stretches of the loop.
"""


def table() -> str:
    """The table, in Markdown."""
    rows = [f"| {kind} | {', '.join(f'`{name}`' for name in names)} |" for kind, names in known().items()]
    return "\n".join(["| of | done by the compiled loop |", "|---|---|", *rows, "", LIMITS])
