"""What functions, classes, modules and what they hold are may change between calls, however it is hidden."""

from __future__ import annotations

import array
import contextvars
import dataclasses
import functools
import sys
import types
import weakref
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest

from autograd import value_and_grad

from .worlds import Table, X, laws

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()


@WORLDS.row(3)
def defaults_that_are_set(captured: Any) -> Iterator[Any]:
    def helper(x: Any, k: float = 1.0, *, more: float = 0.0) -> Any:
        return x * k + more

    f = captured(lambda x: helper(x))
    for k in (1.0, 2.0):
        helper.__defaults__ = (k,)
        yield f(X)
        helper.__kwdefaults__ = {"more": k}
        yield f(X)


@WORLDS.row(2)
def code_that_is_set(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        return x * 2

    def other(x: Any) -> Any:
        return x * 3

    g = captured(f)
    yield g(X)
    f.__code__ = other.__code__
    yield g(X)


@WORLDS.row(1)
def numbers_in_a_namespace(captured: Any) -> Iterator[Any]:
    options = types.SimpleNamespace(deep=types.SimpleNamespace(parts=[{"k": 1.0}]))
    f = captured(lambda x: x * options.deep.parts[0]["k"])
    for k in (1.0, 2.0, 3.0):
        options.deep.parts[0]["k"] = k
        yield f(X)


@WORLDS.row(3)
def functions_of_the_same_code_in_a_namespace(captured: Any) -> Iterator[Any]:
    options = types.SimpleNamespace()
    f = captured(lambda x: options.function(x))
    for k in (1.0, 2.0, 3.0):
        options.function = lambda x, k=k: x * k
        yield f(X)


@WORLDS.row(3)
def methods_that_are_replaced(captured: Any) -> Iterator[Any]:
    class Base:
        def scale(self, x: Any) -> Any:
            return x * 2

    class Model(Base):
        def __call__(self, x: Any) -> Any:
            return self.scale(x)

    f = captured(Model())
    yield f(X)
    Base.scale = lambda self, x: x * 3  # type: ignore[method-assign]
    yield f(X)
    Model.scale = lambda self, x: x * 4  # type: ignore[method-assign]
    yield f(X)


@WORLDS.row(1)
def attributes_of_functions(captured: Any) -> Iterator[Any]:
    def scaled(x: Any) -> Any:
        return x * scaled.k  # type: ignore[attr-defined]

    f = captured(lambda x: scaled(x))
    for k in (1.0, 2.0, 3.0):
        scaled.k = k  # type: ignore[attr-defined]
        yield f(X)


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    package, module = types.ModuleType("users"), types.ModuleType("users.options")
    package.options = module  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "users", package)
    monkeypatch.setitem(sys.modules, "users.options", module)


@pytest.mark.usefixtures("modules")
@pytest.mark.parametrize("imported", ["users.options", "from users import options"])
def test_modules_imported_inside(imported: str) -> None:
    from autograd.capture import capture

    statement = imported if imported.startswith("from") else f"import {imported}"
    module: Any = sys.modules["users.options"]
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(f"def f(x):\n    {statement}\n    return x * {imported.rpartition('import ')[2]}.k", space)
    f = capture(space["f"])
    for k in (1.0, 2.0, 3.0):
        module.k = k
        assert np.array_equal(f(X), X * k)
    assert f.count == 1


@WORLDS.row(3)
def tuples_of_arrays_anew(captured: Any) -> Iterator[Any]:
    pair: Any = ()
    f = captured(lambda x: x * pair[0] + pair[1])
    for k in (1.0, 2.0, 3.0):
        pair = (np.full(3, k), np.full(3, -k))
        yield f(X)


@WORLDS.row(1)
def arrays_in_tuples_changed_in_place(captured: Any) -> Iterator[Any]:
    pair = (np.arange(3.0), ("x", np.ones(2)))
    f = captured(lambda x: x * pair[0].sum() + pair[1][1][0])
    for _ in range(4):
        pair[0][0] += 1
        pair[1][1][0] *= 2
        yield f(X)
        yield pair[0] is pair[0], pair[1] is pair[1], pair


@WORLDS.row(1)
def arrays_in_defaults_changed_in_place(captured: Any) -> Iterator[Any]:
    k = np.arange(3.0)

    def f(x: Any, w: Any = k) -> Any:
        return x * w.sum()

    g = captured(f)
    for _ in range(4):
        k[0] += 1
        yield g(X), f.__defaults__ is not None and f.__defaults__[0] is k


@WORLDS.row(1)
def arrays_in_a_partial_changed_in_place(captured: Any) -> Iterator[Any]:
    k = np.arange(3.0)
    f = captured(functools.partial(lambda w, x: x * w.sum(), k))
    for _ in range(4):
        k[0] += 1
        yield f(X)


@WORLDS.row(1)
def arrays_in_tuples_that_are_written_to(captured: Any) -> Iterator[Any]:
    memory = (np.zeros(3), "sums")

    def f(x: Any) -> Any:
        memory[0][1:] += x[1:]
        return memory[0].sum()

    g = captured(f)
    for k in range(4):
        yield g(X * k), memory


@WORLDS.row(1)
def zeros_of_both_signs(captured: Any) -> Iterator[Any]:
    pair: Any = ()
    f = captured(lambda x: np.copysign(x, pair[0]))
    for pair in ((0.0,), (-0.0,), (0.0,)):  # noqa: B007
        yield f(X)


@WORLDS.row(2)
def truth_values_that_equal_numbers(captured: Any) -> Iterator[Any]:
    pair: Any = ()
    f = captured(lambda x: x if pair[0] is True else -x)
    for pair in ((1,), (True,), (1,)):  # noqa: B007
        yield f(X)


@WORLDS.row(1)
def variables_of_the_context(captured: Any) -> Iterator[Any]:
    k = contextvars.ContextVar("k", default=1.0)
    f = captured(lambda x: x * k.get())
    for value in (2.0, 3.0, 4.0):
        k.set(value)
        yield f(X)


@WORLDS.row(1)
def things_behind_references(captured: Any) -> Iterator[Any]:
    class Thing:
        k = 1.0

    thing = Thing()
    reference = weakref.ref(thing)
    f = captured(lambda x: x * reference().k)  # type: ignore[union-attr]
    for k in (1.0, 2.0, 3.0):
        thing.k = k
        yield f(X)


@WORLDS.row(6)
def memory_of_other_kinds(captured: Any) -> Iterator[Any]:
    for memory in (bytearray(b"ab"), array.array("d", [1.0, 2.0]), np.array([1.0, None])):
        f = captured(lambda x, memory=memory: x * memory[0])
        yield f(X)
        memory[0] += 1
        yield f(X)


@WORLDS.row(1)
def things_in_a_set(captured: Any) -> Iterator[Any]:
    @dataclasses.dataclass(eq=False)
    class Thing:
        weights: Any

    thing = Thing(np.arange(3.0))
    things = frozenset([thing])
    f = captured(lambda x: [x * t.weights.sum() for t in things])
    for _ in range(3):
        thing.weights[0] += 1
        yield f(X)


@WORLDS.row(2)
def the_order_of_a_dict(captured: Any) -> Iterator[Any]:
    weights = {"a": 1.0, "b": 2.0}
    f = captured(lambda x: x * next(iter(weights.values())))
    for _ in range(4):
        yield f(X)
        weights["a"] = weights.pop("a")


@WORLDS.row(2)
def a_set_that_is_asked(captured: Any) -> Iterator[Any]:
    options = {"double"}
    f = captured(lambda x: x * 2 if "double" in options else x)
    for _ in range(4):
        yield f(X)
        options ^= {"double"}


@dataclasses.dataclass
class Scaled:
    x: Any
    k: ClassVar[float] = 2.0

    def __post_init__(self) -> None:
        self.twice = 2.0 if self.x[0] > 1 else 1.0

    def __call__(self) -> Any:
        return self.x * self.k * self.twice


@WORLDS.row(2)
def attributes_of_a_dataclass_besides_its_fields(captured: Any) -> Iterator[Any]:
    f = captured(lambda scaled: scaled())
    for k in range(4):
        yield f(Scaled(X + k))


@WORLDS.row(1)
def the_class_of_a_dataclass(captured: Any) -> Iterator[Any]:
    class Mine(Scaled):
        pass

    f = captured(lambda scaled: scaled())
    for k in (1.0, 2.0, 3.0):
        Mine.k = k
        yield f(Mine(X))


class Named(dict[str, Any]):
    """A dict with attributes."""


@WORLDS.row(2)
def attributes_of_a_dict(captured: Any) -> Iterator[Any]:
    f = captured(lambda options: options["x"] if options.plain else -options["x"])
    for plain in (True, False, True):
        options = Named(x=X)
        options.plain = plain  # type: ignore[attr-defined]
        yield f(options)


@WORLDS.row(1)
def an_object_that_raises_for_unknown_names(captured: Any) -> Iterator[Any]:
    store = {"k": 1.0}

    class Options:
        def __getattr__(self, name: str) -> Any:
            return store[name]

    options = Options()
    f = captured(value_and_grad(lambda x: np.sum(x * options.k)))
    for k in (1.0, 2.0, 3.0):
        store["k"] = k
        yield f(X)


@WORLDS.row(1)
def a_function_that_remembers(captured: Any) -> Iterator[Any]:
    """What it remembers of a recording must not be of the recording."""
    doubled = functools.cache(lambda k: k * 2)
    f = captured(lambda x: x * doubled(x[0]))
    for _ in range(4):
        yield f(X)
    yield doubled(X[0])


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
