"""Layers, losses and functions of ``nn`` give PyTorch's numbers or a formula's; derivatives are checked."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, checkpoint
from autograd.functional.nests import leaves as flat
from autograd.testing import gradcheck

from ..reference import load, part, weights
from ..tables import networks
from ..tables.networks.case import Case

MODULES = {
    m.name: importlib.import_module(f"{networks.__name__}.{m.name}") for m in pkgutil.iter_modules(networks.__path__)
}
TABLE: dict[str, tuple[str, Case]] = {
    f"{name}:{case.name}": (name, case) for name, module in MODULES.items() for case in getattr(module, "CASES", ())
}
every_case = pytest.mark.parametrize(("module", "case"), TABLE.values(), ids=TABLE.keys())
REFERENCE: dict[str, dict[str, Any]] = {}


def by_formula(case: Case) -> dict[str, Any]:
    """The same numbers from the formula of a case that PyTorch lacks."""
    assert case.formula is not None
    layer = case.function(nn, case.options)
    state = layer.to(np.float64).train(case.training).state_dict() if isinstance(layer, nn.Module) else {}
    numbers = {f"state.{name}": array for name, array in state.items()}
    numbers |= {f"x{k}": x for k, x in enumerate(case.draw())}
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in part(numbers, "x").values()]
    y = case.formula(layer, *inputs, **case.call)
    np.sum(y * weights(y)).backward()
    numbers |= {"y0": y.data} | {f"dx{k}": x.grad for k, x in enumerate(inputs) if x.grad is not None}
    return numbers | {f"grad.{name}": p.grad for name, p in (layer.named_parameters() if state else ())}


def reference(module: str, case: Case) -> dict[str, Any]:
    """PyTorch's numbers for a case, or those of its formula."""
    if case.formula is not None:
        return by_formula(case)
    if module not in REFERENCE:
        REFERENCE[module] = load(module)
    found = part(REFERENCE[module], f"{case.name}/")
    assert found, "PyTorch's numbers for this case are missing: run make reference"
    return found


def build(case: Case, numbers: dict[str, Any], dtype: Any = np.float64) -> Any:
    """Our function for a case, with PyTorch's initial weights."""
    function = case.function(nn, case.options)
    if isinstance(function, nn.Module):
        function.to(dtype)
        function.train(case.training)
        function.load_state_dict(part(numbers, "state."))
    return function


# Tested in files of their names.
ALONE = {
    *("Perceptron", "Module", "ModuleDict", "ModuleList", "Sequential"),
}


def test_every_layer_and_loss_has_a_case() -> None:
    classes = {name for name in nn.__all__ if isinstance(getattr(nn, name), type)}
    modules = {name for name in classes if issubclass(getattr(nn, name), nn.Module)}
    missing = modules - {case.kind for _, case in TABLE.values()} - ALONE
    assert not missing, f"no case in tests/tables/networks, with PyTorch's numbers or a formula: {sorted(missing)}"


@every_case
def test_numbers_are_pytorchs_or_the_formulas(module: str, case: Case) -> None:
    numbers = reference(module, case)
    function = build(case, numbers)
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in part(numbers, "x").values()]
    results = flat(function(*inputs, **case.call))
    loss = sum(np.sum(y * weights(y)) for y in results if isinstance(y, Tensor) and y.requires_grad)
    if isinstance(loss, Tensor):
        loss.backward()
    found = {f"y{k}": getattr(y, "data", y) for k, y in enumerate(results)}
    found |= {f"dx{k}": x.grad for k, x in enumerate(inputs)}
    if isinstance(function, nn.Module):
        found |= {f"grad.{name}": p.grad for name, p in function.named_parameters()}
        found |= {f"after.{name}": array for name, array in function.state_dict().items()}
    assert sum(k.startswith("y") for k in found) == sum(k.startswith("y") for k in numbers)
    for name, expected in numbers.items():
        if name.startswith(("y", "dx", "grad.", "after.")):
            actual = found[name]
            if actual is None:  # a gradient that PyTorch fills with zeros
                actual = np.zeros_like(expected)
            assert np.shape(actual) == expected.shape, name
            np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=1e-9, err_msg=name)


@every_case
def test_derivatives_agree_with_differences(module: str, case: Case) -> None:
    numbers = reference(module, case)
    function = build(case, numbers)
    given = case.draw()
    floating = [k for k, x in enumerate(given) if x.dtype.kind == "f"]

    def expression(*moving: Any) -> Any:
        inputs: list[Any] = list(given)
        for k, x in zip(floating, moving, strict=True):
            inputs[k] = x
        return tuple(y for y in flat(function(*inputs, **case.call)) if isinstance(y, Tensor) and y.dtype.kind == "f")

    parameters = [p for p in function.parameters() if p.requires_grad] if isinstance(function, nn.Module) else []
    gradcheck(
        expression,
        *[given[k] for k in floating],
        parameters=parameters,
        order=2 if case.second else 1,
        samples=6,
        disconnected=True,
        kinks=case.kinks,
    )


@every_case
def test_float32_stays_float32(module: str, case: Case) -> None:
    function = build(case, reference(module, case), np.float32)
    inputs = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in case.draw()]
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in inputs]
    call = {
        k: v.astype(np.float32) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v
        for k, v in case.call.items()
    }
    results = [y for y in flat(function(*inputs, **call)) if isinstance(y, Tensor) and y.dtype.kind == "f"]
    assert {y.dtype for y in results} <= {np.dtype(np.float32)}
    if any(y.requires_grad for y in results):
        sum(np.sum(y) for y in results if y.requires_grad).backward()
        assert {x.grad.dtype for x in inputs if x.grad is not None} <= {np.dtype(np.float32)}


every_layer = pytest.mark.parametrize(
    ("module", "case"),
    [v for v in TABLE.values() if not v[1].is_function],
    ids=[k for k, (_, case) in TABLE.items() if not case.is_function],
)


@every_layer
def test_copies_compute_the_same(module: str, case: Case) -> None:
    layer = build(case, reference(module, case))

    def results(layer: Any) -> list[Any]:
        nn.seed(0)
        return [getattr(y, "data", y) for y in flat(layer(*map(Tensor, case.draw()), **case.call))]

    copies = [copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))]
    expected = results(layer)
    for other in copies:
        for y, right in zip(results(other), expected, strict=True):
            np.testing.assert_array_equal(y, right)


@every_layer
def test_a_checkpoint_changes_neither_numbers_nor_gradients_nor_what_is_kept(module: str, case: Case) -> None:
    found = []
    for call in (lambda layer, *inputs: layer(*inputs, **case.call), lambda *given: checkpoint(*given, **case.call)):
        nn.seed(0)
        layer = build(case, reference(module, case))
        inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in case.draw()]
        results = [y for y in flat(call(layer, *inputs)) if isinstance(y, Tensor) and y.requires_grad]
        if results:
            sum(np.sum(y * weights(y)) for y in results).backward()
        grads = [t.grad for t in (*inputs, *layer.parameters())]
        found.append(
            [*(y.data for y in results), *grads, *layer.state_dict().values(), nn.init.generator(None).random()]
        )
    for once, again in zip(*found, strict=True):
        np.testing.assert_array_equal(again, once)


EMPTY: dict[str, tuple[Any, tuple[int, ...], tuple[int, ...]]] = {  # a layer, the shapes of its input and result
    "attention, batch": (nn.MultiheadAttention(4, 2, batch_first=True), (0, 3, 4), (0, 3, 4)),
    "attention, sequence": (nn.MultiheadAttention(4, 2, batch_first=True), (2, 0, 4), (2, 0, 4)),
    "attention, time first": (nn.MultiheadAttention(4, 2), (3, 0, 4), (3, 0, 4)),
    "encoder, batch": (nn.TransformerEncoderLayer(4, 2, 5, batch_first=True), (0, 3, 4), (0, 3, 4)),
    "encoder, sequence": (nn.TransformerEncoderLayer(4, 2, 5, batch_first=True), (2, 0, 4), (2, 0, 4)),
    "linear": (nn.Linear(3, 2), (0, 5, 3), (0, 5, 2)),
    "rbf": (nn.RBF(3, 2), (0, 3), (0, 2)),
    "convolution": (nn.Conv2d(2, 3, 3), (0, 2, 4, 5), (0, 3, 2, 3)),
    "transposed convolution": (nn.ConvTranspose2d(2, 3, 3), (0, 2, 4, 5), (0, 3, 6, 7)),
    "pooling": (nn.MaxPool2d(2), (0, 2, 4, 5), (0, 2, 2, 2)),
    "layer norm": (nn.LayerNorm(4), (0, 3, 4), (0, 3, 4)),
    "group norm": (nn.GroupNorm(2, 4), (0, 4, 3), (0, 4, 3)),
    "batch norm": (nn.BatchNorm1d(4).eval(), (0, 4), (0, 4)),
    "lstm": (nn.LSTM(3, 2), (5, 0, 3), (5, 0, 2)),
    "gru": (nn.GRU(3, 2, batch_first=True), (0, 5, 3), (0, 5, 2)),
}


@pytest.mark.parametrize(("layer", "given", "shape"), EMPTY.values(), ids=EMPTY)
def test_nothing_is_taken_and_given_back(layer: Any, given: tuple[int, ...], shape: tuple[int, ...]) -> None:
    x = Tensor(np.zeros(given, np.float32), requires_grad=True)
    y = flat(layer(x, x, x) if isinstance(layer, nn.MultiheadAttention) else layer(x))[0]
    assert y.shape == shape
    y.sum().backward()
    assert x.grad.shape == given
    assert all(p.grad is None or not p.grad.any() for p in layer.parameters())
