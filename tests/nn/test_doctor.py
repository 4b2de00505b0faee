"""The doctor: each mistake with its kind and its words, and the same program mended, of which it says nothing."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, Value, no_grad
from nn.training import Trainer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype(np.float32)
CLASS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)  # 0, 1 or 2
YES = (CLASS > 0).astype(np.float32)
Y = X @ np.array([1, 2, -1, 0.5], np.float32)  # (64,)
CE = nn.CrossEntropyLoss()


def net(outputs: int = 3, *more: Any, inputs: int = 4, act: Any = nn.ReLU) -> Any:
    """Two layers, and ``more`` after them."""
    return nn.Sequential(nn.Linear(inputs, 16, generator=0), act(), nn.Linear(16, outputs, generator=1), *more)


def loop(model: Any, loss: Callable[[], Any], steps: int = 12, optimizer: Any = None) -> None:
    """The usual loop."""
    sgd = optimizer or optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(steps):
            sgd.zero_grad()
            loss().backward()
            sgd.step()


# ---------------------------------------------------------------- loops of one's own: what is wrong, and what it says


def gradients_of_all_steps(wrong: bool) -> None:
    model, sgd = net(), None
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(4):
            if not wrong:
                sgd.zero_grad()
            CE(model(X), CLASS).backward()
            sgd.step()


def gradients_of_all_steps_by_hand(wrong: bool) -> None:
    w = Tensor(np.zeros(4), requires_grad=True)
    with nn.doctor([w]):
        for _ in range(4):
            np.square(X @ w - Y).mean().backward()
            w.data = w.data - 0.01 * w.grad
            if not wrong:
                w.grad = None


def gradients_of_values(wrong: bool) -> None:
    w = Value(1.0)
    with nn.doctor([w]):
        for _ in range(4):
            (w * 2 - 3).square().backward()
            w.data -= 0.01 * w.grad
            if not wrong:
                w.grad = 0.0


def step_first(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(2):
            loss = CE(model(X), CLASS)
            sgd.zero_grad()
            if wrong:
                sgd.step()
            loss.backward()
            if not wrong:
                sgd.step()


def cleared_before_the_step(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(2):
            if not wrong:
                sgd.zero_grad()
            loss = CE(model(X), CLASS)
            loss.backward()
            if wrong:
                sgd.zero_grad()
            sgd.step()


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


def not_held(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model[2].parameters(), lr=0.1)
    if not wrong:
        sgd.add_param_group({"params": model[0].parameters()})
    loop(model, lambda: CE(model(X), CLASS), 12, sgd)


def replaced(wrong: bool) -> None:
    model = net()
    old = optim.SGD(model.parameters(), lr=0.1)
    keep = model[2]
    model[2] = nn.Linear(16, 3, generator=5)
    loop(model, lambda: CE(model(X), CLASS), 12, old if wrong else optim.SGD(model.parameters(), lr=0.1))
    assert keep is not model[2]


def rate_of(wrong_rate: float, kind: Any = optim.SGD) -> Callable[[bool], None]:
    def program(wrong: bool) -> None:
        model = net(1)
        optimizer = kind(model.parameters(), lr=wrong_rate if wrong else 0.01)
        with np.errstate(all="ignore"):
            loop(model, lambda: np.square(model(X) - Y[:, None]).mean(), 8, optimizer)

    return program


def dead(wrong: bool) -> None:
    model = net()
    model[0].bias.data = np.full(16, -100.0 if wrong else 0.0)
    loop(model, lambda: CE(model(X), CLASS), 6)


def saturated(wrong: bool) -> None:
    model = net(act=nn.Sigmoid)
    model[0].weight.data = model[0].weight.data * (1e4 if wrong else 1)
    loop(model, lambda: CE(model(X), CLASS), 6)


def vanishing(wrong: bool) -> None:
    act = nn.Sigmoid if wrong else nn.LeakyReLU
    layers = [layer for k in range(9) for layer in (nn.Linear(8, 8, generator=k), act())]
    model = nn.Sequential(nn.Linear(4, 8, generator=10), act(), *layers, nn.Linear(8, 3, generator=11))
    loop(model, lambda: CE(model(X), CLASS), 6)


def exploding(wrong: bool) -> None:
    layers = [nn.Linear(8, 8, generator=k, dtype=float) for k in range(8)]
    for layer in layers:
        layer.weight.data = layer.weight.data * (50 if wrong else 1)
    model = nn.Sequential(
        nn.Linear(4, 8, generator=10, dtype=float), *layers, nn.Linear(8, 3, generator=11, dtype=float)
    )
    with np.errstate(all="ignore"):
        loop(model, lambda: CE(model(X), CLASS), 3, optim.SGD(model.parameters(), lr=1e-3))


def zeros(wrong: bool) -> None:
    model = net()
    if wrong:
        for p in model.parameters():
            p.data = np.zeros(p.shape)
    loop(model, lambda: CE(model(X), CLASS), 12)


def equal(wrong: bool) -> None:
    model = net()
    if wrong:
        model[0].weight.data = np.full((16, 4), 0.1)
        model[2].weight.data = np.full((3, 16), 0.1)
        model[0].bias.data = np.zeros(16)
    loop(model, lambda: CE(model(X), CLASS), 12)


def only_the_bias(wrong: bool) -> None:
    model = net()
    loop(model, lambda: CE(model(X) * (0 if wrong else 1) + model[2].bias * np.ones((64, 1)), CLASS), 12)


def softmax_over_samples(wrong: bool) -> None:
    model = net()
    loop(model, lambda: nn.NLLLoss()(np.log(nn.functional.softmax(model(X), 0 if wrong else 1)), CLASS), 2)


def softmax_over_samples_by_hand(wrong: bool) -> None:
    model = net()
    loop(model, lambda: -np.log(nn.functional.softmax(model(X), -int(wrong) - 1)[np.arange(64), CLASS]).mean(), 2)


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


def normed() -> Any:
    return nn.Sequential(
        nn.Linear(4, 16, generator=0), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2, generator=2),
        nn.Linear(16, 3, generator=1),
    )  # fmt: skip


def measured_in_training_mode(wrong: bool) -> None:
    model = normed()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(3):
            for k in range(0, 64, 16):
                sgd.zero_grad()
                CE(model(X[k : k + 16]), CLASS[k : k + 16]).backward()
                sgd.step()
            if not wrong:
                model.eval()
            with no_grad():
                (model(X).data.argmax(1) == CLASS).mean()
            model.train()


def trained_in_eval_mode(wrong: bool) -> None:
    model = normed()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(4):
            if not wrong:
                model.train()
            sgd.zero_grad()
            CE(model(X), CLASS).backward()
            sgd.step()
            model.eval()
            with no_grad():
                model(X)


def pixels(wrong: bool) -> None:
    images = RNG.integers(0, 256, (32, 1, 8, 8)).astype(np.float32)
    images = images if wrong else images / 255
    model = nn.Sequential(nn.Conv2d(1, 4, 3, generator=0), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3, generator=1))
    loop(model, lambda: CE(model(images), CLASS[:32]), 2, optim.SGD(model.parameters(), lr=1e-5 if wrong else 0.1))


def years(wrong: bool) -> None:
    x = X.copy()
    x[:, 2] = 2000 + 10 * x[:, 2]
    model = net()
    x = x if wrong else (x - x.mean(0)) / x.std(0)
    loop(model, lambda: CE(model(x), CLASS), 2, optim.SGD(model.parameters(), lr=1e-7 if wrong else 0.1))


def scales(wrong: bool) -> None:
    x = X * np.array([1, 1, 1e-5, 1] if wrong else [1, 1, 0.1, 1], np.float32)
    model = net()
    loop(model, lambda: CE(model(x), CLASS), 2)


def constant(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: (np.clip(model(X), 5, 9) if wrong else model(X)).mean() + 10, 8)


def never_a_step(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model, sgd):
        for _ in range(8):
            sgd.zero_grad()
            CE(model(X), CLASS).backward()
            if not wrong:
                sgd.step()


def adam_made_in_the_loop(wrong: bool) -> None:
    model = net()
    adam = optim.Adam(model.parameters(), lr=0.01)
    with nn.doctor(model):
        for _ in range(8):
            if wrong:
                adam = optim.Adam(model.parameters(), lr=0.01)
            adam.zero_grad()
            CE(model(X), CLASS).backward()
            adam.step()


def layers_made_in_forward(wrong: bool) -> None:
    body, last = nn.Linear(4, 16, generator=0), nn.Linear(16, 3, generator=1)
    model = nn.ModuleList([body] if wrong else [body, last])
    loop(model, lambda: CE((nn.Linear(16, 3) if wrong else last)(np.tanh(body(X))), CLASS))


def model_made_in_the_loop(wrong: bool) -> None:
    model = net()
    loop(model, lambda: CE((net() if wrong else model)(X), CLASS))


def schedule_of_another(wrong: bool) -> None:
    model = net()
    one, other = (optim.Adam(model.parameters(), lr=0.01) for _ in range(2))
    schedule = optim.ExponentialLR(other if wrong else one, 0.9)
    with nn.doctor(model):
        for _ in range(8):
            one.zero_grad()
            CE(model(X), CLASS).backward()
            one.step()
            schedule.step()


def schedule_after_each_batch(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    schedule = optim.StepLR(sgd, 1, gamma=0.1)
    with nn.doctor(model):
        for k in range(20):
            sgd.zero_grad()
            CE(model(X), CLASS).backward()
            sgd.step()
            if wrong or k % 8 == 7:
                schedule.step()


def softmax_of_one_output(wrong: bool) -> None:
    model = net(1, nn.Softmax(1) if wrong else nn.Sigmoid())
    loop(model, lambda: nn.BCELoss()(model(X), YES[:, None]), 2)


def sigmoid_for_large_targets(wrong: bool) -> None:
    model = net(1, *[nn.Sigmoid()] * wrong)
    loop(model, lambda: nn.MSELoss()(model(X), Y[:, None]), 2)


def relu_for_negative_targets(wrong: bool) -> None:
    model = net(1, *[nn.ReLU()] * wrong)
    loop(model, lambda: nn.L1Loss()(model(X), Y[:, None]), 2)


def column_against_row_by_parts(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: np.square(model(X) - (Y if wrong else Y[:, None])).mean(axis=1).mean(), 2)


def sum_of_values(wrong: bool) -> None:
    w, total = Value(0.5), 0.0
    with nn.doctor([w]):
        for _ in range(6):
            w.grad = 0.0
            loss = (w * 2 - 3).square()
            loss.backward()
            w.data -= 0.01 * w.grad
            total = total + (loss if wrong else loss.data)  # type: ignore[assignment]


def number_of_a_value(wrong: bool) -> None:
    w, b = Value(0.5, label="w"), Value(0.0, label="b")
    with nn.doctor([w, b]):
        for _ in range(6):
            w.grad = b.grad = 0.0
            ((w.data if wrong else w) * 2 + b - 3).square().backward()
            w.data -= 0.01 * w.grad
            b.data -= 0.01 * b.grad


def clipped_too_early(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(3):
            sgd.zero_grad()
            if wrong:
                optim.clip_grad_norm_(model.parameters(), 0.1)
            CE(model(X), CLASS).backward()
            optim.clip_grad_value_(model.parameters(), 0.1)
            sgd.step()


def clipped_too_late(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(3):
            sgd.zero_grad()
            CE(model(X), CLASS).backward()
            if not wrong:
                optim.clip_grad_norm_(model.parameters(), 0.1)
            sgd.step()
            if wrong:
                optim.clip_grad_norm_(model.parameters(), 0.1)


def two_steps(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(3):
            sgd.zero_grad()
            CE(model(X), CLASS).backward()
            for _ in range(1 + wrong):
                sgd.step()


def loss_of_the_first_step(wrong: bool) -> None:
    model = net()
    loss = CE(model(X), CLASS)
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(8):
            sgd.zero_grad()
            (loss if wrong else CE(model(X), CLASS)).backward(retain_graph=wrong)
            sgd.step()


def rounded(wrong: bool) -> None:
    model = net(1)
    loop(model, lambda: np.square((np.round if wrong else np.tanh)(model(X)) - Y[:, None]).mean(), 12)


def missing_numbers(wrong: bool) -> None:
    x = X.copy()
    if wrong:
        x[5, 2] = np.nan
    model = net()
    with np.errstate(all="ignore"):
        loop(model, lambda: CE(model(x), CLASS), 2)


def not_a_number(wrong: bool) -> None:
    model = net(1)
    with np.errstate(all="ignore"):
        loop(model, lambda: np.square(np.log(model(X) - 100 * wrong + 50) - 1).mean(), 3)


LOOPS: dict[str, tuple[Callable[[bool], None], str, str]] = {
    "gradients of all steps": (gradients_of_all_steps, "not zeroed", r"zero_grad\(\) before each loss.backward"),
    "of all steps, by hand": (gradients_of_all_steps_by_hand, "not zeroed", "p.grad = None"),
    "of all steps, of Values": (gradients_of_values, "not zeroed", "p.grad = None"),
    "a step before backward": (step_first, "step without gradients", r"call loss.backward\(\) before optimizer.step"),
    "cleared before the step": (cleared_before_the_step, "step without gradients", "not between"),
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
    "cut by .data": (cut_by(lambda h: Tensor(h.data)), "cut graph", r"first.weight, first.bias .* t\.data"),
    "cut by numpy()": (cut_by(lambda h: h.numpy() * 2), "cut graph", r"t\.numpy\(\)"),
    "cut by detach()": (cut_by(lambda h: h.detach()), "cut graph", r"t\.detach\(\)"),
    "cut by a comparison": (cut_by(lambda h: (h > 0).astype(np.float32)), "cut graph", "takes numbers out"),
    "cut by no_grad": (unrecorded, "cut graph", r"no_grad\(\)"),
    "a layer without use": (unused, "no gradient", "middle.weight, middle.bias .* not used in the forward pass"),
    "not held": (not_held, "not held by the optimizer", "0.weight, 0.bias"),
    "a layer replaced": (replaced, "not held by the optimizer", "2.weight, 2.bias"),
    "a rate of 0": (rate_of(0.0), "parameters never change", "rate of 0"),
    "a tiny rate": (rate_of(1e-12), "parameters never change", "raise the learning rate"),
    "a small rate": (rate_of(1e-9, optim.Adam), "learning rate", "multiply it by 1000"),
    "a huge rate": (rate_of(100.0), "learning rate", "divide it by"),
    "a huge rate of Adam": (rate_of(30.0, optim.Adam), "learning rate", "divide it by"),
    "dead units": (dead, "dead units", "100% of the 16 units"),
    "saturated units": (saturated, "saturated units", "'sigmoid' number 1"),
    "vanishing gradients": (vanishing, "vanishing gradient", "0.weight"),
    "exploding gradients": (exploding, "exploding gradient", "clip the gradients"),
    "weights of 0": (zeros, "units alike", "0.weight, 2.weight are all 0"),
    "weights of 0.1": (equal, "units alike", "0.weight are the same for all units"),
    "no gradient but of a bias": (only_the_bias, "gradient is 0", "0.weight, 0.bias, 2.weight"),
    "softmax over the samples": (softmax_over_samples, "softmax over the samples", "axis=1"),
    "softmax over the samples, by hand": (softmax_over_samples_by_hand, "softmax over the samples", "axis=1"),
    "a sum of losses": (growing, "growing graph", r"total \+= loss.item"),
    "a state carried on": (carried_on, "growing graph", "detach"),
    "measured in training mode": (measured_in_training_mode, "evaluation in training mode", r"model.eval\(\)"),
    "trained in eval mode": (trained_in_eval_mode, "training in eval mode", r"model.train\(\)"),
    "pixels": (pixels, "inputs not normalised", "x / 255"),
    "years": (years, "inputs not normalised", "input 2 of 4"),
    "scales": (scales, "inputs not normalised", "one rate cannot serve"),
    "a constant loss": (constant, "constant loss", "exactly 15"),
    "never a step": (never_a_step, "parameters never change", r"8 backward passes and no step: .* 0.weight"),
    "Adam in the loop": (adam_made_in_the_loop, "optimizer made anew", "make the Adam once"),
    "layers in forward": (layers_made_in_forward, "layers made anew", "in __init__"),
    "a model in the loop": (model_made_in_the_loop, "layers made anew", "once, before the loop"),
    "a schedule of another": (schedule_of_another, "schedule of another optimizer", "whose step"),
    "a schedule after each batch": (schedule_after_each_batch, "learning rate", r"from 0.1 to 1e-\d+ within .*epoch"),
    "softmax of one output": (softmax_of_one_output, "softmax of one number", "BCEWithLogitsLoss"),
    "a sigmoid for large targets": (sigmoid_for_large_targets, "targets out of reach", r"remove the layer 3 \(Sigmoid"),
    "a relu for negative targets": (relu_for_negative_targets, "targets out of reach", "above 0, with targets from -"),
    "(n, 1) against (n,), by parts": (column_against_row_by_parts, "shapes (n, 1) and (n,)", "64 x 64 pairs"),
    "a sum of Values": (sum_of_values, "growing graph", "'add' is computed"),
    "the number of a Value": (number_of_a_value, "no gradient", "w got no gradient .* w.data"),
    "clipped too early": (clipped_too_early, "clipping at the wrong place", "no parameter .* between loss.backward"),
    "clipped too late": (clipped_too_late, "clipping at the wrong place", "has been made already"),
    "two steps": (two_steps, "step made twice", "no backward pass since.* once after each"),
    "the loss of the first step": (loss_of_the_first_step, "constant loss", "computed anew in each step"),
    "rounded outputs": (rounded, "gradient is 0", r"in the place of 'r\w+'.*derivative is 0"),
    "missing numbers": (missing_numbers, "not finite", r"1 of the inputs \(64, 4\) .* first is nan at \(5, 2\)"),
    "not a number": (not_a_number, "not finite", "the loss is nan"),
}  # fmt: skip


def told(program: Callable[[], Any]) -> list[Any]:
    """The findings of which a program is warned."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        program()
    others = [w for w in caught if not isinstance(w.message, nn.DoctorWarning)]
    assert not others, others[0].message
    return [w.message.finding for w in caught]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", LOOPS)
def test_a_mistake_in_a_loop_is_told_once_and_the_mended_loop_is_right(name: str) -> None:
    program, kind, words = LOOPS[name]
    found = [finding for finding in told(lambda: program(True)) if finding.kind == kind]
    assert len(found) == 1
    assert re.search(words, f"{found[0].text}; {found[0].fix}")
    assert found[0].line.startswith(__file__)
    assert told(lambda: program(False)) == []


# ---------------------------------------------------------------- programs that look like mistakes and are none


def two_players() -> None:
    """Each with an optimizer of its own; what one makes is a constant for the other, in several ways."""
    maker = nn.Sequential(
        nn.Linear(2, 16, generator=0), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1, generator=2),
        nn.Linear(16, 1, generator=1),
    )  # fmt: skip
    judge = nn.Sequential(net(1, inputs=1, act=nn.LeakyReLU), nn.Identity())
    of_maker, of_judge = (optim.Adam(m.parameters(), lr=1e-3) for m in (maker, judge))
    bce, ones, zeros = nn.BCEWithLogitsLoss(), np.ones((32, 1), np.float32), np.zeros((32, 1), np.float32)
    for model in (maker, judge, nn.ModuleList([maker, judge])):
        with nn.doctor(model):
            for k in range(12):
                for way in range(k % 3 + 1):
                    z, real = (RNG.normal(size=(32, n)).astype(np.float32) for n in (2, 1))
                    of_judge.zero_grad()
                    with nullcontext() if way == 2 else no_grad():
                        made = maker(z)
                    made = [made, made.data, made.detach()][way]
                    (bce(judge(real), ones) + bce(judge(made), zeros)).backward()
                    of_judge.step()
                of_maker.zero_grad()
                bce(judge(maker(z)), ones).backward()
                of_maker.step()


def frozen_body() -> None:
    model = net()
    model[0].requires_grad_(False)
    loop(model, lambda: CE(model(X), CLASS), 12, optim.Adam(model.parameters(), lr=1e-5))


def body_of_constants() -> None:
    model = net()

    def loss() -> Any:
        with no_grad():
            h = model[:2](X)
        return CE(model[2](h), CLASS)

    loop(model, loss, 12, optim.SGD(model[2].parameters(), lr=0.1))


def gradients_of_four_batches() -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for k in range(32):
            (CE(model(X), CLASS) / 4).backward()
            if k % 4 == 3:
                sgd.step()
                sgd.zero_grad(set_to_none=k % 8 == 3)


def closures() -> None:
    model = net(1, act=nn.Tanh)
    for optimizer in (
        optim.LBFGS(model.parameters(), max_iter=5, line_search_fn="strong_wolfe"),
        optim.SGD(model.parameters(), lr=0.01),
    ):

        def closure(optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = nn.MSELoss()(model(X), Y[:, None])
            loss.backward()
            return loss

        with nn.doctor(model):
            for _ in range(12):
                optimizer.step(closure)


def teacher() -> None:
    """A moving average of the weights gives the targets."""
    model, slow = net(), net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(12):
            with no_grad():
                target = nn.functional.softmax(slow(X), 1)
            sgd.zero_grad()
            (CE(model(X), CLASS) + CE(model(X), target.data)).backward()
            sgd.step()
            for p, q in zip(slow.parameters(), model.parameters(), strict=True):
                p.data = 0.9 * p.data + 0.1 * q.data


def numbers_for_a_log() -> None:
    model, total, log = net(), 0.0, []
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(12):
            sgd.zero_grad()
            y = model(X)
            loss = CE(y, CLASS)
            loss.backward()
            sgd.step()
            total += loss.item()
            log += [f"{loss}", (y.data.argmax(1) == CLASS).mean(), model[0].weight.data.std(), (loss * 100).item()]


def evaluations() -> None:
    """With and without no_grad, and running statistics of their own."""
    model = normed()
    adam = optim.Adam(model.parameters(), lr=0.01)
    with nn.doctor(model):
        for _ in range(12):
            model.train()
            adam.zero_grad()
            CE(model(X), CLASS).backward()
            adam.step()
            model.eval()
            (model(X).data.argmax(1) == CLASS).mean()
            with no_grad():
                CE(model(X), CLASS).item()
        model.train()
        with no_grad():
            model(X)


def rows_of_an_embedding() -> None:
    words = RNG.integers(0, 10, 64)
    model = nn.Sequential(nn.Embedding(50, 8, generator=0), nn.Linear(8, 2, generator=1))
    loop(model, lambda: CE(model(words), words % 2), 12, optim.Adam(model.parameters(), lr=0.01))


def half_precision() -> None:
    model = net().half()
    loop(model, lambda: nn.CrossEntropyLoss(weight=np.array([1, 2, 3.0]))(model(X), CLASS))


def values() -> None:
    model = nn.scalar.MLP(2, [4, 1], seed=2)
    sgd = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    with nn.doctor(model, sgd):
        for _ in range(15):
            loss = sum((model([a, b]) - (a != b)) ** 2 for a in (0.0, 1.0) for b in (0.0, 1.0))
            sgd.zero_grad()
            loss.backward()
            sgd.step()
    with nn.doctor(model):
        for _ in range(15):
            loss = sum((model([a, b]) - (a != b)) ** 2 for a in (0.0, 1.0) for b in (0.0, 1.0))
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= 0.1 * p.grad


def values_from_zero() -> None:
    """Three averages, of which one gets a number at a time."""
    means = [Value(0.0) for _ in range(3)]
    with nn.doctor(means):
        for k in range(12):
            loss = (means[k % 3] - (0.5, 1.0, 4.0)[k % 3]).square()
            for mean in means:
                mean.grad = 0.0
            loss.backward()
            for mean in means:
                mean.data -= 0.4 * mean.grad


def warm_up() -> None:
    model = net()
    adam = optim.Adam(model.parameters(), lr=1e-3)
    schedule = optim.LambdaLR(adam, lambda k: min(1.0, k / 1000))
    with nn.doctor(model):
        for _ in range(20):
            adam.zero_grad()
            CE(model(X), CLASS).backward()
            adam.step()
            schedule.step()


def falling_to_zero() -> None:
    """Rates that end at 0."""
    for kind in (optim.CosineAnnealingLR, lambda o, n: optim.LambdaLR(o, lambda k: max(0.0, 1 - k / n) ** 2)):
        model = net()
        adam = optim.Adam(model.parameters(), lr=1e-2)
        schedule = kind(adam, 20)
        with nn.doctor(model):
            for _ in range(22):
                adam.zero_grad()
                CE(model(X), CLASS).backward()
                adam.step()
                schedule.step()


def all_pairs() -> None:
    """A ranking: each score against each."""
    model = net(1)

    def loss() -> Any:
        scores = model(X)[:, 0]
        return np.log1p(np.exp(scores - scores[:, None])).mean()

    loop(model, loss)


def two_heads_in_turn() -> None:
    body, one, other = nn.Linear(4, 16, generator=0), nn.Linear(16, 3, generator=1), nn.Linear(16, 1, generator=2)
    turn = iter(range(100))

    def loss() -> Any:
        h = np.tanh(body(X))
        return CE(one(h), CLASS) if next(turn) % 2 else nn.MSELoss()(other(h), Y[:, None])

    loop(
        nn.ModuleList([body, one, other]),
        loss,
        20,
        optim.Adam([*body.parameters(), *one.parameters(), *other.parameters()]),
    )


def siamese() -> None:
    """The last bias cancels out in the difference of two outputs."""
    model = net(8)
    loop(model, lambda: np.square(model(X) - model(X[::-1])).mean())


def margins_kept() -> None:
    """All is won: the loss is 0, and so is its gradient."""
    model = net(1)
    loop(model, lambda: np.maximum(0, 1 - 1e3 * np.square(model(X)).mean()))


def sums_of_large_targets() -> None:
    model = net(1)
    loop(model, lambda: np.square(model(X) - 1e4 * Y[:, None]).sum(), 12, optim.Adam(model.parameters(), lr=0.01))


def clipped() -> None:
    """The gradients explode, and are clipped before each step."""
    layers = [nn.Linear(8, 8, generator=k) for k in range(8)]
    for layer in layers:
        layer.weight.data = layer.weight.data * 50
    model = nn.Sequential(nn.Linear(4, 8, generator=10), *layers, nn.Linear(8, 3, generator=11))
    sgd = optim.SGD(model.parameters(), lr=0.01)
    with nn.doctor(model):
        for _ in range(12):
            sgd.zero_grad()
            nn.functional.smooth_l1_loss(model(X).sum(1), Y).backward()
            optim.clip_grad_norm_(model.parameters(), 1.0)
            sgd.step()


def gradients_of_a_copy() -> None:
    """First-order MAML: the gradients of a copy that was trained a little."""
    model = net()
    adam = optim.Adam(model.parameters(), lr=1e-3)
    with nn.doctor(model, adam):
        for _ in range(12):
            fast = copy.deepcopy(model)
            adam.zero_grad()
            CE(fast(X), CLASS).backward()
            for p, q in zip(model.parameters(), fast.parameters(), strict=True):
                p.grad = q.grad
            adam.step()


def copies_with_optimizers_of_their_own() -> None:
    """Reptile: the model moves towards a copy that was trained a little."""
    model = net()
    with nn.doctor(model):
        for _ in range(12):
            fast = copy.deepcopy(model)
            adam = optim.Adam(fast.parameters(), lr=0.01)
            CE(fast(X), CLASS).backward()
            adam.step()
            for p, q in zip(model.parameters(), fast.parameters(), strict=True):
                p.data = p.data + 0.5 * (q.data - p.data)


def disturbed_inputs() -> None:
    """A disturbance that is made anew for each batch, and moved by hand."""
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model, sgd):
        for _ in range(12):
            by = nn.Parameter(np.zeros_like(X))
            CE(model(X + by), CLASS).backward()
            by.data = 0.1 * np.sign(by.grad)
            sgd.zero_grad()
            CE(model(X + by.data), CLASS).backward()
            sgd.step()


def models_one_after_another() -> None:
    with nn.doctor():
        for _ in range(6):
            model = net()
            adam = optim.Adam(model.parameters(), lr=0.01)
            for _ in range(2):
                adam.zero_grad()
                CE(model(X), CLASS).backward()
                adam.step()


def outputs_within_their_range() -> None:
    for act, target in ((nn.Sigmoid(), YES), (nn.Tanh(), np.clip(Y, -1, 1)), (nn.Softplus(), np.abs(Y) - 0.01)):
        model = net(1, act)
        loop(model, lambda model=model, target=target: nn.SmoothL1Loss()(model(X)[:, 0], target), 3)


def narrow_middle() -> None:
    """Two matrices of low rank in place of one are no mistake, nor are layers of one output each in turn."""
    model = nn.Sequential(nn.Linear(4, 2, generator=0), nn.Linear(2, 3, generator=1))
    assert not nn.doctor(model, CE, (X, CLASS)).findings
    loop(model, lambda: CE(model(X), CLASS))


def norms_after_the_step() -> None:
    """Of two losses, each with a step."""
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(12):
            for part in (slice(0, 32), slice(32, 64)):
                sgd.zero_grad()
                CE(model(X[part]), CLASS[part]).backward()
                optim.clip_grad_norm_(model.parameters(), 1.0)
                sgd.step()


def policy() -> None:
    model = net()

    def loss() -> Any:
        with no_grad():
            p = nn.functional.softmax(model(X), 1).data.astype(float)
        taken = (p.cumsum(1) > RNG.random((64, 1))).argmax(1)
        return (nn.functional.nll_loss(nn.functional.log_softmax(model(X), 1), taken, reduction="none") * Y).mean()

    loop(model, loss)


RIGHT = [
    two_players, frozen_body, body_of_constants, gradients_of_four_batches, closures, teacher, numbers_for_a_log,
    evaluations, rows_of_an_embedding, half_precision, values, values_from_zero, warm_up, falling_to_zero, all_pairs,
    two_heads_in_turn, siamese, margins_kept, sums_of_large_targets, clipped, gradients_of_a_copy,
    copies_with_optimizers_of_their_own, narrow_middle, norms_after_the_step, disturbed_inputs,
    models_one_after_another, outputs_within_their_range, policy,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT)
def test_of_a_right_program_nothing_is_said(program: Callable[[], None]) -> None:
    assert told(program) == []


# ---------------------------------------------------------------- the examination

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


@pytest.mark.parametrize("name", EXAMS)
def test_an_examination_names_the_mistake(name: str) -> None:
    make, kind, words = EXAMS[name]
    with np.errstate(all="ignore"):
        checkup = nn.doctor(*make())
    found = {finding.kind: finding for finding in checkup}
    if not kind:
        assert checkup.ok and not found
        assert str(checkup).startswith("ok: looked at 64 samples, loss ")
        return
    assert re.search(words, f"{found[kind].text}; {found[kind].fix}")
    assert checkup.ok == all(finding.severity == "hint" for finding in checkup)
    assert found[kind].kind in str(checkup) and "Fix: " in str(checkup)
    lines = [finding.line for finding in checkup if finding.line]
    assert all(line.startswith(__file__) for line in lines)


def test_an_examination_leaves_everything_as_it_was() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            self.inner, self.calls, self.last = normed(), 0, None

        def forward(self, x: Any) -> Any:
            self.calls += 1
            self.last = self.inner(x)
            return self.last

    model = Counting()
    model.inner[1].eval()
    adam = optim.Adam(model.parameters(), lr=0.01)
    CE(model(X), CLASS).backward()
    adam.step()

    def state() -> Any:
        generator = nn.init.generator(None).bit_generator.state
        modes = [module.training for module in model.modules()]
        arrays = [(p.data.tobytes(), p.grad.tobytes()) for p in model.parameters()]
        buffers = [b.data.tobytes() for b in model.buffers()]
        inside = model.inner[3].generator.bit_generator.state
        return generator, modes, arrays, buffers, inside, model.calls, model.last, str(adam.state_dict())

    before, gradients = state(), [p.grad for p in model.parameters()]
    checkup = nn.doctor(model, lambda y, d: CE(y, d) + nn.functional.dropout(y, 0.5).mean(), (X, CLASS), adam)
    assert not checkup or checkup.ok
    after = state()
    assert all(a is b or a == b for a, b in zip(before, after, strict=True))
    assert all(np.array_equal(a, p.grad) for a, p in zip(gradients, model.parameters(), strict=True))


def test_an_examination_that_fails_leaves_everything_as_it_was() -> None:
    model = net()
    with pytest.raises(ValueError, match="do not match"):
        nn.doctor(model, CE, (X, CLASS[:, None, None]))
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize("given", [(net(),), (net(), CE), (net(), None, (X, CLASS))])
def test_what_an_examination_needs(given: tuple[Any, ...]) -> None:
    if len(given) == 1:
        assert isinstance(nn.doctor(*given), nn.training.Doctor)
        return
    with pytest.raises((TypeError, ValueError), match="doctor: to examine"):
        nn.doctor(*given)


# ---------------------------------------------------------------- trainers, and optimizers alone


def trained(model: Any, loss: Any, batch: Any, optimizer: Any, **options: Any) -> None:
    trainer = Trainer(model, loss, optimizer, progress=False, **options)
    for _ in range(2):
        trainer.fit(nn.DataLoader(*batch, batch_size=16), epochs=3)


TRAINED = ["softmax twice", "(n, 1) against (n,)", "cut", "unused", "a rate of 0", "dead units", "pixels"]


@pytest.mark.parametrize("name", TRAINED)
def test_a_trainer_is_looked_after_unasked(name: str) -> None:
    make, kind, words = EXAMS[name]
    found = [finding for finding in told(lambda: trained(*make())) if finding.kind == kind]
    assert len(found) == 1
    assert re.search(words.replace("64", "16"), f"{found[0].text}; {found[0].fix}")
    assert told(lambda: trained(*make(), doctor=False)) == []
    assert told(lambda: trained(*EXAMS["right"][0]())) == []


def test_a_loss_of_nothing_is_the_losss_affair() -> None:
    class Silent(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(4, 3)

        def forward(self, x: Any) -> None:
            self.layer(x)  # and nothing is returned

    model = Silent()
    with pytest.raises(TypeError, match="return its result"), warnings.catch_warnings():
        warnings.simplefilter("error")
        loop(model, lambda: CE(model(X), CLASS))


def test_a_doctor_that_fails_ends_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.training.checkup.course.sample", lambda x: 1 / 0)
    for program in (lambda: gradients_of_all_steps(False), lambda: trained(*EXAMS["right"][0]())):
        with pytest.warns(RuntimeWarning, match="the doctor failed and looks no further"):
            program()


def steps(optimizer: Any, loss: Callable[[], Any], order: str) -> None:
    """Three times z(ero_grad), f(orward), b(ackward), s(tep) in this order."""
    y: Any = None
    for _ in range(3):
        for letter in order:
            if letter == "f":
                y = loss()
            elif letter == "b":
                y.backward()
            else:
                optimizer.zero_grad() if letter == "z" else optimizer.step()


ORDERS = {"zfbs": "", "fbsz": "", "fzbs": "", "sz": "", "fbs": "contain those of earlier steps", "zfsb": "no backward"}


@pytest.mark.parametrize("order", [*ORDERS, "fbzs"])
@pytest.mark.parametrize("kind", ["tensors", "Values"])
@pytest.mark.filterwarnings("error")
def test_an_optimizer_alone_warns_of_what_it_sees(order: str, kind: str) -> None:
    ws: list[Any] = [Value(1.0), Value(2.0)] if kind == "Values" else [Tensor(np.ones(3), requires_grad=True)]
    sgd = optim.SGD(ws, lr=0.01)
    words = ORDERS.get(order, "" if kind == "Values" else "cleared before this step")
    with pytest.warns(UserWarning, match=words) if words else nullcontext():
        steps(sgd, lambda: sum((w * w).sum() if kind == "tensors" else w * w for w in ws), order)
