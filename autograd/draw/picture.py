"""Draw a graph as on the blackboard: ``draw(y)`` for a notebook, ``render(y, "graph.svg")`` for a file.

Convention: pictures have a dark background of their own, so that they look the same on light and dark pages. Names
and operations are in yellow chalk, values in white, gradients in pink, local derivatives in blue.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import threading
from html import escape
from pathlib import Path
from typing import Any, Literal, get_args

from ..extras import extra
from .boxes import Box, collect

Direction = Literal["LR", "TB", "RL", "BT"]
BOARD, CHALK, DUST, YELLOW, PINK, BLUE = "#22302b", "#f2f0e6", "#8fa398", "#f6d55c", "#ff9aa2", "#9bd4f5"
PANEL = {"leaf": "#31463f", "constant": BOARD, "result": "#283933", "root": "#4a4630", "operation": BOARD}
FONT = "Courier"  # every renderer knows its widths
GAP = "<TD></TD>"  # keeps text off the border; padding would also make boxes taller
COLORS = {"value": CHALK, "shape": CHALK, "grad": PINK, "|grad|": PINK}


def draw(*things: object, rankdir: Direction = "LR", limit: int = 2000, unfold: bool = True) -> Any:
    """A ``graphviz.Digraph`` of the graphs of Values or tensors, also in lists, dicts or object arrays.

    Each box shows label, value or shape, and gradient; each arrow into an operation of Values the local derivative.

    ``rankdir``  the direction of the computation: LR (left to right), TB (top to bottom), RL or BT
    ``limit``    a graph of more nodes than this raises ValueError
    ``unfold``   show a neuron of ``nn.scalar``, one node of the graph, as the small operations it is made of
    """
    if rankdir not in get_args(Direction):
        raise ValueError(f"draw: rankdir is LR, TB, RL or BT, not {rankdir!r}")
    picture = collect(things, limit, unfold)
    digraph = graphviz().Digraph(
        "computation",
        graph_attr={
            "rankdir": rankdir, "bgcolor": BOARD, "pad": "0.3", "nodesep": "0.18", "ranksep": "0.4",
            "outputorder": "edgesfirst",
        },
        node_attr={"shape": "plain", "fontname": FONT, "fontsize": "12", "fontcolor": CHALK},
        edge_attr={"color": DUST, "fontname": FONT, "fontsize": "10", "fontcolor": BLUE, "arrowsize": "0.6"},
    )  # fmt: skip
    names = {box.key: f"n{k}" for k, box in enumerate(picture.boxes)}  # not ids: the same picture each time
    for box in picture.boxes:
        _add_box(digraph, names[box.key], box)
    for arrow in picture.arrows:
        options = {"label": f" {arrow.text} "} if arrow.text else {}
        digraph.edge(names[arrow.source], names[arrow.target], **options)
    return digraph


def _add_box(digraph: Any, name: str, box: Box) -> None:
    tip = {"tooltip": box.tip or box.title or box.kind}
    if box.kind == "operation":
        digraph.node(
            name, f"<<B>{escape(box.title)}</B>>", shape="box", style="rounded,filled", fillcolor=BOARD, color=YELLOW,
            fontcolor=YELLOW, margin="0.09,0.03", width="0.3", height="0.3", penwidth="1.2", ordering="in", **tip,
        )  # fmt: skip
        return
    title = f'<TR><TD COLSPAN="4"><FONT COLOR="{YELLOW}"><B>{escape(box.title)}</B></FONT></TD></TR>'
    rows = [title] if box.title else []
    for word, text in box.rows:
        lines = escape(text).replace("\n", '<BR ALIGN="RIGHT"/>')
        rows.append(
            f'<TR>{GAP}<TD ALIGN="LEFT"><FONT COLOR="{DUST}" POINT-SIZE="9">{escape(word)}</FONT></TD>'
            f'<TD ALIGN="RIGHT"><FONT COLOR="{COLORS[word]}">{lines}</FONT></TD>{GAP}</TR>'
        )
    border = YELLOW if box.kind == "root" else DUST
    table = (
        '<<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" STYLE="ROUNDED" '
        f'COLOR="{border}" BGCOLOR="{PANEL[box.kind]}">{"".join(rows)}</TABLE>>'
    )
    digraph.node(name, table, **tip)


def render(
    things: object, path: str | os.PathLike[str], *, rankdir: Direction = "LR", limit: int = 2000, unfold: bool = True
) -> Path:
    """Write the picture of ``draw(things, ...)``; the ending of the path is the format: .svg, .png, .pdf, .dot.

    The file appears whole or not at all.
    """
    path = Path(path)
    kind = path.suffix.removeprefix(".").lower()
    if not kind:
        raise ValueError(f"render: the ending of {str(path)!r} must say the format: .svg, .png, .pdf or .dot")
    digraph = draw(things, rankdir=rankdir, limit=limit, unfold=unfold)
    try:
        content = digraph.source.encode() if kind in ("dot", "gv") else digraph.pipe(format=kind)
    except subprocess.CalledProcessError as error:
        if b"not recognized" not in (error.stderr or b""):
            raise
        raise ValueError(
            f"render: the program that lays pictures out here cannot write .{kind}. Write .svg, .png or .dot; for .pdf "
            "install Graphviz itself (graphviz.org): its 'dot' is used where it is on PATH"
        ) from None
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


# ---------------------------------------------------------------- the program that lays pictures out


def graphviz() -> Any:
    """The Python package graphviz, with a program to call: ``dot`` if it is on PATH, else ``graphviz-pure``.

    The wheel graphviz-pure installs a command of that name, which takes dot's arguments.
    """
    package, commands = (extra(name, "draw", "a picture") for name in ("graphviz", "graphviz.backend.dot_command"))
    if str(commands.DOT_BINARY) == "dot" and shutil.which("dot") is None:
        program = pure()
        if program is None:
            raise RuntimeError(
                "neither 'dot' nor 'graphviz-pure' is installed to lay the picture out: pip install 'chalkgrad[draw]'"
            )
        commands.DOT_BINARY = program
    return package


def pure() -> Path | None:
    """The command of the wheel graphviz-pure: where the wheel installed it, beside this Python, or on PATH."""
    candidates: list[Any] = []
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        files = importlib.metadata.distribution("graphviz-pure").files or []
        candidates += [f.locate() for f in files if f.stem == "graphviz-pure" and f.parent.name in ("bin", "Scripts")]
    candidates += [Path(sys.executable).parent / "graphviz-pure", shutil.which("graphviz-pure") or ""]
    return next((Path(c).resolve() for c in map(str, candidates) if Path(c).is_file()), None)
