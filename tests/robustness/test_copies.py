"""Copies and pickles: what is copied goes on as the original does, and neither sees what the other does."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, Value, grad

from .test_states import HOLDERS, training

Case = tuple[Callable[[], Any], Callable[[Any], Any]]  # makes a thing; uses it, and returns what comes of it


def leaf() -> Any:
    x = Tensor([1.0, -2.0], requires_grad=True, label="x")
    (x**3).sum().backward()
    return x


def swept(x: Any) -> Any:
    (x * x).sum().backward()
    x.data = x.data + 1
    return x.data, x.grad, x.label, x.requires_grad, type(x).__name__


def graph() -> Value:
    v = Value(0.5, label="v")
    y = v.tanh() * v + v
    y.backward(retain_graph=True)
    return y


def leaves(y: Value) -> list[Value]:
    return [y] if y.is_leaf else [v for x in y.inputs for v in leaves(x)]


def swept_value(y: Value) -> Any:
    y.backward()
    return y.data, [(v.data, v.grad, v.label) for v in leaves(y)]


def model() -> Any:
    return nn.Sequential(nn.Linear(2, 3, generator=0), nn.BatchNorm1d(3), nn.Dropout(0.5, generator=1), nn.Linear(3, 1))


def used(model: Any) -> Any:
    (model(np.ones((4, 2), np.float32)) ** 2).sum().backward()
    return [(p.data, p.grad) for p in model.parameters()], [b.data for b in model.buffers()]


def stepped(optimizer: Any) -> Any:
    (p,) = optimizer.param_groups[0]["params"]

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (p**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return p.data, optimizer.state_dict()


def rates(schedule: Any) -> Any:
    for loss in (1.0, 2.0, 3.0):
        schedule.step(loss) if isinstance(schedule, optim.ReduceLROnPlateau) else schedule.step()
    return schedule.state_dict(), [group["lr"] for group in schedule.optimizer.param_groups]


def averaged(average: Any) -> Any:
    for p in average.params.values():
        p.data = p.data + 1.0
    average.update()
    return average.state_dict()


def trained() -> Any:
    trainer, loader = training(Path("never written"))
    trainer.callbacks = trainer.callbacks[:1]
    trainer.fit(loader, epochs=1)
    return trainer, loader, nn.init.generator(None).bit_generator.state


def trained_on(things: Any) -> Any:
    trainer, loader, state = things
    nn.init.generator(None).bit_generator.state = state
    trainer.fit(loader, epochs=1)
    columns = {name: column for name, column in trainer.history.columns.items() if name != "seconds"}
    return trainer.model.state_dict(), trainer.optimizer.state_dict(), columns, trainer.epoch


CASES: dict[str, Case] = {
    "leaf": (leaf, swept),
    "parameter": (lambda: nn.Parameter([1.0, 2.0]), swept),
    "graph of Values": (graph, swept_value),
    "model": (model, used),
    **{name: (HOLDERS[name], stepped) for name in ("SGD", "Adam", "LBFGS")},
    **{name: (HOLDERS[name], rates) for name in ("cosine", "plateau", "chained")},
    "EMA": (HOLDERS["EMA"], averaged),
    "loader": (HOLDERS["loader"], lambda loader: [*loader, *loader]),
    "generator": (lambda: np.random.default_rng(3), lambda rng: rng.normal(size=3)),
    "training": (trained, trained_on),
}
COPIES: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    **{
        f"pickle {k}": lambda thing, k=k: pickle.loads(pickle.dumps(thing, k))  # type: ignore[misc]
        for k in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


def same(a: Any, b: Any) -> None:
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        same(list(a.values()), list(b.values()))
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    else:
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_equal_and_independent(name: str, how: str) -> None:
    make, use = CASES[name]
    thing = make()
    again = COPIES[how](thing)
    first = copy.deepcopy(use(again))  # as it is now
    same(use(thing), first)


@pytest.mark.parametrize("how", COPIES)
def test_a_computed_tensor_says_what_to_copy(how: str) -> None:
    with pytest.raises(TypeError, match=r"of a computed tensor.*t\.detach\(\), or its leaves"):
        COPIES[how](Tensor([1.0], requires_grad=True) * 2)
    with pytest.raises(TypeError, match="of a computed tensor"):  # what grad gives a function is no leaf of the user's
        grad(lambda x: x * COPIES[how](x))(3.0)


def test_nothing_that_reads_files_unpickles(tmp_path: Path) -> None:
    """A pickle may run any code: this one writes a file."""

    class Hostile:
        def __reduce__(self) -> Any:
            return (tmp_path / "written").write_text, ("by a pickle",)

    hostile = np.empty(1, object)
    hostile[0] = Hostile()
    np.savez(tmp_path / "a.npz", w=hostile)
    for name in ("a.npz", "b.npz", "c.safetensors", "d.pt"):
        if name != "a.npz":
            (tmp_path / name).write_bytes(pickle.dumps(Hostile()))
        for read in (nn.load, nn.training.load_state, nn.datasets.idx):
            with pytest.raises(nn.FileError, match=name):
                read(tmp_path / name)  # type: ignore[operator]
    assert not (tmp_path / "written").exists()
