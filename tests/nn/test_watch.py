"""A watched training is the same training, and its record has the numbers that one would compute by hand."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import warnings
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
import optim
from autograd import Tensor, Value, checkpoint, no_grad
from autograd.functional.nests import leaves as flat
from nn.training import Callback, Checkpoint, EarlyStopping, Trainer
from nn.training.watching.outputs import Outputs

from ..tables.networks.case import Case
from .test_layers import TABLE

LAYERS = {name: case for name, (_, case) in TABLE.items() if not case.is_function}
RNG = np.random.default_rng(0)
X, D = RNG.normal(size=(48, 1, 8, 8)).astype(np.float32), RNG.integers(0, 3, 48)


def norm(x: Any) -> float:
    return float(np.linalg.norm(np.asarray(x, np.result_type(np.asarray(x), np.float64)).ravel()))


def near(found: Any, expected: Any, rtol: float = 1e-5) -> None:
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-7)


def backward(outputs: Any) -> None:
    """Of the sum of squares of all that a layer gave."""
    tracked = [y for y in flat(outputs) if isinstance(y, Tensor) and y.requires_grad]
    if tracked:
        total: Any = sum((y * y).sum() for y in tracked)
        total.backward()


@pytest.mark.parametrize("case", LAYERS.values(), ids=LAYERS)
def test_norms_and_statistics_are_those_computed_by_hand(case: Case) -> None:
    layer: Any = case.function(nn, case.options)
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in case.draw()]
    watch = nn.watch(layer)
    before = {name: p.data.copy() for name, p in layer.named_parameters()}
    outputs = layer(*inputs, **case.call)
    backward(outputs)
    if before:
        optim.SGD(layer.parameters(), lr=0.01).step()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a layer without a gradient
        watch.step()
    together: dict[str, list[float]] = {}
    for name, p in layer.named_parameters():
        columns = watch[name]
        by_hand = {"weight": before[name], "update": p.data - before[name]}
        by_hand |= {"gradient": p.grad} if p.grad is not None else {}
        for column, x in by_hand.items():
            near(columns[column], [norm(x)])
            together.setdefault(column, []).append(norm(x))
        with np.errstate(all="ignore"):
            near(columns["ratio"], [np.divide(norm(by_hand["update"]), norm(before[name]))])
    for column, norms in together.items():
        near(watch[""][column], [math.hypot(*norms)])
    if "calls" in watch[""]:  # it has parameters, or no layers inside
        first = next(y for y in flat(outputs) if hasattr(y, "dtype"))
        if not first.size:
            return
        y = np.asarray(first.data if isinstance(first, Tensor) else first, float)
        by_hand = {"mean": y.mean(), "std": y.std(), "min": y.min(), "max": y.max(), "zeros": (y == 0).mean()}
        for column, x in by_hand.items():
            near(watch[""][column], [x])


@given(
    st.lists(st.lists(st.floats(-1e3, 1e3, width=16), min_size=1, max_size=8), min_size=1, max_size=4),
    st.sampled_from([(1.0, 0.0), (1.0, 1e4), (1e-25, 0.0), (1e25, 0.0)]),
    st.sampled_from([np.float32, np.float64]),
)
def test_calls_of_a_step_are_summed_up_as_one_array(
    calls: list[list[float]], change: tuple[float, float], dtype: Any
) -> None:
    arrays = [(np.array(call) * change[0] + change[1]).astype(dtype) for call in calls]
    whole = np.concatenate(arrays).astype(float)
    seen = Outputs(nn.Identity())
    for a in arrays:
        seen.add(a, 0)
    found = seen.columns()
    for column, x in {"mean": whole.mean(), "std": whole.std(), "min": whole.min(), "max": whole.max()}.items():
        np.testing.assert_allclose(found[column], x, rtol=1e-4, atol=3e-7 * abs(whole).max(), err_msg=column)
    assert found["zeros"] == (whole == 0).mean() and found["calls"] == len(arrays)


# ------------------------------------------------ what is dead, what is saturated


def biased(layer: Any, dead: list[int]) -> Any:
    """A layer whose units give large negative numbers where they are to be dead, and large positive ones elsewhere."""
    layer.bias.data = np.where(np.isin(np.arange(layer.bias.size), dead), -1e3, 1e3)
    return layer


STACKS: dict[str, tuple[Callable[[], Any], tuple[int, ...], str]] = {
    "linear": (lambda: nn.Sequential(biased(nn.Linear(5, 8), [1, 6]), nn.ReLU()), (9, 5), "1"),
    "linear of sequences": (lambda: nn.Sequential(biased(nn.Linear(5, 8), [1, 6]), nn.ReLU()), (9, 4, 5), "1"),
    "linear of images": (lambda: nn.Sequential(biased(nn.Linear(5, 8), [1, 6]), nn.ReLU()), (9, 4, 3, 5), "1"),
    "channels": (lambda: nn.Sequential(biased(nn.Conv2d(1, 8, 3), [1, 6]), nn.ReLU()), (4, 1, 6, 7), "1"),
    "channels, normalised": (
        lambda: nn.Sequential(nn.Conv1d(2, 8, 3), biased(nn.BatchNorm1d(8), [0, 7]), nn.ReLU6()), (4, 2, 9), "2",
    ),
    "channels in one axis": (lambda: nn.Sequential(biased(nn.Conv1d(2, 8, 3), [3, 4]), nn.ReLU()), (4, 2, 9), "1"),
    "channels in three axes": (
        lambda: nn.Sequential(biased(nn.Conv3d(1, 8, 2), [3, 4]), nn.ReLU()), (4, 1, 3, 4, 5), "1",
    ),
    "one image": (lambda: nn.Sequential(biased(nn.Conv2d(1, 8, 3), [1, 6]), nn.ReLU()), (1, 6, 7), "1"),
    "after flattening": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), biased(nn.Linear(40, 8), [2, 5]), nn.ReLU()),
        (4, 1, 6, 7), "3",
    ),
    "a layer's own output": (
        lambda: nn.Sequential(biased(nn.Linear(5, 8), []), nn.Hardtanh(0.0, 1.0), Mask([2, 3])), (9, 5), "2",
    ),
}  # fmt: skip


class Mask(nn.Module):
    """0 for some units: a function of one's own."""

    def __init__(self, units: list[int]) -> None:
        self.units = units

    def forward(self, x: Any) -> Any:
        return x * np.where(np.isin(np.arange(x.shape[-1]), self.units), 0, 1).astype(x.dtype)


@pytest.mark.parametrize(("build", "shape", "name"), STACKS.values(), ids=STACKS)
def test_planted_dead_units_are_counted(build: Callable[[], Any], shape: tuple[int, ...], name: str) -> None:
    model = build()
    watch = nn.watch(model)
    for _ in range(2):  # what is dead in one call may live in another
        x = RNG.normal(size=shape).astype(np.float32)
        backward(model(Tensor(x)))
    watch.step()
    assert watch[name].dead == [2 / 8]
    assert watch[name].calls == [2]
    assert watch.marks[name] == ["25.0% dead units"] and "25.0% dead units" in str(watch)


SATURATED: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "tanh": (nn.Tanh(), lambda x: 1 - np.tanh(x) ** 2 < 0.05),
    "sigmoid": (nn.Sigmoid(), lambda x: 4 * np.exp(-x) / (1 + np.exp(-x)) ** 2 < 0.05),
    "softsign": (nn.Softsign(), lambda x: 1 / (1 + abs(x)) ** 2 < 0.05),
    "hardtanh": (nn.Hardtanh(-1, 2), lambda x: (x <= -1) | (x >= 2)),
    "hardsigmoid": (nn.Hardsigmoid(), lambda x: abs(x) >= 3),
}


@pytest.mark.parametrize(("layer", "flat"), SATURATED.values(), ids=SATURATED)
def test_saturated_is_where_a_slope_is_below_a_twentieth_of_the_largest(layer: Any, flat: Any) -> None:
    watch = nn.watch(layer)
    x = RNG.normal(0, 4, (6, 50))
    backward(layer(Tensor(x, requires_grad=True)))
    watch.step()
    assert 0 < watch[""].saturated[0] == flat(x).mean() < 1
    assert ("saturated" in str(watch.marks)) == (watch[""].saturated[0] >= 0.5)


# ------------------------------------------------ nothing changes


class Tied(nn.Module):
    """Weights that are used twice, a layer that is called twice, one that is never called, a number of Values."""

    def __init__(self) -> None:
        self.flat, self.there, self.unused = nn.Flatten(), nn.Linear(64, 64), nn.Linear(2, 2)
        self.back, self.tanh, self.head = nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 3)
        self.back.weight = self.there.weight
        self.scale = Value(1.5)

    def forward(self, x: Any) -> Any:
        return self.head(self.tanh(self.back(self.tanh(self.there(self.flat(x))))))


class Reader(nn.Module):
    """Rows of an image read by an LSTM, which returns tuples."""

    def __init__(self) -> None:
        self.lstm, self.head = nn.LSTM(8, 12, num_layers=2, batch_first=True), nn.Linear(12, 3)

    def forward(self, x: Any) -> Any:
        _, (h, c) = self.lstm(x[:, 0])
        return self.head(h[-1] + c[-1])


def by_columns() -> Any:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))
    for p in model.parameters():
        p._array = np.asfortranarray(p._array)  # as some files hold them
    return model


MODELS: dict[str, Callable[[], Any]] = {
    "convolutions": lambda: nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.2),
        nn.Linear(36, 3),
    ),
    "half precision": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.Sigmoid(), nn.Linear(8, 3)).half(),
    "tied": Tied, "tuples": Reader, "by columns": by_columns,
}  # fmt: skip


def trained(build: Callable[[], Any], watched: Callable[[Any], Any], steps: int = 6) -> tuple[dict[str, Any], Any]:
    """The weights and the gradients after a few steps, and what watched them."""
    nn.seed(0)
    model = build()
    sgd = optim.Adam([p for p in model.parameters() if isinstance(p, Tensor)], lr=0.01)
    watch = watched(model)
    found: Any = {}
    for k in range(steps):
        batch = slice(8 * k, 8 * k + 8)
        sgd.zero_grad()
        loss = nn.functional.cross_entropy(model(X[batch]), D[batch])
        loss.backward()
        sgd.step()
        if watch is not None:
            watch.step()
        found[f"loss {k}"] = loss.data
    return found | model.state_dict() | {f"d {n}": p.grad for n, p in model.named_parameters()}, watch


@pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("every", [1, 3])
def test_a_watched_training_is_the_same_bit_for_bit(build: Callable[[], Any], every: int) -> None:
    alone, _ = trained(build, lambda model: None)
    found, watch = trained(build, lambda model: nn.watch(model, every))
    for name, x in alone.items():
        assert np.asarray(x).tobytes() == np.asarray(found[name]).tobytes(), name
    assert watch.steps.tolist() == list(range(1, 7, every))
    dense = trained(build, nn.watch)[1]
    for name in watch:
        for column, x in watch[name].items():
            np.testing.assert_array_equal(x, dense[name][column][::every], err_msg=f"{name}.{column}")


def test_shared_layers_and_weights_count_where_they_stand() -> None:
    _, watch = trained(Tied, nn.watch)
    assert watch["tanh"].calls.tolist() == [2] * 6 and watch["unused"].calls.tolist() == [0] * 6
    assert "mean" not in watch["unused"] and "gradient" not in watch["unused"]
    assert "back.weight" not in watch and watch["there.weight"].gradient.all()
    near(np.hypot(watch["there.weight"].gradient, watch["back.bias"].gradient), watch["back"].gradient)
    assert watch["scale"].weight.tolist() == [1.5] * 6 and watch["scale"].update.tolist() == [0] * 6
    assert watch.layers == ["flat", "there", "unused", "back", "tanh", "head"]
    with pytest.raises(KeyError, match=r"'body' was not recorded; there are '', 'flat'"):
        watch["body"]
    with pytest.raises(AttributeError, match="'flat' has no column 'gradient'; it has step, calls, mean"):
        watch["flat"].gradient  # noqa: B018


def test_functions_in_a_sequential_are_layers_as_modules_are() -> None:
    def model(tanh: Any, relu: Any, last: Any) -> Any:
        inner = nn.Sequential(nn.Linear(5, 6, generator=1), tanh)
        return nn.Sequential({"in": inner, "relu": relu, "out": nn.Sequential(nn.Linear(6, 3, generator=2), last)})

    x = Tensor(RNG.normal(0, 3, (8, 5)).astype(np.float32))
    kinds = (np.tanh, nn.functional.relu, nn.functional.sigmoid), (nn.Tanh(), nn.ReLU(), nn.Sigmoid())
    found = []
    for layers in kinds:
        built = model(*layers)
        watch = nn.watch(built)
        for _ in range(2):
            backward(built(x))
        watch.step()
        found.append(watch)
    functions, modules = found
    assert functions.layers == modules.layers == ["in.0", "in.1", "relu", "out.0", "out.1"]
    assert record(functions) == record(modules)
    assert [line.split()[1].lower() for line in str(functions).splitlines()[3:-1]] == [
        "linear", "tanh", "relu", "linear", "sigmoid",
    ]  # fmt: skip


def test_functions_whose_results_are_not_to_be_told_from_others_are_left_out() -> None:
    shared = nn.Linear(4, 4)
    model = nn.Sequential(shared, np.tanh, shared, np.sin, np.cos, nn.Sequential(nn.Linear(4, 4)), abs)
    watch = nn.watch(model)
    x = Tensor(np.ones((2, 4), np.float32))
    backward(model(x))
    watch.step()
    assert watch.layers == ["0", "4", "5.0", "6"]
    near(watch["4"].mean, [np.cos(np.sin(shared(np.tanh(shared(x))))).data.mean()])
    model[4] = np.exp
    watch.step()  # which looks at the model anew
    backward(model(x))
    watch.step()
    near(watch["4"].mean[-1], np.exp(np.sin(shared(np.tanh(shared(x))))).data.mean())
    assert watch["4"].calls.tolist() == [1, 0, 1]


def test_a_network_without_layers_shows_its_parameters() -> None:
    class Hand(nn.Module):
        def __init__(self) -> None:
            self.w1, self.w2 = nn.Parameter(np.ones((2, 3)) / 9), nn.Parameter(np.ones((3, 1)))
            self.more = [nn.Parameter(np.ones(1))]

        def forward(self, x: Any) -> Any:
            return np.tanh(x @ self.w1) @ self.w2 * self.more[0]

    model = Hand()
    watch = nn.watch(model)
    backward(model(np.ones((4, 2))))
    watch.step()
    assert [line.split()[0] for line in str(watch).splitlines()[3:]] == ["w1", "w2", "more.0", "whole"]
    near(watch[""].mean, [3 * np.tanh(2 / 9)])


def test_nothing_lives_longer_for_it() -> None:
    model = MODELS["convolutions"]()
    watch = nn.watch(model)
    y = model(X[:8])
    array = weakref.ref(y._array)
    del y
    assert array() is None  # by reference counting
    gone = weakref.ref(watch)
    del watch
    assert gone() is None
    assert not any(module._hooks.after for module in model.modules() if module._hooks)
    with nn.watch(model) as watch:
        assert all(module._hooks.after for module in model)
    assert not any(module._hooks.after for module in model)
    backward(model(X[:8]))
    watch.step()
    assert not watch.steps.size
    copy.deepcopy(model)(X[:8])  # has no hooks


def test_what_gives_no_gradient_is_not_counted() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.Tanh(), nn.Linear(4, 3))
    watch = nn.watch(model)
    with no_grad():
        model(X[:4])
    model.eval()
    model(X[:4])
    model.train()
    backward(checkpoint(model, Tensor(X[:8], requires_grad=True)))  # which calls it twice, once to record
    watch.step()
    assert watch["1"].calls.tolist() == [1]


def test_numbers_that_are_not_finite_are_told() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    sgd = optim.SGD(model.parameters(), lr=0.1)
    watch = nn.watch(model)
    for bad in (1.0, np.nan):
        sgd.zero_grad()
        with np.errstate(invalid="ignore"):
            backward(model(Tensor(np.full((5, 3), bad, np.float32))))
            sgd.step()
            watch.step()
    assert watch.steps.tolist() == [1, 2]
    assert watch["0"].gradient[1] == watch["0"].update[1] == math.inf and math.isfinite(watch["0"].weight[1])
    assert np.isnan(watch["1"].mean[1]) and np.isnan([watch["1"].min[1], watch["1"].max[1]]).all()
    assert watch.marks["0"] == ["gradient and update not finite", "outputs not finite"]
    assert math.isfinite(watch["0"].gradient[0])


def test_vanishing_exploding_and_large_steps_are_marked() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4))
    watch = nn.watch(model)
    x, one = np.ones((2, 4), np.float32), np.ones((4, 4), np.float32)
    for step in range(10):
        model.zero_grad()
        backward(model(x))
        for k, scale in enumerate([1e-6, 0, 1e5 if step == 9 else 1, 1]):
            model[k].weight.grad, model[k].bias.grad = one * scale, one[0] * 0
        if step == 9:
            model[3].weight.data = model[3].weight.data * 1.2
        watch.step()
    assert watch.marks == {
        "0": ["vanishing gradient"], "1": ["gradient is 0"], "2": ["exploding gradient"],
        "3": ["vanishing gradient", watch.marks["3"][1]],
    }  # fmt: skip
    assert watch.marks["3"][1].startswith("changed by 1")
    text = str(watch)
    assert all(f"◀ {'; '.join(told)}" in text for told in watch.marks.values())


# ------------------------------------------------ in a trainer


def trainer(*callbacks: Callback, watched: bool = True, **options: Any) -> tuple[Trainer, Any, Any]:
    nn.seed(0)
    model = MODELS["convolutions"]()
    watch = nn.watch(model, options.pop("every", 1)) if watched else None
    found = [*callbacks, watch] if watch else [*callbacks]
    loader = nn.DataLoader(X, D, batch_size=8, shuffle=True, generator=3)
    sgd = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return Trainer(model, nn.CrossEntropyLoss(), sgd, callbacks=found, progress=False, **options), loader, watch


def record(watch: Any) -> dict[str, bytes]:
    return {f"{name}.{column}": x.tobytes() for name in watch for column, x in watch[name].items()}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_watches_the_copy_of_the_model(copied: Callable[[Any], Any]) -> None:
    first, loader, watch = trainer()
    first.fit(loader, epochs=1)
    nn.seed(1)
    model, seen = copied((first.model, watch))
    alone = record(watch)
    for k in range(2):
        backward(model(X[:8]))
        seen.step()
        assert seen["0"].calls.tolist() == [1] * (7 + k)
    assert record(watch) == alone and not watch._outputs


class Interrupt(Callback):
    def __init__(self, step: int) -> None:
        self.at = step

    def on_step_end(self, trainer: Any) -> None:
        if trainer.step == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("every", [1, 4])
def test_an_interrupted_training_keeps_its_record(tmp_path: Path, every: int) -> None:
    path = tmp_path / "checkpoint.npz"
    whole, loader, watch = trainer(every=every)
    whole.fit(loader, (X, D), epochs=3)
    assert watch.steps.tolist() == list(range(1, 19, every))
    cut, loader, seen = trainer(Checkpoint(path), Interrupt(14), every=every)
    cut.fit(loader, (X, D), epochs=3)
    assert seen.steps.tolist() == list(range(1, 13, every))  # those of whole epochs
    again, loader, resumed = trainer(Checkpoint(path), every=every)
    again.fit(loader, (X, D), epochs=3, resume=path)
    assert record(resumed) == record(watch)
    cut.callbacks = [c for c in cut.callbacks if not isinstance(c, Interrupt)]
    cut.fit(loader, (X, D), epochs=1)  # after Ctrl-C, the same trainer goes on
    assert seen.steps.tolist() == list(range(1, 19, every))


def test_a_trainer_is_watched_with_all_that_it_does() -> None:
    plain, loader, _ = trainer(watched=False, accumulate=2, clip=0.1)
    plain.fit(loader, (X, D), epochs=2)
    other, loader, watch = trainer(EarlyStopping(patience=5), accumulate=2, clip=0.1)
    other.find_lr(loader, steps=10)
    nn.seed(0)
    other, loader, watch = trainer(accumulate=2, clip=0.1)
    other.fit(loader, (X, D), epochs=2)
    for name, x in plain.model.state_dict().items():
        assert x.tobytes() == other.model.state_dict()[name].tobytes()
    assert watch["0"].calls.tolist() == [2] * 6  # batches of a step, not of validation
    near(watch[""].gradient, [0.1] * 6)  # as they were clipped
    other.fit(loader, epochs=1)
    assert watch.steps.tolist() == list(range(1, 10))  # one training goes on
    Trainer(other.model, nn.CrossEntropyLoss(), other.optimizer, callbacks=[watch], progress=False).fit(loader)
    assert watch.steps.tolist() == list(range(1, 7))  # another one begins
    with pytest.raises(ValueError, match="neither in the trainer's model nor in its loss"):
        Trainer(plain.model, nn.CrossEntropyLoss(), plain.optimizer, callbacks=[watch], progress=False).fit(loader)


def test_layers_may_come_and_change_during_a_training() -> None:
    class Grow(Callback):
        def on_epoch_end(self, trainer: Any) -> None:
            if trainer.epoch == 1:
                trainer.model.append(nn.Linear(3, 3))
                trainer.optimizer.add_param_group({"params": list(trainer.model[-1].parameters())})

    grown, loader, watch = trainer(Grow())
    grown.fit(loader, epochs=2)
    assert np.isnan(watch["7"].gradient).tolist() == [True] * 6 + [False] * 6
    assert np.isnan(watch["7.weight"].ratio).tolist() == [True] * 6 + [False] * 6


# ------------------------------------------------ what it shows and says


def test_it_shows_itself() -> None:
    pytest.importorskip("matplotlib")
    model = nn.Sequential(nn.Flatten(), nn.ModuleDict({"<b>&$x$": nn.Linear(64, 3)})["<b>&$x$"])
    model = nn.ModuleDict({"<b>&$x$": model, "a\nb": nn.Tanh()})
    watch = nn.watch(model)
    assert "no" not in repr(watch) and "Call w.step()" in str(watch) and "0 steps recorded" in watch._repr_html_()
    with pytest.raises(ValueError, match="nothing to plot yet"):
        watch.plot()
    backward(model["<b>&$x$"](X[:8]))
    watch.step()
    assert "&lt;b&gt;&amp;$x$.1" in watch._repr_html_() and "<b>" not in watch._repr_html_()
    lines = str(watch).splitlines()
    assert lines[0] == "step 1" and "<b>&$x$.1  Linear" in lines[4] and lines[-1].startswith("whole model  ModuleDict")
    assert lines[5].startswith("a\ufffdb  Tanh")
    for number in (watch["<b>&$x$.1"].gradient[0], watch["<b>&$x$.1"].mean[0]):
        assert f"{number:.3g}" in lines[4]
    watch.plot().savefig("/dev/null", format="png", dpi=30)
    alone = nn.Linear(2, 2)
    single = nn.watch(alone)
    backward(alone(np.ones((3, 2), np.float32)))
    single.step()
    assert [t.get_text() for t in single.plot().axes[0].get_yticklabels()] == ["weight", "bias"]
    assert f"{single[''].mean[0]:.3g}" in str(single).splitlines()[-1]


MISFITS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no module": (lambda: nn.watch(np.tanh), TypeError, "must be an nn.Module, got a ufunc"),  # type: ignore[arg-type]
    "no step": (lambda: nn.watch(nn.ReLU(), every=0), ValueError, "at least 1, got 0"),
    "half a step": (lambda: nn.watch(nn.ReLU(), every=1.5), ValueError, "got 1.5"),  # type: ignore[arg-type]
    "a truth value": (lambda: nn.watch(nn.ReLU(), every=True), ValueError, "got True"),
}


@pytest.mark.parametrize(("act", "kind", "says"), MISFITS.values(), ids=MISFITS)
def test_arguments_that_do_not_fit(act: Callable[[], object], kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        act()


def test_a_step_without_a_gradient_warns_once() -> None:
    model = nn.Linear(2, 2)
    watch = nn.watch(model)
    backward(model(np.ones((3, 2), np.float32)))
    model.zero_grad()
    with pytest.warns(UserWarning, match=r"no parameter of Linear has a gradient: call step\(\) after optimizer.step"):
        watch.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        watch.step()
    gc.collect()
