"""Dropout: elements are zeroed at random in training, and the others scaled up so that the expectation stays.

Convention: ``p``, the probability of zeroing, is from 0 to 1, else ValueError is raised. ``generator`` is a
``numpy.random.Generator``, a seed, or None for the default one; the same seed zeroes the same elements in every
precision. ``inplace`` is ignored, as the graph needs its arrays. Srivastava et al., "Dropout", 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core import sealed
from autograd.declare import plain
from autograd.typing import A, Array, Shape

from .. import init

__all__ = ["dropout", "dropout2d"]


def dropout(
    input: A, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: init.Randomness = None
) -> A:
    """y = x m / (1 - p), where each m is 0 with probability p, else 1.

    ``input``      x, any array; y has its shape
    ``p``          the probability that an element is zeroed
    ``training``   False: y = x
    ``inplace``    PyTorch's; ignored
    ``generator``  a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    check(p)
    return input * mask(input, input.shape, p, generator) if training and p else input


def dropout2d(
    input: A, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: init.Randomness = None
) -> A:
    """Dropout of whole channels of images: one m for each map (height, width).

    ``input``      (n, channels, height, width), else ValueError is raised
    ``p``          the probability that a channel of a sample is zeroed
    ``training``   False: the input is returned
    ``inplace``    PyTorch's; ignored
    ``generator``  a Generator or a seed; None is the default generator, see ``nn.seed``

    Tompson et al., "Efficient object localization using convolutional networks", 2015.
    """
    check(p)
    if input.ndim != 4:
        raise ValueError(f"dropout2d: takes an input (n, channels, height, width), got {input.shape}")
    return input * mask(input, (*input.shape[:2], 1, 1), p, generator) if training and p else input


def mask(like: Array, shape: Shape, p: float, generator: init.Randomness) -> Any:
    """m / (1 - p), in the precision and library of ``like``."""
    array = plain(like)
    stays = init.drawn(generator, array).random(shape, np.float32) >= p
    dtype = like.dtype.newbyteorder("=") if like.dtype.kind in "fc" else np.float64
    scaled = np.multiply(stays, 0 if p == 1 else 1 / (1 - p), dtype=dtype)
    return np.asarray(sealed(scaled), like=array)  # sealed, so that the graph need not copy it


def check(p: float) -> None:
    """Refuse a p that is not a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p is the probability of zeroing an element, from 0 to 1, not {p}")
