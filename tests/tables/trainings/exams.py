"""Models to examine, with their loss, a batch and an optimizer: the kind of their mistake, and some words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
import optim

from .data import CE, CLASS, X, Y, net, normed
from .graphs import Cut, Unused

Case = tuple[Any, Any, Any, Any]  # model, loss, batch, optimizer


def with_sgd(model: Any, loss: Any = CE, batch: Any = (X, CLASS), lr: float = 0.1) -> Case:
    return model, loss, batch, optim.SGD(model.parameters(), lr=lr)


def scaled(model: Any, by: float) -> Any:
    model[0].weight.data = model[0].weight.data * by
    return model


def dying(model: Any) -> Any:
    model[0].bias.data = np.full(16, -100.0)
    return model


def frozen(model: Any, some: bool = True) -> Any:
    (model if some else model[0]).requires_grad_(False)
    return model


def head_alone(model: Any) -> Case:
    return model, CE, (X, CLASS), optim.Adam(model[2].parameters())


def squares(y: Any, d: Any) -> Any:
    return np.square(y - d).mean()


EXAMS: dict[str, tuple[Callable[[], Case], str, str]] = {
    "right": (lambda: with_sgd(net()), "", ""),
    "frozen in part": (lambda: with_sgd(frozen(net(), False)), "", ""),
    "softmax twice": (lambda: with_sgd(net(3, nn.Softmax(1))), "softmax before cross-entropy", "the layer 3"),
    "(n, 1) against (n,)": (lambda: with_sgd(net(1), squares, (X, Y)), "shapes (n, 1) and (n,)", "64 x 64"),
    "cut": (lambda: with_sgd(Cut(lambda h: h.detach())), "cut graph", "first.weight, first.bias"),
    "cut at the end": (lambda: with_sgd(net(), lambda y, d: CE(y.detach(), d)), "cut graph", r"no parameter.*detach"),
    "unused": (lambda: with_sgd(Unused(True)), "no gradient", "middle.weight, middle.bias"),
    "all frozen": (lambda: (frozen(net()), CE, (X, CLASS), None), "no gradient", "all parameters are frozen"),
    "not held": (lambda: head_alone(net()), "not held by the optimizer", "Adam does not hold 0.weight, 0.bias"),
    "a rate of 0": (lambda: with_sgd(net(), lr=0.0), "parameters never change", "rate of 0"),
    "a tiny rate": (lambda: with_sgd(net().double(), lr=1e-9), "learning rate", "multiply it"),
    "a huge rate": (lambda: with_sgd(net(), lr=1e4), "learning rate", "divide it"),
    "dead units": (lambda: with_sgd(dying(net())), "dead units", "of the 16 units"),
    "saturated units": (lambda: with_sgd(scaled(net(act=nn.Tanh), 1e4)), "saturated units", "'tanh' number 1"),
    "vanishing": (lambda: with_sgd(nn.Sequential(*[m for k in range(9) for m in (
        nn.Linear(4, 4, generator=k), nn.Sigmoid())])), "vanishing gradient", "0.weight"),
    "pixels": (lambda: with_sgd(net(), batch=(X * 255, CLASS), lr=1e-6), "inputs not normalised", "of 4 goes from"),
    "no activation": (lambda: with_sgd(nn.Sequential(nn.Linear(4, 9), nn.Linear(9, 3))), "no activation", "4 to 9"),
    "infinity": (lambda: with_sgd(net(), lambda y, d: np.exp(y * 1e4).mean()), "not finite", "'exp'.*infinity"),
    "one class": (lambda: with_sgd(net(), batch=(X, CLASS * 0)), "labels", "are 0"),
    "eval mode": (lambda: with_sgd(normed().eval()), "training in eval mode", "model.train"),
}  # fmt: skip
