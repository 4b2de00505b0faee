"""A description while it is made: quantities get their keys and names, arrays that are not tracked appear once."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...tensor import Tensor
from ..graph import Graph, Operand, Quantity
from .names import Names, identity
from .parts import add_results
from .written import number


class Building:
    """A graph that grows.

    ``names``   what things are called
    ``keys``    the key of what has been described, by the id of a Value, a node or an array
    ``scopes``  the key of each scope, by the number of the part of the program
    ``modules`` the module of a scope, by the key of the scope
    ``held``    what these ids belong to, so that nothing else can have them
    """

    def __init__(self, names: Names) -> None:
        self.graph = Graph()
        self.names = names
        self.keys: dict[int, int] = {}
        self.scopes: dict[int, int] = {}
        self.modules: dict[int, Any] = {}
        self.held: list[Any] = []

    def add(self, quantity: Quantity, of: Any = None, label: str = "") -> Quantity:
        """Give it the next key and its name; ``of`` is the Value, node or array that it describes."""
        quantity.key = len(self.graph.quantities)
        self.graph.quantities.append(quantity)
        quantity.name, quantity.named = (label, "label") if label else self.names.of(of)
        if of is not None:
            self.keys[id(of)] = quantity.key
            self.held.append(of)
        return quantity

    def key_of(self, thing: Any) -> int | None:
        """The key of a Value, a node or an array, if it is in the graph."""
        return self.keys.get(id(thing))

    def same(self, thing: Any, other: Any) -> None:
        """Let a Value or node have the quantity of another, which is described."""
        self.keys[id(thing)] = self.keys[id(other)]
        self.held.append(thing)

    def constant(self, array: Any, given: Any = None) -> Operand:
        """An operand that is not tracked: a number as written, or an array with a quantity of its own.

        ``given`` is what the caller gave, where that is known: an array may be a copy of it.
        """
        label = given.label if isinstance(given, Tensor) else ""
        as_given = array if given is None else identity(given)
        own = self.names.original(as_given)
        named = bool(label or self.names.of(own)[0])
        if not np.ndim(array) and not named:
            return Operand(literal=number(array))
        key = self.keys.get(id(array))
        if key is None and own is not as_given:  # another copy of it may have been given to another operation
            key = self.keys.get(id(own))
        if key is None:
            shape, dtype = tuple(np.shape(array)), str(np.asarray(array).dtype)
            value = array if shape else number(array)
            key = self.add(Quantity(-1, "constant", value=value, shape=shape, dtype=dtype), own, label).key
            self.keys[id(array)] = key
            self.held.append(array)
        return Operand(key)

    def scope(self, part: Any) -> int | None:
        """The key of the scope of a part of the program."""
        return None if part is None else self.scopes.get(part.number)

    def finished(self) -> Graph:
        """The graph, its scopes with their parameters and results."""
        add_results(self.graph)
        for key, module in self.modules.items():
            for name, parameter in module.named_parameters(recurse=False):
                found = self.key_of(identity(parameter))
                if found is not None:
                    self.graph.scopes[key].parameters.append((name, found))
        return self.graph
