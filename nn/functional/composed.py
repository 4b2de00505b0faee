"""Kernels as the small operations that they stand for: a picture opens a kernel into them, and tests hold it to them.

Convention: each function has the arguments of a kernel, and is written with NumPy functions, as one writes it on paper;
it is not made to be fast. Where exp would overflow, a constant is subtracted that does not change the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd.core import recording
from autograd.declare import Kept, plain
from autograd.ops.activation import logsigmoid
from autograd.ops.special.softmax import moderate

# ---------------------------------------------------------------- affine maps, lookups


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """y = x Wᵀ + b."""
    y = x @ weight.T
    return y if bias is None else y + bias


def feed_forward(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, kept: Any = None) -> Any:
    """y = W₂ max(W₁ x + b₁, 0) + b₂."""
    return linear(np.maximum(linear(x, w1, b1), 0), w2, b2)


def embedding(weight: Any, index: Any, skip: int | None = None) -> Any:
    """y = M W, where row i of M has a 1 at index i and 0 elsewhere; the row ``skip`` counts as a constant."""
    rows = np.arange(len(weight), like=plain(weight))
    if skip is not None:
        weight = np.where((rows == skip)[:, None], plain(weight), weight)
    return (index[..., None] == rows).astype(weight.dtype) @ weight


def convolve(x: Any, weight: Any, bias: Any, window: Any, groups: int = 1) -> Any:
    """y_p = Σ_k w_k x_(s p + d k) + b: what each window sees, times the weights."""
    axes, n = len(window.kernel), len(x)
    padded = np.pad(x, [(0, 0), (0, 0), *window.padding]) if any(map(any, window.padding)) else x
    seen = np.lib.stride_tricks.sliding_window_view(padded, window.reach, tuple(range(2, axes + 2)))
    steps = [slice(None, None, s) for s in (*window.stride, *window.dilation)]
    seen = seen if all(step.step == 1 for step in steps) else seen[(slice(None), slice(None), *steps)]
    places, taps = "ijk"[:axes], "xyz"[:axes]
    if groups == 1:
        y = np.einsum(f"nc{places}{taps},oc{taps}->no{places}", seen, weight)
    else:
        seen = seen.reshape(n, groups, -1, *seen.shape[2:])
        parts = weight.reshape(groups, -1, *weight.shape[1:])
        y = np.einsum(f"ngc{places}{taps},goc{taps}->ngo{places}", seen, parts)
        y = y.reshape(n, len(weight), *y.shape[3:])
    return y if bias is None else y + bias.reshape(-1, *[1] * axes)


def squared_distances(x: Any, w: Any) -> Any:
    """d_ik = Σ_j (xᵢⱼ - w_kj)²."""
    return np.sum(np.square(x[:, None] - w), axis=-1)


def prelu(x: Any, weight: Any) -> Any:
    """max(x, 0) + w min(x, 0)."""
    return np.maximum(x, 0) + weight * np.minimum(x, 0)


# ---------------------------------------------------------------- normalisation


def normalise(
    x: Any, weight: Any, bias: Any, groups: tuple[int, ...], channels: tuple[int, ...], eps: float,
    centred: bool = True, kept: Kept | None = None,
) -> Any:  # fmt: skip
    """y = (x - m) / √(v + eps) w + b, with the mean m and the variance v of each group."""
    shape = x.shape
    axes, w_shape = _axes(shape, groups), _along(shape, channels)
    if axes is None:
        x, axes = x.reshape(groups), (0, 2)
    mean = np.mean(x, axes, keepdims=True) if centred else None
    y = x if mean is None else x - mean
    variance = np.mean(np.square(y), axes, keepdims=True)
    y = y / np.sqrt(variance + eps)
    if kept is not None:
        kept.mean, kept.variance = [m if m is None else plain(m).reshape(1, -1, 1) for m in (mean, variance)]
    y = y if y.shape == shape else y.reshape(shape)
    y = y if weight is None else y * _shaped(weight, w_shape)
    return y if bias is None else y + _shaped(bias, w_shape)


def scale_shift(x: Any, centre: Any, weight: Any, bias: Any, channels: tuple[int, ...]) -> Any:
    """y = (x - c) w + b, with one c, w and b for each channel."""
    shape = _along(x.shape, channels)
    return (x - _shaped(centre, shape)) * _shaped(weight, shape) + _shaped(bias, shape)


def _axes(shape: tuple[int, ...], groups: tuple[int, ...]) -> tuple[int, ...] | None:
    """The axes of an array along which its groups lie; None if it must be reshaped first."""
    if groups[0] == 1:
        return next((tuple(range(k, len(shape))) for k in range(len(shape)) if _cut(shape, k) == groups[1:]), None)
    return (0, *range(2, len(shape))) if shape[:2] == groups[:2] else None


def _along(shape: tuple[int, ...], channels: tuple[int, ...]) -> tuple[int, ...]:
    """The shape in which one number for each channel is broadcast against an array of this shape."""
    if channels[2] == 1 and shape[:2] != channels[:2]:  # the channels are all elements along the last axes
        return next(shape[k:] for k in range(len(shape)) if _cut(shape, k) == channels[:2])
    return (shape[1], *[1] * (len(shape) - 2))


def _cut(shape: tuple[int, ...], k: int) -> tuple[int, int]:
    """The numbers of elements before axis k, and from there on."""
    return math.prod(shape[:k]), math.prod(shape[k:])


def _shaped(x: Any, shape: tuple[int, ...]) -> Any:
    return x if x.shape == shape else x.reshape(shape)


# ---------------------------------------------------------------- attention


def attention(
    query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: float, dropped: Any = None, kept: Any = None
) -> Any:
    """y = P V with P = softmax(scale Q Kᵀ + bias) of what is seen."""
    scores = (query @ key.mT) * scale
    weights = softmax_of_seen(scores if bias is None else scores + bias, seen)
    return (weights if dropped is None else weights * dropped) @ value


def softmax_of_seen(x: Any, seen: Any = None) -> Any:
    """y = exp(x) / Σ exp(x) over what is seen, and 0 where nothing is."""
    x = x if seen is None else np.where(seen, x, -np.inf)
    e = np.exp(moderate(x, -1))
    total = np.sum(e, axis=-1, keepdims=True)
    nothing = plain(total) == 0
    return e / (np.where(nothing, 1.0, total) if nothing.any() else total)


# ---------------------------------------------------------------- losses


def softmax_cross_entropy(x: Any, target: Any, reduction: str = "mean", kept: Any = None) -> Any:
    """yᵢ = log Σ_k exp(xᵢ_k) - xᵢ_tᵢ, reduced."""
    x = moderate(x, 1)
    losses = np.log(np.sum(np.exp(x), axis=1)) - x[np.arange(len(target)), target]
    return losses if reduction == "none" else np.mean(losses) if reduction == "mean" else np.sum(losses)


def soft_cross_entropy(x: Any, q: Any) -> Any:
    """yᵢ = -Σ_k qᵢ_k log softmax(xᵢ)_k."""
    x = moderate(x, 1)
    return -np.sum(q * (x - np.log(np.sum(np.exp(x), axis=1, keepdims=True))), axis=1)


def bernoulli(p: Any, d: Any) -> Any:
    """-(d log p + (1 - d) log(1 - p))."""
    return -(d * np.log(p) + (1 - d) * np.log(1 - p))


def bernoulli_of_logits(x: Any, d: Any, pos_weight: Any) -> Any:
    """-(c d log σ(x) + (1 - d) log σ(-x))."""
    return -(pos_weight * d * logsigmoid(x) + (1 - d) * logsigmoid(-x))


def huber(d: Any, delta: float) -> Any:
    """½ d² between -delta and delta, delta (|d| - ½ delta) beyond."""
    return np.where(abs(plain(d)) < delta, np.square(d) * 0.5, (np.abs(d) - delta / 2) * delta)


# ---------------------------------------------------------------- recurrent networks


def recurrent(step: Callable[..., tuple[Any, ...]], cell: bool) -> Callable[..., tuple[Any, ...]]:
    """A network step by step: h' (and, with a ``cell``, c') = step(W_ih x + b_ih, W_hh h + b_hh, h, c)."""

    def unrolled(
        x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any, tape: Any = None
    ) -> tuple[Any, ...]:
        zero = np.zeros((x.shape[1], w_hh.shape[1]), x.dtype, like=plain(x))
        state = tuple(zero if s is None else s for s in ((h, c) if cell else (h,)))
        results = []
        for t in range(len(x)):
            x_t = x[t]
            with nullcontext() if recording.scope is None else recording.scope.block(f"t = {t}"):
                after = step(linear(x_t, w_ih, b_ih), linear(state[0], w_hh, b_hh), *state)
                result = after[0]
                if inside is not None:
                    there = inside[t][:, None]
                    after = tuple(np.where(there, new, old) for new, old in zip(after, state, strict=True))
                    result = np.where(there, after[0], 0.0)
            results.append(result)
            state = after
        return (np.stack(results), *state)

    return unrolled
