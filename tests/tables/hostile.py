"""Things that are no arrays of numbers, and the doors of the library at which they are given.

Convention: a door is a function of the thing. Where the thing is good enough, the door gives a result; else an error
that says what was given, in the library's own words.
"""

from __future__ import annotations

import decimal
import fractions
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor, grad, hessian, hvp, jacobian, jvp, vjp
from nn import functional as F
from nn.training import Trainer


class Liar:
    """It says that it is an array."""

    shape, dtype, ndim, size = (2, 3), np.dtype(float), 2, 6


class Broken:
    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise RuntimeError("there are no numbers in this one")


def endless() -> list[Any]:
    """A list that contains itself."""
    found: list[Any] = []
    found.append(found)
    return found


def deep(levels: int = 40) -> Any:
    return [deep(levels - 1)] if levels else 1.0


THINGS: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "text": lambda: "abc",
    "bytes": lambda: b"abc",
    "a set": lambda: {1.0, 2.0},
    "a dict": lambda: {"a": 1.0},
    "a generator": lambda: (i for i in range(3)),
    "an object": object,
    "objects": lambda: np.array([object(), None]),
    "ragged": lambda: [[1.0], [2.0, 3.0]],
    "texts": lambda: np.array(["a", "b"]),
    "dates": lambda: np.array(["2020-01-01"], "M8[D]"),
    "durations": lambda: np.array([1, 2], "m8[s]"),
    "records": lambda: np.zeros(3, [("a", float), ("b", int)]),
    "masked": lambda: np.ma.array([1.0, 2.0], mask=[0, 1]),
    "a matrix": lambda: np.matrix([[1.0, 2.0]]),
    "a function": lambda: lambda x: x,
    "nothing": list,
    "no numbers": lambda: np.zeros(0),
    "no rows": lambda: np.zeros((0, 3)),
    "no axes": lambda: np.array(1.0),
    "a number": lambda: 2.0,
    "an integer": lambda: 2,
    "a truth value": lambda: True,
    "integers": lambda: np.arange(6).reshape(2, 3),
    "truth values": lambda: np.ones((2, 3), bool),
    "a list": lambda: [[1.0, 2.0, 3.0]],
    "tensors": lambda: [Tensor(np.ones(3), True), Tensor(np.ones(3), True)],
    "a tuple of None": lambda: (None, None),
    "many axes": lambda: np.ones((1, 1, 1, 1, 1)),
    "another shape": lambda: np.ones((7, 5)),
    "a range": lambda: range(3),
    "a liar": Liar,
    "a broken one": Broken,
    "a Value": lambda: autograd.Value(2.0),
    "a module": lambda: nn.Linear(2, 2),
    "an ellipsis": lambda: ...,
    "complex": lambda: np.ones((2, 3), complex),
    "NaN": lambda: np.full((2, 3), np.nan),
    "infinite": lambda: np.full((2, 3), np.inf),
    "a decimal": lambda: decimal.Decimal("1.5"),
    "a fraction": lambda: fractions.Fraction(1, 3),
    "a big integer": lambda: 10**400,
    "a void": lambda: np.void(b"abc"),
    "itself": endless,
    "deep": deep,
}


def t(*shape: int) -> Tensor:
    return Tensor(np.ones(shape or (2, 3)), requires_grad=True)


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def trainer() -> Trainer:
    m = net()
    return Trainer(m, nn.CrossEntropyLoss(), optim.SGD(m.parameters(), lr=0.1), progress=False)


X, LABELS = np.ones((2, 3)), np.array([0, 1])

OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "Tensor(x)": Tensor,
    "Tensor(x, True)": lambda x: Tensor(x, requires_grad=True),
    "Tensor(dtype=x)": lambda x: Tensor([1.0], dtype=x),
    "Value(x)": autograd.Value,
    "t + x": lambda x: t() + x,
    "x + t": lambda x: x + t(),
    "t - x, untracked": lambda x: t().detach() - x,
    "t @ x": lambda x: t() @ x,
    "t ** x": lambda x: t() ** x,
    "t += x": lambda x: t().detach().__iadd__(x),
    "t[x]": lambda x: t()[x],
    "t[x] = 1": lambda x: t().detach().__setitem__(x, 1.0),
    "t[0] = x": lambda x: (t() * 1).__setitem__(0, x),
    "t == x": lambda x: t() == x,
    "t < x": lambda x: t() < x,
    "np.add": lambda x: np.add(t(), x),
    "np.where": lambda x: np.where(x, t(), 0.0),
    "np.concatenate": lambda x: np.concatenate([t(), x]),
    "np.stack": lambda x: np.stack([t(), x]),
    "t.sum": lambda x: t().sum(x),
    "np.sum(axis=)": lambda x: np.sum(t(), axis=x),
    "t.reshape": lambda x: t().reshape(x),
    "t.transpose": lambda x: t().transpose(x),
    "np.clip": lambda x: np.clip(t(), x, 1.0),
    "np.take": lambda x: np.take(t(), x),
    "np.linalg.solve": lambda x: np.linalg.solve(Tensor(np.eye(3), requires_grad=True), x),
    "np.einsum": lambda x: np.einsum("ij,jk", t(), x),
    "np.einsum(x)": lambda x: np.einsum(x, t()),
    "t.astype": lambda x: t().astype(x),
    "np.broadcast_to": lambda x: np.broadcast_to(t(), x),
    "np.pad": lambda x: np.pad(t(), x),
    "t.repeat": lambda x: t().repeat(x),
    "np.roll": lambda x: np.roll(t(), x),
    "np.split": lambda x: np.split(t(), x),
    "np.tensordot": lambda x: np.tensordot(t(), x),
    "np.interp": lambda x: np.interp(t(), x, x),
    "np.linalg.matrix_power": lambda x: np.linalg.matrix_power(t(2, 2), x),
    "np.linalg.norm": lambda x: np.linalg.norm(t(), x),
    "softmax": lambda x: autograd.special.softmax(t(), x),
    "t.data": lambda x: setattr(t(), "data", x),
    "t.grad": lambda x: setattr(t(), "grad", x),
    "backward": lambda x: (t() * 2).backward(x),
    "register_hook": lambda x: t().register_hook(x),
    "what a hook returns": lambda x: hooked(lambda g: x),
    "grad(f)(x)": lambda x: grad(lambda x: np.sum(np.multiply(x, 1.0)))(x),
    "grad(x)": lambda x: grad(x)(1.0),
    "grad(f, x)": lambda x: grad(lambda a: a * a, x)(1.0),
    "what f returns": lambda x: grad(lambda a: x)(1.0),
    "vjp": lambda x: vjp(lambda a: np.multiply(a, 2.0), x),
    "pull": lambda x: vjp(lambda a: a * 2.0, np.ones(3))[1](x),
    "jvp": lambda x: jvp(lambda a: a * 2.0, (np.ones(3),), x),
    "jvp along x": lambda x: jvp(lambda a: a * 2.0, (np.ones(3),), (x,)),
    "jacobian": lambda x: jacobian(lambda a: np.multiply(a, 2.0))(x),
    "hessian": lambda x: hessian(lambda a: np.sum(np.multiply(a, a)))(x),
    "hvp": lambda x: hvp(lambda a: np.sum(a**3))(np.ones(3), x),
    "checkpoint": lambda x: autograd.checkpoint(x, t()),
    "operation": autograd.operation,
}


def hooked(hook: Callable[[Any], Any]) -> None:
    y = t()
    y.register_hook(hook)
    np.sum(y).backward()


NETWORKS: dict[str, Callable[[Any], Any]] = {
    "Linear": lambda x: nn.Linear(3, 2)(x),
    "Linear(x, 2)": lambda x: nn.Linear(x, 2),
    "Conv2d": lambda x: nn.Conv2d(1, 2, 3)(x),
    "Conv2d(kernel)": lambda x: nn.Conv2d(1, 2, x),
    "BatchNorm1d": lambda x: nn.BatchNorm1d(3)(x),
    "LayerNorm": lambda x: nn.LayerNorm(3)(x),
    "GroupNorm": lambda x: nn.GroupNorm(1, 3)(x),
    "Embedding": lambda x: nn.Embedding(5, 3)(x),
    "LSTM": lambda x: nn.LSTM(3, 2)(x),
    "LSTM's state": lambda x: nn.LSTM(3, 2)(np.ones((4, 2, 3)), x),
    "RNNCell": lambda x: nn.RNNCell(3, 2)(x),
    "MultiheadAttention": lambda x: nn.MultiheadAttention(4, 2)(x, x, x),
    "TransformerEncoderLayer": lambda x: nn.TransformerEncoderLayer(4, 2, 5)(x),
    "MaxPool2d": lambda x: nn.MaxPool2d(2)(x),
    "ReLU": lambda x: nn.ReLU()(x),
    "GELU": lambda x: nn.GELU()(x),
    "PReLU": lambda x: nn.PReLU()(x),
    "Softmax": lambda x: nn.Softmax(1)(x),
    "Dropout": lambda x: nn.Dropout()(x),
    "Flatten": lambda x: nn.Flatten()(x),
    "Sequential": lambda x: net()(x),
    "Sequential(x)": lambda x: nn.Sequential(nn.Linear(3, 2), x)(X),
    "Parameter": nn.Parameter,
    "CrossEntropyLoss, input": lambda x: nn.CrossEntropyLoss()(x, LABELS),
    "CrossEntropyLoss, target": lambda x: nn.CrossEntropyLoss()(t(), x),
    "CrossEntropyLoss(weight)": lambda x: nn.CrossEntropyLoss(weight=x)(t(), LABELS),
    "MSELoss, input": lambda x: nn.MSELoss()(x, X),
    "MSELoss, target": lambda x: nn.MSELoss()(t(), x),
    "BCEWithLogitsLoss": lambda x: nn.BCEWithLogitsLoss()(t(), x),
    "NLLLoss": lambda x: nn.NLLLoss()(t(), x),
    "TripletMarginLoss": lambda x: nn.TripletMarginLoss()(t(), t(), x),
    "F.relu": F.relu,
    "F.softmax": lambda x: F.softmax(x, 1),
    "F.linear": lambda x: F.linear(x, t()),
    "F.conv2d": lambda x: F.conv2d(x, t(2, 1, 3, 3)),
    "F.conv2d, weight": lambda x: F.conv2d(np.ones((1, 1, 5, 5)), x),
    "F.cross_entropy": lambda x: F.cross_entropy(x, LABELS),
    "F.dropout": lambda x: F.dropout(x),
    "F.layer_norm": lambda x: F.layer_norm(x, (3,)),
    "F.one_hot": lambda x: F.one_hot(x),
    "F.max_pool2d": lambda x: F.max_pool2d(x, 2),
    "F.normalize": lambda x: F.normalize(x),
    "F.embedding": lambda x: F.embedding(x, t()),
    "F.scaled_dot_product_attention": lambda x: F.scaled_dot_product_attention(x, x, x),
    "F.cosine_similarity": lambda x: F.cosine_similarity(x, x),
    "F.interpolate": lambda x: F.interpolate(x, scale_factor=2),
    "F.pad": lambda x: F.pad(x, (1, 1)),
    "load_state_dict": lambda x: net().load_state_dict(x),
    "load_state_dict of": lambda x: net().load_state_dict({"0.weight": x}, strict=False),
    "to": lambda x: net().to(x),
    "train": lambda x: net().train(x),
    "get_submodule": lambda x: net().get_submodule(x),
    "register_buffer": lambda x: net().register_buffer("b", x),
    "register_parameter": lambda x: net().register_parameter("b", x),
    "register_forward_hook": lambda x: net().register_forward_hook(x),
    "weight = x": lambda x: setattr(nn.Linear(2, 2), "weight", x),
    "init.normal": nn.init.normal,
    "seed": nn.seed,
    "Linear(generator)": lambda x: nn.Linear(2, 2, generator=x),
    "summary": lambda x: nn.summary(net(), x),
}

TRAINING: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda x: optim.SGD(x),
    "SGD([x])": lambda x: optim.SGD([x]),
    "SGD(lr)": lambda x: optim.SGD([t()], lr=x),
    "Adam(betas)": lambda x: optim.Adam([t()], betas=x),
    "add_param_group": lambda x: optim.SGD([t()]).add_param_group(x),
    "optimizer.load_state_dict": lambda x: optim.SGD([t()]).load_state_dict(x),
    "StepLR": lambda x: optim.StepLR(x, 3),
    "StepLR(step_size)": lambda x: optim.StepLR(optim.SGD([t()]), x),
    "clip_grad_norm_": lambda x: optim.clip_grad_norm_(x, 1.0),
    "clip_grad_norm_(max_norm)": lambda x: optim.clip_grad_norm_([t()], x),
    "DataLoader": lambda x: next(iter(nn.DataLoader(x))),
    "DataLoader(x, d)": lambda x: next(iter(nn.DataLoader(X, x))),
    "DataLoader(batch_size)": lambda x: nn.DataLoader(X, batch_size=x),
    "DataLoader(generator)": lambda x: nn.DataLoader(X, generator=x),
    "collate": nn.data.collate,
    "collate, samples": lambda x: nn.data.collate([x, x]),
    "Subset": lambda x: nn.data.Subset(X, x),  # type: ignore[arg-type]
    "random_split": lambda x: nn.data.random_split(X, x),  # type: ignore[arg-type]
    "ArrayDataset": lambda x: nn.data.ArrayDataset(x),
    "ArrayDataset[x]": lambda x: nn.data.ArrayDataset(X)[x],
    "fit": lambda x: trainer().fit(x, 1),
    "fit, inputs": lambda x: trainer().fit([(x, LABELS)], 1),
    "fit, targets": lambda x: trainer().fit([(X, x)], 1),
    "fit, epochs": lambda x: x if isinstance(x, int) else trainer().fit([(X, LABELS)], x),
    "evaluate": lambda x: trainer().evaluate(x),
    "predict": lambda x: trainer().predict(x),
    "Trainer": lambda x: Trainer(x, nn.MSELoss(), optim.SGD([t()])),
    "Trainer(optimizer)": lambda x: Trainer(net(), nn.MSELoss(), x),
    "Trainer(loss)": lambda x: Trainer(net(), x, optim.SGD([t()])),
    "accuracy": lambda x: nn.metrics.accuracy(x, LABELS),
    "accuracy, target": lambda x: nn.metrics.accuracy(t(), x),
    "confusion_matrix": lambda x: nn.metrics.confusion_matrix(x, x),
}

DOORS = OPERATIONS | NETWORKS | TRAINING
