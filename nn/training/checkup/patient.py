"""Who is examined: the parameters by name, and what else the doctor asks of a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor, Value

from ...layers import Dropout
from ...layers.batch_norm import PerChannel
from ...module import Module
from ...module.parameter import adopt
from ...module.walk import dotted, walk


class Patient:
    """A model, some parameters, or None for whatever is trained.

    ``names``  of parameters, by their ids; of tensors also by their nodes
    """

    def __init__(self, model: Any, loss: Any = None) -> None:
        self.model = model
        self.loss = loss
        self.find()

    def find(self) -> None:
        """Find the parameters as they are now."""
        self.parameters: dict[int, tuple[str, Any]] = {}
        for prefix, thing in (("", self.model), ("loss.", self.loss if isinstance(self.loss, Module) else None)):
            for name, p in _named(thing):
                self.parameters.setdefault(id(p), (prefix + name, p))

    def add(self, params: Iterable[Any]) -> None:
        """Parameters of an optimizer, where no model is known."""
        for p in params:
            if id(p) not in self.parameters:
                name = p.label or f"parameter {len(self.parameters)}"
                self.parameters[id(p)] = name, p

    def trained(self) -> list[tuple[str, Any]]:
        """The parameters that are not frozen."""
        return [(name, p) for name, p in self.parameters.values() if getattr(p, "requires_grad", True)]

    def modal(self) -> str:
        """The class of a layer that behaves otherwise in training mode; "" if there is none."""
        if not isinstance(self.model, Module):
            return ""
        return next((type(m).__name__ for m in self.model.modules() if is_modal(m)), "")

    def layer_of(self, kinds: tuple[type, ...]) -> str:
        """The name and the class of the only layer of these kinds, as words in a sentence; "" if it is not known."""
        if not isinstance(self.model, Module):
            return ""
        found = [(name, module) for name, module in self.model.named_modules() if isinstance(module, kinds)]
        return f"the layer {found[-1][0]} ({type(found[-1][1]).__name__})" if found and found[-1][0] else ""


def is_modal(module: object) -> bool:
    """Does it behave otherwise in training mode?"""
    return (isinstance(module, Dropout) and module.p > 0) or (
        isinstance(module, PerChannel) and module.track_running_stats
    )


def _named(thing: Any) -> list[tuple[str, Any]]:
    """The parameters inside a thing, with their names."""
    if thing is None:
        return []
    if isinstance(thing, Tensor | Value):
        return [(thing.label or "parameter", thing)]
    if isinstance(thing, Module):
        return list(thing.named_parameters())
    if hasattr(thing, "parameters"):
        return [(p.label or f"parameter {k}", p) for k, p in enumerate(thing.parameters())]
    if isinstance(thing, dict):
        return [(str(name), p) for name, p in thing.items() if adopt(p)]
    if isinstance(thing, list | tuple):
        return [(p.label or f"parameter {dotted(path)}", p) for path, p in walk(list(thing)) if adopt(p)]
    raise TypeError(
        f"doctor: the model must be an nn.Module, a network of nn.scalar or a list of parameters, not {thing!r}"
    )
