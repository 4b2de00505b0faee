"""Dropout as layers: while training they zero numbers at random; in ``eval()`` they are the identity.

Convention: dividing by 1 - p keeps the expectation, so nothing needs to be rescaled in ``eval()``.
"""

from __future__ import annotations

from autograd.typing import A

from .. import functional, init
from ..functional.dropout import check
from ..init import Randomness
from ..module import Module

__all__ = ["Dropout", "Dropout2d"]


class Dropout(Module):
    """y = x m / (1 - p), where each m is 0 with probability p, else 1; in ``eval()`` y = x.

    ``p``          the probability that an element is zeroed, from 0 to 1
    ``inplace``    PyTorch's; ignored, as the graph needs its arrays
    ``generator``  a Generator or a seed of the layer's own; None takes the default generator, see ``nn.seed``

    x has any shape, and y the same. Srivastava et al., "Dropout", 2014.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False, *, generator: Randomness = None) -> None:
        check(p)
        self.p = p
        self.generator = None if generator is None else init.generator(generator)

    def forward(self, x: A) -> A:
        return functional.dropout(x, self.p, self.training, generator=self.generator)

    def describe(self) -> str:
        return f"{self.p}"


class Dropout2d(Dropout):
    """y = x m / (1 - p), where one m for each channel of each sample is 0 with probability p, else 1.

    ``p``          the probability that a channel is zeroed, from 0 to 1
    ``inplace``    PyTorch's; ignored, as the graph needs its arrays
    ``generator``  a Generator or a seed of the layer's own; None takes the default generator, see ``nn.seed``

    x and y are (n, channels, height, width); in ``eval()`` y = x. Neighbouring pixels are alike, so that zeroing single
    ones hides little. Tompson et al., "Efficient object localization using convolutional networks", 2015.
    """

    def forward(self, x: A) -> A:
        return functional.dropout2d(x, self.p, self.training, generator=self.generator)
