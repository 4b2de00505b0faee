"""Activations as layers: PyTorch's names. ``autograd/ops/activation.py`` and ``nn.functional`` compute them.

Convention: unless a layer says otherwise, x has any shape and the result has the same. A layer's attributes are its
options under their own names, and its repr shows them. PyTorch's ``inplace`` is ignored: the graph needs its arrays.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from autograd import Tensor
from autograd.typing import A, Array

from .. import functional
from ..init import DType
from ..module import Module, Parameter, ShapeError
from ..words import translated

__all__ = [
    "ELU", "GELU", "GLU", "SELU", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "LogSigmoid", "LogSoftmax",
    "Mish", "PReLU", "ReLU", "ReLU6", "SiLU", "Sigmoid", "Softmax", "Softmin", "Softplus", "Softsign", "Tanh",
    "Threshold",
]  # fmt: skip


class _InPlace(Module):
    """A layer without options but PyTorch's ``inplace``, which is ignored."""

    def __init__(self, inplace: bool = False) -> None:
        pass


class ReLU(_InPlace):
    """max(x, 0), element by element. ``inplace`` is ignored."""

    def forward(self, x: A) -> A:
        return functional.relu(x)


class ReLU6(_InPlace):
    """min(max(x, 0), 6), element by element. ``inplace`` is ignored."""

    def forward(self, x: A) -> A:
        return functional.relu6(x)


class LeakyReLU(Module):
    """x where x > 0, else ``negative_slope`` x, element by element (Maas, Hannun and Ng 2013).

    ``inplace`` is ignored.
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: A) -> A:
        return functional.leaky_relu(x, self.negative_slope)

    def describe(self) -> str:
        return f"{self.negative_slope}"


class PReLU(Module):
    """x where x > 0, else weight x with a learned weight (He et al. 2015); x is (n, channels, ...).

    ``num_parameters``  how many weights: 1 for all of x, or as many as there are channels
    ``init``            what they begin with
    ``dtype``           their precision, float32 unless given
    """

    @translated
    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: DType = None) -> None:
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, dtype or np.float32))

    def forward(self, x: Array) -> Tensor:
        if self.num_parameters > 1 and (x.ndim < 2 or x.shape[1] != self.num_parameters):
            raise ShapeError(self, x.shape, f"(n, {self.num_parameters}, ...)")
        return functional.prelu(functional.cast(x, self.weight), self.weight)

    def describe(self) -> str:
        return f"{self.num_parameters}"


class ELU(Module):
    """x where x > 0, else ``alpha`` (eˣ - 1), element by element. ``inplace`` is ignored.

    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2015.
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha

    def forward(self, x: A) -> A:
        return functional.elu(x, self.alpha)

    def describe(self) -> str:
        return f"{self.alpha}"


class SELU(_InPlace):
    """1.0507 x where x > 0, else 1.7581 (eˣ - 1), element by element: keeps mean 0 and variance 1.

    ``inplace`` is ignored. Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.
    """

    def forward(self, x: A) -> A:
        return functional.selu(x)


class GELU(Module):
    """x Φ(x) with the normal distribution Φ, element by element (Hendrycks and Gimpel 2016).

    ``approximate``  'none', or 'tanh' for the authors' approximation of Φ
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate is 'none' or 'tanh', not {approximate!r}")
        self.approximate = approximate

    def forward(self, x: A) -> A:
        return functional.gelu(x, self.approximate)

    def describe(self) -> str:
        return "" if self.approximate == "none" else repr(self.approximate)


class SiLU(_InPlace):
    """x sigmoid(x), element by element; also called swish (Elfwing, Uchibe and Doya 2017). ``inplace`` is ignored."""

    def forward(self, x: A) -> A:
        return functional.silu(x)


class Mish(_InPlace):
    """x tanh(log(1 + eˣ)), element by element (Misra 2019). ``inplace`` is ignored."""

    def forward(self, x: A) -> A:
        return functional.mish(x)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), element by element."""

    def forward(self, x: A) -> A:
        return functional.sigmoid(x)


class LogSigmoid(Module):
    """log(1 / (1 + e⁻ˣ)), element by element."""

    def forward(self, x: A) -> A:
        return functional.logsigmoid(x)


class Tanh(Module):
    """tanh(x), element by element."""

    def forward(self, x: A) -> A:
        return functional.tanh(x)


class Softsign(Module):
    """x / (1 + |x|), element by element (Bergstra et al. 2009)."""

    def forward(self, x: A) -> A:
        return functional.softsign(x)


class Softplus(Module):
    """log(1 + exp(``beta`` x)) / beta, and x itself where beta x > ``threshold``, element by element: a smooth ReLU."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, x: A) -> A:
        return functional.softplus(x, self.beta, self.threshold)

    def describe(self) -> str:
        return f"{self.beta}, {self.threshold}"


class Hardtanh(Module):
    """x between ``min_val`` and ``max_val``, and the nearer bound beyond them: the lecture's bounded tanh.

    It works element by element. The first bound is below the second. ``inplace`` is ignored.
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        if not min_val < max_val:
            raise ValueError(f"Hardtanh: min_val {min_val} must be below max_val {max_val}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: A) -> A:
        return functional.hardtanh(x, self.min_val, self.max_val)

    def describe(self) -> str:
        return f"{self.min_val}, {self.max_val}"


class Hardsigmoid(_InPlace):
    """x / 6 + 1/2 between 0 and 1, and the nearer bound beyond them, element by element. ``inplace`` is ignored."""

    def forward(self, x: A) -> A:
        return functional.hardsigmoid(x)


class Hardswish(_InPlace):
    """x hardsigmoid(x), element by element (Howard et al. 2019). ``inplace`` is ignored."""

    def forward(self, x: A) -> A:
        return functional.hardswish(x)


class Threshold(Module):
    """x where it is above ``threshold``, else ``value``, element by element. ``inplace`` is ignored."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold, self.value = threshold, value

    def forward(self, x: A) -> A:
        return functional.threshold(x, self.threshold, self.value)

    def describe(self) -> str:
        return f"{self.threshold}, {self.value}"


class _AlongAxis(Module):
    """A layer that works along an axis; PyTorch's first argument ``dim`` is ``axis`` here."""

    @translated
    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def describe(self) -> str:
        return f"axis={self.axis}"


class GLU(_AlongAxis):
    """a sigmoid(b), where a and b are the halves of x along ``axis`` (Dauphin et al. 2016).

    x is any array whose length along the axis is even; the result's is half of it.
    """

    def forward(self, x: A) -> A:
        return functional.glu(x, self.axis)


class Softmax(_AlongAxis):
    """exp(x) / Σ exp(x) along ``axis``; x is any array, and the result has its shape."""

    def forward(self, x: A) -> A:
        return functional.softmax(x, self.axis)


class Softmin(_AlongAxis):
    """exp(-x) / Σ exp(-x) along ``axis``; x is any array, and the result has its shape."""

    def forward(self, x: A) -> A:
        return functional.softmin(x, self.axis)


class LogSoftmax(_AlongAxis):
    """x - log Σ exp(x) along ``axis``; x is any array, and the result has its shape."""

    def forward(self, x: A) -> A:
        return functional.log_softmax(x, self.axis)
