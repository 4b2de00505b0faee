"""Hypothesis strategies for gradients: arrays, tensors, Values, and random expressions of them.

    from hypothesis import given
    from autograd.testing import gradcheck, strategies

    @given(strategies.expressions(inputs=2), strategies.values(), strategies.values())
    def test_values(f, a, b):
        assert gradcheck(f, a, b, allow_unused=True)

Convention: numbers lie between ``low`` and ``high``, by default -2 and 2, where central differences are accurate;
nothing is NaN or infinite. Needs Hypothesis (``pip install hypothesis``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    return hnp.array_shapes(min_dims=max(min_dims, 1), max_dims=max_dims, min_side=min_side, max_side=max_side) | (
        st.just(()) if min_dims == 0 else st.nothing()
    )


def broadcastable(count: int = 2, *, max_dims: int = 3, max_side: int = 3) -> st.SearchStrategy[tuple[Shape, ...]]:
    """``count`` shapes that broadcast together."""
    return hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=max_dims, min_side=1, max_side=max_side).map(
        lambda drawn: drawn.input_shapes
    )


def arrays(
    shape: Shape | st.SearchStrategy[Shape] | None = None,
    *,
    dtype: DTypeLike = float,
    low: float = -2.0,
    high: float = 2.0,
    distinct: float = 0.0,
) -> st.SearchStrategy[NDArray[Any]]:
    """Arrays of this shape, or of any small one; no two elements are closer than ``distinct`` (for max, sort)."""
    where = shapes() if shape is None else shape
    if not distinct:
        return hnp.arrays(dtype, where, elements=numbers(low, high, dtype=dtype), fill=st.nothing())

    def spaced(at: Shape) -> st.SearchStrategy[Any]:
        size = int(np.prod(at, dtype=int))
        order = st.permutations(range(size))
        jitter = hnp.arrays(float, size, elements=st.floats(0, distinct), fill=st.nothing())
        return st.builds(
            lambda p, j: np.asarray((np.array(p, dtype=float) - size / 2) * 2 * distinct + j, dtype).reshape(at),
            order,
            jitter,
        )

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


ONE: dict[str, Callable[[Any], Any]] = {
    "tanh({})": np.tanh,
    "sin({})": np.sin,
    "cos({})": np.cos,
    "exp(tanh({}))": lambda a: np.exp(np.tanh(a)),
    "log(1 + {}²)": lambda a: np.log(1.0 + a * a),
    "sqrt(1 + {}²)": lambda a: np.sqrt(1.0 + a * a),
    "-{}": lambda a: -a,
}
TWO: dict[str, Callable[[Any, Any], Any]] = {
    "({} + {})": lambda a, b: a + b,
    "({} - {})": lambda a, b: a - b,
    "(tanh({}) × {})": lambda a, b: np.tanh(a) * b,
    "({} / (2 + {}²))": lambda a, b: a / (2.0 + b * b),
}


def expressions(inputs: int = 1, *, size: int = 8, smooth: bool = True) -> st.SearchStrategy[Expression]:
    """Random formulas of ``inputs`` variables and up to ``size`` leaves; with ``smooth=False`` also abs and maximum.

    The same formula runs on Tensors and on Values, so that the two can be compared.
    """
    one, two = dict(ONE), dict(TWO)
    if not smooth:
        one["abs({})"] = abs
        two["max({}, {})"] = np.maximum
    names = ["x", "y", "z"] if inputs <= 3 else [f"x{i}" for i in range(inputs)]
    leaves = st.sampled_from([Expression(names[i], _input(i)) for i in range(inputs)])
    constants = st.sampled_from([-1.5, 0.5, 2.0])

    def grow(part: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        return (
            st.builds(_one, st.sampled_from(sorted(one.items(), key=lambda item: item[0])), part)
            | st.builds(_two, st.sampled_from(sorted(two.items(), key=lambda item: item[0])), part, part)
            | st.builds(_scaled, constants, part)
        )

    return st.recursive(leaves, grow, max_leaves=size)


def _input(i: int) -> Callable[[Sequence[Any]], Any]:
    return lambda inputs: inputs[i]


def _one(named: tuple[str, Callable[[Any], Any]], a: Expression) -> Expression:
    text, function = named
    return Expression(text.format(a.text), lambda inputs: function(a.compute(inputs)))


def _two(named: tuple[str, Callable[[Any, Any], Any]], a: Expression, b: Expression) -> Expression:
    text, function = named
    return Expression(text.format(a.text, b.text), lambda inputs: function(a.compute(inputs), b.compute(inputs)))


def _scaled(c: float, a: Expression) -> Expression:
    return Expression(f"{c} {a.text}", lambda inputs: c * a.compute(inputs))
