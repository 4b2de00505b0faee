"""Activation functions of neurons: the lecture's and their descendants.

Convention: they work element by element, on arrays of any shape and on single numbers. Each has four forms: a function
of ``nn.functional``, a method of tensors, one of Values, and a neuron of ``nn.scalar``.
"""

# ``@activation(rule, number=pair)`` turns a function of arrays into a differentiable operation, from which the forms
# follow. Rules prefer the result y, which the next layer keeps anyway; ``number`` gives the pair (y, dy/dx) of one
# float. To add one: declare it here, name it in ``__all__`` and ``Methods``, and write its layer in
# ``nn/layers/activations.py``.

from __future__ import annotations

import math
from collections.abc import Callable
from math import exp
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

import numpy as np

from ..core import has_nan
from ..declare import Operation, declare
from ..native import twin
from ..typing import A
from .special.gelu import gelu as _gelu
from .special.gelu import gelu_as_written, gelu_rule
from .special.sigmoid import beyond
from .special.sigmoid import sigmoid as _sigmoid
from .special_points import only_where

__all__ = [  # for nn.functional, which has a relu and a softplus of its own
    "elu", "gaussian", "gelu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish", "selu",
    "sigmoid", "silu", "softsign", "threshold",
]  # fmt: skip

ndarray = np.ndarray
P = ParamSpec("P")
S = TypeVar("S")
Pair = Callable[..., tuple[float, float]]
ACTIVATIONS: dict[str, Activation[...]] = {}  # by name


class Activation(Operation, Generic[P]):
    """An elementwise operation; ``number``, if given, computes it and its derivative for a single float."""

    def __init__(
        self, function: Callable[Concatenate[Any, P], Any], rules: Any, number: Pair | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(function, "elementwise", rules, **options)
        self.number = number
        self.__wrapped__ = function  # whose signature help() shows
        function.__annotations__ |= {"x": A, "return": A}
        declare(self)
        ACTIVATIONS[self.name] = self

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The call's arguments by name, without PyTorch's ``inplace``: the graph needs its arrays."""
        kwargs.pop("inplace", None)
        return super()._bind(args, kwargs)

    def __reduce__(self) -> str:
        return self.name  # of this module: a copy is the operation itself

    if TYPE_CHECKING:  # what comes out is of the kind that goes in, as a function and as a method

        def __call__(self, x: A, /, *args: P.args, **kwargs: P.kwargs) -> A: ...
        @overload
        def __get__(self, instance: None, owner: Any) -> Activation[P]: ...
        @overload
        def __get__(self, instance: S, owner: Any) -> Callable[P, S]: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...


def activation(
    *rules: Callable[..., Any], number: Pair | None = None, **options: Any
) -> Callable[[Callable[Concatenate[Any, P], Any]], Activation[P]]:
    """Declare the function below as an operation, with a rule for each input."""
    return lambda function: Activation(function, rules, number, **options)


def within(operation: Activation[...], x: Any, *options: Any) -> Any:
    """An activation in another's rule: of plain numbers as it stands, else as the operation.

    So higher orders keep its special points, and where e⁻ˣ is ∞ the derivative is not NaN.
    """
    return (operation.forward if x.__class__ is ndarray else operation)(x, *options)


def logistic(x: float) -> float:
    """1 / (1 + e⁻ˣ) of one number, without overflow."""
    if x >= 0:
        return 1 / (1 + exp(-x))
    e = exp(x)
    return e / (1 + e)


# ---------------------------------------------------------------- straight pieces

LARGE = 4096  # elements
ZEROS = {np.dtype(kind): np.zeros(LARGE, kind) for kind in "efd"}
ZERO = {np.dtype(kind): np.zeros((), kind) for kind in "efd"}  # comparing with these is faster than with Python's 0


@twin("autograd.native.activations:relu_slope", 1 << 14, "f", False)
def _relu_rule(d: Any, y: Any) -> Any:
    if y.__class__ is not ndarray or y.dtype not in ZERO:
        return only_where(d, y > 0)
    above = y > ZERO[y.dtype]
    if y.size < LARGE:
        return only_where(d, above)
    d = d * above.astype(y.dtype)  # a large mask is cast faster beforehand
    return np.where(above, d, 0) if has_nan(d) else d


@activation(_relu_rule, number=lambda x: (x, 1.0) if x > 0 else (x if x != x else 0.0, 0.0))
@twin("autograd.native.activations:relu", 1 << 14, "f", False)
def relu(x: Any) -> Any:
    """max(x, 0), element by element, with derivative 0 at 0."""
    if x.__class__ is not ndarray or x.dtype not in ZERO:
        return np.maximum(x, 0)
    if x.size >= LARGE and x.shape[-1] <= LARGE:  # with a row of zeros NumPy computes several at a time
        return np.maximum(x, ZEROS[x.dtype][: x.shape[-1]])
    return np.maximum(x, ZERO[x.dtype])


@twin("autograd.native.straight:leaky_relu_slope", 1 << 14, "f", False)
def _leaky_relu_rule(d: Any, x: Any, negative_slope: float = 0.01) -> Any:
    above = d * (x > 0)
    return above + (d - above) * negative_slope


@activation(_leaky_relu_rule, number=lambda x, slope=0.01: (x, 1.0) if x > 0 else (x * slope, slope))
@twin("autograd.native.straight:leaky_relu", 1 << 15, "f", False)
def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x for x > 0, else ``negative_slope`` x, element by element (Maas, Hannun and Ng 2013)."""
    return np.maximum(x, x * negative_slope) if negative_slope <= 1 else np.minimum(x, x * negative_slope)


@twin("autograd.native.straight:hardtanh_slope", 1 << 14, "f", False)
def _hardtanh_rule(d: Any, y: Any, min_val: float = -1, max_val: float = 1) -> Any:
    return only_where(d, (y > min_val) & (y < max_val))


@activation(
    _hardtanh_rule,
    number=lambda x, low=-1.0, high=1.0: (y := min(max(x, low), high), float(low < y < high)),
    selects=True,
)
@twin("autograd.native.straight:hardtanh", 1 << 14, "f", False)
def hardtanh(x: Any, min_val: float = -1, max_val: float = 1) -> Any:
    """x between ``min_val`` and ``max_val``, and the nearer bound beyond them, element by element.

    A tanh of three straight pieces.
    """
    return np.minimum(np.maximum(x, min_val), max_val)


@twin("autograd.native.straight:hardsigmoid_slope", 1 << 14, "f", False)
def _hardsigmoid_rule(d: Any, y: Any) -> Any:
    return only_where(d / 6, (y > 0) & (y < 1))


@activation(
    _hardsigmoid_rule,
    number=lambda x: (y := min(max(x / 6 + 0.5, 0.0), 1.0), (0 < y < 1) / 6),
    selects=True,
)
@twin("autograd.native.straight:hardsigmoid", 1 << 14, "f", False)
def hardsigmoid(x: Any) -> Any:
    """x / 6 + 1/2 between 0 and 1, and the nearer bound beyond them, element by element.

    A sigmoid of three straight pieces.
    """
    return np.minimum(np.maximum(x / 6 + 0.5, 0), 1)


_hardsigmoid = hardsigmoid.function  # of plain numbers, for other activations


@twin("autograd.native.straight:hardswish_slope", 1 << 14, "f", False)
def _hardswish_rule(d: Any, x: Any) -> Any:
    inside = within(hardtanh, x, -3, 3) * ((x > -3) & (x < 3))  # bounded, since ∞ times 0 is NaN
    return d * (within(hardsigmoid, x) + inside / 6)


@activation(
    _hardswish_rule,
    number=lambda x: (x * (y := min(max(x / 6 + 0.5, 0.0), 1.0)), y + (x / 6 if 0 < y < 1 else 0.0)),
)
@twin("autograd.native.straight:hardswish", 1 << 14, "f", False)
def hardswish(x: Any) -> Any:
    """x hardsigmoid(x), element by element (Howard et al. 2019)."""
    return x * _hardsigmoid(x)


@twin("autograd.native.straight:threshold_slope", 1 << 14, "f", False)
def _threshold_rule(d: Any, x: Any, threshold: float) -> Any:
    return np.where(x <= threshold, 0, d)


@activation(_threshold_rule, selects=True)
@twin("autograd.native.straight:threshold", 1 << 14, "f", False)
def threshold(x: Any, threshold: float, value: float) -> Any:
    """x where it is above the ``threshold``, else the ``value``, element by element; NaN stays."""
    return np.where(x <= threshold, np.asarray(value, np.result_type(x)), x)


# ---------------------------------------------------------------- sigmoid, softplus and bells


@twin("autograd.native.activations:sigmoid_slope", 1 << 14, "f", False)
def _sigmoid_rule(d: Any, x: Any, y: Any) -> Any:
    """y sigmoid(-x), since 1 - y is lost where y rounds to 1."""
    if x.__class__ is ndarray and x.dtype.char in "fd":
        return d * y / beyond(x)
    return d * (y * _sigmoid(-x))


def _sigmoid_number(x: float) -> tuple[float, float]:
    e = exp(-abs(x))
    y = 1 / (1 + e)
    return (y, y * y * e) if x >= 0 else (e * y, y * y * e)


@twin("autograd.native.activations:sigmoid_slope_from", 1 << 14, "f", False)
def _sigmoid_from_result(d: Any, y: Any) -> Any:
    d = d * y
    return d - d * y


@activation(_sigmoid_rule, number=_sigmoid_number, large=Operation(_sigmoid, "elementwise", [_sigmoid_from_result]))
@twin("autograd.native.activations:sigmoid", 1 << 14, "f", False)
def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), element by element, to full relative precision in both tails of x."""
    return _sigmoid(x)


@twin("autograd.native.activations:logsigmoid_slope", 1 << 14, "f", False)
def _logsigmoid_rule(d: Any, y: Any) -> Any:
    return -d * np.expm1(y)


@activation(_logsigmoid_rule, number=lambda x: (min(x, 0.0) - math.log1p(exp(-abs(x))), logistic(-x)))
@twin("autograd.native.activations:logsigmoid", 1 << 14, "f", False)
def logsigmoid(x: Any) -> Any:
    """log(1 / (1 + e⁻ˣ)), element by element, to full precision at both ends of x, where the sigmoid is 0 or 1."""
    return -_softplus(-x)


@twin("autograd.native.activations:softplus_slope", 1 << 14, "f", False)
def _softplus_rule(d: Any, y: Any, beta: float = 1) -> Any:
    """sigmoid(beta x) = 1 - exp(-beta y)."""
    return -d * np.expm1(-y if beta == 1 else y * -beta)


@activation(
    _softplus_rule,
    number=lambda x, beta=1.0: ((max(z := beta * x, 0.0) + math.log1p(exp(-abs(z)))) / beta, logistic(z)),
)
@twin("autograd.native.activations:softplus", 1 << 14, "f", False)
def softplus(x: Any, beta: float = 1) -> Any:
    """log(1 + exp(``beta`` x)) / beta, element by element: a smooth relu; nothing overflows."""
    z = x if beta == 1 else x * beta
    y = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return y if beta == 1 else y / beta


_softplus = softplus.function


@twin("autograd.native.straight:softsign_slope", 1 << 14, "f", False)
def _softsign_rule(d: Any, x: Any) -> Any:
    a = np.abs(x) + 1
    return d / a / a


@activation(_softsign_rule, number=lambda x: (x / (a := 1 + abs(x)), 1 / a / a))
@twin("autograd.native.straight:softsign", 1 << 14, "f", False)
def softsign(x: Any) -> Any:
    """x / (1 + |x|), element by element: between -1 and 1 like tanh, but slower to reach them.

    Bergstra et al., "Quadratic polynomials learn better image features", 2009.
    """
    return x / (np.abs(x) + 1)


@twin("autograd.native.activations:gaussian_slope", 1 << 14, "f", False)
def _gaussian_rule(d: Any, x: Any, y: Any) -> Any:
    return d * (y * x * -2)


@activation(_gaussian_rule, number=lambda x: (y := exp(-x * x), -2 * (x * y)))
@twin("autograd.native.activations:gaussian", 1 << 14, "f", False)
def gaussian(x: Any) -> Any:
    """exp(-x²), element by element: the radial basis function of x around 0."""
    return np.exp(-x * x)


@activation(
    lambda d, x, center, width, y: d * (y * ((center - x) / width) * 2 / width),
    lambda d, x, center, width, y: d * (y * ((x - center) / width) * 2 / width),
    lambda d, x, center, width, y: d * (y * ((x - center) / width) * ((x - center) / width) * 2 / width),
)
def rbf(x: Any, center: Any, width: Any) -> Any:
    """exp(-(x - c)² / w²), element by element: how near x is to a template, c = ``center``, of size w = ``width``."""
    u = (x - center) / width
    return np.exp(-u * u)


# ---------------------------------------------------------------- smooth relus


@twin("autograd.native.activations:silu_slope", 1 << 14, "f", False)
def _silu_rule(d: Any, x: Any, y: Any) -> Any:
    slope = within(sigmoid, x)
    slope += y - y * slope
    return d * slope


@activation(
    _silu_rule, number=lambda x: (y := x * (s := logistic(x)), s + y * (1 - s)), unfold=lambda x: x * sigmoid(x)
)
@twin("autograd.native.activations:silu", 1 << 14, "f", False)
def silu(x: Any) -> Any:
    """x sigmoid(x), element by element; also called swish (Elfwing, Uchibe and Doya 2017)."""
    y = _sigmoid(x)
    y *= x
    return y


@twin("autograd.native.activations:elu_slope", 1 << 14, "f", False)
def _elu_rule(d: Any, x: Any, alpha: float = 1) -> Any:
    d = d * np.exp(np.minimum(x, 0) if x.__class__ is ndarray else -relu(-x))  # 1 where x > 0
    if alpha == 1:
        return d
    above = d * (x > 0)
    return above + (d - above) * alpha


@activation(_elu_rule, number=lambda x, alpha=1.0: (x, 1.0) if x > 0 else (alpha * math.expm1(x), alpha * exp(x)))
@twin("autograd.native.activations:elu", 1 << 14, "f", False)
def elu(x: Any, alpha: float = 1) -> Any:
    """x for x > 0, else ``alpha`` (eˣ - 1), element by element (Clevert, Unterthiner and Hochreiter 2015)."""
    return np.maximum(x, 0) + np.expm1(np.minimum(x, 0)) * alpha


SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
SELU_LEFT = SELU_SCALE * SELU_ALPHA
_elu = elu.function


@twin("autograd.native.activations:selu_slope", 1 << 14, "f", False)
def _selu_rule(d: Any, x: Any) -> Any:
    return _elu_rule(d * SELU_SCALE, x, SELU_ALPHA)


@activation(
    _selu_rule,
    number=lambda x: (x * SELU_SCALE, SELU_SCALE) if x > 0 else (SELU_LEFT * math.expm1(x), SELU_LEFT * exp(x)),
)
@twin("autograd.native.activations:selu", 1 << 14, "f", False)
def selu(x: Any) -> Any:
    """1.0507 elu(x, 1.6733), element by element: keeps mean 0 and variance 1.

    Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.
    """
    return _elu(x, SELU_ALPHA) * SELU_SCALE


def _gelu_number(x: float) -> tuple[float, float]:
    """x Φ(x) and Φ(x) + x φ(x), with the normal distribution Φ and its density φ."""
    p = math.erfc(-x / ROOT_2) / 2
    return x * p, p + x * exp(-x * x / 2) / ROOT_2PI


ROOT_2, ROOT_2PI = math.sqrt(2), math.sqrt(2) * math.sqrt(math.pi)
gelu = activation(gelu_rule, number=_gelu_number, unfold=gelu_as_written)(_gelu)


@twin("autograd.native.activations:mish_slope", 1 << 14, "f", False)
def _mish_rule(d: Any, x: Any) -> Any:
    t = np.tanh(within(softplus, x))
    return d * (t + x * (1 - t * t) * within(sigmoid, x))


def _mish_number(x: float) -> tuple[float, float]:
    """x t with t = tanh(log(1 + eˣ)), and t + x (1 - t²) sigmoid(x)."""
    t = math.tanh(max(x, 0.0) + math.log1p(exp(-abs(x))))
    return x * t, t + x * (1 - t * t) * logistic(x)


@activation(_mish_rule, number=_mish_number, unfold=lambda x: x * np.tanh(softplus(x)))
@twin("autograd.native.activations:mish", 1 << 14, "f", False)
def mish(x: Any) -> Any:
    """x tanh(log(1 + eˣ)), element by element (Misra 2019)."""
    return x * np.tanh(_softplus(x))


class Methods:
    """The activations as methods of tensors and Values, for readers of types; each engine sets its own fast ones."""

    __slots__ = ()
    if TYPE_CHECKING:
        elu, gaussian, gelu, hardsigmoid, hardswish = elu, gaussian, gelu, hardsigmoid, hardswish
        hardtanh, leaky_relu, logsigmoid, mish, rbf, relu = hardtanh, leaky_relu, logsigmoid, mish, rbf, relu
        selu, sigmoid, silu, softplus, softsign, threshold = selu, sigmoid, silu, softplus, softsign, threshold
