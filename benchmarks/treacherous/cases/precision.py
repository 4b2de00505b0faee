"""Large, tiny and saturated numbers.

The derivative is an ordinary number that has a place in the format, and so does what the formula stands for; what
comes in between overflows, underflows or cancels.
"""

from __future__ import annotations

from math import cosh, exp

import numpy

from ..formulas import formula

formula(
    "logsumexp_at_1e8", "The log-sum-exp of large scores.",
    lambda np, x: np.logaddexp(x[0], x[1]), [1e8, 1e8 + 1.0], right=[1 / (1 + exp(1)), 1 / (1 + exp(-1))],
    why="the softmax of (0, 1)",
)  # fmt: skip
formula(
    "logsumexp_by_hand", "`log(sum(exp(x)))` by hand at 1,000.",
    lambda np, x: np.log(np.sum(np.exp(x))), [1000.0, 1000.0], right=[0.5, 0.5], why="the softmax of equal scores",
)  # fmt: skip
formula(
    "softplus_by_hand", "`log(1 + exp(x))` by hand at 1,000.",
    lambda np, x: np.log(1.0 + np.exp(x)), 1000.0, right=1.0, why="it is x there",
)  # fmt: skip
formula(
    "sigmoid_by_hand", "`1 / (1 + exp(-x))` by hand at -1,000.",
    lambda np, x: 1.0 / (1.0 + np.exp(-x)), -1000.0, right=0.0, why="it is flat there",
)  # fmt: skip
formula(
    "log_of_sigmoid", "`log(sigmoid(x))` by hand at -800.",
    lambda np, x: np.log(1.0 / (1.0 + np.exp(-x))), -800.0, right=1.0, why="it is x there",
)  # fmt: skip
formula(
    "saturated_tanh", "tanh at 20, where 1 - tanh² has no digits left.",
    lambda np, x: np.tanh(x), 20.0, right=cosh(20.0) ** -2, why="1/cosh²(20) = 1.7e-17",
)  # fmt: skip
formula(
    "tiny_hypot", "The hypotenuse of two sides of 1e-200, whose squares are 0.",
    lambda np, x: np.hypot(x[0], x[1]), [3e-200, 4e-200], right=[0.6, 0.8], why="x/h",
    mygrad=lambda mg, x: mg.sqrt(x[0] ** 2 + x[1] ** 2), hips=lambda np, x: np.sqrt(x[0] ** 2 + x[1] ** 2),
)  # fmt: skip
formula(
    "tiny_arctan2", "The angle of a vector of length 1e-200.",
    lambda np, x: np.arctan2(x[0] * 1e-200, x[1] * 1e-200), [1.0, 1.0], right=[0.5, -0.5], why="(x, -y)/(x² + y²)",
)  # fmt: skip
formula(
    "large_norm", "The norm of numbers whose squares overflow.",
    lambda np, x: np.linalg.norm(x), [3e200, 4e200], right=[0.6, 0.8], why="x/|x|",
)  # fmt: skip
formula(
    "float16_norm", "The norm of float16 numbers above 256, whose squares overflow.",
    lambda np, x: np.linalg.norm(x), numpy.array([300.0, 400.0], numpy.float16), right=[0.6, 0.8], why="x/|x|",
    dtype=numpy.float16, rtol=1e-3,
)  # fmt: skip
formula(
    "float16_mean", "The mean of 4,096 float16 numbers of 100.",
    lambda np, x: np.mean(x * x), numpy.full(4096, 100.0), right=numpy.full(4096, 200 / 4096),
    why="2x/n", dtype=numpy.float16, rtol=1e-3,
)  # fmt: skip
formula(
    "variance_far_from_zero", "The variance of numbers near 1e8.",
    lambda np, x: np.var(x), [1e8, 1e8 + 2.0], right=[-1.0, 1.0], why="2(x - mean)/n",
    pytorch=lambda torch, x: torch.var(x, correction=0),
)  # fmt: skip
formula(
    "variance_of_one", "The variance of a single number, as of a batch of one.",
    lambda np, x: np.var(x), [3.0], right=[0.0], why="it is 0 for all x",
    pytorch=lambda torch, x: torch.var(x, correction=0),
)  # fmt: skip
formula(
    "log1p_tiny", "log1p(expm1(x)) at 1e-20, which is x.",
    lambda np, x: np.log1p(np.expm1(x)) * 3.0, 1e-20, right=3.0, why="d 3x/dx",
)  # fmt: skip
