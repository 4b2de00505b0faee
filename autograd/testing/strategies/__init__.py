"""Hypothesis strategies for gradients: arrays, where a function may be differentiated, and what may be computed there.

    from hypothesis import given
    from autograd.testing import gradcheck, strategies as st

    @given(st.arrays((3,)), st.away_from(0.0, shape=(3,)))
    def test_division(x, y):
        gradcheck(lambda x, y: x / y, x, y)

    numbers, arrays, tensors, values      what is differentiated
    shapes, broadcastable_shapes          of arrays; ``axes`` and ``indices`` fit one of them
    well_conditioned, positive_definite   matrices that have an inverse
    away_from, domains                    points that keep a distance from kinks and from the ends of a domain
    expressions, calls                    random functions, printed as code; and random inputs for them

Convention: numbers lie between ``low`` and ``high``, by default -2 and 2; nothing is NaN, infinite or tiny. What fails
shrinks to few operations on few numbers, each of them 0, 1 or another simple one. An option that nothing can fulfil
raises ValueError, a shape that is no tuple TypeError. Needs Hypothesis (``pip install 'chalkgrad[test]'``).
"""

from ...extras import extra

extra("hypothesis", "test", "autograd.testing.strategies")

from .arrays import arrays, tensors  # noqa: E402  (the files below import Hypothesis: say first that it is missing)
from .axes import axes  # noqa: E402
from .domains import domains  # noqa: E402
from .expressions import Call, Expression, calls, expressions  # noqa: E402
from .indices import indices  # noqa: E402
from .kinks import away_from  # noqa: E402
from .matrices import positive_definite, well_conditioned  # noqa: E402
from .numbers import numbers, values  # noqa: E402
from .shapes import broadcastable_shapes, shapes  # noqa: E402

__all__ = [
    "Call", "Expression", "arrays", "away_from", "axes", "broadcastable_shapes", "calls", "domains", "expressions",
    "indices", "numbers", "positive_definite", "shapes", "tensors", "values", "well_conditioned",
]  # fmt: skip
