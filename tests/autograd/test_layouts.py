"""Nothing depends on how arrays lie in memory: every operation, kernel and layer, in six layouts and both modes.

Convention: a layout is a function of an array that gives its numbers elsewhere in memory; "broadcast" gives the first
ones along an axis for all of them. What comes of it is held against what comes of the same numbers in C order.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from autograd import hessian, jacobian
from autograd.core import Switch, backward, forward
from autograd.declare import Operation
from autograd.functional import jacobians
from autograd.functional.nests import leaves as flat
from autograd.tensor import of
from autograd.testing.laws import normal, total

from ..tables.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # equal rows are special points of many functions
Layout = Callable[[Any], Any]
Law = Callable[[Subject, list[Any], Layout], list[Any]]


def straight(x: Any) -> Any:
    return np.array(x, order="C")


def transposed(x: Any) -> Any:
    """A view whose first axis comes last in memory."""
    return np.moveaxis(straight(np.moveaxis(x, 0, -1)), -1, 0) if x.ndim else x


def strided(x: Any) -> Any:
    """Every other number in memory; those between are wrong."""
    return np.stack([x, ~x if x.dtype == bool else x + 1], -1)[..., 0]


def backwards(x: Any) -> Any:
    """A view that runs backwards along every axis."""
    return np.flip(straight(np.flip(x))) if x.ndim else x


def repeated(x: Any) -> Any:
    """The first along the first axis, for all of them."""
    return np.broadcast_to(straight(x[:1]), x.shape) if x.ndim else x


LAYOUTS: dict[str, Layout] = {
    "Fortran": lambda x: np.array(x, order="F"),
    "transposed": transposed,
    "strided": strided,
    "reversed": backwards,
    "broadcast": repeated,
}


def sweeps(subject: Subject, arrays: list[Any], lay: Layout) -> list[Any]:
    """Results, gradients and tangents, where the inputs, the gradients and tangents that arrive are laid out so."""
    rng = np.random.default_rng(0)
    tensors = subject.tensors([lay(a) for a in arrays])
    leaves = [tensors[i].node for i in subject.places]
    with Switch(forward=subject.forward):
        ys = subject.results(*tensors)
    us = [lay(normal(rng, y._array)) for y in ys]
    vs = [lay(normal(rng, arrays[i])) for i in subject.places]
    gradients: dict[Any, Any] = {}
    loss = total([np.sum(arriving(y, lay) * of(u, None)) for y, u in zip(ys, us, strict=True) if y.node is not None])
    if loss is not None:
        gradients = backward(loss.node, np.ones_like(loss._array), retain_graph=True, wrt=leaves)  # type: ignore[arg-type]
    found = [y._array for y in ys] + [gradients.get(node) for node in leaves]
    if subject.forward:
        start = dict(zip(leaves, vs, strict=True))
        found += [None if y.node is None else forward(y.node, start) for y in ys]  # type: ignore[arg-type]
    return found


arriving = Operation(lambda x, lay: x, "linear", [lambda g, lay: lay(g)], name="arriving")


def jacobians_and_hessian(subject: Subject, arrays: list[Any], lay: Layout) -> list[Any]:
    """The Jacobian in both modes and the Hessian of sum(y²); complex numbers have the first in reverse mode alone."""

    def results(*tensors: Any) -> list[Any]:
        ys = subject.results(*tensors)
        return [part for y in ys for part in ((np.real(y), np.imag(y)) if y.dtype.kind == "c" else (y,))]

    def loss(*tensors: Any) -> Any:
        return total([np.sum(y * y) for y in results(*tensors)])

    tensors = [of(lay(a), None) for a in arrays]
    places = tuple(subject.places)
    found = [jacobian(results, places, mode="reverse")(*tensors)]
    if subject.forward and not any(arrays[i].dtype.kind == "c" for i in places):
        found.append(jacobian(results, places, mode="forward")(*tensors))
        if subject.second:
            found.append(hessian(loss, places)(*tensors))
    return [getattr(d, "_array", d) for d in flat(found)]


def check(law: Law, subject: Subject) -> None:
    """Hold the law's numbers in each layout against those in C order."""
    right = law(subject, subject.arrays, straight)
    for name, lay in LAYOUTS.items():
        if lay is repeated:
            try:
                with warnings.catch_warnings():
                    warnings.filterwarnings("error", ".* result may be inaccurate")
                    right = law(subject, subject.arrays, lambda x: straight(repeated(x)))
            except (np.linalg.LinAlgError, RuntimeWarning):  # a matrix of equal rows is singular
                return
        for k, (d, e) in enumerate(zip(law(subject, subject.arrays, lay), right, strict=True)):
            if d is None and e is None:
                continue
            scale = np.max(np.abs(e), initial=1e-3, where=np.isfinite(e))
            np.testing.assert_allclose(d, e, rtol=1e-9, atol=1e-9 * scale, err_msg=f"{name}, number {k}")


def fit_for_jacobians() -> Iterator[str]:
    """Rows and kernels with few numbers, and of each kind of layer the case with the fewest: sweeps take their time.

    Attention and transformers are left out: their parts are here, and they are swept.
    """
    smallest: dict[str, tuple[int, str]] = {}
    for name, subject in SUBJECTS.items():
        size = sum(subject.arrays[i].size for i in subject.places)
        if subject.kind:
            smallest[subject.kind] = min((size, name), smallest.get(subject.kind, (size, name)))
        elif size <= SIZE:
            yield name
    yield from (name for size, name in smallest.values() if size <= LARGE)


SIZE, LARGE = 24, 100
STABLE = {name: subject for name, subject in SUBJECTS.items() if "memory" not in subject.flags}
SMALL = {name: STABLE[name] for name in fit_for_jacobians() if name in STABLE}


def every(subjects: Mapping[str, Subject]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("subject", subjects.values(), ids=subjects)


@every(STABLE)
def test_sweeps(subject: Subject) -> None:
    check(sweeps, subject)


@every(SMALL)
def test_jacobians_and_hessians(subject: Subject) -> None:
    check(jacobians_and_hessian, subject)


def test_few_rows_are_too_large_for_a_jacobian() -> None:
    assert len(SMALL) > 0.75 * len(STABLE)


# ---------------------------------------------------------------- planted faults


def copied(d: Any) -> Any:
    """2 d, written through a reshape, which is a copy where an array like d is not in C order."""
    y = np.zeros_like(d)
    y.reshape(-1)[...] = 2 * d.reshape(-1)
    return y


def ones_through_a_reshape(x: Any) -> Iterator[Any]:
    for i in range(np.size(x)):
        one = np.zeros_like(x)
        one.reshape(-1)[i] = 1
        yield one


X = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize("pull", [copied, lambda g: 2 * g])
def test_a_write_into_a_copy_is_found(pull: Any) -> None:
    push = {copied: lambda t: 2 * t}.get(pull, copied)
    double = Operation(lambda x: 2 * x, "primitive", [pull], push=push, name="double")
    with pytest.raises(AssertionError, match="Fortran"):
        check(sweeps, Subject(double, [X], [0]))


def test_a_basis_in_a_copy_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jacobians, "_basis", ones_through_a_reshape)
    with pytest.raises(AssertionError, match="Fortran"):
        check(jacobians_and_hessian, Subject(np.sin, [X], [0]))
