"""Generated tables: what there is, from the declarations and the docstrings, so that it is never out of date."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path

import nn
import optim
from autograd import coverage, special_points
from autograd.absent import ADVICE
from autograd.declare import OPERATIONS, Operation, declare_all

Rows = Iterable[tuple[str, ...]]
TABLES: dict[str, Callable[[], str]] = {}


def table(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Name a function that gives a page in Markdown."""

    def named(page: Callable[[], str]) -> Callable[[], str]:
        TABLES[name] = page
        return page

    return named


def markdown(head: tuple[str, ...], rows: Rows) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def first_line(thing: object) -> str:
    return inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("*", "\\*")


@table("coverage")
def _coverage() -> str:
    return coverage.PAGE.read_text(encoding="utf-8")


@table("special_points")
def _special_points() -> str:
    return special_points.PAGE.read_text(encoding="utf-8")


@table("layers")
def _layers() -> str:
    classes = [(name, getattr(nn, name)) for name in nn.layers.__all__ + nn.losses.__all__]
    rows = [(f"[`nn.{name}`](../reference/nn.rst)", first_line(c)) for name, c in sorted(classes)]
    return (
        "# Layers and losses\n\nTheir names, arguments and defaults are PyTorch's where PyTorch has them.\n\n"
        + markdown(("layer", "what it computes"), rows)
    )


@table("optimizers")
def _optimizers() -> str:
    classes = [(name, getattr(optim, name)) for name in sorted(optim.__all__) if inspect.isclass(getattr(optim, name))]
    rows = [(f"[`optim.{name}`](../reference/optim.rst)", first_line(c)) for name, c in classes]
    return "# Optimizers and schedules\n\n" + markdown(("name", "what it computes"), rows)


@table("operations")
def _operations() -> str:
    rows = []
    declare_all()
    declared = {id(o): o for o in OPERATIONS.values() if isinstance(o, Operation)}
    for operation in sorted(declared.values(), key=lambda operation: operation.name):
        forward = operation.kind != "primitive" or operation.pushes is not None
        inputs = "all in a list" if operation.many else ", ".join(f"`{name}`" for name in operation.inputs)
        rows.append((f"`{operation.name}`", operation.kind, inputs, "yes", "yes" if forward else "no"))
    text = (
        "# Operations\n\nEach stands in the graph as one step, with rules of its own. The kind says what its Jacobian "
        "is like: diagonal (elementwise), constant (linear), linear in each input (bilinear), or anything (primitive). "
        "Rules are recorded too when they are asked for, so derivatives of any order follow.\n\n"
    )
    return text + markdown(("operation", "kind", "differentiable in", "reverse", "forward"), rows)


@table("native")
def _native() -> str:
    from autograd.capture.native import known  # it needs numba

    return (
        "# What the compiled loop does\n\nPrograms of `capture` run in one compiled loop where the extra `fast` is "
        f"installed (`python -m autograd.capture.native` prints this table).\n\n{known.table()}\n"
    )


@table("words")
def _words() -> str:
    parts = [
        "# Words of other libraries\n\nWhat is asked for and not there raises, and the error says what to write. These "
        "are the words that are known; others are answered with the nearest name.\n"
    ]
    for owner in sorted(ADVICE):
        rows = [
            (", ".join(f"`{n}`" for n in names.split()), text.replace("nothing: ", "leave it out: "))
            for names, text in sorted(ADVICE[owner].items())
        ]
        parts.append(f"## {owner}\n\n" + markdown(("asked for", "write"), rows))
    return "\n".join(parts)


def write(folder: Path) -> None:
    """All tables, and the list of them."""
    for name, page in TABLES.items():
        (folder / f"{name}.md").write_text(page(), encoding="utf-8")
    listed = "\n".join(["# Tables", "", "```{toctree}", ":maxdepth: 1", "", *TABLES, "```"])
    (folder / "index.md").write_text(f"{listed}\n", encoding="utf-8")
