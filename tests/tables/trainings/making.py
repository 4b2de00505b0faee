"""Optimizers, schedules and layers that are made at a wrong place, or for others.

Each with one mistake, or without it if ``wrong`` is false.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import nn
import optim

from .data import CE, CLASS, X, loop, net


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


def schedule_first(wrong: bool) -> None:
    model = net()
    adam = optim.Adam(model.parameters(), lr=0.01)
    schedule = optim.ExponentialLR(adam, 0.9)
    with nn.doctor(model):
        for _ in range(4):
            adam.zero_grad()
            CE(model(X), CLASS).backward()
            if wrong:
                schedule.step()
            adam.step()
            if not wrong:
                schedule.step()


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


MAKING: dict[str, tuple[Callable[[bool], None], str, str]] = {
    "not held": (not_held, "not held by the optimizer", "0.weight, 0.bias"),
    "a layer replaced": (replaced, "not held by the optimizer", "2.weight, 2.bias"),
    "Adam in the loop": (adam_made_in_the_loop, "optimizer made anew", "make the Adam once"),
    "layers in forward": (layers_made_in_forward, "layers made anew", "in __init__"),
    "a model in the loop": (model_made_in_the_loop, "layers made anew", "once, before the loop"),
    "a schedule of another": (schedule_of_another, "schedule of another optimizer", "whose step"),
    "a schedule after each batch": (schedule_after_each_batch, "learning rate", r"from 0.1 to 1e-\d+ within .*epoch"),
    "a schedule first": (schedule_first, "schedule before the optimizer", "never used.*optimizer.step.. first"),
}  # fmt: skip
