"""What layers share: how weights start, which shapes over space fit, how options are printed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from .. import init
from ..module import Module, Parameter, ShapeError

Size = TypeVar("Size", bound=tuple[int | None, ...])  # one number for each axis of space


def uniform(fan_in: int, generator: init.Randomness, dtype: init.DType) -> Callable[..., Parameter]:
    """``draw(*shape)`` makes a parameter whose numbers start in U(-1/√fan_in, 1/√fan_in), as PyTorch's do."""
    rng, bound = init.generator(generator), 1 / math.sqrt(fan_in) if fan_in else 0.0
    return lambda *shape: Parameter(init.uniform(shape, -bound, bound, rng, dtype))


def over_space(layer: Any, x: Any, channels: int | None = None) -> Any:
    """x, if it is (n, c, *space) or (c, *space) with ``layer.axes`` axes of space, and of that many channels."""
    if x.ndim not in (layer.axes + 1, layer.axes + 2) or channels not in (None, x.shape[-layer.axes - 1]):
        space = "l" if layer.axes == 1 else ", ".join("dhw"[-layer.axes :])
        inner = f"{'c' if channels is None else channels}, {space}"
        last = x.ndim > layer.axes and x.shape[-1] == channels
        fix = f"; the channels come first: write np.moveaxis(x, -1, {-layer.axes - 1})" if last else ""
        raise ShapeError(layer, x.shape, f"(n, {inner}) or ({inner}){fix}")
    return x


def changed(layer: Module, **defaults: Any) -> str:
    """The options that are not at their defaults, for a repr: ``, groups=2, bias=False``."""
    options = {name: getattr(layer, name) for name in defaults}
    if "bias" in options:  # the parameter or, in a recurrent layer, the option
        options["bias"] = options["bias"] is not None and options["bias"] is not False
    return "".join(f", {name}={value!r}" for name, value in options.items() if value != defaults[name])
