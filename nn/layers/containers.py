"""Layers made of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..module import Key, Module


class Sequential(Module):
    """y = fₙ(... f₂(f₁(x))). Any callable is a layer: a module, ``np.tanh``, a lambda."""

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        self.layers = list(layers)

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def members(self) -> Iterator[tuple[Key, Any]]:
        return enumerate(self.layers)

    def __getitem__(self, index: Any) -> Any:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def __iter__(self) -> Iterator[Callable[[Any], Any]]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        names = [repr(f) if isinstance(f, Module) else getattr(f, "__name__", repr(f)) for f in self.layers]
        lines = [f"  ({k}): {name}".replace("\n", "\n  ") for k, name in enumerate(names)]
        return "Sequential(" + "".join(f"\n{line}" for line in lines) + ("\n" if lines else "") + ")"
