"""Whatever trains goes to another process, and gives the same numbers there after a step.

Convention: things come from the tables of layers, optimizers and schedules. They are pickled by ``pickle``, by its
fifth protocol with the arrays in buffers beside it, as dask sends them, and by ``cloudpickle``, as joblib does.
"""

from __future__ import annotations

import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import autograd.testing
import nn
import optim
from autograd import Tensor, Value, capture, value_and_grad
from autograd.capture.captured import Different
from autograd.optimize import root
from autograd.testing.laws import Broken
from autograd.testing.outcome import Failed
from nn.training.checkup.finding import DoctorWarning, Finding
from nn.training.nonfinite import NotFiniteError

from ..nn.test_layers import TABLE, build, reference
from ..nn.test_transforms import ALL as TRANSFORMS
from ..tables import optimizers, schedules
from . import elsewhere
from .elsewhere import Payload
from .test_copies import same
from .test_states import HOLDERS, training

pytestmark = pytest.mark.filterwarnings("ignore:Adam.step. nothing but this optimizer holds")
ROOT = Path(__file__).parents[2]
Thing = tuple[Callable[[], Any], Callable[[Any], Any]]  # makes it; uses it


def layer(module: str, case: Any) -> Any:
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in case.draw()]
    return build(case, reference(module, case)), inputs, case.call


def optimizer(row: Any, params: Any) -> Any:
    """After two steps."""
    made = getattr(optim, row.kind)(params, **row.options)
    elsewhere.optimizer(made)
    return made


def tensors(row: Any) -> Any:
    return [Tensor(x, requires_grad=True) for x in row.starts.values()]


def schedule(make: Any) -> Any:
    """After thirty steps."""
    made = make(optim, optim.Adam(schedules.groups(lambda x: Tensor(x, requires_grad=True))))
    for loss in schedules.LOSSES[:30]:
        made.optimizer.step()
        made.step(*[loss] if isinstance(made, optim.ReduceLROnPlateau) else [])
    return made


def pictures() -> Any:
    return np.linspace(0, 1, 6 * 64, dtype=np.float32).reshape(6, 1, 8, 8), np.arange(6)


def data(**options: Any) -> Any:
    return nn.DataLoader(nn.data.ArrayDataset(*pictures(), **options), batch_size=4, shuffle=True, generator=2)


def leaf() -> Any:
    x = Tensor([1.0, -2.0], requires_grad=True, label="x")
    (x**2).sum().backward()
    return x


def graph() -> Any:
    v = Value(0.5, label="v")
    return v.tanh() * v + np.exp(v) / 3


def trained() -> Any:
    trainer, batches = training(Path("never written"))
    trainer.callbacks = trainer.callbacks[:1]
    trainer.fit(batches, epochs=1)
    return trainer, batches


def stepping() -> Any:
    nn.seed(0)
    do = elsewhere.Stepping()
    return capture(do), list(do.model.parameters())


LAYERS: dict[str, Thing] = {
    name: (lambda module=module, case=case: layer(module, case), elsewhere.layer)  # type: ignore[misc]
    for name, (module, case) in TABLE.items()
    if not case.is_function
}
OPTIMIZERS: dict[str, Thing] = {
    **{row.name: (lambda row=row: optimizer(row, tensors(row)), elsewhere.optimizer) for row in optimizers.ROWS},  # type: ignore[misc]
    "LBFGS": (lambda: optim.LBFGS([Tensor([1.0, 3.0], requires_grad=True)], max_iter=2), elsewhere.optimizer),
    "of Values": (lambda: optimizer(optimizers.row("Adam"), [Value(1.0), Value(2.0)]), elsewhere.optimizer),
}
SCHEDULES: dict[str, Thing] = {
    name: (lambda make=make: schedule(make), elsewhere.schedule)  # type: ignore[misc]
    for name, make in schedules.ROWS.items()
}
DATA: dict[str, Thing] = {
    **{repr(t): (lambda t=t: t, elsewhere.transform) for t in TRANSFORMS},  # type: ignore[misc]
    "loader": (data, elsewhere.loader),
    "loader, transformed": (lambda: data(transform=TRANSFORMS[3]), elsewhere.loader),
    "loader, collate": (
        lambda: nn.DataLoader([(np.ones(2) * k, k) for k in range(5)], batch_size=2, collate=nn.data.collate),
        elsewhere.loader,
    ),
    "ArrayDataset": (lambda: nn.data.ArrayDataset(*pictures()), elsewhere.dataset),
    "Subset": (lambda: nn.data.random_split(nn.data.ArrayDataset(*pictures()), [4, 2], 0)[0], elsewhere.dataset),
    "ConcatDataset": (lambda: nn.data.ConcatDataset([nn.data.ArrayDataset(*pictures())] * 2), elsewhere.dataset),
    "moons": (lambda: nn.data.ArrayDataset(*nn.datasets.moons(20, generator=0)), elsewhere.dataset),
}
OTHERS: dict[str, Thing] = {
    "leaf": (leaf, elsewhere.tensor),
    "Parameter": (lambda: nn.Parameter([1.0, 2.0]), elsewhere.tensor),
    "Value": (lambda: Value(2.0, label="v"), elsewhere.value),
    "graph of Values": (graph, elsewhere.value),
    "MLP": (lambda: nn.scalar.MLP(2, [3, 1], seed=0), elsewhere.scalars),
    "EMA": (HOLDERS["EMA"], elsewhere.average),
    "Trainer": (trained, elsewhere.trainer),
    "captured": (lambda: capture(elsewhere.softened), elsewhere.function),
    "captured by its decorator": (lambda: elsewhere.decorated, elsewhere.function),
    "captured step": (stepping, elsewhere.step),
}
BY_VALUE: dict[str, Thing] = {  # functions that no module knows by name: cloudpickle sends their code
    "captured lambda": (lambda: capture(lambda x: np.sum(x**3)), elsewhere.function),
    "value_and_grad": (lambda: value_and_grad(elsewhere.softened), elsewhere.function),
    "captured value_and_grad": (lambda: capture(value_and_grad(elsewhere.softened)), elsewhere.function),
    "layer of a lambda": (
        lambda: (nn.Sequential(nn.Linear(2, 2, generator=0), lambda x: x * 2), [np.ones((1, 2), np.float32)], {}),
        elsewhere.layer,
    ),
    **{name: thing for name, thing in SCHEDULES.items() if "LambdaLR" in name or "function of" in name},
    **{name: thing for name, thing in SCHEDULES.items() if "MultiplicativeLR" in name},
}
THINGS = {
    name: thing for table in (LAYERS, OPTIMIZERS, SCHEDULES, DATA, OTHERS) for name, thing in table.items()
    if name not in BY_VALUE
}  # fmt: skip


def by_pickle(thing: Any) -> Payload:
    return pickle.dumps(thing, 2), []


def with_buffers(thing: Any) -> Payload:
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
    return content, [bytearray(buffer.raw()) for buffer in buffers]


def with_locked_buffers(thing: Any) -> Payload:
    """As memory that a worker may not write to: joblib maps large arrays from a file, and dask gives bytes."""
    content, buffers = with_buffers(thing)
    return content, list(map(bytes, buffers))


def by_cloudpickle(thing: Any) -> Payload:
    return pytest.importorskip("cloudpickle").dumps(thing), []


def in_another_process(things: dict[str, Thing], *ways: Callable[[Any], Payload]) -> None:
    """Each use of each thing gives the same numbers there and here."""
    jobs, expected = [], {}
    for name, (make, use) in things.items():
        thing = make()
        jobs.append((use, [way(thing) for way in ways]))
        expected[name] = elsewhere.done(use, thing)
    program = [sys.executable, "-m", elsewhere.__name__]
    other = subprocess.run(program, input=pickle.dumps(jobs), capture_output=True, cwd=ROOT)
    assert other.returncode == 0, other.stderr.decode()
    wrong = {}
    for (name, here), answers in zip(expected.items(), pickle.loads(other.stdout), strict=True):
        for there in answers:
            try:
                assert not isinstance(here, str), here
                assert not isinstance(there, str), there
                same(there, pickle.loads(pickle.dumps(here)))
            except AssertionError as error:
                wrong[name] = str(error)
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())


def test_pickled() -> None:
    in_another_process(THINGS, by_pickle, with_buffers, with_locked_buffers)


def test_cloudpickled() -> None:
    in_another_process(BY_VALUE | OTHERS, by_cloudpickle)


ERRORS: list[Exception] = [
    nn.ShapeError("Linear(2, 3)", (4, 5), "(..., 2)"),
    nn.FileError("a.npz: no file of arrays"),
    nn.training.CheckpointError("c.npz: it belongs to another model"),
    NotFiniteError("the loss is nan", 2, 31, "0.weight"),
    DoctorWarning(Finding("softmax before cross-entropy", "error", "twice", "remove it", "a.py:3")),
    Broken("the adjoint law", "they differ"),
    Failed(autograd.testing.gradcheck(np.sin, np.ones(2))),
    Different("instruction 3"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_come_home(error: Exception) -> None:
    """One that cannot be read again makes a pool of processes hang, or end without it."""
    error.add_note("in batch 3")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error) and again.__notes__ == ["in batch 3"]
    assert vars(again).keys() >= vars(error).keys()


def test_every_error_with_a_constructor_of_its_own_comes_home() -> None:
    """Others are Python's own in this; those of capture's machines are caught inside."""
    own: set[type] = set()
    for package in (autograd, nn, optim):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = sys.modules.get(found.name)
            for kind in vars(module).values() if module else ():
                if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == found.name:
                    own |= {kind} if "__init__" in vars(kind) else set()
    own = {kind for kind in own if not kind.__module__.startswith("autograd.capture.machines")}
    assert own <= {type(error) for error in ERRORS}


def test_what_cannot_be_pickled_says_why_and_what_to_do() -> None:
    solved = root(lambda x, a: x * x - a, 1.0, args=(Value(2.0),)).x
    with pytest.raises(TypeError, match=r"computed by root holds a function.*v\.detach\(\), or the Values"):
        pickle.dumps(solved)
    with pytest.raises(TypeError, match=r"of a computed tensor.*t\.detach\(\), or its leaves"):
        pickle.dumps({"loss": [Tensor([1.0], requires_grad=True) * 2]})
    for name, (make, _) in BY_VALUE.items():  # Python's error names the function; the guide says who sends its code
        with pytest.raises((AttributeError, pickle.PicklingError), match="Can't pickle"):
            pickle.dumps(make())
            raise AssertionError(f"{name} has been pickled")
