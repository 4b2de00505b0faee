"""Loops of one's own, each with one mistake or, if ``wrong`` is false, without it: what kind it is, and some words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor, Value, no_grad

from .data import CE, CLASS, RNG, YES, X, Y, loop, net


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
