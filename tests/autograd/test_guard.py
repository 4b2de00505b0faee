"""Promise 1 for every operation, kernel and layer: whatever is changed between a function and its derivatives, by hand
or by the ways there are, the derivatives are bitwise the same.

Convention: an exception would be an honest answer too. But the engine copies or locks what it needs, so that nothing
here has to raise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, no_grad
from autograd.core import Node, Switch, forward
from autograd.tensor import of
from autograd.testing.laws import normal, total

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
