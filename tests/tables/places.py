"""Where a layer may stand in a module, and the name it gets there.

Convention: a row builds a module around a layer of three inputs and outputs, which its ``forward`` calls. The name is
None where the layer gets none and the module says so, and "" where Python hides it.
"""

from __future__ import annotations

import weakref
from collections import UserList, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

import nn


class Holds(nn.Module):
    """Calls what ``call`` finds in what it holds."""

    def __init__(self, held: Any, call: Callable[[Any, Any], Any]) -> None:
        self.held, self.call = held, call

    def forward(self, x: Any) -> Any:
        return self.call(self.held, x)


class Finds(nn.Module):
    """Remembers what a method of its own returned."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.find = lru_cache(self.get_submodule)

    def forward(self, x: Any) -> Any:
        return self.find("inner")(x)


class Place(NamedTuple):
    build: Callable[[Any], nn.Module]
    name: str | None


@dataclass
class Fields:
    inner: Any
    width: int = 3


@dataclass(slots=True)
class Slotted:
    inner: Any


class Plain:
    """No class that is searched."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner


def objects(layer: Any, shape: tuple[int, ...] = (2, 2), at: tuple[int, ...] = (1, 0)) -> Any:
    """An array of objects with the layer in it."""
    array = np.empty(shape, object)
    array[at] = layer
    return array


def on_class(layer: Any, **body: Any) -> nn.Module:
    kind: Any = type("OnClass", (nn.Module,), {"inner": layer, "forward": lambda self, x: self.inner(x), **body})
    return kind()  # type: ignore[no-any-return]


def inherited(layer: Any) -> nn.Module:
    kind: Any = type("Heir", (type(on_class(layer)),), {})
    return kind()  # type: ignore[no-any-return]


def in_slot(layer: Any) -> nn.Module:
    kind: Any = type("Slot", (nn.Module,), {"__slots__": ("inner",), "forward": lambda self, x: self.inner(x)})
    module = kind()
    module.inner = layer
    return module  # type: ignore[no-any-return]


def registered(layer: Any) -> nn.Module:
    """The class lists its instances: they are not parts of each other."""
    module = on_class(layer, all=[nn.Linear(1, 1)])
    module.all.append(module)  # type: ignore[attr-defined, operator, union-attr]
    return module


def default(layer: Any) -> Any:
    return lambda x, inner=layer: inner(x)


def keyword(layer: Any) -> Any:
    return lambda x, *, inner=layer: inner(x)


def nested(layer: Any) -> Any:
    def outer(x: Any) -> Any:
        return sum([(lambda z: layer(z))(y) for y in (x,)])

    return outer


def helped(layer: Any) -> Any:
    def helper(x: Any) -> Any:
        return layer(x)

    return lambda x: helper(x)


def reads_global(layer: Any) -> Any:
    """A function of a notebook: what it uses is global there."""
    space: dict[str, Any] = {"inner": layer, "width": nn.Linear(5, 5)}
    exec("def call(x): return inner(x) if x.ndim else x.width", space)
    return space["call"]


def reads_global_of_helper(layer: Any) -> Any:
    space: dict[str, Any] = {"inner": layer}
    exec("def helper(x): return inner(x)\ndef call(x): return helper(x)", space)
    return space["call"]


def knows_its_owner(layer: Any) -> nn.Module:
    """A function in a part reads a number of the whole: the whole is not a part of its part."""
    owner: Any = Holds(layer, lambda held, x: owner.part(held(x)))
    owner.width = 3
    owner.part = nn.Sequential(lambda x: x.reshape(-1, owner.width))
    return owner  # type: ignore[no-any-return]


def first(held: Any, x: Any) -> Any:
    return held[0](x)


def inner(held: Any, x: Any) -> Any:
    return held.inner(x)


PLACES: dict[str, Place] = {
    "list": Place(lambda layer: Holds([layer], first), "held.0"),
    "tuple in a list": Place(lambda layer: Holds([(1, layer)], lambda h, x: h[0][1](x)), "held.0.1"),
    "dict": Place(lambda layer: Holds({"a": layer}, lambda h, x: h["a"](x)), "held.a"),
    "mapping proxy": Place(lambda layer: Holds(MappingProxyType({"a": layer}), lambda h, x: h["a"](x)), "held.a"),
    "deque": Place(lambda layer: Holds(deque([layer]), first), "held.0"),
    "user's list": Place(lambda layer: Holds(UserList([layer]), first), "held.0"),
    "array of objects": Place(lambda layer: Holds(objects(layer), lambda h, x: h[1, 0](x)), "held.1.0"),
    "array of one object": Place(lambda layer: Holds(objects(layer, (), ()), lambda h, x: h[()](x)), "held.()"),
    "namespace": Place(lambda layer: Holds(SimpleNamespace(inner=layer), inner), "held.inner"),
    "dataclass": Place(lambda layer: Holds(Fields(layer), inner), "held.inner"),
    "dataclass with slots": Place(lambda layer: Holds(Slotted(layer), inner), "held.inner"),
    "among 1000 numbers": Place(lambda layer: Holds([*range(1000), layer], lambda h, x: h[-1](x)), "held.1000"),
    "among 1000 pairs": Place(lambda layer: Holds([*[(1, 2)] * 1000, layer], lambda h, x: h[-1](x)), "held.1000"),
    "in one of 1000 pairs": Place(
        lambda layer: Holds([*[(1, 2)] * 1000, (1, layer)], lambda h, x: h[-1][1](x)), "held.1000.1"
    ),
    "deep among 1000 dicts": Place(
        lambda layer: Holds([*[{"a": 1}] * 1000, {"a": [[layer]]}], lambda h, x: h[-1]["a"][0][0](x)), "held.1000.a.0.0"
    ),
    "in one of 1000 arrays": Place(
        lambda layer: Holds([*[np.ones(2)] * 1000, objects(layer)], lambda h, x: h[-1][1, 0](x)), "held.1000.1.0"
    ),
    "value of 1000 words": Place(
        lambda layer: Holds({**{str(k): (k, 1.0) for k in range(1000)}, "a": layer}, lambda h, x: h["a"](x)), "held.a"
    ),
    "class": Place(on_class, "inner"),
    "class above": Place(inherited, "inner"),
    "class that lists its instances": Place(registered, "inner"),
    "slot": Place(in_slot, "inner"),
    "closure": Place(lambda layer: nn.Sequential(lambda x: layer(x)), "0.layer"),
    "closure in a comprehension": Place(lambda layer: nn.Sequential(nested(layer)), "0.layer"),
    "closure of a closure": Place(lambda layer: nn.Sequential(helped(layer)), "0.helper.layer"),
    "default": Place(lambda layer: nn.Sequential(default(layer)), "0.inner"),
    "default of a keyword": Place(lambda layer: nn.Sequential(keyword(layer)), "0.inner"),
    "global": Place(lambda layer: nn.Sequential(reads_global(layer)), "0.inner"),
    "global of a helper": Place(lambda layer: nn.Sequential(reads_global_of_helper(layer)), "0.helper.inner"),
    "partial": Place(lambda layer: nn.Sequential(partial(lambda f, x: f(x), layer)), "0.args.0"),
    "partial of it": Place(lambda layer: nn.Sequential(partial(layer)), "0.func"),
    "bound method": Place(lambda layer: nn.Sequential(layer.forward), "0.__self__"),
    "cached function": Place(
        lambda layer: Holds(lru_cache(lambda: layer), lambda h, x: h()(x)), "held.__wrapped__.layer"
    ),
    "cached bound method": Place(
        lambda layer: Holds(lru_cache(layer.get_submodule), lambda h, x: h("")(x)), "held.__wrapped__.__self__"
    ),
    "found by a cached method": Place(Finds, "inner"),
    "beside a function that knows its owner": Place(knows_its_owner, "held"),
    "set": Place(lambda layer: Holds({layer}, lambda h, x: next(iter(h))(x)), None),
    "frozenset": Place(lambda layer: Holds(frozenset([layer]), lambda h, x: next(iter(h))(x)), None),
    "key of a dict": Place(lambda layer: Holds({layer: 1}, lambda h, x: next(iter(h))(x)), None),
    "weak reference": Place(lambda layer: Holds(weakref.ref(layer), lambda h, x: h()(x)), ""),
    "weak proxy": Place(lambda layer: Holds(weakref.proxy(layer), lambda h, x: h(x)), ""),
    "property": Place(lambda layer: on_class(None, inner=property(Hidden(layer))), ""),
    "object": Place(lambda layer: Holds(Plain(layer), inner), ""),
    "generator": Place(lambda layer: Holds(iter([layer] * 99), lambda h, x: next(h)(x)), ""),
}


class Hidden:
    """A function that is an object."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer

    def __call__(self, module: Any) -> Any:
        return self.layer
