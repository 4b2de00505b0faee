"""Convolution, over one, two or three axes, and its transpose."""

from .functions import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
]
