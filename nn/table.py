"""The summary of a model: the output, parameters and cost of each module, as a table.

Convention: a row counts the module's own parameters and multiply-adds; modules inside it have rows of their own, so
that the columns add up. Shared ones count where they come first.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, no_grad
from autograd.typing import ArrayLike, Shape

from .module import Module, head, mode

HEADINGS = ("module", "output", "parameters", "multiply-adds")


class Row(NamedTuple):
    """One module: its name in the model, its depth, its text, its outputs' shapes, and its cost."""

    name: str
    depth: int
    module: str
    output: list[Shape]  # of the tensors that its last call gave; none if it was not called
    parameters: int
    trainable: int
    multiply_adds: int


class Summary:
    """The rows and their totals, which it prints as a table, in a notebook as HTML.

    ``rows``  one for each module, in order

    ``parameters`` is the number of parameters, frozen ones included; ``trainable`` those that are not frozen;
    ``multiply_adds`` the number of products that the call added up.
    """

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.parameters = sum(row.parameters for row in rows)
        self.trainable = sum(row.trainable for row in rows)
        self.multiply_adds = sum(row.multiply_adds for row in rows)

    def cells(self) -> Iterator[tuple[str, str, str, str]]:
        """The cells of the rows, as text."""
        for row in self.rows:
            parameters, products = [f"{n:,}" if n else "" for n in (row.parameters, row.multiply_adds)]
            yield "  " * row.depth + row.module, ", ".join(map(str, row.output)), parameters, products

    def totals(self) -> tuple[str, str, str, str]:
        """The cells of the last line."""
        frozen = self.parameters - self.trainable
        kind = f"total, {frozen:,} of them frozen" if frozen else "total"
        return kind, "", f"{self.parameters:,}", f"{self.multiply_adds:,}"

    def __str__(self) -> str:
        lines = [HEADINGS, *self.cells(), self.totals()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        form = "  ".join(f"{{:{side}{width}}}" for side, width in zip("<<>>", widths, strict=True))
        text = [form.format(*line).rstrip() for line in lines]
        rule = "─" * (sum(widths) + 6)
        return "\n".join([text[0], rule, *text[1:-1], rule, text[-1]])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(_html(cells, "td") for cells in self.cells())
        head, foot = _html(HEADINGS, "th"), _html(self.totals(), "th")
        return f"<table><thead>{head}</thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"


def _html(cells: Iterable[str], tag: str) -> str:
    """A line of the table as HTML."""
    text = ""
    for cell, side in zip(cells, ("left", "left", "right", "right"), strict=True):
        cell = cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text += f'<{tag} style="text-align: {side}; white-space: pre">{cell}</{tag}>'
    return f"<tr>{text}</tr>"


def summary(model: Module, *inputs: ArrayLike | Shape, **options: object) -> Summary:
    """The modules of ``model(*inputs, **options)``, with output shapes, parameters and multiply-adds.

    ``inputs``   arrays, tensors, or shapes: ``summary(model, (1, 1, 28, 28))``; for a shape zeros are made, of integers
                 where the first layer with parameters is an Embedding
    ``options``  keyword arguments of the model

    The model is called once, in eval mode and without recording; nothing in it changes.
    """
    outputs: dict[int, list[Shape]] = {}
    costs: dict[int, int] = {}

    def note(module: Module, given: tuple[Any, ...], named: dict[str, Any], output: Any) -> None:
        outputs[id(module)] = list(_shapes(output))
        if named:
            given = inspect.signature(module.forward).bind(*given, **named).args
        costs[id(module)] = costs.get(id(module), 0) + module.multiply_adds(given, output)

    with ExitStack() as hooks, mode(model, False), no_grad():
        for module in model.modules():
            hooks.enter_context(module.register_forward_hook(note, with_kwargs=True))
        given = [_input(x, model) for x in inputs]
        try:
            model(*given, **options)
        except Exception as error:
            made = [f"{x.dtype} of shape {x.shape}" for x, shape in zip(given, inputs, strict=True) if _is_shape(shape)]
            if made:
                error.add_note(f"summary made zeros for the shapes: {', '.join(made)}; give arrays if it takes others")
            raise

    seen: set[int] = set()

    def rows(module: Module, name: str, label: str, depth: int) -> Iterator[Row]:
        own = [p for p in module.parameters(recurse=False) if id(p) not in seen]
        seen.update(map(id, (module, *own)))
        text = f"{label}: {head(module)}" if label else head(module)
        size = sum(getattr(p, "size", 1) for p in own)
        trainable = sum(getattr(p, "size", 1) for p in own if getattr(p, "requires_grad", True))
        yield Row(name, depth, text, outputs.get(id(module), []), size, trainable, costs.get(id(module), 0))
        for key, child in module.named_children():
            if id(child) not in seen:
                yield from rows(child, f"{name}.{key}" if name else key, key, depth + 1)

    return Summary(list(rows(model, "", "", 0)))


def _input(given: Any, model: Module) -> Any:
    """An input as it is, or zeros for a shape: in the dtype that the first layer with parameters takes."""
    if not _is_shape(given):
        return given
    modules = list(model.modules())
    layers = [module for module in modules if next(module.children(), None) is None]
    for module in [*layers, *modules]:
        for parameter in module.parameters(recurse=False):
            own = parameter.dtype if isinstance(parameter, Tensor) else np.float32
            return np.zeros(given, getattr(module, "input_dtype", own))
    return np.zeros(given, np.float32)


def _is_shape(given: Any) -> bool:
    return isinstance(given, tuple) and all(isinstance(n, int | np.integer) for n in given)


def _shapes(output: Any) -> Iterator[Shape]:
    """The shapes of the tensors in an output, also in tuples, lists and dicts."""
    if isinstance(output, tuple | list | Mapping):
        for part in output.values() if isinstance(output, Mapping) else output:
            yield from _shapes(part)
    elif hasattr(output, "shape"):
        yield tuple(output.shape)
