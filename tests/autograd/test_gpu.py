"""Tensors on a GPU: the whole table computes by what CuPy offers, and by nothing else.

Convention: there is no GPU here. A stand-in for CuPy takes its place: it has CuPy's names and parameters, refuses what
CuPy refuses, and computes by NumPy, so that results are held against those of NumPy's arrays.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, capture, grad, value_and_grad

from ..cupy_standin.array import ndarray
from ..cupy_standin.module import installed
from ..cupy_standin.surface import Lacking
from ..tables.optimizers import LBFGS_ROWS, ROWS
from ..tables.subjects import SUBJECTS
from .test_foreign import MIXED, derivatives, is_mixed, trained

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

OPERATIONS = ("elementwise:", "index:", "linalg:", "products:", "reduce:", "shape:", "fft:")
LAYERS = [name for name in SUBJECTS if not name.startswith((*OPERATIONS, "special:"))]
TWO_DEVICES = "on two devices, cuda:0 .* and cpu"


@pytest.fixture(autouse=True, scope="module")
def cupy() -> Iterator[Any]:
    with installed() as module:
        yield module


def entered(x: Any) -> Any:
    """A new array on the GPU, of these numbers."""
    from autograd.gpu import entered

    return entered(ndarray(np.array(x)))


def hold(found: list[Any], expected: list[Any], exact: float = 1e-12) -> None:
    """The numbers are the same, and on the GPU."""
    for k, (d, e) in enumerate(zip(found, expected, strict=True)):
        if e is None:
            assert d is None
        else:
            assert d.device == "cuda:0", f"number {k} is {d!r}"
            np.testing.assert_allclose(d.get(), e, rtol=exact, atol=exact, err_msg=f"number {k}")


@pytest.mark.parametrize("name", LAYERS)
def test_layers_losses_and_kernels(name: str) -> None:
    subject = SUBJECTS[name]
    if subject.kind or not is_mixed(subject):
        hold(derivatives(subject, entered), derivatives(subject, np.copy))
    else:
        with pytest.raises(ValueError, match=TWO_DEVICES):
            derivatives(subject, entered)


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name.startswith(OPERATIONS)])
def test_operations(name: str) -> None:
    subject = replace(SUBJECTS[name], second=False)
    try:
        found = derivatives(subject, entered)
    except ValueError as error:
        assert "on two devices" in str(error) or "CuPy has no" in str(error), error
    except TypeError as error:
        assert "CuPy has no" in str(error)
    else:
        hold(found, derivatives(subject, np.copy))


@pytest.mark.parametrize("row", ROWS + LBFGS_ROWS, ids=lambda row: row.name)
def test_optimizers(row: Any) -> None:
    hold(trained(row, entered), trained(row, np.copy))
