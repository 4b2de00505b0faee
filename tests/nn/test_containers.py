"""Sequential, ModuleList and ModuleDict do what lists and dicts do, and name their layers as PyTorch does."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import nn

LAYERS = [nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1, bias=False), nn.Tanh(), nn.Sigmoid()]
NEW = nn.Linear(1, 1)


def deleted(x: Any, key: Any) -> Any:
    del x[key]
    return None


@pytest.mark.parametrize(
    "kind", [lambda layers: nn.Sequential(*layers), nn.ModuleList], ids=["Sequential", "ModuleList"]
)
@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.append(NEW),
        lambda x: x.insert(-1, NEW),
        lambda x: x.insert(0, NEW),
        lambda x: x.extend([NEW, NEW]),
        lambda x: x.extend(x),
        lambda x: x.__iadd__([NEW]),
        lambda x: x.pop(),
        lambda x: x.pop(1),
        lambda x: x.remove(LAYERS[1]),
        lambda x: x.reverse(),
        lambda x: x.clear(),
        lambda x: x.__setitem__(-1, NEW),
        lambda x: x.__setitem__(slice(1, 3), [NEW]),
        lambda x: deleted(x, 0),
        lambda x: deleted(x, slice(None, None, 2)),
        lambda x: (x[1], x[-1], list(x[1:]), list(x[::-2]), len(x), LAYERS[3] in x, x.index(LAYERS[2]), list(x)),
        lambda x: list(x + x[:2]),
    ],
)
def test_containers_are_lists(kind: Any, call: Any) -> None:
    ours, plain = kind(LAYERS), list(LAYERS)
    given, expected = call(ours), call(plain)
    assert list(ours) == plain
    assert given == expected or (expected is None and given in (None, ours)) or list(given) == expected


def test_a_module_dict_is_a_dict() -> None:
    given = dict(zip("abc", LAYERS, strict=False))
    ours = nn.ModuleDict(given)
    assert dict(ours) == given and list(ours.values()) == LAYERS[:3] and "b" in ours and ours.get("z") is None
    assert ours.pop("b") is LAYERS[1] and len(ours) == 2
    ours.update({"d": NEW, "a": NEW})
    assert list(ours.items()) == [("a", NEW), ("c", LAYERS[2]), ("d", NEW)]
    assert ours == ours and ours != nn.ModuleDict(ours) and ours in {ours}
    assert list(nn.ModuleDict([("x", NEW)]).state_dict()) == ["x.weight", "x.bias"]


def test_any_callable_is_a_layer() -> None:
    model = nn.Sequential(nn.Linear(2, 2, generator=0), np.tanh, lambda x: x * 2)
    x = np.ones((1, 2), np.float32)
    np.testing.assert_allclose(model(x).data, 2 * np.tanh(model[0](x).data))
    assert isinstance(model[:2] + model[1:], nn.Sequential)
    assert list(model.append(nn.Linear(2, 2, False)).extend([np.sin])[1:].state_dict()) == ["2.weight"]


@pytest.mark.parametrize("kind", [dict, OrderedDict])
def test_layers_have_names(kind: Any) -> None:
    model = nn.Sequential(kind(conv=LAYERS[0], act=np.tanh, out=LAYERS[2]))
    assert list(model.state_dict()) == ["conv.weight", "conv.bias", "out.weight"]
    assert model.conv is model[0] is LAYERS[0] and model[1:].out is LAYERS[2]
    model.append(NEW)
    model.conv = NEW
    assert list(model.state_dict()) == ["conv.weight", "conv.bias", "out.weight", "3.weight", "3.bias"]
    del model[0]
    model[1] = NEW
    assert model.out is NEW and not hasattr(model, "conv")
    assert [*model] == [np.tanh, NEW, NEW]
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'conv'"):
        model.conv  # noqa: B018


def test_what_a_subclass_adds_is_found() -> None:
    class Scaled(nn.Sequential):
        def __init__(self) -> None:
            super().__init__(nn.Linear(1, 1))
            self.scale = nn.Parameter([2.0])

        def forward(self, x: Any) -> Any:
            return super().forward(x) * self.scale

    assert list(Scaled().state_dict()) == ["0.weight", "0.bias", "scale"]


ERRORS: dict[str, tuple[Any, type[Exception], str]] = {
    "a list of layers": (lambda: nn.Sequential(LAYERS), TypeError, r"cannot be: write Sequential\(\*layers\)"),  # type: ignore[arg-type]
    "a number as a layer": (lambda: nn.Sequential().append(3), TypeError, "one before, 3 cannot be"),  # type: ignore[arg-type]
    "a dot in a name": (lambda: nn.Sequential({"a.b": NEW}), ValueError, r"'a\.b' cannot name a layer"),
    "a method's name": (
        lambda: nn.Sequential({"forward": NEW}),
        ValueError,
        "'forward' cannot name a layer: it is taken",
    ),
    "a name twice": (lambda: nn.Sequential({"1": NEW}).append(NEW), ValueError, "'1' cannot name a layer"),
    "a slice of named layers": (lambda: nn.Sequential({"a": NEW}).__setitem__(slice(1), []), TypeError, "one by one"),
    "a function in a list": (lambda: nn.ModuleList([np.tanh]), TypeError, "a plain list or dict holds anything"),  # type: ignore[list-item]
    "a function in a dict": (lambda: nn.ModuleDict({"a": np.tanh}), TypeError, "ModuleDict holds modules"),  # type: ignore[dict-item]
    "a number as a name": (lambda: nn.ModuleDict({1: NEW}), ValueError, "not 1"),  # type: ignore[dict-item]
    "flatten too few axes": (
        lambda: nn.Flatten(2)(np.ones((2, 3))),
        nn.ShapeError,
        r"Flatten\(2, -1\) got \(2, 3\); it takes .* axes 2",
    ),
    "flatten backwards": (lambda: nn.Flatten(-1, 0)(np.ones((2, 3))), nn.ShapeError, "in order"),
    "unflatten an odd length": (
        lambda: nn.Unflatten(1, (2, -1))(np.ones((2, 3))),
        nn.ShapeError,
        r"an axis 1 that \(2, -1\) divides",
    ),
    "unflatten a missing axis": (lambda: nn.Unflatten(2, (1,))(np.ones((2, 3))), nn.ShapeError, "an axis 2"),
    "two unknown lengths": (lambda: nn.Unflatten(1, (-1, -1)), ValueError, "at most one is -1"),
}


@pytest.mark.parametrize(("make", "error", "says"), ERRORS.values(), ids=ERRORS)
def test_what_does_not_fit_is_refused(make: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        make()
