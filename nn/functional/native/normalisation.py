"""The kernel of all normalisations, compiled; see ``normalisation.kernel``.

Convention: sums are taken in double precision. The mean of a group is subtracted in two parts, of which the first is a
number of the array's dtype: so the difference is exact where the numbers are close to each other. A group of a
normalisation over rows is a row of ``size`` numbers, with one weight for each ``run`` of them; in batch normalisation
it is a channel: runs of numbers that stand apart.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.native.kernels import Doubles, In, Out, as_real, helper, total, uncounted
from autograd.threads import spread

__all__ = ["normalise", "pull", "scale_shift"]

PIECE = 1 << 16  # numbers that a thread takes at a time
FEW = 512  # numbers that are summed up in their own precision
SHORT = 16  # a run of fewer numbers is not worth a loop of its own
double = np.float64


@helper
def standard(x: float, high: float, low: float, scale: float) -> float:
    return (x - high - low) * scale


@helper
def moments(x: In, centred: bool) -> tuple[float, float, float]:
    """High, the first part of the mean m, then Σ (x - high) and Σ (x - high)²: in one pass, by those from x's first.

    In double precision a second pass is needed: squares from an outlier would cancel.
    """
    if not centred:
        return double(0), double(0), moments_from(x, double(0))[1]
    origin = double(x[0])
    rest, squares = moments_from(x, origin)
    shift = double(as_real(origin + rest / x.size)) - origin
    return origin + shift, rest - shift * x.size, squares - shift * (2 * rest - shift * x.size)


@moments.double
def _moments(x: In, centred: bool) -> tuple[float, float, float]:
    high = x[0] + sum_from(x, x[0]) / x.size if centred else double(0)
    rest, squares = moments_from(x, high)
    return high, rest if centred else double(0), squares


@total
def sum_from(x: In, start: float) -> float:
    """Σ (x - start)."""
    sum = double(0)
    for k in range(x.size):
        sum += double(x[k]) - start
    return sum


@total
def moments_from(x: In, start: float) -> tuple[float, float]:
    """Σ (x - start) and Σ (x - start)²."""
    sum, squares = double(0), double(0)
    for k in range(x.size):
        d = double(x[k]) - start
        sum += d
        squares += d * d
    return sum, squares


@helper
def finds(found: Doubles, group: int, high: float, rest: float, squares: float, count: int, eps: float) -> None:
    """From the first part of the mean, Σ (x - high) and Σ (x - high)²."""
    low = rest / count
    variance = squares / count - low * low
    variance = 0 if variance < 0 else variance
    at = 4 * group
    found[at], found[at + 1], found[at + 2], found[at + 3] = 1 / math.sqrt(variance + eps), high, low, variance


@total
def both_sums(g: In, x: In, high: float, low: float, scale: float) -> tuple[float, float]:
    """Σ g and Σ g z, with the standardised z of x."""
    sum, product = double(0), double(0)
    for k in range(x.size):
        sum += double(g[k])
        product += double(g[k] * standard(x[k], high, low, scale))
    return sum, product


@total
def weighted_sums(g: In, weight: In, x: In, high: float, low: float, scale: float) -> tuple[float, float]:
    """Σ g w and Σ g w z, of so few numbers that double precision is not needed."""
    sum = 0.0
    product = 0.0
    for k in range(x.size):
        d = g[k] * weight[k]
        sum += d
        product += d * standard(x[k], high, low, scale)
    return sum, product


@total
def sums_and_parts(
    g: In, weight: In, x: In, high: float, low: float, scale: float, by_w: Out, by_b: Out
) -> tuple[float, float]:
    """The same; g z and g are added to what there is."""
    sum = 0.0
    product = 0.0
    for k in range(x.size):
        d = g[k]
        dz = d * standard(x[k], high, low, scale)
        by_w[k] += dz
        by_b[k] += d
        sum += d * weight[k]
        product += dz * weight[k]
    return sum, product


@helper
def placed(x: In, high: float, low: float, scale: float, weight: float, bias: float, y: Out) -> None:
    """y = w z + b."""
    for k in range(x.size):
        y[k] = standard(x[k], high, low, scale) * weight + bias


@helper
def pulled(
    g: In, x: In, high: float, low: float, scale: float, weight: float, mean: float, along: float, out: Out
) -> None:
    """s (g w - mean - along z)."""
    for k in range(x.size):
        out[k] = scale * (g[k] * weight - mean - along * standard(x[k], high, low, scale))


# ---------------------------------------------------------------- groups that are rows


@uncounted
def rows(
    x: In, weight: In, bias: In, y: Out, found: Doubles, size: int, run: int, eps: float, centred: bool,
    start: int, end: int,
) -> None:  # fmt: skip
    """w z + b, and for each row s = 1/√(v + eps), the mean in two parts, and the variance v."""
    runs = size // run
    for row in range(start, end):
        a, b = x[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        mean, rest, squares = moments(a, centred)
        finds(found, row, mean, rest, squares, size, eps)
        scale, high, low = as_real(found[4 * row]), as_real(mean), as_real(found[4 * row + 2])
        first = row * runs % weight.size
        if run == 1:
            w, c = weight[first : first + size], bias[first : first + size]
            for k in range(size):
                b[k] = standard(a[k], high, low, scale) * w[k] + c[k]
        else:
            for j in range(runs):
                placed(
                    a[j * run : (j + 1) * run], high, low, scale, weight[first + j], bias[first + j],
                    b[j * run : (j + 1) * run],
                )  # fmt: skip


@helper
def row_pull(
    g: In, x: In, weight: In, by_w: Out, by_b: Out, out: Out, high: float, low: float, scale: float, centred: bool,
    wants_parts: bool,
) -> None:  # fmt: skip
    """dL/dx of a row that has a weight for each number; ``out`` is empty if it is not wanted."""
    size = x.size
    if wants_parts:
        one, two = sums_and_parts(g, weight, x, high, low, scale, by_w, by_b)
    else:
        one, two = weighted_sums(g, weight, x, high, low, scale)
    mean, along = as_real(one / size if centred else double(0)), as_real(two / size)
    for k in range(out.size):
        out[k] = scale * (g[k] * weight[k] - mean - along * standard(x[k], high, low, scale))


@helper
def row_pull_by_runs(
    g: In, x: In, weight: In, by_w: Out, by_b: Out, out: Out, high: float, low: float, scale: float, centred: bool,
    run: int,
) -> None:  # fmt: skip
    """The same of a row that has a weight for each run of numbers."""
    size = x.size
    sum, product = double(0), double(0)
    for j in range(weight.size):
        one, two = both_sums(g[j * run : (j + 1) * run], x[j * run : (j + 1) * run], high, low, scale)
        by_w[j] += as_real(two)
        by_b[j] += as_real(one)
        sum += one * double(weight[j])
        product += two * double(weight[j])
    mean, along = as_real(sum / size if centred else double(0)), as_real(product / size)
    for j in range(out.size // run):
        pulled(
            g[j * run : (j + 1) * run], x[j * run : (j + 1) * run], high, low, scale, weight[j], mean, along,
            out[j * run : (j + 1) * run],
        )  # fmt: skip


@uncounted
def rows_pull(
    g: In, x: In, weight: In, found: Doubles, by_x: Out, parts: Out, size: int, run: int, piece: int, centred: bool,
    wants_parts: bool, start: int, end: int,
) -> None:  # fmt: skip
    """dL/dx, unless ``by_x`` is empty, and of each piece of rows its part of dL/dw and dL/db."""
    runs, channels = size // run, weight.size
    at, first = start // piece * 2 * channels, start * runs % channels
    for row in range(start, end):
        scale, high, low = as_real(found[4 * row]), as_real(found[4 * row + 1]), as_real(found[4 * row + 2])
        to, low_at = first + runs, row * size
        if run == 1:
            row_pull(
                g[low_at : low_at + size], x[low_at : low_at + size], weight[first:to], parts[at + first : at + to],
                parts[at + channels + first : at + channels + to], by_x[low_at : low_at + size], high, low, scale,
                centred, wants_parts,
            )  # fmt: skip
        else:
            row_pull_by_runs(
                g[low_at : low_at + size], x[low_at : low_at + size], weight[first:to], parts[at + first : at + to],
                parts[at + channels + first : at + channels + to], by_x[low_at : low_at + size], high, low, scale,
                centred, run,
            )  # fmt: skip
        first = 0 if to == channels else to


# ---------------------------------------------------------------- groups that are channels


@uncounted
def apart(
    x: In, weight: In, bias: In, y: Out, found: Doubles, samples: int, size: int, eps: float, centred: bool,
    start: int, end: int,
) -> None:  # fmt: skip
    """The same of each channel, which has a run of ``size`` numbers in each sample."""
    count, step = samples * size, weight.size * size
    for channel in range(start, end):
        at = channel * size
        mean, high, rest, squares = double(0), as_real(0), double(0), double(0)
        if centred:
            origin = double(x[at])
            for n in range(samples):
                mean += sum_from(x[n * step + at : n * step + at + size], origin)
            high = as_real(origin + mean / count)
        for n in range(samples):
            one, two = moments_from(x[n * step + at : n * step + at + size], double(high))
            rest += one
            squares += two
        finds(found, channel, double(high), rest if centred else double(0), squares, count, eps)
        scale, low = as_real(found[4 * channel]), as_real(found[4 * channel + 2])
        for n in range(samples):
            at = n * step + channel * size
            placed(x[at : at + size], high, low, scale, weight[channel], bias[channel], y[at : at + size])


@uncounted
def apart_pull(
    g: In, x: In, weight: In, found: Doubles, by_x: Out, parts: Out, samples: int, size: int, centred: bool,
    wants_x: bool, start: int, end: int,
) -> None:  # fmt: skip
    """dL/dx, dL/dw and dL/db of each channel."""
    count, step = samples * size, weight.size * size
    for channel in range(start, end):
        scale, high = as_real(found[4 * channel]), as_real(found[4 * channel + 1])
        low = as_real(found[4 * channel + 2])
        sum, product = double(0), double(0)
        for n in range(samples):
            at = n * step + channel * size
            one, two = both_sums(g[at : at + size], x[at : at + size], high, low, scale)
            sum += one
            product += two
        parts[channel], parts[weight.size + channel] = as_real(product), as_real(sum)
        if wants_x:
            w = weight[channel]
            mean = as_real(sum * double(w) / count if centred else double(0))
            along = as_real(product * double(w) / count)
            for n in range(samples):
                at = n * step + channel * size
                pulled(g[at : at + size], x[at : at + size], high, low, scale, w, mean, along, by_x[at : at + size])


@uncounted
def shifted(x: In, centre: In, weight: In, bias: In, y: Out, size: int, start: int, end: int) -> None:
    """w (x - c) + b of runs of ``size`` numbers, one for each channel in turn; of size 1: of rows with all channels."""
    channels = weight.size
    for line in range(start, end):
        if size == 1:
            a, b = x[line * channels : (line + 1) * channels], y[line * channels : (line + 1) * channels]
            for k in range(channels):
                b[k] = (a[k] - centre[k]) * weight[k] + bias[k]
        else:
            c = line % channels
            placed(x[line * size : (line + 1) * size], centre[c], 0.0, weight[c], 1.0, bias[c], y[line * size :])


# ---------------------------------------------------------------- as the kernel of NumPy is called


def served(x: Any, groups: Any, channels: Any) -> bool:
    """Are the groups rows, or channels with runs that are long enough?"""
    if not x.flags.c_contiguous:
        return False
    return channels[2] == 1 or channels[2] >= SHORT if groups[0] == 1 else groups == channels and channels[2] >= SHORT


def normalise(
    x: Any, weight: Any, bias: Any, groups: Any, channels: Any, eps: float, centred: bool = True, kept: Any = None
) -> Any:
    if not served(x, groups, channels):
        return NotImplemented
    samples, count, size = groups
    y, found = np.empty_like(x), np.empty(4 * count)
    w = np.ones(channels[1], x.dtype) if weight is None else np.ascontiguousarray(weight).reshape(-1)
    b = np.zeros(channels[1], x.dtype) if bias is None else np.ascontiguousarray(bias).reshape(-1)
    flat = x.reshape(-1), w, b, y.reshape(-1), found
    if samples == 1:
        run, sizes = rows[x.dtype], (size, channels[2], eps, centred)
    else:
        run, sizes = apart[x.dtype], (samples, size, eps, centred)
    spread(lambda start, end: run(*flat, *sizes, start, end), count, max(1, PIECE // (samples * size)))
    if kept is not None:
        kept.found, kept.y, kept.scale = found, None, None
        kept.mean = (found[1::4] + found[2::4]).astype(x.dtype).reshape(1, count, 1)
        kept.variance = found[3::4].astype(x.dtype).reshape(1, count, 1)
    return y


def pull(
    g: Any, x: Any, weight: Any, bias: Any, groups: Any, channels: Any, eps: float, tracked: Any, centred: bool = True,
    kept: Any = None,
) -> Any:  # fmt: skip
    found = getattr(kept, "found", None)
    if found is None or not served(x, groups, channels) or g.shape != x.shape:
        return NotImplemented
    samples, count, size = groups
    wants_x, wants_parts = tracked[0], tracked[1] or tracked[2]
    by_x = np.empty_like(x) if wants_x else np.empty(0, x.dtype)
    w = np.ones(channels[1], x.dtype) if weight is None else np.ascontiguousarray(weight).reshape(-1)
    flat = np.ascontiguousarray(g).reshape(-1), x.reshape(-1), w, found, by_x.reshape(-1)
    piece = max(1, PIECE // (samples * size))
    sizes: tuple[Any, ...]
    if samples == 1:
        parts = np.zeros((-(-count // piece), 2, w.size), x.dtype)
        run, sizes = rows_pull[x.dtype], (size, channels[2], piece, centred, wants_parts)
    else:
        parts = np.empty((1, 2, w.size), x.dtype)
        run, sizes = apart_pull[x.dtype], (samples, size, centred, wants_x)
    spread(lambda start, end: run(*flat, parts.reshape(-1), *sizes, start, end), count, piece)
    by_w, by_b = np.add.reduce(parts, axis=0)
    return (
        by_x if wants_x else None,
        by_w.reshape(weight.shape) if tracked[1] else None,
        by_b.reshape(bias.shape) if tracked[2] else None,
    )


def scale_shift(x: Any, centre: Any, weight: Any, bias: Any, channels: Any) -> Any:
    samples, count, size = channels
    if not x.flags.c_contiguous or 1 < size < SHORT or any(a.shape != (count,) for a in (centre, weight, bias)):
        return NotImplemented
    y, flat = np.empty_like(x), [np.ascontiguousarray(a) for a in (centre, weight, bias)]
    run, of, to = shifted[x.dtype], x.reshape(-1), y.reshape(-1)
    lines, length = (samples, count) if size == 1 else (samples * count, size)
    spread(lambda start, end: run(of, *flat, to, size, start, end), lines, max(1, PIECE // length))
    return y
