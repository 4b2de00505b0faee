"""Attention: every query takes the mean of the values, weighted by how well their keys match it.

Convention: arrays are (..., length, features), with L queries and S keys and values. As in PyTorch, a boolean mask is
True where a query **may** look, and a floating one is added to the scores; ``nn.MultiheadAttention`` has the opposite
convention and inverts it. A query that may look at no key gets 0. Vaswani et al., "Attention is all you need", 2017.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import Operation, linear, plain, primitive
from autograd.native import on_gpu, twin
from autograd.ops.special.softmax import through_softmax
from autograd.typing import A, Array, NDArray

from .. import init
from . import composed
from .dropout import check, mask

__all__ = ["scaled_dot_product_attention"]

MODERATE = 60.0  # exp of such a number, and sums of many, are far from both ends of single precision


# ---------------------------------------------------------------- softmax of scores


@on_gpu("nn.functional.gpu.attention:softmax_in_place")
def _softmax_in_place(x: Any, seen: Any = None) -> Any:
    """exp(x) / Σ exp(x) over those elements of the last axis that are ``seen``; 0 where none is.

    Moderate scores need no maximum subtracted, and two reductions of the whole array, to tell that they are moderate,
    take a twentieth of the time of one along many short rows.
    """
    if not x.size:
        return x
    if x.dtype.itemsize > 2 and np.minimum.reduce(x, None) > -MODERATE and np.maximum.reduce(x, None) < MODERATE:
        np.exp(x, out=x)
        if seen is not None:
            x *= seen
    else:
        if seen is not None:
            np.copyto(x, -np.inf, where=~seen)
        top = np.maximum.reduce(x, axis=-1, keepdims=True)
        x -= np.where(top == -np.inf, 0, top)
        np.exp(x, out=x)
    total = x @ np.ones_like(x, shape=x.shape[-1])
    total[total == 0] = 1
    x *= (1 / total)[..., None]
    return x


# Where nothing is seen, y and its derivatives are 0; the rule of softmax gives just that.
softmax_of_seen = primitive(
    lambda x, seen=None: _softmax_in_place(x.copy(), seen),
    pull=lambda g, y: through_softmax(g, y, -1),
    push=lambda t, y: through_softmax(t, y, -1),
    name="softmax_of_seen",
    unfold=composed.softmax_of_seen,
)


def _through_softmax_in_place(d: Any, y: Any) -> Any:
    """y (d - Σ y d), written into d if that is an array."""
    if isinstance(d, Tensor) or isinstance(y, Tensor):
        return through_softmax(d, y, -1)
    d -= np.vecdot(d, y)[..., None]
    d *= y
    return d


# ---------------------------------------------------------------- the kernel


@twin("nn.functional.native.attention:attention", 1 << 13, contiguous=False)
def _attention(
    query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: float, dropped: Any = None, kept: Any = None
) -> Any:
    """y = P V with P = softmax(scale Q Kᵀ + bias) of what is seen; P is multiplied by ``dropped``."""
    scores = query @ _transposed(key, scale)
    if bias is not None:
        scores += bias
    weights = _softmax_in_place(scores, seen)
    if kept is not None:
        kept.weights = weights
    return (weights if dropped is None else weights * dropped) @ value


def _transposed(x: Any, scale: float) -> Any:
    """xᵀ scale, copied to C order: a transposed view as right factor would double the time of a product.

    BLAS takes other views, and transposed ones on the left, as they are.
    """
    return np.multiply(x.mT, scale, order="C") if isinstance(x, np.ndarray) else x.mT * scale


def attention_weights(query: Any, key: Any, bias: Any, seen: Any, scale: float) -> Any:
    """P = softmax(scale Q Kᵀ + bias) of what is seen, recorded step by step."""
    scores = (query * scale) @ key.mT
    return softmax_of_seen(scores if bias is None else scores + bias, seen)


@twin("nn.functional.native.attention:pull", 1 << 13, contiguous=False, at=1)
def _pull(
    g: Any, query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: Any, tracked: Any, dropped: Any = None,
    kept: Any = None,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """dL/dV = Pᵀ G and dL/dP = G Vᵀ; through softmax to the scores Z, dL/dQ = dL/dZ K scale, dL/dK = dL/dZᵀ Q scale.

    Vᵀ is copied anyway, so the scale is multiplied in there, unless the bias wants dL/dZ itself.
    """
    weights = attention_weights(query, key, bias, seen, scale) if kept is None else kept.weights
    by_value = by_query = by_key = by_scores = None
    if tracked[2]:
        by_value = (weights if dropped is None else weights * dropped).mT @ g
    if tracked[0] or tracked[1] or tracked[3]:
        by_weights = g @ _transposed(value, 1.0 if tracked[3] else scale)
        if dropped is not None:
            by_weights *= dropped
        by_scores = _through_softmax_in_place(by_weights, weights)
        scaled = by_scores * scale if tracked[3] else by_scores
        if tracked[0]:
            by_query = scaled @ key
        if tracked[1]:
            by_key = scaled.mT @ query
    return by_query, by_key, by_value, by_scores if tracked[3] else None


def _push(
    t: Any, query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: Any, dropped: Any = None, kept: Any = None
) -> Any:
    by_query, by_key, by_value, by_bias = t
    weights = attention_weights(query, key, bias, seen, scale) if kept is None else kept.weights
    terms = []
    if by_query is not None:
        terms.append((by_query * scale) @ key.mT)
    if by_key is not None:
        terms.append((query * scale) @ by_key.mT)
    if by_bias is not None:
        terms.append(by_bias)
    moved = []
    if terms:
        d = through_softmax(sum(terms[1:], terms[0]), weights, -1)
        moved.append((d if dropped is None else d * dropped) @ value)
    if by_value is not None:
        moved.append((weights if dropped is None else weights * dropped) @ by_value)
    return sum(moved[1:], moved[0])


_operation = primitive(
    _attention, _pull, _push, inputs=("query", "key", "value", "bias"), joint=True, keeps=True,
    unfold=composed.attention,
)  # fmt: skip


def attention(query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: float, dropped: Any = None) -> Any:
    """``_attention`` recorded as a single operation; half precision is computed in single."""
    if query.dtype.itemsize == 2:
        q, k, v, b = [x if x is None else x.astype(np.float32) for x in (query, key, value, bias)]
        return attention(q, k, v, b, seen, scale, dropped).astype(query.dtype)
    return _operation(query, key, value, bias, seen, scale, dropped)


def scaled_dot_product_attention(
    query: A, key: Array, value: Array, attn_mask: Array | None = None, dropout_p: float = 0.0, is_causal: bool = False,
    scale: float | None = None, enable_gqa: bool = False, *, generator: init.Randomness = None,
) -> A:  # fmt: skip
    """y = softmax(scale Q Kᵀ + mask) V; y is (..., L, v), and 0 for a query that may look nowhere.

    ``query``, ``key``, ``value``  Q (..., L, e), K (..., S, e) and V (..., S, v); others raise ValueError
    ``attn_mask``   broadcast to (..., L, S): boolean, True where a query may look; or floating: added, with a gradient;
                    another dtype raises TypeError
    ``dropout_p``   the probability of zeroing a weight; there is no training mode here
    ``is_causal``   query i looks at keys 0 to i only, in place of a mask
    ``scale``       None: 1/√e
    ``enable_gqa``  the axis before L counts heads, and a head of keys and values may serve several of queries
    ``generator``   draws what is zeroed: a Generator or a seed; None is the default generator, see ``nn.seed``
    """
    check(dropout_p)
    axes = min(query.ndim, key.ndim, value.ndim)
    if axes < 2 or query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        takes = "query (..., L, e), key (..., S, e) and value (..., S, v)"
        given = f"{query.shape}, {key.shape} and {value.shape}"
        raise ValueError(f"scaled_dot_product_attention: takes {takes}, got {given}")
    if enable_gqa:
        key, value = _repeated(key, query), _repeated(value, query)
    length, keys = query.shape[-2], key.shape[-2]
    bias: Any = None
    seen: Any = causal(length, keys, plain(query)) if is_causal else None
    if attn_mask is not None:
        if is_causal:
            raise ValueError("scaled_dot_product_attention: give attn_mask or is_causal, not both")
        kind = attn_mask.dtype.kind
        if kind == "b":
            seen = plain(attn_mask)
        elif kind == "f":
            bias = attn_mask if attn_mask.dtype == query.dtype else attn_mask.astype(query.dtype)
        else:
            raise TypeError(f"scaled_dot_product_attention: attn_mask is of bool or floating, got {attn_mask.dtype}")
    dropped = None
    if dropout_p:
        batch = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
        dropped = mask(query, (*batch, length, keys), dropout_p, generator)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    return attention(query, key, value, bias, seen, scale, dropped)


def causal(length: int, keys: int, like: Any) -> NDArray[np.bool_]:
    """(L, S), True where the key does not come after the query."""
    return np.arange(keys, like=like) <= np.arange(length, like=like)[:, None]


def _repeated(x: Any, query: Any) -> Any:
    """Keys or values (..., heads, S, e), each head repeated for all heads of queries that it serves."""
    heads, few = query.shape[-3], x.shape[-3]
    if heads % few:
        raise ValueError(f"enable_gqa: {few} heads of keys and values do not divide the queries' {heads} evenly")
    return x if heads == few else np.repeat(x, heads // few, axis=-3)


# ---------------------------------------------------------------- heads


def _split_heads(x: Any, heads: int, parts: int, batch_axis: int = 0) -> tuple[Any, ...]:
    """x (n, L, parts · heads · e) as ``parts`` views (n, heads, L, e); with ``batch_axis`` 1, x is (L, n, ...)."""
    x = x.reshape(*x.shape[:2], parts, heads, x.shape[2] // (parts * heads))
    order = (0, 2, 1, 3) if batch_axis == 0 else (1, 2, 0, 3)
    return tuple(x[:, :, k].transpose(order) for k in range(parts))


def _join_heads(arrays: Any, heads: int, parts: int, batch_axis: int = 0) -> Any:
    """Arrays (n, heads, L, e) side by side again: the adjoint of ``split_heads``."""
    n, _, length, e = arrays[0].shape
    lengths = (n, length) if batch_axis == 0 else (length, n)
    y = np.empty_like(arrays[0], shape=(*lengths, parts * heads * e))
    for place, array in zip(_split_heads(y, heads, parts, batch_axis), arrays, strict=True):
        place[...] = array
    return y


split_heads: Operation = linear(
    _split_heads, lambda g, heads, parts, batch_axis=0: join_heads(g, heads, parts, batch_axis), results=True
)
join_heads: Operation = linear(
    _join_heads, lambda g, heads, parts, batch_axis=0: split_heads(g, heads, parts, batch_axis), many=True
)
