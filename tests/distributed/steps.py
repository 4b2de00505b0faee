"""Steps of DataParallel: gradients and parameters are those of one process at every step."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import nn
import optim
from nn import distributed
from nn.distributed import DataParallel, SyncBatchNorm

from .cases import CASES, RANK, SIZE, case, data, network, same

SIZES = (20, 4, 3, 1, 2, 19)  # of the whole batches: some give parts that are uneven, some leave processes without any

OPTIONS: dict[str, dict[str, Any]] = {  # of those that are tested with others than lr=0.01
    "SGD": {"lr": 0.05, "momentum": 0.9, "nesterov": True}, "Adam": {"lr": 0.01, "amsgrad": True},
    "Adadelta": {"lr": 1.0}, "RMSprop": {"lr": 0.01, "momentum": 0.9, "centered": True},
}  # fmt: skip


def steps(
    sharded: bool = False, overlap: bool = True, cap: float = 2e-4, rounds: int = 1, sizes: Any = SIZES,
    kind: str = "Adam", **options: Any,
) -> None:  # fmt: skip
    """Steps on whole batches and on their parts: gradients and parameters are equal at every step."""
    x, d = data()
    loss, rng = nn.CrossEntropyLoss(), np.random.default_rng(1)
    one, inside = network(**options), network(**options)
    if "norm" in options:
        SyncBatchNorm.convert_sync_batchnorm(inside)
    many = DataParallel(inside, bucket_cap_mb=cap, shard_optimizer=sharded, overlap=overlap)
    moves = partial(getattr(optim, kind), **OPTIONS.get(kind, {"lr": 0.01}))
    alone, together = (moves([p for p in m.parameters() if p.requires_grad]) for m in (one, many))
    for size in sizes:
        alone.zero_grad(), together.zero_grad()
        for r in range(rounds):  # all but the last without synchronisation
            whole = rng.permutation(len(x))[:size]
            part = whole[RANK::SIZE]
            loss(one(x[whole]), d[whole]).backward()
            if r < rounds - 1:
                with many.no_sync():
                    loss(many(x[part]), d[part]).backward()
            else:
                loss(many(x[part]), d[part]).backward()
        if rounds == 1:
            assert many.total == size
        here = 0
        for p, q in zip(one.parameters(), many.parameters(), strict=True):
            if q.grad is not None:
                same(p.grad, q.grad, f"the gradient of {q.shape} for {size}")
                here += q.size
            else:
                assert sharded or p.grad is None
        total = sum(p.size for p in one.parameters() if p.requires_grad)
        assert distributed.all_reduce(np.array(here)).item() == (total if sharded else total * SIZE)
        same(optim.clip_grad_norm_(one.parameters(), 0.1), optim.clip_grad_norm_(many.parameters(), 0.1), "the norm")
        alone.step(), together.step()
        for p, q in zip((*one.parameters(), *one.buffers()), (*many.parameters(), *many.buffers()), strict=True):
            same(p.data, q.data, f"{q.shape} after a step for {size}")
    states = many.optimizer_state(together)["state"]
    assert states.keys() == alone.state_dict()["state"].keys()
    if sharded and SIZE > 1:
        assert len(together.state) < len(alone.state)
    held = len(together.state)
    many.load_optimizer_state(together, many.optimizer_state(together))
    assert len(together.state) == held
    many.close()


@case
def gradients() -> None:
    steps()


@case
def one_bucket() -> None:
    steps(cap=1.0)


@case
def no_overlap() -> None:
    steps(overlap=False)


@case
def frozen() -> None:
    steps(frozen=True)


@case
def sharded() -> None:
    steps(sharded=True)


@case
def synchronized_norm() -> None:
    steps(norm=nn.BatchNorm1d, sizes=(20, 4, 3, 2, 19))


@case
def accumulated() -> None:
    """Even parts: the sum of the gradients of all batches, as in PyTorch."""
    steps(rounds=3, sizes=(SIZE * 3, SIZE * 2))


def with_optimizer(kind: str, sharded: bool) -> None:
    steps(sharded, sizes=(20, 3, 1, 19), kind=kind, bias=kind != "Muon")  # which takes matrices alone


for _kind in optim.__all__:
    _class = getattr(optim, _kind)
    if isinstance(_class, type) and issubclass(_class, optim.Optimizer) and _kind not in ("Optimizer", "LBFGS"):
        CASES[f"steps: {_kind}"] = partial(with_optimizer, _kind, False)
        CASES[f"steps: {_kind}, sharded"] = partial(with_optimizer, _kind, True)


@case
def lbfgs() -> None:
    """Its closure returns the loss over all processes, by which the line search goes."""
    x, d = data()
    loss = nn.CrossEntropyLoss()
    one, inside = network(), network()
    many = DataParallel(inside)

    def whole() -> Any:
        alone.zero_grad()
        y = loss(one(x), d)
        y.backward()
        return y

    def part() -> Any:
        together.zero_grad()
        y = loss(many(x[RANK::SIZE]), d[RANK::SIZE])
        y.backward()
        return distributed.all_reduce(y.detach() * len(x[RANK::SIZE])) / many.total

    for search in (None, "strong_wolfe"):
        alone, together = (optim.LBFGS(m.parameters(), max_iter=5, line_search_fn=search) for m in (one, many))
        for _ in range(3):
            same(alone.step(whole).data, together.step(part).data, "the loss")
        for p, q in zip(one.parameters(), many.parameters(), strict=True):
            same(p.data, q.data, "a parameter")
    many.close()
