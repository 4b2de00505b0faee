"""First values: their distributions, PyTorch's two forms of each, and the generators they are drawn from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor
from nn import init

SHAPE = (400, 30, 2, 3)  # fan in 180, fan out 2400; enough numbers to know the spread within a few percent
GAIN = math.sqrt(2)

# What is drawn, its standard deviation, and its upper bound, which it nearly reaches.
SPREADS: dict[str, tuple[Any, float, float]] = {
    "uniform": (init.uniform(SHAPE, -1.0, 3.0, 0), 2 / math.sqrt(3), 3),
    "normal": (init.normal(SHAPE, 1.0, 0.5, 0), 0.5, math.inf),
    "xavier_uniform": (init.xavier_uniform(SHAPE, 0.5, 0), 0.5 * math.sqrt(2 / 2580), 0.5 * math.sqrt(6 / 2580)),
    "xavier_normal": (init.xavier_normal(SHAPE, 0.5, 0), 0.5 * math.sqrt(2 / 2580), math.inf),
    "kaiming_uniform": (init.kaiming_uniform(SHAPE, generator=0), GAIN / math.sqrt(180), GAIN * math.sqrt(3 / 180)),
    "kaiming_normal": (
        init.kaiming_normal(SHAPE, mode="fan_out", nonlinearity="tanh", generator=0),
        5 / 3 / math.sqrt(2400),
        math.inf,
    ),
    "leaky": (init.kaiming_normal(SHAPE, a=math.sqrt(5), generator=0), math.sqrt(1 / 3 / 180), math.inf),
    "trunc_normal": (init.trunc_normal(SHAPE, generator=0), 0.8796, 2),
    "trunc_normal, wide": (init.trunc_normal(SHAPE, 1.0, 3.0, -1e9, 1e9, 0), 3, math.inf),
    "trunc_normal, tail": (init.trunc_normal(SHAPE, 0.0, 1.0, 5.0, 1e9, 0), 0.1817, math.inf),
    "trunc_normal, narrow": (init.trunc_normal(SHAPE, 0.0, 1.0, -1e-3, 1e-3, 0), 1e-3 / math.sqrt(3), 1e-3),
}


@pytest.mark.parametrize(("values", "std", "bound"), SPREADS.values(), ids=SPREADS)
def test_spread(values: Any, std: float, bound: float) -> None:
    assert values.shape == SHAPE and values.dtype == np.float32
    assert np.isclose(values.std(dtype=float), std, rtol=0.03)
    if bound < math.inf:
        assert 0.99 * bound < values.max() <= np.float32(bound)


def test_truncated_tails_keep_their_mean() -> None:
    """A normal distribution truncated to [c, ∞) has the mean φ(c) / (1 - Φ(c))."""
    for c in (0.0, 2.0, 8.0):
        mean = math.exp(-c * c / 2) * math.sqrt(2 / math.pi) / math.erfc(c / math.sqrt(2))
        above = init.trunc_normal((100_000,), -1.0, 2.0, 2 * c - 1, 1e6, 0, np.float64)
        assert above.min() >= 2 * c - 1 and np.isclose((above.mean() + 1) / 2, mean, rtol=0.01)
        below = init.trunc_normal((100_000,), -1.0, 2.0, -1e6, -2 * c - 1, 0, np.float64)
        assert below.max() <= -2 * c - 1 and np.isclose((below.mean() + 1) / 2, -mean, rtol=0.01)


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2), (4, 3, 2, 2), (30, 2, 3)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    w = init.orthogonal(shape, 1.5, 0, float).reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 1.5**2 * np.eye(len(product)), atol=1e-12)


def test_eye() -> None:
    assert np.array_equal(init.eye((2, 3)), [[1, 0, 0], [0, 1, 0]])


def test_sparse() -> None:
    w = init.sparse((40, 200), 0.33, generator=0)
    assert np.all((w == 0).sum(axis=0) == math.ceil(0.33 * 40)) and np.isclose(w[w != 0].std(), 0.01, rtol=0.03)
    assert len(np.unique(w.argmin(axis=0))) > 20  # not the same rows in each column


def test_dirac() -> None:
    w = init.dirac((4, 3, 3), groups=2)
    assert w.sum() == 4 and np.all(w[[0, 1, 2, 3], [0, 1, 0, 1], 1] == 1)
    assert init.dirac((4, 3, 5, 2))[2, 2, 2, 1] == 1


FORMS: dict[str, tuple[Any, ...]] = {
    "uniform": (-1, 1), "normal": (1, 2), "trunc_normal": (), "constant": (3,), "zeros": (), "ones": (),
    "xavier_uniform": (2,), "xavier_normal": (2,), "kaiming_uniform": (1,), "kaiming_normal": (1,),
    "orthogonal": (2,), "eye": (), "sparse": (0.5,),
}  # fmt: skip
NOT_RANDOM = {"constant", "zeros", "ones", "eye"}


@pytest.mark.parametrize(("name", "args"), FORMS.items(), ids=FORMS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pytorchs_form_fills_a_tensor(name: str, args: tuple[Any, ...], dtype: Any) -> None:
    parameter = nn.Parameter(np.full((3, 4), 7, dtype))
    before = parameter.data
    options = {} if name in NOT_RANDOM else {"generator": 5}
    assert getattr(init, f"{name}_")(parameter, *args, **options) is parameter
    assert parameter.requires_grad and parameter.dtype == dtype and np.all(before == 7)
    assert np.array_equal(parameter.data, getattr(init, name)((3, 4), *args, **options, dtype=dtype))


@given(seed=st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_numbers(seed: int) -> None:
    nn.seed(seed)
    state = init.generator(None).bit_generator.state
    numbers = init.normal((3,))
    assert np.array_equal(numbers, init.normal((3,), generator=seed))
    assert np.array_equal(numbers, init.normal((3,), generator=np.random.default_rng(seed)))
    assert not np.array_equal(numbers, init.normal((3,)))
    init.generator(None).bit_generator.state = state
    assert np.array_equal(numbers, init.normal((3,)))


def test_gains() -> None:
    gains = {"linear": 1, "conv2d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": GAIN, "selu": 0.75}
    assert {name: init.calculate_gain(name) for name in gains} == gains
    assert init.calculate_gain("leaky_relu", 1.0) == 1
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / 1.0001)


REFUSED: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any], type[Exception], str]] = {
    "fan of a vector": (init.xavier_uniform, ((3,),), {}, ValueError, r"\(out, in\)"),
    "mode": (init.kaiming_normal, ((3, 3),), {"mode": "fan"}, ValueError, "'fan_in' or 'fan_out', not 'fan'"),
    "nonlinearity": (init.kaiming_normal, ((3, 3),), {"nonlinearity": "step"}, ValueError,
                     "there are leaky_relu, linear"),
    "eye of a vector": (init.eye, ((3,),), {}, ValueError, "matrices"),
    "sparse with three axes": (init.sparse, ((3, 3, 3), 0.1), {}, ValueError, "matrices"),
    "dirac of a matrix": (init.dirac, ((3, 3),), {}, ValueError, r"\(out, in, \*kernel\)"),
    "dirac's groups": (init.dirac, ((3, 3, 3), 2), {}, ValueError, "divisible by 2"),
    "empty bounds": (init.trunc_normal, ((3,),), {"a": 1, "b": 1}, ValueError, "below"),
    "filling an ndarray": (init.zeros_, (np.ones(3),), {}, TypeError, "not float64 ndarray: see zeros"),
    "filling integers": (init.normal_, (Tensor([1, 2]),), {}, TypeError, "floating numbers, not int64 Tensor"),
    "filling a computed tensor": (init.normal_, (Tensor([1.0], requires_grad=True) * 2,), {}, RuntimeError, "copy it"),
}  # fmt: skip


@pytest.mark.parametrize(("fill", "args", "options", "error", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(fill: Any, args: Any, options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        fill(*args, **options)
