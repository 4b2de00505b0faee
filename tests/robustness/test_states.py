"""States of optimizers, schedules and the like that went wrong: loaded whole, or refused by a ValueError."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nn
import optim
from autograd import Tensor, Value
from nn.training import Checkpoint, CheckpointError, EarlyStopping, Trainer, load_state, save_state

from ..fuzz.choices import Choices
from ..fuzz.mutations import nested


def trained(make: Callable[[Any], Any]) -> Any:
    """An optimizer after two steps, of an array and a number."""
    params = [Tensor([1.0, -2.0], requires_grad=True)]
    optimizer = make(params)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (params[0] ** 2).sum()
        loss.backward()
        return loss

    for _ in range(2):
        optimizer.step(closure)
    return optimizer


def averaged() -> Any:
    average = optim.EMA([Tensor([1.0, 2.0], requires_grad=True), Value(3.0)])
    average.update()
    return average


def scheduled(make: Callable[[Any], Any]) -> Any:
    schedule = make(trained(lambda p: optim.SGD(p, lr=0.1)))
    for k in range(3):
        schedule.step(1.0 + k) if isinstance(schedule, optim.ReduceLROnPlateau) else schedule.step()
    return schedule


HOLDERS: dict[str, Callable[[], Any]] = {
    "SGD": lambda: trained(lambda p: optim.SGD(p, lr=0.1, momentum=0.9)),
    "Adam": lambda: trained(lambda p: optim.Adam(p, lr=0.1)),
    "LBFGS": lambda: trained(lambda p: optim.LBFGS(p, max_iter=2)),
    "EMA": averaged,
    "cosine": lambda: scheduled(lambda o: optim.CosineAnnealingLR(o, 9)),
    "plateau": lambda: scheduled(lambda o: optim.ReduceLROnPlateau(o, patience=1)),
    "chained": lambda: scheduled(lambda o: optim.ChainedScheduler([optim.StepLR(o, 2), optim.ExponentialLR(o, 0.9)])),
    "loader": lambda: nn.DataLoader(np.ones((4, 2)), batch_size=2, shuffle=True, generator=0),
}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(np.array_equal(a, b, equal_nan=True)) if isinstance(a, float | np.ndarray) else bool(a == b)


@pytest.mark.parametrize("name", HOLDERS)
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_mutated_state_is_loaded_whole_or_refused(name: str, data: Any) -> None:
    thing = HOLDERS[name]()
    before = thing.state_dict()
    state = nested(HOLDERS[name]().state_dict(), Choices.drawn(data))
    try:
        thing.load_state_dict(state)
    except ValueError as error:
        assert "load_state_dict of" in str(error)
        assert same(thing.state_dict(), before)
    thing.load_state_dict(before)
    assert same(thing.state_dict(), before)


def training(path: Path) -> tuple[Trainer, Any]:
    nn.seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 1))
    adam = optim.Adam(model.parameters())
    trainer = Trainer(
        model, nn.MSELoss(), adam, schedule=optim.StepLR(adam, 2), progress=False,
        callbacks=[Checkpoint(path), EarlyStopping("loss", patience=9)],
    )  # fmt: skip
    return trainer, nn.DataLoader(np.ones((4, 2), np.float32), np.ones((4, 1), np.float32), batch_size=2)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_mutated_checkpoint_is_resumed_from_whole_or_refused(data: Any, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "resumed"
    folder.mkdir(exist_ok=True)
    path, broken = folder / "c.npz", folder / "broken.npz"
    trainer, loader = training(path)
    if not path.exists():
        trainer.fit(loader, epochs=1)
        trainer, loader = training(path)
    save_state(broken, nested(load_state(path), Choices.drawn(data)))
    whole = path.read_bytes()
    weights = {name: array.copy() for name, array in trainer.model.state_dict().items()}
    try:
        trainer.fit(loader, epochs=1, resume=broken)
    except CheckpointError as error:
        assert str(broken) in str(error)
        assert same(trainer.model.state_dict(), weights) and trainer.epoch == 0
    path.write_bytes(whole)
