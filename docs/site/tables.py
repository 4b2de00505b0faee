"""Generated tables: what there is, from the declarations and the docstrings, so that it is never out of date."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path

import nn
import optim
from autograd import coverage, special_points

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


def write(folder: Path) -> None:
    """All tables, and the list of them."""
    for name, page in TABLES.items():
        (folder / f"{name}.md").write_text(page(), encoding="utf-8")
    listed = "\n".join(["# Tables", "", "```{toctree}", ":maxdepth: 1", "", *TABLES, "```"])
    (folder / "index.md").write_text(f"{listed}\n", encoding="utf-8")
