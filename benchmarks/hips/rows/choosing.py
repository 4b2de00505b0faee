"""What takes one element or the other."""

import autograd.numpy as np

from ..row import between, distinct, group, real, signed

row, program = group("choosing")
no_broadcasting = dict.fromkeys(("gradient", "second"), "its derivative has the wrong shape where `where` broadcasts")

row("where", lambda x, y: np.where(x > 0, x**2, y), signed(5), real(5))
row(
    "where of a matrix and a row",
    lambda x, y: np.where(x > 0, x * y, np.sin(y)),
    signed(3, 4),
    real(4),
    beyond=no_broadcasting,
)
row("where of a number", lambda x: np.where(x > 0, x**3, 0.0), signed(5))
row("where with a condition outside", lambda x: np.where(np.array([True, False, True]), x, -x) * x, real(3))
row("where with indices", lambda x: x[np.where(x > 0)] ** 2, lambda g: np.array([1.0, -2.0, 0.5]))
row("maximum", lambda x, y: np.maximum(x, y) ** 2, distinct(5), between(0.01, 0.02, 5))
row("maximum with a number", lambda x: np.maximum(x, 0.0) * 2.0, signed(3, 4))
row("minimum", lambda x, y: np.minimum(x, y) ** 2, distinct(5), between(0.01, 0.02, 5))
row("fmax and fmin", lambda x, y: np.fmax(x, y) * np.fmin(x, y) ** 2, distinct(5), between(0.01, 0.02, 5))
row("clip", lambda x: np.clip(x, -0.6, 0.8) ** 2, signed(6))
row("clip as a method", lambda x: x.clip(-0.6, 0.8) * x, signed(6))
row("sort", lambda x: np.sort(x) ** 2 * np.arange(5.0), distinct(5))
row("sort as an order", lambda x: x[np.argsort(x)] ** 2, distinct(5))
row("partition", lambda x: np.partition(x, 2)[2] ** 2, distinct(5))
row("median by sorting", lambda x: np.sort(x)[len(x) // 2] ** 2, distinct(5))
row("argmax", lambda x: x[np.argmax(x)] ** 2 + x[np.argmin(x)], distinct(5))
row("argmax over an axis", lambda x: x[np.arange(3), np.argmax(x, axis=1)] ** 2, distinct(3, 4))
row("searchsorted", lambda x: x * np.searchsorted(np.array([-0.5, 0.0, 0.5]), x), signed(4))
row("a comparison as a number", lambda x: x**2 * (x > 0), signed(5))
row("logical functions", lambda x: np.where(np.logical_and(x > -1, x < 1), x**2, x), signed(5))
row("relu by a product", lambda x: x * (x > 0.0), signed(5))
row("huber", lambda x: np.where(np.abs(x) < 1.0, 0.5 * x**2, np.abs(x) - 0.5), signed(6))
row("any and all", lambda x: x * np.any(x > 0) + x**2 * np.all(x < 100), real(4))
row("isnan and isfinite", lambda x: np.where(np.isfinite(x), x**2, 0.0) * (1 - np.isnan(x)), real(4))
row("count_nonzero", lambda x: x**2 * np.count_nonzero(x > 0), signed(4))
row(
    "floor division",
    lambda x: (x // 0.5) * x if not hasattr(x, "_value") else np.floor_divide(x, 0.5) * x,
    between(0.51, 0.99, 4),
)
