"""``make reference [NAMES=convolution]``: compute the tables' cases with PyTorch and store its numbers.

Convention: float64, one thread, a fixed seed. Arrays are named ``case/what``: ``x0`` is an input, ``state.`` the
initial weights, ``y0`` a result, ``dx0`` and ``grad.`` are gradients of the weighted sum of the results, ``after.`` are
the buffers after the call.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests import tables
from tests.reference import HERE, weights
from tests.tables import networks
from tests.tables.networks.case import Case

ALSO = ("packed", "optimizers", "schedules", "models")  # tables of other kinds, each with ``reference(torch)``


def of_module(cases: list[Case]) -> dict[str, Any]:
    """PyTorch's numbers for all cases of a module."""
    arrays: dict[str, Any] = {}
    for case in [case for case in cases if case.formula is None]:
        if case.name in {name.rpartition("/")[0] for name in arrays}:
            raise SystemExit(f"two cases have the name {case.name!r}")
        arrays |= {f"{case.name}/{key}": array for key, array in of_case(case).items()}
    return arrays


def of_case(case: Case) -> dict[str, Any]:
    torch.manual_seed(0)
    function = case.function(torch.nn, {k: tensors(v) for k, v in case.their_options().items()})
    found: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    if isinstance(function, torch.nn.Module):
        function.train(case.training)
        state = function.state_dict()
        with torch.no_grad():  # weights that are all 0 or all 1 could hide a mistake
            for name, p in function.named_parameters():
                if p.unique().numel() == 1 and p.numel() > 1:
                    p += torch.linspace(-0.5, 0.5, p.numel(), dtype=p.dtype).reshape(p.shape)
                parameters[name] = p
        found |= {f"state.{name}": t.detach().numpy().copy() for name, t in state.items()}
    inputs = [torch.tensor(x) for x in case.draw()]
    for k, x in enumerate(inputs):
        found[f"x{k}"] = x.numpy().copy()
        x.requires_grad_(x.is_floating_point())
    results = flat(function(*inputs, **{k: tensors(v) for k, v in case.call.items()}))
    loss = torch.zeros(())
    for k, y in enumerate(results):
        found[f"y{k}"] = y.detach().numpy().copy()
        if y.requires_grad:
            loss = loss + (y * torch.tensor(weights(y.detach().numpy()))).sum()
    if loss.requires_grad:
        loss.backward()
    found |= {f"dx{k}": x.grad.numpy().copy() for k, x in enumerate(inputs) if x.grad is not None}
    found |= {f"grad.{name}": p.grad.numpy().copy() for name, p in parameters.items() if p.grad is not None}
    if isinstance(function, torch.nn.Module):
        found |= {f"after.{name}": b.numpy().copy() for name, b in function.named_buffers()}
    return found


def tensors(value: Any) -> Any:
    """Arrays as PyTorch's tensors."""
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def flat(y: Any) -> list[Any]:
    """All tensors in nested tuples, in order."""
    if isinstance(y, tuple | list):
        return [t for part in y for t in flat(part)]
    return [] if y is None else [y]


def main(names: list[str]) -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    modules = {
        path.stem: f"{networks.__name__}.{path.stem}"
        for path in sorted(Path(networks.__path__[0]).glob("*.py"))
        if path.stem not in ("__init__", "case")
    } | {name: f"{tables.__name__}.{name}" for name in ALSO}
    for name in names or modules:
        if name not in modules:
            raise SystemExit(f"no table {name!r}: there are {', '.join(modules)}")
        module = importlib.import_module(modules[name])
        arrays = module.reference(torch) if hasattr(module, "reference") else of_module(getattr(module, "CASES", []))
        if arrays:
            np.savez_compressed(HERE / f"{name}.npz", **arrays)
            print(f"{name}: {len(arrays)} arrays, {(HERE / f'{name}.npz').stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
