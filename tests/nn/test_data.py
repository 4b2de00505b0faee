"""An epoch gives every sample once, in batches that depend only on the generator."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn import ArrayDataset, ConcatDataset, DataLoader, Dataset, Subset, random_split


class Squares:
    """A dataset as users write them: sample by sample; sample 13 cannot be read."""

    def __init__(self, samples: int) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, i: int) -> tuple[Any, int]:
        if i == 13:
            raise OSError("unreadable")
        return np.full(2, i * i), i


class Unwritten(Dataset):
    """A dataset without methods of its own."""


class Noise:
    """A random transform."""

    draws = True

    def __call__(self, x: Any, generator: Any = None) -> Any:
        return x + nn.init.generator(generator).normal(size=x.shape)


def arrays(batches: Any) -> list[Any]:
    return [array for batch in batches for array in batch]


def same(a: Any, b: Any) -> bool:
    return len(a) == len(b) and all(map(np.array_equal, a, b))


@given(
    st.integers(0, 40), st.integers(1, 9), st.booleans(), st.booleans(), st.integers(0, 99), st.integers(0, 3),
    st.sampled_from(["arrays", "dataset", "samples"]),
)  # fmt: skip
def test_an_epoch_gives_every_sample_once(
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
def test_random_transforms_depend_on_the_seed_alone(name: str, collate: Callable[..., Any] | None) -> None:
    def two_epochs(prefetch: int, leave: int | None = None) -> Any:
        loader = DataLoader(datasets()[name], 3, shuffle=True, generator=5, collate=collate, prefetch=prefetch)
        for k, _ in enumerate(loader):
            if k == leave:
                break
        return arrays(loader)

    expected = two_epochs(0)
    assert same(expected, two_epochs(1)) and same(expected, two_epochs(2, leave=0))
    assert not same(expected, arrays(DataLoader(datasets()[name], 3, shuffle=True, generator=5, collate=collate)))


class Jittered(Squares):
    """Draws from the default generator, sample by sample."""

    def __getitem__(self, i: int) -> Any:
        return i + nn.init.generator(None).random(), i


def jitter(x: Any) -> Any:
    """A transform that draws from the default generator, and does not tell so."""
    return x + nn.init.uniform(x.shape, dtype=float)


def drawing_together(samples: Any) -> Any:
    return np.array([x for x, _ in samples]) + jitter(np.zeros(len(samples)))


X12, K12 = np.arange(12.0), np.arange(12)
LATE_DRAWS: dict[str, Callable[[], Any]] = {
    "samples": lambda: (Jittered(12),),
    "part": lambda: (Subset(Jittered(12), K12[::-1]),),
    "both": lambda: (ConcatDataset([Jittered(6), ArrayDataset(X12, K12)]),),
    "transform": lambda: (ArrayDataset(X12, K12, transform=jitter),),
    "transforms": lambda: (ArrayDataset(X12, K12, transform=nn.transforms.Compose([np.exp, jitter])),),
    "collate": lambda: (ArrayDataset(X12, K12), drawing_together),
}


@pytest.mark.parametrize("row", LATE_DRAWS)
def test_draws_from_the_default_generator_do_not_depend_on_threads(row: str) -> None:
    """While the loop draws from it too: dropout beside random transforms."""

    def two_epochs(prefetch: int, number: int = 3) -> list[Any]:
        nn.seed(number)
        dataset, *collate = LATE_DRAWS[row]()
        loader = DataLoader(dataset, 2, collate=collate[0] if collate else None, prefetch=prefetch)
        both: list[Any] = []
        for _ in range(2):
            for batch in loader:
                both += [*batch, nn.init.uniform((3,))]
        return both

    expected = two_epochs(0)
    assert all(same(expected, two_epochs(prefetch)) for prefetch in (1, 1, 2, 5))
    assert not same(expected, two_epochs(0, number=4))
    drawn = [x for x in np.concatenate([np.ravel(x) for x in expected]) if x % 1]
    assert len(set(drawn)) == len(drawn)  # each batch of each epoch has its own numbers


def test_a_seed_inside_a_dataset_stays_there() -> None:
    class Seeded(Squares):
        def __getitem__(self, i: int) -> Any:
            nn.seed(i)
            return nn.init.uniform((2,))

    nn.seed(1)
    loader = DataLoader(Seeded(4), prefetch=1)
    state = [(loader.state_dict(), batch)[0] for batch in loader]
    assert state == [state[0]] * 4
    assert same(list(loader), list(DataLoader(Seeded(4), shuffle=False, prefetch=0)))


@pytest.mark.parametrize("given", [3, None])
def test_an_epoch_is_repeated_from_the_state_before_it(given: int | None) -> None:
    loader = DataLoader(datasets()["arrays"], 5, shuffle=True, generator=given)
    next(iter(loader))
    state = loader.state_dict()
    expected = arrays(loader)
    assert not same(expected, arrays(loader))
    loader.load_state_dict(state)
    assert same(expected, arrays(loader))


def test_the_default_generator_advances_only_where_something_is_drawn() -> None:
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
def test_an_error_names_the_sample_and_the_batch(prefetch: int) -> None:
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


def test_the_next_batch_is_made_meanwhile_and_no_thread_remains() -> None:
    loaded: list[int] = []
    second = threading.Event()

    class Watched(Squares):
        def __getitem__(self, i: int) -> Any:
            loaded.append(i)
            if i == 1:
                second.set()
            return i

    loader = DataLoader(Watched(10), prefetch=1)
    for _ in loader:
        assert second.wait(30) and loading()  # while this batch is worked on
        break
    assert not loading() and len(loaded) == 2

    epoch = iter(loader)
    next(epoch)
    assert loading()
    del epoch
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


TENS = ArrayDataset(np.arange(10) * 10, np.arange(10) * 10 + 1, transform=np.negative)


def test_arrays_are_indexed_by_numbers_slices_and_lists() -> None:
    assert TENS[3] == TENS[-7] == (-30, 31)
    assert [part.tolist() for part in TENS[2:4]] == [part.tolist() for part in TENS[[2, 3]]] == [[-20, -30], [21, 31]]


@pytest.mark.parametrize("chosen", [slice(2), slice(None, None, -2), [1, -1], np.array([0, 2]), np.arange(4) > 1])
@pytest.mark.parametrize("samples", [TENS, Squares(9), Subset(Squares(9), range(9))], ids=["arrays", "own", "part"])
def test_parts_are_indexed_by_slices_and_lists_as_arrays_are(samples: Any, chosen: Any) -> None:
    numbers = np.array([4, 1, 7, 0])
    expected = nn.collate([samples[int(i)] for i in numbers[chosen]])
    for part in (Subset(samples, numbers), ConcatDataset([Subset(samples, [4, 1]), Subset(samples, [7, 0])])):
        assert same(part[chosen], expected)
        assert type(part[np.int64(2)]) is tuple and np.array_equal(part[2][0], part[[2]][0][0])


class Pair(NamedTuple):
    """A sample with names, one of its parts a tuple without."""

    image: Any
    marks: Any


def test_samples_with_names_give_batches_with_names() -> None:
    samples = [Pair(np.full(2, k), (k, Pair("a", k))) for k in range(4)]
    batch = next(iter(DataLoader(samples, 3)))
    assert type(batch) is Pair and type(batch.marks) is tuple and batch.image.shape == (3, 2)
    assert type(batch.marks[1]) is Pair and batch.marks[1].marks.tolist() == [0, 1, 2]
    assert type(nn.collate([Pair(1, 2), (3, 4)])) is tuple  # of different kinds

    class Whole(Squares):
        draws = True

        def batch(self, indices: Any, generator: Any) -> Any:
            return Pair(indices, indices)

    assert type(next(iter(DataLoader(Whole(3), collate=lambda samples: samples[0])))) is Pair


def test_subsets_and_concatenations() -> None:
    subset = Subset(TENS, [4, -1, 0])
    assert [subset[k] for k in range(3)] == [(-40, 41), (-90, 91), (0, 1)]
    both = ConcatDataset([Subset(TENS, []), subset, Squares(5)])
    assert len(both) == 8 and both[1] == both[-7] == (-90, 91) and both[5][1] == 2
    assert next(iter(DataLoader(ConcatDataset([subset, TENS]), 4)))[1].tolist() == [41, 91, 1, 1]
    assert list(DataLoader(ConcatDataset([]))) == []


LOADERS: dict[str, tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = {
    "arrays of unequal length": ((np.zeros(3), np.zeros(4)), {}, ValueError, "3, 4"),
    "batches of none": ((np.zeros(3),), {"batch_size": 0}, ValueError, "at least 1"),
    "batches of none, by position": ((np.zeros(3), 0), {}, ValueError, "at least 1"),
    "half a sample": ((np.zeros(3),), {"batch_size": 2.5}, ValueError, "whole number"),
    "half a sample, by position": ((np.zeros(3), 2.5), {}, ValueError, "whole number"),
    "batches of None": ((np.zeros(3),), {"batch_size": None}, ValueError, "batch_size.*None; for single samples"),
    "batches of None, by position": ((np.zeros(3), None), {}, ValueError, "batch_size.*None"),
    "batches of a truth value": ((np.zeros(3), True), {}, ValueError, "batch_size.*True"),
    "batches of a text": ((np.zeros(3),), {"batch_size": "4"}, ValueError, "batch_size.*'4'"),
    "shuffled thrice": ((np.zeros(3), 4, 3), {}, TypeError, "shuffle is True or False, got 3"),
    "dropped by name": ((np.zeros(3),), {"drop_last": "no"}, TypeError, "drop_last is True or False"),
    "collated by nothing": ((np.zeros(3),), {"collate": "stack"}, TypeError, "collate is a function"),
    "negative prefetch": ((np.zeros(3),), {"prefetch": -1}, ValueError, "0 for none"),
    "prefetch of None": ((np.zeros(3),), {"prefetch": None}, ValueError, "0 for none, got None"),
    "three by position": ((np.zeros(3), 2, True, False), {}, TypeError, "batch_size and shuffle by position"),
    "an array after the size": ((np.zeros(3), 2, np.zeros(3)), {}, TypeError, "batch_size and shuffle by position"),
    "a tuple": (((np.zeros(3), np.zeros(3)),), {}, TypeError, r"tuple of 2.*split\.train.*DataLoader\(x, d\)"),
    "an iterator": ((iter([1]),), {}, TypeError, r"len\(\) and \[i\], got list_iterator"),
}


@pytest.mark.parametrize(("args", "options", "error", "says"), LOADERS.values(), ids=LOADERS)
def test_loaders_that_are_refused(args: Any, options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        DataLoader(*args, **options)


BATCHES: dict[str, tuple[list[Any], type[Exception], str]] = {
    "unequal shapes": ([np.zeros(2), np.zeros(3)], ValueError, r"sample 1, .*shapes \(2,\) and \(3,\)"),
    "unequal numbers of parts": ([(1,), (1, 2)], ValueError, "numbers of parts 1 and 2"),
    "unequal keys": ([{"a": 1}, {"b": 1}], ValueError, r"\['a'\] and \['b'\]"),
    "None": ([None], TypeError, "sample 0 is None.*np.nan"),
    "None among numbers": ([1.0, 2.0, None], TypeError, "sample 2, which are a number or numbers and None"),
    "None among arrays": ([(np.ones(2), 1), (None, 1)], TypeError, r"sample 1\[0\], which are a number.*None"),
    "text among numbers": ([(1, {"d": 1}), (1, {"d": "cat"})], TypeError, r"sample 1\[1\]\['d'\], .*numbers and text"),
    "numbers among texts": ([["cat", 1], [2, 1]], TypeError, r"sample 1\[0\], which are text and a number"),
    "text among tuples": ([(1, 2), "ab"], TypeError, "a tuple or list and text"),
    "a tuple among dicts": ([{"a": 1}, (1,)], TypeError, "a dict and a tuple or list"),
    "a tuple among arrays": ([np.ones(2), (1.0, 1.0)], TypeError, "numbers and a tuple or list"),
    "dates among numbers": ([1, np.datetime64("2020-01-01")], TypeError, "numbers and a date"),
    "objects": ([np.array([1, None])], TypeError, "sample 0 is an array of objects"),
    "sets": ([{1, 2}, {3}], TypeError, "sample 0 is of the class set"),
}


@pytest.mark.parametrize(("samples", "error", "says"), BATCHES.values(), ids=BATCHES)
def test_samples_that_make_no_batch(samples: list[Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        list(DataLoader(samples, 3))


SPLITS: dict[str, tuple[Any, list[Any], str]] = {
    "numbers": (Squares(5), [2, 2], "add up to 4, and the dataset has 5"),
    "fractions": (Squares(5), [0.5, 0.6], "add up to 1"),
    "NaN": (range(3), [math.nan, 1.0], "add up to 1"),
    "nothing": (Squares(5), [], "add up to 0"),
}


@pytest.mark.parametrize(("dataset", "lengths", "says"), SPLITS.values(), ids=SPLITS)
def test_splits_that_do_not_add_up(dataset: Any, lengths: list[Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        random_split(dataset, lengths)


DATASETS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no arrays": (lambda: ArrayDataset(), ValueError, "none"),
    "a single number": (lambda: ArrayDataset(np.float64(3)), ValueError, "single number"),
    "a missing number": (lambda: ArrayDataset([1.0, None]), TypeError, "array 0 .*NoneType and float: .*np.nan"),
    "numbers and text": (lambda: ArrayDataset([1, 2], np.array([1, "cat"], object)), TypeError, "1 .*int and str"),
    "a split into one number": (lambda: random_split(Squares(5), 0.8), TypeError, r"such as \[0.8, 0.2\], got 0.8"),  # type: ignore[arg-type]
    "a split into None": (lambda: random_split(Squares(5), [4, None]), TypeError, "got .*None"),  # type: ignore[list-item]
    "no transform": (lambda: ArrayDataset([1], transform=3), TypeError, "transform is a function of a batch"),  # type: ignore[arg-type]
    "a batch of no samples": (lambda: nn.collate([]), ValueError, "no samples"),
    "index out of range": (lambda: ArrayDataset(np.zeros(3))[3], IndexError, "no sample 3: the dataset has 3"),
    "subset out of range": (lambda: Subset(Squares(3), [0, -4]), IndexError, "no sample -4"),
    "concatenation out of range": (lambda: ConcatDataset([Squares(2)])[2], IndexError, "no sample 2"),
    "mask": (lambda: Subset(Squares(2), np.array([True, False])), TypeError, "flatnonzero"),
    "transform that sums": (lambda: ArrayDataset(np.zeros((3, 2)), transform=np.sum)[:], ValueError,
                            "its first axis must keep its length"),
    "no __len__": (lambda: len(Unwritten()), NotImplementedError, "Unwritten.*write __len__"),
    "no __getitem__": (lambda: Unwritten()[0], NotImplementedError, "Unwritten.*write __getitem__"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "error", "says"), DATASETS.values(), ids=DATASETS)
def test_datasets_and_indices_that_are_refused(make: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        make()
