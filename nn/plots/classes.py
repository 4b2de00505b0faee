"""Which class the samples, or the points of a plane, are taken for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.extras import extra

from ..module import mode
from .style import COLORS, array, figure_of, names_of


def confusion_matrix(matrix: Any, names: Sequence[str] | None = None) -> Any:
    """How many samples of class i (row) were taken for j (column), coloured by the part of their row."""
    counts = array(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"confusion_matrix: a square matrix is drawn, got shape {counts.shape}")
    classes = len(counts)
    names = names_of("confusion_matrix", names, classes)
    part = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    size = max(3.6, 0.52 * classes + 2.2)
    figure = figure_of(size + 0.8, size)
    axes = figure.add_subplot()
    image = axes.imshow(part, cmap="Blues", vmin=0, vmax=1, aspect="auto")  # the layout keeps cells square enough
    whole = np.issubdtype(counts.dtype, np.integer)
    for i, j in np.ndindex(classes, classes):
        if counts[i, j]:
            text = f"{counts[i, j]}" if whole else f"{counts[i, j]:.2f}"
            axes.text(j, i, text, ha="center", va="center", fontsize=8, color="w" if part[i, j] > 0.5 else "k")
    axes.set_xticks(range(classes), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(classes), names)
    axes.set(xlabel="predicted class", ylabel="true class", title="Confusion matrix")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, label="fraction of the row", fraction=0.046, pad=0.03)
    return figure


def decision_boundary(
    model: Callable[[Any], Any], points: Any, target: Any, steps: int = 200, names: Sequence[str] | None = None
) -> Any:
    """Which class a model gives each point of the plane, and the samples: points (n, 2), target (n,).

    The model gives scores (n, classes), or one score (n,) or (n, 1) whose sign tells class 1 from 0.
    """
    x, d = array(points), array(target).astype(int)
    if x.ndim != 2 or x.shape[1] != 2 or d.shape != (len(x),):
        raise ValueError(f"decision_boundary: points (n, 2) and target (n,), got {x.shape} and {d.shape}")
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.08 * np.maximum(high - low, 1e-12)
    across, up = (np.linspace(low[k] - margin[k], high[k] + margin[k], steps) for k in (0, 1))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(x.dtype)
    with no_grad(), mode(model, False):
        scores = array(model(grid))
    if scores.ndim == 2 and scores.shape[1] > 1:
        regions, classes = scores.argmax(axis=1), scores.shape[1]
    else:
        regions, classes = (scores.reshape(-1) > 0).astype(int), 2
    names = names_of("decision_boundary", names, classes)
    figure = figure_of(4.8, 4.2)
    axes = figure.add_subplot()
    colormap = extra("matplotlib.colors", "plot", "a plot").ListedColormap(
        [COLORS[k % len(COLORS)] for k in range(classes)]
    )
    axes.imshow(
        regions.reshape(steps, steps), origin="lower", extent=(across[0], across[-1], up[0], up[-1]), cmap=colormap,
        vmin=-0.5, vmax=classes - 0.5, alpha=0.25, aspect="auto", interpolation="nearest",
    )  # fmt: skip
    for k in range(classes):
        axes.scatter(*x[d == k].T, s=18, color=COLORS[k % len(COLORS)], marker="osD^vPX*"[k % 8], edgecolor="w",
                     linewidth=0.5, label=names[k])  # fmt: skip
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title="Decision boundary")
    axes.legend(frameon=True, framealpha=0.8, fontsize=8)
    return figure
