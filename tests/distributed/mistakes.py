"""What is wrong is said in all processes."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

import nn
import optim
from autograd import Value
from nn import distributed
from nn.distributed import DataParallel, DistributedSampler
from nn.distributed.waiting import exchanged

from .cases import RANK, SIZE, case
from .trainings import trained


@case
def mistakes() -> None:
    """What is wrong is said in all processes."""

    def raises(kind: type[Exception], text: str, call: Callable[[], object]) -> None:
        try:
            call()
        except kind as error:
            assert text in str(error), str(error)
        else:
            raise AssertionError(f"nothing was raised, instead of {kind.__name__}: {text}")

    if SIZE > 1:
        raises(ValueError, "the models differ", lambda: DataParallel(nn.Linear(2, 3 + (RANK == 1))))
        raises(ValueError, "the models differ", lambda: DataParallel(nn.Linear(2, 3, bias=RANK == 0)))
        odd = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, affine=False))
        odd[0].bias.requires_grad_(RANK == 0)
        raises(ValueError, "frozen", lambda: DataParallel(odd))
        odd = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3 + RANK, affine=False))
        raises(ValueError, "the buffer 1.running_mean", lambda: DataParallel(odd))
    model = nn.Linear(2, 3)
    many = DataParallel(model, shard_optimizer=True)
    raises(ValueError, "another DataParallel's", lambda: DataParallel(model))
    raises(TypeError, "pickle or copy its module", lambda: __import__("copy").deepcopy(many))
    model.half()
    raises(RuntimeError, "call close() and make it anew", lambda: many(np.ones((1, 2))))
    many.close()
    many = DataParallel(nn.Linear(2, 3), shard_optimizer=True)
    (many(np.ones((1, 2), np.float32)) ** 2).sum().backward()
    if SIZE > 1:
        raises(TypeError, "as one vector", lambda: optim.LBFGS(many.parameters()).step(lambda: 0.0))
    many.close()
    raises(RuntimeError, "it is closed", lambda: many(np.ones((1, 2), np.float32)))
    many = DataParallel(nn.Linear(2, 3))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        many.module(np.ones((1, 2), np.float32)).sum().backward()
    assert SIZE == 1 or any("not the module inside" in str(w.message) for w in told)
    many.close()
    raises(ValueError, "requires a gradient", lambda: DataParallel(nn.ReLU()))
    scalar = nn.Linear(2, 2)
    scalar.factor = Value(2.0)
    raises(TypeError, "factor is a Value", lambda: DataParallel(scalar))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        trained(True, lambda y, d: (y.mean(0) ** 2).sum(), 1)
    assert SIZE == 1 or any("neither the sum nor the mean" in str(w.message) for w in told)
    raises(ValueError, "there is no rank", lambda: DistributedSampler(range(3), 2, 2))
    raises(TypeError, "a tensor holds numbers", lambda: distributed.all_reduce(np.array(["a"])))
    raises(ValueError, "axis 1", lambda: distributed.all_gather(np.ones(2), axis=1))
    if SIZE > 1:
        everyone = distributed.processes.world()
        odd = np.ones(3 + (RANK == 1))
        raises(ValueError, "asks for an all_reduce of (", lambda: distributed.all_reduce(odd))
        raises(ValueError, "float32", lambda: distributed.all_reduce(odd[:3].astype("f4" if RANK else "f8")))
        raises(ValueError, "asks for an all_gather of (", lambda: distributed.all_gather(odd[None]))
        raises(ValueError, "the barrier", distributed.barrier if RANK else lambda: distributed.all_reduce(odd))
        asked = f"a word of {'one' if RANK == 0 else 'another'}"
        raises(ValueError, "asks for a word", lambda: exchanged(everyone, everyone.sums, RANK, asked))
    several = [DataParallel(nn.Linear(2, 3)) for _ in range(2)]
    if SIZE > 1:
        first = several[RANK != 0](np.ones((1, 2), np.float32)).sum()
        raises(ValueError, "of model", first.backward)
        distributed.processes.world().broken = ""
    many = DataParallel(nn.Linear(2, 3))
    y = many(np.ones((1, 2), np.float32))
    y.register_hook(lambda g: 1 / 0)
    raises(ZeroDivisionError, "division", y.sum().backward)  # the last case: the processes are out of step
    raises(RuntimeError, "raised ZeroDivisionError", lambda: many(np.ones((1, 2), np.float32)))
