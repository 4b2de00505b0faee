"""Python's own words as HIPS autograd spells them in traced functions.

Convention: lists, tuples and dicts that hold tensors are Python's own. ``isinstance`` and ``type`` ask what a tensor's
numbers are: ``isinstance(x, np.ndarray)`` is true of a traced array.
"""

import builtins
from typing import Any

from .hips.boxes import DictBox, SequenceBox, getval
from .hips.vspaces import (
    ContainerVSpace,
    DictVSpace,
    ListVSpace,
    NamedTupleVSpace,
    SequenceVSpace,
    TupleVSpace,
)

tuple: Any = builtins.tuple
list: Any = builtins.list
dict: Any = builtins.dict


def isinstance(x: Any, kind: Any) -> bool:
    """Are the numbers of x of this class?"""
    return builtins.isinstance(getval(x), kind)


def type(x: Any) -> Any:
    """The class of x's numbers."""
    return builtins.type(getval(x))


__all__ = [
    "ContainerVSpace", "DictBox", "DictVSpace", "ListVSpace", "NamedTupleVSpace", "SequenceBox", "SequenceVSpace",
    "TupleVSpace", "dict", "isinstance", "list", "tuple", "type",
]  # fmt: skip
