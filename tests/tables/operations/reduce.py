"""Rows of reductions, ufunc methods, cumulative sums and products, statistics, quantiles, differences, linspace."""

from typing import Any

import numpy as np

from .row import Row, Sample, compl, distinct, nonzero, positive, real, row

MASK = np.array([[True, False, True], [False, True, True]])


def with_zeros(*places: tuple[int, ...]) -> Sample:
    """A (2, 3) array with 0 at these places."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        x = np.asarray(rng.uniform(0.5, 2.0, (2, 3)))
        for place in places:
            x[place] = 0
        return x

    return draw


def hidden(x: Any) -> Any:
    """x (2, 3) with NaN at one place."""
    return np.where(np.array([[False, True, False], [False, False, False]]), np.nan, x)


ROWS: list[Row] = [
    # ---- sum, mean
    row("sum", np.sum, lambda x: np.sum(x), real(2, 3)),
    row("sum axis", np.sum, lambda x: np.sum(x, -1), real(2, 3)),
    row("sum axes kept", np.sum, lambda x: np.sum(x, (0, -1), keepdims=True), real(2, 3, 2)),
    row("sum all kept", np.sum, lambda x: np.sum(x, keepdims=True), real(2, 3)),
    row("sum where initial", np.sum, lambda x: np.sum(x, 1, initial=3, where=MASK), real(2, 3)),
    row("sum dtype", np.sum, lambda x: np.sum(x, 0, np.complex128), real(2, 3), flags=frozenset({"float64"})),
    row("sum complex", np.sum, lambda x: np.sum(x, 0), compl(2, 2)),
    row("sum of a number", np.sum, lambda x: np.sum(x, 0), real()),
    row("add.reduce", (np.add, "reduce"), lambda x: np.add.reduce(x), real(2, 3)),
    row("add.reduceat", (np.add, "reduceat"), lambda x: np.add.reduceat(x, [0, 3, 1, 1, 2], 1), real(2, 4)),
    row("mean", np.mean, lambda x: np.mean(x), real(2, 3)),
    row("mean axes", np.mean, lambda x: np.mean(x, (0, 2)), real(2, 3, 2)),
    row("mean where", np.mean, lambda x: np.mean(x, 1, keepdims=True, where=MASK), real(2, 3)),
    row("average", np.average, lambda x: np.average(x, 0), real(2, 3)),
    row("average weights", np.average, lambda x, w: np.average(x, 1, w), real(2, 3), positive(3)),
    row("average of all", np.average, lambda x, w: np.average(x, None, w)[None], real(2, 3), positive(2, 3)),
    row(
        "average axes",
        np.average,
        lambda x, w: np.multiply(*np.average(x, (2, 0), w, returned=True, keepdims=True)),
        real(2, 3, 2),
        positive(2, 2),
    ),
    # ---- prod
    row("prod", np.prod, lambda x: np.prod(x), positive(2, 3)),
    row("prod axis", np.prod, lambda x: np.prod(x, -1, keepdims=True), real(2, 3)),
    row("prod one zero", np.prod, lambda x: np.prod(x, 1), with_zeros((0, 1))),
    row("prod two zeros", np.prod, lambda x: np.prod(x), with_zeros((0, 1), (1, 2))),
    row("prod axes initial", np.prod, lambda x: np.prod(x, (1, 0), initial=2.0, where=MASK), with_zeros((0, 0))),
    row("prod complex", np.prod, lambda x: np.prod(x, 0), compl(3)),
    row("multiply.reduce", (np.multiply, "reduce"), lambda x: np.multiply.reduce(x), real(2, 3)),
    # ---- max, min
    row("max", np.max, lambda x: np.max(x), distinct(2, 3)),
    row("max axes", np.max, lambda x: np.max(x, (0, -1)), distinct(2, 3, 2)),
    row("max where initial", np.max, lambda x: np.max(x, 1, initial=-0.4, where=MASK), distinct(2, 3)),
    row("min", np.min, lambda x: np.min(x, 1, keepdims=True), distinct(2, 3)),
    row("ptp", np.ptp, lambda x: np.ptp(x, 0), distinct(2, 3)),
    row("maximum.reduce", (np.maximum, "reduce"), lambda x: np.maximum.reduce(x), distinct(2, 3)),
    row("minimum.reduce", (np.minimum, "reduce"), lambda x: np.minimum.reduce(x, axis=None), distinct(2, 3)),
    row("fmax.reduce", (np.fmax, "reduce"), lambda x: np.fmax.reduce(hidden(x), 1), distinct(2, 3)),
    row("fmin.reduce", (np.fmin, "reduce"), lambda x: np.fmin.reduce(hidden(x), 1), distinct(2, 3)),
    row("outer", "outer", lambda a, b: np.multiply.outer(a, b) + np.hypot.outer(a, b), nonzero(2, 1), nonzero(3)),
    row("logaddexp.reduce", (np.logaddexp, "reduce"), lambda x: np.logaddexp.reduce(x, 1), real(2, 3)),
    # ---- cumulative
    row("cumsum", np.cumsum, lambda x: np.cumsum(x), real(2, 3)),
    row("cumsum axis", np.cumsum, lambda x: np.cumsum(x, -2), real(2, 3)),
    row("add.accumulate", (np.add, "accumulate"), lambda x: np.add.accumulate(x), real(2, 3)),
    row("cumprod", np.cumprod, lambda x: np.cumprod(x), positive(2, 2)),
    row("cumprod zeros", np.cumprod, lambda x: np.cumprod(x, 0), with_zeros((0, 1), (1, 2))),
    row("cumprod two zeros", np.cumprod, lambda x: np.cumprod(x), with_zeros((0, 1), (1, 1))),
    row("multiply.accumulate", (np.multiply, "accumulate"), lambda x: np.multiply.accumulate(x, 1), positive(2, 3)),
    row("maximum.accumulate", (np.maximum, "accumulate"), lambda x: np.maximum.accumulate(x, 1), distinct(2, 5)),
    row("minimum.accumulate", (np.minimum, "accumulate"), lambda x: np.minimum.accumulate(x), distinct(4, 2)),
    row("nancumsum", np.nancumsum, lambda x: np.nancumsum(hidden(x), 1), real(2, 3)),
    row("nancumprod", np.nancumprod, lambda x: np.nancumprod(hidden(x), 0), positive(2, 3)),
    # ---- variance
    row("var", np.var, lambda x: np.var(x), real(2, 3)),
    row("var axis", np.var, lambda x: np.var(x, 1, ddof=1, keepdims=True), real(2, 3)),
    row("var where", np.var, lambda x: np.var(x, (0, 2), where=MASK[..., None]), real(2, 3, 2)),
    row("var complex", np.var, lambda x: np.var(x, 0), compl(3, 2)),
    row("var correction", np.var, lambda x: np.var(x, 0, correction=1), real(3, 2)),
    row("var mean", np.var, lambda x, m: np.var(x, 1, mean=m), real(2, 3), real(2, 1)),
    row("std", np.std, lambda x: np.std(x, 0), distinct(3, 2)),
    # ---- without NaN
    row("nansum", np.nansum, lambda x: np.nansum(hidden(x), 1, keepdims=True), real(2, 3)),
    row("nanprod", np.nanprod, lambda x: np.nanprod(hidden(x), 1), positive(2, 3)),
    row("nanmean", np.nanmean, lambda x: np.nanmean(hidden(x), 1), real(2, 3)),
    row("nanmean where", np.nanmean, lambda x: np.nanmean(hidden(x), where=MASK), real(2, 3)),
    row("nanvar", np.nanvar, lambda x: np.nanvar(hidden(x), 1, ddof=1), real(2, 3)),
    row("nanstd", np.nanstd, lambda x: np.nanstd(hidden(x), 0, keepdims=True), distinct(2, 3)),
    row("nanmax", np.nanmax, lambda x: np.nanmax(hidden(x), 1), distinct(2, 3)),
    row("nanmin", np.nanmin, lambda x: np.nanmin(hidden(x), keepdims=True), distinct(2, 3)),
    row("nanmedian", np.nanmedian, lambda x: np.nanmedian(hidden(x), 1), distinct(2, 3)),
    row("nanquantile", np.nanquantile, lambda x: np.nanquantile(hidden(x), 0.3, 1), distinct(2, 3)),
    row("nanpercentile", np.nanpercentile, lambda x: np.nanpercentile(hidden(x), 70), distinct(2, 3)),
    # ---- quantiles
    row("median even", np.median, lambda x: np.median(x), distinct(2, 3)),
    row("median axes", np.median, lambda x: np.median(x, (0, 2), keepdims=True), distinct(2, 2, 3)),
    row("quantile", np.quantile, lambda x: np.quantile(x, 0.3, 1), distinct(2, 5)),
    row(
        "quantiles",
        np.quantile,
        lambda x: np.quantile(x, np.array([[0.0, 0.4], [0.75, 1.0]]), (0, 1), keepdims=True),
        distinct(2, 5),
        flags=frozenset({"float64"}),
    ),
    row(
        "quantile weights",
        np.quantile,
        lambda x: np.quantile(x, 0.6, 1, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5])),
        distinct(2, 3),
    ),
    row("percentile", np.percentile, lambda x: np.percentile(x, 35, 0), distinct(4, 2)),
    # ---- differences
    row("diff", np.diff, lambda x: np.diff(x), real(2, 3)),
    row("diff ends", np.diff, lambda x, a, b: np.diff(x, 2, 0, a, b), real(3, 2), real(), real(2, 2)),
    row("ediff1d", np.ediff1d, lambda x: np.ediff1d(x), real(2, 2)),
    row("ediff1d ends", np.ediff1d, lambda x, a, b: np.ediff1d(x, a, b), real(3), real(2), real()),
    row("gradient", np.gradient, lambda x: np.gradient(x), real(4)),
    row("gradient axes", np.gradient, lambda x: np.stack(list(np.gradient(x, 0.5, 2.0, edge_order=2))), real(3, 4)),
    row("gradient uneven", np.gradient, lambda f, x: np.gradient(f, np.cumsum(x), axis=1), real(2, 4), positive(4)),
    row("gradient edges", np.gradient, lambda f, x: np.gradient(f, np.cumsum(x), edge_order=2), real(4), positive(4)),
    row("trapezoid", np.trapezoid, lambda y: np.trapezoid(y, dx=0.5, axis=0), real(3, 2)),
    row("trapezoid points", np.trapezoid, lambda y, x: np.trapezoid(y, x, axis=0), real(3, 2), real(3)),
    # ---- covariance
    row("cov", np.cov, lambda x: np.cov(x), real(2, 4)),
    row("cov of two", np.cov, lambda x, y: np.cov(x, y, rowvar=False, bias=True), real(4, 2), real(4)),
    row(
        "cov weights",
        np.cov,
        lambda x: np.cov(x, fweights=np.array([1, 2, 1, 3]), aweights=np.array([0.5, 1.0, 2.0, 1.0])),
        real(2, 4),
    ),
    row("cov counts", np.cov, lambda x: np.cov(x, fweights=np.array([1, 2, 1, 3])), real(2, 4)),
    row("cov complex", np.cov, lambda x: np.cov(x), compl(2, 3)),
    row("corrcoef", np.corrcoef, lambda x: np.corrcoef(x)[0, 1:], real(3, 4)),
    # ---- histogram
    row(
        "histogram",
        np.histogram,
        lambda w: np.histogram(np.array([0.1, 0.5, 1.5, 2.0, 3.0]), 2, (0.0, 2.0), weights=w)[0],
        real(5),
    ),
    row(
        "histogram density",
        np.histogram,
        lambda w: np.histogram(np.array([0.1, 0.5, 1.5]), np.array([0.0, 0.4, 2.0]), density=True, weights=w)[0],
        positive(3),
        flags=frozenset({"float64"}),
    ),
    row(
        "bincount",
        np.bincount,
        lambda w: np.bincount(np.array([0, 2, 0, 1]), w, 4),
        real(4),
        flags=frozenset({"float64"}),
    ),
    # ---- linspace
    row("linspace", np.linspace, lambda a, b: np.linspace(a, b, 5), real(), real()),
    row("linspace of arrays", np.linspace, lambda a, b: np.linspace(a, b, 4, axis=-1), real(2, 3), real(3)),
    row("linspace, open, with step", np.linspace, lambda a, b: np.linspace(a, b, 4, False, True), real(), real()),
    row("logspace", np.logspace, lambda a, b: np.logspace(a, b, 5, base=2.0), real(), real()),
    row("logspace, base", np.logspace, lambda a, b, c: np.logspace(a, b, 3, base=c), real(), real(), positive()),
    row("geomspace", np.geomspace, lambda a, b: np.geomspace(a, b, 5), positive(), positive()),
]

for _name in ("cumulative_sum", "cumulative_prod"):
    _function: Any = getattr(np, _name, None)
    if _function is not None:
        ROWS.append(row(_name, _function, lambda x, f=_function: f(x, axis=-1), positive(2, 3)))
        ROWS.append(row(f"{_name} initial", _function, lambda x, f=_function: f(x, include_initial=True), positive(3)))
