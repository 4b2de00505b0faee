"""Cross-entropies of a softmax: each is a single operation.

Convention: axis 0 counts the samples, axis 1 the classes, others may follow. In ``cross_entropy`` the softmax is
inside: the input is the network's last sums (logits), not probabilities. Class numbers count from 0: IndexError is
raised for one beyond the classes, TypeError for class numbers that are no integers, ValueError for shapes that do not
match.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import Kept, primitive
from autograd.native import twin
from autograd.typing import A, ArrayLike, Shape

from .. import composed
from ..activations import by_class, log_softmax, softmax
from ..precision import cast, operand
from .classes import as_target, classes_last, one_hot, samples, swapped, weight_of_classes
from .counts import average, in_single, noted
from .reduction import Reduction, per_sample, unnoted, weigh
from .told import tell

__all__ = ["cross_entropy", "nll_loss", "soft_cross_entropy", "softmax_cross_entropy"]


@twin("nn.functional.native.cross_entropy:losses", 1 << 13, contiguous=False)
def _losses(x: Any, target: Any, kept: Kept | None = None) -> Any:
    """log Σ_k exp(xᵢ_k) - xᵢ_tᵢ of each sample."""
    z = by_class(x)
    z = z - np.maximum.reduce(z, axis=0)
    own = z[target, np.arange(len(target))]
    e = np.exp(z, out=z)
    sums = np.add.reduce(e, axis=0)
    if kept is not None:
        kept.exponentials, kept.sums = e, sums
    return np.log(sums) - own


def _softmax_cross_entropy(x: Any, target: Any, reduction: str = "mean", kept: Kept | None = None) -> Any:
    """yᵢ = log Σ_k exp(xᵢ_k) - xᵢ_tᵢ for x (n, classes) and class numbers t (n,), reduced."""
    losses = _losses(x, target, kept)
    if reduction == "mean" and losses.dtype.char != "e":  # half precision ends at 65504, too few for a sum
        return np.add.reduce(losses) / len(losses)
    return unnoted(losses, reduction)


def _slope(x: Any, target: Any) -> Any:
    """dyᵢ/dxᵢ = softmax(xᵢ) - onehot(tᵢ)."""
    slope = softmax(x, 1)
    slope[np.arange(len(x)), target] -= 1
    return slope


@twin("nn.functional.native.cross_entropy:pull", 1 << 13, contiguous=False, at=1)
def _pull_each(each: Any, x: Any, target: Any) -> Any:
    """The gradient at x, from those at the losses: one for each sample, or a number for all."""
    return (each if not np.ndim(each) else each[:, None]) * _slope(x, target)


def _pull(g: Any, x: Any, target: Any, reduction: str = "mean", kept: Kept | None = None) -> Any:
    each = g * (1 / max(len(target), 1)) if reduction == "mean" else g
    d = getattr(kept, "exponentials", None)
    if kept is None or d is None:
        return _pull_each(each, x, target)
    kept.exponentials = None  # it is overwritten: another sweep computes it again
    d *= each / kept.sums
    if reduction == "none" and not each.all():  # samples that do not count may hold anything
        d[:, each == 0] = 0
    d[target, np.arange(len(target))] -= each
    return d.T


def _push(t: Any, x: Any, target: Any, reduction: str = "mean") -> Any:
    return unnoted(np.sum(t * _slope(x, target), axis=1), reduction)


_of_numbers = primitive(
    _softmax_cross_entropy, pull=_pull, push=_push, keeps=True, unfold=composed.softmax_cross_entropy
)


def softmax_cross_entropy(x: A, target: Any, reduction: Reduction = "mean") -> A:
    """yᵢ = log Σ_k exp(xᵢ_k) - xᵢ_tᵢ: the operation inside ``cross_entropy``, which checks nothing.

    ``x``          (n, classes)
    ``target``     t, an array of class numbers (n,)
    ``reduction``  'mean', 'sum' or 'none'
    """
    return _of_numbers(x, target, reduction)


@twin("nn.functional.native.cross_entropy:soft_losses", 1 << 13, contiguous=False)
def _soft_cross_entropy(x: Any, q: Any) -> Any:
    """yᵢ = Σ_k qᵢ_k (log Σ_j exp(xᵢ_j) - xᵢ_k): ``cross_entropy`` of given probabilities, which checks nothing.

    ``x``, ``q``  (n, classes); y is (n,)
    """
    z = x - np.maximum.reduce(x, axis=1, keepdims=True)
    return np.log(np.add.reduce(np.exp(z), axis=1)) * np.add.reduce(q, axis=1) - np.add.reduce(weigh(q, z), axis=1)


def _soft_slope(x: Any, q: Any) -> Any:
    """dyᵢ/dxᵢ = softmax(xᵢ) Σ qᵢ - qᵢ."""
    return softmax(x, 1) * np.sum(q, axis=1, keepdims=True) - q


@twin("nn.functional.native.cross_entropy:soft_pull", 1 << 13, contiguous=False, at=1)
def _soft_pull(g: Any, x: Any, q: Any) -> Any:
    """The gradient at x."""
    return g[:, None] * _soft_slope(x, q)


soft_cross_entropy = primitive(
    _soft_cross_entropy,
    pull=[_soft_pull, lambda g, x: -g[:, None] * log_softmax(x, 1)],
    push=[lambda t, x, q: np.sum(t * _soft_slope(x, q), axis=1), lambda t, x: -np.sum(t * log_softmax(x, 1), axis=1)],
    unfold=composed.soft_cross_entropy,
)


@in_single
def cross_entropy(
    input: A, target: ArrayLike, weight: ArrayLike | None = None, *, ignore_index: int = -100,
    reduction: Reduction = "mean", label_smoothing: float = 0.0,
) -> A:  # fmt: skip
    """-Σ_k q_k log softmax(input)_k, where q is 1 at the sample's class and 0 elsewhere, or given probabilities.

    ``input``            (n, classes, ...) or (classes,)
    ``target``           class numbers (n, ...); or in the input's shape the probabilities q, as floats, or 1 at each
                         sample's class and 0 elsewhere, as integers
    ``weight``           (classes,): factors of the terms of each class
    ``ignore_index``     samples of this class have loss 0 and do not count in the mean; ValueError is raised where one
                         is given beside probabilities
    ``reduction``        'sum', 'none', or 'mean', which divides by the weights of the samples' classes, summed; of no
                         sample it is NaN
    ``label_smoothing``  ε from 0 to 1 makes of q (1 - ε) q + ε / classes
    """
    tell("cross_entropy", input, target)
    x: Any = input if isinstance(input, Tensor) else operand(input)
    t = as_target(target)
    kind = t.dtype.kind
    if kind == "f":
        if ignore_index >= 0:
            raise ValueError(
                f"cross_entropy: ignore_index={ignore_index} leaves out samples by their class number, and the target "
                "holds probabilities: set those of a sample to 0, or give class numbers"
            )
        return _of_probabilities(operand(x), t, weight, reduction, label_smoothing)
    shape = x.shape
    plain = weight is None and not label_smoothing and ignore_index < 0
    if plain and kind in "iu" and len(shape) == 2 and t.shape == shape[:1]:
        numbers = t if t.dtype == np.int64 else t.astype(np.int64)
        # read as unsigned, negative numbers are large
        if len(numbers) and np.maximum.reduce(numbers.view(np.uint64)) < shape[1]:
            y = _of_numbers(x, numbers, reduction)
            return y if reduction == "none" else noted(y, None if reduction == "sum" else len(numbers))
    if shape and t.shape == shape and kind in "iub":
        t = _marked(t)
    rows, numbers, counts = samples("cross_entropy", operand(x), t, ignore_index)
    w = weight_of_classes("cross_entropy", weight, rows.shape[1], rows)
    each = None if w is None else w[numbers]
    if label_smoothing:
        rows = rows if counts is None else np.where(counts[:, None], rows, 0)
        q = _smoothed(one_hot(numbers, rows.shape[1]).astype(rows.dtype), label_smoothing)
        losses = soft_cross_entropy(rows, q if w is None else q * w)
    else:
        losses = softmax_cross_entropy(rows, numbers, "none")
        losses = losses if each is None else weigh(each, losses)
    return _averaged(losses, counts, each, reduction, t.shape)


@in_single
def nll_loss(
    input: A, target: ArrayLike, weight: ArrayLike | None = None, *, ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> A:  # fmt: skip
    """-x_t, the negative log-likelihood of each sample's class t; ``cross_entropy`` has the log-softmax inside.

    ``input``         log-probabilities x (n, classes, ...) or (classes,)
    ``target``        class numbers t (n, ...)
    ``weight``        (classes,): factors of the losses of each class
    ``ignore_index``  samples of this class have loss 0 and do not count in the mean
    ``reduction``     'sum', 'none', or 'mean', which divides by the weights of the samples' classes, summed
    """
    tell("nll_loss", input, target)
    t = as_target(target)
    rows, numbers, counts = samples("nll_loss", operand(input), t, ignore_index)
    w = weight_of_classes("nll_loss", weight, rows.shape[1], rows)
    each = None if w is None else w[numbers]
    losses = -rows[np.arange(len(numbers)), numbers]
    return _averaged(losses if each is None else weigh(each, losses), counts, each, reduction, t.shape)


def _averaged(losses: Any, counts: Any, each: Any, reduction: str, shape: Shape) -> Any:
    """The samples' losses reduced, 0 for those that do not count; the mean is Σ losses / Σ weights of those that do."""
    if counts is not None:
        losses = np.where(counts, losses, 0)
    if reduction != "mean" or (counts is None and each is None):
        return per_sample(losses, reduction, shape)
    if each is None:
        count: Any = int(np.count_nonzero(counts))  # NumPy's own integer would make it float64
    else:
        count = (each if counts is None else each * counts).sum()
    return average(losses.sum(), count)


def _marked(target: Any) -> Any:
    """The class numbers of a target (n, classes, ...) or (classes,) that has 1 at each sample's class, else 0."""
    axis = min(1, target.ndim - 1)
    ones = target == 1
    if not ((ones | (target == 0)).all() and (np.count_nonzero(ones, axis=axis) == 1).all()):
        raise ValueError(
            f"cross_entropy: a target of {target.dtype} in the input's shape {target.shape} has one 1 for each sample "
            "and 0 elsewhere. Give class numbers (n, ...) or probabilities (floats); for samples of several classes, "
            "binary_cross_entropy_with_logits"
        )
    return ones.argmax(axis)


def _smoothed(q: Any, smoothing: float) -> Any:
    """(1 - ε) q + ε / classes."""
    if not 0 <= smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing is between 0 and 1, got {smoothing}")
    return q * (1 - smoothing) + smoothing / q.shape[-1] if smoothing else q


def _of_probabilities(input: Any, target: Any, weight: Any, reduction: str, smoothing: float) -> Any:
    if input.shape != target.shape or not input.shape:
        shapes = f"input {input.shape} and probabilities {target.shape} must have one shape"
        fix = swapped(input, target)
        if not fix and target.shape == input.shape[:1] + input.shape[2:]:
            fix = ". Class numbers are integers: write target.astype(int)"
        raise ValueError(f"cross_entropy: {shapes}{fix}")
    x, q = classes_last(input), classes_last(cast(target, input))
    classes, shape = x.shape[-1], x.shape[:-1]
    weight = weight_of_classes("cross_entropy", weight, classes, input)
    q = _smoothed(q.reshape(-1, classes), smoothing)
    losses = soft_cross_entropy(x.reshape(-1, classes), q if weight is None else q * weight)
    return per_sample(losses, reduction, shape)
