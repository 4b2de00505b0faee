"""How an operation and its derivatives are declared, called and recorded; what errors say."""

from .custom import operation
from .dim_words import in_numpys_words
from .errors import detached, incomparable, shown, too_deep, unsupported
from .given import INNER, arithmetic, contains_itself, explained, is_ours, mistaken
from .handles import (
    NUMBERS,
    Late,
    adopted,
    as_array,
    beside,
    constant_tensor,
    copied,
    frozen,
    labelled,
    leads,
    native,
    on_cpu,
    plain,
    tracked,
    unchanging,
)
from .operation import Operation
from .registry import CONSTANT, OPERATIONS, SELECTING, declare_all, declare_late, declared, late
from .results import ITEM, Parts, result_tensors
from .rule_needs import Kept
from .unbroadcast import sum_to
from .words import bilinear, composed, constant, declare, elementwise, linear, primitive, selecting

__all__ = [
    "CONSTANT", "INNER", "ITEM", "NUMBERS", "OPERATIONS", "SELECTING", "Kept", "Late", "Operation", "Parts", "adopted",
    "arithmetic", "as_array", "beside", "bilinear", "composed", "constant", "constant_tensor", "contains_itself",
    "copied", "declare", "declare_all", "declare_late", "declared", "detached", "elementwise", "explained", "frozen",
    "in_numpys_words", "incomparable", "is_ours", "labelled", "late", "leads", "linear", "mistaken", "native", "on_cpu",
    "operation", "plain", "primitive", "result_tensors", "selecting", "shown", "sum_to", "too_deep", "tracked",
    "unchanging", "unsupported",
]  # fmt: skip
