"""What all transforms are: functions of one image or of a batch, and how their options are checked.

Convention: called directly, a transform takes one image (c, h, w) or a batch (n, c, h, w). A dataset knows that it has
a batch, so it calls ``batch``, which takes images without channels, (n, h, w), as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd.typing import ArrayLike, NDArray

from .. import init
from .dataset import Change, change_batch, may_draw
from .dataset import draws as _draws

Size: TypeAlias = int | tuple[int, int]  # of height and width, or of both
Fill: TypeAlias = float | Sequence[float]  # of all channels, or of each


class Transform:
    """y = T(x). A subclass computes a batch (n, c, h, w) in ``apply(x, rng)``; ``rng`` is None without ``draws``."""

    draws: ClassVar[bool] = False

    def __call__(self, images: ArrayLike, generator: init.Randomness = None) -> NDArray[Any]:
        x = np.asarray(images)
        if x.ndim == 2:
            raise ValueError(f"{self} takes images (n, c, h, w) or one image (c, h, w), got {x.shape}: write x[None]")
        if x.ndim not in (3, 4):
            raise ValueError(f"{self} takes images (n, c, h, w) or one image (c, h, w), got {x.shape}")
        return self.batch(x, generator) if x.ndim == 4 else self.batch(x[None], generator)[0]

    def batch(self, images: ArrayLike, generator: init.Randomness = None) -> NDArray[Any]:
        """The transformed ``images`` of a batch (n, c, h, w) or (n, h, w); random ones draw from the ``generator``."""
        x = np.asarray(images)
        if x.ndim not in (3, 4):
            raise ValueError(f"{self} takes batches of images (n, c, h, w) or (n, h, w), got {x.shape}")
        if x.dtype.kind not in "biuf":
            raise TypeError(f"{self} takes pixels that are numbers, got {x.dtype}")
        rng: Any = init.generator(generator) if self.draws else None
        y: NDArray[Any] = self.apply(x if x.ndim == 4 else x[:, None], rng)
        return y if x.ndim == 4 else y[:, 0]

    def apply(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        """The transformed batch of x (n, c, h, w), drawing from ``rng``; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it does: write apply(self, x, rng)")


class Compose:
    """y = Tₙ(... T₂(T₁(x))) for ``transforms`` T₁, ..., Tₙ; any function of a batch is one."""

    def __init__(self, transforms: Sequence[Change]) -> None:
        if not (isinstance(transforms, Iterable) and all(map(callable, transforms := list(transforms)))):
            raise TypeError(f"Compose takes a list of transforms, got {transforms!r}")
        self.transforms = transforms

    @property
    def draws(self) -> bool:
        """Might one of its transforms draw random numbers?"""
        return any(map(may_draw, self.transforms))

    def __call__(self, images: ArrayLike, generator: init.Randomness = None) -> Any:
        rng = init.generator(generator) if self.draws else None
        for transform in self.transforms:
            images = transform(images, rng) if _draws(transform) else transform(images)
        return images

    def batch(self, images: ArrayLike, generator: init.Randomness = None) -> Any:
        """The transformed ``images`` of a batch (n, c, h, w) or (n, h, w); random ones draw from the ``generator``."""
        rng = init.generator(generator) if self.draws else None
        for transform in self.transforms:
            images = change_batch(transform, images, rng)
        return images

    def __repr__(self) -> str:
        return f"Compose({self.transforms})"


def whole(transform: Any, name: str, wanted: str, counts: Sequence[int], least: int) -> tuple[int, ...]:
    """The option ``name`` as whole numbers from ``least`` on; it is one number, or as many as one of ``counts``."""
    given = getattr(transform, name)
    numbers = tuple(given) if isinstance(given, tuple | list | np.ndarray) and np.ndim(given) == 1 else (given,)
    if len(numbers) not in (1, *counts) or not all(_is_whole(number) and number >= least for number in numbers):
        raise ValueError(f"{transform}: {name} is {wanted}, whole numbers from {least} on")
    return tuple(map(int, numbers))


def _is_whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def interval(transform: Any, name: str, low: float, high: float = np.inf) -> tuple[float, float]:
    """The option ``name``, two numbers in order within [low, high], as floats."""
    given = np.asarray(getattr(transform, name))
    if given.shape != (2,) or given.dtype.kind not in "iuf" or not low <= given[0] <= given[1] <= high:
        within = "" if low == -np.inf else f", from {low} on"
        raise ValueError(f"{transform}: {name} is a range of two numbers (low, high){within}")
    return float(given[0]), float(given[1])


def check_probability(transform: Any) -> None:
    """Refuse a p that is none."""
    if not (isinstance(transform.p, int | float | np.number) and 0 <= transform.p <= 1):
        raise ValueError(f"{transform}: p is a probability, from 0 to 1")


def pixel(transform: Any, name: str, x: NDArray[Any]) -> NDArray[Any]:
    """The option ``name``, a number or one for each channel, as pixels (c, 1, 1) of x; refused if x cannot hold it."""
    given = np.asarray(getattr(transform, name))
    if given.dtype.kind not in "biuf" or given.size not in (1, x.shape[1]):
        raise ValueError(f"{transform}: {name} is a number, or one for each of {x.shape[1]} channels")
    if x.dtype.kind not in "fc":
        with np.errstate(invalid="ignore"):
            held = np.array_equal(given.astype(x.dtype), given)
        if not held:
            raise TypeError(
                f"{transform}: {x.dtype} pixels cannot hold the {name} {getattr(transform, name)}: "
                f"put ToFloat() before it, or give one of their whole numbers"
            )
    return given.astype(x.dtype).reshape(-1, 1, 1)


def need_floats(transform: Transform, x: NDArray[Any]) -> None:
    """Refuse pixels that are not floating numbers."""
    if x.dtype.kind != "f":
        raise TypeError(f"{transform} takes floating pixels, got {x.dtype}: put ToFloat() before it")
