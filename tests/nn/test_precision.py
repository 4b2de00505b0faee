"""Layers, losses and functions in a low precision agree with double precision, whatever the size of their input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.functional.nests import leaves as flat
from nn import functional as F

from ..reference import weights
from ..tables.networks.case import Case
from .test_layers import build, every_case, reference

SIZES: dict[Any, list[float]] = {np.float16: [1e-4, 1.0, 30.0, 2.4e4], np.float32: [1e-10, 1.0, 1e10]}

# What intermediate results in a low precision cannot give: differences of large numbers, softmaxes of large scores,
# and for eps=None the machine epsilon, which is another one in each precision.
APART = {
    **dict.fromkeys(("MultiheadAttention", "TripletMarginLoss", "functional.scaled_dot_product_attention"), 1.0),
    **dict.fromkeys(("TransformerEncoderLayer", "TransformerEncoder"), 1.0),
}
ROOT_MEAN_SQUARES = {"RMSNorm", "functional.rms_norm"}


def in_precision(module: str, case: Case, size: float, dtype: Any, computed: Any) -> dict[str, Any]:
    """Results and gradients of ``computed`` numbers, which are those of ``dtype``; the first input is of a size."""
    nn.seed(0)
    function = build(case, reference(module, case))
    if isinstance(function, nn.Module):
        function.to(dtype).to(computed)

    def rounded(x: Any) -> Any:
        return x.astype(dtype).astype(computed) if getattr(x, "dtype", None) in (np.float64, np.float32) else x

    given = case.draw()
    given[0] = given[0] * size if given[0].dtype.kind == "f" else given[0]
    inputs = [Tensor(rounded(x), requires_grad=x.dtype.kind == "f") for x in given]
    results = flat(function(*inputs, **{name: rounded(v) for name, v in case.call.items()}))
    found = {f"y{k}": np.asarray(getattr(y, "data", y)) for k, y in enumerate(results)}
    for y in results:
        if isinstance(y, Tensor) and y.requires_grad:
            y.backward(weights(y).astype(y.dtype), retain_graph=True)
    named = {f"dx{k}": x for k, x in enumerate(inputs)}
    if isinstance(function, nn.Module):
        named |= {f"grad.{name}": p for name, p in function.named_parameters()}
    return found | {name: t.grad for name, t in named.items() if t.grad is not None}


@pytest.mark.parametrize("dtype", SIZES)
@every_case
def test_results_and_gradients_are_those_of_double_precision(module: str, case: Case, dtype: Any) -> None:
    for size in SIZES[dtype]:
        if size > APART.get(case.kind, np.inf) or (case.kind in ROOT_MEAN_SQUARES and size < 1):
            continue
        if size > 1 and case.kind in ("BCELoss", "functional.binary_cross_entropy"):
            continue  # its input holds probabilities
        with np.errstate(all="ignore"):
            precise, found = (in_precision(module, case, size, dtype, computed) for computed in (float, dtype))
            for name, x in precise.items():
                if x.dtype.kind != "f":
                    continue
                right, y = x.astype(dtype).astype(float), found[name].astype(float)
                close = 64 * np.finfo(dtype).eps * (np.abs(right[np.isfinite(right)]).max(initial=0))
                np.testing.assert_allclose(y, right, 0, close + np.finfo(dtype).tiny, err_msg=f"{name}, {size:g}")
                assert found[name].dtype == dtype, name


VECTORS = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 0.0], [4.0, 3.0]])
LENGTHS: dict[str, Any] = {
    "normalize": lambda x: F.normalize(x),
    "normalize, p=3": lambda x: F.normalize(x, 3.0),
    "cosine_similarity": lambda x: F.cosine_similarity(x, x[::-1]),
    "cosine_similarity with halves": lambda x: F.cosine_similarity(x, x[::-1].data),
    "cosine_embedding_loss": lambda x: F.cosine_embedding_loss(x, x[::-1], np.array([1, -1, 1, -1]), reduction="none"),
}


LARGEST = 1.02 / 5 * float(np.finfo(float).max) ** 0.5  # of VECTORS: products of their lengths are just out of range


@pytest.mark.parametrize(
    ("dtype", "size"),
    [(np.float16, 1e-3), (np.float16, 1e4), (np.float32, 1e-3), (np.float32, 1e30), (float, 1e200), (float, LARGEST)],
)
@pytest.mark.parametrize("f", LENGTHS.values(), ids=LENGTHS)
def test_directions_do_not_depend_on_lengths(f: Any, dtype: Any, size: float) -> None:
    large, small = Tensor((VECTORS * size).astype(dtype), requires_grad=True), Tensor(VECTORS, requires_grad=True)
    y, right = f(large), f(small)
    assert y.dtype == dtype
    close = 10 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(y.data, right.data, close, close)
    for t in (y, right):
        t.backward(np.cos(np.arange(t.size, dtype=t.dtype)).reshape(t.shape))
    moved = [0, 2, 3]  # 0 has no direction
    np.testing.assert_allclose(large.grad.astype(float)[moved] * size, small.grad[moved], atol=40 * close)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, np.inf])
@pytest.mark.parametrize(("dtype", "size"), [(np.float16, 1e4), (np.float32, 1e30), (np.float32, 1e-15)])
def test_distances_whose_powers_leave_the_range(dtype: Any, size: float, p: float) -> None:
    x = Tensor((VECTORS * size).astype(dtype), requires_grad=True)
    y = F.pairwise_distance(x, np.zeros_like(VECTORS, dtype), p, eps=0.0)
    with np.errstate(over="ignore"):
        right = np.linalg.norm(x.data.astype(float), p, axis=-1).astype(dtype)
    np.testing.assert_allclose(y.data, right, rtol=2e-3 if dtype is np.float16 else 1e-6)


def test_squared_distances_beyond_single_precision_are_infinite_and_their_matches_0() -> None:
    x = np.array([[1e20, 0.0], [1.0, 2.0]], np.float32)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(F.rbf(x, x, np.ones(2, np.float32)), np.eye(2))


def test_a_cosine_is_rounded_as_a_fraction_is() -> None:
    """Of whole numbers with whole lengths the product and the lengths are exact: only their division rounds."""
    whole = [(3.0, 4.0, 5.0), (5.0, 12.0, 13.0), (8.0, 15.0, 17.0), (7.0, 24.0, 25.0), (20.0, 21.0, 29.0)]
    for a, b, c in whole:
        for x, y, z in whole:
            assert F.cosine_similarity(np.array([[a, b]]), np.array([[x, y]]))[0] == (a * x + b * y) / (c * z)


@pytest.mark.parametrize("shape", [(5, 3), (2, 4, 3), (3,)])
@pytest.mark.parametrize(
    "f", [F.linear, lambda x, w, b: x @ w.T + b, lambda x, w, b: w @ x.T if x.ndim < 3 else x @ w.T],
    ids=["linear", "a product", "a product from the left"],
)  # fmt: skip
def test_products_in_half_precision_have_the_gradients_of_double(f: Any, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    given = [rng.uniform(0.5, 1.5, s).astype(np.float16) for s in (shape, (4, 3), (4,))]
    found = []
    for dtype in (np.float16, float):
        tensors = [Tensor(a.astype(dtype), requires_grad=True) for a in given]
        y = f(*tensors)
        assert y.dtype == dtype
        y.backward(np.linspace(0.5, 1.5, y.size, dtype=dtype).reshape(y.shape))
        found.append([y.data, *[t.grad for t in tensors if t.grad is not None]])
    for half, double in zip(*found, strict=True):
        np.testing.assert_allclose(half, double, rtol=4e-3)


@pytest.mark.parametrize("bias", [float, np.float32])
def test_a_bias_of_another_precision_is_added(bias: Any) -> None:
    x, w = np.ones((2, 3), np.float32), np.ones((4, 3), np.float32)
    y = F.linear(Tensor(x), Tensor(w, requires_grad=True), Tensor(np.arange(4.0, dtype=bias)))
    assert y.dtype == np.result_type(np.float32, bias)
    np.testing.assert_array_equal(y.data, [[3.0, 4.0, 5.0, 6.0]] * 2)
