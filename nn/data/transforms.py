"""Changes of images on the way into a network: scaling, and the random ones that make a small set seem larger.

Convention: a transform takes one image (c, h, w) or a batch (n, c, h, w), and gives a new array. What it draws, for
each image by itself, comes from the generator that is its second argument; those that draw say so by ``draws``,
and a ``DataLoader`` hands them a generator of its own. Names and arguments are torchvision's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import init

Pair = int | tuple[int, int]


class Transform:
    """y = T(x). A subclass says in ``apply`` what becomes of a batch; ``rng`` is None where ``draws`` is false."""

    draws: ClassVar[bool] = False

    def __call__(self, images: Any, generator: init.Randomness = None) -> Any:
        x = np.asarray(images)
        if x.ndim not in (3, 4):
            raise ValueError(f"{self} takes images (n, c, h, w) or one image (c, h, w), got {x.shape}")
        y = self.apply(x if x.ndim == 4 else x[None], init.generator(generator) if self.draws else None)
        return y if x.ndim == 4 else y[0]

    def apply(self, x: Any, rng: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say what it does: write apply(self, x, rng)")


class Compose:
    """One transform after the other; any function of a batch is one."""

    def __init__(self, transforms: Sequence[Callable[..., Any]]) -> None:
        self.transforms = list(transforms)

    @property
    def draws(self) -> bool:
        return any(map(_draws, self.transforms))

    def __call__(self, images: Any, generator: init.Randomness = None) -> Any:
        rng = init.generator(generator) if self.draws else None
        for transform in self.transforms:
            images = transform(images, rng) if _draws(transform) else transform(images)
        return images

    def __repr__(self) -> str:
        return f"Compose({self.transforms})"


@dataclass(frozen=True)
class ToFloat(Transform):
    """y = x / white as float32; the white of an unsigned integer is its largest number, that of a float is 1."""

    white: float | None = None

    def apply(self, x: Any, rng: Any) -> Any:
        if self.white is not None:
            white = self.white
        elif x.dtype.kind == "u":
            white = np.iinfo(x.dtype).max
        elif x.dtype.kind == "f":
            white = 1.0
        else:
            raise TypeError(f"ToFloat() cannot know what is white among {x.dtype} pixels: write ToFloat(white=255)")
        return x.astype(np.float32) / np.float32(white)


@dataclass(frozen=True)
class Normalize(Transform):
    """y = (x - mean) / std, each a number or one number per channel."""

    mean: float | Sequence[float]
    std: float | Sequence[float]

    def __post_init__(self) -> None:
        if not np.all(np.asarray(self.std) > 0):
            raise ValueError(f"{self}: std must be above 0")

    def apply(self, x: Any, rng: Any) -> Any:
        _need_floats(self, x)
        mean, std = (np.asarray(numbers, x.dtype).reshape(-1, 1, 1) for numbers in (self.mean, self.std))
        if {len(mean), len(std)} - {1, x.shape[1]}:
            raise ValueError(f"{self} got images of {x.shape[1]} channels")
        return (x - mean) / std


@dataclass(frozen=True)
class RandomCrop(Transform):
    """A window of ``size`` (height and width) anywhere in the image, which gets a border of ``padding`` pixels first.

    ``padding_mode`` is that of ``np.pad``: "constant" (filled with ``fill``), "edge", "reflect", "symmetric".
    """

    size: Pair
    padding: Pair = 0
    fill: float = 0.0
    padding_mode: str = "constant"
    draws: ClassVar[bool] = True

    def apply(self, x: Any, rng: Any) -> Any:
        (h, w), (rows, columns) = _pair(self.size), _pair(self.padding)
        if rows or columns:
            border = ((0, 0), (0, 0), (rows, rows), (columns, columns))
            options: dict[str, Any] = {"mode": self.padding_mode}
            if self.padding_mode == "constant":
                options["constant_values"] = self.fill
            x = np.pad(x, border, **options)
        room = x.shape[2] - h, x.shape[3] - w
        if min(room) < 0 or min(h, w) < 1:
            raise ValueError(f"{self} got images of {x.shape[2]} x {x.shape[3]} pixels, border included")
        top, left = (rng.integers(0, free + 1, len(x)) for free in room)
        windows = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))
        return windows[np.arange(len(x)), :, top, left]


@dataclass(frozen=True)
class RandomHorizontalFlip(Transform):
    """The mirror image, left for right, of each image with probability ``p``."""

    p: float = 0.5
    draws: ClassVar[bool] = True

    def apply(self, x: Any, rng: Any) -> Any:
        return np.where(_some(self, x, rng), x[..., ::-1], x)


@dataclass(frozen=True)
class RandomVerticalFlip(Transform):
    """The mirror image, top for bottom, of each image with probability ``p``."""

    p: float = 0.5
    draws: ClassVar[bool] = True

    def apply(self, x: Any, rng: Any) -> Any:
        return np.where(_some(self, x, rng), x[..., ::-1, :], x)


@dataclass(frozen=True)
class RandomRotation(Transform):
    """Each image turned about its centre, counter-clockwise, by an angle drawn from (low, high) or ±``degrees``.

    What comes from outside the image is ``fill``; between pixels it interpolates bilinearly.
    """

    degrees: float | tuple[float, float]
    fill: float = 0.0
    draws: ClassVar[bool] = True

    def apply(self, x: Any, rng: Any) -> Any:
        _need_floats(self, x)
        low, high = (-self.degrees, self.degrees) if isinstance(self.degrees, (int, float)) else self.degrees
        return rotate(x, rng.uniform(low, high, len(x)), self.fill)


@dataclass(frozen=True)
class Cutout(Transform):
    """A square of side ``size`` around any pixel is filled; where it reaches over the edge less of it is seen.

    DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
    """

    size: int
    fill: float = 0.0
    draws: ClassVar[bool] = True

    def apply(self, x: Any, rng: Any) -> Any:
        top, left = (rng.integers(0, side, len(x)) - self.size // 2 for side in x.shape[2:])
        return np.where(_rectangles(x, top, left, self.size, self.size), np.asarray(self.fill, x.dtype), x)


@dataclass(frozen=True)
class RandomErasing(Transform):
    """With probability ``p`` a rectangle is filled with ``value``.

    Its part of the image's area is drawn from ``scale``, its height over its width from ``ratio`` (evenly in the
    logarithm), and its place is anywhere inside. An image stays as it is if ten draws give none that fits.
    Zhong et al., "Random erasing data augmentation", 2017.
    """

    p: float = 0.5
    scale: tuple[float, float] = (0.02, 0.33)
    ratio: tuple[float, float] = (0.3, 3.3)
    value: float = 0.0
    draws: ClassVar[bool] = True

    def apply(self, x: Any, rng: Any) -> Any:
        (n, _, h, w), tries = x.shape, 10
        area = h * w * rng.uniform(*self.scale, (n, tries))
        ratio = np.exp(rng.uniform(*np.log(self.ratio), (n, tries)))
        heights, widths = np.rint(np.sqrt(area * ratio)).astype(int), np.rint(np.sqrt(area / ratio)).astype(int)
        fits = (heights <= h) & (widths <= w)
        first = np.arange(n), fits.argmax(axis=1)
        height, width = heights[first] * fits[first], widths[first] * fits[first]
        top, left = rng.integers(0, h - height + 1), rng.integers(0, w - width + 1)
        chosen = _some(self, x, rng) & _rectangles(x, top, left, height, width)
        return np.where(chosen, np.asarray(self.value, x.dtype), x)


def rotate(x: Any, degrees: Any, fill: float = 0.0) -> Any:
    """Images (n, c, h, w), each turned counter-clockwise about its centre by its angle, bilinearly interpolated.

    The pixel at (dx, dy) from the centre comes from (dx cos θ - dy sin θ, dx sin θ + dy cos θ), y pointing down.
    """
    n, c, h, w = x.shape
    angle = np.deg2rad(degrees).reshape(-1, 1, 1)
    cos, sin = np.round(np.cos(angle), 12), np.round(np.sin(angle), 12)  # right angles move pixels onto pixels
    dy, dx = np.arange(h)[:, None] - (h - 1) / 2, np.arange(w) - (w - 1) / 2
    column, row = dx * cos - dy * sin + (w - 1) / 2, dx * sin + dy * cos + (h - 1) / 2  # (n, h, w)

    padded = np.full((n, c, h + 2, w + 2), fill, x.dtype)  # one pixel around stands for all that is outside
    padded[:, :, 1:-1, 1:-1] = x
    up, left = np.floor(row), np.floor(column)
    below, beside = ((row - up).astype(x.dtype)[:, None], (column - left).astype(x.dtype)[:, None])
    rows = [np.clip(up + k, 0, h + 1).astype(np.intp) * (w + 2) for k in (1, 2)]
    columns = [np.clip(left + k, 0, w + 1).astype(np.intp) for k in (1, 2)]
    image = (np.arange(n * c) * (h + 2) * (w + 2)).reshape(n, c, 1, 1)

    def line(start: Any) -> Any:
        a, b = (padded.take(image + (start + column)[:, None]) for column in columns)
        return a + beside * (b - a)

    top, bottom = map(line, rows)
    return top + below * (bottom - top)


def _draws(transform: Any) -> bool:
    return bool(getattr(transform, "draws", False))


def _pair(size: Pair) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def _some(transform: Any, x: Any, rng: Any) -> Any:
    """Each image with probability p, as (n, 1, 1, 1)."""
    if not 0 <= transform.p <= 1:
        raise ValueError(f"{transform}: p is a probability")
    return (rng.random(len(x)) < transform.p)[:, None, None, None]


def _rectangles(x: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
    """Which pixels of each image lie in its rectangle, as (n, 1, h, w)."""
    row, column = np.arange(x.shape[2]), np.arange(x.shape[3])
    rows = (row >= top[:, None]) & (row < (top + height)[:, None])
    columns = (column >= left[:, None]) & (column < (left + width)[:, None])
    return rows[:, None, :, None] & columns[:, None, None, :]


def _need_floats(transform: Any, x: Any) -> None:
    if x.dtype.kind != "f":
        raise TypeError(f"{transform} takes floating pixels, got {x.dtype}: put ToFloat() before it")
