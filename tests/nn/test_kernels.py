"""The single operations of ``nn.functional`` obey the laws of differentiation and equal their expressions."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd import Tensor
from autograd.core import Switch
from autograd.functional.nests import leaves as flat
from autograd.testing import check_operation

from ..tables import networks
from ..tables.networks.case import Kernel

TABLE: dict[str, Kernel] = {
    f"{module.name}:{kernel.row.name}": kernel
    for module in pkgutil.iter_modules(networks.__path__)
    for kernel in getattr(importlib.import_module(f"{networks.__name__}.{module.name}"), "KERNELS", ())
}
every_kernel = pytest.mark.parametrize("kernel", TABLE.values(), ids=TABLE.keys())
few = settings(max_examples=2, phases=[Phase.explicit, Phase.generate])  # shrinking a seed tells nothing


@every_kernel
@few
@given(seed=st.integers(0, 2**32 - 1))
def test_laws(kernel: Kernel, seed: int) -> None:
    row = kernel.row
    check_operation(
        row.expression,
        *row.draw(seed),
        forward=row.forward,
        second=row.second,
        tolerance=row.tolerance,
        seed=seed,
    )


@every_kernel
@few
@given(seed=st.integers(0, 2**32 - 1))
def test_a_single_operation_equals_the_small_ones_it_stands_for(kernel: Kernel, seed: int) -> None:
    """Those of its declaration, which pictures show, or else the table's."""
    unfolded: list[str] = []

    def numbers(function: Any) -> list[Any]:
        inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in kernel.row.draw(seed)]
        results = flat(function(*inputs))
        sum((y * np.cos(np.arange(y.size)).reshape(y.shape)).sum() for y in results).backward()
        return [*(y.data for y in results), *(t.grad for t in inputs if t.requires_grad)]

    def unfold(operation: Any, args: Any, options: Any) -> Any:
        unfolded.append(operation.name)
        with Switch(unfold=None):
            return operation.unfold(*args, **options)

    if kernel.composed is None:
        with Switch(unfold=unfold):
            expected = numbers(kernel.row.expression)
        assert unfolded
    else:
        expected = numbers(kernel.composed)
    for single, composed in zip(numbers(kernel.row.expression), expected, strict=True):
        np.testing.assert_allclose(single, composed, rtol=1e-9, atol=1e-10)
