"""The transforms of ``nn.data``, by their short name: images on their way into a network, scaled or changed at random.

Convention: a transform takes one image (c, h, w) or a batch (n, c, h, w), and gives a new array; as a dataset's
transform it takes images without channels, (n, h, w), too. Random ones draw for each image separately, from the
generator that is their second argument. ValueError is raised for an option out of its range and for other shapes,
TypeError for pixels that a transform cannot change. Names and arguments are torchvision's.
"""

from .data import image_transforms
from .data.image_transforms import *  # noqa: F403

__all__ = image_transforms.__all__
