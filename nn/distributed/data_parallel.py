"""DataParallel: one model in several processes, each with its own share of every batch.

Convention: all processes build the same model and take the same number of steps. Whatever is random in the layers, as
dropout, should differ between processes; the parameters and buffers are those of rank 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from autograd import Tensor, is_grad_enabled

from ..module import Module
from .processes import World, world
from .reducer import Reducer
from .waiting import exchanged, wait

__all__ = ["DataParallel"]


class DataParallel(Module):
    """y = module(x), whose parameters get Σ n_r g_r / Σ n_r: the gradient over the samples of all processes.

        nn.distributed.init()
        model = nn.distributed.DataParallel(net)
        optimizer = optim.Adam(model.parameters())
        for x, d in nn.DataLoader(data, batch_size=32, sampler=nn.distributed.DistributedSampler(data, seed=0)):
            optimizer.zero_grad()
            loss_fn(model(x), d).backward()  # the gradients are summed up while it runs
            optimizer.step()

    ``module``             a model, the same in all processes: they get the parameters and buffers of rank 0
    ``bucket_cap_mb``      the size of the buckets in which gradients are summed up, in MiB
    ``broadcast_buffers``  whether all get rank 0's buffers, as running means, before each training step
    ``shard_optimizer``    whether each parameter has one process that moves it, the only one that keeps the
                           optimizer's state of it and gets its gradient; after a step all get the numbers of all
    ``overlap``            whether gradients are summed up while the backward pass goes on, or at its end

    ``model(x)`` takes what the module takes, an x of (n_r, ...). A process's gradient g_r is that of a mean over its
    n_r samples, which the first axis of the input counts; batches may be uneven, or empty in some processes. Where a
    loss counts otherwise, say so with ``weighted``. Save rank 0's ``model.module.state_dict()``. Li et al., "PyTorch
    Distributed", 2020; sharding as in Rajbhandari et al., "ZeRO", 2020.

    Raises ValueError if the models of the processes differ.
    """

    def __init__(
        self, module: Module, *, bucket_cap_mb: float = 1.0, broadcast_buffers: bool = True,
        shard_optimizer: bool = False, overlap: bool = True,
    ) -> None:  # fmt: skip
        if not isinstance(module, Module):
            raise TypeError(f"DataParallel takes a module, got {type(module).__name__}")
        if not bucket_cap_mb > 0:
            raise ValueError(f"DataParallel: bucket_cap_mb is a size above 0, got {bucket_cap_mb!r}")
        self.module, self.broadcast_buffers = module, broadcast_buffers
        all_processes = world()
        named = list(module.named_parameters())
        tensors = [t for t in (*module.parameters(), *module.buffers()) if isinstance(t, Tensor)]
        elsewhere = {str(t.device) for t in tensors} - {"cpu"}
        if elsewhere:
            raise ValueError(
                f"DataParallel: the model is on {', '.join(sorted(elsewhere))}, and MPI sums what is in main memory: "
                "train it on the CPU, model.to('cpu'), or on its GPU in one process"
            )
        check(named, list(module.named_buffers()), all_processes)
        give_out([*[p for _, p in named], *module.buffers()], all_processes)
        trained = [p for _, p in named if p.requires_grad]
        if not trained:
            raise ValueError(
                "DataParallel: no parameter of the module requires a gradient, so there is nothing to share"
            )
        held = [name for name, p in named if p.node is not None and p.node.notes and p.node.notes.shared]
        if held:
            raise ValueError(f"DataParallel: {held[0]} is another DataParallel's already; call its close() first")
        self.reducer = Reducer([p for _, p in named], bucket_cap_mb * 2**20, shard_optimizer, overlap, all_processes)

    def forward(self, *args: Any, **options: Any) -> Any:
        reducer = self.reducer
        for p in reducer.held:
            if p.node is not None and p.node not in reducer.place:
                raise RuntimeError(
                    "DataParallel: a parameter was unfrozen, or got another dtype, after DataParallel(model) was made; "
                    "call close() and make it anew"
                )
        if not is_grad_enabled():
            return self.module(*args, **options)
        reducer.check()
        if self.training and self.broadcast_buffers:
            give_out(list(self.module.buffers()), self.reducer.world)
        y = self.module(*args, **options)
        call, count = object(), samples((args, options))
        results = [thing for thing in within(y) if isinstance(thing, Tensor)]
        for tensor in results:
            if tensor.node is not None and tensor.node.op is not None:
                tensor.register_hook(lambda g: reducer.saw(call, count))
        if not results:  # whatever holds them, a backward pass will come to them
            reducer.saw(call, count)
        return y

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """Inside, backward passes only add to the gradients here; the first one outside sums all of it up.

        Every process must do so in the same passes.
        """
        reducer = self.reducer
        before, reducer.synchronises = reducer.synchronises, False
        try:
            yield
        finally:
            reducer.synchronises = before

    @contextmanager
    def weighted(self, scale: float, count: float | None = None, sums: bool = False) -> Iterator[None]:
        """Inside, a backward pass counts a_r for n_r: the parameters get Σ a_r g_r / Σ c_r.

        ``scale``  a_r, by what the gradient of this process is multiplied; 0 if it has none
        ``count``  c_r, which is a_r if it is None
        ``sums``   they get Σ a_r g_r, as for losses that are sums over samples
        """
        reducer = self.reducer
        all_processes = self.reducer.world
        reducer.weight, reducer.sums = (float(scale), float(scale if count is None else count)), sums
        all_processes.scale = float(scale)
        try:
            yield
        finally:
            reducer.weight, reducer.sums = None, False

    def synchronize(self) -> None:
        """In place of a backward pass: sum up the gradients that passes inside ``no_sync`` left, or none.

        It is for a process that has no samples in a step: it gets the same gradients as the others.
        """
        self.reducer.synchronize()

    @property
    def total(self) -> float:
        """Σ n_r of the last sum: the samples of all processes."""
        return float(self.reducer.total)

    @property
    def changed(self) -> bool:
        """Has the module other parameters to train than those that are shared?"""
        return {p.node for p in self.module.parameters() if p.requires_grad} != set(self.reducer.place)

    def optimizer_state(self, optimizer: Any) -> dict[str, Any]:
        """``optimizer.state_dict()`` with the state of all parameters, also of those that other processes move.

        Every process calls it, and gets it; it fits an optimizer without sharding, and any number of processes.
        """
        state: dict[str, Any] = optimizer.state_dict()
        if self.reducer.owners is not None:
            all_processes = self.reducer.world
            for theirs in exchanged(all_processes, all_processes.gradients, state["state"], "the optimizer's state"):
                state["state"] |= theirs
            state["state"] = dict(sorted(state["state"].items()))
        return state

    def load_optimizer_state(self, optimizer: Any, state: Mapping[str, Any]) -> None:
        """``optimizer.load_state_dict(state)``, of which this process keeps what it needs."""
        optimizer.load_state_dict(state)
        reducer = self.reducer
        for p in [p for p in optimizer.state if isinstance(p, Tensor) and p.node in reducer.number]:
            if reducer.elsewhere(p):
                del optimizer.state[p]

    def close(self) -> None:
        """Let go of the module: its gradients are those of this process again."""
        self.reducer.close()

    def describe(self) -> str:
        all_processes = self.reducer.world
        return f"rank {all_processes.rank} of {all_processes.size}"

    def __reduce__(self) -> Any:
        raise TypeError("DataParallel belongs to the processes that made it: pickle or copy its module, model.module")

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__reduce__()


def samples(given: Any) -> float:
    """How many samples a call has: the first axis of the first array with axes in its arguments; 1 if there is none."""
    return next((float(thing.shape[0]) for thing in within(given) if getattr(thing, "shape", ())), 1.0)


def within(nest: Any) -> Iterator[Any]:
    """What lies in a nest of tuples, lists, dicts and dataclasses."""
    if isinstance(nest, Mapping):
        nest = list(nest.values())
    elif dataclasses.is_dataclass(nest) and not isinstance(nest, type):
        nest = [getattr(nest, field.name) for field in dataclasses.fields(nest)]
    if isinstance(nest, list | tuple):
        for thing in nest:
            yield from within(thing)
    else:
        yield nest


def check(named: list[tuple[str, Any]], buffers: list[tuple[str, Any]], all_processes: World) -> None:
    """Raise ValueError, in all processes, if their models are not the same."""
    values = [name for name, p in named if not isinstance(p, Tensor)]
    if values:
        raise TypeError(f"DataParallel shares tensors, and {values[0]} is a {type(dict(named)[values[0]]).__name__}")
    own = [f"{name} {p.shape} {p.dtype}{'' if p.requires_grad else ', frozen'}" for name, p in named]
    own += [f"the buffer {name} {b.shape} {b.dtype}" for name, b in buffers]
    every = exchanged(all_processes, all_processes.gradients, own, "a new DataParallel")
    for rank, theirs in enumerate(every):
        for first, other in zip_longest(own, theirs, fillvalue="nothing more"):
            if first != other:
                raise ValueError(
                    f"DataParallel: the models differ: rank {all_processes.rank} has {first} where rank {rank} has "
                    f"{other}. Build the same model in all processes"
                )


def give_out(tensors: list[Any], all_processes: World) -> None:
    """Give all processes the numbers of rank 0's tensors."""
    if all_processes.size == 1 or not tensors:
        return
    flat = np.concatenate([np.ascontiguousarray(t.data).reshape(-1).view(np.uint8) for t in tensors])
    wait(all_processes, [all_processes.gradients.Ibcast(flat, 0)], "rank 0's parameters and buffers")
    if all_processes.rank:
        end = 0
        for t in tensors:
            start, end = end, end + t.data.nbytes
            new = flat[start:end].view(t.dtype).reshape(t.shape)
            t.update_(partial(np.copyto, src=new))
