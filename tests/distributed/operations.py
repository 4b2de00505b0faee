"""The operations, the sampler, and what counts in sums."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

import nn
from autograd import Tensor
from nn import distributed
from nn.distributed import DataParallel, DistributedSampler
from nn.distributed.reducer import owners

from .cases import RANK, SIZE, case, data, network, same


@case
def operations() -> None:
    """The function that is differentiated is the sum over all processes."""
    rng = np.random.default_rng(3)
    every = [rng.normal(size=(r % 3, 2)) for r in range(SIZE)]
    x = Tensor(every[RANK], requires_grad=True)
    y = distributed.all_gather(x)
    same(np.concatenate(every), y.data, "all_gather")
    (y**3).sum().backward()
    same(SIZE * 3 * every[RANK] ** 2, x.grad, "of all_gather")

    x = Tensor(every[RANK].T, requires_grad=True)
    y = distributed.all_gather(x, axis=-1)
    same(np.concatenate(every).T, y.data, "all_gather along the last axis")
    (y**3).sum().backward()
    same(SIZE * 3 * every[RANK].T ** 2, x.grad, "of all_gather along the last axis")

    each = rng.normal(size=(SIZE, 3))
    x = Tensor(each[RANK], requires_grad=True)
    y = distributed.all_reduce(x)
    same(each.sum(0), y.data, "all_reduce")
    (y**3).sum().backward(create_graph=True)
    g = x.grad
    same(SIZE * 3 * each.sum(0) ** 2, g.data, "of all_reduce")
    x.grad = None
    g.sum().backward()
    same(SIZE**2 * 6 * each.sum(0), x.grad, "twice")

    x = Tensor(each[RANK], requires_grad=True)
    y = distributed.broadcast(x, root=SIZE - 1)
    same(each[-1], y.data, "broadcast")
    (y * (RANK + 1)).sum().backward()
    same(np.full(3, sum(range(1, SIZE + 1)) if RANK == SIZE - 1 else 0.0), x.grad, "of broadcast")
    distributed.barrier()


@case
def sampler() -> None:
    """Every sample once in each epoch, and as many batches in all processes."""
    for n in (0, 1, 7, 12, 25):
        for drop in (False, True):
            own = DistributedSampler(range(n), seed=4, drop_last=drop)
            loader = nn.DataLoader(np.arange(n), batch_size=3, sampler=own)
            for _ in range(2):
                seen = [batch[0] if isinstance(batch, tuple) else batch for batch in loader]
                assert len(seen) == len(loader) == -(-own.samples // (3 * SIZE))
                whole = distributed.all_gather(np.concatenate([np.zeros(0, np.int64), *seen])).data
                expected = n - n % SIZE if drop else n
                assert len(set(whole.tolist())) == len(whole) == expected
        whole = nn.DataLoader(np.arange(n), batch_size=3, sampler=DistributedSampler(range(n)), drop_last=True)
        assert [len(batch[0]) for batch in whole] == [3] * (n // (3 * SIZE)) == [3] * len(whole)
    first, again = (list(DistributedSampler(range(50), seed=4)) for _ in range(2))
    other = DistributedSampler(range(50), seed=4)
    other.set_epoch(1)
    assert first == again and (first != list(other))
    own = DistributedSampler(range(50), seed=4)
    assert list(own) == first and list(own) != first  # the next epoch


@case
def unused_parameters() -> None:
    """A layer that only some processes use, and one that none does."""

    class Some(nn.Module):
        def __init__(self) -> None:
            nn.seed(1)
            self.a, self.b, self.c = (nn.Linear(3, 3, dtype=np.float64) for _ in range(3))

        def forward(self, x: Any, other: bool) -> Any:
            return self.b(self.a(x)) if other else self.a(x)

    model, x = Some(), np.random.default_rng(2).normal(size=(2, 3))
    many = DataParallel(model)
    (many(x, RANK == 0) ** 2).mean().backward()
    grads = [None if p.grad is None else p.grad.copy() for p in model.parameters()]
    many.close()
    for p in model.parameters():
        p.grad = None
    ((model(x, True) ** 2).mean() / SIZE + (model(x, False) ** 2).mean() * (SIZE - 1) / SIZE).backward()
    for p, g in zip(model.parameters(), grads, strict=True):
        assert (p.grad is None) == (g is None)
        if g is not None:
            same(p.grad, g, "the gradient")


@case
def begun() -> None:
    """All begin with rank 0's parameters and buffers, frozen ones too; owners have about the same to move."""
    nn.seed(RANK)
    model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16))
    model[0].bias.requires_grad_(False)
    for tensor in (*model.parameters(), *model.buffers()):
        tensor.update_(lambda x: np.add(x, RANK, out=x, casting="unsafe"))
    many = DataParallel(model)
    for tensor in (*model.parameters(), *model.buffers()):
        every = distributed.all_gather(tensor.data[None]).data
        same(np.broadcast_to(every[0], every.shape), every, "what all begin with")
    many.close()
    assert owners([1, 2, 3, 10], 2) == [1, 1, 1, 0]


@case
def buffers() -> None:
    """Each training step begins with rank 0's running means, where layers see their own process alone."""
    seen: list[Any] = []
    model = network(nn.BatchNorm1d)
    many = DataParallel(nn.Sequential(lambda x: (seen.append(model[1].running_mean.data.copy()), x)[1], model))
    for k in range(3):
        (many(data()[0][RANK + 5 * k :][:5]) ** 2).mean().backward()
    for mean in distributed.all_gather(np.array([seen])).data:
        same(mean, np.array(seen), "the running means")
    many.close()


@case
def used_before() -> None:
    """Parameters that only a pass without synchronisation came to, in some process."""
    model = network()
    many, x = DataParallel(model), data(SIZE)[0]
    with many.no_sync():
        if RANK == SIZE - 1:
            (many(x[RANK:][:1]) ** 2).mean().backward()
    if RANK == 0:
        with many.weighted(1):
            model[2].bias.sum().backward()
    else:
        many.synchronize()
    grads = [p.grad for p in model.parameters()]
    many.close()
    for p in model.parameters():
        p.grad = None
    (((model(x[-1:]) ** 2).mean() + model[2].bias.sum()) / min(SIZE, 2)).backward()
    for p, g in zip(model.parameters(), grads, strict=True):
        same(p.grad, g, "the gradient")


@case
def dtypes() -> None:
    """Half precision is summed up in single, complex numbers as they are; one number is a parameter too."""
    model = nn.Module()
    model.p = [Tensor(np.arange(3, dtype=t), requires_grad=True) for t in ("f2", "f4", "c16")]
    model.q = Tensor(2.0, requires_grad=True)
    many = DataParallel(model, bucket_cap_mb=1e-5)
    loss = sum(((p * (RANK + 1)).real ** 2).sum().astype(np.float64) for p in model.p) + model.q * RANK
    with many.weighted(1e5):  # by which half precision cannot be multiplied
        loss.backward()
    assert len(many.reducer.buckets) == len(model.p) + 1
    mean = np.mean([(r + 1) ** 2 for r in range(SIZE)])
    for p in model.p:
        assert p.grad.dtype == p.dtype
        np.testing.assert_allclose(p.grad, 2 * mean * np.arange(3), rtol=1e-3 if p.dtype == np.float16 else 1e-6)
    same(np.mean(range(SIZE)), model.q.grad, "a number")
    many.close()


@dataclasses.dataclass
class Result:
    y: Any


@case
def nests() -> None:
    """Samples are counted by the first array that has axes, wherever results are."""
    x = np.random.default_rng(4).normal(size=(SIZE + 1, 6))
    for pack in (lambda y: y, lambda y: {"y": [y]}, Result, lambda y: lambda: y):

        class Scaled(nn.Module):
            def __init__(self) -> None:
                self.model = network()

            def forward(self, scale: Any, x: Any, pack: Any) -> Any:
                return pack(self.model(x) * scale)

        def loss(result: Any) -> Any:
            if callable(result):
                result = result()
            result = getattr(result, "y", result)
            return ((result["y"][0] if isinstance(result, dict) else result) ** 2).mean()

        one, many = Scaled(), DataParallel(Scaled())
        loss(one(np.float64(2), x, pack)).backward()
        loss(many(np.float64(2), x[RANK::SIZE], pack)).backward()
        assert many.total == SIZE + 1
        for p, q in zip(one.parameters(), many.parameters(), strict=True):
            same(p.grad, q.grad, "the gradient")
        many.close()


@case
def leaf() -> None:
    """A backward pass that begins at a parameter sums up too."""
    model = nn.Module()
    model.p = Tensor(2.0, requires_grad=True)
    many = DataParallel(model)
    with many.weighted(RANK + 1.0):
        model.p.backward(np.array(RANK + 1.0))
    weights = np.arange(1.0, SIZE + 1)
    same((weights**2).sum() / weights.sum(), model.p.grad, "the gradient")
    many.close()
