"""Out of memory in an operation, a rule, a hook, a step: the error says where, and everything works on."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor

ROOT = Path(__file__).parents[2]


class Short:
    """A function that has no memory at its k-th call."""

    def __init__(self, function: Callable[..., Any], k: int) -> None:
        self.function, self.left = function, k
        functools.update_wrapper(self, function)  # whoever asks for its parameters

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left == -1:
            raise MemoryError("Unable to allocate 8 EiB for an array")
        return self.function(*args, **kwargs)


def times_three(short: Short) -> Any:
    @autograd.operation
    def three(x: Any) -> Any:
        return x * 3

    @three.pull
    def _(g: Any, x: Any) -> Any:
        return short(g)

    return three


@pytest.mark.parametrize("retain", [True, False])
def test_a_rule_without_memory(retain: bool) -> None:
    w, b = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    for k in range(3):
        short = Short(lambda g: g * 3, k)
        three = times_three(short)

        def loss(three: Any = three) -> Any:
            return (three(three(w) * b) + three(b)).sum()

        w.grad = b.grad = None
        y = loss()
        with pytest.raises(MemoryError, match="8 EiB") as caught:
            y.backward(retain_graph=retain)
        assert any("backward pass of 'three' (2,)" in note for note in caught.value.__notes__)
        assert w.grad is None and b.grad is None
        (y if retain else loss()).backward()
        np.testing.assert_array_equal(w.grad, 9 * b.data)
        np.testing.assert_array_equal(b.grad, 9 * w.data + 3)


def test_hooks_without_memory() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    for inner in (True, False):
        h = w * w
        remove = (h if inner else w).register_hook(Short(lambda g: None, 0))
        with pytest.raises(MemoryError):
            h.sum().backward(retain_graph=True)
        assert w.grad is None
        remove()
        h.sum().backward()
        np.testing.assert_array_equal(w.grad, 2 * w.data)
        w.grad = None


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop"])
@pytest.mark.parametrize("k", range(3))
def test_a_first_step_without_memory_moves_nothing(name: str, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an optimizer keeps is the most memory that it takes: all of it is there before anything moves."""
    params = [Tensor(np.ones(n), requires_grad=True) for n in (2, 3)]
    optimizer = getattr(optim, name)(params, lr=0.1, **({"momentum": 0.9} if name != "Adam" else {}))
    for p in params:
        p.grad = np.ones_like(p.data)
    with monkeypatch.context() as patched:
        short = Short(type(optimizer).first, k)
        patched.setattr(type(optimizer), "first", lambda self, *args: short(self, *args))
        if k < len(params) * len([n for n in optimizer.keeps if n not in ("max_exp_avg_sq", "grad_avg")]):
            with pytest.raises(MemoryError):
                optimizer.step()
            assert all(np.all(p.data == 1) for p in params)
    optimizer.step()
    assert all(np.all(p.data < 1) for p in params)


def test_a_step_without_memory_names_the_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    params = [Tensor(np.ones(n), requires_grad=True) for n in (2, 3)]
    optimizer = optim.SGD(params, lr=0.5)
    for p in params:
        p.grad = np.ones_like(p.data)
    with monkeypatch.context() as patched:
        patched.setattr(optim.SGD, "rule", staticmethod(Short(optim.SGD.rule, 1)))
        with pytest.raises(MemoryError) as caught:
            optimizer.step()
    assert "in a step of SGD, at a parameter of shape (3,)" in caught.value.__notes__
    assert [p.data.tolist() for p in params] == [[0.5, 0.5], [1.0, 1.0, 1.0]]
    optimizer.step()
    assert params[1].data.tolist() == [0.5, 0.5, 0.5]


# A process with 1 GiB more of addresses than it has after its imports. Each line of WORK wants more than that.
PROGRAM = """
import resource, sys
import numpy as np
import autograd, nn, optim
from autograd import Tensor
x = Tensor(np.ones((3000, 1)), requires_grad=True)
model = nn.Linear(4, 4)
(model(np.ones((2, 4), np.float32)) ** 2).sum().backward()
nn.init.generator(None).normal()
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (1 << 30)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
big = Tensor(np.ones((16384, 1)), requires_grad=True)
work = {
    "add": lambda: big + np.ones((1, 16384)),
    "exp": lambda: np.exp(big * np.ones((1, 16384))),
    "matmul": lambda: big @ big.T,
    "stack": lambda: np.stack([big] * 16384),
    "linear": lambda: nn.functional.linear(Tensor(np.ones((1 << 21, 1)), True), Tensor(np.ones((1 << 10, 1)), True)),
}
"""
WANTED = {
    "add": ("2.00 GiB", "in add: a (16384, 1) float64, b (1, 16384) float64"),
    "exp": ("2.00 GiB", "in multiply: a (16384, 1) float64, b (1, 16384) float64"),
    "matmul": ("2.00 GiB", "in matmul: a (16384, 1) float64, b (1, 16384) float64"),
    "stack": ("2.00 GiB", "in stack of 16384 operands"),
    "linear": ("16.0 GiB", "in linear: x (2097152, 1) float64"),
}
CHECK = """
for name in sys.argv[1:]:
    try:
        work[name]()
    except MemoryError as error:
        print(name, "|", error, "|", *getattr(error, "__notes__", []))
    y = (x * 2.0).sum()
    x.grad = None
    y.backward()
    assert (x.grad == 2.0).all()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of addresses is Linux's")
def test_arrays_larger_than_the_memory() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + CHECK, *WANTED], env=environment, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr
    lines = dict(line.split(" | ", 1) for line in done.stdout.splitlines())
    for name, (size, where) in WANTED.items():
        assert size in lines[name] and where in lines[name], lines[name]


def test_a_training_without_memory_can_be_repeated() -> None:
    """A layer, a loss and a metric that have none at some call: the parameters are those of a whole number of steps."""
    x, d = np.ones((8, 2), np.float32), np.ones((8, 1), np.float32)
    for k in range(4):
        model = nn.Sequential(nn.Linear(2, 1, generator=0), nn.Tanh())
        model.append(short := Short(lambda y: y, k))
        trainer = nn.training.Trainer(
            model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), progress=False
        )  # fmt: skip
        with pytest.raises(MemoryError):
            trainer.fit(nn.DataLoader(x, d, batch_size=2), epochs=1)
        assert trainer.step <= k and autograd.is_grad_enabled()
        trainer.fit(nn.DataLoader(x, d, batch_size=2), epochs=2)
        assert short.left < -1 and trainer.history.epochs == 2
