"""An epoch gives every sample once, in batches that depend on nothing but the generator."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn import ArrayDataset, ConcatDataset, DataLoader, Dataset, Subset, random_split


class Squares:
    """A dataset as a user writes it: sample by sample."""

    def __init__(self, samples: int) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, i: int) -> tuple[Any, int]:
        if i == 13:
            raise OSError("unreadable")
        return np.full(2, i * i), i


class Unwritten(Dataset):
    """A dataset of which nothing is written yet."""


class Noise:
    """A transform that draws."""

    draws = True

    def __call__(self, x: Any, generator: Any = None) -> Any:
        return x + nn.init.generator(generator).normal(size=x.shape)


def flat(batches: Any) -> list[Any]:
    return [array for batch in batches for array in batch]


def same(a: Any, b: Any) -> bool:
    return len(a) == len(b) and all(map(np.array_equal, a, b))


@given(
    st.integers(0, 40), st.integers(1, 9), st.booleans(), st.booleans(), st.integers(0, 99), st.integers(0, 3),
    st.sampled_from(["arrays", "dataset", "samples"]),
)  # fmt: skip
def test_epochs(
    samples: int, batch_size: int, shuffle: bool, drop_last: bool, seed: int, prefetch: int, kind: str
) -> None:
    x, t = np.arange(samples) * 10, np.arange(samples)
    given: dict[str, tuple[Any, ...]] = {
        "arrays": (x, t), "dataset": (ArrayDataset(x, t, transform=np.negative),),
        "samples": ([(np.array(10 * k), k) for k in range(samples)],),
    }  # fmt: skip
    loader = DataLoader(*given[kind], batch_size=batch_size, shuffle=shuffle, drop_last=drop_last, generator=seed,
                        prefetch=prefetch)  # fmt: skip
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        assert all(np.array_equal(-a if kind == "dataset" else a, 10 * b) for a, b in batches)
        seen = [k for _, b in batches for k in b.tolist()]
        assert len(set(seen)) == len(seen) == (samples // batch_size * batch_size if drop_last else samples)
        if not shuffle:
            assert seen == sorted(seen)
        assert all(len(b) == batch_size for _, b in (batches if drop_last else batches[:-1]))


def datasets() -> dict[str, Any]:
    x = np.arange(12.0)
    noisy = ArrayDataset(x, np.arange(12), transform=Noise())
    return {
        "arrays": noisy,
        "subset": Subset(noisy, np.arange(12)[::-1]),
        "subset of a subset": Subset(Subset(noisy, range(1, 12)), [3, 2, 5]),
        "both": ConcatDataset([noisy, ArrayDataset(x, np.arange(12)), noisy]),
    }


@pytest.mark.parametrize("collate", [None, lambda samples: np.stack([x for x, _ in samples])])
@pytest.mark.parametrize("name", datasets())
def test_what_transforms_draw_comes_from_the_seed_alone(name: str, collate: Callable[..., Any] | None) -> None:
    def two_epochs(prefetch: int, leave: int | None = None) -> Any:
        loader = DataLoader(datasets()[name], 3, shuffle=True, generator=5, collate=collate, prefetch=prefetch)
        for k, _ in enumerate(loader):
            if k == leave:
                break
        return flat(loader)

    expected = two_epochs(0)
    assert same(expected, two_epochs(1)) and same(expected, two_epochs(2, leave=0))
    assert not same(expected, flat(DataLoader(datasets()[name], 3, shuffle=True, generator=5, collate=collate)))


@pytest.mark.parametrize("given", [3, None])
def test_an_epoch_is_repeated_from_the_state_before_it(given: int | None) -> None:
    loader = DataLoader(datasets()["arrays"], 5, shuffle=True, generator=given)
    next(iter(loader))
    state = loader.state_dict()
    expected = flat(loader)
    assert not same(expected, flat(loader))
    loader.load_state_dict(state)
    assert same(expected, flat(loader))


def test_only_what_draws_moves_the_default_generator() -> None:
    nn.seed(1)
    state = DataLoader(np.zeros(4)).state_dict()
    loader = DataLoader(ArrayDataset(np.zeros(4), transform=np.exp))
    list(loader)
    assert loader.state_dict() == state
    list(DataLoader(np.zeros(4), shuffle=True))
    assert loader.state_dict() != state
    nn.seed(1)  # after the loader was made
    assert loader.state_dict() == state


def test_batches_are_read_only_copies() -> None:
    x = np.zeros(4)
    for loader in (DataLoader(x, batch_size=4), DataLoader(list(x[:, None]), 4)):
        batch = next(iter(loader))[0]
        x[:] = 1
        assert not batch.any()
        with pytest.raises(ValueError, match="read-only"):
            batch[0] = 1
        x[:] = 0


@pytest.mark.parametrize("prefetch", [0, 1, 3])
def test_an_error_tells_the_sample(prefetch: int) -> None:
    seen = []
    with pytest.raises(OSError, match="unreadable") as caught:
        for _, t in DataLoader(Squares(20), 4, prefetch=prefetch):
            seen += t.tolist()
    assert seen == list(range(12))
    assert caught.value.__notes__[0] == "while sample 13 of Squares was loaded"
    assert "batch 3 of 5: samples 12, 13, 14, 15" in caught.value.__notes__[1]
    assert not loading()


def loading() -> list[Any]:
    return [thread for thread in threading.enumerate() if thread.name == "next batch"]


def test_the_next_batch_is_made_meanwhile_and_no_thread_is_left() -> None:
    taken: list[int] = []
    second = threading.Event()

    class Watched(Squares):
        def __getitem__(self, i: int) -> Any:
            taken.append(i)
            if i == 1:
                second.set()
            return i

    loader = DataLoader(Watched(10), prefetch=1)
    for _ in loader:
        assert second.wait(30) and loading()  # while this batch is worked on
        break
    assert not loading() and len(taken) == 2

    held = iter(loader)
    next(held)
    assert loading()
    del held
    assert not loading()

    with pytest.raises(KeyboardInterrupt):
        for _ in loader:
            raise KeyboardInterrupt
    assert not loading()


def test_two_loops_over_one_loader_at_once() -> None:
    loader = DataLoader(Squares(6), 2)
    assert [(a.tolist(), b.tolist()) for (_, a), (_, b) in zip(loader, loader, strict=True)] == [
        ([0, 1], [0, 1]), ([2, 3], [2, 3]), ([4, 5], [4, 5])
    ]  # fmt: skip


def test_samples_of_any_kind_become_batches() -> None:
    samples = [{"x": np.ones(2) * k, "pair": [k, (k * 1.5, f"name {k}")]} for k in range(2)]
    batch = next(iter(DataLoader(samples, 2)))
    assert np.array_equal(batch["x"], [[0, 0], [1, 1]])
    numbers, (floats, names) = batch["pair"]
    assert numbers.tolist() == [0, 1] and floats.tolist() == [0, 1.5] and names == ["name 0", "name 1"]
    assert next(iter(DataLoader(samples, 2, collate=len))) == 2


@given(st.data())
def test_a_split_is_a_partition(data: Any) -> None:
    samples = data.draw(st.integers(0, 30))
    cuts = sorted(data.draw(st.lists(st.integers(0, samples), max_size=3)))
    counts = np.diff([0, *cuts, samples]).tolist()
    lengths = data.draw(st.sampled_from([counts, [0.5, 0.3, 0.2], [1 / 3] * 3]))
    seed = data.draw(st.integers(0, 99))
    parts = random_split(Squares(samples), lengths, seed)
    assert sorted(np.concatenate([part.indices for part in parts]).tolist()) == list(range(samples))
    if lengths is counts:
        assert [len(part) for part in parts] == counts
    else:
        assert all(abs(len(part) - samples * length) <= 1 for part, length in zip(parts, lengths, strict=True))
    again = random_split(Squares(samples), lengths, np.random.default_rng(seed))
    assert all(np.array_equal(a.indices, b.indices) for a, b in zip(parts, again, strict=True))


def test_parts_and_sums_of_datasets() -> None:
    x = np.arange(10) * 10
    data = ArrayDataset(x, x + 1, transform=np.negative)
    assert data[3] == data[-7] == (-30, 31)
    assert [part.tolist() for part in data[2:4]] == [part.tolist() for part in data[[2, 3]]] == [[-20, -30], [21, 31]]
    subset = Subset(data, [4, -1, 0])
    assert [subset[k] for k in range(3)] == [(-40, 41), (-90, 91), (0, 1)]
    both = ConcatDataset([Subset(data, []), subset, Squares(5)])
    assert len(both) == 8 and both[1] == both[-7] == (-90, 91) and both[5][1] == 2
    assert next(iter(DataLoader(ConcatDataset([subset, data]), 4)))[1].tolist() == [41, 91, 1, 1]
    assert list(DataLoader(ConcatDataset([]))) == []


def ragged() -> Any:
    return list(DataLoader([np.zeros(2), np.zeros(3)], 2))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: DataLoader(np.zeros(3), np.zeros(4)), ValueError, "3, 4"),
        (lambda: ArrayDataset(), ValueError, "none"),
        (lambda: ArrayDataset(np.float64(3)), ValueError, "single number"),
        (lambda: DataLoader(np.zeros(3), batch_size=0), ValueError, "at least 1"),
        (lambda: DataLoader(np.zeros(3), batch_size=2.5), ValueError, "whole number"),  # type: ignore[arg-type]
        (lambda: random_split(range(3), [math.nan, 1.0]), ValueError, "add up to 1"),
        (lambda: DataLoader(np.zeros(3), 0), ValueError, "at least 1"),
        (lambda: DataLoader(np.zeros(3), prefetch=-1), ValueError, "0 for none"),
        (lambda: DataLoader(np.zeros(3), 2, True, False), TypeError, "batch_size and shuffle by position"),
        (lambda: DataLoader(np.zeros(3), 2, np.zeros(3)), TypeError, "batch_size and shuffle by position"),
        (lambda: DataLoader((np.zeros(3), np.zeros(3))), TypeError, r"tuple of 2.*split\.train.*DataLoader\(x, d\)"),
        (lambda: len(Unwritten()), NotImplementedError, "Unwritten.*write __len__"),
        (lambda: Unwritten()[0], NotImplementedError, "Unwritten.*write __getitem__"),
        (lambda: DataLoader(iter([1])), TypeError, r"len\(\) and \[i\], got list_iterator"),
        (lambda: ArrayDataset(np.zeros(3))[3], IndexError, "no sample 3: the dataset has 3"),
        (lambda: Subset(Squares(3), [0, -4]), IndexError, "no sample -4"),
        (lambda: Subset(Squares(2), np.array([True, False])), TypeError, "flatnonzero"),
        (lambda: ConcatDataset([Squares(2)])[2], IndexError, "no sample 2"),
        (lambda: random_split(Squares(5), [2, 2]), ValueError, "add up to 4, and the dataset has 5"),
        (lambda: random_split(Squares(5), [0.5, 0.6]), ValueError, "add up to 1"),
        (lambda: random_split(Squares(5), []), ValueError, "add up to 0"),
        (ragged, ValueError, r"\(2,\), \(3,\)"),
        (lambda: list(DataLoader([(1,), (1, 2)], 2)), ValueError, r"\[1, 2\] parts"),
        (lambda: list(DataLoader([{"a": 1}, {"b": 1}], 2)), ValueError, r"\['a'\] and \['b'\]"),
        (lambda: list(DataLoader([None], 1)), TypeError, "NoneType"),
        (lambda: ArrayDataset(np.zeros((3, 2)), transform=np.sum)[:], ValueError, "first axis must keep its length"),
    ],
)
def test_refuses(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()
