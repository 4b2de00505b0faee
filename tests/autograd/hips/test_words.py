"""HIPS autograd's small modules: tracer, builtins, util, wrap_util, and vector spaces."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, builtins, core, grad, tracer, util, wrap_util
from autograd.builtins import DictBox, SequenceBox
from autograd.core import SparseObject, VSpace, sparse_add, sum_outgrads, vspace
from autograd.extend import Box
from autograd.hips.boxes import ArrayBox
from autograd.misc.tracers import full_graph
from autograd.tracer import Node, getval, isbox

x = np.array([1.0, 2.0])
Pair = namedtuple("Pair", "a b")
leaf = Tensor(x, requires_grad=True)
BOXES: dict[str, tuple[Any, set[type]]] = {
    "tracked": (leaf, {Box, ArrayBox}),
    "detached": (leaf.detach(), set()),
    "array": (x, set()),
    "Value": (Value(1.0), {Box}),
    "list": ([1.0, leaf], {SequenceBox}),
    "tuple of numbers": ((1.0, x), set()),
    "dict": ({"a": (leaf,)}, {DictBox}),
}


@pytest.mark.parametrize("name", BOXES)
def test_boxes_are_what_is_tracked(name: str) -> None:
    thing, kinds = BOXES[name]
    assert {kind for kind in (Box, ArrayBox, SequenceBox, DictBox) if isinstance(thing, kind)} == kinds
    assert isbox(thing) == (Box in kinds)


def test_numbers_of_what_is_traced() -> None:
    nest = getval({"a": [leaf, (Value(3.0), "text")]})
    assert nest["a"][1] == (3.0, "text") and type(nest["a"][0]) is np.ndarray
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.extend([isinstance(x, ArrayBox), issubclass(type(x), ArrayBox), builtins.isinstance(x, np.ndarray)])
        seen.extend([builtins.type(np.sum(x)), builtins.isinstance((x,), builtins.tuple), type(x._value)])
        return np.sum(x * getval(x))

    assert grad(f)(x).tolist() == x.tolist()
    assert seen == [True, True, True, np.float64, True, np.ndarray]
    with pytest.raises(ValueError, match="read-only"):
        leaf._value[0] = 5.0
    assert isinstance(tracer.new_box(x, None, leaf.node), Tensor)
    with pytest.raises(TypeError, match="engine's graph"):
        tracer.new_box(x, None, object())


class Steps(Node):
    """What a trace tells of each step."""

    def __init__(self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any) -> None:
        self.told = (fun.__name__, np.round(value, 3).tolist(), kwargs, tuple(parent_argnums))
        self.parents = parents

    def initialize_root(self, name: str) -> None:
        self.told, self.parents = (name,), ()


def test_a_trace_in_nodes_of_ones_own() -> None:
    root = Steps.new_root("root")
    value, end = tracer.trace(root, lambda x: np.sum(np.sin(x) * x, axis=0, keepdims=True), x)
    assert value.shape == (1,)
    told = [node.told for node in tracer.toposort(end)]
    assert [t[0] for t in told] == ["sum", "multiply", "sin", "root"]
    assert told[1][3] == (0, 1) and told[0][2] == {"axis": 0, "keepdims": True}
    assert tracer.trace(root, lambda x: 3.0, x) == (3.0, None)
    with pytest.raises(NotImplementedError, match="initialize_root"):
        Node.new_root()
    graph = full_graph(lambda a, b: np.hypot(a, b), 3.0, 4.0)
    assert graph.value == 5.0 and graph.recipe[1] == (3.0, 4.0) and [k for k, _ in graph.recipe[3]] == [0, 1]


SPACES: dict[str, tuple[Any, int]] = {
    "array": (x, 2),
    "number": (1.5, 1),
    "complex": (x + 1j, 4),
    "float32": (x.astype(np.float32), 2),
    "list": ([x, 1.0], 3),
    "tuple": ((x, [1j]), 4),
    "dict": ({"a": x, "b": (2.0,)}, 3),
    "named tuple": (Pair(x, 1.0), 3),
}


@pytest.mark.parametrize("name", SPACES)
def test_vector_spaces(name: str) -> None:
    value, size = SPACES[name]
    space = vspace(value)
    basis = list(space.standard_basis())
    assert space.size == len(basis) == size
    total = space.zeros()
    for e in basis:  # orthonormal, and each number is the sum of its parts
        assert [float(space.inner_prod(e, other)) for other in basis].count(1.0) == 1
        part = space.scalar_mul(e, float(space.inner_prod(e, value)))
        total = space.mut_add(total, part)
    assert vspace(total) == space == vspace(space.randn()) == vspace(space.covector(space.ones()))
    for a, b, twice in zip(*(autograd.functional.nests.leaves(n) for n in
                             (total, value, space.add(value, space.mut_add(None, value)))), strict=True):  # fmt: skip
        np.testing.assert_allclose(a, b)
        np.testing.assert_allclose(twice, 2 * np.asarray(b))
    assert float(space.inner_prod(value, value)) == pytest.approx(
        sum(np.sum(np.abs(leaf) ** 2) for leaf in autograd.functional.nests.leaves(value))
    )


def test_vector_spaces_of_tensors_and_of_ones_own() -> None:
    assert vspace(leaf) == vspace(x) != vspace(x[:1]) and "shape=(2,)" in repr(vspace(x))
    assert grad(lambda x: vspace(x).inner_prod(vspace(x).scalar_mul(x, 3.0), x))(x).tolist() == [6.0, 12.0]
    with pytest.raises(TypeError, match="no vector space"):
        vspace("text")

    class Angle:
        degrees = 0.0

    class Angles(VSpace):
        def zeros(self) -> Any:
            return Angle()

    try:
        Angles.register(Angle)
        assert isinstance(vspace(Angle()).zeros(), Angle)
        with pytest.raises(NotImplementedError, match=r"Angles has no ones\(\)"):
            vspace(Angle()).ones()
    finally:
        del VSpace.mappings[Angle]
    one = SparseObject(vspace(x), lambda array: array + 1.0)
    assert sum_outgrads([one, one]).tolist() == [2.0, 2.0] and sparse_add(vspace(x), None, one).tolist() == [1.0, 1.0]


def test_small_helpers() -> None:
    assert util.subvals((1, 2, 3), [(0, 5), (2, 7)]) == (5, 2, 7) and util.subval([1, 2], 1, 5) == (1, 5)
    assert util.func(len) is len

    @wrap_util.unary_to_nary
    def doubled(fun: Any, x: Any, plus: float = 0.0) -> Any:
        """Twice fun."""
        return 2 * fun(x) + plus

    assert doubled(lambda a, b: a * b, 1)(3.0, 4.0) == 24.0
    assert doubled(lambda a, b: a * b, (1, 0), plus=1.0)(3.0, 4.0) == 25.0
    assert wrap_util.get_name(doubled) == "doubled" and "argument 1" in wrap_util.get_doc(doubled(max, 1))
    assert wrap_util.wraps(max, "x_{fun}_{n}", n=3)(lambda: 0).__name__ == "x_max_3"
    with pytest.raises(AttributeError, match="no attribute 'backward_pas'"):
        core.backward_pas  # noqa: B018
    for module in ("builtins", "extend", "misc", "test_util", "tracer", "util", "wrap_util"):
        assert getattr(autograd, module).__name__ == f"autograd.{module}"
