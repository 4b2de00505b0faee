"""Compiled twins of attention: what each is called with; see ``twins``."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.declare import Kept
from autograd.native import TWINS

Arguments = tuple[Any, ...]
PATH = "nn.functional.native.attention:"
# the batch, queries, keys, features and how many of values; the shapes of masks: added, or of truths, and of dropout
SHAPES: list[tuple[Any, ...]] = [
    ((), 3, 4, 5, 2, None, None), ((2,), 7, 9, 4, 4, (2, 7, 9), None), ((2,), 7, 9, 4, 4, (9,), (7, 9)),
    ((3, 2), 5, 6, 4, 3, (2, 5, 1), (3, 1, 1, 6)), ((2, 3), 40, 33, 8, 8, None, (40, 33)),
]  # fmt: skip


def forward(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for batch, length, keys, features, values, bias, seen in SHAPES:
        q, k, v = (
            rng.normal(size=(*batch, *shape)).astype(dtype) * 2
            for shape in [(length, features), (keys, features), (keys, values)]
        )
        added = None if bias is None else rng.normal(size=bias).astype(dtype) * 3
        shown = None if seen is None else rng.random(seen) < 0.6
        dropped = (rng.random((*batch, length, keys)) < 0.7).astype(dtype) / q.dtype.type(0.7)
        found += [(q, k, v, added, shown, 0.4), (q, k, v, added, shown, 0.4, dropped)]
    return found


def pull(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    """The last ones are without masks, since what was kept was made with them."""
    found: list[Arguments] = []
    for q, k, v, added, shown, scale, *dropped in reversed(forward(rng, dtype)):
        drops = dropped[0] if dropped else None
        kept = Kept()
        TWINS[PATH + "attention"].native(q, k, v, added, shown, scale, drops, kept)  # type: ignore[misc]
        g = rng.normal(size=(*q.shape[:-1], v.shape[-1])).astype(dtype)
        for tracked in [(True, False, True, added is not None), (True, True, True, False)]:
            found.append((g, q, k, v, added, shown, scale, tracked, drops, kept))
    return found


def odd() -> list[Arguments]:
    """Queries that may look nowhere, masks of -∞, scores that overflow, NaN in what is hidden and in what is not."""
    rng = np.random.default_rng(1)
    q, k, v = rng.normal(size=(3, 6, 24)).astype("f")
    q, k, v = (x.reshape(6, 6, 4) for x in (q, k, v))
    seen = rng.random((6, 6)) < 0.5
    seen[2], k[1, 3], q[4, 5], q[5] = False, np.nan, np.nan, q[5] * 1e3
    hiding = np.where(seen, 0, -np.inf).astype("f")
    return [(q, k, v, None, seen, 0.5), (q, k, v, hiding, None, 0.5)]


ROWS = {PATH + "attention": forward, PATH + "pull": pull}
