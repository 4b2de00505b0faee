"""Hypothesis strategies for gradients: arrays, tensors, Values, and random expressions of them.

    from hypothesis import given
    from autograd.testing import gradcheck, strategies

    @given(strategies.expressions(inputs=2), strategies.values(), strategies.values())
    def test_values(f, a, b):
        assert gradcheck(f, a, b, disconnected=True)

Convention: numbers lie between ``low`` and ``high``, by default -2 and 2, where central differences are accurate;
nothing is NaN or infinite. Needs Hypothesis (``pip install hypothesis``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter, mul
from typing import Any

import numpy as np

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp
except ImportError as error:
    raise ImportError("autograd.testing.strategies needs Hypothesis: pip install hypothesis") from error

from ..tensor import Tensor
from ..typing import DTypeLike, NDArray, Shape
from ..value import Value

__all__ = ["Expression", "arrays", "broadcastable", "expressions", "numbers", "shapes", "tensors", "values"]


def numbers(low: float = -2.0, high: float = 2.0, *, dtype: DTypeLike = float) -> st.SearchStrategy[Any]:
    """Numbers (real, or complex by ``dtype``) with parts between ``low`` and ``high``; none is tiny but not 0."""
    kind = np.zeros((), dtype).real.dtype

    def rounded(v: float) -> float:
        x = kind.type(0.0 if abs(v) < 1e-6 else v)
        return float(x if low <= x <= high else np.nextafter(x, kind.type(0)))

    real = st.floats(low, high, allow_subnormal=False).map(rounded)
    return real if np.dtype(dtype).kind == "f" else st.builds(complex, real, real)


def shapes(max_dims: int = 3, max_side: int = 3, *, min_dims: int = 0, min_side: int = 1) -> st.SearchStrategy[Shape]:
    """Shapes of small arrays."""
    some = hnp.array_shapes(min_dims=max(min_dims, 1), max_dims=max_dims, min_side=min_side, max_side=max_side)
    return some if min_dims else some | st.just(())


def broadcastable(count: int = 2, *, max_dims: int = 3, max_side: int = 3) -> st.SearchStrategy[tuple[Shape, ...]]:
    """``count`` shapes that broadcast together."""
    drawn = hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=max_dims, min_side=1, max_side=max_side)
    return drawn.map(lambda broadcast: broadcast.input_shapes)


def arrays(
    shape: Shape | st.SearchStrategy[Shape] | None = None, *, dtype: DTypeLike = float, low: float = -2.0,
    high: float = 2.0, distinct: float = 0.0,
) -> st.SearchStrategy[NDArray[Any]]:  # fmt: skip
    """Arrays of this shape, or of any small one; no two elements are closer than ``distinct`` (for max, sort)."""
    where = shapes() if shape is None else shape
    if not distinct:
        return hnp.arrays(dtype, where, elements=numbers(low, high, dtype=dtype), fill=st.nothing())

    def spaced(at: Shape) -> st.SearchStrategy[Any]:
        size = int(np.prod(at, dtype=int))
        order = st.permutations(range(size))
        jitter = hnp.arrays(float, size, elements=st.floats(0, distinct), fill=st.nothing())

        def placed(ranks: list[int], shifts: NDArray[Any]) -> NDArray[Any]:
            return np.asarray((np.array(ranks, float) - size / 2) * 2 * distinct + shifts, dtype).reshape(at)

        return st.builds(placed, order, jitter)

    return (where if isinstance(where, st.SearchStrategy) else st.just(where)).flatmap(spaced)


def tensors(
    shape: Shape | st.SearchStrategy[Shape] | None = None, *, requires_grad: bool = True, **options: Any
) -> st.SearchStrategy[Tensor]:
    """Tensors, by default leaves that require a gradient; the options are those of ``arrays``."""
    return arrays(shape, **options).map(lambda a: Tensor(a, requires_grad=requires_grad))


def values(low: float = -2.0, high: float = 2.0) -> st.SearchStrategy[Value]:
    """Values."""
    return numbers(low, high).map(Value)


# ---------------------------------------------------------------- random expressions


@dataclass(frozen=True)
class Expression:
    """A formula: called with numbers, arrays, tensors or Values it computes, and its repr is the formula.

    It is defined everywhere, and bounded inputs give bounded derivatives.
    """

    text: str
    compute: Callable[[Sequence[Any]], Any]

    def __call__(self, *inputs: Any) -> Any:
        return self.compute(inputs)

    def __repr__(self) -> str:
        return self.text


ONE: dict[str, Callable[..., Any]] = {
    "tanh({})": np.tanh,
    "sin({})": np.sin,
    "cos({})": np.cos,
    "exp(tanh({}))": lambda a: np.exp(np.tanh(a)),
    "log(1 + {}²)": lambda a: np.log(1.0 + a * a),
    "sqrt(1 + {}²)": lambda a: np.sqrt(1.0 + a * a),
    "-{}": lambda a: -a,
}
TWO: dict[str, Callable[..., Any]] = {
    "({} + {})": lambda a, b: a + b,
    "({} - {})": lambda a, b: a - b,
    "(tanh({}) × {})": lambda a, b: np.tanh(a) * b,
    "({} / (2 + {}²))": lambda a, b: a / (2.0 + b * b),
}
SCALED = {f"{c} {{}}": partial(mul, c) for c in (-1.5, 0.5, 2.0)}


def expressions(inputs: int = 1, *, size: int = 8, smooth: bool = True) -> st.SearchStrategy[Expression]:
    """Random formulas of ``inputs`` variables and up to ``size`` leaves; with ``smooth=False`` also abs and maximum.

    The same formula runs on Tensors and on Values, so that the two can be compared.
    """
    one, two = dict(ONE), dict(TWO)
    if not smooth:
        one["abs({})"] = abs
        two["max({}, {})"] = np.maximum
    names = ["x", "y", "z"] if inputs <= 3 else [f"x{i}" for i in range(inputs)]
    leaves = st.sampled_from([Expression(names[i], itemgetter(i)) for i in range(inputs)])
    ones, twos, scaled = (st.sampled_from(list(table.items())) for table in (one, two, SCALED))

    def grow(part: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        return st.builds(_of, ones, part) | st.builds(_of, twos, part, part) | st.builds(_of, scaled, part)

    return st.recursive(leaves, grow, max_leaves=size)


def _of(named: tuple[str, Callable[..., Any]], *parts: Expression) -> Expression:
    """A function of expressions."""
    text, function = named
    return Expression(
        text.format(*[p.text for p in parts]), lambda inputs: function(*[p.compute(inputs) for p in parts])
    )
