"""The common look of all figures, in Okabe and Ito's colours for colour-blind people (jfly.uni-koeln.de/color)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autograd.extras import extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Figure
else:
    Figure = Any  # matplotlib is optional

BLUE, ORANGE, GREEN, GREY, VERMILION = "#0072b2", "#e69f00", "#009e73", "#666666", "#d55e00"
COLORS = [BLUE, ORANGE, GREEN, "#cc79a7", "#56b4e9", VERMILION, "#000000", "#f0e442"]
LINES = COLORS[:7]  # yellow is too light for a line
STYLES = ["-", "--", ":", "-."]


def empty_figure(width: float, height: float) -> Figure:
    """A figure without axes, sized in inches."""
    return extra("matplotlib.figure", "plot", "a plot").Figure(figsize=(width, height), layout="constrained")


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Figure, Any]:
    """A figure, and its axes, or an array of them if there are several."""
    figure = empty_figure(width, height)
    return figure, figure.subplots(rows, columns)


def clean(axes: Any) -> None:
    """Keep the frame from distracting from the curves."""
    axes.grid(color="0.93")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def finish(axes: Any, **legend: Any) -> None:
    """Add the legend to clean axes."""
    clean(axes)
    axes.legend(frameon=False, **legend)


def shades(count: int) -> list[Any]:
    """Colours from dark to light for things that have an order, for colour-blind people too."""
    scale = extra("matplotlib", "plot", "a plot").colormaps["viridis"]
    return [scale(0.9 * k / max(count - 1, 1)) for k in range(count)]


def log_axis(axes: Any, which: str = "y") -> None:
    """A logarithmic axis, whose ticks are plain numbers where it spans few powers of ten."""
    getattr(axes, f"set_{which}scale")("log", nonpositive="mask")
    low, high = getattr(axes, f"get_{which}lim")()
    decades = math.log10(high / low)
    if decades < 3:
        ticker = extra("matplotlib.ticker", "plot", "a plot")
        axis = getattr(axes, f"{which}axis")
        axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5) if decades < 2 else (1, 3)))
        axis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:.4g}"))
        axis.set_minor_formatter(ticker.NullFormatter())


def plain(name: str) -> str:
    """A name as it is: without mathematics between dollar signs, and not hidden from a legend for its underscore."""
    return ("\u200b" if name.startswith("_") else "") + name.replace("$", r"\$")
