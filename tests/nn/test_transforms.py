"""Transforms of images: what holds for one image and for batches, whatever is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import ArrayDataset, DataLoader
from nn.data.image_transforms import (
    Compose,
    Cutout,
    Normalize,
    RandomCrop,
    RandomErasing,
    RandomHorizontalFlip,
    RandomRotation,
    RandomVerticalFlip,
    ToFloat,
    Transform,
    rotate,
)

from ..tables.refused import refused

SIDES, SEEDS = st.integers(1, 9), st.integers(0, 99)


def images(n: int = 6, c: int = 2, h: int = 8, w: int = 8, seed: int = 0) -> Any:
    """All pixels differ, and none is 0."""
    pixels = np.random.default_rng(seed).permutation(n * c * h * w) + 1
    return (pixels.reshape(n, c, h, w) / 1024).astype(np.float32)


ALL: list[Any] = [
    ToFloat(), Normalize(0.2, (0.5, 2)), RandomCrop(6, 2), RandomHorizontalFlip(), RandomVerticalFlip(),
    RandomRotation(30), Cutout(3), RandomErasing(1.0), Compose([RandomCrop((5, 6)), RandomErasing(), np.sqrt]),
]  # fmt: skip


@pytest.mark.parametrize("transform", ALL, ids=lambda transform: repr(transform))
def test_each_image_is_transformed_separately_and_by_the_generator(transform: Any) -> None:
    x = images()
    y = transform(x, 3)
    assert y.dtype == np.float32 and not np.shares_memory(x, y) and np.array_equal(x, images())
    assert np.array_equal(y, transform(x, np.random.default_rng(3)))
    assert np.array_equal(transform(x[2], 3), transform(x[2:3], 3)[0])
    if transform.draws:
        assert not np.array_equal(transform(np.repeat(x[:1], 20, axis=0)), np.repeat(transform(x[:1]), 20, axis=0))
    else:
        assert np.array_equal(y[2], transform(x[2]))
    assert len(transform(x[:0])) == 0


@pytest.mark.parametrize("transform", [t for t in ALL if not isinstance(t, Normalize)] + [Normalize(0.2, 2)], ids=repr)
def test_images_without_channels_are_transformed_one_by_one_too(transform: Any) -> None:
    x, d = images(20, 1), np.arange(20)
    ((y, _),) = DataLoader(ArrayDataset(x[:, 0], d, transform=transform), 20, generator=4)
    ((right, _),) = DataLoader(ArrayDataset(x, d, transform=transform), 20, generator=4)
    assert np.array_equal(y, right[:, 0])


@given(st.integers(0, 4), st.integers(1, 3), SIDES, SIDES, st.sampled_from(["float32", "float64"]), SEEDS)
def test_rotations_by_right_angles_move_pixels(n: int, c: int, h: int, w: int, dtype: str, seed: int) -> None:
    x = images(n, c, h, w, seed).astype(dtype)
    for degrees in (0, 360, -720):
        assert np.array_equal(rotate(x, np.full(n, degrees)), x)
    assert np.array_equal(rotate(x, np.full(n, 180)), np.rot90(x, 2, (2, 3)))
    square = images(n, c, h, h, seed)
    turns = np.random.default_rng(seed).integers(-5, 6, n)
    for image, turned, k in zip(square, rotate(square, 90 * turns), turns, strict=True):
        assert np.array_equal(turned, np.rot90(image, k, (1, 2)))


def test_rotation_interpolates_a_plane_exactly_and_fills_what_lies_outside() -> None:
    h, w = 21, 31
    y, x = np.mgrid[:h, :w] - np.array([(h - 1) / 2, (w - 1) / 2])[:, None, None]
    degrees = np.array([30.0, -50.0])
    plane = np.broadcast_to(3 + 2 * x - y, (2, 1, h, w))
    turned = rotate(plane, degrees, fill=np.nan)
    for result, angle in zip(turned[:, 0], np.deg2rad(degrees), strict=True):
        inside = (np.hypot(x, y) < 9.5) | ~np.isnan(result)
        expected = 3 + 2 * (x * np.cos(angle) - y * np.sin(angle)) - (x * np.sin(angle) + y * np.cos(angle))
        assert np.allclose(result[inside], expected[inside])
        assert np.isnan(result[0, 0]) and np.isnan(result[-1, -1])
    assert rotate(plane, degrees, fill=7)[0, 0, 0, 0] == 7


def test_rotation_draws_angles_from_its_range() -> None:
    x = np.broadcast_to(images(1, 1, 15, 15), (400, 1, 15, 15))
    for degrees, low, high in ((10.0, -10, 10), ((20.0, 80.0), 20, 80)):
        angles = np.random.default_rng(0).uniform(low, high, 400)
        assert np.array_equal(RandomRotation(degrees)(x, 0), rotate(x, angles))


@given(SIDES, SIDES, SIDES, SIDES, st.lists(st.integers(0, 3), min_size=4, max_size=4), SEEDS)
def test_a_crop_is_a_window(h: int, w: int, high: int, wide: int, border: list[int], seed: int) -> None:
    x = images(3, 2, h, w)
    left, top, right, bottom = border
    size = min(high, h + top + bottom), min(wide, w + left + right)
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=-1)
    y = RandomCrop(size, (left, top, right, bottom), fill=-1)(x, seed)
    assert y.shape == (3, 2, *size)
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, (2, 3))
    for image, here in zip(y, windows, strict=True):
        assert (here == image[:, None, None]).all(axis=(0, 3, 4)).any()


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize(
    ("short", "long"), [(2, (2, 2, 2, 2)), (np.int64(2), (2, 2, 2, 2)), ((3, 0), (3, 0, 3, 0)), ((0, 2), (0, 2, 0, 2))]
)
def test_short_forms_of_a_border(short: Any, long: Any, mode: Any) -> None:
    assert np.array_equal(RandomCrop(5, short, 7, mode)(images(), 0), RandomCrop((5, 5), long, 7, mode)(images(), 0))


def test_a_crop_can_be_anywhere() -> None:
    x = np.broadcast_to(np.arange(16.0).reshape(1, 1, 4, 4), (500, 1, 4, 4))
    assert len(np.unique(RandomCrop(2)(x, 0)[:, 0, 0, 0])) == 9


@pytest.mark.parametrize(("mode", "corner"), [("edge", 0), ("reflect", 10)])
def test_the_border_of_a_crop(mode: Any, corner: float) -> None:
    assert RandomCrop(8, 2, padding_mode=mode)(np.arange(16.0).reshape(1, 4, 4), 0)[0, 0, 0] == corner


@pytest.mark.parametrize(("flip", "axis"), [(RandomHorizontalFlip, 3), (RandomVerticalFlip, 2)])
def test_flips(flip: Callable[..., Any], axis: int) -> None:
    x = images(400, 1, 3, 4)
    assert np.array_equal(flip(0.0)(x), x)
    assert np.array_equal(flip(1.0)(x), np.flip(x, axis))
    flipped = (flip(0.25)(x, 0) == np.flip(x, axis)).all(axis=(1, 2, 3))
    assert np.array_equal(flip(0.25)(x, 0)[~flipped], x[~flipped])
    assert 0.18 < flipped.mean() < 0.32


@given(st.integers(1, 6), st.integers(4, 9), st.integers(4, 9), SEEDS)
def test_what_cutout_and_erasing_fill(size: int, h: int, w: int, seed: int) -> None:
    x = images(5, 2, h, w)
    for y, largest in ((Cutout(size)(x, seed), size**2), (RandomErasing(1.0)(x, seed), h * w)):
        assert np.array_equal(y[y != 0], x[y != 0])
        for hole in (y == 0).reshape(5, 2, h, w):
            rows, columns = hole[0].any(axis=1), hole[0].any(axis=0)
            assert np.array_equal(hole[0], hole[1]) and np.array_equal(hole[0], rows[:, None] & columns)
            assert (rows.sum() == np.ptp(np.flatnonzero(rows)) + 1) if rows.any() else True
            assert hole[0].sum() <= largest
            if largest == size**2:  # its centre is inside, so at least a quarter of it is
                assert hole[0].sum() >= (min(size, h) // 2 or 1) * (min(size, w) // 2 or 1)


def test_how_much_is_erased() -> None:
    x = np.ones((2000, 1, 40, 40), np.uint8)
    holes = np.mean(RandomErasing(0.25, (0.1, 0.2), (0.5, 2.0), value=9)(x, 0) == 9, axis=(1, 2, 3))
    assert 0.2 < np.mean(holes > 0) < 0.3
    holes = holes[holes > 0]
    assert 0.085 < holes.min() < 0.115 and 0.185 < holes.max() < 0.215 and 0.145 < holes.mean() < 0.155
    assert np.array_equal(RandomErasing(1.0, (2.0, 3.0))(x[:3], 0), x[:3])  # none fits


FILLED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "crop": (lambda fill: RandomCrop(8, 4, fill=fill), "fill"),
    "rotation": (lambda fill: RandomRotation((30, 60), fill), "fill"),
    "cutout": (lambda fill: Cutout(3, fill), "fill"),
    "erasing": (lambda fill: RandomErasing(1.0, value=fill), "value"),
}


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize(
    ("dtype", "fill", "holds"),
    [("uint8", 255, True), ("uint8", np.float64(9), True), ("uint8", 0.5, False), ("uint8", 256, False),
     ("uint8", -1, False), ("uint8", math.nan, False), ("int16", 256, True), ("bool", True, True), ("bool", 2, False),
     ("float32", 0.5, True), ("float16", 9, True)],
)  # fmt: skip
def test_pixels_are_filled_with_what_they_can_hold(name: str, dtype: str, fill: Any, holds: bool) -> None:
    make, option = FILLED[name]
    x = np.zeros((5, 2, 8, 8), dtype)
    if name == "rotation" and x.dtype.kind != "f":
        return
    if not holds:
        with pytest.raises(TypeError, match=rf"{dtype} pixels cannot hold the {option} .*ToFloat\(\)"):
            make(fill)(x, 0)
        return
    y = make(fill)(x, 0)
    assert y.dtype == dtype and (y == fill).any()
    assert ((y >= 0) & (y <= fill)).all() if name == "rotation" else ((y == 0) | (y == fill)).all()
    by_channel = make([0, fill])(x, 0)
    assert np.array_equal(by_channel[:, 1], y[:, 1]) and not by_channel[:, 0].any()
    with pytest.raises(ValueError, match=f"{option} is a number, or one for each of 2 channels"):
        make([fill] * 3)(x, 0)


def test_normalize() -> None:
    x = images(50, 3)
    y = Normalize(x.mean(axis=(0, 2, 3)), x.std(axis=(0, 2, 3)))(x)
    assert np.allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-5) and np.allclose(y.std(axis=(0, 2, 3)), 1, atol=1e-5)
    assert np.allclose(Normalize(0.5, 2.0)(x), (x - 0.5) / 2)
    mean, std = x.mean(axis=(0, 2, 3), keepdims=True), np.ones((3, 1, 1))
    assert np.allclose(Normalize(mean, std)(x), x - mean)


def test_pixels_become_floats_from_0_to_1() -> None:
    grey = np.array([0, 51, 255], np.uint8).reshape(1, 1, 3)
    for dtype, white in (("uint8", None), ("int64", 255), ("float64", 255)):
        scaled = ToFloat(white)(grey.astype(dtype))
        assert scaled.dtype == np.float32 and np.allclose(scaled, [[[0, 0.2, 1]]])
    assert ToFloat()(np.full((1, 1, 1), 65535, np.uint16)) == 1


def test_in_a_loader_the_same_seed_gives_the_same_images() -> None:
    x, d = images(20, 1), np.arange(20)
    augment = Compose([RandomCrop(8, 1), RandomHorizontalFlip(), RandomRotation(15), Cutout(2), Normalize(0.5, 0.5)])
    data = ArrayDataset(x, d, transform=augment)

    def epochs(prefetch: int) -> list[Any]:
        loader = DataLoader(data, 6, shuffle=True, generator=4, prefetch=prefetch)
        return [images for _ in range(2) for images, _ in loader]

    runs = [epochs(prefetch) for prefetch in (0, 1, 1)]
    assert all(np.array_equal(a, b) and np.array_equal(a, c) for a, b, c in zip(*runs, strict=True))
    assert not np.array_equal(runs[0][0], runs[0][4])


BYTES = np.ones((1, 2, 2), np.uint8)
REFUSED = [
    refused("no image", ValueError, r"\(n, c, h, w\).*got \(3, 64, 1, 1, 1\)", RandomHorizontalFlip(),
            np.zeros((3, 64, 1, 1, 1))),
    refused("no channels", ValueError, r"got \(3, 64\): write x\[None\]", RandomHorizontalFlip(), np.zeros((3, 64))),
    refused("no batch of images", ValueError, r"\(n, h, w\), got \(3, 64\)", RandomHorizontalFlip().batch,
            np.zeros((3, 64))),
    refused("window larger than the image", ValueError, r"RandomCrop\(size=9.*8 x 8", RandomCrop(9), images()),
    refused("channels", ValueError, "mean.*each of 2 channels", Normalize((0.1, 0.2, 0.3), 1.0), images()),
    refused("normalizing bytes", TypeError, r"uint8: put ToFloat\(\)", Normalize(0.5, 0.5), BYTES),
    refused("rotating bytes", TypeError, r"uint8: put ToFloat\(\)", RandomRotation(5), BYTES),
    refused("unknown white", TypeError, r"int64 pixels: write ToFloat\(white=255\)", ToFloat(), BYTES.astype("int64")),
    refused("nothing written", NotImplementedError, "write apply", Transform(), images()),
    refused("probability", ValueError, r"p=1.5.*probability", RandomHorizontalFlip, 1.5),
    refused("no probability", ValueError, r"p=None.*probability", RandomErasing, None),
    refused("empty window", ValueError, "size=0.*size is", RandomCrop, 0),
    refused("half a pixel", ValueError, "size=2.5.*whole numbers from 1 on", RandomCrop, 2.5),
    refused("a window of three sides", ValueError, "size is", RandomCrop, (3, 3, 3)),
    refused("negative border", ValueError, r"padding=\(1, -1\).*left and right, top", RandomCrop, 3, (1, -1)),
    refused("a border of three numbers", ValueError, "padding is", RandomCrop, 3, (1, 1, 1)),
    refused("unknown border", ValueError, "constant, edge, reflect", RandomCrop, 3, 1, 0, "zeros"),
    refused("a square of two sides", ValueError, "size is the side", Cutout, (2, 3)),
    refused("a range that falls", ValueError, "degrees is a range", RandomRotation, (30, 10)),
    refused("a negative range", ValueError, "degrees is a range", RandomRotation, -5),
    refused("an area below 0", ValueError, "scale is a range.*from 0.0 on", RandomErasing, 0.5, (-0.1, 0.3)),
    refused("a ratio of 0", ValueError, "ratio is a range", RandomErasing, 0.5, (0.1, 0.3), (0, 3)),
    refused("a fill in words", ValueError, "value is a number", RandomErasing(1.0, value="random"),  # type: ignore[arg-type]
            images()),
    refused("objects", TypeError, "numbers, got object", Cutout(2), np.array([[[1, None]]])),
    refused("one transform for many", TypeError, "a list of transforms, got Cutout", Compose, Cutout(2)),
    refused("a text among transforms", TypeError, "a list of transforms", Compose, ["flip"]),
    refused("white in words", ValueError, "white is a number", ToFloat, "black"),
    refused("no white", ValueError, "white is a number above 0", ToFloat, 0),
    refused("a spread of 0", ValueError, "above 0", Normalize, 0.0, (1.0, 0.0)),
    refused("a mean of NaN", ValueError, "mean is finite", Normalize, math.nan, 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "says"), REFUSED)
def test_images_and_options_that_are_refused(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
