"""Training: what it counts, that it resumes to the same numbers after an interruption, and how it fails."""

from __future__ import annotations

import math
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor
from autograd.gradient_norm import clip_norm
from nn.metrics import accuracy
from nn.training import Callback, Checkpoint, CheckpointError, EarlyStopping, NotFiniteError, Trainer, load_state
from nn.training.finder import suggest
from nn.training.state import generators

from ..tables import means
from ..tables.means import MEANS
from ..tables.places import PLACES

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 5)).astype(np.float32)
D = np.argmax(X[:, :3] + 0.3 * RNG.normal(size=(60, 3)), axis=1)
VALIDATION = (X[48:], D[48:])


class Noise(nn.Module):
    """Multiplies by random numbers in training mode: like dropout, and with a generator inside."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def forward(self, x: Any) -> Any:
        return x * self.generator.uniform(0.5, 1.5, x.shape).astype(x.dtype) if self.training else x


class Mean(nn.Module):
    """A buffer that moves in training mode."""

    def __init__(self) -> None:
        self.running = Tensor(np.zeros(5, np.float32))

    def forward(self, x: Any) -> Any:
        if self.training:
            self.running.data = 0.9 * self.running.data + 0.1 * x.mean(axis=0)
        return x - self.running.data


def training(lr: float = 0.05, batch_size: int = 8, **options: Any) -> tuple[Trainer, Any]:
    """A trainer with everything that can be random, and its loader."""
    model = nn.Sequential(Mean(), nn.Linear(5, 16, generator=0), nn.ReLU(), Noise(1), nn.Linear(16, 3, generator=2))
    sgd = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    loader = nn.DataLoader(X[:48], D[:48], batch_size=batch_size, shuffle=True, generator=3)
    options = {"metrics": [accuracy], "progress": False, **options}
    if options.get("schedule"):
        options["schedule"] = options["schedule"](sgd)
    return Trainer(model, nn.CrossEntropyLoss(), sgd, **options), loader


def weights(trainer: Trainer) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in trainer.model.state_dict().items()}


class At(Callback):
    """Acts at one step, counted from 1."""

    def __init__(self, step: int, act: Any) -> None:
        self.at, self.act = step, act

    def on_step_end(self, trainer: Trainer) -> None:
        if trainer.step == self.at:
            self.act(trainer)


def interrupt(trainer: Trainer) -> None:
    raise KeyboardInterrupt


# ---------------------------------------------------------------- what it counts


def test_history() -> None:
    trainer, loader = training()
    history = trainer.fit(loader, VALIDATION, epochs=3)
    assert list(history) == ["loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds"]
    assert all(len(column) == 3 for column in history.values())
    assert trainer.epoch == 3 and trainer.step == 18
    assert trainer.fit(loader, epochs=2) is history
    assert history.epochs == 5 and math.isnan(history["val_loss"][4])
    epoch, best = history.best("val_accuracy")
    assert best == max(history["val_accuracy"][:3]) == history["val_accuracy"][epoch - 1]
    assert len(repr(history).splitlines()) == 6


def test_history_names_its_columns_and_knows_no_best_seconds() -> None:
    trainer, loader = training()
    history = trainer.fit(loader)
    with pytest.raises(KeyError, match="there are loss, accuracy"):
        history["f1"]
    with pytest.raises(ValueError, match="mode='max'"):
        history.best("seconds")


def test_it_learns_and_its_measures_are_those_of_the_final_model() -> None:
    trainer, loader = training()
    trainer.fit(loader, VALIDATION, epochs=20)
    outputs = trainer.predict(VALIDATION[0])
    measured = trainer.evaluate(VALIDATION)
    assert measured == {
        "loss": pytest.approx(float(nn.functional.cross_entropy(outputs, VALIDATION[1]))),
        "accuracy": np.mean(outputs.argmax(1) == VALIDATION[1]),
    }
    assert measured["accuracy"] == trainer.history["val_accuracy"][-1] > 0.6
    assert trainer.history["loss"][-1] < 0.5 * trainer.history["loss"][0]
    np.testing.assert_array_equal(trainer.predict(nn.DataLoader(*VALIDATION, batch_size=5)), outputs)


def test_losses_are_means_over_samples_not_batches() -> None:
    trainer, _ = training(lr=0.0, doctor=False)
    whole = trainer.evaluate((X[:48], D[:48]))
    for size in (7, 48):  # the last of seven is shorter
        parts = trainer.evaluate(nn.DataLoader(X[:48], D[:48], batch_size=size))
        assert parts["loss"] == pytest.approx(whole["loss"], rel=1e-6)
        assert parts["accuracy"] == whole["accuracy"]


@pytest.mark.parametrize("whole", [False, True])
def test_layers_in_eval_mode_stay_so_unless_the_whole_model_is(whole: bool) -> None:
    model = nn.Sequential(nn.BatchNorm1d(5), nn.Linear(5, 3, generator=0), nn.Sequential(nn.Dropout(0.5)))
    (model if whole else model[0]).eval()
    modes = [module.training for module in model.modules()]
    seen: list[list[bool]] = []
    watch = At(2, lambda t: seen.append([module.training for module in t.model.modules()]))
    trainer = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters()), progress=False, callbacks=[watch])
    trainer.fit(nn.DataLoader(X, D, batch_size=30), VALIDATION)
    assert seen == [[True] * 5 if whole else modes]
    assert [module.training for module in model.modules()] == modes
    assert model[0].running_mean.data.any() == whole


class Finetuned(nn.Sequential):
    """Its first layer stays in eval mode."""

    def train(self, mode: bool = True) -> Any:
        super().train(mode)
        self[0].eval()
        return self


@pytest.mark.parametrize("evaluated", [False, True])
def test_layers_stay_in_the_eval_mode_in_which_their_models_train_puts_them(evaluated: bool) -> None:
    model = Finetuned(nn.BatchNorm1d(5), nn.BatchNorm1d(5), nn.BatchNorm1d(5), nn.Linear(5, 3, generator=0))
    model[1].eval()  # by hand
    if evaluated:
        model.eval()
    trainer = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters()), progress=False)
    trainer.find_lr(nn.DataLoader(X, D, batch_size=30), steps=10)
    trainer.fit(nn.DataLoader(X, D, batch_size=30), VALIDATION, epochs=2)
    assert [bool(layer.running_mean.data.any()) for layer in model[:3]] == [False, evaluated, True]


def test_the_loss_is_measured_in_eval_mode_too() -> None:
    trainer, _ = training()
    trainer.loss = Masked()
    trainer.evaluate(VALIDATION)
    assert trainer.loss.training and trainer.loss.seen == [False]


class Masked(nn.Module):
    """A loss that does something else while training."""

    def __init__(self) -> None:
        self.seen: list[bool] = []

    def forward(self, output: Any, target: Any) -> Any:
        self.seen.append(self.training)
        return nn.functional.cross_entropy(output, target)


def straight(**options: Any) -> Trainer:
    """A trainer without randomness."""
    model = nn.Sequential(nn.Linear(5, 8, generator=0, dtype=float), np.tanh, nn.Linear(8, 3, generator=1, dtype=float))
    options = {"progress": False, **options}
    return Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1, momentum=0.9), **options)


@pytest.mark.parametrize("size", [4, 5])  # the last batch has 3 samples; with size 4 the last group has two batches
def test_accumulation_is_a_bigger_batch(size: int) -> None:
    small, big = straight(accumulate=3), straight()
    small.fit(nn.DataLoader(X[:43], D[:43], batch_size=size), epochs=2)
    big.fit(nn.DataLoader(X[:43], D[:43], batch_size=3 * size), epochs=2)
    assert small.step == big.step
    for a, b in zip(small.model.parameters(), big.model.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12)
    assert small.history["loss"] == pytest.approx(big.history["loss"], rel=1e-12)


def linear(loss: Any, **options: Any) -> Trainer:
    """A trainer of one layer, for the table of means."""
    model = nn.Linear(4, means.CLASSES, generator=0, dtype=float)
    return Trainer(model, loss, optim.SGD(model.parameters(), lr=1.0), progress=False, doctor=False, **options)


def rows(refused: bool) -> Any:
    return pytest.mark.parametrize("row", [name for name, mean in MEANS.items() if mean.refused == refused])


@rows(refused=False)
def test_the_loss_of_batches_is_that_of_their_union(row: str) -> None:
    loss, target, _ = MEANS[row]
    trainer = linear(loss)
    union = trainer.loss(trainer.model(means.X), target).item()
    assert trainer.evaluate(means.batches(target, 4))["loss"] == pytest.approx(union, rel=1e-12)
    trainer.optimizer.lr = 0.0
    assert trainer.fit(means.batches(target, 4))["loss"] == [pytest.approx(union, rel=1e-12)]


@rows(refused=False)
@pytest.mark.parametrize("size", [1, 4])
def test_the_accumulated_gradient_is_that_of_the_union(row: str, size: int) -> None:
    loss, target, _ = MEANS[row]
    trainer, whole = linear(loss, accumulate=means.N), linear(loss)
    trainer.fit(means.batches(target, size))
    whole.loss(whole.model(means.X), target).backward()
    whole.optimizer.step()
    for a, b in zip(trainer.model.parameters(), whole.model.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12)


@rows(refused=True)
@pytest.mark.filterwarnings("ignore:accumulate")  # also told, of a batch whose counts are as yet those of the first
def test_losses_without_a_mean_over_all_samples_are_told_and_not_accumulated(row: str) -> None:
    loss, target, _ = MEANS[row]
    with pytest.warns(UserWarning, match="adds up means over different counts"):
        linear(loss).evaluate(means.batches(target, 4))
    with pytest.raises(ValueError, match="accumulate: the loss adds up means over different counts"):
        linear(loss, accumulate=4).fit(means.batches(target, 4))


@pytest.mark.parametrize("row", means.NEITHER)
def test_losses_that_are_neither_sums_nor_means_are_weighed_by_samples_and_told_when_accumulated(row: str) -> None:
    loss, target, _ = means.NEITHER[row]
    trainer, by_hand = linear(loss, accumulate=4), linear(loss)
    with pytest.warns(UserWarning, match="accumulate: the loss of a batch is neither the sum nor the mean"):
        trainer.fit(means.batches(target, 4))
    for x, d in means.batches(target, 4):
        (by_hand.loss(by_hand.model(x), d) * (len(x) / means.N)).backward()
    by_hand.optimizer.step()
    for a, b in zip(trainer.model.parameters(), by_hand.model.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12)
    assert np.isfinite(by_hand.evaluate(means.batches(target, 4))["loss"])  # without a warning


def test_a_loss_is_tried_once_in_a_fit_and_anew_after_a_change() -> None:
    class Own:
        calls, reduction = 0, "sum"

        def __call__(self, output: Any, target: Any) -> Any:
            self.calls += 1
            return 2 * nn.functional.mse_loss(output, target, reduction=self.reduction)  # type: ignore[arg-type]

    loss, data = Own(), means.batches(means.REAL, 4)
    trainer = linear(loss, accumulate=2)
    trainer.optimizer.lr = 0.0
    for reduction in ("sum", "mean", "sum"):
        loss.reduction, loss.calls = reduction, 0
        union = float(loss(trainer.model(means.X), means.REAL).item())
        assert trainer.fit(data, data, epochs=3)["loss"][-3:] == [pytest.approx(union, rel=1e-9)] * 3
        assert loss.calls == 1 + 3 * 2 * len(data) + 2 * 3  # a trial for each mode
        assert trainer.evaluate(data)["loss"] == pytest.approx(union, rel=1e-9)
    trainer.callbacks.append(At(trainer.step + 2, lambda trainer: setattr(trainer, "loss", nn.MSELoss())))
    assert trainer.fit(data, epochs=2)["loss"][-1] == pytest.approx(union / 2 / means.REAL.size, rel=1e-9)


def test_a_mean_that_is_rounded_to_half_precision_is_known_as_one() -> None:
    loss, target, _ = means.IN_HALF
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        linear(loss, accumulate=4).fit(means.batches(target, 4))


def test_batches_whose_targets_are_all_ignored_are_passed_over() -> None:
    trainer = linear(nn.CrossEntropyLoss())
    trainer.fit(means.batches(means.FIRST_IGNORED, 4))
    assert trainer.step == 2
    with pytest.raises(ValueError, match="mean over no target, as all are ignored"):
        trainer.fit(means.batches(means.FIRST_IGNORED[:4], 4)[:1])


def norm(parameters: Any) -> float:
    """The norm of the gradients."""
    return clip_norm(parameters, math.inf)


def test_clipping_by_norm() -> None:
    norms: list[float] = []
    trainer = straight(clip=0.1, callbacks=[At(1, lambda t: norms.append(norm(t.model.parameters())))])
    trainer.fit(nn.DataLoader(X[:8], D[:8], batch_size=8))
    assert norms == [pytest.approx(0.1)]


def test_clipping_survives_a_norm_that_overflows_float32() -> None:
    norms: list[float] = []
    trainer, loader = training(
        lr=0.0, doctor=False, clip=1.0, callbacks=[At(1, lambda t: norms.append(norm(t.model.parameters())))]
    )
    trainer.loss = lambda y, d: y.sum() * np.float32(1e30)
    trainer.fit(loader)
    assert norms == [pytest.approx(1.0)]


def test_short_gradients_stay() -> None:
    a = Tensor([3.0], requires_grad=True)
    a.grad = np.array([4.0])
    assert clip_norm([a], 5.0) == 4.0 and a.grad == 4.0


def test_clipping_by_a_function() -> None:
    seen: list[int] = []
    straight(clip=lambda parameters: seen.append(len(parameters))).fit(nn.DataLoader(X[:8], D[:8], batch_size=4))
    assert seen == [4, 4]


def test_a_schedule_steps_each_epoch() -> None:
    trainer, loader = training(lr=1.0, schedule=lambda sgd: optim.StepLR(sgd, 2, 0.1))
    assert trainer.fit(loader, epochs=4)["lr"] == pytest.approx([1.0, 1.0, 0.1, 0.1])


def test_a_schedule_steps_each_step() -> None:
    trainer, loader = training(lr=1.0, schedule=lambda sgd: optim.StepLR(sgd, 6, 0.1), schedule_every="step")
    assert trainer.fit(loader, epochs=2)["lr"] == pytest.approx([0.1, 0.01])


def test_a_schedule_that_asks_for_a_number_gets_the_validation_loss() -> None:
    trainer, loader = training(lr=0.0, doctor=False, schedule=lambda sgd: optim.ReduceLROnPlateau(sgd, patience=0))
    trainer.schedule.step, seen = lambda metrics: seen.append(metrics), []
    history = trainer.fit(loader, VALIDATION, epochs=2)
    assert seen == history["val_loss"]


@pytest.mark.parametrize(("monitor", "mode"), [("val_accuracy", "max"), ("accuracy", "max"), ("loss", "min")])
def test_a_schedule_gets_the_column_that_it_monitors(monitor: str, mode: Any) -> None:
    trainer, loader = training(schedule=lambda sgd: optim.ReduceLROnPlateau(sgd, mode), schedule_monitor=monitor)
    history = trainer.fit(loader, VALIDATION, epochs=3)
    assert trainer.schedule.best == (max if mode == "max" else min)(history[monitor])


def test_a_schedule_of_each_step_gets_the_loss_of_the_whole_step() -> None:
    seen: list[float] = []
    asks = type("Asks", (), {"step": lambda self, loss: seen.append(loss), "state_dict": lambda self: {}})
    trainer = straight(accumulate=2, schedule=asks(), schedule_every="step")
    assert trainer.fit(nn.DataLoader(X[:12], D[:12], batch_size=8), VALIDATION)["loss"] == [pytest.approx(seen[0])]


# ---------------------------------------------------------------- stopping


def test_early_stopping_restores_the_best() -> None:
    after: dict[int, Any] = {}

    class Record(Callback):
        def on_epoch_end(self, trainer: Trainer) -> None:
            after[trainer.epoch] = weights(trainer)

    trainer, loader = training(lr=0.4, callbacks=[Record(), EarlyStopping(patience=3)])
    history = trainer.fit(loader, VALIDATION, epochs=60)
    best, _ = history.best()
    assert history.epochs == best + 3 < 60
    assert weights(trainer) == after[best] != after[history.epochs]
    assert "val_loss" in trainer.stopped and f"(epoch {best})" in trainer.stopped


def test_early_stopping_by_a_metric_ignores_small_improvements() -> None:
    stopping = EarlyStopping("accuracy", patience=2, min_delta=1.0, restore_best=False)
    trainer, loader = training(callbacks=[stopping])
    assert trainer.fit(loader, epochs=9).epochs == 3  # no epoch is better by 1 than the first
    assert (stopping.best_epoch, stopping.best) == (1, trainer.history["accuracy"][0])


@pytest.mark.parametrize("restore_best", [False, True])
def test_early_stopping_serves_a_second_training(restore_best: bool) -> None:
    used, fresh = (EarlyStopping(patience=2, restore_best=restore_best) for _ in range(2))
    first, loader = training(lr=0.4, callbacks=[used])
    first.fit(loader, VALIDATION, epochs=30)
    results = []
    for stop in (used, fresh):
        second, loader = training(lr=0.01, callbacks=[stop])
        second.fit(loader, VALIDATION, epochs=8)
        results.append((weights(second), second.epoch, stop.best, stop.best_epoch))
    assert results[0] == results[1]


@pytest.mark.parametrize("monitor", ["val_accuracy", "val_loss", "f1"])
def test_a_column_that_nothing_measures_is_told_before_the_first_step(monitor: str) -> None:
    trainer, loader = training(callbacks=[EarlyStopping(monitor)])
    with pytest.raises(ValueError, match=rf"measures '{monitor}'; there are loss, accuracy, lr, seconds\. Columns"):
        trainer.fit(loader)
    assert trainer.step == 0


def test_early_stopping_must_know_the_direction() -> None:
    with pytest.raises(ValueError, match="mode='max' or mode='min'"):
        EarlyStopping("val_error")
    assert EarlyStopping("val_error", mode="min").mode == "min"


@pytest.mark.parametrize("step", [2, 14])
def test_ctrl_c(step: int, tmp_path: Path) -> None:
    """The state and the file are those of the last completed epoch, with the best weights restored."""
    path = tmp_path / "c.npz"
    whole, loader = training(callbacks=[EarlyStopping(patience=50)])
    whole.fit(loader, VALIDATION, epochs=step // 6)
    cut, loader = training(callbacks=[At(step, interrupt), EarlyStopping(patience=50), Checkpoint(path, every=10)])
    history = cut.fit(loader, VALIDATION, epochs=5)
    assert cut.stopped == f"Ctrl-C after {step // 6} of 5 epochs"
    assert history.epochs == cut.epoch == step // 6
    assert weights(cut) == weights(whole)
    assert load_state(path)["epoch"] == step // 6


def test_a_second_ctrl_c_is_not_swallowed() -> None:
    class Slow(Callback):
        def on_fit_end(self, trainer: Trainer) -> None:
            raise KeyboardInterrupt

    trainer, loader = training(callbacks=[At(3, interrupt), Slow()])
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(loader)
    assert all(module.training for module in trainer.model.modules())


# ---------------------------------------------------------------- what is trained


@pytest.mark.parametrize("place", PLACES)
def test_a_layer_is_trained_or_told_wherever_it_stands(place: str) -> None:
    layer = nn.Linear(3, 3, generator=0)
    model, before = nn.Sequential(nn.Linear(5, 3, generator=1), PLACES[place].build(layer)), layer.weight.data
    told = {None: "no name", "": "depends on a tensor of shape"}.get(PLACES[place].name)

    def train() -> None:
        sgd = optim.SGD(model.parameters(), lr=0.1)
        Trainer(model, nn.CrossEntropyLoss(), sgd, progress=False).fit(nn.DataLoader(X, D, batch_size=30))

    if told:
        with pytest.raises((TypeError, ValueError), match=told):
            train()
    else:
        train()
    assert np.array_equal(layer.weight.data, before) == bool(told)


def replace(t: Trainer) -> None:
    t.model[4] = nn.Linear(16, 3)


LEFT_OUT: dict[str, tuple[Any, str]] = {
    "head replaced": (replace, r"not hold 4\.weight, 4\.bias, .* It holds 2 that neither the model nor the loss has"),
    "layer added": (lambda t: t.model.append(nn.Linear(3, 3)), r"not hold 5\.weight, 5\.bias, .*Give it model\.param"),
    "many": (lambda t: t.model.extend([nn.Linear(3, 3)] * 1 + [nn.Linear(3, 3)]), r"5\.bias, 6\.weight and 1 more"),
    "parameter of the loss": (lambda t: setattr(t, "loss", Uncertain()), r"does not hold loss\.log_variance, "),
}


@pytest.mark.parametrize("when", ["before", "between epochs"])
@pytest.mark.parametrize(("change", "says"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_the_optimizer_does_not_hold_is_told_before_it_steps(change: Any, says: str, when: str) -> None:
    trainer, loader = training(callbacks=[At(6, change)] if when != "before" else [])
    if when == "before":
        change(trainer)
    with pytest.raises(ValueError, match=says):
        trainer.fit(loader, epochs=2)
    assert trainer.epoch == int(when != "before")


def test_what_is_frozen_need_not_be_held() -> None:
    trainer, loader = training()
    trainer.model[1].requires_grad_(False)
    trainer.optimizer = optim.SGD(trainer.model[4].parameters(), lr=0.1)
    before = weights(trainer)
    trainer.fit(loader)
    after = weights(trainer)
    assert [name for name in after if after[name] != before[name]] == ["0.running", "4.weight", "4.bias"]


class Uncertain(nn.Module):
    """A loss that is trained, too."""

    def __init__(self) -> None:
        self.log_variance = nn.Parameter(np.zeros(1, np.float32))

    def forward(self, output: Any, target: Any) -> Any:
        loss = nn.functional.cross_entropy(output, target)
        return (np.exp(-self.log_variance) * loss + self.log_variance).sum()


def uncertain(*callbacks: Callback, hidden: bool = False) -> tuple[Trainer, Any]:
    """A training whose loss has a parameter, or of which only the optimizer knows."""
    loss = Uncertain()
    trainer, loader = training(callbacks=callbacks)
    trainer.optimizer = optim.Adam([*trainer.model.parameters(), *loss.parameters()], lr=0.1)
    trainer.loss = (lambda output, target: loss(output, target)) if hidden else loss
    return trainer, loader


@pytest.mark.parametrize("hidden", [False, True])
def test_parameters_beside_the_model_are_put_back_and_resumed(hidden: bool, tmp_path: Path) -> None:
    def beside(trainer: Trainer) -> float:
        return float(trainer.optimizer.param_groups[0]["params"][-1].item())

    path = tmp_path / "c.npz"
    whole, loader = uncertain(hidden=hidden)
    whole.fit(loader, epochs=1)
    after_one = beside(whole)
    whole, loader = uncertain(hidden=hidden)
    whole.fit(loader, epochs=3)
    cut, loader = uncertain(At(9, interrupt), Checkpoint(path), hidden=hidden)
    cut.fit(loader, epochs=3)
    assert beside(cut) == after_one != 0
    resumed, loader = uncertain(Checkpoint(path), hidden=hidden)
    resumed.fit(loader, epochs=3, resume=path)
    assert beside(resumed) == beside(whole) and weights(resumed) == weights(whole)


class Keeps(nn.Module):
    """It keeps its input and an activation, and assigns a new running mean."""

    def __init__(self) -> None:
        self.layer = nn.Linear(5, 3, generator=0)
        self.mean = Tensor(np.zeros(5, np.float32))
        self.kept: dict[str, Any] = {}

    def forward(self, x: Any) -> Any:
        self.seen = Tensor(x)
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * self.seen.mean(axis=0)
        self.kept["out"] = self.layer(self.seen - self.mean)
        return self.kept["out"]


class KeepsLoss(nn.Module):
    """A loss that keeps what it measures."""

    def forward(self, y: Any, d: Any) -> Any:
        self.difference = y - np.eye(3, dtype=np.float32)[d]
        return np.mean(self.difference**2)


def keeping(*callbacks: Any) -> tuple[Trainer, Any]:
    model = Keeps()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    loader = nn.DataLoader(X[:47], D[:47], batch_size=8, shuffle=True, generator=1)
    return Trainer(model, KeepsLoss(), sgd, progress=False, callbacks=[EarlyStopping(patience=50), *callbacks]), loader


def moved(trainer: Trainer) -> list[bytes]:
    return [trainer.model.mean.data.tobytes(), *(p.data.tobytes() for p in trainer.model.parameters())]


@pytest.mark.parametrize("step", [2, 12, 14])
@pytest.mark.parametrize("ran", [False, True])
def test_what_a_model_keeps_of_a_batch_is_no_part_of_the_training(step: int, ran: bool, tmp_path: Path) -> None:
    done = (step - 1) // 6  # epochs
    path = tmp_path / "c.npz"
    whole, loader = keeping()
    whole.fit(loader, VALIDATION, epochs=done)
    half = moved(whole)
    whole.fit(loader, VALIDATION, epochs=4 - done)
    cut, loader = keeping(Checkpoint(path), At(step, interrupt))
    if ran:
        cut.evaluate((X, D))
        cut.find_lr(loader, steps=10)
    cut.fit(loader, VALIDATION, epochs=4)
    assert moved(cut) == half
    resumed, loader = keeping(Checkpoint(path))
    if ran:
        resumed.predict(X)
    resumed.fit(loader, VALIDATION, epochs=4, resume=path)
    assert moved(resumed) == moved(whole)


@pytest.mark.parametrize("name", ["layer.weight", "table", "norm.running_mean"])
def test_parameters_and_registered_buffers_do_not_come_and_go(name: str, tmp_path: Path) -> None:
    path = tmp_path / "c.npz"

    def trained(*callbacks: Any) -> tuple[Trainer, Any]:
        trainer, loader = keeping(*callbacks)
        trainer.model.register_buffer("table", np.ones(2))
        trainer.model.norm = nn.BatchNorm1d(2, affine=False)
        return trainer, loader

    trainer, loader = trained(Checkpoint(path))
    trainer.fit(loader, epochs=1)
    trainer, loader = trained()
    owner = trainer.model.get_submodule(name.rpartition(".")[0])
    setattr(owner, name.rpartition(".")[2], None)
    with pytest.raises(CheckpointError, match=f"{name}: unexpected" if "weight" not in name else "weight"):
        trainer.fit(loader, epochs=1, resume=path)


def test_the_generator_of_a_layer_in_a_function_is_resumed(tmp_path: Path) -> None:
    def build(*callbacks: Callback) -> tuple[Trainer, Any]:
        trainer, loader = training(callbacks=callbacks)
        noise = trainer.model[3]
        trainer.model[3] = lambda x: noise(x)
        return trainer, loader

    path = tmp_path / "c.npz"
    whole, loader = build()
    whole.fit(loader, epochs=2)
    cut, loader = build(At(8, interrupt), Checkpoint(path))
    cut.fit(loader, epochs=2)
    resumed, loader = build(Checkpoint(path))
    resumed.fit(loader, epochs=2, resume=path)
    assert weights(resumed) == weights(whole)


# ---------------------------------------------------------------- resuming


def one_cycle(sgd: Any) -> Any:
    return optim.OneCycleLR(sgd, 0.1, total_steps=30)


def drawing(**options: Any) -> tuple[Trainer, Any]:
    """The same, where the loader's thread and a layer draw from the default generator at one time."""
    trainer, _ = training(**options)
    trainer.model.append(nn.Dropout(0.1))
    data = nn.ArrayDataset(X[:48], D[:48], transform=lambda x: x + nn.init.normal(x.shape, std=0.1))
    return trainer, nn.DataLoader(data, batch_size=8, shuffle=True, generator=3)


@pytest.mark.parametrize("every", ["epoch", "step"])
@pytest.mark.parametrize("step", [1, 15, 18])
def test_resumed_is_bitwise_uninterrupted(every: str, step: int, tmp_path: Path) -> None:
    """Interrupted in the first epoch, inside a later one, and at an epoch's last step; all randomness is resumed."""
    nn.seed(5)
    options: dict[str, Any] = {"schedule": one_cycle, "schedule_every": every, "accumulate": 2 if step == 15 else 1}
    whole, loader = drawing(**options, callbacks=[EarlyStopping(patience=50)])
    expected = whole.fit(loader, VALIDATION, epochs=4)
    tail = nn.init.generator(None).random()

    nn.seed(5)
    path = tmp_path / "c.npz"
    step = step // options["accumulate"]
    cut, loader = drawing(**options, callbacks=[EarlyStopping(patience=50), Checkpoint(path), At(step, interrupt)])
    cut.fit(loader, VALIDATION, epochs=4)
    assert cut.epoch < 4

    nn.seed(99)
    resumed, loader = drawing(**options, callbacks=[EarlyStopping(patience=50), Checkpoint(path)])
    for parameter in resumed.model.parameters():
        parameter.data = parameter.data * 0
    loader.generator.random(3)
    history = resumed.fit(loader, VALIDATION, epochs=4, resume=path)
    assert weights(resumed) == weights(whole)
    assert (resumed.epoch, resumed.step) == (whole.epoch, whole.step)
    for name in expected:
        assert name == "seconds" or history[name] == expected[name]
    assert nn.init.generator(None).random() == tail
    again, loader = drawing(**options, callbacks=[EarlyStopping(patience=50), Checkpoint(path)])
    assert again.fit(loader, VALIDATION, epochs=4, resume=path).epochs == 4  # nothing is left to do
    assert weights(again) == weights(whole)


def test_generators_are_found_wherever_they_are() -> None:
    class Slots:
        __slots__ = ("mine",)

    a, b, c = (np.random.default_rng(k) for k in range(3))
    slots = Slots()
    slots.mine = b
    around: dict[str, Any] = {"shared": a, "itself": None}
    around["itself"] = around
    things = {"x": [partial(max, key=a)], "y": around, "z": (slots, {"deep": Noise(0)}), "w": c.integers}
    found = generators(things)
    assert list(found) == ["x.0.keywords.key", "z.0.mine", "z.1.deep.generator", "w.__self__"]
    assert found["x.0.keywords.key"] is a and found["z.0.mine"] is b and found["w.__self__"] is c


@pytest.mark.parametrize(
    ("says", "options"),
    {
        "the schedule is StepLR, in the file it is None": {"schedule": lambda sgd: optim.StepLR(sgd, 2)},
        "EarlyStopping 1": {"callbacks": [EarlyStopping()]},
        "given.mine": {"generators": {"mine": np.random.default_rng(0)}},
    }.items(),
    ids=["schedule", "callback", "generator"],
)
def test_another_trainer_is_refused_and_unchanged(says: str, options: Any, tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    trainer, loader = training(callbacks=[Checkpoint(path)])
    trainer.fit(loader, epochs=1)
    other, loader = training(lr=0.03, **options)
    before = weights(other)
    with pytest.raises(CheckpointError, match=says):
        other.fit(loader, epochs=1, resume=path)
    assert weights(other) == before and other.epoch == 0 and other.lr == 0.03


def test_another_model_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    trainer, loader = training(callbacks=[Checkpoint(path)])
    trainer.fit(loader, epochs=1)
    wide, loader = training()
    wide.model.layers[4] = nn.Linear(16, 4, generator=0)
    wide.optimizer = optim.SGD(wide.model.parameters(), lr=0.05, momentum=0.9)
    with pytest.raises(CheckpointError, match="nothing was changed"):
        wide.fit(loader, epochs=1, resume=path)
    with pytest.raises(FileNotFoundError):
        wide.fit(loader, resume=tmp_path / "none.npz")


# ---------------------------------------------------------------- non-finite numbers


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_non_finite_loss_names_the_first_bad_parameter() -> None:
    def spoil(trainer: Trainer) -> None:
        bias = trainer.model[4].bias
        bias.data = np.where(np.arange(3) == 1, np.nan, bias.data)

    trainer, loader = training(callbacks=[At(8, spoil)])
    with pytest.raises(
        NotFiniteError, match=r"epoch 2, step 9: the loss is nan.*'4.bias'.*first NaN at \(1,\)"
    ) as info:
        trainer.fit(loader, epochs=3)
    assert (info.value.epoch, info.value.step, info.value.name) == (2, 9, "4.bias")
    assert "find_lr" in str(info.value) and "autograd.debug()" in str(info.value)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_non_finite_gradient_moves_nothing() -> None:
    trainer, loader = training()
    trainer.loss = lambda y, d: np.sqrt(np.maximum(y, 0) * 0 + 1e-45).mean() * np.float32(1e38)
    before = [p.data.tobytes() for p in trainer.model.parameters()]
    with pytest.raises(NotFiniteError, match=r"epoch 1, step 1: the loss is finite, its gradient is not") as info:
        trainer.fit(loader)
    assert info.value.name
    assert [p.data.tobytes() for p in trainer.model.parameters()] == before


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_bad_sample_is_named() -> None:
    bad = X[:8].copy()
    bad[3, 2] = np.inf
    with pytest.raises(NotFiniteError, match=r"The batch itself .* infinity at \(3, 2\)\): clean the data"):
        straight().fit(nn.DataLoader(bad, D[:8], batch_size=8))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_that_is_infinite_by_itself() -> None:
    trainer = straight()
    trainer.loss = lambda y, d: (y * 0).sum() - np.log(np.abs(y.sum() * 0))
    with pytest.raises(NotFiniteError, match="the loss is inf"):
        trainer.fit(nn.DataLoader(X[:8], D[:8], batch_size=8))


# ---------------------------------------------------------------- the learning rate to start with


def test_find_lr_restores_everything() -> None:
    trainer, loader = training(schedule=one_cycle)
    twin, twins = training(schedule=one_cycle)
    found = trainer.find_lr(loader)
    assert 1e-4 < found.suggestion < 1 and len(found.rates) == len(found.losses) == len(found.smooth)
    assert found.rates[0] == pytest.approx(1e-6)
    trainer.fit(loader, VALIDATION, epochs=1)
    twin.fit(twins, VALIDATION, epochs=1)
    assert weights(trainer) == weights(twin)


def test_batches_whose_targets_are_all_ignored_do_not_end_the_search() -> None:
    found = linear(nn.CrossEntropyLoss()).find_lr(means.batches(means.FIRST_IGNORED, 4), high=0.1)
    assert len(found.rates) == 50


def test_suggestion_is_the_steepest_descent() -> None:
    rates = np.logspace(-5, 1, 61)
    loss = 1 - 1 / (1 + np.exp(-4 * (np.log10(rates) + 2))) + np.where(rates > 1, rates, 0)
    assert suggest(rates.tolist(), loss.tolist()) == pytest.approx(1e-2, rel=0.3)
    assert math.isnan(suggest(rates.tolist(), rates.tolist()))  # it only rises


# ---------------------------------------------------------------- progress and mistakes


def test_progress_prints_each_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    trainer, loader = training(progress=True, callbacks=[At(14, interrupt)])
    trainer.fit(loader, VALIDATION, epochs=12)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:11] for line in lines] == ["epoch  1/12", "epoch  2/12", "stopped: Ct"]
    assert all(name in lines[1] for name in trainer.history)


MISTAKES: dict[str, tuple[Any, type[Exception], str]] = {
    "train on arrays": (lambda t, loader: t.fit((X, D)), TypeError, "DataLoader"),
    "train on a list of arrays": (lambda t, loader: t.fit(loader, [X, D]), TypeError, "in a tuple"),
    "train on an iterator": (lambda t, loader: t.fit(iter([(X, D)])), TypeError, "iterator can be used only once"),
    "batch without a target": (lambda t, loader: t.fit([X]), TypeError, r"\(inputs..., target\)"),
    "train on nothing": (lambda t, loader: t.fit([]), ValueError, "no batch"),
    "dataset without a loader": (
        lambda t, loader: t.fit(loader, nn.ArrayDataset(X, D)), TypeError, r"nn.DataLoader\(dataset",
    ),
    "negative epochs": (lambda t, loader: t.fit(loader, epochs=-1), ValueError, "epochs"),
    "half an epoch": (lambda t, loader: t.fit(loader, epochs=2.5), ValueError, "whole number"),
    "lengths": (lambda t, loader: t.evaluate((X, D[:3])), ValueError, "different lengths"),
    "predict nothing": (lambda t, loader: t.predict([]), ValueError, "no batch"),
    "falling rates": (lambda t, loader: t.find_lr(loader, 1.0, 0.1), ValueError, "low < high"),
    "unnamed metric": (
        lambda t, loader: training(metrics=[lambda y, d: 0.0]), ValueError, "metrics={'name': function}",
    ),
    "one metric": (lambda t, loader: training(metrics=accuracy), TypeError, "list of functions"),
    "metric by name": (lambda t, loader: training(metrics=["accuracy"]), TypeError, "nn.metrics.accuracy"),
    "clip=0": (lambda t, loader: training(clip=0), ValueError, "clip"),
    "clip=True": (lambda t, loader: training(clip=True), ValueError, "clip"),
    "one callback": (lambda t, loader: training(callbacks=EarlyStopping()), TypeError, r"callbacks=\[EarlyStopping"),
    "schedule": (lambda t, loader: training(schedule=lambda sgd: 0.9), TypeError, "schedule must be one such as"),
    "plateau of rising losses": (
        lambda t, loader: training(schedule=lambda sgd: optim.ReduceLROnPlateau(sgd, "max"))[0].fit(loader),
        ValueError, r"ReduceLROnPlateau has mode='max', and would get loss, where lower is better: give it another",
    ),
    "plateau of falling scores": (
        lambda t, loader: training(
            schedule=lambda sgd: optim.ReduceLROnPlateau(sgd), schedule_monitor="accuracy"
        )[0].fit(loader),
        ValueError, "mode='min', and would get accuracy, where higher is better",
    ),
    "schedule of nothing": (
        lambda t, loader: training(
            schedule=lambda sgd: optim.ReduceLROnPlateau(sgd), schedule_monitor="val_loss"
        )[0].fit(loader),
        ValueError, "no epoch measures schedule_monitor='val_loss'; there are loss, accuracy, lr, seconds",
    ),
    "schedule of another optimizer": (
        lambda t, loader: training(schedule=lambda sgd: optim.StepLR(t.optimizer, 2)),
        ValueError, "StepLR sets the rates of another optimizer",
    ),
    "metric of a pair": (
        lambda t, loader: linear(lambda y, d: y.mean(), metrics=[accuracy]).evaluate([(means.X, (D, D))]),
        TypeError, "metrics and predict.. need a target to be one array",
    ),
    "schedule_every": (lambda t, loader: training(schedule_every="batch"), ValueError, "'epoch' or 'step'"),
    "accumulate": (lambda t, loader: training(accumulate=0), ValueError, "accumulate"),
    "class of a loss": (
        lambda t, loader: Trainer(t.model, nn.MSELoss, t.optimizer), TypeError, "not the class MSELoss",
    ),
    "class of an optimizer": (
        lambda t, loader: Trainer(t.model, nn.MSELoss(), optim.SGD), TypeError, "not the class SGD",
    ),
    "another model's optimizer": (
        lambda t, loader: Trainer(nn.Linear(5, 3), nn.MSELoss(), t.optimizer), ValueError, "no parameter of this Lin",
    ),
    "network of Values": (
        lambda t, loader: Trainer(nn.scalar.MLP(2, [1]), nn.MSELoss(), t.optimizer), TypeError, "nn.Module",
    ),
    "patience": (lambda t, loader: EarlyStopping(patience=0), ValueError, "patience"),
    "every": (lambda t, loader: Checkpoint("c", every=0), ValueError, "every"),
}  # fmt: skip


@pytest.mark.parametrize(("act", "error", "says"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(act: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        act(*training())


def test_a_loss_of_many_numbers() -> None:
    trainer, loader = training()
    trainer.loss = partial(nn.functional.cross_entropy, reduction="none")
    with pytest.raises(ValueError, match=r"one number per batch, got shape \(8,\)"):
        trainer.fit(loader)


def test_a_loss_that_is_not_a_tensor() -> None:
    trainer, loader = training()
    trainer.loss = lambda y, d: {"a": y.sum()}
    with pytest.raises(TypeError, match="got a dict: add up its parts"):
        trainer.fit(loader)


class Log(Callback):
    last = None  # a name that anybody might choose

    def on_epoch_end(self, trainer: Any) -> None:
        self.last = trainer.epoch


def test_callbacks_may_have_any_attributes_and_any_class() -> None:
    duck = type("Duck", (), {name: f for kind in (Callback, Log) for name, f in vars(kind).items() if callable(f)})()
    log = Log()
    trainer, loader = training(callbacks=[log, duck])
    trainer.fit(loader, epochs=2)
    assert (log.last, duck.last) == (2, 2)
