"""Transforms of images on their way into a network: scaling, and random changes that make a small set seem larger.

Convention: a transform takes one image (c, h, w) or a batch (n, c, h, w), and gives a new array; as a dataset's
transform it takes images without channels, (n, h, w), too. Random ones draw for each image separately, from the
generator that is their second argument. Their attribute ``draws`` is true, and a ``DataLoader`` gives them a generator
of its own. Names and arguments are torchvision's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import numpy as np

from autograd.typing import ArrayLike, NDArray

from .transform import Compose, Fill, Size, Transform, check_probability, interval, need_floats, pixel, whole

__all__ = [
    "Compose", "Cutout", "Normalize", "RandomCrop", "RandomErasing", "RandomHorizontalFlip", "RandomRotation",
    "RandomVerticalFlip", "ToFloat", "Transform",
]  # fmt: skip

PaddingMode: TypeAlias = Literal["constant", "edge", "reflect", "symmetric"]


@dataclass(frozen=True)
class ToFloat(Transform):
    """y = x / white as float32, from 0 to 1.

    ``white``  the value of a white pixel; by default the largest number of an unsigned integer dtype, 1 of a float
    """

    white: float | None = None

    def __post_init__(self) -> None:
        if self.white is not None and not (isinstance(self.white, int | float | np.number) and 0 < self.white < np.inf):
            raise ValueError(f"{self}: white is a number above 0")

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        white = self.white
        if white is None:
            if x.dtype.kind not in "uf":
                raise TypeError(f"ToFloat() does not know the white of {x.dtype} pixels: write ToFloat(white=255)")
            white = np.iinfo(x.dtype).max if x.dtype.kind == "u" else 1.0
        return x.astype(np.float32) / np.float32(white)


@dataclass(frozen=True)
class Normalize(Transform):
    """y = (x - mean) / std, for images x of floating pixels.

    ``mean``, ``std``  a number, or one number per channel; std is above 0
    """

    mean: ArrayLike
    std: ArrayLike

    def __post_init__(self) -> None:
        mean, std = (np.asarray(given) for given in (self.mean, self.std))
        if not (mean.dtype.kind in std.dtype.kind + "biuf" and np.isfinite(mean).all() and (std > 0).all()):
            raise ValueError(f"{self}: mean is finite, and std must be above 0")

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        need_floats(self, x)
        return (x - pixel(self, "mean", x)) / pixel(self, "std", x)


@dataclass(frozen=True)
class RandomCrop(Transform):
    """A window anywhere in the image, which first gets a border.

    ``size``          height and width of the window, or one number for both
    ``padding``       pixels of the border: one number, (left and right, top and bottom) or (left, top, right, bottom)
    ``fill``          the value of a constant border, or one for each channel
    ``padding_mode``  as in ``np.pad``: "constant", "edge", "reflect" or "symmetric"
    """

    size: Size
    padding: int | tuple[int, int] | tuple[int, int, int, int] = 0
    fill: Fill = 0.0
    padding_mode: PaddingMode = "constant"
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._window()
        self._border()
        if self.padding_mode not in get_args(PaddingMode):
            raise ValueError(f"{self}: padding_mode is one of {', '.join(get_args(PaddingMode))}")

    def _window(self) -> tuple[int, ...]:
        """Height and width."""
        sides = whole(self, "size", "the window's side or (height, width)", (2,), 1)
        return sides * 2 if len(sides) == 1 else sides

    def _border(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """What is added above and below, and left and right."""
        wanted = "one width, (left and right, top and bottom) or (left, top, right, bottom)"
        widths = whole(self, "padding", wanted, (2, 4), 0)
        left, top, right, bottom = widths * (4 // len(widths))
        return (top, bottom), (left, right)

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        (h, w), border = self._window(), self._border()
        if any(map(any, border)):
            fill = pixel(self, "fill", x) if self.padding_mode == "constant" else None
            x = np.pad(x, ((0, 0), (0, 0), *border), "constant" if fill is not None else self.padding_mode)
            if fill is not None and fill.any():
                rows, columns = (slice(a, n - b) for (a, b), n in zip(border, x.shape[2:], strict=True))
                inside = np.zeros(x.shape[2:], bool)
                inside[rows, columns] = True
                x = np.where(inside, x, fill)
        room = x.shape[2] - h, x.shape[3] - w
        if min(room) < 0:
            raise ValueError(f"{self} got images of {x.shape[2]} x {x.shape[3]} pixels, including the border")
        top, left = (rng.integers(0, free + 1, len(x)) for free in room)
        windows = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))
        return windows[np.arange(len(x)), :, top, left]


@dataclass(frozen=True)
class RandomHorizontalFlip(Transform):
    """Each image mirrored, left to right, with probability ``p``."""

    p: float = 0.5
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_probability(self)

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        return np.where(_some(self, x, rng), x[..., ::-1], x)


@dataclass(frozen=True)
class RandomVerticalFlip(Transform):
    """Each image mirrored, top to bottom, with probability ``p``."""

    p: float = 0.5
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_probability(self)

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        return np.where(_some(self, x, rng), x[..., ::-1, :], x)


@dataclass(frozen=True)
class RandomRotation(Transform):
    """Each floating image rotated about its centre by a random angle, with bilinear interpolation.

    ``degrees``  the range (low, high) of the angle, counter-clockwise; a number d is (-d, d)
    ``fill``     the value of pixels from outside the image, or one for each channel
    """

    degrees: float | tuple[float, float]
    fill: Fill = 0.0
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._range()

    def _range(self) -> tuple[float, float]:
        if isinstance(self.degrees, int | float | np.number) and 0 <= self.degrees < np.inf:
            return -float(self.degrees), float(self.degrees)
        return interval(self, "degrees", -np.inf)

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        need_floats(self, x)
        return rotate(x, rng.uniform(*self._range(), len(x)), pixel(self, "fill", x))


@dataclass(frozen=True)
class Cutout(Transform):
    """Each image with a square filled. Its centre is any pixel; parts of it may lie outside the image.

    ``size``, ``fill``  the side of the square in pixels, and the value that fills it, or one for each channel

    DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
    """

    size: int
    fill: Fill = 0.0
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        whole(self, "size", "the side of the square", (), 1)

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        top, left = (rng.integers(0, side, len(x)) - self.size // 2 for side in x.shape[2:])
        return np.where(_rectangles(x, top, left, self.size, self.size), pixel(self, "fill", x), x)


@dataclass(frozen=True)
class RandomErasing(Transform):
    """Each image, with probability ``p``, with a rectangle filled; the rectangle lies inside the image.

    ``scale``  the range of its area, as a fraction of the image's
    ``ratio``  the range of its height over its width, drawn evenly in the logarithm
    ``value``  the value that fills it, or one for each channel

    An image is left as it is if none of ten rectangles fits. Zhong et al., "Random erasing data augmentation", 2017.
    """

    p: float = 0.5
    scale: tuple[float, float] = (0.02, 0.33)
    ratio: tuple[float, float] = (0.3, 3.3)
    value: Fill = 0.0
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_probability(self)
        interval(self, "scale", 0.0)
        interval(self, "ratio", np.nextafter(0.0, 1.0))

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        (n, _, h, w), tries = x.shape, 10
        value = pixel(self, "value", x)
        area = h * w * rng.uniform(*self.scale, (n, tries))
        low, high = np.log(self.ratio)
        ratio = np.exp(rng.uniform(low, high, (n, tries)))
        heights, widths = np.rint(np.sqrt(area * ratio)).astype(int), np.rint(np.sqrt(area / ratio)).astype(int)
        fits = (heights <= h) & (widths <= w)
        first = np.arange(n), fits.argmax(axis=1)
        height, width = heights[first] * fits[first], widths[first] * fits[first]
        top, left = rng.integers(0, h - height + 1), rng.integers(0, w - width + 1)
        erased = _some(self, x, rng) & _rectangles(x, top, left, height, width)
        return np.where(erased, value, x)


def rotate(x: NDArray[Any], degrees: NDArray[Any], fill: ArrayLike = 0.0) -> NDArray[Any]:
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


def _some(transform: Any, x: NDArray[Any], rng: np.random.Generator) -> Any:
    """True for each image with probability p, as (n, 1, 1, 1)."""
    return (rng.random(len(x)) < transform.p)[:, None, None, None]


def _rectangles(x: NDArray[Any], top: Any, left: Any, height: Any, width: Any) -> Any:
    """True for the pixels of each image that lie in its rectangle, as (n, 1, h, w)."""
    row, column = np.arange(x.shape[2]), np.arange(x.shape[3])
    rows = (row >= top[:, None]) & (row < (top + height)[:, None])
    columns = (column >= left[:, None]) & (column < (left + width)[:, None])
    return rows[:, None, :, None] & columns[:, None, None, :]
