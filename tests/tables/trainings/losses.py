"""Losses that are given what they do not take, or that tell nothing.

Each with one mistake, or without it if ``wrong`` is false.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn

from .data import CE, CLASS, RNG, YES, X, Y, loop, net


def softmax_twice(wrong: bool) -> None:
    model = net(3, *[nn.Softmax(1)] * wrong)
    loop(model, lambda: CE(model(X), CLASS), 2)


def softmax_by_hand(wrong: bool) -> None:
    def loss() -> Any:
        z = model(X)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return CE(p if wrong else z, CLASS)

    model = net()
    loop(model, loss, 2)


def sigmoid_before_cross_entropy(wrong: bool) -> None:
    model = net(3, *[nn.Sigmoid()] * wrong)
    loop(model, lambda: CE(model(X), CLASS), 2)


def relu_before_cross_entropy(wrong: bool) -> None:
    model = net(3, *[nn.ReLU()] * wrong)
    loop(model, lambda: CE(model(X), CLASS), 2)


def probabilities_into_nll(wrong: bool) -> None:
    model = net(3, nn.Softmax(1) if wrong else nn.LogSoftmax(1))
    loop(model, lambda: nn.NLLLoss()(model(X), CLASS), 2)


def scores_into_nll(wrong: bool) -> None:
    model = net(3, *[nn.LogSoftmax(1)] * (not wrong))
    loop(model, lambda: nn.NLLLoss()(model(X), CLASS), 2)


def probabilities_into_kl(wrong: bool) -> None:
    model = net(3, nn.Softmax(1) if wrong else nn.LogSoftmax(1))
    target = np.full((64, 3), 1 / 3, np.float32)
    loop(model, lambda: nn.KLDivLoss(reduction="batchmean")(model(X), target), 2)


def logits_into_bce(wrong: bool) -> None:
    model = nn.Sequential(nn.Linear(4, 1, generator=0), *[nn.Sigmoid()] * (not wrong))
    model[0].weight.data = np.full((1, 4), 0.01)
    model[0].bias.data = np.full(1, 0.5)
    loop(model, lambda: nn.BCELoss()(model(X), YES[:, None]), 1)


def sigmoid_twice(wrong: bool) -> None:
    model = net(1, *[nn.Sigmoid()] * wrong)
    loop(model, lambda: nn.BCEWithLogitsLoss()(model(X), YES[:, None]), 2)


def labels_of_minus_one(wrong: bool) -> None:
    model = net(1)
    target = 2 * YES - 1 if wrong else YES
    loop(model, lambda: nn.BCEWithLogitsLoss()(model(X), target[:, None]), 2)


def labels_of_one_class(wrong: bool) -> None:
    model = net(3)
    order = np.argsort(CLASS != 1, kind="stable") if wrong else RNG.permutation(64)
    loop(model, lambda: CE(model(X[order[:26]]), CLASS[order[:26]]), 6)


def column_against_row(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: np.square(model(X) - (Y if wrong else Y[:, None])).mean(), 2)


def column_against_row_in_a_cross_entropy(wrong: bool) -> None:
    def loss() -> Any:
        p, d = model(X), YES if wrong else YES[:, None]
        return -(d * np.log(p) + (1 - d) * np.log(1 - p)).sum() / 64

    model = net(1, nn.Sigmoid())
    loop(model, loss, 2)


def column_against_row_by_parts(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: np.square(model(X) - (Y if wrong else Y[:, None])).mean(axis=1).mean(), 2)


def softmax_over_samples(wrong: bool) -> None:
    model = net()
    loop(model, lambda: nn.NLLLoss()(np.log(nn.functional.softmax(model(X), 0 if wrong else 1)), CLASS), 2)


def softmax_over_samples_by_hand(wrong: bool) -> None:
    model = net()
    loop(model, lambda: -np.log(nn.functional.softmax(model(X), -int(wrong) - 1)[np.arange(64), CLASS]).mean(), 2)


def softmax_of_one_output(wrong: bool) -> None:
    model = net(1, nn.Softmax(1) if wrong else nn.Sigmoid())
    loop(model, lambda: nn.BCELoss()(model(X), YES[:, None]), 2)


def sigmoid_for_large_targets(wrong: bool) -> None:
    model = net(1, *[nn.Sigmoid()] * wrong)
    loop(model, lambda: nn.MSELoss()(model(X), Y[:, None]), 2)


def relu_for_negative_targets(wrong: bool) -> None:
    model = net(1, *[nn.ReLU()] * wrong)
    loop(model, lambda: nn.L1Loss()(model(X), Y[:, None]), 2)


def constant(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: (np.clip(model(X), 5, 9) if wrong else model(X)).mean() + 10, 8)


def not_a_number(wrong: bool) -> None:
    model = net(1)
    with np.errstate(all="ignore"):
        loop(model, lambda: np.square(np.log(model(X) - 100 * wrong + 50) - 1).mean(), 3)


LOSSES: dict[str, tuple[Callable[[bool], None], str, str]] = {
    "softmax twice": (softmax_twice, "softmax before cross-entropy", r"remove the layer 3 \(Softmax\)"),
    "softmax by hand": (softmax_by_hand, "softmax before cross-entropy", "by hand"),
    "sigmoid": (sigmoid_before_cross_entropy, "sigmoid before cross-entropy", r"remove the layer 3 \(Sigmoid\)"),
    "relu": (relu_before_cross_entropy, "relu before cross-entropy", "scores below 0 are cut off"),
    "probabilities into nll_loss": (probabilities_into_nll, "probabilities into nll_loss", "LogSoftmax"),
    "scores into nll_loss": (scores_into_nll, "scores into nll_loss", "nn.CrossEntropyLoss"),
    "probabilities into kl_div": (probabilities_into_kl, "probabilities into kl_div", "log_softmax"),
    "logits into BCELoss": (logits_into_bce, "logits into BCELoss", "BCEWithLogitsLoss"),
    "sigmoid twice": (sigmoid_twice, "probabilities into BCEWithLogitsLoss", "between 0.5 and 0.73"),
    "labels -1 and 1": (labels_of_minus_one, "labels", "from -1 to 1"),
    "labels of one class": (labels_of_one_class, "labels", "shuffle"),
    "(n, 1) against (n,)": (column_against_row, "shapes (n, 1) and (n,)", r"\(64, 1\) against \(64,\)"),
    "(n, 1) against (n,), logs": (column_against_row_in_a_cross_entropy, "shapes (n, 1) and (n,)", "64 x 64 pairs"),
    "softmax over the samples": (softmax_over_samples, "softmax over the samples", "axis=1"),
    "softmax over the samples, by hand": (softmax_over_samples_by_hand, "softmax over the samples", "axis=1"),
    "a constant loss": (constant, "constant loss", "exactly 15"),
    "softmax of one output": (softmax_of_one_output, "softmax of one number", "BCEWithLogitsLoss"),
    "a sigmoid for large targets": (sigmoid_for_large_targets, "targets out of reach", r"remove the layer 3 \(Sigmoid"),
    "a relu for negative targets": (relu_for_negative_targets, "targets out of reach", "above 0, with targets from -"),
    "(n, 1) against (n,), by parts": (column_against_row_by_parts, "shapes (n, 1) and (n,)", "64 x 64 pairs"),
    "not a number": (not_a_number, "not finite", "the loss is nan"),
}  # fmt: skip
