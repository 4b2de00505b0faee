"""Normalisation: numbers shifted and scaled to mean 0 and variance 1, layer by layer, batch by batch and so on.

Convention: the second axis of an input counts its channels, the first its samples; ``layer_norm`` and ``rms_norm`` know
only which axes are the last.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor

from ..windows import has_images_last, images_first, images_last
from .kernel import normalise, scale_shift


def layer_norm(input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v over the last axes.

    ``normalized_shape`` are the lengths of these axes and the shape of weight and bias. Ba, Kiros and Hinton, "Layer
    normalization", 2016.
    """
    size = _last_axes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    rows = input.size // size if size else 0
    return normalise(input, weight, bias, (1, rows, size), (rows, size, 1), eps)[0]


def rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    """y = x / √(q + eps) weight, with the mean square q over the last axes; eps None is the precision's own.

    Zhang and Sennrich, "Root mean square layer normalization", 2019.
    """
    size = _last_axes("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    rows = input.size // size if size else 0
    return normalise(input, weight, None, (1, rows, size), (rows, size, 1), eps, False)[0]


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """y = (x - m) / √(v + eps) weight + bias for x (n, channels, ...), over groups of channels of each sample.

    Weight and bias have one number for each channel. Wu and He, "Group normalization", 2018.
    """
    n, channels, size = _by_channel("group_norm", input, weight=weight, bias=bias)
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"group_norm: num_groups {num_groups} does not divide the {channels} channels of {input.shape}"
        )
    groups = (1, n * num_groups, channels // num_groups * size)
    return normalise(input, weight, bias, groups, (n, channels, size), eps)[0]


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """y = (x - m) / √(v + eps) weight + bias for x (n, channels, ...), over all samples' channel.

    In training m and v are the mean and variance in this batch, and the running ones (or None) follow them: r becomes
    (1 - momentum) r + momentum m, the variance unbiased. Else the running ones are taken. Ioffe and Szegedy, "Batch
    normalization", 2015.
    """
    view = _by_channel(
        "batch_norm", input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )
    if has_images_last(input):  # then a channel is a row
        last = images_last(input)
        rows = np.reshape(last, (1, view[1], view[0] * view[2]))
        y = batch_norm(rows, running_mean, running_var, weight, bias, training, momentum, eps)
        return images_first(np.reshape(y, last.shape))
    if training:
        count = view[0] * view[2]
        if count < 2:
            raise ValueError(
                f"batch_norm: training takes more than one value per channel, got input {input.shape}. If it is the "
                "rest of an epoch, leave it out: DataLoader(..., drop_last=True)"
            )
        y, kept = normalise(input, weight, bias, view, view, eps)
        _follow(running_mean, kept.mean, momentum)
        _follow(running_var, kept.variance * (count / (count - 1)), momentum)
        return y
    if running_mean is None or running_var is None:
        raise ValueError("batch_norm: with training=False it takes running_mean and running_var, got None")
    scale = 1 / np.sqrt(running_var + float(eps))
    scale = scale if weight is None else scale * weight
    shift = np.zeros_like(scale) if bias is None else bias
    return scale_shift(input, running_mean, scale, shift, view)


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """y = (x - m) / √(v + eps) weight + bias for x (n, channels, ...), over each channel of each sample.

    The running mean and variance (or None) follow those of the samples, averaged; without ``use_input_stats`` they
    are taken. Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016.
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    n, channels, size = _by_channel(
        "instance_norm", input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )
    if size < 2:
        raise ValueError(f"instance_norm: takes more than one value per channel of a sample, got input {input.shape}")
    y, kept = normalise(input, weight, bias, (1, n * channels, size), (n, channels, size), eps)
    _follow(running_mean, kept.mean, momentum)
    _follow(running_var, kept.variance * (size / (size - 1)), momentum)
    return y


def normalize(input: Any, p: float = 2.0, axis: Any = 1, eps: float = 1e-12) -> Any:
    """y = x / max(‖x‖ₚ, eps) along an axis: vectors of length 1, and 0 where there was 0."""
    return input / np.maximum(np.linalg.vector_norm(input, ord=p, axis=axis, keepdims=True), eps)


# ---------------------------------------------------------------- what they share


def _follow(running: Any, now: Any, momentum: float) -> None:
    """r becomes (1 - momentum) r + momentum s, where s is this batch's, averaged over the samples."""
    if running is None:
        return
    step = np.mean(now.reshape(-1, running.size), axis=0) * momentum

    def move(array: Any) -> None:
        array *= 1 - momentum
        array += step

    running.update_(move) if isinstance(running, Tensor) else move(running)


def _last_axes(name: str, input: Any, normalized_shape: Any, **parameters: Any) -> int:
    """How many elements the axes of ``normalized_shape`` have, which must be the input's last."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    _floating(name, input)
    if not shape or input.shape[-len(shape) :] != shape:
        raise ValueError(f"{name}: normalized_shape {shape} must be the last axes of the input, got {input.shape}")
    _fit(name, shape, parameters)
    return math.prod(shape)


def _by_channel(name: str, input: Any, **parameters: Any) -> tuple[int, int, int]:
    """The shape (n, channels, positions) of an input (n, channels, ...)."""
    _floating(name, input)
    if input.ndim < 2:
        raise ValueError(f"{name}: takes an input (n, channels, ...), got {input.shape}")
    _fit(name, input.shape[1:2], parameters)
    return input.shape[0], input.shape[1], math.prod(input.shape[2:])


def _floating(name: str, input: Any) -> None:
    if input.dtype.kind != "f":
        raise TypeError(f"{name}: takes an input of floating numbers, got {input.dtype}: write x.astype(float)")


def _fit(name: str, shape: tuple[int, ...], parameters: dict[str, Any]) -> None:
    for word, parameter in parameters.items():
        if parameter is not None and parameter.shape != shape:
            raise ValueError(f"{name}: {word} must have the shape {shape}, got {parameter.shape}")
