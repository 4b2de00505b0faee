"""Layers made of layers: PyTorch's names, with all that Python's lists and dicts can do.

Convention: plain lists and dicts on an attribute of a module are found as well; these are for those who want the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any, Self

from autograd.absent import lacks

from ..module import Key, Module

__all__ = ["ModuleDict", "ModuleList", "Sequential"]

Layer = Callable[..., Any]


class Container(Module):
    """A module whose members are what it holds, then the attributes that a subclass adds."""

    layers: Any

    def held(self) -> Iterator[tuple[Key, Any]]:
        """The layers by their keys."""
        return enumerate(self.layers)

    def members(self) -> Iterator[tuple[Key, Any]]:
        yield from self.held()
        yield from ((key, value) for key, value in vars(self).items() if key not in ("layers", "names"))

    def reach(self, key: Key) -> str:
        return f"[{key!r}]" if key in dict(self.held()) else f".{key}"

    def __delitem__(self, key: Any) -> None:
        del self.layers[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        kind = type(self).__name__
        raise NotImplementedError(f"{kind} holds modules and computes nothing: call its modules, or use Sequential")


class Layers(Container, MutableSequence[Any]):
    """What Sequential and ModuleList share: both are lists of their layers."""

    layers: list[Any]

    def insert(self, index: int, module: Any) -> Self:  # type: ignore[override]
        """Put a layer, ``module``, before the one at ``index``; returns this container."""
        self.layers.insert(index, self._checked(module))
        return self

    def append(self, module: Any) -> Self:  # type: ignore[override]
        """Put a layer, ``module``, at the end; returns this container."""
        return self.insert(len(self), module)

    def extend(self, modules: Iterable[Any]) -> Self:  # type: ignore[override]
        """Put layers, ``modules``, at the end; returns this container."""
        for module in list(modules):
            self.append(module)
        return self

    def _checked(self, layer: Any) -> Any:
        raise NotImplementedError

    def __setitem__(self, index: int | slice, module: Any) -> None:
        self.layers[index] = [self._checked(m) for m in module] if isinstance(index, slice) else self._checked(module)


class Sequential(Layers):
    """y = fₙ(... f₂(f₁(x))). Any callable is a layer: a module, ``np.tanh``, a lambda.

    ``layers``  the fᵢ in order, or one dict of them by name

    ``Sequential(Linear(4, 2), ReLU())`` numbers its layers; ``Sequential({"first": Linear(4, 2), "then": ReLU()})``
    names them, and ``model.first`` is ``model[0]``. A slice is a Sequential of the same layers, numbered from 0.
    """

    def __init__(self, *layers: Layer | Mapping[str, Layer]) -> None:
        named = len(layers) == 1 and isinstance(layers[0], Mapping) and not callable(layers[0])
        given: Any = layers[0] if named else dict(enumerate(layers))
        self.names: list[str] | None = [] if named else None
        self.layers = []
        for name, layer in given.items():
            self._insert(len(self), layer, name)

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def insert(self, index: int, module: Layer) -> Self:  # type: ignore[override]
        """Put a layer, ``module``, before the one at ``index``; among named layers its name is how many there were."""
        return self._insert(index, module, len(self))

    def _insert(self, index: int, layer: Layer, name: Key) -> Self:
        layer = self._checked(layer)
        if self.names is not None:
            name = str(name)
            if name in self.names or hasattr(self, name) or "." in name or not name:
                raise ValueError(f"Sequential: {name!r} cannot name a layer: it is taken, has a dot or is empty")
            self.names.insert(index, name)
        self.layers.insert(index, layer)
        return self

    def _checked(self, layer: Any) -> Any:
        if not callable(layer):
            advice = ": write Sequential(*layers)" if isinstance(layer, list | tuple) else ""
            raise TypeError(
                f"Sequential: a layer is called with the output of the one before, {layer!r} cannot be{advice}"
            )
        return layer

    def held(self) -> Iterator[tuple[Key, Any]]:
        return enumerate(self.layers) if self.names is None else zip(self.names, self.layers, strict=True)

    def reach(self, key: Key) -> str:
        return f"[{key}]" if isinstance(key, int) else f".{key}"

    def parts(self) -> Iterator[tuple[str, Any]]:
        return ((str(key), member) for key, member in self.members() if callable(member))

    def __getitem__(self, index: int | slice) -> Any:
        found = self.layers[index]
        if not isinstance(index, slice):
            return found
        if self.names is not None:
            found = [dict(zip(self.names[index], found, strict=True))]
        return Sequential(*found)

    def __setitem__(self, index: int | slice, module: Any) -> None:
        if self.names is not None and isinstance(index, slice):
            raise TypeError("Sequential: several named layers cannot be replaced at once; replace them one by one")
        super().__setitem__(index, module)

    def __delitem__(self, index: int | slice) -> None:
        super().__delitem__(index)
        if self.names is not None:
            del self.names[index]

    def __add__(self, other: Any) -> Sequential:
        return Sequential(*self, *other) if isinstance(other, Sequential) else NotImplemented

    def __getattr__(self, name: str) -> Any:
        """A layer by its name."""
        names = vars(self).get("names") or []
        if name in names:
            return self.layers[names.index(name)]
        raise lacks(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Names work for writing, too: ``model.first = layer`` replaces the layer of this name."""
        names = vars(self).get("names") or []
        if name in names:
            self[names.index(name)] = value
        else:
            super().__setattr__(name, value)


class ModuleList(Layers):
    """A list of modules, for a module that calls them itself; calling the list raises NotImplementedError.

    ``modules``  what it holds at first; TypeError is raised for what is no module
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.layers = []
        self.extend(modules)

    def _checked(self, layer: Any) -> Module:
        return _module(layer, "ModuleList")

    def __getitem__(self, index: int | slice) -> Any:
        return ModuleList(self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])


class ModuleDict(Container, MutableMapping[str, Module]):
    """A dict of modules by name, for a module that calls them itself; calling the dict raises NotImplementedError.

    ``modules``  what it holds at first: a dict, or pairs (name, module); TypeError is raised for what is no module
    """

    layers: dict[str, Module]

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self.layers = {}
        self.update(modules)

    def held(self) -> Iterator[tuple[Key, Any]]:
        return iter(self.layers.items())

    def __getitem__(self, key: str) -> Module:
        return self.layers[key]

    def __setitem__(self, key: str, module: Module) -> None:
        if not isinstance(key, str) or "." in key or not key:
            raise ValueError(f"ModuleDict: a name is text without a dot, not {key!r}")
        self.layers[key] = _module(module, "ModuleDict")

    __eq__ = object.__eq__  # a module is equal to itself alone
    __hash__ = object.__hash__


def _module(layer: Any, holder: str) -> Module:
    if not isinstance(layer, Module):
        raise TypeError(f"{holder} holds modules, not {layer!r}; a plain list or dict holds anything")
    return layer
