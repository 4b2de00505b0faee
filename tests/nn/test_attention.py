"""Attention and the transformer's encoder beyond the table of networks: masks, dropout, copies, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad
from nn import functional as F
from nn.functional.attention import softmax_of_seen

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 5, 4))
LATER = ~np.tri(5, dtype=bool)  # True hides


def layer(**options: Any) -> Any:
    options = {"dropout": 0.0, "batch_first": True, "generator": 0, "dtype": np.float64} | options
    return nn.TransformerEncoderLayer(4, 2, 6, **options)


@pytest.mark.parametrize("size", [1.0, 100.0])  # moderate scores, and scores whose exponentials overflow
def test_hidden_keys_count_as_if_they_were_not_there(size: float) -> None:
    q, k, v = X * size, rng.normal(size=(2, 6, 4)), rng.normal(size=(2, 6, 3))
    seen = np.arange(6) % 3 != 1
    expected = F.scaled_dot_product_attention(q, k[:, seen], v[:, seen])
    np.testing.assert_allclose(F.scaled_dot_product_attention(q, k, v, seen[None]), expected)
    added = np.where(seen, 0.0, -np.inf)[None]
    np.testing.assert_allclose(F.scaled_dot_product_attention(q, k, v, added), expected)
    by_key = grad(lambda k: np.sum(F.scaled_dot_product_attention(q, k, v, seen[None])))(k)
    assert not by_key[:, ~seen].any() and np.isfinite(by_key).all()


@pytest.mark.parametrize("size", [1.0, 100.0])
def test_a_query_that_may_look_nowhere_gets_zero_and_no_gradient(size: float) -> None:
    seen = np.ones((5, 5), bool)
    seen[2] = False

    def f(q: Any) -> Any:
        return F.scaled_dot_product_attention(q, X, X, seen)

    assert not f(X * size)[:, 2].any() and f(X * size)[:, [0, 1, 3, 4]].all()
    slope = grad(lambda q: np.sum(f(q) ** 2))(X * size)
    assert not slope[:, 2].any() and np.isfinite(slope).all()


def test_half_precision_is_computed_in_single() -> None:
    q, k, v = (rng.normal(size=s).astype(np.float16) for s in ((3, 4), (5000, 4), (5000, 2)))
    y = F.scaled_dot_product_attention(q * 3, k, v)
    expected = F.scaled_dot_product_attention((q * 3).astype(float), k.astype(float), v.astype(float))
    assert y.dtype == np.float16
    np.testing.assert_allclose(y, expected, rtol=1e-3, atol=1e-4)


def test_attention_dropout_keeps_the_expectation_and_shows_in_the_weights() -> None:
    x = Tensor(rng.normal(size=(1, 4, 4)))
    attend = nn.MultiheadAttention(4, 1, 0.25, batch_first=True, generator=1, dtype=np.float64)
    same = nn.MultiheadAttention(4, 1, 0.25, batch_first=True, generator=1, dtype=np.float64)
    y, weights = attend(x, x, x)
    np.testing.assert_allclose(same(x, x, x, need_weights=False)[0].data, y.data)
    whole = attend.eval()(x, x, x)[1].data
    left = weights.data != 0
    assert 0 < left.sum() < left.size
    np.testing.assert_allclose(weights.data[left], whole[left] / 0.75)
    draws = np.mean([F.scaled_dot_product_attention(X, X, X, dropout_p=0.25, generator=k) for k in range(2000)], 0)
    np.testing.assert_allclose(draws, F.scaled_dot_product_attention(X, X, X), atol=0.1)


def test_layers_start_as_pytorchs_do() -> None:
    attend = nn.MultiheadAttention(64, 4)
    bound = np.sqrt(6 / (64 + 192))
    assert 0.9 * bound < np.abs(attend.in_proj_weight.data).max() <= bound
    assert not attend.in_proj_bias.data.any() and not attend.out_proj.bias.data.any()
    assert list(nn.MultiheadAttention(4, 2, kdim=3).state_dict()) == [
        *("q_proj_weight", "k_proj_weight", "v_proj_weight"),
        *("in_proj_bias", "out_proj.weight", "out_proj.bias"),
    ]


def test_an_encoder_is_copies_of_its_layer() -> None:
    first = layer()
    encoder = nn.TransformerEncoder(first, 2, nn.LayerNorm(4, dtype=np.float64))
    names = [*first.state_dict()]
    assert [*encoder.state_dict()] == [f"layers.{k}.{n}" for k in (0, 1) for n in names] + ["norm.weight", "norm.bias"]
    x = Tensor(X)
    padding = np.zeros((2, 5), bool)
    padding[1, 3:] = True
    expected = x
    for _ in range(2):
        expected = first(expected, LATER, padding)
    found = encoder(x, LATER, padding)
    np.testing.assert_allclose(found.data, encoder.norm(expected).data)
    np.testing.assert_allclose(encoder(x, src_key_padding_mask=padding, is_causal=True).data, found.data)
    found.sum().backward()
    assert all(p.grad is not None for p in encoder.parameters()) and all(p.grad is None for p in first.parameters())


def test_copies_of_a_layer_with_its_own_generator_drop_different_elements() -> None:
    encoder = nn.TransformerEncoder(layer(dropout=0.5), 2)
    one, two = (part.dropout1(Tensor(np.ones((50, 4)))).data for part in encoder.layers)
    assert (one != two).any()


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_causal_encoder_does_not_look_ahead(norm_first: bool) -> None:
    encode = layer(norm_first=norm_first, activation=np.tanh)
    short = encode(Tensor(X[:, :3]), is_causal=True)
    np.testing.assert_allclose(encode(Tensor(X), is_causal=True).data[:, :3], short.data)
    np.testing.assert_allclose(encode(Tensor(X), LATER).data[:, :3], short.data)


def test_submodules_are_called_where_they_have_hooks_or_were_replaced() -> None:
    encode = layer()
    expected = encode(Tensor(X)).data
    seen = []
    handle = encode.linear1.register_forward_hook(lambda module, given, y: seen.append(y.shape))
    np.testing.assert_allclose(encode(Tensor(X)).data, expected)
    assert seen == [(2, 5, 6)]
    handle.remove()
    encode.linear2 = nn.Sequential(encode.linear2, lambda y: 0 * y)
    x = Tensor(X)
    alone = encode.norm2(encode.norm1(x + encode.self_attn(x, x, x)[0]))
    np.testing.assert_allclose(encode(x).data, alone.data)


ATTEND = nn.MultiheadAttention(4, 2, batch_first=True, dtype=np.float64)
T = Tensor(X)
REFUSED: dict[str, tuple[type[Exception], Callable[[], Any], str]] = {
    "features": (ValueError, lambda: F.scaled_dot_product_attention(X, X[..., :3], X), r"\(2, 5, 4\), \(2, 5, 3\) and"),
    "both": (ValueError, lambda: F.scaled_dot_product_attention(X, X, X, LATER, is_causal=True), "not both"),
    "numbers": (TypeError, lambda: F.scaled_dot_product_attention(X, X, X, LATER * 1), "bool or floating, got int64"),
    "probability": (ValueError, lambda: F.scaled_dot_product_attention(X, X, X, dropout_p=2.0), "from 0 to 1"),
    "heads of keys": (
        ValueError,
        lambda: F.scaled_dot_product_attention(*(np.ones((1, h, 2, 2)) for h in (3, 2, 2)), enable_gqa=True),
        "2 heads of keys and values do not divide the queries' 3",
    ),
    "heads": (ValueError, lambda: nn.MultiheadAttention(4, 3), "num_heads 3 does not divide embed_dim 4"),
    "width": (ValueError, lambda: ATTEND(T, T, T[..., :3]), r"it takes query \(n, L, 4\), key \(n, S, 4\), value"),
    "batch": (ValueError, lambda: ATTEND(T, T[:1], T[:1]), r"got \(2, 5, 4\), \(1, 5, 4\), \(1, 5, 4\)"),
    "mask": (ValueError, lambda: ATTEND(T, T, T, LATER), r"key_padding_mask \(5, 5\); it takes \(2, 5\)"),
    "whole numbers": (TypeError, lambda: ATTEND(T, T, T, attn_mask=LATER * 1), "attn_mask is of bool or floating"),
    "activation": (ValueError, lambda: nn.TransformerEncoderLayer(4, 2, activation="selu"), "not 'selu'"),
}


@pytest.mark.parametrize(("kind", "call", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_errors_say_what_fits(kind: type[Exception], call: Callable[[], Any], words: str) -> None:
    with pytest.raises(kind, match=words):
        call()


def test_moderate_scores_need_no_maximum() -> None:
    """The first way is the fast one: exp x / Σ exp x as it stands, to the last bit."""
    x = np.random.default_rng(0).normal(size=(4, 5)) * 10
    e = np.exp(x)
    np.testing.assert_array_equal(softmax_of_seen(x), e * (1 / (e @ np.ones(5)))[:, None])
