"""Promise 1 for every operation, kernel and layer: whatever is changed between a function and its derivatives, by hand
or by the ways there are, the derivatives are bitwise the same.

Convention: an exception would be an honest answer too. But the engine copies or locks what it needs, so that nothing
here has to raise.
"""

from __future__ import annotations

import contextlib
import pickle
from array import array
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, checkpoint, no_grad, vjp
from autograd.core import Node, Switch, forward
from autograd.functional import nests as tree
from autograd.tensor import of
from autograd.testing.laws import normal, total

from ..tables.own_operations import own
from ..tables.reach import REFUSED, reach, spoil
from ..tables.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class Recorded:
    """A subject that was called and is to be differentiated, and all that its user still holds."""

    def __init__(self, subject: Subject, tracked: set[int], watched: bool = False) -> None:
        self.subject = subject
        self.second = subject.second and watched  # once is enough
        self.sources = [np.array(a) for a in subject.arrays]
        self.operands = subject.operands(self.sources, tracked)
        self.leaves: list[Node] = [self.operands[i].node for i in sorted(tracked)]
        self.seen: list[Any] = []  # what operations were given besides tensors, as index arrays and masks
        self.own: list[Any] = []  # tensors' own arrays: operations inside others are given these, too
        with Switch(forward=subject.forward, **({"note": self.note} if watched else {})):
            self.results = subject.results(*self.operands)
        rng = np.random.default_rng(0)
        terms = [np.sum(y * of(normal(rng, y._array), None)) for y in self.results if y.node is not None]
        self.loss = total(terms)

    def note(self, node: Node, y: Any, given: Any, arguments: Any) -> None:
        scratch = (Tensor, SimpleNamespace)  # what a call leaves for its own rules is a namespace
        self.seen += [thing for thing in (*given, *arguments.values()) if not isinstance(thing, scratch)]
        self.own.append(y)

    def derivatives(self, change: Callable[[], None]) -> Iterator[Any]:
        """Tangents and gradients, of both orders; the arrays that can be reached are changed before each sweep."""
        subject, loss = self.subject, self.loss
        change()
        if subject.forward:
            rng = np.random.default_rng(1)
            start = {node: np.asarray(rng.normal(size=node.shape)) for node in self.leaves}
            yield forward(loss.node, start)  # type: ignore[union-attr, arg-type]
        for _ in range(2):
            change()
            loss.backward(retain_graph=True)  # type: ignore[union-attr]
            yield from [np.array(node.notes.grad) for node in self.leaves if node.notes is not None]
            change()
            self.forget()
        if self.second:
            loss.backward(create_graph=True)  # type: ignore[union-attr]
            gradients = [node.notes.grad for node in self.leaves if node.notes is not None]
            yield from [np.array(g.data) for g in gradients]
            self.forget()
            again = total([np.sum(g * g) for g in gradients if g.node is not None])
            del gradients
            change()
            if again is not None:
                again.backward()
                yield from [np.array(node.notes.grad) for node in self.leaves if node.notes is not None]

    def spoil(self, undo: list[Callable[[], None]]) -> None:
        """Write to every array that can be reached."""
        own = set(map(id, self.own))
        for thing in list(reach(self.sources, self.operands, self.results, self.loss, self.seen)):
            if id(thing) not in own:
                spoil(thing, undo)

    def rewrite(self) -> None:
        """Change every tensor by the ways that there are, as an optimizer's step does, and those of the module."""
        self.operands.clear()
        module = self.subject.module
        tensors = list(self.results)
        if module is not None:
            tensors += [*module.parameters(), *module.buffers()]
        ways: list[Callable[[Tensor], object]] = [
            lambda t: t.update_(lambda a: a.fill(7)),
            no_grad()(lambda t: t.__imul__(2)),
            no_grad()(lambda t: t.__setitem__(..., 5)),
            lambda t: setattr(t, "data", t.data + 1),
        ]
        for tensor in tensors:
            for way in ways:
                with contextlib.suppress(*REFUSED):  # a computed tensor keeps its numbers
                    way(tensor)
        if module is not None:
            module.load_state_dict(module.state_dict())
            module.zero_grad()

    def forget(self) -> None:
        for node in self.leaves:
            if node.notes is not None:
                node.notes.grad = None


def nothing() -> None:
    pass


def same(found: Iterable[Any], right: Iterable[Any]) -> None:
    for k, (d, e) in enumerate(zip(found, right, strict=True)):
        np.testing.assert_array_equal(d, e, err_msg=f"derivative {k}")


def choices(subject: Subject) -> Iterator[set[int]]:
    """Which operands are tracked: all, or one of those that may be plain arrays, beside the parameters."""
    places = set(subject.places)
    yield places
    plain = {i for i in places if i < subject.plain}
    if len(places) > 1:
        yield from (places - plain | {i} for i in plain)
        if len(plain) == 1:
            yield places - plain


def every(subjects: dict[str, Subject]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("subject", subjects.values(), ids=subjects)


@every(SUBJECTS)
def test_no_array_that_can_be_reached_matters_any_more(subject: Subject) -> None:
    for watched in (False, True):
        for tracked in [subject.places] if watched else choices(subject):
            clean = Recorded(subject, set(tracked), watched)
            if clean.loss is None:
                continue
            spoiled = Recorded(subject, set(tracked), watched)
            undo: list[Callable[[], None]] = []
            try:
                found = list(spoiled.derivatives(lambda it=spoiled, undo=undo: it.spoil(undo)))  # type: ignore[misc]
            finally:
                for back in reversed(undo):
                    back()
            same(found, clean.derivatives(nothing))


@every({name: subject for name, subject in SUBJECTS.items() if subject.module is None or subject.places})
def test_no_tensor_that_is_changed_matters_any_more(subject: Subject) -> None:
    clean, changed = [Recorded(subject, set(subject.places)) for _ in range(2)]
    if clean.loss is None:
        return
    same(changed.derivatives(changed.rewrite), clean.derivatives(nothing))


# ---------------------------------------------------------------- doors that no row of the tables goes through


def square(**options: Any) -> Any:
    """x², whose result and gradient are written into arrays that the caller keeps: ``into`` and ``back``."""

    def function(x: Any) -> Any:
        return np.multiply(x, x, out=options.get("into"))

    def rule(g: Any, x: Any) -> Any:
        return np.multiply(g, 2 * x, out=options.get("back"))

    return own(function, rule)


def a_buffer_for_results(w: Tensor) -> Any:
    buffer = np.zeros(3)
    f = square(into=buffer)
    first, second = f(w), f(3 * w)
    yield first * second
    buffer[:] = np.nan


def a_buffer_for_gradients(w: Tensor) -> Any:
    f = square(back=np.zeros(3))
    yield f(w) * f(3 * w)


def an_operand_that_is_returned(w: Tensor) -> Any:
    c = np.ones(3)
    y = own(lambda x, c: c[::-1], lambda g: 0 * g, inputs=["x"])(w, c)
    yield w**4 * 9 + y * y * w
    c[:] = np.nan


def what_a_call_leaves_for_its_rule(w: Tensor) -> Any:
    buffer = np.zeros(3)

    def function(x: Any, kept: Any = None) -> Any:
        kept.slope = np.multiply(x, 2, out=buffer)
        return x * x

    yield own(function, lambda g, kept: g * kept.slope, keeps=True)(w) * 1.0
    buffer[:] = np.nan


def numbers_that_update_showed(w: Tensor) -> Any:
    shown: list[Any] = []
    w.update_(lambda a: shown.extend([a, a[1:]]))
    yield w * w
    for a in shown:
        a[:] = np.nan


def bytes_of_a_pickle(w: Tensor) -> Any:
    buffers: list[Any] = []
    pickle.dumps(w, protocol=5, buffer_callback=buffers.append)
    yield w * w
    for buffer in buffers:
        with contextlib.suppress(*REFUSED):
            np.frombuffer(buffer)[:] = np.nan


def memory_of_other_kinds(w: Tensor) -> Any:
    numbers, octets, index = array("d", [1, 2, 3]), bytearray([1, 2, 3]), array("q", [0, 1, 2])
    view = memoryview(numbers)
    yield w * numbers * np.add(w, view) * np.multiply(octets, w)[index]
    numbers[:], octets[:], index[:] = array("d", [9, 9, 9]), bytearray(3), array("q", [0, 0, 0])


def an_array_locked_and_unlocked(w: Tensor) -> Any:
    c = np.array([1.0, 2.0, 3.0])
    c.setflags(write=False)
    yield w * c
    c.setflags(write=True)
    c[:] = np.nan


def an_argument_of_checkpoint(w: Tensor) -> Any:
    c = np.array([1.0, 2.0, 3.0])
    yield checkpoint(lambda x, c: x * x * c, w, c)
    c[:] = np.nan


def batches_of_a_loader(w: Tensor) -> Any:
    x, buffer = np.arange(12.0).reshape(4, 3), np.zeros((2, 3))
    dataset = nn.data.ArrayDataset(x, transform=lambda rows: np.add(rows, 1, out=buffer))
    batches = [*nn.DataLoader(x, batch_size=2), *nn.DataLoader(dataset, batch_size=2)]
    samples = nn.DataLoader([row for row in x], batch_size=2)
    yield np.sum(np.stack([*[rows @ w for (rows,) in batches], *[rows @ w for rows in samples]]) ** 2) * w
    undo: list[Any] = []
    for thing in list(reach(batches, [x, buffer])):
        spoil(thing, undo)


DOORS: list[Callable[[Tensor], Any]] = [
    a_buffer_for_results, a_buffer_for_gradients, an_operand_that_is_returned, what_a_call_leaves_for_its_rule,
    numbers_that_update_showed, bytes_of_a_pickle, memory_of_other_kinds, an_array_locked_and_unlocked,
    an_argument_of_checkpoint, batches_of_a_loader,
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__.replace("_", " "))
def test_no_door_leads_to_the_graph(door: Any) -> None:
    """The gradient is that of the central difference, of the numbers as they were when they were recorded."""

    def loss(numbers: Any, change: bool) -> Any:
        w = Tensor(numbers, requires_grad=True)
        steps = door(w)
        y = np.sum(next(steps))
        if not change:
            return y.item()
        list(steps)
        y.backward()
        return w.grad

    w = np.array([1.0, 2.0, 3.0])
    steps = [1e-6 * row for row in np.eye(3)]
    differences = [(loss(w + h, False) - loss(w - h, False)) / 2e-6 for h in steps]
    np.testing.assert_allclose(loss(w, True), differences, rtol=1e-6)


@pytest.mark.parametrize("f", [np.exp, lambda x: (x * 1.0, [np.sqrt(x)])])
def test_what_vjp_returned_may_be_written_to(f: Any) -> None:
    x = np.array([1.0, 2.0])
    clean = vjp(f, x)
    y, pull = vjp(f, x)
    g = tree.transform(lambda y: np.ones(2), y)
    first = clean[1](g)[0]
    for part in (x, *tree.leaves(y), *pull(g)):
        part[:] = np.nan
    np.testing.assert_array_equal(pull(g)[0], first)


def test_a_changed_closure_of_checkpoint_is_told() -> None:
    c, w = np.ones(3), Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = np.sum(checkpoint(lambda x: x * c, w))
    c[:] = 2
    with pytest.raises(RuntimeError, match=r"checkpoint: .* change nothing that it uses"):
        y.backward()


@pytest.mark.parametrize("rule", [lambda g, x: g.setflags(write=True), lambda g, x: x.setflags(write=True)])
def test_a_rule_cannot_unlock_what_the_graph_shares(rule: Any) -> None:
    y = own(lambda x: x * x, rule)(Tensor([1.0, 2.0], requires_grad=True))
    with pytest.raises(ValueError, match="WRITEABLE"):
        np.sum(y).backward()


def test_a_loader_gives_later_batches_as_they_are_and_leaves_its_arrays_alone() -> None:
    x = np.arange(12.0).reshape(4, 3)
    before, undo = x.copy(), []  # type: ignore[var-annotated]
    for k, (rows,) in enumerate(nn.DataLoader(x, batch_size=2)):
        np.testing.assert_array_equal(rows, before[2 * k : 2 * k + 2])
        for thing in list(reach([rows])):
            if isinstance(thing, np.ndarray):
                spoil(thing, undo)
    np.testing.assert_array_equal(x, before)
    assert x.flags.writeable
