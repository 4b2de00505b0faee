"""Arrays in forms that are seldom tested: of a foreign byte order, read-only, mapped to a file, of a subclass, in half
and in extended precision. Results are NumPy's, gradients those of the same numbers in double precision.

Convention: a form is a function of an array. Where NumPy itself refuses a form, a row may do so too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd.functional.nests import leaves as flat
from autograd.tensor import of
from autograd.testing.laws import normal, total

from ..tables.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.filterwarnings("ignore")


class Sub(np.ndarray):
    """A subclass of ndarray."""


def precision(real: str, complex_: str) -> Callable[[Any], Any]:
    return lambda a: a.astype({"f": real, "c": complex_}.get(a.dtype.kind, a.dtype))


def locked(a: Any) -> Any:
    a = a.copy()
    a.setflags(write=False)
    return a


FORMS: dict[str, Callable[[Any], Any]] = {
    "byte order": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "read-only": locked,
    "subclass": lambda a: a.copy().view(Sub),
    "half": precision("e", "F"),
    "extended": precision("g", "G"),
}
CLOSE = {"half": 5e-2}  # relative to the largest number; single precision in place of half for complex ones
# NumPy and SciPy compute these in double precision alone, or in another order, or past the largest half
NOT_IN = {
    "half": r"partition",
    "extended": r"index:partition flat|interp",
}


def derivatives(subject: Subject, arrays: list[Any], tracked: set[int]) -> tuple[list[Any], list[Any]]:
    operands = subject.operands(arrays, tracked)
    results = subject.results(*operands)
    rng = np.random.default_rng(0)
    loss = total([np.sum(y * of(normal(rng, y._array), None)) for y in results if y.node is not None])
    if loss is not None:
        loss.backward(np.ones((), loss.dtype))
    return [y._array for y in results], [operands[i].grad for i in sorted(tracked)]


def choices(subject: Subject) -> Iterator[set[int]]:
    yield set(subject.places)
    if len(subject.places) > 1:  # the others are plain arrays where they may be
        yield {subject.places[-1]} | {i for i in subject.places if i >= subject.plain}


def wide(a: Any) -> Any:
    """The same numbers in double precision, in native byte order."""
    kind = {"f": np.float64, "c": np.complex128}.get(a.dtype.kind)
    return np.array(a, kind or a.dtype.newbyteorder("="))


def close(found: Any, right: Any, tolerance: float) -> None:
    scale = np.max(np.abs(right), initial=1.0, where=np.isfinite(right))
    np.testing.assert_allclose(np.asarray(found, right.dtype), right, tolerance, tolerance * scale)


def numpys(subject: Subject, arrays: list[Any]) -> list[Any] | None:
    """What NumPy's functions give for a row; None for a layer, and where they refuse."""
    try:
        return None if subject.kind else [np.asarray(y) for y in flat(subject.function(*arrays))]
    except (TypeError, ValueError):
        return None


@pytest.mark.parametrize(("name", "subject"), SUBJECTS.items(), ids=SUBJECTS)
def test_a_form_changes_no_number(name: str, subject: Subject) -> None:
    for form, tracked in itertools.product(FORMS, choices(subject)):
        if re.search(NOT_IN.get(form, "^$"), name):
            continue
        arrays = [FORMS[form](a) for a in subject.arrays]
        before = [a.tobytes() for a in arrays]
        flags = [a.flags.writeable for a in arrays]
        plain = numpys(subject, arrays)
        if plain is None and not subject.kind:
            continue
        right, gradients = derivatives(subject, [wide(a) for a in arrays], tracked)
        found, mine = derivatives(subject, arrays, tracked)
        assert [a.tobytes() for a in arrays] == before and [a.flags.writeable for a in arrays] == flags
        if plain is not None:
            kinds = [y.dtype.newbyteorder("=") for y in plain if y.dtype.kind in "fc"]
            assert [y.dtype.newbyteorder("=") for y in found] == kinds
        for y, e in zip(found, right, strict=True):
            close(y, e, CLOSE.get(form, 1e-9))
        for i, g, e in zip(sorted(tracked), mine, gradients, strict=True):
            assert (g is None) == (e is None)
            if g is not None:
                assert type(g) is np.ndarray and g.dtype == arrays[i].dtype.newbyteorder("=")
                close(g, e, CLOSE.get(form, 1e-9))


def test_a_file_mapped_to_memory_is_read_and_never_written(tmp_path: Path) -> None:
    for k, subject in enumerate(itertools.islice(SUBJECTS.values(), 0, None, 9)):
        arrays = []
        for j, a in enumerate(subject.arrays):
            if a.size:
                np.memmap(tmp_path / f"{k} {j}", a.dtype, "w+", shape=a.shape or (1,))[...] = a
                a = np.memmap(tmp_path / f"{k} {j}", a.dtype, "r", shape=a.shape or (1,)).reshape(a.shape)
            arrays.append(a)
        right = derivatives(subject, [np.array(a) for a in arrays], set(subject.places))
        for found, e in zip(derivatives(subject, arrays, set(subject.places)), right, strict=True):
            for y, z in zip(found, e, strict=True):
                np.testing.assert_array_equal(y, z)
