"""Functions that are recorded once, and graphs of functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..capture import capture
from ..declare import tracked
from ..hips.tracing import Node, trace
from ..hips.wrapping import wraps


def const_graph(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """The function with its first arguments given, recorded at the first call and run as a program afterwards.

    It is ``autograd.capture``: where a number decides what the function does, the program checks it, and the function
    is recorded again if need be. Differentiated, it runs as it stands: record ``grad(fun)`` instead.
    """
    whole = partial(fun, *args, **kwargs)
    program = capture(whole)

    @wraps(fun)
    def call(*rest: Any) -> Any:
        return whole(*rest) if tracked(rest) else program(*rest)

    return call


class FullGraphNode(Node):
    """A step with its value and its ``recipe``: function, arguments, keywords, and (place, node) of each parent."""

    __slots__ = ("recipe", "value")

    def __init__(self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any) -> None:
        self.value = value
        self.recipe = (fun, args, kwargs, list(zip(parent_argnums, parents, strict=False)))

    def initialize_root(self) -> None:
        self.value = None
        self.recipe = (lambda x: x, (), {}, [])


def full_graph(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The node of fun's result, from which ``recipe`` leads to those that it was computed from."""
    return trace(FullGraphNode.new_root(), lambda xs: fun(*xs, **kwargs), args)[1]


__all__ = ["FullGraphNode", "const_graph", "full_graph"]
