"""PyTorch's words for arguments: every public function and layer takes them; no signature shows them."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor
from nn.words import OURS

from ..tables.refused import refused

IN_PLACE: dict[str, tuple[float, ...]] = {  # layers that take ``inplace``, after these options
    "Dropout": (0.5,), "Dropout2d": (0.5,), "ELU": (1.0,), "Hardsigmoid": (), "Hardswish": (), "Hardtanh": (-1.0, 1.0),
    "LeakyReLU": (0.01,), "Mish": (), "ReLU": (), "ReLU6": (), "SELU": (), "SiLU": (), "Threshold": (0.1, 9.0),
}  # fmt: skip
NEEDED: dict[str, tuple[Any, ...]] = {  # arguments of a function or layer besides those with other names
    "cosine_similarity": (np.ones((2, 4, 6)),), "pairwise_distance": (np.ones((2, 4, 6)),), "Unflatten": ((2, 2),),
}  # fmt: skip
VALUES = {"axis": 1, "keepdims": True, "start_axis": 0, "end_axis": 1}


def things(where: Any) -> dict[str, Any]:
    return {name: getattr(where, name) for name in where.__all__ if callable(getattr(where, name))}


def parameters(thing: Any) -> set[str]:
    try:
        return set(inspect.signature(thing).parameters)
    except ValueError:
        return set()


def with_our_words(where: Any) -> list[tuple[str, str]]:
    """Each of them that takes one of VALUES, with PyTorch's word for it."""
    pairs = [(name, word) for name, thing in things(where).items() for word, ours in OURS.items()
             if ours in VALUES and ours in parameters(thing)]  # fmt: skip
    assert len(pairs) > 4
    return pairs


def images() -> Tensor:
    return Tensor(np.random.default_rng(0).random((2, 4, 6)), requires_grad=True)


def called(name: str, **options: Any) -> Any:
    return getattr(F, name)(images(), *NEEDED.get(name, ()), **options)


@pytest.mark.parametrize(("name", "word"), with_our_words(F))
def test_functions_take_pytorchs_words(name: str, word: str) -> None:
    ours, value = OURS[word], VALUES[OURS[word]]
    assert np.array_equal(called(name, **{ours: value}).data, called(name, **{word: value}).data)
    with pytest.raises(TypeError, match=rf"{name}\(\) got {ours}= twice"):
        called(name, **{ours: value, word: value})
    with pytest.raises(TypeError, match="unexpected keyword argument 'dimension'"):
        called(name, **{word: value, "dimension": 1})
    assert word not in parameters(getattr(F, name))
    assert pickle.loads(pickle.dumps(getattr(F, name))) is getattr(F, name)


@pytest.mark.parametrize(("name", "word"), with_our_words(nn))
def test_layers_take_pytorchs_words(name: str, word: str) -> None:
    ours, value = OURS[word], VALUES[OURS[word]]
    layer = getattr(nn, name)
    needed = dict(zip(("unflattened_size",), NEEDED.get(name, ()), strict=False))
    one, other = (layer(**{key: value}, **needed) for key in (ours, word))
    assert np.array_equal(one(images()).data, other(images()).data) and repr(one) == repr(other)
    with pytest.raises(TypeError, match=rf"\(\) got {ours}= twice"):
        layer(**{ours: value, word: value}, **needed)
    assert word not in parameters(layer)


@pytest.mark.parametrize("name", [name for name, thing in things(nn).items() if "dtype" in parameters(thing)])
def test_layers_are_made_on_the_cpu(name: str) -> None:
    sizes = [p for p in inspect.signature(getattr(nn, name)).parameters.values() if p.default is p.empty]
    given = [{"num_heads": 2, "nhead": 2, "num_groups": 2, "data": 1.0}.get(p.name, 4) for p in sizes]
    for device in ("cpu", None):
        getattr(nn, name)(*given, device=device)
    with pytest.raises(ValueError, match=r"device='cuda'.*on the CPU"):
        getattr(nn, name)(*given, device="cuda")


def test_all_layers_that_take_inplace_are_listed() -> None:
    assert set(IN_PLACE) == {name for name, layer in things(nn).items() if "inplace" in parameters(layer)}


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_is_ignored(name: str) -> None:
    options, layer = IN_PLACE[name], getattr(nn, name)
    function = getattr(F, {"LeakyReLU": "leaky_relu"}.get(name, name.lower()))
    drawn = {"generator": 3} if "Dropout" in name else {}
    numbers = np.linspace(-2, 2, 16).reshape(1, 2, 2, 4)
    x = Tensor(numbers, requires_grad=True)
    right = layer(*options, **drawn)(x).data
    assert np.array_equal(layer(*options, True, **drawn)(x).data, right)
    assert np.array_equal(function(x, *options, inplace=True, **drawn).data, right)
    assert repr(layer(*options, inplace=True)) == repr(layer(*options)) and np.array_equal(x.data, numbers)


def test_a_loader_takes_pytorchs_words() -> None:
    samples = list(range(6))
    loader = nn.DataLoader(samples, batch_size=3, collate_fn=sum, num_workers=2, pin_memory=True, timeout=3)
    assert list(loader) == [3, 12] and loader.prefetch == 2
    assert nn.DataLoader(samples, 2, num_workers=0).prefetch == 0


def test_a_module_stays_on_the_cpu() -> None:
    layer = nn.Linear(1, 1)
    assert layer.to("cpu") is layer.to("float32") is layer


REFUSED: list[Any] = [
    refused("a loader's word twice", TypeError, "collate= twice", nn.DataLoader, [1], collate=len, collate_fn=len),
    refused("seeds of workers", TypeError, "generator=", nn.DataLoader, [1], worker_init_fn=print),
    refused("half a worker", ValueError, "prefetch is a number", nn.DataLoader, [1], num_workers=0.5),
    refused("a graphics card", ValueError, "device='mps:0'.*on the CPU", nn.Linear(1, 1).to, "mps:0"),
    refused("a buffer in a name", ValueError, "'a.b' is not a name", nn.ReLU().register_buffer, "a.b", 1.0),
    refused("a buffer for a method", ValueError, "'forward' of its own", nn.ReLU().register_buffer, "forward", 1.0),
    refused("a trained buffer", TypeError, "detach", nn.ReLU().register_buffer, "a", Tensor(1.0, requires_grad=True)),
    refused("an array for a parameter", TypeError, r"nn.Parameter\(...\) or None, not ndarray",
            nn.ReLU().register_parameter, "a", np.ones(1)),
    refused("a function for a module", TypeError, "a Module or None", nn.ReLU().add_module, "a", len),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "says"), REFUSED)
def test_words_that_are_refused(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_what_is_registered_is_an_attribute() -> None:
    module = nn.Sequential()
    module.register_buffer("mask", np.ones(2))
    module.register_buffer("seen", Tensor([1.0]), persistent=False)
    module.register_buffer("later", None)
    module.register_parameter("scale", nn.Parameter([2.0]))
    module.register_parameter("bias", None)
    module.add_module("inner", nn.Linear(1, 1, bias=False))
    module.register_module("other", None)
    assert list(module.state_dict()) == ["mask", "scale", "inner.weight"]
    assert [name for name, _ in module.named_parameters()] == ["scale", "inner.weight"]
    assert [name for name, _ in module.named_buffers()] == ["mask"]
    assert module.later is module.bias is module.other is None and module.seen.tolist() == [1]
    module.register_buffer("later", [3.0])
    assert module.later.tolist() == [3]
