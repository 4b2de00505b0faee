"""What ``help`` and an editor show of a layer or loss: every argument by name, and no type that says nothing."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

import nn

LAYERS = [getattr(nn, name) for name in [*nn.layers.__all__, *nn.losses.__all__]]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__name__)
def test_a_layer_names_its_arguments(layer: Any) -> None:
    (described,) = (node for node in ast.parse(inspect.getsource(layer)).body if isinstance(node, ast.ClassDef))
    text = ast.get_docstring(described) or ""  # as it stands in the file, where editors read it
    unnamed = [name for name in inspect.signature(layer).parameters if f"``{name}``" not in text]
    assert unnamed in ([], ["args", "kwargs"])


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__name__)
def test_the_arguments_of_a_layer_have_types(layer: Any) -> None:
    parameters = inspect.signature(layer).parameters.values()
    assert layer is nn.Identity or all(p.annotation not in (p.empty, "Any") for p in parameters)
