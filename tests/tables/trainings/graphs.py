"""Graphs that are cut, that miss a parameter, or that grow.

Each with one mistake, or without it if ``wrong`` is false.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor, Value, no_grad

from .data import CE, CLASS, X, Y, loop, net


class Cut(nn.Module):
    """A network whose graph is cut between its layers, or not."""

    def __init__(self, cut: Callable[[Any], Any]) -> None:
        self.first, self.last, self.cut = nn.Linear(4, 8, generator=0), nn.Linear(8, 3, generator=1), cut

    def forward(self, x: Any) -> Any:
        return self.last(self.cut(np.tanh(self.first(x))))


def cut_by(cut: Callable[[Any], Any]) -> Callable[[bool], None]:
    def program(wrong: bool) -> None:
        model = Cut(cut if wrong else lambda h: h)
        loop(model, lambda: CE(model(X), CLASS), 3)

    return program


class Unrecorded(nn.Module):
    def __init__(self, wrong: bool) -> None:
        self.first, self.last, self.wrong = nn.Linear(4, 8, generator=0), nn.Linear(8, 3, generator=1), wrong

    def forward(self, x: Any) -> Any:
        if self.wrong:
            with no_grad():
                h = self.first(x)
        else:
            h = self.first(x)
        return self.last(h)


def unrecorded(wrong: bool) -> None:
    model = Unrecorded(wrong)
    loop(model, lambda: CE(model(X), CLASS), 3)


class Unused(nn.Module):
    def __init__(self, wrong: bool) -> None:
        self.first, self.last = nn.Linear(4, 8, generator=0), nn.Linear(8, 3, generator=1)
        self.middle = nn.Linear(8, 8, generator=2)
        self.middle.requires_grad_(wrong)

    def forward(self, x: Any) -> Any:
        return self.last(np.tanh(self.first(x)))


def unused(wrong: bool) -> None:
    model = Unused(wrong)
    loop(model, lambda: CE(model(X), CLASS), 12)


def number_of_a_value(wrong: bool) -> None:
    w, b = Value(0.5, label="w"), Value(0.0, label="b")
    with nn.doctor([w, b]):
        for _ in range(6):
            w.grad = b.grad = 0.0
            ((w.data if wrong else w) * 2 + b - 3).square().backward()
            w.data -= 0.01 * w.grad
            b.data -= 0.01 * b.grad


def only_the_bias(wrong: bool) -> None:
    model = net()
    loop(model, lambda: CE(model(X) * (0 if wrong else 1) + model[2].bias * np.ones((64, 1)), CLASS), 12)


def rounded(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: np.square((np.round if wrong else np.tanh)(model(X)) - Y[:, None]).mean(), 12)


def growing(wrong: bool) -> None:
    model, total = net(), 0.0
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(6):
            sgd.zero_grad()
            loss = CE(model(X), CLASS)
            loss.backward()
            sgd.step()
            total = total + (loss if wrong else loss.item())  # type: ignore[assignment]


def carried_on(wrong: bool) -> None:
    cell, last = nn.RNNCell(4, 8, generator=0), nn.Linear(8, 3, generator=1)
    model = nn.ModuleList([cell, last])
    h: Any = Tensor(np.zeros((64, 8), np.float32))

    def loss() -> Any:
        nonlocal h
        h = cell(X, h if wrong else h.detach())
        return CE(last(h), CLASS)

    sgd = optim.SGD(model.parameters(), lr=1e-2)
    with nn.doctor(model):
        for _ in range(6):
            sgd.zero_grad()
            loss().backward(retain_graph=wrong)
            sgd.step()


def sum_of_values(wrong: bool) -> None:
    w, total = Value(0.5), 0.0
    with nn.doctor([w]):
        for _ in range(6):
            w.grad = 0.0
            loss = (w * 2 - 3).square()
            loss.backward()
            w.data -= 0.01 * w.grad
            total = total + (loss if wrong else loss.data)  # type: ignore[assignment]


def losses_kept(wrong: bool) -> None:
    model, history = net(), {"loss": [], "rate": []}  # type: ignore[var-annotated]
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(12):
            sgd.zero_grad()
            loss = CE(model(X), CLASS)
            loss.backward()
            sgd.step()
            history["rate"].append(sgd.lr)
            history["loss"].append(loss if wrong else loss.item())


def losses_kept_in_rows(wrong: bool) -> None:
    """In a loop that is over before ten steps."""
    model, table = net(), []
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for k in range(7):
            sgd.zero_grad()
            loss = CE(model(X), CLASS)
            loss.backward()
            sgd.step()
            table += [(k, loss if wrong else loss.detach())]


GRAPHS: dict[str, tuple[Callable[[bool], None], str, str]] = {
    "cut by .data": (cut_by(lambda h: Tensor(h.data)), "cut graph", r"first.weight, first.bias .* t\.data"),
    "cut by numpy()": (cut_by(lambda h: h.numpy() * 2), "cut graph", r"t\.numpy\(\)"),
    "cut by detach()": (cut_by(lambda h: h.detach()), "cut graph", r"t\.detach\(\)"),
    "cut by a comparison": (cut_by(lambda h: (h > 0).astype(np.float32)), "cut graph", "takes numbers out"),
    "cut by no_grad": (unrecorded, "cut graph", r"no_grad\(\)"),
    "a layer without use": (unused, "no gradient", "middle.weight, middle.bias .* not used in the forward pass"),
    "no gradient but of a bias": (only_the_bias, "gradient is 0", "0.weight, 0.bias, 2.weight"),
    "a sum of losses": (growing, "growing graph", r"total \+= loss.item"),
    "a state carried on": (carried_on, "growing graph", "detach"),
    "a sum of Values": (sum_of_values, "growing graph", "'add' is computed"),
    "the number of a Value": (number_of_a_value, "no gradient", "w got no gradient .* w.data"),
    "rounded outputs": (rounded, "gradient is 0", r"in the place of 'r\w+'.*derivative is 0"),
    "losses kept": (losses_kept, "losses kept", r"history\['loss'\] keeps .* keep numbers, loss.item"),
    "losses kept in rows": (losses_kept_in_rows, "losses kept", "table keeps the losses"),
}  # fmt: skip
