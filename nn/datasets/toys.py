"""The lecture's toy sets: points of the plane in classes that a line can or cannot separate.

Convention: each gives ``(x, d)``, points float32 (n, 2) and classes int64 (n,). The classes alternate, so that a
part of the set is as balanced as the whole. ``noise`` is the standard deviation of Gaussian noise on each coordinate.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from autograd.typing import NDArray

from .. import init

__all__ = ["blobs", "circles", "moons", "spiral", "xor"]

Points: TypeAlias = tuple[NDArray[np.float32], NDArray[np.int64]]
Numbers: TypeAlias = NDArray[Any]


def xor(n: int = 4, noise: float = 0.0, generator: init.Randomness = None) -> Points:
    """d = x₁ xor x₂ at the corners of the unit square, one after the other: what no perceptron can learn.

    Gives points float32 (n, 2) and classes int64 (n,).

    ``n``          the number of points
    ``noise``      the standard deviation of Gaussian noise on each coordinate
    ``generator``  draws the noise: a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    corner = np.arange(n) % 4
    x = np.stack([corner // 2, corner % 2], axis=1)
    return _noisy(x, x[:, 0] ^ x[:, 1], noise, generator)


def moons(n: int = 200, noise: float = 0.1, generator: init.Randomness = None) -> Points:
    """Two interlocking half circles: (cos θ, sin θ) and (1 - cos θ, ½ - sin θ), θ from 0 to π.

    Gives points float32 (n, 2) and classes int64 (n,).

    ``n``          the number of points
    ``noise``      the standard deviation of Gaussian noise on each coordinate
    ``generator``  draws the noise: a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    d, t = _turns(n, 2)
    sign = 1 - 2 * d
    x = np.stack([d + sign * np.cos(np.pi * t), d / 2 + sign * np.sin(np.pi * t)], axis=1)
    return _noisy(x, d, noise, generator)


def circles(n: int = 200, noise: float = 0.05, factor: float = 0.5, generator: init.Randomness = None) -> Points:
    """A circle of radius 1 (class 0) around one of radius ``factor`` (class 1).

    Gives points float32 (n, 2) and classes int64 (n,).

    ``n``          the number of points
    ``noise``      the standard deviation of Gaussian noise on each coordinate
    ``generator``  draws the noise: a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    d, t = _turns(n, 2, around=True)
    return _noisy(_polar(np.where(d == 0, 1.0, factor), 2 * np.pi * t), d, noise, generator)


def spiral(
    n: int = 300, noise: float = 0.02, classes: int = 3, turns: float = 0.75, generator: init.Randomness = None
) -> Points:
    """Spiral arms: radius t, angle 2π (k / classes + turns t) for class k, t from 0 to 1.

    Gives points float32 (n, 2) and classes int64 (n,).

    ``n``          the number of points
    ``classes``    the number of arms, and ``turns`` by how many turns each winds
    ``noise``      the standard deviation of Gaussian noise on each coordinate
    ``generator``  draws the noise: a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    d, t = _turns(n, classes)
    return _noisy(_polar(t, 2 * np.pi * (d / classes + turns * t)), d, noise, generator)


def blobs(n: int = 300, noise: float = 0.5, classes: int = 3, generator: init.Randomness = None) -> Points:
    """Gaussian clouds with centres evenly spaced on a circle of radius 2.

    Gives points float32 (n, 2) and classes int64 (n,).

    ``n``          the number of points
    ``classes``    the number of clouds
    ``noise``      the standard deviation of Gaussian noise on each coordinate
    ``generator``  draws the noise: a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    d, _ = _turns(n, classes)
    return _noisy(_polar(np.full(n, 2.0), 2 * np.pi * d / classes), d, noise, generator)


def _turns(n: int, classes: int, around: bool = False) -> tuple[Numbers, Numbers]:
    """The class of each sample, and its position along its curve, from 0 to 1 (``around``: 1 is 0 again)."""
    d = np.arange(n) % classes
    k, count = np.arange(n) // classes, np.bincount(d, minlength=classes)[d]
    return d, k / np.maximum(count - (0 if around else 1), 1)


def _polar(radius: Numbers, angle: Numbers) -> Numbers:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _noisy(x: Numbers, d: Numbers, noise: float, generator: init.Randomness) -> Points:
    if noise < 0:
        raise ValueError(f"noise is a standard deviation, at least 0, got {noise}")
    drawn = noise * init.generator(generator).normal(size=x.shape) if noise else 0.0
    return (x + drawn).astype(np.float32), d.astype(np.int64)
