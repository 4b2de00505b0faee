"""An epoch gives every sample once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import DataLoader


@given(st.integers(0, 40), st.integers(1, 9), st.booleans(), st.booleans(), st.integers(0, 99))
def test_epochs(samples: int, batch_size: int, shuffle: bool, drop_last: bool, seed: int) -> None:
    x, t = np.arange(samples) * 10, np.arange(samples)
    loader = DataLoader(x, t, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last, generator=seed)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        assert all(np.array_equal(a, 10 * b) for a, b in batches)
        seen = [k for _, b in batches for k in b.tolist()]
        assert len(set(seen)) == len(seen) == (samples // batch_size * batch_size if drop_last else samples)
        if not shuffle:
            assert seen == sorted(seen)
        assert all(len(b) == batch_size for _, b in (batches if drop_last else batches[:-1]))


def test_orders_differ_between_epochs_and_repeat_with_the_seed() -> None:
    def two(seed: int) -> list[list[int]]:
        loader = DataLoader(np.arange(50), batch_size=50, shuffle=True, generator=seed)
        return [next(iter(loader))[0].tolist() for _ in range(2)]

    assert two(0) == two(0)
    assert two(0)[0] != two(0)[1]


def test_batches_are_read_only_copies() -> None:
    x = np.zeros(4)
    (batch,) = next(iter(DataLoader(x, batch_size=4)))
    x[:] = 1
    assert not batch.any()
    with pytest.raises(ValueError, match="read-only"):
        batch[0] = 1


def test_refuses() -> None:
    with pytest.raises(ValueError, match="3, 4"):
        DataLoader(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="none"):
        DataLoader()
    with pytest.raises(ValueError, match="at least 1"):
        DataLoader(np.zeros(3), batch_size=0)
