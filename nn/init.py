"""First values of parameters, and where their randomness comes from.

Convention: ``xavier_uniform(shape)`` returns a new array; ``xavier_uniform_(tensor)``, PyTorch's form, fills a leaf
tensor with the same numbers and returns it. A weight has shape (out, in, *kernel). ``generator`` is a
``numpy.random.Generator``, a seed, or None for the default one that ``nn.seed`` sets.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor

Randomness: TypeAlias = "np.random.Generator | int | None"  # as text: NumPy loads its random numbers when first used
Shape = tuple[int, ...]

_default: list[np.random.Generator] = []


def seed(number: int) -> None:
    """Start the default generator afresh from a seed."""
    _default[:] = [np.random.default_rng(number)]


def generator(given: Randomness) -> np.random.Generator:
    """The generator that was given, one made from the seed that was given, or the default one.

    ``generator(None).bit_generator.state`` is the default one's state, to be kept and to be assigned.
    """
    if given is not None:
        return np.random.default_rng(given)
    if not _default:
        _default.append(np.random.default_rng())
    return _default[0]


_rng = generator  # inside the functions below their parameter has this name


# ---------------------------------------------------------------- without regard to the shape


def uniform(shape: Shape, a: float = 0.0, b: float = 1.0, generator: Randomness = None, dtype: Any = None) -> Any:
    """U(a, b): numbers spread evenly over [a, b)."""
    return _rng(generator).uniform(a, b, shape).astype(dtype or np.float32)


def normal(shape: Shape, mean: float = 0.0, std: float = 1.0, generator: Randomness = None, dtype: Any = None) -> Any:
    """N(mean, std²): Gaussian numbers."""
    return _rng(generator).normal(mean, std, shape).astype(dtype or np.float32)


def trunc_normal(
    shape: Shape,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Randomness = None,
    dtype: Any = None,
) -> Any:
    """N(mean, std²) where it lies in [a, b], wherever these bounds are.

    By rejection: a point z of an even spread is kept with the probability φ(z)/φ(m), m the likeliest point in the
    bounds. Points at which this is below 1e-17 are not tried, so that at least one in fifty is kept.
    """
    if not a < b or not std > 0:
        raise ValueError(f"trunc_normal: a {a} must be below b {b}, and std {std} positive")
    rng = _rng(generator)
    low, high = (a - mean) / std, (b - mean) / std
    m = min(max(low, 0.0), high)
    reach = math.sqrt(m * m + 78)
    low, high = max(low, -reach), min(high, reach)
    z, again = np.empty(shape), np.ones(shape, bool)
    while count := np.count_nonzero(again):
        z[again] = tried = rng.uniform(low, high, count)
        again[again] = rng.uniform(size=count) >= np.exp((m * m - tried * tried) / 2)
    values = (mean + std * z).astype(dtype or np.float32)
    return np.clip(values, np.asarray(a, values.dtype), np.asarray(b, values.dtype))  # rounding may step over them


def constant(shape: Shape, val: float, dtype: Any = None) -> Any:
    """The same number everywhere."""
    return np.full(shape, val, dtype or np.float32)


def zeros(shape: Shape, dtype: Any = None) -> Any:
    """0 everywhere."""
    return constant(shape, 0.0, dtype)


def ones(shape: Shape, dtype: Any = None) -> Any:
    """1 everywhere."""
    return constant(shape, 1.0, dtype)


# ---------------------------------------------------------------- by how many numbers flow in and out


def fans(shape: Shape) -> tuple[int, int]:
    """How many numbers flow into and out of one unit of a weight of shape (out, in, *kernel)."""
    if len(shape) < 2:
        raise ValueError(f"a weight has at least the axes (out, in), got shape {shape}")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By what a nonlinearity shrinks its input's spread, so that a weight may make up for it.

    ``param`` is leaky_relu's slope, 0.01 unless given. The factors are PyTorch's.
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise ValueError(f"nonlinearity {nonlinearity!r}: there are leaky_relu, {', '.join(GAINS)}")
    return GAINS[nonlinearity]


GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
GAINS |= {f"conv{turn}{n}d": 1.0 for turn in ("", "_transpose") for n in (1, 2, 3)}


def xavier_uniform(shape: Shape, gain: float = 1.0, generator: Randomness = None, dtype: Any = None) -> Any:
    """U(-a, a) with a = gain √(6 / (in + out)).

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    bound = gain * math.sqrt(6 / sum(fans(shape)))
    return uniform(shape, -bound, bound, generator, dtype)


def xavier_normal(shape: Shape, gain: float = 1.0, generator: Randomness = None, dtype: Any = None) -> Any:
    """N(0, 2 gain² / (in + out)): see ``xavier_uniform``."""
    return normal(shape, 0.0, gain * math.sqrt(2 / sum(fans(shape))), generator, dtype)


def kaiming_uniform(
    shape: Shape,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Randomness = None,
    dtype: Any = None,
) -> Any:
    """U(-√3 s, √3 s), s = gain / √fan: the gain of the nonlinearity, the fan by ``mode`` "fan_in" or "fan_out".

    ``a`` is the slope of leaky_relu; with 0, the relu's, the gain is √2.
    He et al., "Delving deep into rectifiers", 2015.
    """
    bound = math.sqrt(3) * _spread(shape, a, mode, nonlinearity)
    return uniform(shape, -bound, bound, generator, dtype)


def kaiming_normal(
    shape: Shape,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Randomness = None,
    dtype: Any = None,
) -> Any:
    """N(0, s²), s = gain / √fan: see ``kaiming_uniform``."""
    return normal(shape, 0.0, _spread(shape, a, mode, nonlinearity), generator, dtype)


def _spread(shape: Shape, a: float, mode: str, nonlinearity: str) -> float:
    """gain / √fan."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', not {mode!r}")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans(shape)[mode == "fan_out"])


# ---------------------------------------------------------------- as matrices


def orthogonal(shape: Shape, gain: float = 1.0, generator: Randomness = None, dtype: Any = None) -> Any:
    """W Wᵀ = gain² I, or Wᵀ W where there are more rows than columns; W the weight as a matrix (out, in · kernel).

    Q of the QR decomposition of Gaussian numbers, signs such that all Q are equally likely. Saxe, McClelland and
    Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013.
    """
    into, out = fans(shape)[0], shape[0]
    q, r = np.linalg.qr(_rng(generator).normal(size=(max(into, out), min(into, out))))
    q = q * (gain * np.where(np.diagonal(r) < 0, -1, 1))
    return (q if out >= into else q.T).reshape(shape).astype(dtype or np.float32)


def eye(shape: Shape, dtype: Any = None) -> Any:
    """The identity: 1 on the diagonal of a matrix, else 0."""
    return np.eye(*_matrix("eye", shape), dtype=dtype or np.float32)


def sparse(shape: Shape, sparsity: float, std: float = 0.01, generator: Randomness = None, dtype: Any = None) -> Any:
    """A matrix of N(0, std²) in which the given part of each column, rounded up, is 0.

    Martens, "Deep learning via Hessian-free optimization", 2010.
    """
    rows, columns = _matrix("sparse", shape)
    rng = _rng(generator)
    w = normal(shape, 0.0, std, rng, dtype)
    order = np.argsort(rng.random((rows, columns)), axis=0)
    np.put_along_axis(w, order[: math.ceil(sparsity * rows)], 0, axis=0)
    return w


def dirac(shape: Shape, groups: int = 1, dtype: Any = None) -> Any:
    """A convolution's weight that leaves the channels as they are: 1 in the middle of kernel (i, i), else 0."""
    if len(shape) < 3 or shape[0] % groups:
        raise ValueError(f"dirac: a convolution's weight (out, in, *kernel), out divisible by {groups}, got {shape}")
    w = zeros(shape, dtype)
    size = shape[0] // groups
    channels = np.arange(min(size, shape[1]))
    for start in range(0, shape[0], size):
        w[(start + channels, channels, *(n // 2 for n in shape[2:]))] = 1
    return w


def _matrix(name: str, shape: Shape) -> Shape:
    if len(shape) != 2:
        raise ValueError(f"{name}: fills matrices, got shape {shape}")
    return shape


# ---------------------------------------------------------------- PyTorch's forms


def _filling(make: Callable[..., Any]) -> Callable[..., Tensor]:
    """The form of an initialisation that fills a leaf tensor."""

    def fill(tensor: Tensor, *args: Any, **options: Any) -> Tensor:
        if not isinstance(tensor, Tensor) or tensor.dtype.kind != "f":
            given = f"{getattr(tensor, 'dtype', '')} {type(tensor).__name__}".strip()
            raise TypeError(f"{fill.__name__} fills a tensor of floating numbers, not {given}: see {make.__name__}")
        values = make(tensor.shape, *args, dtype=tensor.dtype, **options)
        return tensor.update_(lambda array: np.copyto(array, values))

    fill.__name__ = fill.__qualname__ = f"{make.__name__}_"
    fill.__doc__ = f"Fill a leaf tensor with ``{make.__name__}`` of its shape and dtype, and return it."
    return fill


uniform_, normal_, trunc_normal_ = _filling(uniform), _filling(normal), _filling(trunc_normal)
constant_, zeros_, ones_ = _filling(constant), _filling(zeros), _filling(ones)
xavier_uniform_, xavier_normal_ = _filling(xavier_uniform), _filling(xavier_normal)
kaiming_uniform_, kaiming_normal_ = _filling(kaiming_uniform), _filling(kaiming_normal)
orthogonal_, eye_, sparse_, dirac_ = _filling(orthogonal), _filling(eye), _filling(sparse), _filling(dirac)
