"""Measures of fit, on samples few enough to count by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from nn import metrics

pytest.importorskip("sklearn")

TARGET = np.array([0, 0, 0, 1, 1, 2])
ANSWER = np.array([0, 0, 1, 1, 2, 2])
SCORES = np.eye(3)[ANSWER] * 4 - 1  # not probabilities; the answer has the highest

forms = pytest.mark.parametrize("outputs", [ANSWER, SCORES, Tensor(SCORES)], ids=["labels", "scores", "tensor"])


@forms
def test_accuracy(outputs: Any) -> None:
    assert metrics.accuracy(outputs, TARGET) == pytest.approx(4 / 6)


@forms
def test_confusion_matrix(outputs: Any) -> None:
    assert metrics.confusion_matrix(outputs, TARGET).tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert metrics.confusion_matrix(outputs, TARGET, "true")[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0])


@forms
def test_precision_recall_and_f1(outputs: Any) -> None:
    assert metrics.precision(outputs, TARGET, None).tolist() == pytest.approx([1, 1 / 2, 1 / 2])
    assert metrics.recall(outputs, TARGET, None).tolist() == pytest.approx([2 / 3, 1 / 2, 1])
    assert metrics.f1(outputs, TARGET, None).tolist() == pytest.approx([4 / 5, 1 / 2, 2 / 3])
    assert metrics.f1(outputs, TARGET) == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)
    assert metrics.precision(outputs, TARGET, "micro") == pytest.approx(4 / 6)
    assert metrics.recall(outputs, TARGET, "weighted") == pytest.approx(4 / 6)


@forms
def test_report(outputs: Any) -> None:
    text = metrics.report(outputs, TARGET, ["cat", "dog", "cow"])
    assert "dog      0.500     0.500     0.500         2" in text


def test_two_classes() -> None:
    answer, target = np.array([1, 1, 0, 1]), np.array([1, 0, 0, 1])
    assert metrics.precision(answer, target, "binary") == pytest.approx(2 / 3)
    assert metrics.recall(answer == 1, target == 1, "binary") == 1.0
    assert metrics.f1(answer, target, "binary") == pytest.approx(4 / 5)


def test_classes_without_samples_count_if_scores_show_them() -> None:
    scores = np.eye(4)[ANSWER]
    assert metrics.confusion_matrix(scores, TARGET).shape == (4, 4)
    assert metrics.recall(scores, TARGET, None)[3] == 0
    assert metrics.precision(scores, TARGET) == pytest.approx((1 + 1 / 2 + 1 / 2 + 0) / 4)


def test_roc_depends_on_the_order_of_scores_only() -> None:
    scores, target = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])
    false, true, thresholds = metrics.roc_curve(scores, target)
    assert false.tolist() == [0, 0, 0.5, 0.5, 1] and true.tolist() == [0, 0.5, 0.5, 1, 1]
    assert thresholds[1:].tolist() == [0.8, 0.4, 0.35, 0.1]
    pairs = [(s > o) + 0.5 * (s == o) for s in scores[target == 1] for o in scores[target == 0]]
    for same in (scores, np.log(scores), scores[:, None], np.stack([-scores, scores], 1)):
        assert metrics.roc_auc(same, target) == np.mean(pairs) == 0.75


def test_roc_of_each_class_against_the_rest_uses_probabilities() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(40, 3)) + 20 * rng.normal(size=(40, 1))  # each row at a level of its own
    target = rng.integers(0, 3, 40)
    y = np.exp(logits - logits.max(1, keepdims=True))
    y /= y.sum(1, keepdims=True)
    areas = metrics.roc_auc(logits, target, None)
    for k in range(3):
        assert areas[k] == pytest.approx(metrics.roc_auc(y[:, k], target == k))
    assert metrics.roc_auc(y, target) == pytest.approx(areas.mean())
    assert metrics.roc_auc(logits, target, "weighted") == pytest.approx(areas @ np.bincount(target) / 40)
    curves = metrics.roc_curve(logits, target)
    assert [np.trapezoid(true, false) for false, true, _ in curves] == pytest.approx(areas.tolist())


MISFITS: dict[str, tuple[Any, str]] = {
    "lengths": (lambda: metrics.accuracy(ANSWER[:3], TARGET), "3 outputs and 6 targets"),
    "one score per sample": (
        lambda: metrics.accuracy(np.array([0.2, 0.9]), np.array([0, 1])), r"float64 of shape \(2,\).*scores > 0",
    ),
    "one class": (
        lambda: metrics.accuracy(np.zeros((2, 1)), np.array([0, 1])), r"scores \(n, classes\) of two classes",
    ),
    "one-hot target": (
        lambda: metrics.accuracy(SCORES, np.eye(3)[TARGET]), r"integer labels \(n,\); got float64",
    ),
    "label above the scores": (
        lambda: metrics.accuracy(SCORES[:, :2], TARGET), "labels range from 0 to 1, the targets from 0 to 2",
    ),
    "no samples": (lambda: metrics.accuracy(SCORES[:0], TARGET[:0]), "no samples"),
    "NaN": (lambda: metrics.accuracy(SCORES * np.nan, TARGET), "NaNs"),
    "binary of three": (lambda: metrics.f1(SCORES, TARGET, "binary"), "for two classes, and there are 3"),
    "class without samples": (
        lambda: metrics.roc_auc(SCORES, np.where(TARGET == 2, 1, TARGET)), "no sample is of class 2",
    ),
    "micro average of areas": (
        lambda: metrics.roc_auc(SCORES, TARGET, "micro"), "'macro', 'weighted' or None",  # type: ignore[arg-type]
    ),
    "too few names": (lambda: metrics.report(SCORES, TARGET, ["a"]), "1 names for 3 classes"),
}  # fmt: skip


@pytest.mark.parametrize(("act", "says"), MISFITS.values(), ids=MISFITS)
def test_arguments_that_do_not_fit(act: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        act()
