"""Measures of fit: how good are a model's outputs for a set of samples?

Convention: ``outputs`` are scores (n, classes), of which the highest is the answer, or the answers themselves: labels
(n,). ``target`` holds the true labels (n,), integers from 0. Other shapes, labels beyond the classes and NaN among the
scores raise ValueError. ``accuracy`` needs NumPy alone; the others are scikit-learn's (the extra "train", else
ImportError is raised), with the shapes checked. All classes that scores have count, even without a sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd import Tensor
from autograd.declare import native
from autograd.extras import extra
from autograd.typing import ArrayLike, NDArray

__all__ = ["accuracy", "confusion_matrix", "f1", "precision", "recall", "report", "roc_auc", "roc_curve"]

Score: TypeAlias = float | NDArray[Any]  # a number, or one for each class
Average: TypeAlias = Literal["macro", "weighted", "micro", "binary"] | None
Curve: TypeAlias = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


def accuracy(outputs: ArrayLike, target: ArrayLike) -> float:
    """The fraction of the samples that are classified correctly, from 0 to 1.

    ``outputs``  scores (n, classes) or labels (n,)
    ``target``   the true labels (n,)
    """
    y, d, _ = answers("accuracy", outputs, target)
    return float(np.mean(y == d))


def precision(outputs: ArrayLike, target: ArrayLike, average: Average = "macro") -> Score:
    """tp / (tp + fp): the fraction of the answers k that are correct; 0 if k was never the answer.

    ``outputs``  scores (n, classes) or labels (n,)
    ``target``   the true labels (n,)
    ``average``  'macro' is the mean over the classes, 'weighted' weights them by their numbers of samples, 'micro'
                 counts all classes together, 'binary' is class 1 of two; None gives an array, one for each class
    """
    return _score("precision", outputs, target, average)


def recall(outputs: ArrayLike, target: ArrayLike, average: Average = "macro") -> Score:
    """tp / (tp + fn): the fraction of the samples of class k that were found; 0 if there is none.

    ``outputs``  scores (n, classes) or labels (n,)
    ``target``   the true labels (n,)
    ``average``  'macro' is the mean over the classes, 'weighted' weights them by their numbers of samples, 'micro'
                 counts all classes together, 'binary' is class 1 of two; None gives an array, one for each class
    """
    return _score("recall", outputs, target, average)


def f1(outputs: ArrayLike, target: ArrayLike, average: Average = "macro") -> Score:
    """2 tp / (2 tp + fp + fn), the harmonic mean of precision and recall.

    ``outputs``  scores (n, classes) or labels (n,)
    ``target``   the true labels (n,)
    ``average``  'macro' is the mean over the classes, 'weighted' weights them by their numbers of samples, 'micro'
                 counts all classes together, 'binary' is class 1 of two; None gives an array, one for each class
    """
    return _score("f1", outputs, target, average)


def confusion_matrix(
    outputs: ArrayLike, target: ArrayLike, normalize: Literal["true", "pred", "all"] | None = None
) -> NDArray[Any]:
    """How many samples of class i (row) were predicted as j (column): (classes, classes).

    ``outputs``    scores (n, classes) or labels (n,)
    ``target``     the true labels (n,)
    ``normalize``  'true' divides by the sums of the rows, 'pred' of the columns, 'all' by the number of samples
    """
    y, d, classes = answers("confusion_matrix", outputs, target)
    axis = {"true": 1, "pred": 0, "all": None, None: None}
    if normalize not in axis:
        raise ValueError(f"confusion_matrix: normalize is 'true', 'pred', 'all' or None, not {normalize!r}")
    labels = np.array(_labels(y, d, classes))
    count = len(labels)
    cells = np.searchsorted(labels, d) * count + np.searchsorted(labels, y)
    found = np.bincount(cells, minlength=count * count).reshape(count, count)
    if normalize is None:
        return found
    sums = found.sum(axis[normalize], keepdims=True)
    return found / np.maximum(sums, 1)  # of a class that is not there all are 0


def roc_curve(scores: ArrayLike, target: ArrayLike) -> Curve | list[Curve]:
    """The receiver operating characteristic: (false positive rates, true positive rates, thresholds).

    ``scores``  (n,) or (n, 2) for two classes, with class 1 as the positive one; (n, classes) for more gives a list,
                each class against the rest by its probability. Rows that are not probabilities first go through
                softmax, because raw scores of different samples cannot be compared
    ``target``  the true labels (n,), of which each class must have one
    """
    pairs = _one_against_rest("roc_curve", scores, target)
    curves: list[Curve] = [tuple(_sklearn().roc_curve(*pair, drop_intermediate=False)) for pair in pairs]
    return curves if len(curves) > 1 else curves[0]


def roc_auc(scores: ArrayLike, target: ArrayLike, average: Literal["macro", "weighted"] | None = "macro") -> Score:
    """The area under ``roc_curve``: the probability that a positive sample scores higher than a negative one.

    ``scores``   (n,) or (n, 2) for two classes, (n, classes) for more, as for ``roc_curve``
    ``target``   the true labels (n,), of which each class must have one
    ``average``  of more than two classes: 'macro' is their mean, 'weighted' weights by samples; None gives one for each
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


def report(outputs: ArrayLike, target: ArrayLike, names: Sequence[str] | None = None, digits: int = 3) -> str:
    """A table of precision, recall, F1 and number of samples, for each class and on average, as text.

    ``outputs``  scores (n, classes) or labels (n,)
    ``target``   the true labels (n,)
    ``names``    of the classes; by default their numbers
    ``digits``   after the decimal point
    """
    y, d, classes = answers("report", outputs, target)
    labels = _labels(y, d, classes)
    given = None if names is None else class_names("report", names, len(labels))
    options = {"labels": labels, "target_names": given, "digits": digits, "zero_division": 0}
    return _sklearn().classification_report(d, y, **options)


def class_names(what: str, names: Sequence[str] | None, classes: int) -> list[str]:
    """The given names, or else the numbers of the classes; ``what`` appears in the error."""
    if names is None:
        return [str(k) for k in range(classes)]
    if len(names) != classes:
        raise ValueError(f"{what}: {len(names)} names for {classes} classes")
    return list(names)


def answers(what: str, outputs: ArrayLike, target: ArrayLike) -> tuple[NDArray[Any], NDArray[Any], int | None]:
    """Predicted labels (n,), true ones (n,), and the number of classes if scores show it; ``what`` names errors."""
    y, d = array(outputs), _target(what, target)
    classes = None
    if y.ndim == 2 and y.shape[1] > 1:
        classes = y.shape[1]
        if np.isnan(y).any():
            raise ValueError(f"{what}: there are NaNs among the scores")
        y = np.argmax(y, axis=1)
    elif y.ndim != 1 or y.dtype.kind not in "biu":
        wanted = "scores (n, classes) of two classes or more, or integer labels (n,)"
        advice = "For one score per sample write scores > 0 (or > 0.5 for probabilities)."
        raise ValueError(f"{what}: outputs must be {wanted}; got {y.dtype} of shape {y.shape}. {advice}")
    _check(what, y, d, classes)
    return y.astype(np.int64), d, classes


def _one_against_rest(what: str, scores: ArrayLike, target: ArrayLike) -> list[tuple[Any, Any]]:
    """For each class (of two: for class 1), which samples belong to it (n,), and a score for that (n,)."""
    s, d = array(scores), _target(what, target)
    if s.ndim not in (1, 2) or s.dtype.kind not in "biuf" or np.isnan(s).any():
        raise ValueError(f"{what}: scores must be numbers (n,) or (n, classes) without NaN; got {s.dtype} of {s.shape}")
    classes = s.shape[1] if s.ndim == 2 and s.shape[1] > 1 else 2
    _check(what, s, d, classes)
    missing = sorted(set(range(classes)) - set(d.tolist()))
    if missing:
        raise ValueError(f"{what}: no sample is of class {missing[0]}, so its rates are undefined")
    if s.ndim == 1 or s.shape[1] == 1:
        return [(d == 1, s.reshape(-1))]
    if classes == 2:
        return [(d == 1, s[:, 1] - s[:, 0])]
    if not ((s >= 0).all() and np.allclose(s.sum(axis=1), 1, atol=1e-3)):
        e = np.exp(s - s.max(axis=1, keepdims=True))
        s = e / e.sum(axis=1, keepdims=True)
    return [(d == k, s[:, k]) for k in range(classes)]


def _score(what: str, outputs: ArrayLike, target: ArrayLike, average: Average) -> Score:
    y, d, classes = answers(what, outputs, target)
    labels = _labels(y, d, classes)
    binary = average == "binary"
    if binary and max(labels) > 1:
        raise ValueError(f"{what}: average='binary' is for two classes, and there are {max(labels) + 1}")
    score = getattr(_sklearn(), f"{what}_score")
    value = score(d, y, labels=None if binary else labels, average=average, zero_division=0)
    return value if average is None else float(value)


def _labels(y: NDArray[Any], d: NDArray[Any], classes: int | None) -> list[int]:
    """All labels that count."""
    return list(range(classes)) if classes is not None else [int(k) for k in np.unique(np.concatenate([y, d]))]


def array(x: ArrayLike) -> NDArray[Any]:
    return x.data if isinstance(x, Tensor) else native(x)


def _target(what: str, target: ArrayLike) -> NDArray[Any]:
    d = array(target)
    if d.ndim != 1 or d.dtype.kind not in "biu":
        raise ValueError(f"{what}: target must hold integer labels (n,); got {d.dtype} of shape {d.shape}")
    if not len(d):
        raise ValueError(f"{what}: there are no samples")
    return d.astype(np.int64)


def _check(what: str, outputs: NDArray[Any], d: NDArray[Any], classes: int | None) -> None:
    if len(outputs) != len(d):
        raise ValueError(f"{what}: {len(outputs)} outputs and {len(d)} targets do not match")
    if d.min() < 0 or (classes is not None and d.max() >= classes):
        top = "" if classes is None else f" to {classes - 1}"
        raise ValueError(f"{what}: labels range from 0{top}, the targets from {d.min()} to {d.max()}")


def _sklearn() -> Any:
    return extra("sklearn.metrics", "train", "this measure")
