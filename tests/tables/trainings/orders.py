"""Loops whose calls come in a wrong order, too often or never.

Each with one mistake, or without it if ``wrong`` is false.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import nn
import optim
from autograd import Tensor, Value, no_grad

from .data import CE, CLASS, X, Y, net, normed


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


def never_a_step(wrong: bool) -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model, sgd):
        for _ in range(8):
            sgd.zero_grad()
            CE(model(X), CLASS).backward()
            if not wrong:
                sgd.step()


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


def loss_of_the_first_step(wrong: bool) -> None:
    model = net()
    loss = CE(model(X), CLASS)
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(8):
            sgd.zero_grad()
            (loss if wrong else CE(model(X), CLASS)).backward(retain_graph=wrong)
            sgd.step()


ORDERS: dict[str, tuple[Callable[[bool], None], str, str]] = {
    "gradients of all steps": (gradients_of_all_steps, "not zeroed", r"zero_grad\(\) before each loss.backward"),
    "of all steps, by hand": (gradients_of_all_steps_by_hand, "not zeroed", "p.grad = None"),
    "of all steps, of Values": (gradients_of_values, "not zeroed", "p.grad = None"),
    "a step before backward": (step_first, "step without gradients", r"call loss.backward\(\) before optimizer.step"),
    "cleared before the step": (cleared_before_the_step, "step without gradients", "not between"),
    "measured in training mode": (measured_in_training_mode, "evaluation in training mode", r"model.eval\(\)"),
    "trained in eval mode": (trained_in_eval_mode, "training in eval mode", r"model.train\(\)"),
    "never a step": (never_a_step, "parameters never change", r"8 backward passes and no step: .* 0.weight"),
    "clipped too early": (clipped_too_early, "clipping at the wrong place", "no parameter .* between loss.backward"),
    "clipped too late": (clipped_too_late, "clipping at the wrong place", "has been made already"),
    "two steps": (two_steps, "step made twice", "no backward pass since.* once after each"),
    "the loss of the first step": (loss_of_the_first_step, "constant loss", "computed anew in each step"),
}  # fmt: skip
