"""Attention with several heads.

Convention: as in PyTorch, True in a mask means that a query may **not** look there, while in
``functional.scaled_dot_product_attention`` it means that it may; a floating mask is added to the scores in both.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import plain
from autograd.typing import Array

from .. import functional, init
from ..functional.attention import attention, attention_weights, causal, join_heads, split_heads
from ..functional.dropout import check, mask
from ..init import DType, Randomness
from ..module import Module, Parameter, ShapeError
from ..words import translated
from .linear import Linear

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Module):
    """y = concat(head₁, ..., headₕ) Wₒᵀ + bₒ with headᵢ = softmax(Qᵢ Kᵢᵀ / √e) Vᵢ; returns y and the attention weights.

    ``embed_dim``    features of query and y
    ``num_heads``    number h of heads, which divides embed_dim; e = embed_dim / h
    ``dropout``      probability with which attention weights are zeroed while training
    ``bias``         whether all maps have a bias
    ``kdim``, ``vdim``  features of key and value; None: embed_dim
    ``batch_first``  whether arrays are (n, length, features) instead of (length, n, features)
    ``generator``    a Generator or a seed for first values and dropout; None takes the default one, see ``nn.seed``
    ``dtype``        of the parameters, float32 by default

    Query, key and value are (L, n, embed_dim), (S, n, kdim) and (S, n, vdim), without n for a single sample. Qᵢ, Kᵢ and
    Vᵢ are slices of affine maps of these, whose weights are ``in_proj_weight`` (3 embed_dim, embed_dim) or, where kdim
    or vdim differ, ``q_proj_weight``, ``k_proj_weight`` and ``v_proj_weight``, and whose bias is ``in_proj_bias``; Wₒ
    and bₒ are those of ``out_proj``, a ``Linear``. Weights start by Xavier's rule, biases as 0 (Vaswani et al. 2017).
    """

    @translated
    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, *, kdim: int | None = None,
        vdim: int | None = None, batch_first: bool = False, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention: num_heads {num_heads} does not divide embed_dim {embed_dim}")
        check(dropout)
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.dropout, self.batch_first = dropout, batch_first
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.generator = None if generator is None else init.generator(generator)  # later draws dropout
        rng = init.generator(self.generator)

        def xavier(out: int, into: int) -> Parameter:
            return Parameter(init.xavier_uniform((out, into), generator=rng, dtype=dtype))

        self.in_proj_weight: Tensor | None = None
        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = xavier(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = xavier(embed_dim, embed_dim)
            self.k_proj_weight = xavier(embed_dim, self.kdim)
            self.v_proj_weight = xavier(embed_dim, self.vdim)
        self.in_proj_bias: Tensor | None = Parameter(np.zeros(3 * embed_dim, dtype or np.float32)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, generator=rng, dtype=dtype)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data = np.zeros(embed_dim, dtype or np.float32)

    def forward(
        self, query: Array, key: Array, value: Array, key_padding_mask: Array | None = None, need_weights: bool = True,
        attn_mask: Array | None = None, average_attn_weights: bool = True, is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        """y, shaped like the query, and the attention weights (n, L, S).

        ``query``                 (L, n, embed_dim); ``key`` is (S, n, kdim) and ``value`` (S, n, vdim). With
                                  ``batch_first`` n stands first, for a single sample it is left out
        ``key_padding_mask``      (n, S) hides keys from all queries where True; a floating one is added to the scores
        ``need_weights``          whether to return the weights; without them, None takes their place and it is faster
        ``attn_mask``             the same for single queries: (L, S) or (n · heads, L, S)
        ``average_attn_weights``  whether the weights are averaged over the heads, or each head's: (n, heads, L, S)
        ``is_causal``             whether to hide the keys after each query, with or without a mask

        A query that may look nowhere gets the bias of ``out_proj`` alone.
        """
        self._check(query, key, value)
        y: Any
        weights: Any = None
        axis = 0 if self.batch_first else 1  # of the batch
        if query.ndim == 2:
            batch = np.expand_dims(query, axis)
            keys = batch if key is query else np.expand_dims(key, axis)
            values = keys if value is key else np.expand_dims(value, axis)
            hidden = None if key_padding_mask is None else key_padding_mask[None]
            options = (hidden, need_weights, attn_mask, average_attn_weights, is_causal)
            y, weights = self.forward(batch, keys, values, *options)
            return np.squeeze(y, axis), None if weights is None else weights[0]
        q, k, v = self._heads(query, key, value, axis)
        bias, seen = self._masks(q, k, key_padding_mask, attn_mask, is_causal)
        scale = 1 / math.sqrt(self.embed_dim // self.num_heads)
        drops = self.training and self.dropout
        dropped = mask(q, (*q.shape[:3], k.shape[2]), self.dropout, self.generator) if drops else None
        if need_weights:
            weights = attention_weights(q, k, bias, seen, scale)
            weights = weights if dropped is None else weights * dropped
            y = weights @ v
            weights = np.mean(weights, axis=1) if average_attn_weights else weights
        else:
            y = attention(q, k, v, bias, seen, scale, dropped)
        return self.out_proj(join_heads([y], self.num_heads, 1, axis)), weights

    def _heads(self, query: Any, key: Any, value: Any, axis: int) -> Any:
        """Queries, keys and values of all heads, (n, heads, L or S, e), by as few matrix products as possible."""
        h, w, b, like = self.num_heads, self.in_proj_weight, self.in_proj_bias, self.out_proj.weight
        if w is not None and query is key is value:
            return split_heads(functional.linear(functional.cast(query, like), w, b), h, 3, axis)
        thirds = [slice(k * self.embed_dim, (k + 1) * self.embed_dim) for k in range(3)]
        parts = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight] if w is None else [w[t] for t in thirds]
        biases = [None] * 3 if b is None else [b[t] for t in thirds]
        return [
            split_heads(functional.linear(functional.cast(x, like), part, shift), h, 1, axis)[0]
            for x, part, shift in zip((query, key, value), parts, biases, strict=True)
        ]

    def _masks(self, q: Any, k: Any, key_padding_mask: Any, attn_mask: Any, is_causal: bool) -> tuple[Any, Any]:
        """What is added to the scores (n, heads, L, S), and where a query may look; None: nothing, and everywhere."""
        n, h, length = q.shape[:3]
        keys = k.shape[2]
        bias = None
        seen = causal(length, keys, plain(q)) if is_causal else None
        for name, given, shapes in (
            ("key_padding_mask", key_padding_mask, {(n, keys): (n, 1, 1, keys)}),
            ("attn_mask", attn_mask, {(length, keys): (length, keys), (n * h, length, keys): (n, h, length, keys)}),
        ):
            if given is None:
                continue
            if given.shape not in shapes:
                raise ShapeError(self, f"{name} {given.shape}", " or ".join(map(str, shapes)))
            given = given.reshape(shapes[given.shape])
            if given.dtype.kind == "b":
                may = ~plain(given)
                seen = may if seen is None else seen & may
            elif given.dtype.kind == "f":
                given = functional.cast(given, q)
                bias = given if bias is None else bias + given
            else:
                raise TypeError(f"MultiheadAttention: {name} is of bool or floating, got {given.dtype}")
        return bias, seen

    def _check(self, query: Any, key: Any, value: Any) -> None:
        shapes = [x.shape for x in (query, key, value)]
        fits = len({len(s) for s in shapes}) == 1 and query.ndim in (2, 3) and key.shape[:-1] == value.shape[:-1]
        fits = fits and [s[-1] for s in shapes] == [self.embed_dim, self.kdim, self.vdim]
        batch = 0 if self.batch_first else 1
        if not fits or (query.ndim == 3 and query.shape[batch] != key.shape[batch]):
            first, second = ("n, L", "n, S") if self.batch_first else ("L, n", "S, n")
            wanted = f"query ({first}, {self.embed_dim}), key ({second}, {self.kdim}), value ({second}, {self.vdim})"
            raise ShapeError(self, ", ".join(map(str, shapes)), wanted)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        query, key, value = inputs[:3]
        keys = key.shape[1 if self.batch_first and key.ndim == 3 else 0]
        return int((query.size + key.size + value.size) * self.embed_dim + 2 * query.size * keys)

    def describe(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}" + (", batch_first=True" if self.batch_first else "")
