"""The flow of a gradient through the layers of a network, over the steps of a training.

Convention: layers are in order, the first on top; their colours go from dark to light with their depth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.typing import ArrayLike, NDArray

from ..metrics import array
from .style import GREY, VERMILION, Figure, clean, empty_figure, log_axis, plain, shades

GUIDE = 1e-3  # ‖Δw‖ / ‖w‖ of a training that goes well, by a rule of thumb
CURVE = 120  # points of a curve: more steps are summed up
NAMED = 6  # curves of dead units with a name

Series = Mapping[str, ArrayLike]


def gradient_flow(
    gradients: Series, steps: ArrayLike | None = None, ratios: Series | None = None, dead: Series | None = None,
    saturated: Series | None = None,
) -> Figure:  # fmt: skip
    """The norm of each layer's gradient: layer by layer on the left, over the steps on the right.

    ``gradients``  for each layer, in order, ‖∂E/∂w‖ at each step (steps,), and so the others
    ``steps``      the numbers of the steps; by default 1, 2, ...
    ``ratios``     ‖Δw‖ / ‖w‖ for each layer, drawn below with the guide line 10⁻³
    ``dead``       the shares of units that are 0 for all samples, drawn below that where there are some
    ``saturated``  the shares of numbers where their function is flat, dashed

    On the left a line spans nine tenths of the steps, a ring is the first step and a dot the last one. On the right, a
    curve of many steps is their median, and a band reaches from the smallest to the largest.
    """
    curves = {name: np.asarray(array(g), float) for name, g in gradients.items()}
    count = len(next(iter(curves.values()), ()))
    if not count:
        raise ValueError("gradient_flow: there is no step to draw: gradients are {layer: an array over the steps}")
    x = np.arange(1, count + 1) if steps is None else array(steps)
    below = {"update": _curves(ratios), "dead": _curves(dead), "saturated": _curves(saturated)}
    for name, curve in [*curves.items(), *(item for found in below.values() for item in found.items())]:
        if curve.shape != x.shape:
            raise ValueError(f"gradient_flow: {name!r} has shape {curve.shape} for {len(x)} steps, {x.shape}")
    order = list(dict.fromkeys([*curves, *(name for found in below.values() for name in found)]))
    if dead or saturated:  # activations stand between the layers that have weights
        order = _merged(list(curves), [*below["dead"], *below["saturated"]])
    colors = dict(zip(order, shades(len(order)), strict=True))
    shares = any(np.nanmax(c, initial=0) > 0 for kind in ("dead", "saturated") for c in below[kind].values())
    rows = 1 + bool(below["update"]) + shares
    figure = empty_figure(9.4, max(2.2 * rows + 0.4, 3.2, 0.21 * len(curves) + 1.2))
    grid = figure.add_gridspec(rows, 2, width_ratios=[1, 1.7])
    _profile(figure.add_subplot(grid[:, 0]), curves, colors)
    axes: Any = figure.add_subplot(grid[0, 1])
    first = axes
    _lines(axes, x, curves, colors)
    _log(axes, curves)
    axes.set(title="the gradient of each layer, step by step", ylabel="‖∂E/∂w‖")
    if below["update"]:
        axes = figure.add_subplot(grid[1, 1], sharex=first)
        _lines(axes, x, below["update"], colors)
        axes.axhline(GUIDE, color=VERMILION, linestyle="--", linewidth=1)
        _log(axes, below["update"])
        axes.annotate("$10^{-3}$", (1, GUIDE), xycoords=("axes fraction", "data"), xytext=(3, 0),
                      textcoords="offset points", color=VERMILION, fontsize=8, va="center")  # fmt: skip
        axes.set_ylabel("‖Δw‖ / ‖w‖")
    if shares:
        axes = figure.add_subplot(grid[-1, 1], sharex=first)
        _shares(axes, x, below, colors)
    for upper in figure.axes[1:-1]:
        upper.tick_params(labelbottom=False)
    axes.set_xlabel("step")
    axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def _curves(series: Series | None) -> dict[str, NDArray[Any]]:
    return {name: np.asarray(array(y), float) for name, y in (series or {}).items()}


def _merged(layers: list[str], others: list[str]) -> list[str]:
    """All names in the order of the network: both lists are in it, and share some names."""
    merged = list(dict.fromkeys(others))
    for k, name in enumerate(layers):
        if name not in merged:
            before = [merged.index(other) for other in layers[:k] if other in merged]
            merged.insert(max(before, default=-1) + 1, name)
    return merged


def _profile(axes: Any, curves: Mapping[str, NDArray[Any]], colors: Mapping[str, Any]) -> None:
    """The norms of the layers, one below the other."""
    labels, last = [], []
    for k, (name, curve) in enumerate(curves.items()):
        seen = curve[np.isfinite(curve) & (curve > 0)]
        if len(seen):
            axes.plot(np.quantile(seen, [0.05, 0.95]), [k, k], color=colors[name], linewidth=5, alpha=0.3,
                      solid_capstyle="round")  # fmt: skip
            axes.plot(seen[0], k, "o", markerfacecolor="w", color=colors[name], markersize=5)
        end = curve[-1]
        good = np.isfinite(end) and end > 0
        last.append(end if good else np.nan)
        axes.plot(last[-1], k, "o", color=colors[name], markersize=7, zorder=3)
        labels.append(plain(name) + ("" if good or np.isnan(end) else "  ∞" if end else "  0"))
    axes.plot(last, range(len(curves)), color=GREY, linewidth=0.8, zorder=1)
    axes.set_yticks(range(len(curves)), labels)
    for label, good in zip(axes.get_yticklabels(), np.isfinite(last), strict=True):
        label.set_color("k" if good else VERMILION)
    axes.set_ylim(len(curves) - 0.5, -0.5)
    _log(axes, curves, "x")
    axes.set(title="○ first and ● last step", xlabel="‖∂E/∂w‖")
    clean(axes)
    axes.tick_params(axis="y", length=0)


def _lines(axes: Any, x: NDArray[Any], curves: Mapping[str, NDArray[Any]], colors: Mapping[str, Any], style: str = "-",
           names: Mapping[str, str] | None = None) -> None:  # fmt: skip
    """A curve for each layer; many steps are summed up as a median between their bounds."""
    clean(axes)
    cut = np.array_split(np.arange(len(x)), CURVE if len(x) > 2 * CURVE else len(x))
    for name, curve in curves.items():
        curve = np.where(np.isfinite(curve), curve, np.nan)
        seen = [part for part in cut if not np.isnan(curve[part]).all()]
        if not seen:
            continue
        at = [x[part].mean() for part in seen]
        middle = [np.nanmedian(curve[part]) for part in seen]
        if len(cut) < len(x):
            bounds = [[f(curve[part]) for part in seen] for f in (np.nanmin, np.nanmax)]
            axes.fill_between(at, *bounds, color=colors[name], alpha=0.15, linewidth=0)
        label = (names or {}).get(name, f"_{name}")
        marker = "." if len(seen) < 20 else ""
        axes.plot(at, middle, style, color=colors[name], linewidth=1.3, marker=marker, label=label)


def _log(axes: Any, curves: Mapping[str, NDArray[Any]], which: str = "y") -> None:
    """A log axis, where there is something that it can show."""
    if any((curve[np.isfinite(curve)] > 0).any() for curve in curves.values()):
        log_axis(axes, which)


def _shares(
    axes: Any, x: NDArray[Any], below: Mapping[str, Mapping[str, NDArray[Any]]], colors: Mapping[str, Any]
) -> None:
    """The shares of dead units and of saturated numbers, the largest with their names."""
    for kind, style in (("dead", "-"), ("saturated", "--")):
        curves = {name: 100 * c for name, c in below[kind].items() if np.nanmax(c, initial=0) > 0}
        ends = {name: c[np.isfinite(c)][-1] for name, c in curves.items()}
        top = sorted(ends, key=lambda name: -ends[name])[:NAMED]
        _lines(axes, x, curves, colors, style, {n: f"{plain(n)}: {ends[n]:.0f}% {kind}" for n in top})
    axes.set_ylabel("dead, saturated, %" if below["saturated"] else "dead units, %")
    lines = axes.get_legend_handles_labels()[0]
    axes.set_ylim(0, axes.get_ylim()[1] * (1.15 + 0.1 * ((len(lines) + 1) // 2)))  # room for the names
    axes.legend(loc="upper left", ncols=2, frameon=False, fontsize=7.5)
