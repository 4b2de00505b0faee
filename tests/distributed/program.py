"""What each process of a job computes for the tests: every case alone, and together with the others.

Convention: a case is a function that raises if what the processes do together is not what one does alone. All cases run
in one job, as starting one takes seconds; each prints its name when it has passed.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor, Value
from nn import distributed
from nn.distributed import DataParallel, DistributedSampler, SyncBatchNorm
from nn.distributed.reducer import owners
from nn.distributed.waiting import exchanged
from nn.training import Checkpoint, Trainer

Case = Callable[[], None]
CASES: dict[str, Case] = {}
CLOSE: dict[str, Any] = {"rtol": 1e-7, "atol": 1e-9}


def case(run: Case) -> Case:
    CASES[run.__name__] = run
    return run


RANK, SIZE = distributed.rank, distributed.world_size


def network(norm: Any = None, frozen: bool = False) -> nn.Sequential:
    nn.seed(7)
    model = nn.Sequential(
        nn.Linear(6, 16, dtype=np.float64), *([norm(16, dtype=np.float64)] if norm else []), nn.Tanh(),
        nn.Linear(16, 4, dtype=np.float64),
    )  # fmt: skip
    model[0].bias.requires_grad_(not frozen)
    return model


def data(n: int = 47) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 6)), rng.integers(0, 4, n)


def same(one: Any, other: Any, what: str) -> None:
    np.testing.assert_allclose(np.asarray(other), np.asarray(one), err_msg=what, **CLOSE)


# ---------------------------------------------------------------- steps

SIZES = (20, 4, 3, 1, 2, 19)  # of the whole batches: some give parts that are uneven, some leave processes without any


def steps(
    sharded: bool = False, overlap: bool = True, cap: float = 2e-4, rounds: int = 1, sizes: Any = SIZES, **options: Any
) -> None:  # fmt: skip
    """Steps on whole batches and on their parts: gradients and parameters are equal at every step."""
    x, d = data()
    loss, rng = nn.CrossEntropyLoss(), np.random.default_rng(1)
    one, inside = network(**options), network(**options)
    if "norm" in options:
        SyncBatchNorm.convert_sync_batchnorm(inside)
    many = DataParallel(inside, bucket_cap_mb=cap, shard_optimizer=sharded, overlap=overlap)
    alone, together = (optim.Adam([p for p in m.parameters() if p.requires_grad], lr=0.01) for m in (one, many))
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


# ---------------------------------------------------------------- operations


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


# ---------------------------------------------------------------- the trainer

LOSSES: dict[str, Any] = {
    "means": nn.CrossEntropyLoss(),
    "weighted": nn.CrossEntropyLoss(weight=np.array([1.0, 2.0, 0.5, 1.0])),
    "ignoring": nn.CrossEntropyLoss(ignore_index=0),
    "sums": nn.CrossEntropyLoss(reduction="sum"),
    "own sum": lambda y, d: ((y - np.eye(4)[d]) ** 2).sum(),
    "own mean": lambda y, d: ((y - np.eye(4)[d]) ** 2).mean(),
}


def trained(together: bool, loss: Any, epochs: int = 2, resume: str | None = None, **given: Any) -> tuple[Any, Any]:
    """A training: its trainer, and what it gave, as arrays."""
    x, d = data()
    options = {"norm": None, "sharded": False, "saved": None, "size": 10} | given
    trains = {k: v for k, v in options.items() if k not in ("norm", "sharded", "saved", "size")}
    norm = options["norm"]
    model: Any = network(norm)
    if norm and together:
        SyncBatchNorm.convert_sync_batchnorm(model)
    shared: Any = DataParallel(model, shard_optimizer=True) if options["sharded"] and together else model
    train = nn.DataLoader(x, d, batch_size=options["size"], shuffle=True, generator=3)
    validation = nn.DataLoader(x[:13], d[:13], batch_size=5)
    trainer = Trainer(
        shared, loss, optim.Adam(model.parameters(), lr=0.01), metrics=[nn.metrics.accuracy], progress=False,
        distributed=together, doctor=False, callbacks=[Checkpoint(options["saved"])] if options["saved"] else [],
        **trains,
    )  # fmt: skip
    history = trainer.fit(train, validation, epochs=epochs, resume=resume)
    rows = [[v for name, v in history.row(k).items() if name != "seconds"] for k in range(trainer.epoch)]
    result = [*rows, *[p.data for p in model.parameters()], *[b.data for b in model.buffers()]]
    result.append(trainer.predict(validation))
    if shared is not model:
        shared.close()
    return trainer, result


def trainings(loss: Any, **options: Any) -> None:
    _, alone = trained(False, loss, **options)
    _, together = trained(True, loss, **options)
    for k, (one, other) in enumerate(zip(alone, together, strict=True)):
        same(one, other, f"result {k}")


for _name, _loss in LOSSES.items():
    CASES[f"trainer: {_name}"] = lambda loss=_loss: trainings(loss)  # type: ignore[misc]
    CASES[f"trainer: {_name}, accumulated"] = lambda loss=_loss: trainings(loss, accumulate=2)  # type: ignore[misc]
CASES["trainer: clipped"] = lambda: trainings(LOSSES["means"], clip=0.05)
CASES["trainer: sharded"] = lambda: trainings(LOSSES["means"], clip=0.05, sharded=True)
CASES["trainer: small batches"] = lambda: trainings(LOSSES["means"], size=2, accumulate=3)
CASES["trainer: norms"] = lambda: trainings(LOSSES["means"], norm=nn.BatchNorm1d, size=9)


@case
def resumed() -> None:
    """A sharded training that was cut in two ends as if it had not been; one process can resume it, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = distributed.processes.world().sums.bcast(str(Path(folder) / "saved.npz"))
        _, whole = trained(True, LOSSES["means"], 3, sharded=True)
        trained(True, LOSSES["means"], 1, sharded=True, saved=path)
        distributed.barrier()
        _, rest = trained(True, LOSSES["means"], 3, resume=path, sharded=True)
        _, alone = trained(False, LOSSES["means"], 3, resume=path)
        for one, other, third in zip(whole, rest, alone, strict=True):
            same(one, other, "resumed")
            same(one, third, "resumed alone")
        distributed.barrier()


@case
def streams() -> None:
    """Dropout draws differ between processes, and are all rank 0's again at the end of an epoch."""
    nn.seed(3)
    drawn: list[float] = []

    class Noise(nn.Module):
        def __init__(self) -> None:
            self.layer, self.rng = nn.Linear(6, 4, dtype=np.float64), np.random.default_rng(5)

        def forward(self, x: Any) -> Any:
            if self.training:
                drawn.append(self.rng.random())
            return self.layer(x)

    model = nn.Sequential(Noise(), nn.BatchNorm1d(4, dtype=np.float64))
    x, d = data(48)
    trainer = Trainer(model, LOSSES["means"], optim.SGD(model.parameters(), lr=0.1), progress=False, distributed=True)
    trainer.fit(nn.DataLoader(x, d, batch_size=8, shuffle=True), epochs=2)
    every = distributed.all_gather(np.array([drawn])).data
    assert len(np.unique(every)) == every.size
    states = distributed.all_gather(np.array([[model[0].rng.random(), *model[1].running_mean.data]])).data
    assert len(np.unique(states, axis=0)) == 1


@case
def unseeded() -> None:
    """Processes whose generators differ agree on the order of the samples: each is seen once."""
    nn.seed(RANK)
    seen: list[Any] = []
    model = nn.Linear(47, 4, dtype=np.float64)

    def watched(x: Any) -> Any:
        seen.append(x.argmax(1))
        return model(x)

    trainer = Trainer(
        nn.Sequential(watched), LOSSES["means"], optim.SGD(model.parameters(), lr=0.1), progress=False,
        distributed=True, doctor=False,
    )  # fmt: skip
    trainer.fit(nn.DataLoader(np.eye(47), data()[1], batch_size=10, shuffle=True))
    same(np.arange(47), np.sort(distributed.all_gather(np.concatenate(seen)).data), "the samples")


@case
def odd_batches() -> None:
    """What is no array in a batch all processes get as it is."""
    x, d = data()

    def end(together: bool, loader: Any) -> list[Any]:
        model = network()
        scaled = nn.Module()
        scaled.model = model
        scaled.forward = lambda x, scale, name: model(x) * scale
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        trainer = Trainer(scaled, LOSSES["means"], optimizer, progress=False, distributed=together, doctor=False)
        trainer.fit(loader)
        return [p.data for p in model.parameters()]

    def collate(samples: list[Any]) -> Any:
        return np.stack([x for x, _ in samples]), 2.0, "name", np.array([d for _, d in samples])

    pairs = nn.DataLoader(list(zip(x, d, strict=True)), batch_size=SIZE + 1, collate=collate)
    for loader in (pairs, [(x[:5], 2.0, None, d[:5]), (x[5:6], 2.0, None, d[5:6])]):
        for one, other in zip(end(False, loader), end(True, loader), strict=True):
            same(one, other, "a parameter")


@case
def unfrozen() -> None:
    """A callback unfreezes a layer between two epochs."""

    class Unfreeze(nn.training.Callback):
        def on_epoch_end(self, trainer: Any) -> None:
            if trainer.epoch == 1:
                trainer.model[0].bias.requires_grad_(True)
                trainer.optimizer.add_param_group({"params": [trainer.model[0].bias]})

    def end(together: bool) -> list[Any]:
        model = network(frozen=True)
        optimizer = optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
        trainer = Trainer(
            model, LOSSES["means"], optimizer, progress=False, distributed=together, doctor=False,
            callbacks=[Unfreeze()],
        )  # fmt: skip
        trainer.fit(nn.DataLoader(*data(), batch_size=9), epochs=2)
        return [p.data for p in model.parameters()]

    for one, other in zip(end(False), end(True), strict=True):
        same(one, other, "a parameter")


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


if __name__ == "__main__":
    warnings.simplefilter("ignore", RuntimeWarning)
    distributed.init(timeout=60)
    for name in sys.argv[1:] or CASES:
        CASES[name]()
        if RANK == 0:
            print(f"passed: {name}", flush=True)
