"""What losses are given: scores, probabilities or their logarithms, each where another is wanted; and labels.

Convention: a loss is asked for its input's history first (which operation computed it) and for its numbers after.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.core import Node, users_line
from autograd.declare import on_cpu, plain

from ... import layers
from .finding import Finding, Severity
from .patient import Patient
from .sight import Sight, over_samples

SAME = frozenset(["reshape", "transpose", "moveaxis", "swapaxes", "astype", "copy", "squeeze", "expand_dims", "ravel",
                  "getitem", "broadcast_to", "flatten"])  # fmt: skip
WEIGHING = frozenset(["linear", "matmul", "convolve", "dot", "bilinear"])
CLOSE = 2e-3  # to 1, of the sum of probabilities in half precision
HUGE = 1e3  # scores
WITH_SCORES = frozenset(["cross_entropy", "binary_cross_entropy_with_logits", "softmax_binary_cross_entropy"])
RANGES = {  # of the functions that may stand before a loss of numbers
    "relu": (0.0, np.inf), "softplus": (0.0, np.inf), "exp": (0.0, np.inf), "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0), "softmax_of_seen": (0.0, 1.0), "tanh": (-1.0, 1.0),
}  # fmt: skip
BEYOND, MANY_BEYOND = 0.05, 0.1  # of a range: so far outside; and the share of targets there
FEW = 16  # labels; fewer may all be of one class

WITH_LOGITS = "nn.CrossEntropyLoss takes the scores (logits) and has the softmax inside"
KINDS: dict[str, tuple[type, ...]] = {
    "softmax": (layers.Softmax,), "softmax_of_seen": (layers.Softmax,), "log_softmax": (layers.LogSoftmax,),
    "sigmoid": (layers.Sigmoid,), "relu": (layers.ReLU,), "tanh": (layers.Tanh,),
}  # fmt: skip


class Given:
    """A loss's input and target, where they come from, and the line that calls the loss."""

    def __init__(self, patient: Patient, sight: Sight, loss: str, input: Any, target: Any) -> None:
        self.patient, self.sight, self.loss = patient, sight, loss
        self.x: Any = on_cpu(plain(input))
        self.target: Any = on_cpu(plain(target))
        self.node = maker(input.node) if isinstance(input, Tensor) and input.node is not None else None
        self.made = "" if self.node is None or self.node.op is None else self.node.op.name

    def findings(self) -> list[Finding]:
        """What is wrong with it."""
        if self.x.dtype.kind not in "biufc" or not self.x.size or not np.isfinite(self.x).all():
            return []
        soft = maker(self.node.inputs[0]) if self.made == "log" and self.node is not None else self.node  # type: ignore[arg-type]
        if soft in self.sight.down:
            return [over_samples(self.sight.lines[soft])]
        if self.made.startswith(("softmax", "log_softmax")) and self.x.ndim == 2 and self.x.shape[1] == 1:
            return self._of_one()
        found = getattr(self, f"_{self.loss}", self._regression)()
        return found + self._labels() + self._size()

    def _found(self, kind: str, severity: Severity, text: str, fix: str, at_maker: bool = True) -> list[Finding]:
        line = self.sight.lines.get(self.node, "") if at_maker and self.node is not None else ""
        return [Finding(kind, severity, text, fix, line or users_line())]

    def _drop(self, whom: str, what: str) -> str:
        """What to do about the layer that computed the input."""
        where = self.patient.layer_of(KINDS.get(self.made, ()))
        return f"remove {where}" if where else f"give {whom} the scores before the {what}"

    def _cross_entropy(self) -> list[Finding]:
        kind = "softmax before cross-entropy"
        if self.made in ("softmax", "softmax_of_seen") or sums_to_one(self.x):
            hand = "" if self.made.startswith("softmax") else ", by hand"
            text = (
                f"cross_entropy is given the result of a softmax{hand}: two softmaxes in a row leave hardly any "
                "gradient, and the loss cannot fall to 0"
            )
            drop = self._drop("the loss", "softmax")
            return self._found(kind, "error", text, f"{drop}: {WITH_LOGITS}")
        if self.made == "sigmoid":
            text = "cross_entropy is given the result of a sigmoid, as scores between 0 and 1: the loss cannot fall far"
            drop = self._drop("it", "sigmoid")
            return self._found(
                "sigmoid before cross-entropy", "error", text,
                f"{drop}: {WITH_LOGITS}; for independent yes-or-no targets, nn.BCEWithLogitsLoss",
            )  # fmt: skip
        if self.made == "relu":
            text = "cross_entropy is given the result of a relu: scores below 0 are cut off, and so is their gradient"
            drop = self._drop("it", "relu")
            return self._found("relu before cross-entropy", "warning", text, f"{drop}: {WITH_LOGITS}")
        if self.made == "log_softmax":
            text = "cross_entropy is given the result of a log_softmax. It changes nothing, but takes its time"
            return self._found(kind, "hint", text, f"leave it out, as {WITH_LOGITS}, or use nn.NLLLoss")
        return []

    def _of_one(self) -> list[Finding]:
        what = self.made.removesuffix("_of_seen")
        return self._found(
            "softmax of one number", "error",
            f"the {what} runs over a single output, whose probability is 1 whatever the network computes",
            "use a sigmoid (nn.BCEWithLogitsLoss has it inside), or let the network give one output for each class",
        )  # fmt: skip

    def _regression(self) -> list[Finding]:
        """Can the outputs reach the targets at all?"""
        t = self.target
        if self.made not in RANGES or t.dtype.kind not in "iuf" or t.shape != self.x.shape:
            return []
        low, high = RANGES[self.made]
        margin = BEYOND * (high - low if high < np.inf else float(t.std()))
        beyond = float(np.mean((t < low - margin) | (t > high + margin)))
        if not beyond >= MANY_BEYOND:
            return []
        values = f"from {low:g} to {high:g}" if high < np.inf else f"above {low:g}"
        where = self.patient.layer_of(KINDS.get(self.made, ()))
        return self._found(
            "targets out of reach", "error",
            f"{self.loss} compares the result of a {self.made}, {values}, with targets from {t.min():.4g} to "
            f"{t.max():.4g}: {beyond:.0%} of them cannot be reached",
            (f"remove {where}" if where else f"give the loss what comes before the {self.made}")
            + ", or scale the targets to its range",
        )  # fmt: skip

    def _nll_loss(self) -> list[Finding]:
        wants = "nll_loss takes log-probabilities"
        if self.made in ("softmax", "softmax_of_seen") or sums_to_one(self.x):
            return self._found(
                "probabilities into nll_loss", "error",
                f"{wants} and is given probabilities: the loss is -p in place of -log p",
                "take the logarithm, nn.functional.log_softmax(scores, 1) or nn.LogSoftmax(1), or give the scores to "
                "nn.CrossEntropyLoss",
            )  # fmt: skip
        if self.x.ndim > 1 and sums_to_one(np.exp(self.x), 0):
            return self._over_samples()
        if self.made != "log_softmax" and (np.any(self.x > 1e-3) or self.made in WEIGHING):
            largest = float(self.x.max())
            return self._found(
                "scores into nll_loss", "error",
                f"{wants}, none of which is above 0 and whose exponentials sum to 1, and is given scores (up to "
                f"{largest:.3g}): the loss can fall without end, to minus infinity",
                "give the scores to nn.CrossEntropyLoss, or apply nn.functional.log_softmax(scores, 1) first",
            )  # fmt: skip
        return []

    def _over_samples(self) -> list[Finding]:
        node = self.node
        while node is not None and node.op is not None and node.op.name not in ("softmax", "log_softmax"):
            node = node.inputs[0] and maker(node.inputs[0])
        line = self.sight.lines.get(node, "") if node is not None else ""
        return [over_samples(line or users_line())]

    def _kl_div(self) -> list[Finding]:
        if self.made in ("softmax", "softmax_of_seen") or (self.x.ndim > 1 and sums_to_one(self.x)):
            return self._found(
                "probabilities into kl_div", "error",
                "kl_div takes log-probabilities as its input and is given probabilities",
                "give it nn.functional.log_softmax(scores, 1); the target stays probabilities",
            )  # fmt: skip
        return []

    def _binary_cross_entropy(self) -> list[Finding]:
        if self.made in WEIGHING or (self.made == "add" and self.node is not None and _weighed(self.node)):
            return self._found(
                "logits into BCELoss", "error",
                "binary_cross_entropy takes probabilities and is given what a layer computed, with no sigmoid between: "
                "these happen to lie between 0 and 1 for now",
                "use nn.BCEWithLogitsLoss, or apply a sigmoid first",
            )  # fmt: skip
        return []

    def _binary_cross_entropy_with_logits(self) -> list[Finding]:
        if self.made in ("sigmoid", "softmax", "softmax_of_seen"):
            drop = self._drop("the loss", f"{self.made}, or use nn.BCELoss")
            return self._found(
                "probabilities into BCEWithLogitsLoss", "error",
                f"binary_cross_entropy_with_logits has a sigmoid inside and is given the result of a {self.made}: the "
                "prediction stays between 0.5 and 0.73",
                drop,
            )  # fmt: skip
        return []

    def _softmax_binary_cross_entropy(self) -> list[Finding]:
        if self.made in ("softmax", "softmax_of_seen") or sums_to_one(self.x):
            drop = self._drop("the loss", "softmax")
            text = "softmax_binary_cross_entropy has the softmax inside and is given the result of one"
            return self._found("softmax before cross-entropy", "error", text, drop)
        return []

    def _labels(self) -> list[Finding]:
        t = self.target
        if self.loss.startswith("binary") and t.size and (t.min() < 0 or t.max() > 1):
            return self._found(
                "labels", "error",
                f"{self.loss} takes targets from 0 to 1, and they go from {t.min():.4g} to {t.max():.4g}",
                "code yes as 1 and no as 0: target = (target > 0).astype(float)", at_maker=False,
            )  # fmt: skip
        return []

    def _size(self) -> list[Finding]:
        """Scores are about 1 at first, and about 10 in a trained network."""
        if self.loss not in WITH_SCORES:
            return []
        size = float(np.median(np.abs(self.x)))  # classes that are masked may hold anything
        if size < HUGE:
            return []
        return self._found(
            "scores too large", "warning",
            f"the scores given to {self.loss} are about {size:.2g}, where 1 is usual at first: it is certain of its "
            "guesses before it has learned anything, and its gradients explode",
            "start with smaller weights (what the layers start with, or nn.init.kaiming values), normalise the inputs",
            at_maker=False,
        )  # fmt: skip

    def one_class(self) -> Any:
        """The class that all labels of this batch have; None if there are several, or few labels."""
        t = self.target
        if t.size < FEW or t.dtype.kind not in "iuf" or self.loss == "kl_div":
            return None
        if t.dtype.kind == "f" and not self.loss.startswith("binary"):
            return None
        first = t.reshape(-1)[0]
        return first.item() if (t == first).all() else None


def maker(node: Node) -> Node:
    """The operation that computed the numbers, before whatever only arranges them anew."""
    while node.op is not None and node.op.name in SAME and node.inputs[0] is not None:
        node = node.inputs[0]
    return node


def _weighed(node: Node) -> bool:
    """Is this sum that of a product with weights and a bias?"""
    made = [maker(source).op for source in node.inputs if source is not None]
    return any(op is not None and op.name in WEIGHING for op in made)


def sums_to_one(x: Any, axis: int = 1) -> bool:
    """Are these probabilities: from 0 to 1, and of sum 1 over the classes of each sample, or over an axis?"""
    axis = min(axis, x.ndim - 1)
    if not x.ndim or x.shape[axis] < 2 or x.size // x.shape[axis] < 2:
        return False
    return bool(x.min() >= 0 and (np.abs(x.sum(axis) - 1) < CLOSE).all())
