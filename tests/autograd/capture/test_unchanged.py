"""Whatever changes outside is seen at the next call; what is equal is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, capture
from autograd.capture.call import carried
from autograd.capture.outside import unchanged
from autograd.capture.outside.outside import PATIENCE, Outside
from autograd.capture.outside.straight import MANY


class Slots:
    __slots__ = ("inner", "number")


class World:
    """One of each kind of place."""

    shared = 3.0

    def __init__(self) -> None:
        self.numbers = {"a": 1.0, "b": 2.0, "zero": 0.0, 3: "three", (4, 5): None}
        self.many = [1000, "text", (1.0, 2), None, {1, 2}]
        self.leaf = Tensor(np.ones(3), requires_grad=True)
        self.other = Tensor(np.ones(3), requires_grad=True)
        self.other.grad = np.ones(3)
        self.value, self.another = Value(2.0), Value(3.0)
        self.array = np.ones((2, 3))
        self.rng = np.random.default_rng(0)
        self.slots = Slots()
        self.slots.number, self.slots.inner = 2.5, [1, 2]
        setattr(self, "no name", 1.0)
        cell = 10.0

        def f() -> float:
            return cell

        def put(x: float) -> None:
            nonlocal cell
            cell = x

        self.f, self.put = f, put


def outside_of(world: World) -> Outside:
    """What is found from a world on, looked at by the quick way too."""
    outside = Outside([world])
    for _ in range(3):
        assert outside.holds()
    assert outside.unchanged is not None
    assert outside.unchanged()
    return outside


CHANGES: dict[str, Callable[[World], Any]] = {
    "an item": lambda w: w.numbers.update(a=1.5),
    "an item of another type": lambda w: w.numbers.update(a=1),
    "a sign of zero": lambda w: w.numbers.update(zero=-0.0),
    "an item by a number": lambda w: w.numbers.update({3: "four"}),  # type: ignore[dict-item]
    "an item by a tuple": lambda w: w.numbers.update({(4, 5): 0}),  # type: ignore[dict-item]
    "one item more": lambda w: w.numbers.update(c=2.0),
    "one item less": lambda w: w.numbers.pop("b"),
    "another name": lambda w: (w.numbers.pop("b"), w.numbers.update(c=2.0)),
    "an element": lambda w: w.many.__setitem__(0, 1001),
    "the order of elements": lambda w: w.many.reverse(),
    "one element more": lambda w: w.many.append(1),
    "one element less": lambda w: w.many.pop(),
    "a tuple": lambda w: w.many.__setitem__(2, (1, 2)),
    "a set": lambda w: w.many[4].add(3),  # type: ignore[attr-defined]
    "an attribute": lambda w: setattr(w, "leaf", w.other),
    "an attribute that is no name": lambda w: setattr(w, "no name", 2.0),
    "a slot": lambda w: setattr(w.slots, "number", 2.0),
    "a slot's list": lambda w: w.slots.inner.append(3),
    "an attribute of the class": lambda w: setattr(World, "shared", World.shared + 1),
    "a cell": lambda w: w.put(11.0),
    "an array": lambda w: setattr(w, "array", np.ones((2, 3))),
    "an array's form": lambda w: setattr(w.leaf, "_array", np.ones(4)),
    "an array's layout": lambda w: setattr(w.leaf, "_array", np.ones(6)[::2]),
    "an array's type": lambda w: setattr(w.leaf, "_array", np.ones(3, np.float32)),
    "a gradient where there was none": lambda w: setattr(w.leaf, "grad", np.ones(3)),
    "no gradient where there was one": lambda w: setattr(w.other, "grad", None),
    "a tracked tensor": lambda w: w.leaf.requires_grad_(False),
    "a generator": lambda w: setattr(w, "rng", np.random.default_rng(0)),
    "a number of another type": lambda w: setattr(w.value, "number", 2),
}  # fmt: skip


@pytest.fixture(params=[2, MANY], ids=["by few lines", "line by line"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many on places of one kind are asked together."""
    for module in (unchanged, carried):
        monkeypatch.setattr(module, "MANY", request.param)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_seen(name: str) -> None:
    world = World()
    outside = outside_of(world)
    CHANGES[name](world)
    assert not outside.holds()
    assert outside.changed() != []


SAME: dict[str, Callable[[World], Any]] = {
    "an equal number": lambda w: w.many.__setitem__(0, int("1000")),
    "an equal text": lambda w: w.many.__setitem__(1, "".join(["te", "xt"])),
    "an equal tuple": lambda w: w.many.__setitem__(2, tuple([1.0, 2])),
    "numbers of an array": lambda w: w.array.__setitem__(0, 5.0),
    "numbers of a tensor": lambda w: setattr(w.leaf, "data", np.full(3, 2.0)),
    "numbers of a gradient": lambda w: setattr(w.other, "grad", np.full(3, 2.0)),
    "the number of a Value": lambda w: setattr(w.value, "data", 3.0),
    "a set of the same": lambda w: (w.many[4].add(3), w.many[4].discard(3)),  # type: ignore[attr-defined]
}  # fmt: skip


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("name", SAME)
def test_what_is_equal_is_no_change(name: str) -> None:
    world = World()
    outside = outside_of(world)
    for _ in range(PATIENCE + 2):
        SAME[name](world)
        assert outside.holds()
    World.shared += 1
    assert not outside.holds()


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("n", [1, 3, MANY - 1, MANY + 1])
def test_numbers_of_values_go_in_and_out(n: int) -> None:
    def training(machine: Callable[[Any], Any]) -> tuple[list[Value], Value, Callable[[Any], Any]]:
        values, scale = [Value(0.1 * k) for k in range(n)], Value(2.0)

        def step(x: Any) -> Any:
            for v in values:
                v.grad = 0.0
            loss = sum([(v * scale + x) * v for v in values], Value(0.0))
            loss.backward()
            for v in values:
                v.data -= 0.1 * v.grad
            return loss.data

        return values, scale, machine(step)

    ours, scale, step = training(capture)
    theirs, other, beside = training(lambda f: f)
    for k in range(6):
        assert step(k + 0.5) == pytest.approx(beside(k + 0.5), rel=1e-12)
        assert [v.data for v in ours] == pytest.approx([v.data for v in theirs], rel=1e-12)
        assert [v.grad for v in ours] == pytest.approx([v.grad for v in theirs], rel=1e-12)
        assert scale.grad == pytest.approx(other.grad, rel=1e-12)
        ours[0].data = theirs[0].data = 0.25 * k
        ours[-1], theirs[-1] = (Value(1.0 + k), Value(1.0 + k)) if k == 3 else (ours[-1], theirs[-1])
    assert len(step.program) > 0
