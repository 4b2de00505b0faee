"""Compiled twins of recurrent networks: what each is called with, see ``twins``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.native import TWINS
from nn import functional as functional  # declares them

Arguments = tuple[Any, ...]
Row = Callable[[np.random.Generator, str], list[Arguments]]
GATES = "nn.functional.native.gates:"
# steps, sequences, inputs, hidden units; by how much sums are greater; are there biases, first states, early ends?
NETWORKS: list[tuple[Any, ...]] = [
    (1, 1, 3, 5, 1, True, True, False), (5, 3, 2, 33, 1, False, False, True), (3, 2, 4, 16, 2, True, False, False),
    (4, 34, 3, 7, 1, True, True, True),
]  # fmt: skip


def forward(kind: str) -> Row:
    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found, count = [], 4 if kind == "lstm" else 3
        for t, n, into, hidden, factor, biases, first, ends in NETWORKS:

            def numbers(*shape: int, given: bool = True, factor: float = factor) -> Any:
                return (rng.normal(size=shape) * factor).astype(dtype) if given else None

            x, h, c = numbers(t, n, into), *(numbers(n, hidden, given=first, factor=1) for _ in range(2))
            w_ih, w_hh = numbers(count * hidden, into), numbers(count * hidden, hidden, factor=0.3)
            b_ih, b_hh = (numbers(count * hidden, given=biases) for _ in range(2))
            inside = rng.random((t, n)) < 0.6 if ends else None
            found.append((x, h, c if kind == "lstm" else None, w_ih, w_hh, b_ih, b_hh, inside))
        return found

    return row


def back(kind: str) -> Row:
    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found = []
        for arguments in forward(kind)(rng, dtype):
            *_, w_hh, _, _, inside = arguments
            taped = TWINS[GATES + kind].numpy(*arguments)
            g_y, d_h, d_c = (rng.normal(size=taped[3].shape[k:]).astype(dtype) for k in (0, 1, 1))
            found.append((g_y, d_h, d_c if kind == "lstm" else None, *taped, w_hh, inside))
        return found

    return row


ROWS: dict[str, Row] = {GATES + kind: forward(kind) for kind in ("lstm", "gru")}
ROWS |= {f"{GATES}{kind}_back": back(kind) for kind in ("lstm", "gru")}
