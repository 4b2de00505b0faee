"""Convolution, pooling and resampling beyond the table: errors, ties, blocks and layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.testing import laws
from nn import functional as F
from nn.functional.convolution import im2col, winograd
from nn.functional.windows import Window, blocks, has_images_last, images_first, images_last

Z = np.zeros

ERRORS = [
    (lambda: F.conv2d(Z((1, 3, 5, 5)), Z((4, 2, 3, 3))), r"\(1, 3, 5, 5\) has 3 channels, but weight \(4, 2, 3, 3\)"),
    (lambda: F.conv2d(Z((1, 4, 5, 5)), Z((3, 2, 3, 3)), groups=2), r"3 channels of weight .* do not make 2 groups"),
    (lambda: F.conv2d(Z((1, 2, 2, 5)), Z((4, 2, 3, 3))), r"spans \(3, 3\).* larger than the input \(2, 5\)"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), dilation=2), r"spans \(5,\) \(dilation \(2,\)\)"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), padding=-1), r"padding is a whole number from 0 on"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), stride=0), r"stride is a whole number from 1 on"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), stride=2, padding="same"), r"keeps the size, which stride"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), padding="full"), r"'valid', 'same' or numbers, not 'full'"),
    (lambda: F.conv2d(Z((1, 2, 4)), Z((4, 2, 3))), r"weight has 4 axes"),
    (lambda: F.conv2d(Z((4, 4)), Z((4, 2, 3, 3))), r"input has 4 axes, .* got \(4, 4\)"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), Z(3)), r"one number per channel, \(4,\), got \(3,\)"),
    (lambda: F.conv1d(Z((1, 2, 4)), Z((4, 2, 3)), groups=0), r"groups is a whole number from 1 on"),
    (lambda: F.conv_transpose1d(Z((1, 3, 4)), Z((2, 4, 3))), r"3 channels, but weight \(2, 4, 3\) takes 2"),
    (lambda: F.conv_transpose1d(Z((1, 2, 4)), Z((2, 4, 3)), output_padding=1), r"smaller than the stride"),
    (lambda: F.conv_transpose1d(Z((1, 2, 2)), Z((2, 4, 1)), padding=1), r"would have the size \(0,\)"),
    (
        lambda: F.conv_transpose1d(Z((1, 2, 2)), Z((2, 4, 1)), padding="same"),
        r"a number \(or one per axis\), not 'same'",
    ),
    (lambda: F.max_pool2d(Z((1, 1, 4, 4)), 2, padding=2), r"more than half of the kernel \(2, 2\)"),
    (lambda: F.max_pool2d(Z((1, 1, 1, 4)), 2), r"larger than the input \(1, 4\)"),
    (lambda: F.max_pool2d(Z((4, 4)), 2), r"input has 4 axes"),
    (lambda: F.avg_pool2d(Z((1, 1, 4, 4)), (2, 2, 2)), r"kernel_size is a whole number from 1 on, or 2 of them"),
    (lambda: F.avg_pool2d(Z((1, 1, 4, 4)), 2, divisor_override=0), r"divisor_override must not be 0"),
    (lambda: F.adaptive_avg_pool2d(Z((1, 1, 4, 4)), 0), r"output_size is a whole number"),
    (lambda: F.adaptive_avg_pool1d(Z((1, 1, 0)), 2), r"no elements to pool"),
    (lambda: F.adaptive_max_pool2d(Z((4, 4)), 2), r"input has 4 axes"),
    (lambda: F.pad(Z((2, 3)), (1, 2, 3)), r"two widths for each of the last axes"),
    (lambda: F.pad(Z((2, 3)), (1.5, 2)), r"widths are whole numbers"),
    (lambda: F.pad(Z((2, 3)), (1, 2), mode="mirror"), r"mode is constant, reflect, replicate, circular"),
    (lambda: F.pad(Z((2, 3)), (3, 0), mode="reflect"), r"at most 2 elements"),
    (lambda: F.pad(Z((2, 3)), (1, 0), mode="reflect", value=1), r"value=1 goes with mode='constant' only"),
    (lambda: F.pad(Z((2, 3)), (-2, -2)), r"cuts off more than input"),
    (lambda: F.pad(Z((2, 3)), (-2, 2), mode="circular"), r"cuts off what mode 'circular' would repeat"),
    (lambda: F.max_pool1d(Z((1, 1, 1)), 4, 2, ceil_mode=True), r"larger than the input \(1,\)"),
    (lambda: F.interpolate(Z((1, 1, 4)), 3, 2.0), r"either size or scale_factor"),
    (lambda: F.interpolate(Z((1, 1, 4)), 3, mode="bilinear"), r"takes \(n, c\) and 2 axes of space"),
    (lambda: F.interpolate(Z((1, 1, 4)), 3, mode="cubic"), r"not 'cubic'"),
    (lambda: F.interpolate(Z((1, 1, 4)), 3, align_corners=True), r"align_corners goes with the linear modes"),
    (lambda: F.interpolate(Z((1, 1, 4)), (3, 3)), r"or 1 of them, not \(3, 3\)"),
    (lambda: F.interpolate(Z((1, 1, 4)), 3.7), r"size is a whole number from 1 on"),
    (lambda: F.interpolate(Z((1, 1, 4)), scale_factor=(2.0, 2.0)), r"scale_factor is a number above 0 or 1 of them"),
    (lambda: F.interpolate(Z((1, 1, 4)), scale_factor=0.1), r"a size of 0"),
    (lambda: nn.Upsample(), r"either size or scale_factor"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), r"3 and 4 channels cannot be cut into 2 groups"),
    (lambda: nn.Conv2d(2, 4, 3, padding="same", stride=2), r"keeps the size"),
    (lambda: nn.Conv2d(2, 4, 3, padding_mode="mirror"), r"padding_mode is zeros, reflect, replicate, circular"),
    (lambda: nn.ConvTranspose2d(2, 4, 3, padding_mode="reflect"), r"of zeros, not 0 of 'reflect'"),
    (lambda: nn.Conv2d(2, 4, 3)(Z((1, 3, 5, 5))), r"got \(1, 3, 5, 5\); it takes \(n, 2, h, w\) or \(2, h, w\)"),
    (lambda: nn.MaxPool1d(2)(Z(4)), r"got \(4,\); it takes \(n, c, l\) or \(c, l\)"),
    (lambda: nn.AdaptiveAvgPool2d(2)(Z((4, 4))), r"it takes \(n, c, h, w\) or \(c, h, w\)"),
    (lambda: nn.ZeroPad2d(1)(Z(4)), r"it takes \(\.\.\., h, w\)"),
]


@pytest.mark.parametrize(("call", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_errors_say_what_fits(call: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda x: F.avg_pool1d(x, 2),
        lambda x: F.adaptive_avg_pool1d(x, 2),
        lambda x: F.adaptive_avg_pool1d(x, 3),
        lambda x: F.interpolate(x, 3, mode="linear"),
    ],
)
def test_means_of_integers_are_refused(call: Any) -> None:
    with pytest.raises(TypeError, match="astype"):
        call(np.ones((1, 1, 4), int))


def test_the_first_of_equal_largest_elements_gets_the_gradient() -> None:
    x = Tensor([[[[1.0, 2.0], [2.0, 2.0]]]], requires_grad=True)
    F.max_pool2d(x, 2).sum().backward()
    np.testing.assert_array_equal(x.grad, [[[[0, 1], [0, 0]]]])


def test_padding_is_never_the_largest() -> None:
    y = F.max_pool1d(np.full((1, 1, 3), -5.0), 3, 1, 1)
    np.testing.assert_array_equal(y, np.full((1, 1, 3), -5.0))
    x = Tensor(np.full((1, 1, 3), -np.inf), requires_grad=True)
    F.max_pool1d(x, 3, 1, 1).sum().backward()
    np.testing.assert_array_equal(x.grad, [[[2, 1, 0]]])  # not even where all elements are as low


def test_a_nan_is_the_largest_and_keeps_its_place() -> None:
    x = Tensor([[[1.0, np.nan, np.inf, 4.0, 3.0, 5.0]]], requires_grad=True)
    for pool in (lambda x: F.max_pool1d(x, 3, return_indices=True), lambda x: F.max_pool1d(x, 3, 3, 1, 2, True, True)):
        y, indices = pool(x)
        np.testing.assert_array_equal(np.isnan(y.data).ravel(), [True] + [False] * (y.size - 1))
        assert indices.ravel()[0] == 1
    x.grad = None
    F.max_pool1d(x, 3).sum().backward()
    np.testing.assert_array_equal(x.grad, [[[0, 1, 0, 0, 0, 1]]])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "resample",
    [
        lambda x: F.interpolate(x, 7, mode="linear"),
        lambda x: F.interpolate(x, 3, mode="linear", align_corners=True),
        lambda x: F.adaptive_avg_pool1d(x, 3),
    ],
)
@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_non_finite_elements_spoil_only_results_that_see_them(resample: Any, value: float) -> None:
    x = np.arange(5.0).reshape(1, 1, 5)
    sees = resample(np.eye(5)[None, :1])[0, 0] != 0  # which results see the first element
    spoilt = resample(np.where(x == 0, value, x))[0, 0]
    np.testing.assert_array_equal(np.isfinite(spoilt), ~sees)
    np.testing.assert_allclose(spoilt[~sees], resample(x)[0, 0, ~sees])


def test_means_in_half_precision_do_not_overflow_inside() -> None:
    x = np.full((1, 1, 40, 40), 100, np.float16)
    for y in (F.avg_pool2d(x, 40), F.adaptive_avg_pool2d(x, 1)):
        assert y.dtype == np.float16 and y.item() == 100


@pytest.mark.parametrize("most", range(1, 26))
def test_blocks_are_all_places_in_order(most: int) -> None:
    places = (2, 3, 4)
    numbered = np.arange(24).reshape(places)
    parts = [numbered[block].ravel() for block in blocks(places, most)]
    assert all(len(part) <= most for part in parts)
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(24))


@pytest.mark.parametrize(("stride", "groups"), [(1, 1), (2, 2)])
def test_blocks_and_memory_layout_do_not_change_the_numbers(
    monkeypatch: pytest.MonkeyPatch, stride: int, groups: int
) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(3, 4, 6, 5)), rng.normal(size=(2, 4 // groups, 3, 2))

    def numbers(x: Any) -> list[Any]:
        inputs = [Tensor(a, requires_grad=True) for a in (x, w)]
        y = F.conv2d(*inputs, stride=stride, padding=1, groups=groups)
        np.sum(y * y).backward()
        return [y.data, *(t.grad for t in inputs)]

    expected = numbers(x)
    last = np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)
    for cached in (1, 1000):
        monkeypatch.setattr(im2col, "CACHED", cached)
        for found, right in zip(numbers(last), expected, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("space", "padding", "channels"), [((6, 7), 1, (3, 2)), ((9, 8), 0, (1, 2)), ((8, 7), 2, (2, 2))]
)
def test_winograds_algorithm_gives_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch, space: tuple[int, int], padding: int, channels: tuple[int, int]
) -> None:
    rng = np.random.default_rng(0)
    given = [rng.normal(size=s) for s in ((2, channels[0], *space), (channels[1], channels[0], 3, 3), channels[1:])]

    def convolve(x: Any, w: Any, b: Any) -> Any:
        return F.conv2d(x, w, b, padding=padding)

    def numbers() -> list[Any]:
        inputs = [Tensor(a, requires_grad=True) for a in given]
        y = convolve(*inputs)
        np.sum(y * y).backward()
        return [y.data, *(t.grad for t in inputs)]

    expected = numbers()
    monkeypatch.setattr(winograd, "CHANNELS", 1)
    monkeypatch.setattr(winograd, "GRADIENT_CHANNELS", 1)
    monkeypatch.setattr(winograd, "COLUMNS", 8)
    called = []
    for name in ("convolve", "weight_gradient"):
        function = getattr(winograd, name)
        monkeypatch.setattr(winograd, name, lambda *args, function=function: called.append(function) or function(*args))
    for found, right in zip(numbers(), expected, strict=True):
        np.testing.assert_allclose(found, right, rtol=1e-11, atol=1e-11)
    assert len(called) == 3  # the result and both gradients
    laws.first_order(convolve, given)
    laws.second_order(convolve, given)
    laws.keeps_precision(convolve, given)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("large", [np.inf, np.nan, 3e38])
def test_winograds_algorithm_spoils_no_neighbours(monkeypatch: pytest.MonkeyPatch, large: float) -> None:
    """Its sums of neighbours may overflow, or give infinity minus infinity, where the definition does not."""
    rng = np.random.default_rng(0)
    x, w = (rng.normal(size=s).astype(np.float32) for s in ((2, 2, 8, 8), (2, 2, 3, 3)))
    x[0, :, 3, 3:5] = large
    w *= 1e-3
    expected = F.conv2d(x.astype(float), w.astype(float), padding=1)
    monkeypatch.setattr(winograd, "CHANNELS", 1)
    np.testing.assert_allclose(F.conv2d(x, w, padding=1), expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(1, 2, 3),
        nn.Conv2d(1, 2, 1),
        nn.ConvTranspose2d(1, 2, 3),
        nn.MaxPool2d(2),
        nn.AvgPool2d(2),
        nn.AdaptiveAvgPool2d(3),
        nn.AdaptiveMaxPool2d(3),
        nn.Upsample(size=(3, 5), mode="bilinear"),
    ],
)
def test_an_empty_batch_gives_no_results_and_gradients_of_0(layer: Any) -> None:
    x = Tensor(np.ones((0, 1, 4, 4), np.float32), requires_grad=True)
    y = layer(x)
    assert len(y) == 0
    y.sum().backward()
    assert x.grad.shape == x.shape
    assert all(not p.grad.any() for p in layer.parameters())


def test_a_frozen_input_costs_no_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient of the images is not computed where they are not tracked."""
    layer = nn.Conv2d(1, 2, 3, generator=0)
    monkeypatch.setattr(im2col.Patches, "lower", None)
    layer(Tensor(np.ones((1, 1, 4, 4), np.float32))).sum().backward()
    assert layer.weight.grad is not None


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (nn.Conv2d(4, 6, 3, padding=1, groups=2), (2, 4, 5, 5), 2 * 6 * 25 * 2 * 9),
        (nn.ConvTranspose1d(4, 6, 3, stride=2), (2, 4, 5), 2 * 4 * 5 * 6 * 3),
    ],
)
def test_multiply_adds(layer: Any, shape: tuple[int, ...], expected: int) -> None:
    assert nn.summary(layer, shape).multiply_adds == expected


def test_windows_know_their_reach_and_places() -> None:
    window = Window((3,), (2,), ((1, 0),), (2,))
    assert window.reach == (5,)
    assert window.places((8,)) == (3,)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (
            nn.Conv1d(2, 4, 3, groups=2, padding_mode="reflect"),
            "2, 4, kernel_size=(3,), stride=(1,), groups=2, padding_mode='reflect'",
        ),
        (
            nn.Conv2d(1, 1, 3, 2, (1, 0), 2, bias=False, padding_mode="zeros"),
            "1, 1, kernel_size=(3, 3), stride=(2, 2), padding=(1, 0), dilation=(2, 2), bias=False",
        ),
        (nn.ConvTranspose1d(1, 1, 2, 2, output_padding=1), "1, 1, kernel_size=(2,), stride=(2,), output_padding=(1,)"),
        (nn.MaxPool2d(2), "kernel_size=2, stride=2"),
        (nn.AvgPool1d(2, 1, 1, ceil_mode=True), "kernel_size=2, stride=1, padding=1, ceil_mode=True"),
        (nn.AdaptiveAvgPool2d((1, None)), "output_size=(1, None)"),
        (nn.Upsample(scale_factor=2), "scale_factor=2, mode='nearest'"),
        (nn.ZeroPad2d(1), "(1, 1, 1, 1)"),
    ],
)
def test_reprs_show_the_options(layer: Any, text: str) -> None:
    assert repr(layer) == f"{type(layer).__name__}({text})"


@pytest.mark.parametrize("layer", [nn.BatchNorm2d(3), nn.GELU()], ids=repr)
def test_layers_after_a_convolution_keep_its_memory_layout(layer: Any) -> None:
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=(2, 4, 3, 5, 2)).astype(np.float32)
    found = []
    for laid_out in (np.ascontiguousarray, lambda a: np.ascontiguousarray(images_last(a))):
        leaf = Tensor(laid_out(x), requires_grad=True)
        y = layer(leaf if leaf.shape == x.shape else images_first(leaf))
        y.backward(g)
        grad = leaf.grad if leaf.shape == x.shape else images_first(leaf.grad)
        found.append((y.data, grad, *(p.grad for p in layer.parameters())))
        layer.zero_grad()
        assert has_images_last(y.data) == (leaf.shape != x.shape)
    for usual, last in zip(*found, strict=True):
        np.testing.assert_allclose(usual, last, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("places", "most", "expected"),
    [((10,), 4, [4, 4, 2]), ((9,), 4, [3, 3, 3]), ((5,), 9, [5]), ((6, 3), 9, [9, 9]), ((7, 3), 10, [9, 9, 3])],
)
def test_blocks_are_few_and_even(places: tuple[int, ...], most: int, expected: list[int]) -> None:
    cells = np.arange(np.prod(places)).reshape(places)
    parts = [cells[block].reshape(-1) for block in blocks(places, most)]
    assert [len(part) for part in parts] == expected
    np.testing.assert_array_equal(np.concatenate(parts), cells.reshape(-1))
