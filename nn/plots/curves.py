"""Curves: of a training over its epochs, of a loss over learning rates, of the rates of right and wrong alarms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import metrics
from .style import BLUE, COLORS, GREY, STYLES, VERMILION, figure_of, names_of, quiet

if TYPE_CHECKING:
    from ..training.finder import LearningRates


def history(columns: Mapping[str, Sequence[float]]) -> Any:
    """Learning curves: for the loss and each metric one picture of training and validation over the epochs.

    A ring marks the best epoch: the lowest loss, the highest metric of the known ones.
    """
    names = [n for n in columns if not n.startswith("val_") and n not in ("lr", "seconds")]
    if not names or not len(columns[names[0]]):
        raise ValueError("history: no epoch is done yet")
    figure = figure_of(4.6 * len(names), 3.4)
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        for column, text, color, style in ((name, "training", GREY, "--"), (f"val_{name}", "validation", BLUE, "-")):
            if column in columns:
                epochs = np.arange(1, len(columns[column]) + 1)
                axes.plot(
                    epochs, columns[column], style, color=color, label=text, marker="." if len(epochs) < 40 else ""
                )
        shown = f"val_{name}" if f"val_{name}" in columns else name
        _mark_best(axes, name, columns[shown])
        axes.set(title=name, xlabel="epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if name.endswith("loss"):
            axes.set_ylim(bottom=0)
        quiet(axes)
        axes.legend(frameon=False)
    return figure


def _mark_best(axes: Any, name: str, column: Sequence[float]) -> None:
    values = np.asarray(column, float)
    if np.isnan(values).all():
        return
    k = int(np.nanargmin(values) if name.endswith("loss") else np.nanargmax(values))
    axes.plot(k + 1, values[k], "o", markersize=9, markerfacecolor="none", markeredgecolor=VERMILION,
              label=f"best: {values[k]:.3f} (epoch {k + 1})")  # fmt: skip


def learning_rates(found: LearningRates) -> Any:
    """The loss against the learning rate, as ``Trainer.find_lr`` saw it, with its suggestion."""
    figure = figure_of(5.2, 3.4)
    axes = figure.add_subplot()
    axes.semilogx(found.rates, found.losses, color="0.8", linewidth=0.8, label="each batch")
    axes.semilogx(found.rates, found.smooth, color=BLUE, label="smoothed")
    if not math.isnan(found.suggestion):
        axes.axvline(found.suggestion, color=VERMILION, linestyle="--", label=f"suggestion {found.suggestion:.2g}")
    axes.set(xlabel="learning rate", ylabel="loss", title="Learning rate finder")
    axes.set_ylim(0 if min(found.losses) >= 0 else None, 1.2 * max(found.smooth))  # single batches may lie far above
    quiet(axes)
    axes.legend(frameon=False)
    return figure


def roc(scores: Any, target: Any, names: Sequence[str] | None = None) -> Any:
    """True against false positive rates, of class 1 or of each class against the rest, with the areas below them."""
    curves, areas = metrics.roc_curve(scores, target), metrics.roc_auc(scores, target, None)
    if not isinstance(curves, list):
        curves, areas, names = [curves], [areas], ["ROC"] if names is None else names[-1:]
    names = names_of("roc", names, len(curves))
    figure = figure_of(5.4 if len(curves) > 1 else 4.2, 4.0)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.75", linewidth=0.8, linestyle=":", label="_chance")
    for k, ((false, true, _), area, name) in enumerate(zip(curves, areas, names, strict=True)):
        style = STYLES[k // len(COLORS) % len(STYLES)]
        axes.plot(false, true, style, color=COLORS[k % len(COLORS)], label=f"{name}  {area:.3f}", linewidth=1.3)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal", title="Receiver operating characteristic")
    axes.set(xlabel="false positive rate", ylabel="true positive rate")
    quiet(axes)
    axes.legend(frameon=False, title="area under the curve", fontsize=8, title_fontsize=8, loc="lower right")
    return figure
