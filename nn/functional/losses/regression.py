"""Losses of numbers: how far an output is from its target.

Convention: input x and target y have one shape, which the losses have too; another one raises ValueError. ``reduction``
says what becomes of the losses of all elements: their 'mean', their 'sum', or 'none' of both.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from autograd.declare import elementwise, plain
from autograd.typing import A, ArrayLike

from .. import composed
from ..precision import cast, operand
from .counts import average, in_single
from .reduction import Reduction, operands, reduced, weigh
from .told import tell

__all__ = [
    "gaussian_nll_loss", "half_squared_error", "huber_loss", "kl_div", "l1_loss", "mse_loss", "poisson_nll_loss",
    "smooth_l1_loss",
]  # fmt: skip


@in_single
def mse_loss(input: A, target: ArrayLike, *, reduction: Reduction = "mean") -> A:
    """(x - y)², the squared error.

    ``input``, ``target``  x and y, of one shape
    ``reduction``          'mean', 'sum' or 'none'
    """
    tell("mse_loss", input, target)
    x, y = operands("mse_loss", input, target)
    return reduced(np.square(x - y), reduction)


@in_single
def half_squared_error(input: A, target: ArrayLike, *, reduction: Reduction = "mean") -> A:
    """½ (x - y)²: the lecture's loss, whose derivative is x - y.

    ``input``, ``target``  x and y, of one shape
    ``reduction``          'mean', 'none', or 'sum', which is the lecture's total
    """
    tell("half_squared_error", input, target)
    x, y = operands("half_squared_error", input, target)
    return reduced(np.square(x - y) * 0.5, reduction)


@in_single
def l1_loss(input: A, target: ArrayLike, *, reduction: Reduction = "mean") -> A:
    """|x - y|, with derivative 0 where they are equal.

    ``input``, ``target``  x and y, of one shape
    ``reduction``          'mean', 'sum' or 'none'
    """
    tell("l1_loss", input, target)
    x, y = operands("l1_loss", input, target)
    return reduced(np.abs(x - y), reduction)


@in_single
def huber_loss(input: A, target: ArrayLike, *, reduction: Reduction = "mean", delta: float = 1.0) -> A:
    """½ d² for d = x - y between -delta and delta, continued in straight lines: delta (|d| - ½ delta).

    ``input``, ``target``  x and y, of one shape
    ``reduction``          'mean', 'sum' or 'none'
    ``delta``              where the parabola ends; ValueError unless it is positive

    Huber, "Robust estimation of a location parameter", 1964.
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be positive, got {delta}")
    tell("huber_loss", input, target)
    x, y = operands("huber_loss", input, target)
    return reduced(huber(x - y, delta), reduction)


@in_single
def smooth_l1_loss(input: A, target: ArrayLike, *, reduction: Reduction = "mean", beta: float = 1.0) -> A:
    """½ d² / beta for d = x - y between -beta and beta, |d| - ½ beta beyond.

    ``input``, ``target``  x and y, of one shape
    ``reduction``          'mean', 'sum' or 'none'
    ``beta``               where the parabola ends; 0 makes it |d|, a negative one raises ValueError
    """
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: beta must not be negative, got {beta}")
    tell("smooth_l1_loss", input, target)
    x, y = operands("smooth_l1_loss", input, target)
    return reduced(huber(x - y, beta) / beta if beta else np.abs(x - y), reduction)


def _huber(d: Any, delta: float) -> Any:
    """c (d - ½ c), where c is d clipped to the bounds ±delta; c is the derivative, also at infinity."""
    c = np.clip(d, -delta, delta)
    return c * (d - c * 0.5)


huber = elementwise(_huber, lambda g, d, delta: g * np.clip(d, -delta, delta), unfold=composed.huber)


@in_single
def poisson_nll_loss(
    input: A, target: ArrayLike, *, log_input: bool = True, full: bool = False, eps: float = 1e-8,
    reduction: Reduction = "mean",
) -> A:  # fmt: skip
    """λ - y log λ: the negative log-likelihood of counts y at the rate λ, without its constant.

    ``input``, ``target``  log λ and y, of one shape
    ``log_input``          False: the input is λ itself
    ``full``               add the constant, Stirling's formula for log y! where y > 1
    ``eps``                added to λ inside the logarithm, if the input is λ
    ``reduction``          'mean', 'sum' or 'none'
    """
    x, y = operands("poisson_nll_loss", input, target)
    losses = np.exp(x) - weigh(y, x) if log_input else x - y * np.log(x + eps)
    if full:
        large = plain(y) > 1
        z: Any = np.where(large, y, 1)
        losses = losses + np.where(large, z * np.log(z) - z + 0.5 * np.log(2 * math.pi * z), 0)
    return reduced(losses, reduction)


@in_single
def gaussian_nll_loss(
    input: A, target: ArrayLike, var: ArrayLike, *, full: bool = False, eps: float = 1e-6, reduction: Reduction = "mean"
) -> A:
    """½ (log v + (x - y)² / v): the negative log-likelihood of y under N(x, v), without its constant.

    ``input``, ``target``  x and y, of one shape
    ``var``                the variance v, in that shape, or with 1 as its last axis, or without that axis, or a number
    ``full``               add the constant, ½ log 2π
    ``eps``                the least v; where it takes the place of ``var``, the derivative is the one at eps, so that
                           the variance can grow again
    ``reduction``          'mean', 'sum' or 'none'

    ValueError is raised for a negative variance.
    """
    x, y = operands("gaussian_nll_loss", input, target)
    v = cast(operand(var), x)
    if np.any(plain(v) < 0):
        raise ValueError("gaussian_nll_loss: a variance is negative")
    if x.ndim > 1 and v.shape == x.shape[:-1]:
        v = np.expand_dims(v, -1)
    if v.shape not in (x.shape, (*x.shape[:-1], 1), ()):
        raise ValueError(f"gaussian_nll_loss: var {np.shape(var)} does not belong to an input of shape {x.shape}")
    v = v + np.maximum(eps - plain(v), 0)
    losses = (np.log(v) + np.square(x - y) / v) * 0.5
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


@in_single
def kl_div(
    input: A, target: ArrayLike, *, reduction: Reduction | Literal["batchmean"] = "mean", log_target: bool = False
) -> A:
    """p (log p - x), 0 where p is 0: the Kullback-Leibler divergence of p from exp(x), term by term.

    ``input``, ``target``  x, logarithms of probabilities, and p, of one shape (n, ...)
    ``reduction``          'sum', 'none', 'mean' over all elements, or 'batchmean', the sum divided by n: the divergence
                           of a sample is the sum over its classes
    ``log_target``         whether the target is log p
    """
    tell("kl_div", input, target)
    x, p = operands("kl_div", input, target)
    some = plain(p) > (-np.inf if log_target else 0)
    x, p = np.where(some, x, 0), np.where(some, p, 0 if log_target else 1)
    losses: Any = np.where(some, np.exp(p) * (p - x) if log_target else p * (np.log(p) - x), 0)
    if reduction == "batchmean":
        return average(losses.sum(), len(losses) if losses.ndim else 1)
    return reduced(losses, reduction)
