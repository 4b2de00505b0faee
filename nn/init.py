"""First values of parameters, and the generators that they are drawn from.

Convention: ``xavier_uniform(shape)`` returns a new array; ``xavier_uniform_(tensor)``, PyTorch's form, fills a leaf
tensor with the same numbers and returns it. A weight has shape (out, in, *kernel). ``generator`` is a
``numpy.random.Generator``, a seed, or None for the default one, which ``nn.seed`` seeds; ``dtype`` None is float32.
TypeError is raised for a shape that is not made of whole numbers, for a seed that is none, and for a tensor to fill
that is not of floating numbers; ValueError for a shape that no weight has.
"""

from __future__ import annotations

import importlib
import inspect
import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, Literal, ParamSpec, TypeAlias

import numpy as np

from autograd import Tensor, repeatable
from autograd.declare import adopted, beside
from autograd.typing import DTypeLike, NDArray, Shape

__all__ = [
    "calculate_gain", "constant", "constant_", "dirac", "dirac_", "eye", "eye_", "fans", "generator", "kaiming_normal",
    "kaiming_normal_", "kaiming_uniform", "kaiming_uniform_", "normal", "normal_", "ones", "ones_", "orthogonal",
    "orthogonal_", "seed", "sparse", "sparse_", "trunc_normal", "trunc_normal_", "uniform", "uniform_", "xavier_normal",
    "xavier_normal_", "xavier_uniform", "xavier_uniform_", "zeros", "zeros_",
]  # fmt: skip

Randomness: TypeAlias = "np.random.Generator | int | None"  # as text: NumPy imports its generators on first use
DType: TypeAlias = DTypeLike | None
FanMode: TypeAlias = Literal["fan_in", "fan_out"]
Nonlinearity: TypeAlias = Literal[
    "linear", "sigmoid", "tanh", "relu", "selu", "leaky_relu", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
]  # fmt: skip
P = ParamSpec("P")

_default: list[np.random.Generator] = []


class Beside(threading.local):
    """What takes the place of the default generator in this thread."""

    generator: np.random.Generator | None = None


_beside = Beside()


def renew_lock() -> None:
    """In a forked process: the default generator's lock may be held by a thread that is not there."""
    for rng in _default:
        lock: Any = rng.bit_generator.lock
        lock._at_fork_reinit()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=renew_lock)


def seed(number: int) -> None:
    """Seed the default generator; in a dataset, while a loader makes a batch, that of this batch.

    ``number``  a whole number from 0 on, else TypeError or ValueError is raised; None takes a seed of the system's
    """
    made = _made("seed", number)
    if _beside.generator is not None:
        _beside.generator = made
    else:
        _default[:] = [made]


@contextmanager
def drawing(rng: np.random.Generator | None) -> Iterator[None]:
    """Inside this block, and in this thread alone, ``rng`` is the default generator, unless it is None."""
    before = _beside.generator
    _beside.generator = before if rng is None else rng
    try:
        yield
    finally:
        _beside.generator = before


def generator(given: Randomness) -> np.random.Generator:
    """The given generator, a new one from a given seed, or for None the default generator.

    ``given``  a ``numpy.random.Generator``, a whole number from 0 on, or None; else TypeError or ValueError is raised

    ``generator(None).bit_generator.state`` reads and sets the state of the default generator.
    """
    if given is None:
        given = _beside.generator
    if given is None and not _default:
        _default.append(np.random.default_rng())
    return repeatable(_default[0], _current) if given is None else repeatable(_made("generator", given))


def drawn(given: Randomness, like: Any) -> Any:
    """What draws beside the array ``like``: the generator, or for a GPU one of CuPy's, seeded by it at each call."""
    rng = generator(given)
    if not hasattr(like.__class__, "__cuda_array_interface__"):
        return rng
    return importlib.import_module("autograd.gpu").companion(rng, adopted(like))


def _current() -> np.random.Generator:
    return _default[0]


def _made(name: str, seed: Any) -> np.random.Generator:
    """The generator of a seed. NumPy's own conversion of stranger things may end the whole process."""
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool | np.bool_)
    if isinstance(seed, list | tuple):
        whole = all(isinstance(n, int | np.integer) for n in seed) and len(seed) > 0
    numpys = (np.random.Generator, np.random.BitGenerator, np.random.SeedSequence)
    if not (whole or (name == "seed" and seed is None) or isinstance(seed, numpys)):
        raise TypeError(
            f"{name}: a seed is a whole number such as 0, or a generator such as np.random.default_rng(0), got "
            f"{type(seed).__name__} {seed!r:.60}"
        )
    if whole and np.any(np.less(seed, 0)):
        raise ValueError(f"{name}: a seed is at least 0, got {seed!r:.60}")
    return np.random.default_rng(seed)


def _sized(shape: Any) -> Any:
    """The shape, if it is one."""
    parts = shape if isinstance(shape, tuple | list) else (shape,)
    if not all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in parts):
        raise TypeError(f"a shape is made of whole numbers, as in (10, 64), got {shape!r:.60}")
    return shape


_rng = generator  # the functions below have a parameter of that name


def uniform(
    shape: Shape, a: float = 0.0, b: float = 1.0, generator: Randomness = None, dtype: DType = None
) -> NDArray[Any]:
    """U(a, b): numbers distributed uniformly over [a, b).

    ``shape``      of the array
    ``a``, ``b``   the ends of the interval
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32
    """
    return _rng(generator).uniform(a, b, _sized(shape)).astype(dtype or np.float32)


def normal(
    shape: Shape, mean: float = 0.0, std: float = 1.0, generator: Randomness = None, dtype: DType = None
) -> NDArray[Any]:
    """N(mean, std²): Gaussian numbers.

    ``shape``      of the array
    ``mean``       of the distribution, and ``std`` its standard deviation
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32
    """
    return _rng(generator).normal(mean, std, _sized(shape)).astype(dtype or np.float32)


def trunc_normal(
    shape: Shape, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0,
    generator: Randomness = None, dtype: DType = None,
) -> NDArray[Any]:  # fmt: skip
    """N(mean, std²) truncated to [a, b], also far out in the tails.

    ``shape``      of the array
    ``mean``       of the distribution before it is truncated, and ``std`` its standard deviation
    ``a``, ``b``   the bounds; ValueError is raised unless a < b and std > 0
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32

    By rejection: a uniform point z is accepted with probability φ(z)/φ(m), where m is the likeliest point within the
    bounds. Points with a probability below 1e-17 are not tried, so that at least one in fifty is accepted.
    """
    if not a < b or not std > 0:
        raise ValueError(f"trunc_normal: a {a} must be below b {b}, and std {std} positive")
    rng = _rng(generator)
    low, high = (a - mean) / std, (b - mean) / std
    m = min(max(low, 0.0), high)
    reach = math.sqrt(m * m + 78)
    low, high = max(low, -reach), min(high, reach)
    z, rejected = np.empty(_sized(shape)), np.ones(shape, bool)
    while count := np.count_nonzero(rejected):
        z[rejected] = tried = rng.uniform(low, high, count)
        rejected[rejected] = rng.uniform(size=count) >= np.exp((m * m - tried * tried) / 2)
    values = (mean + std * z).astype(dtype or np.float32)
    return np.clip(values, *np.asarray((a, b), values.dtype))  # rounding may pass the bounds


def constant(shape: Shape, val: float, dtype: DType = None) -> NDArray[Any]:
    """The number ``val`` everywhere.

    ``shape``  of the array
    ``dtype``  of the array; None is float32
    """
    return np.full(_sized(shape), val, dtype or np.float32)


def zeros(shape: Shape, dtype: DType = None) -> NDArray[Any]:
    """0 everywhere.

    ``shape``  of the array
    ``dtype``  of the array; None is float32
    """
    return constant(shape, 0.0, dtype)


def ones(shape: Shape, dtype: DType = None) -> NDArray[Any]:
    """1 everywhere.

    ``shape``  of the array
    ``dtype``  of the array; None is float32
    """
    return constant(shape, 1.0, dtype)


def fans(shape: Shape) -> tuple[int, int]:
    """The numbers of inputs and of outputs of one unit: (in · kernel, out · kernel).

    ``shape``  of a weight, (out, in, *kernel); ValueError is raised for fewer than two axes
    """
    if len(shape) < 2:
        raise ValueError(f"a weight has at least the axes (out, in), got shape {shape}")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def calculate_gain(nonlinearity: Nonlinearity, param: float | None = None) -> float:
    """The factor of a weight that makes up for a nonlinearity, which shrinks its input's spread; PyTorch's factors.

    ``nonlinearity``  "linear", "sigmoid", "tanh", "relu", "selu", "leaky_relu", or a convolution such as "conv2d",
                      which has factor 1; another name raises ValueError
    ``param``         the slope of leaky_relu, 0.01 by default
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise ValueError(f"nonlinearity {nonlinearity!r}: there are leaky_relu, {', '.join(GAINS)}")
    return GAINS[nonlinearity]


GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
GAINS |= {f"conv{turn}{n}d": 1.0 for turn in ("", "_transpose") for n in (1, 2, 3)}


def xavier_uniform(shape: Shape, gain: float = 1.0, generator: Randomness = None, dtype: DType = None) -> NDArray[Any]:
    """U(-a, a) with a = gain √(6 / (in + out)).

    ``shape``      of a weight, (out, in, *kernel)
    ``gain``       a factor, such as ``calculate_gain`` gives
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    bound = gain * math.sqrt(6 / sum(fans(shape)))
    return uniform(shape, -bound, bound, generator, dtype)


def xavier_normal(shape: Shape, gain: float = 1.0, generator: Randomness = None, dtype: DType = None) -> NDArray[Any]:
    """N(0, 2 gain² / (in + out)).

    ``shape``      of a weight, (out, in, *kernel)
    ``gain``       a factor, such as ``calculate_gain`` gives
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    return normal(shape, 0.0, gain * math.sqrt(2 / sum(fans(shape))), generator, dtype)


def kaiming_uniform(
    shape: Shape, a: float = 0.0, mode: FanMode = "fan_in", nonlinearity: Nonlinearity = "leaky_relu",
    generator: Randomness = None, dtype: DType = None,
) -> NDArray[Any]:  # fmt: skip
    """U(-√3 s, √3 s) with s = gain / √fan.

    ``shape``         of a weight, (out, in, *kernel)
    ``a``             the slope of leaky_relu; 0 is relu, with gain √2
    ``mode``          which fan: the number of inputs, "fan_in", or of outputs, "fan_out"
    ``nonlinearity``  what follows the weight, by the name in ``calculate_gain``, which gives the gain
    ``generator``     draws: a Generator or a seed; None is the default generator
    ``dtype``         of the array; None is float32

    He et al., "Delving deep into rectifiers", 2015.
    """
    bound = math.sqrt(3) * _spread(shape, a, mode, nonlinearity)
    return uniform(shape, -bound, bound, generator, dtype)


def kaiming_normal(
    shape: Shape, a: float = 0.0, mode: FanMode = "fan_in", nonlinearity: Nonlinearity = "leaky_relu",
    generator: Randomness = None, dtype: DType = None,
) -> NDArray[Any]:  # fmt: skip
    """N(0, s²) with s = gain / √fan.

    ``shape``         of a weight, (out, in, *kernel)
    ``a``             the slope of leaky_relu; 0 is relu, with gain √2
    ``mode``          which fan: the number of inputs, "fan_in", or of outputs, "fan_out"
    ``nonlinearity``  what follows the weight, by the name in ``calculate_gain``, which gives the gain
    ``generator``     draws: a Generator or a seed; None is the default generator
    ``dtype``         of the array; None is float32

    He et al., "Delving deep into rectifiers", 2015.
    """
    return normal(shape, 0.0, _spread(shape, a, mode, nonlinearity), generator, dtype)


def _spread(shape: Shape, a: float, mode: FanMode, nonlinearity: Nonlinearity) -> float:
    """gain / √fan."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', not {mode!r}")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans(shape)[mode == "fan_out"])


def orthogonal(shape: Shape, gain: float = 1.0, generator: Randomness = None, dtype: DType = None) -> NDArray[Any]:
    """W Wᵀ = gain² I, or Wᵀ W = gain² I for more rows than columns; W is the weight as a matrix (out, in · kernel).

    ``shape``      of a weight, (out, in, *kernel)
    ``gain``       the factor
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32

    W is Q of the QR decomposition of Gaussian numbers, with signs that make all Q equally likely. Saxe, McClelland and
    Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013.
    """
    into, out = fans(shape)[0], shape[0]
    q, r = np.linalg.qr(_rng(generator).normal(size=(max(into, out), min(into, out))))
    q = q * (gain * np.where(np.diagonal(r) < 0, -1, 1))
    return (q if out >= into else q.T).reshape(shape).astype(dtype or np.float32)


def eye(shape: Shape, dtype: DType = None) -> NDArray[Any]:
    """The identity: a matrix with 1 on the diagonal, else 0.

    ``shape``  of a matrix, (out, in), else ValueError is raised
    ``dtype``  of the array; None is float32
    """
    return np.eye(*_matrix("eye", shape), dtype=np.dtype(dtype or np.float32))


def sparse(
    shape: Shape, sparsity: float, std: float = 0.01, generator: Randomness = None, dtype: DType = None
) -> NDArray[Any]:
    """A matrix of N(0, std²) in which the fraction ``sparsity`` of each column, rounded up, is 0.

    ``shape``      of a matrix, (out, in), else ValueError is raised
    ``std``        the standard deviation of the others
    ``generator``  draws: a Generator or a seed; None is the default generator
    ``dtype``      of the array; None is float32

    Martens, "Deep learning via Hessian-free optimization", 2010.
    """
    rows, columns = _matrix("sparse", shape)
    rng = _rng(generator)
    w = normal(shape, 0.0, std, rng, dtype)
    order = np.argsort(rng.random((rows, columns)), axis=0)
    np.put_along_axis(w, order[: math.ceil(sparsity * rows)], 0, axis=0)
    return w


def dirac(shape: Shape, groups: int = 1, dtype: DType = None) -> NDArray[Any]:
    """A convolution's weight that passes the channels through: 1 in the middle of kernel (i, i), else 0.

    ``shape``   of the weight, (out, in, *kernel) with a kernel; else ValueError is raised
    ``groups``  the groups of the convolution, each of which passes its own channels through; they divide out
    ``dtype``   of the array; None is float32
    """
    if len(shape) < 3 or shape[0] % groups:
        raise ValueError(f"dirac: a convolution's weight (out, in, *kernel), out divisible by {groups}, got {shape}")
    w = zeros(shape, dtype)
    size = shape[0] // groups
    channels = np.arange(min(size, shape[1]))
    for start in range(0, shape[0], size):
        middle: Any = (start + channels, channels, *(n // 2 for n in shape[2:]))
        w[middle] = 1
    return w


def _matrix(name: str, shape: Shape) -> Shape:
    if len(shape) != 2:
        raise ValueError(f"{name}: fills matrices, got shape {shape}")
    return shape


def _filling(make: Callable[Concatenate[Shape, P], NDArray[Any]]) -> Callable[Concatenate[Tensor, P], Tensor]:
    """PyTorch's form of an initialisation, which fills a leaf tensor."""
    name = make.__name__
    draw: Any = make

    def fill(tensor: Tensor, *args: P.args, **options: P.kwargs) -> Tensor:
        if not isinstance(tensor, Tensor) or tensor.dtype.kind != "f":
            given = f"{getattr(tensor, 'dtype', '')} {type(tensor).__name__}".strip()
            raise TypeError(f"{name}_ fills a tensor of floating numbers, not {given}: see {name}")
        values = draw(tensor.shape, *args, dtype=tensor.dtype, **options)
        return tensor.update_(lambda array: np.copyto(array, beside(values, array)))

    form: Any = fill
    form.__name__ = form.__qualname__ = f"{name}_"
    signature = inspect.signature(make)
    tensor, *options = (p for p in signature.parameters.values() if p.name != "dtype")
    form.__signature__ = signature.replace(parameters=[tensor.replace(name="tensor", annotation="Tensor"), *options])
    named = ", ".join(f"``{option.name}``" for option in options)
    form.__doc__ = f"""Fill a leaf with ``{name}`` of its shape and dtype, and return it.

    ``tensor``  a leaf tensor of floating numbers, of any shape that ``{name}`` makes; else TypeError is raised
    """
    if named:
        form.__doc__ += f"{named}  as for ``{name}``\n    "
    return form


uniform_, normal_, trunc_normal_ = _filling(uniform), _filling(normal), _filling(trunc_normal)
constant_, zeros_, ones_ = _filling(constant), _filling(zeros), _filling(ones)
xavier_uniform_, xavier_normal_ = _filling(xavier_uniform), _filling(xavier_normal)
kaiming_uniform_, kaiming_normal_ = _filling(kaiming_uniform), _filling(kaiming_normal)
orthogonal_, eye_, sparse_, dirac_ = _filling(orthogonal), _filling(eye), _filling(sparse), _filling(dirac)
