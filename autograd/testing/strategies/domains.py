"""Inputs at which a NumPy function is differentiable: inside its domain, and away from its kinks, jumps and poles."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ...typing import DTypeLike, NDArray, Shape
from .domain_table import DOMAINS, Domain
from .kinks import apart, between
from .numbers import numbers
from .shapes import broadcastable_shapes, shapes


def domains(
    function: Any, shape: Shape | tuple[Shape, ...] | None = None, *, dtype: DTypeLike = float, distance: float = 0.1
) -> st.SearchStrategy[Any]:
    """Arrays for an elementwise function of NumPy, at least ``distance`` inside its open domain.

        @given(x=domains(np.arcsin))
        def test_arcsin(x):
            gradcheck(np.arcsin, x)

        @given(inputs=domains(np.power))  # of two operands: a pair of arrays that broadcast together
        def test_power(inputs):
            gradcheck(np.power, *inputs)

    ``function``  an elementwise function of NumPy, or one of SciPy's, with one operand or two
    ``shape``     of the array, or the pair of shapes of two operands; None: any small ones
    ``dtype``     complex: for functions of complex numbers, numbers with a positive real part that are not real
    ``distance``  from the ends of the domain, and from kinks, jumps and poles in it
    """
    row = DOMAINS.get(function)
    if row is None:
        name = getattr(function, "__name__", repr(function))
        raise ValueError(f"domains: {name} is no elementwise function of NumPy that has a derivative")
    kind = np.dtype(dtype).kind
    if kind == "c" and not row.complex:
        raise ValueError(f"domains: {row.name} has no derivative by complex numbers")
    if kind not in "fc":
        raise ValueError(f"domains: derivatives need real or complex numbers, got dtype {np.dtype(dtype)}")
    if len(row.operands) == 1:
        where = shapes() if shape is None else st.just(shape)
        return where.flatmap(lambda at: _drawn(row, (at,), dtype, distance)).map(lambda drawn: drawn[0])
    if isinstance(shape, tuple | list) and [type(side) for side in shape] != [tuple] * len(row.operands):
        raise ValueError(f"domains: {row.name} has {len(row.operands)} operands: give a shape for each, got {shape}")
    pair = broadcastable_shapes(len(row.operands)) if shape is None else st.just(shape)
    return pair.flatmap(lambda at: _drawn(row, at, dtype, distance))


@st.composite
def _drawn(draw: st.DrawFn, row: Domain, at: tuple[Any, ...], dtype: DTypeLike, distance: float) -> Any:
    kind: Any = np.dtype(dtype)
    drawn: list[NDArray[Any]] = []
    ranges = []
    for operand, shape in zip(row.operands, at, strict=True):
        if operand.integer:
            low, high = operand.inside(0)
            drawn.append(draw(hnp.arrays(int, shape, elements=st.integers(int(low), int(high)), fill=st.nothing())))
        elif kind.kind == "c":
            low, high = distance, 2.0
            part = numbers(low, high)
            imaginary = part | part.map(lambda v: -v)
            drawn.append(
                draw(hnp.arrays(dtype, shape, elements=st.builds(complex, part, imaginary), fill=st.nothing()))
            )
        else:
            low, high = operand.inside(distance)
            parts = [numbers(a, b, dtype=dtype) for a, b in between(operand.without, distance, low, high)]
            drawn.append(draw(hnp.arrays(dtype, shape, elements=st.one_of(parts), fill=st.nothing())))
        ranges.append((low, high))
    if row.gap is not None and kind.kind != "c":
        drawn[0] = apart(row.gap, distance, *ranges[0], *drawn)
    return tuple(drawn)
