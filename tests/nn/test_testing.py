"""The strategy of networks draws what runs as it is printed, has right derivatives, and shrinks to a single layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import nn
from autograd.testing import given_gradcheck
from nn.testing import EVERY, LAYERS, Layer, Network, modules

SHAPES = {"features": (2, 2), "sequence": (2, 3, 2), "signal": (2, 2, 2), "image": (2, 2, 2, 2)}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{layer.kind} {layer.name}")
@settings(max_examples=2)
@given(data=st.data())
def test_each_layer_stands_on_its_forms(layer: Layer, data: Any) -> None:
    for form in layer.forms:
        text = layer.write(data.draw, SHAPES[form])
        y = eval(f"nn.Sequential({text})", {"nn": nn})(np.ones(SHAPES[form], np.float32))
        assert y.shape[0] == 2 and np.all(np.isfinite(y.data))


@given(network=modules(smooth=False, size=4))
def test_networks_run_as_they_are_printed(network: Network) -> None:
    module, (x,) = network
    assert isinstance(module, nn.Module) and x.dtype == float
    assert all(p.dtype == float for p in module.parameters())
    y = network().data
    assert np.all(np.isfinite(y))
    np.testing.assert_array_equal(eval(repr(network), {"nn": nn, "np": np}).data, y)


@given_gradcheck(network=modules(), parameters=lambda network: list(network.module.parameters()))
def test_their_derivatives_are_right(network: Network) -> Any:
    return network()


@given(network=modules(dtype=np.float32, training=False, kinds=["affine", "convolution"], size=1))
def test_kinds_mode_and_dtype(network: Network) -> None:
    module, (x,) = network
    assert isinstance(module, nn.Linear | nn.RBF | nn.Conv1d | nn.Conv2d | nn.ConvTranspose1d | nn.ConvTranspose2d)
    assert not module.training and x.dtype == np.float32 == network().dtype


def test_networks_shrink_to_one_layer() -> None:
    def convolves(network: Network) -> bool:
        return "Conv2d" in network.code

    found = find(modules(), convolves, settings=settings(database=None, max_examples=500))
    assert repr(found) == "nn.Conv2d(1, 1, 1, generator=0).double()(np.array([[[[0.0]]]]))"


@pytest.mark.parametrize("options", [{"kinds": ["losses"]}, {"size": 0}], ids=str)
def test_what_cannot_be_drawn_is_refused(options: Any) -> None:
    with pytest.raises(ValueError, match="modules: "):
        modules(**options)


def test_every_form_is_drawn_for() -> None:
    assert {form for layer in LAYERS for form in layer.forms} == set(EVERY) == set(SHAPES)
