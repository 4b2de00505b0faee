"""Programs that look like mistakes and are none."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from typing import Any

import numpy as np

import nn
import optim
from autograd import Value, no_grad

from .data import CE, CLASS, RNG, YES, X, Y, loop, net, normed


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


def all_given_to_the_optimizer() -> None:
    """A frozen body, the head thawed later: the optimizer holds all of it from the start, and moves what it may."""
    model = net()
    adam = optim.Adam(model.parameters(), lr=0.01)
    for frozen in (model[0], model[2]):
        model.requires_grad_(True)
        frozen.requires_grad_(False)
        with nn.doctor(model, adam):
            for _ in range(12):
                adam.zero_grad()
                CE(model(X), CLASS).backward()
                adam.step()


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
    two_players, frozen_body, all_given_to_the_optimizer, body_of_constants, gradients_of_four_batches, closures,
    teacher, numbers_for_a_log,
    evaluations, rows_of_an_embedding, half_precision, values, values_from_zero, warm_up, falling_to_zero, all_pairs,
    two_heads_in_turn, siamese, margins_kept, sums_of_large_targets, clipped, gradients_of_a_copy,
    copies_with_optimizers_of_their_own, narrow_middle, norms_after_the_step, disturbed_inputs,
    models_one_after_another, outputs_within_their_range, policy,
]  # fmt: skip
