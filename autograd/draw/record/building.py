"""A description while it is made: quantities get their keys, arrays that are not tracked appear once."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Graph, Operand, Quantity
from .written import number


class Building:
    """A graph that grows.

    ``keys``       the key of what has been described: of a Value or a node, by its id
    ``constants``  the key of an array that is not tracked, by its id
    ``held``       what these ids belong to, so that nothing else can have them
    """

    def __init__(self) -> None:
        self.graph = Graph()
        self.keys: dict[int, int] = {}
        self.constants: dict[int, int] = {}
        self.held: list[Any] = []

    def add(self, quantity: Quantity, of: Any = None) -> Quantity:
        """Give it the next key; ``of`` is the Value or node that it describes."""
        quantity.key = len(self.graph.quantities)
        self.graph.quantities.append(quantity)
        if of is not None:
            self.keys[id(of)] = quantity.key
            self.held.append(of)
        return quantity

    def constant(self, array: Any, name: str = "") -> Operand:
        """An operand that is not tracked: a number as written, or an array with a quantity of its own."""
        if not np.ndim(array):
            return Operand(literal=number(array))
        if id(array) not in self.constants:
            shape = tuple(np.shape(array))
            made = Quantity(-1, "constant", value=array, shape=shape, dtype=str(array.dtype), name=name)
            made.named = "label" if name else ""
            self.constants[id(array)] = self.add(made).key
            self.held.append(array)
        return Operand(self.constants[id(array)])
