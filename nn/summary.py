"""summary(model, input): what each module gives and costs, as a table.

Convention: a row tells of the module's own parameters and multiply-adds; those of the modules inside it stand in
their rows, so that the columns add up. What is shared counts where it comes first.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, no_grad

from .module import Module, head, mode

HEADINGS = ("module", "output", "parameters", "multiply-adds")


class Row(NamedTuple):
    """One module: its name in the model, how deep it lies, how it prints, and what it gives and costs."""

    name: str
    depth: int
    module: str
    output: list[tuple[int, ...]]  # the shapes of the tensors that it gave last; none if it was not called
    parameters: int
    trainable: int
    multiply_adds: int


class Summary:
    """The rows and their totals; prints as a table, in a notebook too."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.parameters = sum(row.parameters for row in rows)
        self.trainable = sum(row.trainable for row in rows)
        self.multiply_adds = sum(row.multiply_adds for row in rows)

    def cells(self) -> Iterator[tuple[str, str, str, str]]:
        """The table's lines as text."""
        for row in self.rows:
            parameters, products = [f"{n:,}" if n else "" for n in (row.parameters, row.multiply_adds)]
            yield "  " * row.depth + row.module, ", ".join(map(str, row.output)), parameters, products

    def totals(self) -> tuple[str, str, str, str]:
        """The last line."""
        frozen = self.parameters - self.trainable
        kind = f"total, {frozen:,} of them frozen" if frozen else "total"
        return kind, "", f"{self.parameters:,}", f"{self.multiply_adds:,}"

    def __str__(self) -> str:
        lines = [HEADINGS, *self.cells(), self.totals()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = [
            "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, "<<>>", widths, strict=True)).rstrip()
            for line in lines
        ]
        rule = "─" * (sum(widths) + 6)
        return "\n".join([text[0], rule, *text[1:-1], rule, text[-1]])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(_html(cells, "td") for cells in self.cells())
        head, foot = _html(HEADINGS, "th"), _html(self.totals(), "th")
        return f"<table><thead>{head}</thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"


def _html(cells: Iterable[str], tag: str) -> str:
    """A line of the table."""
    text = ""
    for cell, side in zip(cells, ("left", "left", "right", "right"), strict=True):
        cell = cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text += f'<{tag} style="text-align: {side}; white-space: pre">{cell}</{tag}>'
    return f"<tr>{text}</tr>"


def summary(model: Module, *inputs: Any, **options: Any) -> Summary:
    """What ``model(*inputs, **options)`` passes through: output shapes, parameters, multiply-adds, module by module.

    An input is an array, a tensor, or a shape: ``summary(model, (1, 1, 28, 28))``. The model is called once, in eval
    mode and unrecorded, and is afterwards as it was before.
    """
    outputs: dict[int, list[tuple[int, ...]]] = {}
    costs: dict[int, int] = {}

    def note(module: Module, given: tuple[Any, ...], named: dict[str, Any], output: Any) -> None:
        outputs[id(module)] = list(_shapes(output))
        if named:
            given = inspect.signature(module.forward).bind(*given, **named).args
        costs[id(module)] = costs.get(id(module), 0) + module.multiply_adds(given, output)

    with ExitStack() as hooks, mode(model, False), no_grad():
        for module in model.modules():
            hooks.enter_context(module.register_forward_hook(note, with_kwargs=True))
        model(*[_input(x, model) for x in inputs], **options)

    seen: set[int] = set()

    def rows(module: Module, name: str, label: str, depth: int) -> Iterator[Row]:
        own = [p for p in module.parameters(recurse=False) if id(p) not in seen]
        seen.update(map(id, (module, *own)))
        sizes = [(getattr(p, "size", 1), getattr(p, "requires_grad", True)) for p in own]
        yield Row(
            name=name,
            depth=depth,
            module=f"{label}: {head(module)}" if label else head(module),
            output=outputs.get(id(module), []),
            parameters=sum(size for size, _ in sizes),
            trainable=sum(size for size, trained in sizes if trained),
            multiply_adds=costs.get(id(module), 0),
        )
        for key, child in module.named_children():
            if id(child) not in seen:
                yield from rows(child, f"{name}.{key}" if name else key, key, depth + 1)

    return Summary(list(rows(model, "", "", 0)))


def _input(given: Any, model: Module) -> Any:
    """An input as it is, or zeros of the shape that was given."""
    if not (isinstance(given, tuple) and all(isinstance(n, int | np.integer) for n in given)):
        return given
    dtypes = [p.dtype for p in model.parameters() if isinstance(p, Tensor)]
    return np.zeros(given, dtypes[0] if dtypes else np.float32)


def _shapes(output: Any) -> Iterator[tuple[int, ...]]:
    """The shapes of the tensors in an output."""
    if isinstance(output, Mapping):
        output = tuple(output.values())
    if isinstance(output, tuple | list):
        for part in output:
            yield from _shapes(part)
    elif hasattr(output, "shape"):
        yield tuple(output.shape)
