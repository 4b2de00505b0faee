"""Losses: of classes, of yes or no, of numbers, of pairs and triples; and their single operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import functional as F
from nn.functional.losses import regression

from ..operations.row import Sample, distinct, positive, real
from .case import Case, case, integers, kernel

WEIGHT = np.array([0.5, 1.0, 2.5])
NUMBERS = integers(3, 4)


def probability(*shape: int) -> Sample:
    """Numbers between 0 and 1."""
    return real(*shape, low=0.05, high=0.95)


def distribution(*shape: int) -> Sample:
    """Positive numbers whose sum along axis 1 is 1, or the sum of a vector."""

    def sample(rng: np.random.Generator) -> Any:
        p = rng.uniform(0.1, 1, shape)
        return p / p.sum(min(1, len(shape) - 1), keepdims=True)

    return sample


def some(values: list[Any], *shape: int) -> Sample:
    """A random choice of these numbers."""
    return lambda rng: rng.choice(np.array(values), shape)


SIGNS = some([-1.0, 1.0], 4)
LABELS = some([0, 1, 2, -100], 6)
TARGETS: dict[str, Any] = {"target": np.array([1.0, -1.0, 1.0, -1.0])}  # no inputs: signs have no derivative


def of_the_lecture(loss: Any, x: Any, target: Any) -> Any:
    """-Σ_k (d_k log y_k + (1 - d_k) log(1 - y_k)) with y = softmax(x), on average over the samples."""
    y, d = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True), np.eye(x.shape[1])[target.data]
    return -np.mean(np.sum(d * np.log(y) + (1 - d) * np.log(1 - y), axis=1))


CLASSES: list[Case] = [
    case("SoftmaxBinaryCrossEntropyLoss", inputs=[real(4, 3), NUMBERS], formula=of_the_lecture),
    case("HalfSquaredLoss", inputs=[real(3, 2), real(3, 2)], formula=lambda loss, x, y: np.mean((x - y) ** 2) / 2),
    case("CrossEntropyLoss", inputs=[real(4, 3), NUMBERS]),
    *(case("CrossEntropyLoss", reduction=how, inputs=[real(4, 3), NUMBERS]) for how in ("sum", "none")),
    case("CrossEntropyLoss", inputs=[real(3), integers(3)], name="one sample"),
    case("CrossEntropyLoss", reduction="none", inputs=[real(2, 3, 2, 2), integers(3, 2, 2, 2)], name="pictures"),
    case("CrossEntropyLoss", inputs=[real(6, 3), LABELS], name="some ignored"),
    case("CrossEntropyLoss", ignore_index=1, reduction="none", inputs=[real(4, 3), NUMBERS]),
    case("CrossEntropyLoss", weight=WEIGHT, inputs=[real(4, 3), NUMBERS], name="weights"),
    case("CrossEntropyLoss", weight=WEIGHT, inputs=[real(6, 3), LABELS], name="weights and ignored"),
    *(
        case(
            "CrossEntropyLoss",
            weight=weight,
            label_smoothing=0.2,
            reduction=how,
            inputs=[real(6, 3), LABELS],
            name=f"smoothing, {'no' if weight is None else 'with'} weights, {how}",
        )
        for weight in (None, WEIGHT)
        for how in ("mean", "none")
    ),
    case("CrossEntropyLoss", inputs=[real(4, 3), distribution(4, 3)], name="probabilities"),
    case("CrossEntropyLoss", inputs=[real(3), distribution(3)], name="probabilities of one sample"),
    case(
        "CrossEntropyLoss",
        weight=WEIGHT,
        label_smoothing=0.1,
        reduction="none",
        inputs=[real(2, 3, 2), distribution(2, 3, 2)],
        name="probabilities, weights, smoothing, three axes",
    ),
    case("functional.cross_entropy", inputs=[real(4, 3), NUMBERS]),
    case("NLLLoss", inputs=[real(4, 3), NUMBERS]),
    case("NLLLoss", reduction="none", inputs=[real(2, 3, 2), integers(3, 2, 2)]),
    case("NLLLoss", weight=WEIGHT, inputs=[real(6, 3), LABELS], name="NLLLoss, weights and ignored"),
    case("MultiMarginLoss", inputs=[distinct(4, 3), NUMBERS]),
    case("MultiMarginLoss", margin=0.55, inputs=[distinct(3), integers(3)]),
    case("MultiMarginLoss", p=2, weight=WEIGHT, reduction="none", inputs=[distinct(4, 3), NUMBERS], name="margin, p=2"),
    case("KLDivLoss", inputs=[real(2, 3), distribution(2, 3)]),
    case("KLDivLoss", reduction="batchmean", log_target=True, inputs=[real(2, 3), real(2, 3)]),
]

BINARY: list[Case] = [
    case("BCELoss", inputs=[probability(4), probability(4)]),
    case(
        "BCELoss",
        weight=np.array([0.5, 2.0]),
        reduction="sum",
        inputs=[probability(3, 2), probability(3, 2)],
        name="BCELoss, weights",
    ),
    case("BCEWithLogitsLoss", inputs=[real(4), probability(4)]),
    case(
        "BCEWithLogitsLoss",
        weight=np.array([0.5, 2.0]),
        pos_weight=np.array([3.0, 0.7]),
        reduction="none",
        inputs=[real(3, 2), probability(3, 2)],
        name="BCEWithLogitsLoss, weights",
    ),
]

REGRESSION: list[Case] = [
    *(case("MSELoss", reduction=how, inputs=[real(2, 3), real(2, 3)]) for how in ("mean", "sum", "none")),
    case("L1Loss", inputs=[real(2, 3), real(2, 3)]),
    case("SmoothL1Loss", inputs=[real(2, 3), real(2, 3)]),
    case("SmoothL1Loss", beta=0.5, reduction="none", inputs=[real(2, 3), real(2, 3)]),
    case("SmoothL1Loss", beta=0.0, inputs=[real(2, 3), real(2, 3)]),
    case("HuberLoss", inputs=[real(2, 3), real(2, 3)]),
    case("HuberLoss", delta=0.5, reduction="none", inputs=[real(2, 3), real(2, 3)]),
    case("PoissonNLLLoss", inputs=[real(4), positive(4)]),
    case("PoissonNLLLoss", log_input=False, full=True, inputs=[positive(4)], call={"target": np.array([0.0, 1, 2, 5])}),
    case("GaussianNLLLoss", inputs=[real(3, 2), real(3, 2), positive(3, 2)]),
    case("GaussianNLLLoss", full=True, reduction="none", inputs=[real(3, 2), real(3, 2), positive(3)]),
    case("GaussianNLLLoss", eps=0.9, inputs=[real(4), real(4)], call={"var": np.array([0.1, 0.7, 1.1, 2.0])}),
]

PAIRS: list[Case] = [
    case("SoftMarginLoss", inputs=[real(4)], call=TARGETS),
    case("HingeEmbeddingLoss", inputs=[distinct(4)], call=TARGETS),
    case("HingeEmbeddingLoss", margin=0.35, reduction="none", inputs=[distinct(4)], call=TARGETS),
    case("MarginRankingLoss", inputs=[distinct(4), real(4, low=-0.04, high=0.04)], call=TARGETS),
    case("MarginRankingLoss", margin=0.55, reduction="sum", inputs=[real(4), real(4)], call=TARGETS),
    case("CosineEmbeddingLoss", inputs=[real(4, 3), real(4, 3)], call=TARGETS),
    case("CosineEmbeddingLoss", margin=0.2, inputs=[real(3), real(3)], call={"target": np.array(-1.0)}),
    case("TripletMarginLoss", inputs=[real(4, 3), real(4, 3), real(4, 3)]),
    case("TripletMarginLoss", margin=3.0, p=1.0, inputs=[real(4, 3), real(4, 3), real(4, 3)]),
    case("TripletMarginLoss", swap=True, margin=3.0, reduction="none", inputs=[real(4, 3), real(4, 3), real(4, 3)]),
    case("functional.cosine_similarity", inputs=[real(2, 3), real(2, 3)]),
    case("functional.cosine_similarity", axis=-1, inputs=[real(2, 1, 3), real(2, 3)]),
    case("functional.pairwise_distance", inputs=[real(2, 3), real(2, 3)]),
    case("functional.pairwise_distance", p=1.0, eps=1e-3, keepdims=True, inputs=[real(2, 3), real(3)]),
]

CASES = [*CLASSES, *BINARY, *REGRESSION, *PAIRS]

T = np.array([2, 0, 1, 2])


def lecture(x: Any, d: Any) -> Any:
    """The lecture's loss as the slide writes it."""
    y = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    return -(d * np.log(y) + (1 - d) * np.log(1 - y)).sum(1)


KERNELS = [
    kernel(
        "huber",
        lambda d: regression.huber(d, 0.7),
        some([-3.0, -0.9, -0.4, 0.2, 0.6, 0.8, 2.0], 5),
    ),
    *(
        kernel(
            f"softmax cross-entropy, {how}",
            lambda x, how=how: F.softmax_cross_entropy(x, T, how),
            real(4, 3),
        )
        for how in ("mean", "sum", "none")
    ),
    kernel(
        "softmax cross-entropy of many classes",
        lambda x: F.softmax_cross_entropy(x, T),
        real(4, 130),
    ),
    kernel(
        "softmax cross-entropy by probabilities",
        lambda x, q: F.soft_cross_entropy(x, q),
        real(4, 3),
        real(4, 3),
    ),
    kernel(
        "binary cross-entropy",
        lambda p, d: F.binary_cross_entropy(p, d, reduction="none"),
        probability(4),
        probability(4),
    ),
    kernel(
        "binary cross-entropy of logits",
        lambda x, d, c: F.binary_cross_entropy_with_logits(x, d, reduction="none", pos_weight=c),
        real(3, 2),
        probability(3, 2),
        positive(2),
    ),
    kernel(
        "half the squared error",
        lambda x, y: F.half_squared_error(x, y, reduction="none"),
        real(2, 3),
        real(2, 3),
        composed=lambda x, y: 0.5 * (x - y) ** 2,
    ),
    kernel(
        "the lecture's loss",
        lambda x, d: F.softmax_binary_cross_entropy(x, d, reduction="none"),
        real(4, 3),
        distribution(4, 3),
        composed=lecture,
    ),
]
