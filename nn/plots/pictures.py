"""Images, the filters of a network, and their outputs for an image.

Convention: ``columns`` is the largest number of pictures in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.typing import ArrayLike

from ..metrics import array
from .style import Figure, new_figure


def filters(weight: ArrayLike, columns: int = 8) -> Figure:
    """The kernels of a convolution, one picture for each output channel, on one scale; white is 0.

    ``weight``  (out, in, height, width); three input channels are drawn as red, green and blue, else only the first
    """
    w = array(weight)
    if w.ndim != 4:
        raise ValueError(f"filters: weight must be (out, in, height, width), got shape {w.shape}")
    bound = float(np.abs(w).max()) or 1.0
    if w.shape[1] == 3:
        return _tiles(np.moveaxis(w, 1, -1) / (2 * bound) + 0.5, columns, "Filters")
    return _tiles(w[:, 0], columns, "Filters", "weight", cmap="PuOr", vmin=-bound, vmax=bound)


def feature_maps(maps: ArrayLike, columns: int = 8, title: str = "Feature maps") -> Figure:
    """A layer's output for one image, one picture for each channel, on one scale.

    ``maps``  (channels, height, width) or (1, channels, height, width)
    """
    y = array(maps)
    if y.ndim == 4 and len(y) == 1:
        y = y[0]
    if y.ndim != 3:
        raise ValueError(f"feature_maps: needs those of one image, (channels, height, width), got shape {y.shape}")
    low, high = min(0.0, float(y.min())), float(y.max())
    return _tiles(y, columns, title, "activation", cmap="viridis", vmin=low, vmax=high if high > low else low + 1)


def images(pictures: ArrayLike, titles: Sequence[str] | None = None, columns: int = 8, title: str = "") -> Figure:
    """Images side by side.

    ``pictures``  (n, height, width) or (n, 1, height, width) in grey, or (n, 3, height, width) in colour
    ``titles``    one for each image; ``title`` is that of the figure
    """
    x = array(pictures)
    if x.ndim == 4:
        x = x[:, 0] if x.shape[1] == 1 else np.moveaxis(x, 1, -1)
    if x.ndim not in (3, 4):
        raise ValueError(f"images: needs (n, height, width) or (n, channels, height, width), got shape {x.shape}")
    low, high = float(x.min()), float(x.max())
    shown = x if x.ndim == 3 else (x - low) / ((high - low) or 1.0)
    return _tiles(shown, columns, title, titles=titles, cmap="gray_r", vmin=low, vmax=high)


def _tiles(
    pictures: Any, columns: int, title: str, scale: str = "", titles: Sequence[str] | None = None, **options: Any
) -> Figure:
    """Small pictures side by side, with a bar of the scale if it has a name."""
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    width, height = 0.85 * columns + (0.9 if scale else 0.1), (0.85 if titles is None else 1.05) * rows + 0.45
    figure, grid = new_figure(width, height, rows, columns)
    for k, axes in enumerate(np.ravel(grid)):
        axes.axis("off")
        if k < len(pictures):
            image = axes.imshow(pictures[k], interpolation="nearest", **options)
            if titles is not None:
                axes.set_title(titles[k], fontsize=7, pad=2)
    if title:
        figure.suptitle(title)
    if scale:
        figure.colorbar(image, ax=grid, label=scale, fraction=0.05, aspect=12 * rows, shrink=0.9)
    return figure
