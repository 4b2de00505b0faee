"""How all pictures look, and what their functions take.

Colours are those of Okabe and Ito, which colour-blind people tell apart: jfly.uni-koeln.de/color.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.extras import extra

BLUE, ORANGE, GREEN, GREY, VERMILION = "#0072b2", "#e69f00", "#009e73", "#666666", "#d55e00"
COLORS = [BLUE, ORANGE, GREEN, "#cc79a7", "#56b4e9", VERMILION, "#000000", "#f0e442"]
STYLES = ["-", "--", ":"]


def figure_of(width: float, height: float) -> Any:
    return extra("matplotlib.figure", "plot", "a plot").Figure(figsize=(width, height), layout="constrained")


def quiet(axes: Any) -> None:
    """Nothing that draws the eye from the curves."""
    axes.grid(color="0.93")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def names_of(what: str, names: Sequence[str] | None, classes: int) -> list[str]:
    if names is None:
        return [str(k) for k in range(classes)]
    if len(names) != classes:
        raise ValueError(f"{what}: {len(names)} names for {classes} classes")
    return list(names)


def array(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)
