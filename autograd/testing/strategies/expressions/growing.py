"""How random expressions grow: from an operation down to the inputs.

Convention: what is drawn first decides most, and the simplest of it is an input. Hypothesis replaces a part by one of
its own parts and lowers what is drawn, so that what fails shrinks to the operation at fault, applied to the inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ....typing import DTypeLike, Shape
from ..arrays import arrays
from ..shapes import shapes as any_shapes
from .expression import Call, Expression
from .operations import STEPS
from .part import ATOM, SIGN, Part, applied, code
from .step import KINDS, Kind, Step

CONSTANTS = (2.0, 0.5, -1.5)
BROADCASTING = {step.name: step for step in STEPS if step.kind == "elementwise"}


def expressions(
    inputs: int | Sequence[Shape] = 1, *, size: int = 6, smooth: bool = True, kinds: Sequence[Kind] = KINDS,
    bound: float = 2.0,
) -> st.SearchStrategy[Expression]:  # fmt: skip
    """Random functions of NumPy, each printed as a lambda that can be pasted and runs as it stands.

        expressions(2)                    # of two numbers: also of Values, and of arrays that broadcast together
        expressions([(2, 3), (3,)])       # of two arrays of these shapes

        lambda x, y: np.sum((a := np.exp(x)) * a, axis=0) @ y

    ``inputs``  how many numbers; or the shapes of arrays
    ``size``    how many operations at most
    ``smooth``  False draws functions with kinks, too: abs, maximum, max, sort
    ``kinds``   of operations on arrays: elementwise, reduce, shape, index, join, product, linalg, fft
    ``bound``   the inputs lie between -bound and bound: there values and slopes are defined, and bounded

    A function may leave inputs unused (check it with ``disconnected=True``), those of ``calls`` use them all.
    """
    numbers = isinstance(inputs, int)
    shapes: list[Shape] = [()] * inputs if isinstance(inputs, int) else [tuple(shape) for shape in inputs]
    if not shapes:
        raise ValueError("expressions: a function has at least one input")
    names = _names(len(shapes))
    leaves = [Part(name, (), shape, -bound, bound) for name, shape in zip(names, shapes, strict=True)]
    return _parts(leaves, _groups(kinds, smooth, numbers), size, None, 0).map(
        lambda root: Expression(code(root, names))
    )


def calls(
    inputs: int = 2, *, size: int = 6, smooth: bool = True, kinds: Sequence[Kind] = KINDS, max_dims: int = 3,
    max_side: int = 3, dtype: DTypeLike = float, bound: float = 2.0,
) -> st.SearchStrategy[Call]:  # fmt: skip
    """Random functions of arrays together with arrays that fit: pairs ``f, inputs``.

        @given(strategies.calls())
        def test_programs(call):
            f, inputs = call
            gradcheck(f, *inputs)

    ``inputs``    how many at most; the function uses them all
    ``size``      how many operations at most
    ``smooth``    False draws functions with kinks, too: abs, maximum, max, sort
    ``kinds``     of operations: elementwise, reduce, shape, index, join, product, linalg, fft
    ``max_dims``  the most axes of an input, and ``max_side`` the longest
    ``dtype``     of the inputs
    ``bound``     the inputs lie between -bound and bound: there values and slopes are defined, and bounded
    """
    if inputs < 1:
        raise ValueError("calls: a function has at least one input")
    some = any_shapes(max_dims, max_side, min_dims=1) | any_shapes(max_dims, max_side)
    return _calls(inputs, some, _groups(kinds, smooth, False), size, dtype, bound)


@st.composite
def _calls(
    draw: st.DrawFn, inputs: int, shapes: st.SearchStrategy[Shape], groups: list[list[Step]], size: int,
    dtype: DTypeLike, bound: float,
) -> Call:  # fmt: skip
    first = draw(shapes)
    drawn = [first, *[draw(st.sampled_from([first, first[::-1], first[-1:], ()]) | shapes) for _ in range(inputs - 1)]]
    leaves = [Part("", (), shape, -bound, bound) for shape in drawn]
    root = draw(_parts(leaves, groups, size, None, 0))
    used = root.leaves()
    names = dict(zip(used, _names(len(used)), strict=True))
    f = Expression(code(root, list(names.values()), names))
    return Call(f, tuple(draw(arrays(leaf.shape, dtype=dtype, low=-bound, high=bound)) for leaf in used))


def _names(count: int) -> list[str]:
    return list("xyz")[:count] if count <= 3 else [f"x{k}" for k in range(count)]


def _groups(kinds: Sequence[Kind], smooth: bool, numbers: bool) -> list[list[Step]]:
    """The operations that may be drawn, by kind and number of operands."""
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"expressions: kinds are {', '.join(KINDS)}, got {sorted(unknown)}")
    steps = [s for s in STEPS if s.kind in kinds and (s.scalar or not numbers) and (s.smooth or not smooth)]
    groups = [[s for s in steps if s.kind == kind and s.operands == n] for kind in KINDS for n in (1, 2)]
    if not any(groups):
        raise ValueError(f"expressions: of {list(kinds)} there are no operations on numbers")
    return [group for group in groups if group]


@st.composite
def _parts(
    draw: st.DrawFn, leaves: list[Part], groups: list[list[Step]], room: int, done: list[Part] | None, place: int
) -> Part:
    """An input, something computed before, or an operation on ``room - 1`` others; second operands may be numbers."""
    done = [] if done is None else done
    if draw(st.integers(0, 5)) == 0 or room <= 0:  # always drawn, so that any part can stand in for one above it
        some: list[Any] = [*leaves, *done, *(CONSTANTS if place else ())]
        leaf = draw(st.sampled_from(some))
        return (
            leaf
            if isinstance(leaf, Part)
            else Part(repr(leaf), (), (), leaf, leaf, SIGN if leaf < 0 else ATOM, constant=True)
        )
    group = draw(st.sampled_from(groups))
    k = draw(st.integers(0, len(group) - 1))
    count = group[0].operands
    first = room - 1 if count == 1 else draw(st.integers(0, room - 1))
    operands = [
        draw(_parts(leaves, groups, share, done, place))
        for place, share in enumerate([first, room - 1 - first][:count])
    ]
    part = _fitting(draw, [*group[k:], *group[:k]], operands)
    done.append(part)
    return part


def _fitting(draw: st.DrawFn, steps: Sequence[Step], operands: list[Part]) -> Part:
    """The first of some operations that takes these operands; else their sum, if need be of the second one's mean."""
    for step in steps:
        part = step.make(draw, operands)
        if part is not None:
            return part
    if len(operands) == 1:
        return operands[0]
    a, b = operands
    added = BROADCASTING["add"].make(draw, [a, b])
    if added is None:
        mean = applied("np.mean({0})", [b], b.low, b.high)
        assert mean is not None
        added = BROADCASTING["add"].make(draw, [a, mean])
    assert added is not None
    return added
