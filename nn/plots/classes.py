"""Which classes a model predicts: for samples, and for the points of a plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.extras import extra
from autograd.typing import ArrayLike, NDArray

from ..metrics import array, class_names
from ..module import mode
from .style import COLORS, Figure, new_figure, plain

PALE = 0.3  # how much of a class's colour its region has
THIN: Any = {"s": 24, "edgecolor": "0.15", "linewidth": 0.5, "zorder": 2}
HEAVY: Any = {"s": 44, "edgecolor": "k", "linewidth": 1.8, "zorder": 3}  # of a point that is taken for another class


def confusion_matrix(matrix: ArrayLike, names: Sequence[str] | None = None) -> Figure:
    """How many samples of class i (row) were predicted as j (column), coloured by their fraction of the row.

    ``matrix``  counts or fractions (classes, classes), as ``metrics.confusion_matrix`` computes them
    ``names``   of the classes; by default their numbers
    """
    counts = array(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"confusion_matrix: the matrix must be square, got shape {counts.shape}")
    classes = len(counts)
    names = class_names("confusion_matrix", names, classes)
    fraction = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    size = max(3.6, 0.52 * classes + 2.2)
    figure, axes = new_figure(size + 0.8, size)
    image = axes.imshow(fraction, cmap="Blues", vmin=0, vmax=1, aspect="auto")  # the layout keeps cells square enough
    whole = np.issubdtype(counts.dtype, np.integer)
    for i, j in np.ndindex(classes, classes):
        if counts[i, j]:
            text = f"{counts[i, j]}" if whole else f"{counts[i, j]:.2f}"
            axes.text(j, i, text, ha="center", va="center", fontsize=8, color="w" if fraction[i, j] > 0.5 else "k")
    names = [plain(name) for name in names]
    axes.set_xticks(range(classes), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(classes), names)
    axes.set(xlabel="predicted class", ylabel="true class", title="Confusion matrix")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, label="fraction of the row", fraction=0.046, pad=0.03)
    return figure


def decision_boundary(
    model: Callable[[Any], ArrayLike], points: ArrayLike, target: ArrayLike, steps: int = 200,
    names: Sequence[str] | None = None,
) -> Figure:  # fmt: skip
    """The class that a model predicts at each point of the plane, and the samples.

    ``model``   gives scores (n, classes) for inputs (n, 2), or one score (n,) or (n, 1), positive for class 1 of two
    ``points``  the samples (n, 2)
    ``target``  their classes (n,), integers from 0
    ``steps``   points along each side of the grid on which the model is evaluated
    ``names``   of the classes; by default their numbers

    Regions are pale, points have the full colour of their class. A point that the model takes for another class has a
    heavy edge.
    """
    x, d = array(points), array(target).astype(int)
    if x.ndim != 2 or x.shape[1] != 2 or d.shape != (len(x),):
        raise ValueError(f"decision_boundary: needs points (n, 2) and target (n,), got {x.shape} and {d.shape}")
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.08 * np.maximum(high - low, 1e-12)
    across, up = (np.linspace(low[k] - margin[k], high[k] + margin[k], steps) for k in (0, 1))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(x.dtype)
    with no_grad(), mode(model, False):
        scores, own = (_scores(model(inputs)) for inputs in (grid, x))
    classes = scores.shape[1]
    names = class_names("decision_boundary", names, classes)
    colors = [COLORS[k % len(COLORS)] for k in range(classes)]
    pale = [
        [1 - PALE * (1 - c) for c in extra("matplotlib.colors", "plot", "a plot").to_rgb(color)] for color in colors
    ]
    figure, axes = new_figure(5.2 + 0.08 * max(12, *map(len, names)), 4.2)
    axes.imshow(
        scores.argmax(axis=1).reshape(steps, steps), origin="lower", extent=(across[0], across[-1], up[0], up[-1]),
        vmin=-0.5, vmax=classes - 0.5, cmap=extra("matplotlib.colors", "plot", "a plot").ListedColormap(pale),
        aspect="auto", interpolation="nearest",
    )  # fmt: skip
    for k in range(classes):
        lead = scores[:, k] - np.delete(scores, k, axis=1).max(axis=1)
        if lead.min() < 0 < lead.max():
            axes.contour(across, up, lead.reshape(steps, steps), levels=[0], colors="0.35", linewidths=0.8)
    wrong = own.argmax(axis=1) != d
    for k, (name, color) in enumerate(zip(names, colors, strict=True)):
        for chosen, edge in (((d == k) & ~wrong, THIN), ((d == k) & wrong, HEAVY)):
            if chosen.any() or edge is THIN:
                axes.scatter(*x[chosen].T, color=color, marker="osD^vp<*"[k % 8], **edge,
                             label=plain(name) if edge is THIN else "_mistaken")  # fmt: skip
    if wrong.any():
        axes.scatter([], [], color="w", label=f"{wrong.mean():.1%} mistaken", **HEAVY)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title="Decision boundary")
    axes.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _scores(outputs: ArrayLike) -> NDArray[Any]:
    """A score for each class (n, classes); one score is the lead of class 1 over class 0."""
    scores = array(outputs)
    if scores.ndim == 2 and scores.shape[1] > 1:
        return scores
    one = scores.reshape(-1, 1)
    return np.concatenate([-one, one], axis=1)
