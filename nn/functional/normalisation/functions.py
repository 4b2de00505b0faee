"""Normalisation: layer_norm, batch_norm and the others, as PyTorch calls them.

Convention: each says over what the mean m and the variance v are taken. The first axis of an input counts samples, the
second channels, except in ``layer_norm`` and ``rms_norm``. An input that is not floating raises TypeError, other shapes
than these ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import Kept
from autograd.typing import A, Array

from ...words import translated
from ..distances import length
from ..precision import in_single, single
from ..windows import has_images_last, images_first, images_last
from .kernel import normalise, scale_shift

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "normalize", "rms_norm"]


def layer_norm(
    input: A, normalized_shape: int | Sequence[int], weight: Array | None = None, bias: Array | None = None,
    eps: float = 1e-5,
) -> A:  # fmt: skip
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v over the last axes.

    ``input``             x (..., *normalized_shape), and y too
    ``normalized_shape``  the lengths of these axes, or the length of the last one
    ``weight``, ``bias``  of that shape; None for 1 and 0
    ``eps``               added to v, so that nothing is divided by 0

    Ba, Kiros and Hinton, "Layer normalization", 2016.
    """
    size = _last_axes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    rows = input.size // size if size else 0
    return normalise(input, weight, bias, (1, rows, size), (rows, size, 1), eps)


def rms_norm(
    input: A, normalized_shape: int | Sequence[int], weight: Array | None = None, eps: float | None = None
) -> A:
    """y = x / √(q + eps) weight, with the mean square q over the last axes.

    ``input``             x (..., *normalized_shape), and y too
    ``normalized_shape``  the lengths of these axes, or the length of the last one
    ``weight``            of that shape; None for 1
    ``eps``               added to q; None is the machine epsilon of the input's dtype

    Zhang and Sennrich, "Root mean square layer normalization", 2019.
    """
    size = _last_axes("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    rows = input.size // size if size else 0
    return normalise(input, weight, None, (1, rows, size), (rows, size, 1), eps, False)


def group_norm(
    input: A, num_groups: int, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5
) -> A:
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v over groups of channels of each sample.

    ``input``             x (n, channels, ...), and y too
    ``num_groups``        divides the channels, else ValueError is raised
    ``weight``, ``bias``  (channels,); None for 1 and 0
    ``eps``               added to v, so that nothing is divided by 0

    Wu and He, "Group normalization", 2018.
    """
    n, channels, size = _by_channel("group_norm", input, weight, bias)
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"group_norm: num_groups {num_groups} does not divide the {channels} channels of {input.shape}"
        )
    return normalise(input, weight, bias, (1, n * num_groups, channels // num_groups * size), (n, channels, size), eps)


def batch_norm(
    input: A, running_mean: Array | None, running_var: Array | None, weight: Array | None = None,
    bias: Array | None = None, training: bool = False, momentum: float = 0.1, eps: float = 1e-5,
) -> A:  # fmt: skip
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel over all samples.

    ``input``             x (n, channels, ...), and y too
    ``running_mean``, ``running_var``  (channels,), or None while training
    ``weight``, ``bias``  (channels,); None for 1 and 0
    ``training``          whether m and v are those of this batch, which has more than one value for each channel; else
                          they are the running ones
    ``momentum``          in training a running r, unless None, becomes (1 - momentum) r + momentum m, in place; for v,
                          the unbiased variance is taken
    ``eps``               added to v, so that nothing is divided by 0

    Ioffe and Szegedy, "Batch normalization", 2015.
    """
    view = _by_channel("batch_norm", input, weight, bias, running_mean, running_var)
    if has_images_last(input):  # then a channel is a row
        last = images_last(input)
        rows: Any = np.reshape(last, (1, view[1], view[0] * view[2]))
        rows = batch_norm(rows, running_mean, running_var, weight, bias, training, momentum, eps)
        return images_first(np.reshape(rows, last.shape))
    if training:
        count = view[0] * view[2]
        if count < 2:
            advice = "If this is the last batch of an epoch, leave it out: DataLoader(..., drop_last=True)"
            given = f"got input {input.shape}. {advice}"
            raise ValueError(f"batch_norm: training takes more than one value per channel, {given}")
        kept = Kept()
        y = normalise(input, weight, bias, view, view, eps, kept=kept)
        _follow(running_mean, kept.mean, momentum)
        _follow(running_var, kept.variance * (count / (count - 1)), momentum)
        return y
    if running_mean is None or running_var is None:
        raise ValueError("batch_norm: with training=False it takes running_mean and running_var, got None")
    if input.dtype.itemsize == 2:
        x, mean, variance, w, b = map(single, (input, running_mean, running_var, weight, bias))
        return batch_norm(x, mean, variance, w, b, eps=eps).astype(input.dtype)
    scale = 1 / np.sqrt(running_var + float(eps))
    scale = scale if weight is None else scale * weight
    return scale_shift(input, running_mean, scale, np.zeros_like(scale) if bias is None else bias, view)


def instance_norm(
    input: A, running_mean: Array | None = None, running_var: Array | None = None, weight: Array | None = None,
    bias: Array | None = None, use_input_stats: bool = True, momentum: float = 0.1, eps: float = 1e-5,
) -> A:  # fmt: skip
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel of each sample.

    ``input``             x (n, channels, ...), and y too
    ``running_mean``, ``running_var``  (channels,), or None
    ``weight``, ``bias``  (channels,); None for 1 and 0
    ``use_input_stats``   whether m and v are those of the input, which has more than one value for each channel of a
                          sample; else they are the running ones
    ``momentum``          with the input's, a running r, unless None, becomes (1 - momentum) r + momentum m, in place,
                          with m averaged over the samples
    ``eps``               added to v, so that nothing is divided by 0

    Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016.
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    n, channels, size = _by_channel("instance_norm", input, weight, bias, running_mean, running_var)
    if size < 2:
        raise ValueError(f"instance_norm: takes more than one value per channel of a sample, got input {input.shape}")
    kept = Kept()
    y = normalise(input, weight, bias, (1, n * channels, size), (n, channels, size), eps, kept=kept)
    _follow(running_mean, kept.mean, momentum)
    _follow(running_var, kept.variance * (size / (size - 1)), momentum)
    return y


@in_single
@translated
def normalize(input: A, p: float = 2.0, axis: int | tuple[int, ...] = 1, eps: float = 1e-12) -> A:
    """y = x / max(‖x‖ₚ, eps) along an axis: vectors of length 1, and 0 where x was 0.

    ``input``  x, any array; y has its shape
    ``p``      the order of the norm
    ``axis``   along which the vectors lie, or a tuple of axes
    ``eps``    the least length
    """
    return input / np.maximum(length(input, p, axis, True), eps)


def _follow(running: Any, now: Any, momentum: float) -> None:
    """r becomes (1 - momentum) r + momentum s, with s the mean of ``now`` over the samples."""
    if running is None:
        return
    now = now.reshape(-1, running.size)
    step = (now[0] if len(now) == 1 else np.mean(now, axis=0)) * momentum

    def move(array: Any) -> None:
        array *= 1 - momentum
        array += step

    running.update_(move) if isinstance(running, Tensor) else move(running)


def _last_axes(name: str, input: Array, normalized_shape: int | Sequence[int], **parameters: Array | None) -> int:
    """How many elements the axes of ``normalized_shape`` hold, which must be the last of the input."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    _floating(name, input)
    if not shape or input.shape[-len(shape) :] != shape:
        raise ValueError(f"{name}: normalized_shape {shape} must be the last axes of the input, got {input.shape}")
    _fit(name, shape, parameters)
    return math.prod(shape)


def _by_channel(
    name: str, input: Array, weight: Array | None, bias: Array | None, mean: Array | None = None,
    var: Array | None = None,
) -> tuple[int, int, int]:  # fmt: skip
    """The shape (n, channels, positions) of an input (n, channels, ...)."""
    _floating(name, input)
    if input.ndim < 2:
        raise ValueError(f"{name}: takes an input (n, channels, ...), got {input.shape}")
    _fit(name, input.shape[1:2], {"running_mean": mean, "running_var": var, "weight": weight, "bias": bias})
    return input.shape[0], input.shape[1], math.prod(input.shape[2:])


def _floating(name: str, input: Array) -> None:
    if input.dtype.kind != "f":
        raise TypeError(f"{name}: takes floating-point input, got {input.dtype}: write x.astype(float)")


def _fit(name: str, shape: tuple[int, ...], parameters: dict[str, Array | None]) -> None:
    for word, parameter in parameters.items():
        if parameter is not None and parameter.shape != shape:
            raise ValueError(f"{name}: {word} must have the shape {shape}, got {parameter.shape}")
