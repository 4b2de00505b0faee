"""Normalisation beyond the table of networks: running statistics over several batches, precision, errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad
from nn import functional as F
from nn.functional.normalisation import kernel

rng = np.random.default_rng(0)
FAR_MEAN = 2.0**9  # its square is far above a variance of 1; a thousandth of it is not


def test_without_momentum_the_running_statistics_are_averages_of_all_batches() -> None:
    layer = nn.BatchNorm1d(3, momentum=None, dtype=np.float64)
    batches = [Tensor(rng.normal(size=(5, 3))) for _ in range(3)]
    for x in batches:
        layer(x)
    np.testing.assert_allclose(layer.running_mean.data, np.mean([x.data.mean(0) for x in batches], 0))
    np.testing.assert_allclose(layer.running_var.data, np.mean([x.data.var(0, ddof=1) for x in batches], 0))
    assert layer.num_batches_tracked.item() == 3
    state = layer.state_dict()
    layer.eval()(batches[0])
    layer.train()(batches[0])
    assert state["num_batches_tracked"] == 3 and layer.num_batches_tracked.item() == 4  # the saved state stays


def test_in_eval_a_sample_does_not_depend_on_its_batch() -> None:
    layer = nn.BatchNorm1d(3, dtype=np.float64)
    x = Tensor(rng.normal(size=(5, 3)))
    layer(x)
    layer.eval()
    np.testing.assert_array_equal(layer(x).data[2:3], layer(x[2:3]).data)


def test_shifting_and_scaling_the_input_changes_nothing() -> None:
    x = rng.normal(size=(2, 6, 4))
    for f in (
        lambda x: F.layer_norm(x, 4, eps=0.0),
        lambda x: F.group_norm(x, 3, eps=0.0),
        lambda x: F.batch_norm(x, None, None, training=True, eps=0.0),
        lambda x: F.instance_norm(x, eps=0.0),
    ):
        np.testing.assert_allclose(f(x * 3 + 100), f(x), atol=1e-9)


@pytest.mark.parametrize(("dtype", "size"), [(np.float16, 1e3), (np.float32, 1e30)])
def test_numbers_whose_squares_overflow_are_normalised_like_others(dtype: Any, size: float) -> None:
    x = rng.normal(size=(4, 3, 8))
    for f in (
        lambda x: F.layer_norm(x, 8),
        lambda x: F.rms_norm(x, 8),
        lambda x: F.batch_norm(x, None, None, training=True),
        lambda x: F.instance_norm(x),
    ):
        with np.errstate(all="ignore"):
            large, small = (Tensor(x.astype(t) * t(s), requires_grad=True) for t, s in ((dtype, size), (float, 1e4)))
            y, expected = f(large), f(small)
            weight = np.cos(np.arange(x.size)).reshape(x.shape)
            (y * weight.astype(dtype)).sum().backward()
            (expected * weight).sum().backward()
        assert y.dtype == large.grad.dtype == dtype
        precision = 10 * float(np.finfo(dtype).eps)
        np.testing.assert_allclose(y.data, expected.data, rtol=precision, atol=10 * precision)
        np.testing.assert_allclose(large.grad.astype(float) * size, small.grad * 1e4, atol=100 * precision)


def test_far_from_0_the_running_statistics_are_those_of_the_batch() -> None:
    x = 1e9 + np.arange(12.0).reshape(4, 3)
    layer = nn.BatchNorm1d(3, momentum=1.0, dtype=np.float64)
    layer(Tensor(x))
    np.testing.assert_array_equal(layer.running_mean.data, x.mean(0))
    np.testing.assert_allclose(layer.running_var.data, (x - 1e9).var(0, ddof=1), rtol=1e-12)


def test_far_from_0_weight_and_bias_count_in_eval() -> None:
    x, w, b = 1e9 + np.arange(12.0).reshape(4, 3), np.array([1.0, 2.0, -3.0]), np.array([5.0, 6.0, 7.0])
    y = F.batch_norm(x, np.full(3, 1e9), np.full(3, 4.0), w, b, eps=0.0)
    np.testing.assert_allclose(y, w * np.arange(12.0).reshape(4, 3) / 2 + b, rtol=1e-12)


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_blocks_do_not_change_the_gradient(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    gradient = grad(lambda x: np.sum(F.batch_norm(x, None, None, training=True) ** 3))
    x = np.random.default_rng(0).normal(size=(5, 3))
    monkeypatch.setattr(kernel, "BLOCK", block)
    z = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
    d = 3 * z**2
    np.testing.assert_allclose(
        gradient(x), (d - d.mean(0) - z * (d * z).mean(0)) / np.sqrt(x.var(0) + 1e-5), rtol=1e-9, atol=1e-12
    )


CENTRED: dict[str, Callable[[Any], Any]] = {
    "layer_norm": lambda x: F.layer_norm(x, x.shape[-1:]),
    "group_norm": lambda x: F.group_norm(x, 2),
    "batch_norm": lambda x: F.batch_norm(x, None, None, training=True),
    "batch_norm in eval": lambda x: F.batch_norm(x, x.data[0, :, 0], x.data[0, :, 0] * 0),
    "instance_norm": lambda x: F.instance_norm(x),
}
every_centred = pytest.mark.parametrize("f", CENTRED.values(), ids=CENTRED)
every_precision = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])


@every_precision
@every_centred
@pytest.mark.parametrize("value", [0.0, 1e-3, 12345.678, -6e4])
@pytest.mark.parametrize("size", [5, 1000])
def test_numbers_that_are_all_equal_are_normalised_to_exactly_0(f: Any, dtype: Any, value: float, size: int) -> None:
    x = Tensor(np.full((2, 4, size), value, dtype), requires_grad=True)
    y = f(x)
    assert y.dtype == dtype and not y.data.any()
    (y * np.cos(np.arange(y.size, dtype=dtype)).reshape(y.shape)).sum().backward()
    assert np.isfinite(x.grad).all()


@every_centred
def test_small_differences_far_from_0_keep_their_precision(f: Any) -> None:
    x = (rng.normal(size=(3, 4, 200)) * 2 + 1e4).astype(np.float32)
    x[0] = 1e4  # beside numbers that are all equal
    found = []
    for dtype in (float, np.float32):
        t = Tensor(x.astype(dtype), requires_grad=True)
        y = f(t)
        (y * np.cos(np.arange(y.size, dtype=dtype)).reshape(y.shape)).sum().backward()
        found.append((y.data, t.grad))
    for right, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-5, atol=1e-5 * np.abs(right).max())


@pytest.mark.parametrize("affine", [True, False])
def test_running_statistics_of_half_precision_neither_overflow_nor_stand_still(affine: bool) -> None:
    half, right = (nn.BatchNorm1d(2, momentum=1e-3, affine=affine, dtype=np.float64) for _ in range(2))
    half.to(np.float16)
    for _ in range(5):
        x = (rng.normal(size=(50, 2)) * 1e3 + 100).astype(np.float16)
        half(x), right(x.astype(float))
    y = half.eval()(x)
    assert y.dtype == np.float16
    np.testing.assert_allclose(y.data, right.eval()(x.astype(float)).data, rtol=2e-3, atol=1e-3)


HALVES: dict[str, Callable[[Any], Any]] = {
    "dtype": lambda kind: nn.Sequential(kind(2, affine=True, track_running_stats=True, dtype=np.float16)),
    "half": lambda kind: nn.Sequential(kind(2, affine=True, track_running_stats=True)).half(),
    "to": lambda kind: nn.Sequential(kind(2, affine=False, track_running_stats=True)).double().to("float16"),
}


@pytest.mark.parametrize("how", HALVES)
@pytest.mark.parametrize("kind", [nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.InstanceNorm1d])
def test_running_statistics_of_half_precision_are_in_single_from_the_start(kind: Any, how: str, tmp_path: Path) -> None:
    axes = max(kind.takes)
    x = (np.random.default_rng(0).normal(size=(9, 2, *(2,) * (axes - 2))) * 1e3).astype(np.float16)
    trained, fresh = HALVES[how](kind), HALVES[how](kind)
    assert [str(b.dtype) for b in fresh.buffers()][:2] == ["float32", "float32"]
    for _ in range(40):
        trained(x)
    assert trained[0].running_var.data.max() > np.finfo(np.float16).max
    nn.save(trained, tmp_path / "m.npz")
    fresh.load_state_dict(nn.load(tmp_path / "m.npz"))
    trained(x), fresh(x)
    for name, array in trained.state_dict().items():
        assert array.dtype == fresh.state_dict()[name].dtype and np.array_equal(array, fresh.state_dict()[name]), name
    for model in (trained.half(), fresh):  # a second time, which changes nothing
        np.testing.assert_array_equal(model.eval()(x).data, trained.eval()(x).data)
    assert 0.3 < np.abs(trained(x).data).std() < 2


@pytest.mark.parametrize("layer", [nn.RMSNorm(3, np.float64(1e-5)), nn.BatchNorm1d(3, np.float64(1e-5)).eval()])
def test_an_eps_in_double_precision_does_not_widen_the_result(layer: Any) -> None:
    assert layer(np.ones((2, 3))).dtype == np.float32


def test_in_eval_means_far_from_zero_lose_no_precision() -> None:
    x = rng.normal(size=(50, 2)) + 1000
    found = []
    for dtype in (np.float64, np.float32):
        layer = nn.BatchNorm1d(2, dtype=dtype).eval()
        layer.running_mean.data = np.full(2, 1000, dtype)
        (layer(x.astype(np.float32)) * np.cos(np.arange(100, dtype=dtype).reshape(50, 2))).sum().backward()
        found.append(layer.weight.grad)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-4)


def test_running_statistics_are_updated_in_place() -> None:
    mean, variance = np.zeros(3), np.ones(3)
    x = rng.normal(size=(5, 3))
    F.batch_norm(x, mean, variance, training=True, momentum=0.5)
    np.testing.assert_allclose(mean, x.mean(0) / 2)
    np.testing.assert_allclose(variance, (1 + x.var(0, ddof=1)) / 2)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "one value per channel": (lambda: nn.BatchNorm1d(3)(Tensor(np.ones((1, 3)))), "more than one value per channel"),
    "one value per sample": (lambda: nn.InstanceNorm1d(3)(Tensor(np.ones((2, 3, 1)))), "more than one value"),
    "channels": (lambda: nn.BatchNorm1d(3)(Tensor(np.ones((4, 2)))), r"got \(4, 2\); it takes \(n, 3\) or \(n, 3, le"),
    "axes": (lambda: nn.BatchNorm2d(3)(Tensor(np.ones((4, 3)))), r"it takes \(n, 3, height, width\)"),
    "one sample": (lambda: nn.InstanceNorm1d(3)(Tensor(np.ones((2, 5)))), r"takes \(3, length\) or \(n, 3, length\)"),
    "last axes": (lambda: nn.LayerNorm((2, 3))(Tensor(np.ones((3, 2)))), r"got \(3, 2\); it takes \(..., 2, 3\)"),
    "of groups": (lambda: nn.GroupNorm(2, 4)(Tensor(np.ones((3, 2)))), r"it takes \(n, 4, ...\)"),
    "groups": (lambda: nn.GroupNorm(2, 3), "num_groups 2 does not divide num_channels 3"),
    "groups of an array": (lambda: F.group_norm(np.ones((2, 3)), 2), "num_groups 2 does not divide the 3 channels"),
    "weight": (lambda: F.layer_norm(np.ones((2, 3)), 3, np.ones(2)), r"weight must have the shape \(3,\), got \(2,\)"),
    "statistics": (lambda: F.batch_norm(np.ones((2, 3)), None, None), "takes running_mean and running_var, got None"),
    "last axes of an array": (lambda: F.rms_norm(np.ones((2, 3)), 2), "must be the last axes of the input"),
    "no channels": (lambda: F.instance_norm(np.ones(3)), r"takes an input \(n, channels, ...\)"),
}


@pytest.mark.parametrize(("call", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_errors_say_what_fits(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_integers_are_refused() -> None:
    with pytest.raises(TypeError, match="floating-point input, got int64"):
        F.layer_norm(np.arange(6).reshape(2, 3), 3)


def test_reprs_show_options_that_are_not_the_default() -> None:
    layers = [nn.BatchNorm2d(3, affine=False), nn.LayerNorm(4, bias=False), nn.GroupNorm(2, 4), nn.InstanceNorm1d(3)]
    assert [repr(layer) for layer in (*layers, nn.RMSNorm(4, eps=0.1))] == [
        "BatchNorm2d(3, affine=False)",
        "LayerNorm((4,), bias=False)",
        "GroupNorm(2, 4)",
        "InstanceNorm1d(3)",
        "RMSNorm((4,), eps=0.1)",
    ]


def test_deviations_from_the_mean_are_taken_once_unless_the_mean_is_far_from_0() -> None:
    z = rng.normal(size=(6, 2, 4))
    z -= z.mean((0, 2), keepdims=True)
    x = z + 3
    m = kernel.sums(x) / 24
    s = 1 / np.sqrt(kernel.products(x - m, x - m) / 24 + 1e-5)
    np.testing.assert_array_equal(kernel._standardise(x, 1e-5, True)[0], (x - m) * s)
    far = np.round(z * 1024) / 1024 + FAR_MEAN  # these numbers are exact
    exact = far - FAR_MEAN
    exact = exact - exact.mean((0, 2), keepdims=True)
    y = kernel._standardise(far, 0.0, True)[0]
    np.testing.assert_allclose(y, exact / np.sqrt(np.square(exact).mean((0, 2), keepdims=True)), rtol=0, atol=1e-14)
