"""The registry holds what it differentiates, and a copy of an operation is the operation."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import autograd  # noqa: F401  (declares the operations)
from autograd.declare import OPERATIONS, Operation, declare_all, declared
from autograd.declare.registry import LATE

declare_all()


ASKED = """
import importlib
import autograd
from autograd.declare import CONSTANT, OPERATIONS
from autograd.declare.registry import LATE

for file in sorted(set(LATE.values())):
    before = {*OPERATIONS, *CONSTANT}
    importlib.import_module(file)
    for function in {*OPERATIONS, *CONSTANT} - before:
        if function.__module__.startswith("numpy"):
            print(f"{function.__module__}.{function.__name__}", file)
"""


def test_what_is_declared_late_is_declared_by_the_file_that_the_table_names() -> None:
    printed = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True).stdout
    assert dict(line.split() for line in printed.splitlines()) == LATE


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
