"""PyTorch's numbers for sequences of different lengths, which it packs: ``make reference NAMES=packed``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..reference import weights

KINDS = ("RNN", "LSTM", "GRU")
LENGTHS = np.array([2, 4, 1])
OPTIONS = {"input_size": 2, "hidden_size": 2, "num_layers": 2, "batch_first": True, "bidirectional": True}


def x() -> Any:
    return np.random.default_rng(0).normal(size=(3, 4, 2))


def reference(torch: Any) -> dict[str, Any]:
    """For each kind its first numbers, results and gradients."""
    rnn = torch.nn.utils.rnn
    found = {}
    for kind in KINDS:
        torch.manual_seed(0)
        model = getattr(torch.nn, kind)(**OPTIONS)
        given = torch.tensor(x(), requires_grad=True)
        packed = rnn.pack_padded_sequence(given, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False)
        y, state = model(packed)
        results = [rnn.pad_packed_sequence(y, batch_first=True)[0], *(state if isinstance(state, tuple) else (state,))]
        sum((r * torch.tensor(weights(r.detach().numpy()))).sum() for r in results).backward()
        found |= {f"{kind}/state.{name}": p.detach().numpy() for name, p in model.named_parameters()}
        found |= {f"{kind}/grad.{name}": p.grad.numpy() for name, p in model.named_parameters()}
        found |= {f"{kind}/y{k}": r.detach().numpy() for k, r in enumerate(results)}
        found[f"{kind}/dx"] = given.grad.numpy()
    return found
