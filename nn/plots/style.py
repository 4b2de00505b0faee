"""The common look of all figures, in Okabe and Ito's colours for colour-blind people (jfly.uni-koeln.de/color)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.extras import extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Figure
else:
    Figure = Any  # matplotlib is optional

BLUE, ORANGE, GREEN, GREY, VERMILION = "#0072b2", "#e69f00", "#009e73", "#666666", "#d55e00"
COLORS = [BLUE, ORANGE, GREEN, "#cc79a7", "#56b4e9", VERMILION, "#000000", "#f0e442"]
STYLES = ["-", "--", ":"]


def new_figure(width: float, height: float) -> Figure:
    return extra("matplotlib.figure", "plot", "a plot").Figure(figsize=(width, height), layout="constrained")


def new_axes(width: float, height: float) -> tuple[Figure, Any]:
    """A figure with one pair of axes."""
    figure = new_figure(width, height)
    return figure, figure.add_subplot()


def finish(axes: Any, **legend: Any) -> None:
    """Add the legend, and keep the frame from distracting from the curves."""
    axes.grid(color="0.93")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, **legend)
