"""Measures of fit: how good are a model's outputs for a set of samples?

Convention: ``outputs`` are scores (n, classes), of which the highest is the answer, or the answers themselves: labels
(n,). ``target`` holds the right labels (n,), whole numbers from 0. ``accuracy`` is NumPy's alone; the others are
scikit-learn's (the extra "train"), with these shapes checked. Where scores tell the number of classes, all of them
count, also those that no sample has.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.extras import extra


def accuracy(outputs: Any, target: Any) -> float:
    """The part of the samples whose answer is right."""
    y, d, _ = answers("accuracy", outputs, target)
    return float(np.mean(y == d))


def precision(outputs: Any, target: Any, average: str | None = "macro") -> Any:
    """tp / (tp + fp): how many of the answers k are right; 0 where k was never the answer.

    ``average``: 'macro' is the mean over the classes, 'weighted' by their numbers of samples, 'micro' counts all
    classes together, 'binary' is that of class 1 of two, None gives one for each class.
    """
    return _score("precision", outputs, target, average)


def recall(outputs: Any, target: Any, average: str | None = "macro") -> Any:
    """tp / (tp + fn): how many of the samples of class k were found; ``average`` as of ``precision``."""
    return _score("recall", outputs, target, average)


def f1(outputs: Any, target: Any, average: str | None = "macro") -> Any:
    """2 tp / (2 tp + fp + fn), the harmonic mean of precision and recall; ``average`` as of ``precision``."""
    return _score("f1", outputs, target, average)


def confusion_matrix(outputs: Any, target: Any, normalize: str | None = None) -> Any:
    """How many samples of class i (row) were taken for j (column).

    ``normalize``: 'true' divides by the sums of the rows, 'pred' of the columns, 'all' by the number of samples.
    """
    y, d, classes = answers("confusion_matrix", outputs, target)
    return _sklearn().confusion_matrix(d, y, labels=_labels(y, d, classes), normalize=normalize)


def roc_curve(scores: Any, target: Any) -> Any:
    """The receiver operating characteristic: (false positive rates, true positive rates, thresholds).

    Of two classes for ``scores`` (n,) or (n, 2), with class 1 as the positive one. Of more, a list of these, each of
    one class against the rest, by its probability: rows that are no probabilities are first put through softmax,
    since raw scores of different samples cannot be compared.
    """
    curves = [
        tuple(_sklearn().roc_curve(hit, score, drop_intermediate=False))
        for hit, score in _one_against_rest("roc_curve", scores, target)
    ]
    return curves if len(curves) > 1 else curves[0]


def roc_auc(scores: Any, target: Any, average: str | None = "macro") -> Any:
    """The area under ``roc_curve``: how probable a positive sample has the higher score than a negative one.

    Of more than two classes the mean over them ('macro'), weighted by their numbers of samples ('weighted'), or
    each (None).
    """
    if average not in ("macro", "weighted", None):
        raise ValueError(f"roc_auc: average is 'macro', 'weighted' or None, not {average!r}")
    pairs = _one_against_rest("roc_auc", scores, target)
    areas = np.array([_sklearn().roc_auc_score(hit, score) for hit, score in pairs])
    if len(areas) == 1:
        return float(areas[0])
    if average is None:
        return areas
    samples = [np.count_nonzero(hit) for hit, _ in pairs]
    return float(np.average(areas, weights=samples if average == "weighted" else None))


def report(outputs: Any, target: Any, names: Any = None, digits: int = 3) -> str:
    """Precision, recall, F1 and number of samples for each class and on average, as text."""
    y, d, classes = answers("report", outputs, target)
    labels = _labels(y, d, classes)
    if names is not None and len(names) != len(labels):
        raise ValueError(f"report: {len(names)} names for {len(labels)} classes")
    text = _sklearn().classification_report(
        d, y, labels=labels, target_names=None if names is None else list(names), digits=digits, zero_division=0
    )
    return str(text)


def answers(what: str, outputs: Any, target: Any) -> tuple[Any, Any, int | None]:
    """Labels (n,), the right ones (n,), and the number of classes if scores tell it; ``what`` stands in errors."""
    y, d = _array(outputs), _target(what, target)
    classes = None
    if y.ndim == 2 and y.shape[1] > 1:
        classes = y.shape[1]
        if np.isnan(y).any():
            raise ValueError(f"{what}: there are NaNs among the scores")
        y = np.argmax(y, axis=1)
    elif y.ndim != 1 or y.dtype.kind not in "biu":
        raise ValueError(
            f"{what}: outputs are scores (n, classes) of two classes or more, or labels (n,) in whole numbers; got "
            f"{y.dtype} of shape {y.shape}. For one score per sample write scores > 0 (or > 0.5 of a probability)."
        )
    _fits(what, y, d, classes)
    return y.astype(np.int64), d, classes


def _one_against_rest(what: str, scores: Any, target: Any) -> list[tuple[Any, Any]]:
    """For each class (of two: for class 1) whether a sample is of it (n,), and a score (n,) that says so."""
    s, d = _array(scores), _target(what, target)
    if s.ndim not in (1, 2) or s.dtype.kind not in "biuf" or np.isnan(s).any():
        raise ValueError(f"{what}: scores are numbers (n,) or (n, classes) without NaN; got {s.dtype} of {s.shape}")
    classes = s.shape[1] if s.ndim == 2 and s.shape[1] > 1 else 2
    _fits(what, s, d, classes)
    missing = sorted(set(range(classes)) - set(d.tolist()))
    if missing:
        raise ValueError(f"{what}: no sample is of class {missing[0]}, and its rate has no meaning then")
    if s.ndim == 1 or s.shape[1] == 1:
        return [(d == 1, s.reshape(-1))]
    if classes == 2:
        return [(d == 1, s[:, 1] - s[:, 0])]
    if not ((s >= 0).all() and np.allclose(s.sum(axis=1), 1, atol=1e-3)):
        e = np.exp(s - s.max(axis=1, keepdims=True))
        s = e / e.sum(axis=1, keepdims=True)
    return [(d == k, s[:, k]) for k in range(classes)]


def _score(what: str, outputs: Any, target: Any, average: str | None) -> Any:
    y, d, classes = answers(what, outputs, target)
    labels = _labels(y, d, classes)
    if average == "binary":
        if max(labels) > 1:
            raise ValueError(f"{what}: average='binary' is for two classes, and there are {max(labels) + 1}")
        labels = None
    value = getattr(_sklearn(), f"{what}_score")(d, y, labels=labels, average=average, zero_division=0)
    return value if average is None else float(value)


def _labels(y: Any, d: Any, classes: int | None) -> Any:
    return list(range(classes)) if classes is not None else np.unique(np.concatenate([y, d])).tolist()


def _array(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)


def _target(what: str, target: Any) -> Any:
    d = _array(target)
    if d.ndim != 1 or d.dtype.kind not in "biu":
        raise ValueError(f"{what}: target holds labels (n,) in whole numbers; got {d.dtype} of shape {d.shape}")
    if not len(d):
        raise ValueError(f"{what}: there are no samples")
    return d.astype(np.int64)


def _fits(what: str, outputs: Any, d: Any, classes: int | None) -> None:
    if len(outputs) != len(d):
        raise ValueError(f"{what}: {len(outputs)} outputs and {len(d)} targets do not match")
    if d.min() < 0 or (classes is not None and d.max() >= classes):
        top = "" if classes is None else f" to {classes - 1}"
        raise ValueError(f"{what}: labels go from 0{top}, the targets from {d.min()} to {d.max()}")


def _sklearn() -> Any:
    return extra("sklearn.metrics", "train", "this measure")
