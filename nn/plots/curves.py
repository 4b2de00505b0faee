"""Curves: a training over its epochs, a loss over learning rates, true positive over false positive rates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.typing import ArrayLike, NDArray

from .. import metrics
from .style import BLUE, GREY, LINES, STYLES, VERMILION, Figure, clean, finish, log_axis, new_figure, plain

CROWDED = 0.5  # a corner that is smaller is drawn larger
NAMED = 14  # curves with a name


def history(columns: Mapping[str, Sequence[float]], log: bool | None = None) -> Figure:
    """Learning curves: for the loss and each metric, training and validation over the epochs.

    ``columns``  a number per epoch for each name; "val_loss" is the validation of "loss"; "lr", "seconds" are not drawn
    ``log``      a logarithmic axis for the losses? None: where they are positive and span more than a power of ten

    A ring marks the best epoch: the lowest loss, the highest metric. Where the training gets better after it and the
    validation worse, it over-fits: the gap between them is shaded.
    """
    names = [n for n in columns if not n.startswith("val_") and n not in ("lr", "seconds")]
    if not names or not len(columns[names[0]]):
        raise ValueError("history: no epoch is complete yet")
    figure, row = new_figure(4.6 * len(names), 3.4, 1, len(names))
    for axes, name in zip(np.ravel(row), names, strict=True):
        curves = {c: np.asarray(columns[c], float) for c in (name, f"val_{name}") if c in columns}
        looks = (("training", GREY, "--"), ("validation", BLUE, "-"))[: len(curves)]
        for curve, (text, color, style) in zip(curves.values(), looks, strict=True):
            epochs = np.arange(1, len(curve) + 1)
            axes.plot(epochs, curve, style, color=color, label=text, marker="." if len(epochs) < 40 else "")
        _mark_best(axes, name, *curves.values())
        axes.set(title=plain(name), xlabel="epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if name.endswith("loss"):
            low, high = _bounds(curves.values())
            if (low > 0 and high > 10 * low) if log is None else log:
                log_axis(axes)
            elif low >= 0:
                axes.set_ylim(bottom=0)
        finish(axes)
    return figure


def _bounds(curves: Iterable[NDArray[Any]]) -> tuple[float, float]:
    """The smallest and the largest number; NaN where there is none."""
    numbers = np.concatenate([*curves])
    numbers = numbers[np.isfinite(numbers)]
    return (float(numbers.min()), float(numbers.max())) if numbers.size else (math.nan, math.nan)


def _mark_best(axes: Any, name: str, training: NDArray[Any], validation: NDArray[Any] | None = None) -> None:
    """Mark the best epoch, and shade where the training over-fits from then on."""
    y = training if validation is None else validation
    if np.isnan(y).all():
        return
    sign = -1 if name.endswith("loss") else 1
    k = int(np.nanargmax(sign * y))
    best = f"{y[k]:.3f}" if abs(y[k]) >= 0.01 or not y[k] else f"{y[k]:.2e}"
    axes.plot(k + 1, y[k], "o", markersize=9, markerfacecolor="none", markeredgecolor=VERMILION,
              label=f"best: {best} (epoch {k + 1})")  # fmt: skip
    if validation is None or len(training) != len(y) or k + 1 == len(y):
        return
    with np.errstate(invalid="ignore"):
        worse = sign * (y[k] - y) > 0.01 * abs(y[k])
        over = worse & (sign * (training - training[k]) > 0) & (np.arange(len(y)) > k)
    if over.any():
        since = slice(k, int(np.flatnonzero(over)[-1]) + 1)
        epochs = np.arange(1, len(y) + 1)
        axes.fill_between(epochs[since], training[since], y[since], color=VERMILION, alpha=0.12, linewidth=0,
                          label="over-fitting")  # fmt: skip


def learning_rates(
    rates: Sequence[float], losses: Sequence[float], smooth: Sequence[float], suggestion: float = math.nan
) -> Figure:
    """The loss of one batch at each learning rate, and smoothed, as ``Trainer.find_lr`` measures it.

    ``rates``       the learning rates (n,)
    ``losses``      the loss at each (n,), and ``smooth`` the same smoothed
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

    ``scores``  (n,) or (n, 2) for two classes, (n, classes) for more, as for ``metrics.roc_curve``
    ``target``  the true labels (n,), of which each class must have one
    ``names``   of the classes; by default their numbers

    The classes are listed from the largest area to the smallest. Where the curves of several classes crowd in the
    corner, it is drawn larger. Of very many classes, those with the smallest areas have names.
    """
    curves: Any = metrics.roc_curve(scores, target)
    areas: Any = metrics.roc_auc(scores, target, None)
    if not isinstance(curves, list):
        curves, areas, names = [curves], [areas], ["ROC"] if names is None else names[-1:]
    names = [plain(name) for name in metrics.class_names("roc", names, len(curves))]
    several = len(curves) > 1
    order = sorted(range(len(curves)), key=lambda k: -areas[k])
    rest, order = (order[:-NAMED], order[-NAMED:]) if len(order) > NAMED + 1 else ([], order)
    text = max([12, 19 * bool(rest), *(len(names[k]) for k in order)])  # as wide as the title at least
    figure, axes = new_figure(5.6 + 0.085 * text if several else 4.4, 4.6 if several else 4.2)
    corner = _corner(curves) if several else 1.0
    inset = axes.inset_axes((0.36, 0.08, 0.61, 0.61)) if corner < CROWDED else None
    for part in filter(None, (axes, inset)):
        part.plot([0, 1], [0, 1], color="0.75", linewidth=0.8, linestyle=":", label="_chance")
        for k in rest:
            label = f"{areas[rest[-1]]:.3f} to {areas[rest[0]]:.3f}  {len(rest)} others" if k == rest[0] else "_other"
            part.plot(*curves[k][:2], color="0.8", linewidth=0.8, label=label)
        for rank, k in enumerate(order):
            style, color = divmod(rank if rest else k, len(LINES))  # a class has its own, if there are not too many
            look: Any = {"color": LINES[color], "linestyle": STYLES[style]}
            label = f"{areas[k]:.3f}  {names[k]}"
            part.plot(*curves[k][:2], label=label, linewidth=1.6 if part is inset else 1.3, **look)
        part.set_aspect("equal")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), title="Receiver operating characteristic")
    axes.set(xlabel="false positive rate", ylabel="true positive rate")
    if inset is not None:
        inset.set(xlim=(-0.01 * corner, corner), ylim=(1 - corner, 1 + 0.01 * corner))
        inset.tick_params(labelsize=7)
        inset.grid(color="0.93")
        axes.indicate_inset_zoom(inset, edgecolor="0.4")
    look = {"title": "area under the curve", "fontsize": 8.5, "title_fontsize": 8.5}
    if several:  # beside the axes, in room that the layout keeps for it
        clean(axes)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right center", frameon=False, **look)
    else:
        finish(axes, loc="lower right", **look)
    return figure


def _corner(curves: Sequence[Any]) -> float:
    """The side of the square in the upper left corner in which all curves turn: twice the farthest of their knees."""
    knees = [np.argmin(np.maximum(false, 1 - true)) for false, true, _ in curves]
    sides = [max(c[0][k], 1 - c[1][k]) for c, k in zip(curves, knees, strict=True)]
    return float(np.clip(2 * max(sides), 0.02, 1))
