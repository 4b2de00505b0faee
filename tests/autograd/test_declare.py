"""The registry holds what it differentiates, and a copy of an operation is the operation."""

from __future__ import annotations

import copy
import pickle

import autograd  # noqa: F401  (declares the operations)
from autograd.declare import OPERATIONS, Operation
from autograd.declare.registry import declared


def test_copies_of_operations_are_the_operations() -> None:
    for operation in OPERATIONS.values():
        if isinstance(operation, Operation):
            assert copy.copy(operation) is operation
            assert copy.deepcopy([operation])[0] is operation


def test_operations_are_pickled_by_the_function_that_they_differentiate() -> None:
    found = {id(o): o for o in OPERATIONS.values() if isinstance(o, Operation)}.values()
    for operation in found:
        known = declared(operation.function)  # raises if something was taken out of the registry
        name = getattr(operation.function, "__qualname__", "")
        if not any(part in name for part in ("<lambda>", "<locals>")):
            assert pickle.loads(pickle.dumps(operation)) is known
