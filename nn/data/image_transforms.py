"""Transforms of images on their way into a network: scaling, and random changes that make a small set seem larger.

Convention: a transform takes one image (c, h, w) or a batch (n, c, h, w), and gives a new array. Random ones draw for
each image separately, from the generator that is their second argument. Their attribute ``draws`` is true, and a
``DataLoader`` gives them a generator of its own. Names and arguments are torchvision's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from autograd.typing import ArrayLike, NDArray

from .. import init
from .dataset import Change
from .dataset import draws as _draws

Size: TypeAlias = int | tuple[int, int]  # of height and width, or of both
PaddingMode: TypeAlias = Literal["constant", "edge", "reflect", "symmetric"]


class Transform:
    """y = T(x). A subclass computes a batch (n, c, h, w) in ``apply(x, rng)``; ``rng`` is None without ``draws``."""

    draws: ClassVar[bool] = False

    def __call__(self, images: ArrayLike, generator: init.Randomness = None) -> NDArray[Any]:
        x = np.asarray(images)
        if x.ndim not in (3, 4):
            raise ValueError(f"{self} takes images (n, c, h, w) or one image (c, h, w), got {x.shape}")
        rng: Any = init.generator(generator) if self.draws else None
        y: NDArray[Any] = self.apply(x if x.ndim == 4 else x[None], rng)
        return y if x.ndim == 4 else y[0]

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        """The transformed batch; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it does: write apply(self, x, rng)")


class Compose:
    """y = Tₙ(... T₂(T₁(x))) for ``transforms`` T₁, ..., Tₙ; any function of a batch is one."""

    def __init__(self, transforms: Sequence[Change]) -> None:
        self.transforms = list(transforms)

    @property
    def draws(self) -> bool:
        """Does one of its transforms draw random numbers?"""
        return any(map(_draws, self.transforms))

    def __call__(self, images: ArrayLike, generator: init.Randomness = None) -> Any:
        rng = init.generator(generator) if self.draws else None
        for transform in self.transforms:
            images = transform(images, rng) if _draws(transform) else transform(images)
        return images

    def __repr__(self) -> str:
        return f"Compose({self.transforms})"


@dataclass(frozen=True)
class ToFloat(Transform):
    """y = x / white as float32, from 0 to 1.

    ``white``  the value of a white pixel; by default the largest number of an unsigned integer dtype, 1 of a float
    """

    white: float | None = None

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        white = self.white
        if white is None:
            if x.dtype.kind not in "uf":
                raise TypeError(f"ToFloat() does not know the white of {x.dtype} pixels: write ToFloat(white=255)")
            white = np.iinfo(x.dtype).max if x.dtype.kind == "u" else 1.0
        return x.astype(np.float32) / np.float32(white)


@dataclass(frozen=True)
class Normalize(Transform):
    """y = (x - mean) / std for floating x; ``mean`` and ``std`` are a number, or one number per channel."""

    mean: ArrayLike
    std: ArrayLike

    def __post_init__(self) -> None:
        if not np.all(np.asarray(self.std) > 0):
            raise ValueError(f"{self}: std must be above 0")

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        _need_floats(self, x)
        mean, std = (np.asarray(given, x.dtype).reshape(-1, 1, 1) for given in (self.mean, self.std))
        if {len(mean), len(std)} - {1, x.shape[1]}:
            raise ValueError(f"{self} got images of {x.shape[1]} channels")
        return (x - mean) / std


@dataclass(frozen=True)
class RandomCrop(Transform):
    """A window anywhere in the image, which first gets a border.

    ``size``          height and width of the window
    ``padding``       pixels of the border above and below, and on either side
    ``fill``          the value of a constant border
    ``padding_mode``  as in ``np.pad``: "constant", "edge", "reflect" or "symmetric"
    """

    size: Size
    padding: Size = 0
    fill: float = 0.0
    padding_mode: PaddingMode = "constant"
    draws: ClassVar[bool] = True

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        (h, w), (rows, columns) = _pair(self.size), _pair(self.padding)
        if rows or columns:
            options: Any = {"constant_values": self.fill} if self.padding_mode == "constant" else {}
            x = np.pad(x, ((0, 0), (0, 0), (rows, rows), (columns, columns)), self.padding_mode, **options)
        room = x.shape[2] - h, x.shape[3] - w
        if min(room) < 0 or min(h, w) < 1:
            raise ValueError(f"{self} got images of {x.shape[2]} x {x.shape[3]} pixels, including the border")
        top, left = (rng.integers(0, free + 1, len(x)) for free in room)
        windows = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))
        return windows[np.arange(len(x)), :, top, left]


@dataclass(frozen=True)
class RandomHorizontalFlip(Transform):
    """Each image mirrored, left to right, with probability ``p``."""

    p: float = 0.5
    draws: ClassVar[bool] = True

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        return np.where(_some(self, x, rng), x[..., ::-1], x)


@dataclass(frozen=True)
class RandomVerticalFlip(Transform):
    """Each image mirrored, top to bottom, with probability ``p``."""

    p: float = 0.5
    draws: ClassVar[bool] = True

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        return np.where(_some(self, x, rng), x[..., ::-1, :], x)


@dataclass(frozen=True)
class RandomRotation(Transform):
    """Each floating image rotated about its centre by a random angle, with bilinear interpolation.

    ``degrees``  the range (low, high) of the angle, counter-clockwise; a number d is (-d, d)
    ``fill``     the value of pixels from outside the image
    """

    degrees: float | tuple[float, float]
    fill: float = 0.0
    draws: ClassVar[bool] = True

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        _need_floats(self, x)
        low, high = (-self.degrees, self.degrees) if isinstance(self.degrees, (int, float)) else self.degrees
        return rotate(x, rng.uniform(low, high, len(x)), self.fill)


@dataclass(frozen=True)
class Cutout(Transform):
    """Each image with a square filled. Its centre is any pixel; parts of it may lie outside the image.

    ``size``, ``fill``  the side of the square in pixels, and the value that fills it

    DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
    """

    size: int
    fill: float = 0.0
    draws: ClassVar[bool] = True

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        top, left = (rng.integers(0, side, len(x)) - self.size // 2 for side in x.shape[2:])
        return np.where(_rectangles(x, top, left, self.size, self.size), np.asarray(self.fill, x.dtype), x)


@dataclass(frozen=True)
class RandomErasing(Transform):
    """Each image, with probability ``p``, with a rectangle filled; the rectangle lies inside the image.

    ``scale``  the range of its area, as a fraction of the image's
    ``ratio``  the range of its height over its width, drawn evenly in the logarithm
    ``value``  the value that fills it

    An image is left as it is if none of ten rectangles fits. Zhong et al., "Random erasing data augmentation", 2017.
    """

    p: float = 0.5
    scale: tuple[float, float] = (0.02, 0.33)
    ratio: tuple[float, float] = (0.3, 3.3)
    value: float = 0.0
    draws: ClassVar[bool] = True

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        (n, _, h, w), tries = x.shape, 10
        area = h * w * rng.uniform(*self.scale, (n, tries))
        low, high = np.log(self.ratio)
        ratio = np.exp(rng.uniform(low, high, (n, tries)))
        heights, widths = np.rint(np.sqrt(area * ratio)).astype(int), np.rint(np.sqrt(area / ratio)).astype(int)
        fits = (heights <= h) & (widths <= w)
        first = np.arange(n), fits.argmax(axis=1)
        height, width = heights[first] * fits[first], widths[first] * fits[first]
        top, left = rng.integers(0, h - height + 1), rng.integers(0, w - width + 1)
        erased = _some(self, x, rng) & _rectangles(x, top, left, height, width)
        return np.where(erased, np.asarray(self.value, x.dtype), x)


def rotate(x: NDArray[Any], degrees: NDArray[Any], fill: float = 0.0) -> NDArray[Any]:
    """Images (n, c, h, w), each rotated counter-clockwise about its centre by its angle (n,), bilinearly interpolated.

    The pixel at (dx, dy) from the centre comes from (dx cos θ - dy sin θ, dx sin θ + dy cos θ), y pointing down.
    """
    n, c, h, w = x.shape
    angle = np.deg2rad(degrees).reshape(-1, 1, 1)
    cos, sin = np.round(np.cos(angle), 12), np.round(np.sin(angle), 12)  # right angles move pixels onto pixels
    dy, dx = np.arange(h)[:, None] - (h - 1) / 2, np.arange(w) - (w - 1) / 2
    column, row = dx * cos - dy * sin + (w - 1) / 2, dx * sin + dy * cos + (h - 1) / 2  # (n, h, w)

    padded = np.full((n, c, h + 2, w + 2), fill, x.dtype)  # a border of one pixel represents all that is outside
    padded[:, :, 1:-1, 1:-1] = x
    up, left = np.floor(row), np.floor(column)
    below, beside = ((row - up).astype(x.dtype)[:, None], (column - left).astype(x.dtype)[:, None])
    rows = [np.clip(up + k, 0, h + 1).astype(np.intp) * (w + 2) for k in (1, 2)]
    columns = [np.clip(left + k, 0, w + 1).astype(np.intp) for k in (1, 2)]
    image = (np.arange(n * c) * (h + 2) * (w + 2)).reshape(n, c, 1, 1)

    def line(start: NDArray[np.intp]) -> Any:
        a, b = (padded.take(image + (start + column)[:, None]) for column in columns)
        return a + beside * (b - a)

    top, bottom = map(line, rows)
    return top + below * (bottom - top)


def _pair(size: Size) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def _some(transform: Any, x: NDArray[Any], rng: np.random.Generator) -> Any:
    """True for each image with probability p, as (n, 1, 1, 1)."""
    if not 0 <= transform.p <= 1:
        raise ValueError(f"{transform}: p is a probability")
    return (rng.random(len(x)) < transform.p)[:, None, None, None]


def _rectangles(x: NDArray[Any], top: Any, left: Any, height: Any, width: Any) -> Any:
    """True for the pixels of each image that lie in its rectangle, as (n, 1, h, w)."""
    row, column = np.arange(x.shape[2]), np.arange(x.shape[3])
    rows = (row >= top[:, None]) & (row < (top + height)[:, None])
    columns = (column >= left[:, None]) & (column < (left + width)[:, None])
    return rows[:, None, :, None] & columns[:, None, None, :]


def _need_floats(transform: Transform, x: NDArray[Any]) -> None:
    if x.dtype.kind != "f":
        raise TypeError(f"{transform} takes floating pixels, got {x.dtype}: put ToFloat() before it")
