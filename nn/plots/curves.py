"""Curves: a training over its epochs, a loss over learning rates, true positive over false positive rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.typing import ArrayLike

from .. import metrics
from .style import BLUE, COLORS, GREY, STYLES, VERMILION, Figure, finish, new_figure


def history(columns: Mapping[str, Sequence[float]]) -> Figure:
    """Learning curves: for the loss and each metric, training and validation over the epochs.

    ``columns``  a number per epoch for each name; "val_loss" is the validation of "loss"; "lr", "seconds" are not drawn

    A ring marks the best epoch: the lowest loss, the highest metric.
    """
    names = [n for n in columns if not n.startswith("val_") and n not in ("lr", "seconds")]
    if not names or not len(columns[names[0]]):
        raise ValueError("history: no epoch is complete yet")
    figure, row = new_figure(4.6 * len(names), 3.4, 1, len(names))
    for axes, name in zip(np.ravel(row), names, strict=True):
        for column, text, color, style in ((name, "training", GREY, "--"), (f"val_{name}", "validation", BLUE, "-")):
            if column in columns:
                epochs = np.arange(1, len(columns[column]) + 1)
                marker = "." if len(epochs) < 40 else ""
                axes.plot(epochs, columns[column], style, color=color, label=text, marker=marker)
        _mark_best(axes, name, columns.get(f"val_{name}", columns[name]))
        axes.set(title=name, xlabel="epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if name.endswith("loss"):
            axes.set_ylim(bottom=0)
        finish(axes)
    return figure


def _mark_best(axes: Any, name: str, column: Sequence[float]) -> None:
    values = np.asarray(column, float)
    if np.isnan(values).all():
        return
    k = int(np.nanargmin(values) if name.endswith("loss") else np.nanargmax(values))
    axes.plot(k + 1, values[k], "o", markersize=9, markerfacecolor="none", markeredgecolor=VERMILION,
              label=f"best: {values[k]:.3f} (epoch {k + 1})")  # fmt: skip


def learning_rates(
    rates: Sequence[float], losses: Sequence[float], smooth: Sequence[float], suggestion: float = math.nan
) -> Figure:
    """The loss of one batch at each learning rate, and smoothed, as ``Trainer.find_lr`` measures it.

    ``suggestion``  a rate to mark; NaN marks none
    """
    figure, axes = new_figure(5.2, 3.4)
    axes.semilogx(rates, losses, color="0.8", linewidth=0.8, label="each batch")
    axes.semilogx(rates, smooth, color=BLUE, label="smoothed")
    if not math.isnan(suggestion):
        axes.axvline(suggestion, color=VERMILION, linestyle="--", label=f"suggestion {suggestion:.2g}")
    axes.set(xlabel="learning rate", ylabel="loss", title="Learning rate finder")
    axes.set_ylim(0 if min(losses) >= 0 else None, 1.2 * max(smooth))  # single batches may lie far above
    finish(axes)
    return figure


def roc(scores: ArrayLike, target: ArrayLike, names: Sequence[str] | None = None) -> Figure:
    """True against false positive rates, for class 1 of two or for each class against the rest, with their areas.

    ``scores`` and ``target`` as in ``metrics.roc_curve``; ``names`` of the classes, by default their numbers.
    """
    curves: Any = metrics.roc_curve(scores, target)
    areas: Any = metrics.roc_auc(scores, target, None)
    if not isinstance(curves, list):
        curves, areas, names = [curves], [areas], ["ROC"] if names is None else names[-1:]
    names = metrics.class_names("roc", names, len(curves))
    figure, axes = new_figure(5.4 if len(curves) > 1 else 4.2, 4.0)
    axes.plot([0, 1], [0, 1], color="0.75", linewidth=0.8, linestyle=":", label="_chance")
    for k, ((false, true, _), area, name) in enumerate(zip(curves, areas, names, strict=True)):
        style = STYLES[k // len(COLORS) % len(STYLES)]
        axes.plot(false, true, style, color=COLORS[k % len(COLORS)], label=f"{name}  {area:.3f}", linewidth=1.3)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal", title="Receiver operating characteristic")
    axes.set(xlabel="false positive rate", ylabel="true positive rate")
    finish(axes, title="area under the curve", fontsize=8, title_fontsize=8, loc="lower right")
    return figure
