"""Images, the filters of a network, and their outputs for an image.

Convention: ``columns`` is the largest number of pictures in a row. Channels have their numbers above them, from 0, and
``image`` is a picture that stands larger beside the others: (height, width), or with channels before, one or three.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.typing import ArrayLike, NDArray

from ..metrics import array
from .style import Figure, empty_figure, plain

TILE, TEXT, BAR = 0.85, 0.2, 0.9  # inches of a picture, of its title, of the bar of a scale


def filters(weight: ArrayLike, columns: int = 8, channel: int = 0, image: ArrayLike | None = None) -> Figure:
    """The kernels of a convolution, one picture for each output channel, on one scale; white is 0.

    ``weight``   (out, in, height, width); three input channels are drawn as red, green and blue
    ``columns``  how many pictures side by side
    ``channel``  of other numbers of input channels, the one whose kernels are shown
    ``image``    an input of the convolution, to be shown beside them
    """
    w = array(weight)
    if w.ndim != 4:
        raise ValueError(f"filters: weight must be (out, in, height, width), got shape {w.shape}")
    inputs = w.shape[1]
    if not 0 <= channel < inputs:
        raise ValueError(f"filters: there is no input channel {channel}: weight {w.shape} has {inputs}, from 0")
    bound = float(np.abs(w).max()) or 1.0
    numbers = [str(k) for k in range(len(w))]
    if inputs == 3:
        shown = np.moveaxis(w, 1, -1) / (2 * bound) + 0.5
        return _tiles(shown, columns, "Filters, as red, green and blue", titles=numbers, image=image)
    title = "Filters" if inputs == 1 else f"Filters for input channel {channel} of {inputs}"
    return _tiles(
        w[:, channel], columns, title, "weight", titles=numbers, image=image, cmap="PuOr", vmin=-bound, vmax=bound
    )


def feature_maps(
    maps: ArrayLike, columns: int = 8, title: str = "Feature maps", image: ArrayLike | None = None
) -> Figure:
    """A layer's output for one image, one picture for each channel, on one scale.

    ``maps``     (channels, height, width) or (1, channels, height, width)
    ``columns``  how many pictures side by side, and ``title`` the figure's
    ``image``    the image itself, to be shown beside them
    """
    y = array(maps)
    if y.ndim == 4 and len(y) == 1:
        y = y[0]
    if y.ndim != 3:
        raise ValueError(f"feature_maps: needs those of one image, (channels, height, width), got shape {y.shape}")
    low, high = min(0.0, float(y.min())), float(y.max())
    numbers = [str(k) for k in range(len(y))]
    top = high if high > low else low + 1
    return _tiles(y, columns, title, "activation", titles=numbers, image=image, cmap="viridis", vmin=low, vmax=top)


def images(pictures: ArrayLike, titles: Sequence[str] | None = None, columns: int = 8, title: str = "") -> Figure:
    """Images side by side.

    ``pictures``  (n, height, width) or (n, 1, height, width) in grey, or (n, 3, height, width) in colour
    ``titles``    one for each image; ``title`` is that of the figure
    ``columns``   how many images side by side
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
    pictures: NDArray[Any], columns: int, title: str, scale: str = "", titles: Sequence[str] | None = None,
    image: ArrayLike | None = None, **options: Any,
) -> Figure:  # fmt: skip
    """Small pictures side by side, with a bar of the scale if it has a name, and the image from which they come."""
    columns = max(1, min(columns, len(pictures)))
    rows = -(-len(pictures) // columns)
    lines = 0 if titles is None else max((name.count("\n") + 1 for name in titles), default=1)
    height = TILE + TEXT * lines
    large = 0 if image is None else max(1, min(2, rows))  # rows that the image takes
    beside = large * height - TEXT + 0.2 if large else 0.0
    figure = empty_figure(TILE * columns + beside + (BAR if scale else 0.1), height * rows + 0.45)
    if title:
        figure.suptitle(plain(title))
    right: Any = figure
    if image is not None:
        parts: Any = figure.subfigures(1, 2, width_ratios=[beside, TILE * columns + BAR])
        left, right = parts
        _image(left.add_subplot(left.add_gridspec(rows, 1)[:large]), image)
    grid = right.subplots(rows, columns, squeeze=False)
    for k, axes in enumerate(np.ravel(grid)):
        _hide(axes)
        if k < len(pictures):
            shown = axes.imshow(pictures[k], interpolation="nearest", **options)
            if titles is not None:
                axes.set_title(plain(titles[k]), fontsize=7, pad=2)
    if scale:
        right.colorbar(shown, ax=grid, label=scale, fraction=0.05, aspect=12 * rows, shrink=0.9)
    return figure


def _image(axes: Any, image: ArrayLike) -> None:
    """An image with its name, in grey or in colour."""
    x = array(image)
    while x.ndim > 2 and len(x) == 1:
        x = x[0]
    if x.ndim == 3 and len(x) == 3:
        x = np.moveaxis(x, 0, -1)
        x = (x - x.min()) / ((x.max() - x.min()) or 1.0)
    elif x.ndim != 2:
        raise ValueError(f"image: needs one image, (height, width) or (1 or 3, height, width), got {np.shape(image)}")
    axes.imshow(x, interpolation="nearest", cmap="gray_r")
    axes.set_title("input", fontsize=8, pad=2)
    _hide(axes)


def _hide(axes: Any) -> None:
    """No frame and no ticks, whose places the layout would work out though nobody sees them."""
    axes.axis("off")
    axes.set(xticks=(), yticks=())
