"""Losses where formulas fail: huge sums, certainty, nothing to count; and what they refuse."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor
from nn import functional as F
from nn.functional.losses import binary, cross_entropy, margins, regression
from nn.functional.losses.counts import counting

from ..tables.refused import refused


def loss_and_slope(f: Any, x: Any) -> tuple[Any, Any]:
    """f at x and its derivative there, both finite."""
    t = Tensor(x, requires_grad=True)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        y = f(t)
        y.backward()
    assert np.isfinite(y.data) and np.isfinite(t.grad).all()
    return y.item(), t.grad


# ---------------------------------------------------------------- far from 0, and near certainty


@given(seed=st.integers(0, 2**32 - 1), shift=st.floats(-1e4, 1e4))
def test_cross_entropies_of_a_softmax_are_invariant_to_a_shift(seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    x, t, q = rng.normal(size=(5, 3)), rng.integers(0, 3, 5), rng.uniform(size=(5, 3))
    for loss, target in ((F.cross_entropy, t), (F.cross_entropy, q), (F.softmax_binary_cross_entropy, t)):
        assert np.isclose(loss(x + shift, target), loss(x, target), rtol=1e-9)


CERTAIN: dict[str, tuple[Any, list[Any], Any, float, list[Any]]] = {  # loss, input, target; the value and slope there
    "cross_entropy, right": (F.cross_entropy, [0.0, 1e4], 1, 0, [0, 0]),
    "cross_entropy, wrong": (F.cross_entropy, [0.0, 1e4], 0, 1e4, [-1, 1]),
    "cross_entropy, half right": (F.cross_entropy, [0.0, 1e4], [0.5, 0.5], 5e3, [-0.5, 0.5]),
    "lecture, right": (F.softmax_binary_cross_entropy, [1e4, 0.0, -1e4], 0, 0, [0, 0, 0]),
    "lecture, wrong": (F.softmax_binary_cross_entropy, [1e4, 0.0, -1e4], 1, 2e4, [2, -2, 0]),
    "lecture, ties": (F.softmax_binary_cross_entropy, [40.0, 0.0, 0.0], 1, 80 - math.log(2), [2, -1.5, -0.5]),
    "logits, right": (F.binary_cross_entropy_with_logits, [1e4, -1e4], [1, 0], 0, [0, 0]),
    "logits, wrong": (F.binary_cross_entropy_with_logits, [1e4, -1e4], [0, 1], 1e4, [0.5, -0.5]),
    "logits, tail of no": (F.binary_cross_entropy_with_logits, [-40.0], [0], math.exp(-40), [math.exp(-40)]),
    "logits, tail of yes": (F.binary_cross_entropy_with_logits, [40.0], [1], math.exp(-40), [-math.exp(-40)]),
    "probabilities, right": (F.binary_cross_entropy, [0.0, 1.0], [0, 1], 0, [0, 0]),
    "probabilities, wrong": (F.binary_cross_entropy, [0.0, 1.0], [1, 0], 100, [-5e11, 5e11]),
    "soft_margin_loss": (F.soft_margin_loss, [1e4, 1e4], [1, -1], 5e3, [0, 0.5]),
    "huber_loss": (F.huber_loss, [1e4], [0], 1e4 - 0.5, [1]),
    "kl_div from nothing": (F.kl_div, [0.0, -1.0], [0, 0], 0, [0, 0]),
    "kl_div from nothing to nothing": (F.kl_div, [-math.inf, 0.0], [0, 1], 0, [0, -0.5]),
    "kl_div of a logarithm": (
        lambda x, d: F.kl_div(x, d, log_target=True),
        [-math.inf, math.log(0.5)],
        [-math.inf, 0],
        math.log(2) / 2,
        [0, -0.5],
    ),
    "cross_entropy, impossible": (F.cross_entropy, [-math.inf, 0.0], 1, 0, [0, 0]),
    "cross_entropy, marked": (F.cross_entropy, [0.0, 1e4], [1, 0], 1e4, [-1, 1]),
    "cross_entropy, marked by bools": (F.cross_entropy, [[0.0, 1e4]], [[False, True]], 0, [[0, 0]]),
    "cross_entropy, probability 0": (F.cross_entropy, [-math.inf, 0.0], [0.0, 1.0], 0, [0, 0]),
    "cross_entropy, weight 0": (
        lambda x, d: F.cross_entropy(x, d, [0.0, 1.0]),
        [[-math.inf, 0.0], [0.0, 0.0]],
        [0, 1],
        math.log(2),
        [[0, 0], [0.5, -0.5]],
    ),
    "nll_loss, weight 0": (
        lambda x, d: F.nll_loss(x, d, [0.0, 1.0]),
        [[-math.inf, 0.0], [-1.0, -2.0]],
        [0, 1],
        2,
        [[0, 0], [0, -1]],
    ),
    "lecture, impossible": (F.softmax_binary_cross_entropy, [-math.inf, 0.0], 1, 0, [0, 0]),
    "logits, infinite": (F.binary_cross_entropy_with_logits, [math.inf, -math.inf], [1, 0], 0, [0, 0]),
    "logits, infinite, weighted": (
        lambda x, d: F.binary_cross_entropy_with_logits(x, d, [1.0, 0.0], pos_weight=3.0),
        [math.inf, -math.inf],
        [1, 1],
        0,
        [0, 0],
    ),
    "poisson_nll_loss of no rate": (F.poisson_nll_loss, [-math.inf], [0], 0, [0]),
    "poisson_nll_loss at rate 0": (
        lambda x, d: F.poisson_nll_loss(x, d, log_input=False),
        [0.0, 1.0],
        [1, 0],
        0.5 + 4 * math.log(10),
        [0.5 - 5e7, 0.5],
    ),
    "hinge_embedding_loss": (F.hinge_embedding_loss, [math.inf], [-1], 0, [0]),
    "margin_ranking_loss": (lambda x, d: F.margin_ranking_loss(x, np.zeros(1), d), [math.inf], [1], 0, [0]),
    "kl_div of one number": (lambda x, d: F.kl_div(x[0], d[0], reduction="batchmean"), [-1.0], [1.0], 1, [-1]),
}


@pytest.mark.parametrize(("loss", "x", "target", "value", "slope"), CERTAIN.values(), ids=CERTAIN)
def test_certainty(loss: Any, x: list[float], target: Any, value: float, slope: list[float]) -> None:
    found, derivative = loss_and_slope(lambda t: loss(t, np.array(target)), np.array(x))
    assert math.isclose(found, value, rel_tol=1e-12)
    np.testing.assert_allclose(derivative, slope, rtol=1e-12, atol=1e-30)


def test_the_logarithm_of_the_rest_is_exact() -> None:
    """log(1 - p) is precise for a small p and for a p near 1."""
    tiny = math.exp(-40)
    np.testing.assert_allclose(
        F.log_one_minus_softmax(np.array([40.0, 0.0, 0.0])), [math.log(2) - 40, -tiny, -tiny], rtol=1e-12
    )
    assert math.isclose(F.binary_cross_entropy(np.array([1e-20]), np.array([0])), 1e-20, rel_tol=1e-12)


# ---------------------------------------------------------------- the lecture's losses


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 5)])
def test_the_lectures_loss_takes_numbers_and_probabilities(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape)
    places = shape[:1] * (len(shape) > 1) + shape[2:]
    numbers = rng.integers(0, 3, places)
    axis = min(1, len(shape) - 1)
    d = np.moveaxis(F.one_hot(numbers, 3), -1, axis)
    y = np.exp(x) / np.exp(x).sum(axis, keepdims=True)
    E = -(d * np.log(y) + (1 - d) * np.log(1 - y)).sum(axis)
    for target in (numbers, d, d.astype(float), Tensor(d.astype(float))):
        np.testing.assert_allclose(F.softmax_binary_cross_entropy(x, target, reduction="none"), E)
        np.testing.assert_allclose(nn.SoftmaxBinaryCrossEntropyLoss(reduction="sum")(x, target), E.sum())


def test_half_the_square_has_the_difference_as_its_slope() -> None:
    f, y = np.array([0.5, -1.0]), np.array([1.0, 1.0])
    assert loss_and_slope(lambda f: nn.HalfSquaredLoss(reduction="sum")(f, y), f)[0] == 0.5 * (0.25 + 4)
    np.testing.assert_array_equal(loss_and_slope(lambda f: nn.HalfSquaredLoss(reduction="sum")(f, y), f)[1], f - y)


# ---------------------------------------------------------------- what counts, in what precision, how often


def test_the_mean_of_nothing_is_nan() -> None:
    x = np.ones((2, 3))
    for loss in (F.cross_entropy, F.nll_loss):
        for target in (np.array([-100, -100]), np.array([], int)):
            with np.errstate(invalid="ignore"), pytest.warns(RuntimeWarning) if not target.size else np.errstate():
                assert np.isnan(loss(x[: target.size], target))
            assert loss(x[: target.size], target, reduction="sum") == 0


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("ignored", [[-np.inf, 0.0], [-np.inf, -np.inf], [np.nan, 0.0], [np.inf, 0.0]])
def test_ignored_samples_may_hold_anything(ignored: list[float], smoothing: float) -> None:
    x = Tensor([[1.0, 1.0], ignored], requires_grad=True)
    with np.errstate(invalid="ignore"):
        y = F.cross_entropy(x, np.array([0, -100]), label_smoothing=smoothing)
        y.backward()
    assert math.isclose(y.item(), math.log(2))
    np.testing.assert_allclose(x.grad, [[smoothing / 2 - 0.5, 0.5 - smoothing / 2], [0, 0]])


def test_each_sweep_gives_the_same() -> None:
    """The first one uses up what the forward pass saved."""
    t = np.array([0, 2])
    for how in ("mean", "sum"):
        x = Tensor([[0.1, 0.2, 0.3], [1.0, -1.0, 0.5]], requires_grad=True)
        y = F.cross_entropy(x, t, reduction=how)
        first = []
        for _ in range(2):
            y.backward(retain_graph=True)
            first.append(x.grad)
            x.grad = None
        y.backward(create_graph=True)
        np.testing.assert_allclose(first[1], first[0], rtol=1e-15, atol=1e-16)
        np.testing.assert_allclose(x.grad.data, first[0], rtol=1e-15, atol=1e-16)
        x.grad = None


def test_targets_take_the_precision_of_the_input() -> None:
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    for target in (np.zeros((2, 3)), np.zeros((2, 3), int), [[0, 0, 0], [0, 0, 0]], np.zeros((2, 3), bool)):
        assert F.mse_loss(x, target).dtype == F.huber_loss(x, target).dtype == np.float32


def test_weights_take_the_precision_of_the_input() -> None:
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    weight = np.array([1.0, 2.0, 3.0])
    for smoothing in (0.0, 0.1):
        assert F.cross_entropy(x, np.array([0, 1]), weight, label_smoothing=smoothing).dtype == np.float32
        assert F.cross_entropy(x, np.array([0, -100]), label_smoothing=smoothing).dtype == np.float32
    assert F.nll_loss(x, np.array([-100, 0])).dtype == np.float32


def test_half_precision_takes_more_samples_than_it_can_count() -> None:
    n = 1 << 17
    x = Tensor(np.zeros((n, 2), np.float16), requires_grad=True)
    y = F.cross_entropy(x, np.zeros(n, int))
    y.backward()
    assert y.dtype == np.float16 and math.isclose(y.item(), math.log(2), rel_tol=1e-3)
    assert x.grad[0].tolist() == [-1 / (2 * n), 1 / (2 * n)]


def test_half_precision_tells_its_count_to_whoever_listens() -> None:
    x = np.zeros((3, 2), np.float16)
    for loss, target, count in ((F.mse_loss, x, 6), (F.cross_entropy, np.array([0, 1, -100]), 2)):
        with counting() as counts:
            y = loss(Tensor(x, requires_grad=True), target)
        assert len(counts) == 1 and counts[0].by == count and counts[0].y is y


def test_slopes_of_a_huber_loss_are_bounded_at_infinity() -> None:
    x = Tensor([np.inf, -np.inf], requires_grad=True)
    F.huber_loss(x, [0, 0], reduction="sum", delta=3).backward()
    assert x.grad.tolist() == [3, -3]


def test_an_infinite_margin_costs_nothing() -> None:
    with np.errstate(invalid="ignore"):
        assert F.multi_margin_loss([np.inf, 0.0], 0) == 0


def test_class_numbers_may_be_any_integers() -> None:
    x, numbers = np.random.default_rng(0).normal(size=(3, 3)), [2, 0, 1]
    expected = F.cross_entropy(x, np.array(numbers))
    assert F.cross_entropy(x.tolist(), numbers) == expected
    for dtype in (np.uint8, np.int32, np.uint64):
        assert F.cross_entropy(x, np.array(numbers, dtype)) == expected
    assert F.cross_entropy(x, numbers) == F.cross_entropy(x, Tensor(numbers)) == expected


def test_one_hot() -> None:
    assert np.array_equal(F.one_hot([0, 2]), [[1, 0, 0], [0, 0, 1]])
    assert np.array_equal(F.one_hot(np.array([[1], [0]]), 2), [[[0, 1]], [[1, 0]]])
    assert F.one_hot(Tensor([1]), 3).dtype == np.int64


def test_weights_are_kept_with_the_model() -> None:
    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0], reduction="sum")
    assert list(loss.state_dict()) == ["weight"] and not list(loss.parameters())
    assert repr(loss) == "CrossEntropyLoss(reduction='sum')" and loss.weight.tolist() == [1, 2]
    x, target = np.array([[0.0, 1.0], [1.0, 3.0]]), np.array([0, 1])
    assert loss(x, target) == F.cross_entropy(x, target, [1.0, 2.0], reduction="sum")


def test_a_weighted_mean_is_the_weighted_sum_by_the_weights() -> None:
    losses = Tensor([1.0, 4.0, math.nan], requires_grad=True)
    y = F.weighted_mean(losses, [3.0, 1.0, 0.0])
    y.backward()
    assert y.item() == 1.75 and losses.grad.tolist() == [0.75, 0.25, 0]


# ---------------------------------------------------------------- what is refused

X, X2 = np.zeros((2, 3)), np.zeros((2, 1))
SIGNED = np.array([1.0, 0.5, -1.0])
OF_NUMBERS = {"multi_margin_loss", "nll_loss"}  # their targets are class numbers, never of the input's shape
PAIRED: dict[str, Any] = {
    name: getattr(F, name)
    for file in (binary, cross_entropy, margins, regression)
    for name in file.__all__
    if name not in OF_NUMBERS
    and [k for k, p in inspect.signature(getattr(F, name)).parameters.items() if p.default is p.empty]
    == ["input", "target"]
} | {
    "margin_ranking_loss, input2": lambda x, y: F.margin_ranking_loss(x, y, 1),
    "margin_ranking_loss, target": lambda x, y: F.margin_ranking_loss(x, x, y),
    "cosine_embedding_loss, input2": lambda x, y: F.cosine_embedding_loss(x, y, np.ones(2)),
    "triplet_margin_loss, positive": lambda x, y: F.triplet_margin_loss(x, y, x),
    "triplet_margin_loss, negative": lambda x, y: F.triplet_margin_loss(x, x, y),
    "gaussian_nll_loss, target": lambda x, y: F.gaussian_nll_loss(x, y, 1.0),
}


@pytest.mark.parametrize("loss", PAIRED.values(), ids=PAIRED)
def test_nothing_is_broadcast(loss: Any) -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(2, 1\)"):
        loss(X, X2)


REFUSED = [
    refused("class too large", IndexError, "0 to 2, got 0 to 3", F.cross_entropy, X, np.array([0, 3])),
    refused("class below 0", IndexError, "got -1 to 0", F.cross_entropy, X, np.array([0, -1])),
    refused("-100 is a class", IndexError, "-100", F.cross_entropy, X, np.array([0, -100]), ignore_index=0),
    refused("class of one", IndexError, "one for each class, or use binary", F.cross_entropy, X2, np.array([0, 1])),
    refused("classes as floats", ValueError, r"target.astype\(int\)", F.cross_entropy, X, np.array([0.0, 1.0])),
    refused("classes in a column", ValueError, r"target\[:, 0\]", F.cross_entropy, X, np.array([[0], [1]])),
    refused("classes into mse_loss", ValueError, "gives for a sample. Class numbers go into cross_entropy", F.mse_loss,
            X, np.array([0, 1])),
    refused("a row against a column", ValueError, "reshape one of them", F.mse_loss, X2, np.ones(2)),
    refused("None", TypeError, "[Dd]oes the function that computed it return", F.mse_loss, None, np.array(1.0)),
    refused("classes of bools", TypeError, "integers.*bool", F.cross_entropy, X, np.array([True, False])),
    refused("too few classes", ValueError, r"\(2, 3\).*\(1,\)", F.cross_entropy, X, np.array([0])),
    refused("reduction", ValueError, "'mean', 'sum' or 'none'", F.cross_entropy, X, np.array([0, 1]), reduction="avg"),
    refused("smoothing", ValueError, "between 0 and 1", F.cross_entropy, X, np.array([0, 1]), label_smoothing=1.5),
    refused("ignored of probabilities", ValueError, "ignore_index=1 .* class number", F.cross_entropy, X, X,
            ignore_index=1),
    refused("two marks", ValueError, "one 1 for each sample", F.cross_entropy, X, np.ones((2, 3), int)),
    refused("weight", ValueError, r"3 classes, got shape \(2,\)", F.cross_entropy, X, np.array([0, 1]), np.ones(2)),
    refused("nll_loss of floats", TypeError, "integers", F.nll_loss, X, np.array([0.0, 1.0])),
    refused("multi_margin_loss, p", ValueError, "1 or 2", F.multi_margin_loss, X, np.array([0, 1]), p=3),
    refused("multi_margin_loss, three axes", ValueError, r"\(n, classes\)", F.multi_margin_loss, np.zeros((2, 3, 1)),
            np.zeros((2, 1), int)),
    refused("p above 1", ValueError, "probabilities, got 2.0: apply a sigmoid", F.binary_cross_entropy, X + 2, X),
    refused("weight of another shape", ValueError, r"broadcast", F.binary_cross_entropy, X, X, np.ones((3, 2))),
    refused("weight of more axes", ValueError, r"weight \(4, 2, 3\)", F.binary_cross_entropy, X, X, np.ones((4, 2, 3))),
    refused("pos_weight of more axes", ValueError, "pos_weight", F.binary_cross_entropy_with_logits, X, X,
            pos_weight=np.ones((4, 2, 3))),
    refused("softmax of one class", ValueError, "one class", F.softmax_binary_cross_entropy, X2, np.array([0, 0])),
    refused("signs", ValueError, "1 .alike. and -1", F.hinge_embedding_loss, SIGNED, SIGNED),
    refused("delta", ValueError, "delta must be positive", F.huber_loss, X, X, delta=0),
    refused("beta", ValueError, "beta must not be negative", F.smooth_l1_loss, X, X, beta=-1),
    refused("negative variance", ValueError, "negative", F.gaussian_nll_loss, X, X, X - 1),
    refused("shape of the variance", ValueError, r"var \(3,\) does not belong", F.gaussian_nll_loss, X, X, np.ones(3)),
    refused("one_hot, class too large", IndexError, "0 to 2", F.one_hot, [0, 3], 3),
    refused("one_hot of floats", TypeError, "integers", F.one_hot, [0.5]),
    refused("reduction of a module", ValueError, "MSELoss: reduction is one of", nn.MSELoss, reduction="batchmean"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "says"), REFUSED)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
