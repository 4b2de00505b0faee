"""Compiled twins: what each is called with. A row is a twin, and gives its arguments for a generator and a dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.declare import Kept
from autograd.native import TWINS, Twin
from nn import functional as functional  # declares those of networks

from . import twins_of_attention, twins_of_gates, twins_of_pools, twins_of_windows

Arguments = tuple[Any, ...]
Row = Callable[[np.random.Generator, str], list[Arguments]]
ROWS: dict[str, Row] = {}  # by the twin's path
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-30, -1e-30, 1e-45, -1e-45, 30.0, -30.0, 1e30, -1e30]
ACTIVATIONS = "autograd.native.activations:"
STRAIGHT = "autograd.native.straight:"
SOFTMAX = "autograd.native.softmax:"
NORMS = "nn.functional.native.normalisation:"
CROSS_ENTROPY = "nn.functional.native.cross_entropy:"
SHAPES = [(1,), (77,), (3, 5, 7)]
OPTIONS: dict[str, list[Arguments]] = {
    "elu": [(), (0.5,)], "softplus": [(), (2.5,)], "gelu": [("none",), ("tanh",)], "threshold": [(0.5, -2.0)],
    "hardtanh": [(), (0, 6), (-2.5, 0.5)], "leaky_relu": [(), (0.2,), (1.5,), (-0.5,)],
}  # fmt: skip
# What a rule is given besides d, where that is not both
RESULTS = {
    "relu": "y", "sigmoid_slope_from": "y", "tanh_slope_from": "y", "softplus": "y", "elu": "x", "mish": "x",
    "selu": "x", "logsigmoid": "y", "leaky_relu": "x", "hardtanh": "y", "hardsigmoid": "y", "hardswish": "x",
    "threshold": "x", "softsign": "x",
}  # fmt: skip
RULE_OPTIONS: dict[str, list[Arguments]] = {"threshold_slope": [(0.5,)]}  # where they are not those of the function


def forward(path: str) -> Callable[..., Any]:
    """The function whose twin, or whose rule's twin, this is."""
    kind = path.partition("_slope")[0]
    return np.tanh if kind.endswith(":tanh") else TWINS[kind].numpy


def activation(path: str) -> Row:
    """An activation of numbers of all sizes, or its slope."""
    name = path.partition(":")[2]
    kind = name.partition("_slope")[0]

    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found = []
        for shape in SHAPES:
            x = (rng.normal(size=shape) * 4).astype(dtype)
            d = rng.normal(size=shape).astype(dtype)
            for k, options in enumerate(OPTIONS.get(kind, [()])):
                y = forward(path)(x, *options)
                taken = {"x": (d, x), "y": (d, y)}.get(RESULTS.get(name, RESULTS.get(kind, "")), (d, x, y))
                given = RULE_OPTIONS[name][k] if name in RULE_OPTIONS else options
                found.append((*taken, *given) if "slope" in name else (x, *options))
        return found

    return row


def prelu(name: str) -> Row:
    """prelu and its slopes, with one weight or one for each channel."""

    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found: list[Arguments] = []
        for shape, count in [((9,), 1), ((5, 7), 1), ((5, 7), 7), ((3, 4, 2, 5), 1), ((3, 4, 2, 5), 4)]:
            x, d = rng.normal(size=(2, *shape)).astype(dtype)
            weight = rng.normal(size=count).astype(dtype)
            weight = weight if x.ndim < 2 else weight.reshape(-1, *[1] * (x.ndim - 2))
            found.append({"prelu": (x, weight), "prelu_slope": (d, x, weight)}.get(name, (d, x)))
        return found

    return row


def softmax(name: str) -> Row:
    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found = []
        for shape in [(1, 8), (3, 61), (2, 3, 32)]:
            x, d = (rng.normal(size=(2, *shape)) * 5).astype(dtype)
            y = TWINS[SOFTMAX + name.partition("_slope")[0].partition("_pull")[0]].numpy(x, -1)
            found += [((x, a) if name in ("softmax", "log_softmax") else (d, y, a)) for a in (-1, x.ndim - 1)]
        for shape, axis in [((7, 9), 0), ((2, 5, 4, 75), 1), ((3, 2, 300), -2)]:
            x, d = (rng.normal(size=(2, *shape)) * 5).astype(dtype)
            y = TWINS[SOFTMAX + name.partition("_slope")[0].partition("_pull")[0]].numpy(x, axis)
            found.append((x, axis) if name in ("softmax", "log_softmax") else (d, y, axis))
        return found

    return row


# groups, channels, and whether the mean is subtracted: layer, RMS, group, instance and batch normalisation
VIEWS: list[tuple[Any, ...]] = [
    ((5, 33), (1, 5, 33), (5, 33, 1), True), ((5, 33), (1, 5, 33), (5, 33, 1), False),
    ((2, 6, 4, 5), (1, 4, 60), (2, 6, 20), True), ((2, 3, 17), (1, 6, 17), (2, 3, 17), True),
    ((4, 3, 17), (4, 3, 17), (4, 3, 17), True), ((2, 6), (1, 4, 3), (2, 6, 1), True),
]  # fmt: skip


def normalisation(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for shape, groups, channels, centred in VIEWS:
        for offset in (0, 1000):
            x = (rng.normal(size=shape) * 2 + offset).astype(dtype)
            weight, bias = rng.normal(size=(2, channels[1])).astype(dtype)
            found.append((x, weight, bias, groups, channels, 1e-5, centred))
        found.append((x, None, bias, groups, channels, 1e-5, centred))
    return found


def normalisation_pull(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for x, weight, bias, *views, centred in normalisation(rng, dtype):
        d, kept = rng.normal(size=x.shape).astype(dtype), Kept()
        TWINS[NORMS + "normalise"].native(x, weight, bias, *views, centred, kept)  # type: ignore[misc]
        for tracked in [(True, weight is not None, True), (False, weight is not None, False), (True, False, False)]:
            found.append((d, x, weight, bias, *views, tracked, centred, kept))
    return found


def scale_shift(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for channels, shape in [((7, 5, 1), (7, 5)), ((1, 3, 40), (3, 40)), ((4, 3, 35), (4, 3, 5, 7))]:
        x, centre = rng.normal(size=shape).astype(dtype) + 100, rng.normal(size=channels[1]).astype(dtype) + 100
        found.append((x, centre, *rng.normal(size=(2, channels[1])).astype(dtype), channels))
    return found


def losses(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    return [
        ((rng.normal(size=(n, classes)) * 6).astype(dtype), rng.integers(classes, size=n))
        for n, classes in [(1, 1), (7, 3), (4, 40)]
    ]


def losses_pull(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for x, target in losses(rng, dtype):
        each = rng.normal(size=len(x)).astype(dtype)
        each[:1] = 0
        found += [(each, x, target), (np.dtype(dtype).type(0.3), x, target)]
    return found


ROWS |= {path: activation(path) for path in TWINS if path.startswith((ACTIVATIONS, STRAIGHT)) and "prelu" not in path}
ROWS |= {path: prelu(pair.name) for path, pair in TWINS.items() if pair.name.startswith("prelu")}
ROWS |= {path: softmax(pair.name) for path, pair in TWINS.items() if path.startswith(SOFTMAX)}
ROWS |= {NORMS + "scale_shift": scale_shift, NORMS + "normalise": normalisation, NORMS + "pull": normalisation_pull}


def soft_losses(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for x, _ in losses(rng, dtype):
        q = (rng.random(x.shape) * (rng.random(x.shape) < 0.7)).astype(dtype)
        found.append((x, q))
    return found


def soft_losses_pull(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    return [(rng.normal(size=len(x)).astype(dtype), x, q) for x, q in soft_losses(rng, dtype)]


ROWS |= {CROSS_ENTROPY + "soft_losses": soft_losses, CROSS_ENTROPY + "soft_pull": soft_losses_pull}
ROWS |= {CROSS_ENTROPY + "losses": losses, CROSS_ENTROPY + "pull": losses_pull}
ROWS |= twins_of_windows.ROWS | twins_of_pools.ROWS | twins_of_gates.ROWS | twins_of_attention.ROWS


def odd_rows(pair: Twin, dtype: str) -> list[Arguments]:
    """Arguments with NaN, ∞, 0 and large numbers, of twins that are elementwise or of rows."""
    rng = np.random.default_rng(1)
    if pair.path.startswith((ACTIVATIONS, STRAIGHT)) and "prelu" not in pair.name:
        x = np.array(ODD * 3, dtype)
        found = []
        kind = pair.name.partition("_slope")[0]
        for arguments in ROWS[pair.path](rng, dtype)[: len(OPTIONS.get(kind, [()]))]:
            arrays = [a for a in arguments if isinstance(a, np.ndarray)]
            rest = arguments[len(arrays) :]
            if "slope" not in pair.name:
                found.append((x, *rest))
            elif len(arrays) == 2:
                y = x if RESULTS.get(pair.name, RESULTS.get(kind)) == "x" else forward(pair.path)(x, *rest)
                found.append((np.ones_like(x), y, *rest))
            else:
                found.append((np.ones_like(x), x, forward(pair.path)(x, *rest), *rest))
        return found
    if pair.path in (SOFTMAX + "softmax", SOFTMAX + "log_softmax"):
        x = rng.normal(size=(7, 24)).astype(dtype)
        x[0, 3], x[1, 3], x[2, 3], x[3], x[4, 5], x[5] = np.nan, np.inf, -np.inf, -np.inf, 1e4, 1e4
        return [(x, -1), (np.repeat(x.T, 2, axis=1), 0)]
    if pair.path == CROSS_ENTROPY + "losses":
        x = rng.normal(size=(4, 24)).astype(dtype)
        x[0, 3], x[1, 3], x[2, 3] = np.nan, np.inf, 1e4
        return [(x, np.array([0, 1, 2, 3]))]
    if pair.path == CROSS_ENTROPY + "soft_losses":
        x, q = rng.normal(size=(2, 6, 24)).astype(dtype)
        q[:, 3] = x[:, 4] = 0
        x[0, 3], x[1, 3], x[2, 3], x[3, 5], x[4], x[5, 3] = np.nan, np.inf, -np.inf, -np.inf, -np.inf, -1e30
        return [(x, q)]
    if pair.path == twins_of_attention.PATH + "attention":
        return twins_of_attention.odd()
    if pair.path == NORMS + "normalise":
        x = rng.normal(size=(5, 24)).astype(dtype)
        x[0, 3], x[1, 3], x[2], x[3] = np.nan, np.inf, 1e4, x[3] * 1e25
        return [(x, None, None, (1, 5, 24), (5, 24, 1), 1e-5)]
    if pair.path in twins_of_pools.ROWS:
        return twins_of_pools.odd(pair.path, dtype)
    return []
