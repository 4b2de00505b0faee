"""Ctrl-C at any line: what was begun is done or not begun, and the engine works on."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value, core, enable_grad, is_grad_enabled, no_grad
from autograd.core import grad_mode
from nn.training import Checkpoint, EarlyStopping, Trainer, load_state, save_state

from .breaking import Interrupt

ENGINE = ("autograd/core/", "autograd/tensor/", "autograd/value/")


def everywhere(*files: str, step: int = 1) -> Iterator[Interrupt]:
    """An interrupt at the first line, at the second, ..., until one does not come any more; or at each ``step``-th."""
    for k in itertools.count(0, step):
        interrupt = Interrupt(k, *files)
        yield interrupt
        whole()
        if not interrupt.came:
            assert k > 3, "nothing was interrupted"
            return


def whole() -> None:
    """Nothing of the engine is left in a state of the block that was broken off."""
    assert is_grad_enabled() and not grad_mode.switches and not grad_mode.recording.entered
    assert not any(lock.locked() for lock in (core.accumulating, grad_mode.changing))
    x = Tensor([2.0], requires_grad=True)
    (x * x).sum().backward()
    assert x.grad == [4.0]


# ---------------------------------------------------------------- sweeps


def tensors(leaves: list[Any]) -> Any:
    w, b = leaves
    h = np.tanh(w * 2.0 + b)
    return (np.where(h > 0, h, 2.0 * h) @ w + np.concatenate([h, b])[1:3].sum()).sum()


def values(leaves: list[Any]) -> Any:
    w, b = leaves
    h = (w * 2.0 + b).tanh()
    return autograd.value.sum([h * w, w, b * b, h])


ENGINES: dict[str, tuple[Callable[[], list[Any]], Callable[[list[Any]], Any]]] = {
    "tensors": (lambda: [Tensor([0.5, -1.0], requires_grad=True), Tensor([0.1, 0.2], requires_grad=True)], tensors),
    "Values": (lambda: [Value(0.5), Value(0.1)], values),
}


def gradients(leaves: list[Any]) -> np.ndarray[Any, Any]:
    return np.array([np.ravel(getattr(leaf.grad, "data", leaf.grad)) for leaf in leaves], float)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("options", [{}, {"retain_graph": True}, {"create_graph": True}], ids=str)
def test_a_sweep_adds_to_all_leaves_or_to_none(name: str, options: dict[str, bool]) -> None:
    make, function = ENGINES[name]
    leaves = make()
    function(leaves).backward()
    once = gradients(leaves)
    for interrupt in everywhere(*ENGINE, step=5 if options.get("create_graph") else 2):
        leaves = make()
        function(leaves).backward()
        y = function(leaves)
        with interrupt:
            y.backward(**options)
        found = gradients(leaves)
        done = np.allclose(found, 2 * once, rtol=1e-14)
        assert done or np.array_equal(found, once)
        if options:
            y.backward()  # the same graph again
        elif name == "Values" and not done:
            y.backward()
        else:
            function(leaves).backward()
        np.testing.assert_allclose(gradients(leaves), (2 + done) * once, rtol=1e-14)
        for leaf in leaves:
            leaf.grad = None


@pytest.mark.parametrize(("name", "step"), [("grad", 1), ("jvp", 1), ("hessian", 61), ("checkpoint", 11)])
def test_functions_of_functions_leave_shared_leaves_alone(name: str, step: int) -> None:
    w = Tensor([0.5, -1.0], requires_grad=True)
    x = np.array([0.3, 0.4])

    def loss(x: Any) -> Any:
        return (np.tanh(x * w) ** 2).sum()

    calls: dict[str, Callable[[], Any]] = {
        "grad": lambda: autograd.grad(loss)(x),
        "jvp": lambda: autograd.jvp(loss, (x,), (x,))[1],
        "hessian": lambda: autograd.hessian(loss)(x),
        "checkpoint": lambda: autograd.grad(autograd.checkpoint(loss))(x),
    }
    expected = calls[name]().data
    for interrupt in everywhere("autograd/core/", "autograd/functional/", step=step):
        with interrupt:
            calls[name]()
        np.testing.assert_array_equal(calls[name]().data, expected)
        w.grad = None
        loss(x).backward()
        assert w.grad is not None
        w.grad = None


@pytest.mark.parametrize("switch", [no_grad, enable_grad])
def test_a_switch_is_in_force_in_its_block_alone(switch: Callable[[], Any]) -> None:
    for interrupt in everywhere("autograd/core/grad_mode.py"):
        with interrupt, switch(), no_grad(), enable_grad():
            is_grad_enabled()


# ---------------------------------------------------------------- steps


STEPS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "Adam": lambda p: optim.Adam(p, lr=0.1),
    "LBFGS": lambda p: optim.LBFGS(p, max_iter=3, line_search_fn="strong_wolfe"),
}


@pytest.mark.parametrize("name", STEPS)
def test_after_a_broken_step_training_goes_on(name: str) -> None:
    """Each number has moved or not, and what the optimizer keeps fits the parameters."""

    def made() -> tuple[list[Any], Any, Any]:
        params = [Tensor([1.0, -2.0], requires_grad=True), Value(3.0) if name != "LBFGS" else Tensor(3.0, True)]
        optimizer = STEPS[name](params)

        def closure() -> Any:
            optimizer.zero_grad()
            loss = (params[0] ** 2).sum() + (params[1] ** 2).data
            loss.backward()
            (params[1] ** 2).backward()
            return loss

        return params, optimizer, closure

    def step(optimizer: Any, closure: Any) -> None:
        if name == "LBFGS":
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()

    params, optimizer, closure = made()
    places = [[np.array(p.data) for p in params]]
    for _ in range(2):
        step(optimizer, closure)
        places.append([np.array(p.data) for p in params])
    for interrupt in everywhere("optim/"):
        params, optimizer, closure = made()
        step(optimizer, closure)
        with interrupt:
            step(optimizer, closure)
        for k, p in enumerate(params):
            moved, not_moved = p.data == places[2][k], p.data == places[1][k]
            assert np.all(moved | not_moved)
        assert optimizer.state_dict()["param_groups"]
        before = float(closure().data)
        for _ in range(3):
            step(optimizer, closure)
        assert float(closure().data) <= before


def test_a_state_is_loaded_whole_or_not_at_all() -> None:
    model = nn.Sequential(nn.Linear(2, 3, generator=0), nn.BatchNorm1d(3), nn.Linear(3, 1, generator=1))
    old = {name: array.copy() for name, array in model.state_dict().items()}
    new = {name: array + 1 for name, array in old.items()}
    for interrupt in everywhere("nn/module/state_dict.py", "autograd/tensor/tensor.py"):
        model.load_state_dict(old)
        with interrupt:
            model.load_state_dict(new)
        now = model.state_dict()
        assert any(all(np.array_equal(now[name], state[name]) for name in now) for state in (old, new))


@pytest.mark.parametrize("prefetch", [0, 2])
def test_no_thread_is_left_behind(prefetch: int) -> None:
    data = [(np.array([float(k)]), k) for k in range(6)]
    for interrupt in everywhere("nn/data/"):
        with interrupt:
            for _, d in nn.DataLoader(data, batch_size=2, prefetch=prefetch):
                assert len(d) == 2
        assert [t.name for t in threading.enumerate() if t.name == "next batch"] == []


def test_a_checkpoint_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    path = save_state(tmp_path / "c.npz", {"w": np.zeros(3)})
    for interrupt in everywhere("autograd/whole_files.py", "nn/training/checkpoint.py", "nn/files/", step=3):
        save_state(path, {"w": np.zeros(3)})
        with interrupt:
            save_state(path, {"w": np.ones(3)})
        assert load_state(path)["w"].tolist() in ([0, 0, 0], [1, 1, 1])
        assert os.listdir(tmp_path) == ["c.npz"]


# ---------------------------------------------------------------- a training


def training(path: Path) -> tuple[Trainer, Any]:
    nn.seed(3)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 3)).astype(np.float32)
    d = (x[:, 0] > 0).astype(int)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.2), nn.Linear(4, 2))
    adam = optim.Adam(model.parameters(), lr=0.02)
    callbacks = [Checkpoint(path), EarlyStopping("loss", patience=100)]
    schedule = optim.CosineAnnealingLR(adam, 6)
    trainer = Trainer(model, nn.CrossEntropyLoss(), adam, schedule=schedule, progress=False, callbacks=callbacks)
    return trainer, nn.DataLoader(x, d, batch_size=4, shuffle=True)


def test_an_interrupted_training_goes_on_from_its_last_epoch(tmp_path: Path) -> None:
    """Whether Ctrl-C ended it cleanly or, outside of the epochs, with an error."""
    trainer, loader = training(tmp_path / "whole.npz")
    trainer.fit(loader, epochs=3)
    expected = trainer.model.state_dict()
    epochs = set()
    for k in itertools.count(20, 401):
        path = tmp_path / "c.npz"
        path.unlink(missing_ok=True)
        trainer, loader = training(path)
        interrupt = Interrupt(k, "nn/training/", "optim/optimizer.py", "autograd/core/backward.py")
        with interrupt:
            trainer.fit(loader, epochs=3)
        whole()
        assert all(module.training for module in trainer.model.modules())
        if not interrupt.came:
            break
        epochs.add(trainer.epoch)
        resumed, loader = training(path)
        resumed.fit(loader, epochs=3, resume=path if path.exists() else None)
        for name, array in resumed.model.state_dict().items():
            np.testing.assert_array_equal(array, expected[name], err_msg=f"{k} {name}")
    assert epochs >= {0, 1, 2}
