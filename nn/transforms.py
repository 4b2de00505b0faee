"""The transforms of ``nn.data``, by their short name."""

from .data.transforms import *  # noqa: F403
