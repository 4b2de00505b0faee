"""Points where a derivative is hard to write.

Dead branches, ties, corners, infinite slopes and removable singularities. At a corner and at a tie every subgradient
is right.
"""

from __future__ import annotations

from math import inf, pi

import numpy

from ..formulas import formula
from ..judging import Between, Refused

# ---------------------------------------------------------------- branches that were not taken

formula(
    "dead_branch_log", "`where(x > 0, log(x), 0)` at 0: the logarithm was not taken.",
    lambda np, x: np.sum(np.where(x > 0, np.log(x), 0.0)), [0.0, 2.0], right=[0.0, 0.5], why="the constant 0 was taken",
)  # fmt: skip
formula(
    "dead_branch_quotient", "`where(x != 0, sin(x) / x, 1)` at 0, the sinc function by hand.",
    lambda np, x: np.sum(np.where(x != 0, np.sin(x) / x, 1.0)), [0.0, pi], right=[0.0, -1 / pi],
    why="the constant 1 was taken; (x cos x - sin x)/x² = -1/π at π",
)  # fmt: skip
formula(
    "dropped_element", "`sqrt(x)[1:]`: the element with the infinite slope was left out.",
    lambda np, x: np.sum(np.sqrt(x)[1:]), [0.0, 4.0], right=[0.0, 0.25], why="x[0] does not occur in the result",
)  # fmt: skip
formula(
    "clipped_sqrt", "`sqrt(maximum(x, 0))` below 0, where the maximum is constant.",
    lambda np, x: np.sum(np.sqrt(np.maximum(x, 0.0))), [-1.0, 4.0], right=[0.0, 0.25],
    why="the function is constant 0 around -1",
    pytorch=lambda torch, x: torch.sum(torch.sqrt(torch.clamp(x, min=0.0))),
)  # fmt: skip

# ---------------------------------------------------------------- ties

formula(
    "tie_of_max", "The maximum of (1, 2, 2).",
    lambda np, x: np.max(x), [1.0, 2.0, 2.0], right=Between([0.0, 0.0, 0.0], [0.0, 1.0, 1.0], total=1.0),
    why="a convex combination of the gradients at the tied elements",
)  # fmt: skip
formula(
    "tie_of_maximum", "`maximum(x, 2)` at 2, where both operands are equal.",
    lambda np, x: np.maximum(x, 2.0), 2.0, right=Between(0.0, 1.0), why="between the slopes 0 and 1",
    pytorch=lambda torch, x: torch.maximum(x, torch.tensor(2.0)),
)  # fmt: skip
formula(
    "maximum_of_itself", "`maximum(x, x)` is x.",
    lambda np, x: np.sum(np.maximum(x, x)), [1.0, 2.0], right=[1.0, 1.0], why="d x/dx = 1",
)  # fmt: skip
formula(
    "sort_with_ties", "A weighted sum of the sorted elements, two of which are equal.",
    lambda np, x: np.sum(np.sort(x) * numpy.array([1.0, 2.0, 3.0])), [5.0, 1.0, 1.0],
    right=Between([3.0, 1.0, 1.0], [3.0, 2.0, 2.0], total=6.0),
    why="3 for the largest; 1 and 2 for the tied ones, in any mixture",
    pytorch=lambda torch, x: torch.sum(torch.sort(x).values * torch.tensor([1.0, 2.0, 3.0])),
    lacks={"mygrad": "has no `sort`"},
)  # fmt: skip
formula(
    "clip_on_its_bound", "`clip(x, 0, 1)` at 0 and 1.",
    lambda np, x: np.sum(np.clip(x, 0.0, 1.0)), [0.0, 1.0], right=Between([0.0, 0.0], [1.0, 1.0]),
    why="between the slopes 0 and 1",
)  # fmt: skip

# ---------------------------------------------------------------- corners

formula(
    "abs_at_zero", "The absolute value at 0.",
    lambda np, x: np.abs(x), 0.0, right=Between(-1.0, 1.0), why="between the slopes -1 and 1",
)  # fmt: skip
formula(
    "norm_of_zero", "The norm of a vector of zeros, as of a residual that vanishes.",
    lambda np, x: np.linalg.norm(x), [0.0, 0.0], right=Between([-1.0, -1.0], [1.0, 1.0]),
    why="the subgradients are the vectors of length at most 1",
)  # fmt: skip
formula(
    "norm_by_hand_of_zero", "`sqrt(sum(x²))` of zeros: 0 · ∞ in the chain rule.",
    lambda np, x: np.sqrt(np.sum(x**2)), [0.0, 0.0], right=Between([-1.0, -1.0], [1.0, 1.0]),
    why="the subgradients are the vectors of length at most 1",
)  # fmt: skip
formula(
    "std_of_constants", "The standard deviation of equal numbers, as of a dead feature in a normalisation.",
    lambda np, x: np.std(x), [3.0, 3.0], right=Between([-0.5, -0.5], [0.5, 0.5], total=0.0),
    why="std = |x₁ - x₂|/2, a corner",
    pytorch=lambda torch, x: torch.std(x, correction=0),
)  # fmt: skip
formula(
    "distance_of_equal_points", "The distances of points from each other, which are 0 on the diagonal.",
    lambda np, x: np.sum(np.linalg.norm(x[:, None] - x[None], axis=-1)), [[0.0, 0.0], [3.0, 4.0]],
    right=[[-1.2, -1.6], [1.2, 1.6]], why="2(x₁ - x₂)/|x₁ - x₂| for both; the diagonal is constant",
    pytorch=lambda torch, x: torch.sum(torch.linalg.norm(x[:, None] - x[None], dim=-1)),
)  # fmt: skip

# ---------------------------------------------------------------- infinite slopes

formula(
    "sqrt_at_zero", "The square root at 0.",
    lambda np, x: np.sqrt(x), 0.0, right=inf, why="1/(2√x) grows without bound",
)  # fmt: skip
formula(
    "root_as_a_power", "`x ** 0.5` at 0.",
    lambda np, x: x**0.5, 0.0, right=inf, why="the slope of √x at 0",
)  # fmt: skip
formula(
    "arccos_of_one", "The angle between equal directions, `arccos(1)`.",
    lambda np, x: np.arccos(x), 1.0, right=-inf, why="-1/√(1 - x²)",
)  # fmt: skip

formula(
    "nan_in_the_backward_pass", "`x * sqrt(x)` at 0: the value is 0, and the chain rule takes 0 · ∞.",
    lambda np, x: x * np.sqrt(x), 0.0, right=0.0, why="the slope of x^1.5 is 1.5 √x",
)  # fmt: skip
formula(
    "nan_in_the_forward_pass", "`log(x)` at -1: the value is NaN, and the slope 1/x = -1 looks well.",
    lambda np, x: np.log(x), -1.0, right=Refused(), why="there is no logarithm",
)  # fmt: skip

# ---------------------------------------------------------------- powers and products at 0

formula(
    "zero_to_the_zero", "`x ** 0` at 0, the first term of a polynomial.",
    lambda np, x: np.sum(x ** numpy.array([0.0, 1.0, 2.0])), 0.0, right=1.0, why="d(1 + x + x²)/dx at 0",
    pytorch=lambda torch, x: torch.sum(x ** torch.tensor([0.0, 1.0, 2.0])),
)  # fmt: skip
formula(
    "exponent_of_zero", "`0 ** x` at 2: the derivative with respect to the exponent.",
    lambda np, x: 0.0**x, 2.0, right=0.0, why="0ˣ = 0 for all x > 0",
)  # fmt: skip
formula(
    "negative_base", "`x ** n` of negative x, where n is an array of whole floats.",
    lambda np, x: np.sum(x ** numpy.array([2.0, 3.0])), [-2.0, -1.0], right=[-4.0, 3.0], why="n xⁿ⁻¹",
    pytorch=lambda torch, x: torch.sum(x ** torch.tensor([2.0, 3.0])),
)  # fmt: skip
formula(
    "prod_with_a_zero", "The product of numbers one of which is 0.",
    lambda np, x: np.prod(x), [2.0, 0.0, 3.0], right=[0.0, 6.0, 0.0], why="the product of the others",
)  # fmt: skip
formula(
    "cumprod_with_a_zero", "Running products past a 0, as of a ray that is blocked.",
    lambda np, x: np.sum(np.cumprod(x)), [2.0, 0.0, 3.0], right=[1.0, 8.0, 0.0],
    why="of x₁ + x₁x₂ + x₁x₂x₃: 1 + x₂ + x₂x₃, x₁ + x₁x₃, x₁x₂",
    pytorch=lambda torch, x: torch.sum(torch.cumprod(x, 0)),
    lacks={"hips": "has no `cumprod`"},
)  # fmt: skip
formula(
    "sinc_at_zero", "`sinc(x)` at 0.",
    lambda np, x: np.sinc(x), 0.0, right=0.0, why="the function is even",
)  # fmt: skip

# ---------------------------------------------------------------- matrices

formula(
    "det_of_a_singular_matrix", "The determinant of a singular matrix.",
    lambda np, x: np.linalg.det(x), [[1.0, 2.0], [2.0, 4.0]], right=[[4.0, -2.0], [-2.0, 1.0]],
    why="the cofactors", lacks={"mygrad": "has no `det`"}, rtol=1e-5,
)  # fmt: skip
formula(
    "square_by_equal_eigenvalues", "The square of a matrix by its eigenvalues, two of which are equal.",
    lambda np, x: square_by_eigenvalues(np, x)[0, 1], [[2.0, 0.0], [0.0, 2.0]], right=[[0.0, 2.0], [2.0, 0.0]],
    why="(XX)₀₁ = x₀₀x₀₁ + x₀₁x₁₁, and a symmetric X has its derivative at x₀₁ shared with x₁₀",
    lacks={"mygrad": "has no `eigh`"},
)  # fmt: skip


def square_by_eigenvalues(np, x):
    w, v = np.linalg.eigh((x + x.T) / 2)
    return (v * w**2) @ v.T


formula(
    "median_with_ties", "The median of (1, 2, 2, 2).",
    lambda np, x: np.median(x), [1.0, 2.0, 2.0, 2.0], right=Between([0.0] * 4, [0.0, 1.0, 1.0, 1.0], total=1.0),
    why="a convex combination of the gradients at the tied elements",
    lacks={"hips": "has no `median`", "mygrad": "has no `median`"},
)  # fmt: skip
