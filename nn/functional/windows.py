"""Windows that slide over the last axes of an array, and the memory layout in which they slide fastest.

Convention: images last. Whatever the layout of an array (n, c, *space) in memory, kernels work on (c, *space, n). A
window reaches over space and never over images, so what one of its elements (a tap) sees lies in long contiguous runs.
Results are (c, *space, n) in memory, shown as (n, c, *space): the next kernel finds the layout that it wants.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from autograd.declare import plain, unchanging

Sizes: TypeAlias = tuple[int, ...]  # one whole number for each axis
Slices: TypeAlias = tuple[Any, ...]
Padding: TypeAlias = Literal["valid", "same"]


@unchanging
class Window(NamedTuple):
    """A window: tuples with one entry per axis, those of ``padding`` being (before, after)."""

    kernel: Sizes
    stride: Sizes
    padding: tuple[tuple[int, int], ...]
    dilation: Sizes

    @property
    def reach(self) -> Sizes:
        """How many elements the window spans: dilation (kernel - 1) + 1."""
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True)])

    def places(self, space: Sizes) -> Sizes:
        """The number of places where it fits: ⌊(size + padding - reach) / stride⌋ + 1."""
        return _places(self, tuple(space))

    def check(self, name: str, space: Sizes) -> None:
        """Raise an error if it does not fit anywhere."""
        padded = tuple(n + sum(p) for n, p in zip(space, self.padding, strict=True))
        if any(n < r for n, r in zip(padded, self.reach, strict=True)):
            spans = f"the kernel {self.kernel} spans {self.reach} (dilation {self.dilation}), which is larger than"
            advice = "give a larger input, more padding or a smaller kernel"
            raise ValueError(f"{name}: {spans} the input {space}, padded {padded}: {advice}")

    @property
    def phases(self) -> Sizes:
        """How many phases a grid has: phase r holds the elements at stride q + r, for each r that a tap needs."""
        return tuple(map(min, self.stride, self.reach))

    def taps(self) -> Iterator[tuple[Sizes, Sizes, Sizes]]:
        """For each element of the kernel its index, the phase that it reads and by how far it is shifted there."""
        for index in np.ndindex(self.kernel):
            pairs = [divmod(i * d, s) for i, d, s in zip(index, self.dilation, self.stride, strict=True)]
            yield index, tuple(phase for _, phase in pairs), tuple(shift for shift, _ in pairs)


@functools.lru_cache(maxsize=256)
def _places(window: Window, space: Sizes) -> Sizes:
    sides = zip(space, window.padding, window.reach, window.stride, strict=True)
    return tuple([(n + sum(p) - r) // s + 1 for n, p, r, s in sides])


def numbers(name: str, what: str, value: Any, axes: int, least: int = 1) -> Sizes:
    """The option ``what`` of the function ``name`` as whole numbers from ``least`` on, one for each axis."""
    if value.__class__ is int and value >= least:
        return (value,) * axes
    given = tuple(value) if isinstance(value, tuple | list) else (value,) * axes
    if len(given) != axes or not all(isinstance(v, int | np.integer) and v >= least for v in given):
        raise ValueError(f"{name}: {what} is a whole number from {least} on, or {axes} of them, not {value!r}")
    return tuple(map(int, given))


def window(name: str, kernel: Sizes, stride: Any, padding: Any, dilation: Any) -> Window:
    """A window from PyTorch's options; ``padding`` may be 'valid' or 'same'."""
    axes = len(kernel)
    strides = numbers(name, "stride", stride, axes)
    steps = numbers(name, "dilation", dilation, axes)
    if padding == "same":
        if any(s != 1 for s in strides):
            raise ValueError(f"{name}: padding='same' keeps the size, which stride {strides} does not: give numbers")
        spare = [d * (k - 1) for k, d in zip(kernel, steps, strict=True)]
        return Window(kernel, strides, tuple((s // 2, s - s // 2) for s in spare), steps)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"{name}: padding is 'valid', 'same' or numbers, not {padding!r}")
    widths = numbers(name, "padding", 0 if padding == "valid" else padding, axes, 0)
    return Window(kernel, strides, tuple((p, p) for p in widths), steps)


def contiguous(x: Any) -> Any:
    """The same numbers side by side in memory, in C order."""
    return np.ascontiguousarray(x, like=x)


def images_last(x: Any) -> Any:
    """(n, c, *space) as (c, *space, n): a view."""
    return x.transpose(*range(1, x.ndim), 0)


def has_images_last(x: Any) -> bool:
    """Is the array laid out in memory as results of convolutions are, with images innermost?"""
    strides: Sizes = getattr(plain(x), "strides", ())
    return len(strides) > 2 and 0 < strides[0] < min(strides[1:]) and len(x) > 1


def images_first(x: Any) -> Any:
    """(c, *space, n) as (n, c, *space): a view."""
    return x.transpose(x.ndim - 1, *range(x.ndim - 1))


def grid(x: Any, window: Window) -> Any:
    """The padded array split by phase, (c, *phases, *cells, n): at any stride, a tap reads a run of neighbours."""
    space = x.shape[2:]
    shape = (x.shape[1], *window.phases, *_cells(space, window), x.shape[0])
    make = np.zeros_like if any(map(any, window.padding)) else np.empty_like
    y = make(x, shape=shape, order="C")
    last = images_last(x)
    for inside, outside in _parts(space, window):
        y[inside] = last[outside]
    return y


def ungrid(y: Any, space: Sizes, window: Window) -> Any:
    """A grid (c, *phases, *cells, n) as (n, c, *space) without its padding: the adjoint of ``grid``."""
    if all(s == 1 for s in window.stride):
        (inside, _), *_ = _parts(space, window)
        return images_first(y[inside])
    make = np.empty_like if window.phases == window.stride else np.zeros_like
    x = make(y, shape=(len(y), *space, y.shape[-1]))
    for inside, outside in _parts(space, window):
        x[outside] = y[inside]
    return images_first(x)


def zero_grid(like: Any, shape: Sizes, window: Window, dtype: Any) -> Any:
    """A grid of zeros to accumulate in, for an array of this shape (n, c, *space)."""
    shape = (shape[1], *window.phases, *_cells(shape[2:], window), shape[0])
    return np.zeros_like(like, shape=shape, dtype=dtype, order="C")


def _cells(space: Sizes, window: Window) -> Sizes:
    """How many elements each phase has along each axis: the padded size over the stride, rounded up."""
    return tuple(-(-(n + sum(p)) // s) for n, p, s in zip(space, window.padding, window.stride, strict=True))


def _parts(space: Sizes, window: Window) -> Iterator[tuple[Slices, Slices]]:
    """For each phase, where its elements are in the grid and where in the array."""
    for phase in np.ndindex(window.phases):
        inside, outside = [], []
        for r, n, (before, _), s in zip(phase, space, window.padding, window.stride, strict=True):
            first = max(-(-(before - r) // s), 0)  # the first cell that is not padding
            start = first * s + r - before
            inside.append(slice(first, first + len(range(start, n, s))))
            outside.append(slice(start, n, s))
        yield (slice(None), *phase, *inside), (slice(None), *outside)


def blocks(places: Sizes, most: int) -> Iterator[tuple[slice, ...]]:
    """``places`` cut into contiguous runs of at most ``most`` elements (but at least one), in order."""
    if not places:
        yield ()
        return
    inner = math.prod(places[1:])
    if inner <= most or len(places) == 1:
        count = -(-places[0] // max(most // max(inner, 1), 1))
        step = -(-places[0] // max(count, 1)) or 1  # as even as possible
        rest = tuple(slice(0, n) for n in places[1:])
        for start in range(0, places[0], step):
            yield (slice(start, min(start + step, places[0])), *rest)
    else:
        for i, rest in itertools.product(range(places[0]), blocks(places[1:], most)):
            yield (slice(i, i + 1), *rest)


def on_batch(operation: Any, axes: int, x: Any, *rest: Any) -> Any:
    """The operation on a batch or, for a single sample, on a batch of one that is unpacked again."""
    return operation(x, *rest) if x.ndim == axes + 2 else operation(x[None], *rest)[0]
