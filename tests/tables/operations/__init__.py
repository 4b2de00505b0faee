"""The one table of operations, one module for each module of ``autograd/ops``."""

from .row import Row

__all__ = ["Row", "all_rows"]


def all_rows() -> list[Row]:
    """Every row of the table."""
    from . import elementwise, fft, index, linalg, products, reduce, shape, special

    modules = [elementwise, reduce, shape, index, products, linalg, fft, special]
    return [row for module in modules for row in module.ROWS]
