"""The other process: it takes things that were pickled, does a step with each, and gives back the numbers.

Convention: a use takes a thing, changes it as a step does, and returns arrays and numbers. The process that pickled it
calls the same use on the original.
"""

from __future__ import annotations

import pickle
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor, Value, capture, value_and_grad
from autograd.functional.nests import leaves as flat

from ..reference import weights
from ..tables.optimizers import gradient
from ..tables.schedules import steps

# ---------------------------------------------------------------- what is done with a thing


def layer(thing: Any) -> list[Any]:
    """A module, its inputs and keyword arguments: forward, backward, a step of SGD, and forward again."""
    module, inputs, call = thing
    nn.seed(0)
    results = [flat(module(*inputs, **call))]
    moving = [y for y in results[0] if isinstance(y, Tensor) and y.requires_grad]
    if moving:
        sum(np.sum(y * weights(y)) for y in moving).backward()
    parameters = [p for p in module.parameters() if p.requires_grad]
    if parameters and moving:
        optim.SGD(parameters, lr=0.1).step()
    results.append(flat(module(*inputs, **call)))
    found = [y.data if isinstance(y, Tensor) else y for ys in results for y in ys]
    return [*found, *(getattr(x, "grad", None) for x in inputs), *module.state_dict().values()]


def optimizer(thing: Any) -> list[Any]:
    """An optimizer of tensors or Values: two steps more."""
    params = [p for group in thing.param_groups for p in group["params"]]

    def closure() -> Any:
        thing.zero_grad()
        loss: Any = sum(np.sum((p - 1.0) ** 2 * (2.0 + p)) for p in params)
        loss.backward()
        return loss

    for t in (2, 3):
        if isinstance(thing, optim.LBFGS):
            thing.step(closure)
            continue
        for p in params:
            p.grad = np.conj(gradient(np.asarray(p.data), t))
            if isinstance(p, Value):
                p.grad = float(p.grad)
        thing.step()
    return [*(p.data for p in params), thing.state_dict()]


def schedule(thing: Any) -> list[Any]:
    """A schedule: the rates of all later steps."""
    return [list(steps(thing, thing.optimizer, 30)), thing.state_dict()]


def average(thing: Any) -> list[Any]:
    for p in thing.params.values():
        p.data = p.data + 1.0
    thing.update()
    return [thing.state_dict()]


def loader(thing: Any) -> list[Any]:
    """Two epochs of a loader."""
    return [*thing, *thing]


def dataset(thing: Any) -> list[Any]:
    return [*nn.DataLoader(thing, batch_size=2, shuffle=True, generator=3)]


def transform(thing: Any) -> list[Any]:
    return [thing(np.linspace(0, 1, 2 * 2 * 64).reshape(2, 2, 8, 8).astype(np.float32), 5)]


def trainer(thing: Any) -> list[Any]:
    """One epoch more."""
    training, batches = thing
    nn.seed(1)
    training.fit(batches, epochs=1)
    columns = {name: column for name, column in training.history.columns.items() if name != "seconds"}
    return [training.model.state_dict(), training.optimizer.state_dict(), columns, training.epoch]


def value(thing: Any) -> list[Any]:
    """A Value with its graph: the backward pass."""
    thing.backward()
    found = [thing]
    for v in found:
        found.extend(v.inputs)
    return [(v.data, v.grad, v.label) for v in found]


def scalars(thing: Any) -> list[Any]:
    """A network of Values: a step of its perceptron rule, or of SGD."""
    y = thing([0.5, -1.0])
    ((y - 1.0) ** 2).backward()
    optim.SGD(thing.parameters(), lr=0.1).step()
    return [y.data, thing([0.5, -1.0]).data, *(p.data for p in thing.parameters())]


def tensor(thing: Any) -> list[Any]:
    (thing**3).sum().backward()
    thing.update_(lambda x: x.__isub__(0.5))
    return [thing.data, thing.grad, thing.label, thing.requires_grad, type(thing).__name__]


def function(thing: Any) -> list[Any]:
    """A function, captured or not: three calls, of which the last runs the program."""
    x = np.linspace(0.1, 0.9, 4)
    return [thing(x * k) for k in (1.0, 2.0, 3.0)]


def step(thing: Any) -> list[Any]:
    """A captured training step, and its parameters: four calls."""
    do, parameters = thing
    x, d = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3), np.array([0, 1, 1, 0])
    return [*[do(x, d) for _ in range(4)], *[p.data for p in parameters]]


# ---------------------------------------------------------------- functions that a module knows by name


def softened(x: Any) -> Any:
    return np.sum(np.logaddexp(x, -x) * x)


@capture
def decorated(x: Any) -> Any:
    return value_and_grad(softened)(x)


class Stepping:
    """A training step as an object: its method is captured."""

    def __init__(self) -> None:
        self.model = nn.Sequential(nn.Linear(3, 4, generator=0), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2))
        self.adam = optim.Adam(self.model.parameters(), lr=0.1)

    def __call__(self, x: Any, d: Any) -> Any:
        loss = nn.functional.cross_entropy(self.model(x), d)
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return loss.item()


# ---------------------------------------------------------------- the process

Payload = tuple[bytes, Sequence[bytes | bytearray]]  # what pickle gives, and the arrays that lie beside it


def unpickled(payload: Payload) -> Any:
    """The thing; what lies in buffers stays there, as where they come from another machine."""
    content, buffers = payload
    return pickle.loads(content, buffers=buffers)


def done(use: Callable[[Any], Any], thing: Any) -> Any:
    """What comes of a use, or its traceback."""
    try:
        return use(thing)
    except Exception:
        return traceback.format_exc()


def main() -> None:
    """Each job is a use and the payloads of one thing, those with buffers read twice before either is used."""
    answers = []
    for use, payloads in pickle.load(sys.stdin.buffer):
        try:
            things = [unpickled(payload) for payload in payloads for _ in range(2 if payload[1] else 1)]
        except Exception:
            answers.append([traceback.format_exc()])
        else:
            answers.append([done(use, thing) for thing in things])
    sys.stdout.buffer.write(pickle.dumps(answers))


if __name__ == "__main__":
    main()
