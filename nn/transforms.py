"""The transforms of ``nn.data``, by their short name."""

from .data.image_transforms import *  # noqa: F403
