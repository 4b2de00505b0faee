"""How an operation and its derivatives are declared, called and recorded; what errors say."""

from .custom import operation
from .errors import detached, unsupported
from .handles import Late, as_array, frozen, plain, tracked
from .operation import (
    CONSTANT,
    OPERATIONS,
    SELECTING,
    Operation,
    absorb,
    bilinear,
    cast,
    composed,
    constant,
    declare,
    elementwise,
    fit,
    linear,
    primitive,
    selecting,
    sum_to,
)
from .results import ITEM, Parts, result_tensors

__all__ = [
    "CONSTANT",
    "ITEM",
    "OPERATIONS",
    "SELECTING",
    "Late",
    "Operation",
    "Parts",
    "absorb",
    "as_array",
    "bilinear",
    "cast",
    "composed",
    "constant",
    "declare",
    "detached",
    "elementwise",
    "fit",
    "frozen",
    "linear",
    "operation",
    "plain",
    "primitive",
    "result_tensors",
    "selecting",
    "sum_to",
    "tracked",
    "unsupported",
]
