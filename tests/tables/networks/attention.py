"""Attention and the transformer's encoder: layers, function and kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.functional.attention import attention, join_heads, split_heads
from nn.functional.linear import feed_forward

from ..operations.row import real
from .case import case, kernel

rng = np.random.default_rng(7)
LATER = ~np.tri(3, 3, dtype=bool)  # True: a query may not look there
PADDED = np.array([[False, False, True], [False, True, True]])
ADDED = rng.normal(size=(3, 3))
FIXED = np.cos(np.arange(24.0)).reshape(2, 3, 4)
MAY = np.array([[True, False, True, True], [True, True, False, False], [False, True, True, False]])

q, k, v = real(2, 3, 4), real(2, 4, 4), real(2, 4, 5)
x = real(2, 3, 4)


def heads(*shape: int) -> Any:
    return real(2, *shape)


CASES = [
    case("functional.scaled_dot_product_attention", inputs=[q, k, v]),
    case("functional.scaled_dot_product_attention", inputs=[q, k, v], is_causal=True, scale=0.7),
    case("functional.scaled_dot_product_attention", inputs=[q, k, v], call={"attn_mask": MAY}, name="sdpa, bool"),
    case("functional.scaled_dot_product_attention", inputs=[q, k, v, real(3, 4)], name="sdpa, added"),
    case("functional.scaled_dot_product_attention", inputs=[heads(4, 3, 2), heads(2, 3, 2), heads(2, 3, 2)],
         enable_gqa=True),
    case("MultiheadAttention", 4, 2, inputs=[real(3, 2, 4), real(5, 2, 4), real(5, 2, 4)]),
    case("MultiheadAttention", 4, 2, batch_first=True, bias=False, inputs=[q, k, k],
         call={"average_attn_weights": False}),
    case("MultiheadAttention", 4, 2, kdim=3, vdim=2, batch_first=True, inputs=[q, real(2, 5, 3), real(2, 5, 2)],
         call={"need_weights": False}),
    case("MultiheadAttention", 4, 2, batch_first=True, inputs=[x, x, x], name="MultiheadAttention, masks",
         call={"key_padding_mask": PADDED, "attn_mask": LATER}),
    case("MultiheadAttention", 4, 2, batch_first=True, inputs=[x, x, x], name="MultiheadAttention, added masks",
         call={"key_padding_mask": ADDED[:2], "attn_mask": rng.normal(size=(4, 3, 3)), "need_weights": False}),
    case("MultiheadAttention", 4, 2, inputs=[real(3, 4)] * 3, name="MultiheadAttention, one sample"),
    case("TransformerEncoderLayer", 4, 2, 5, 0.0, batch_first=True, inputs=[x], kinks=True),
    case("TransformerEncoderLayer", 4, 2, 5, 0.0, "gelu", inputs=[x], norm_first=True, layer_norm_eps=0.1, bias=False),
    case("TransformerEncoderLayer", 4, 2, 5, 0.3, "gelu", batch_first=True, inputs=[x], training=False,
         call={"src_mask": LATER, "src_key_padding_mask": PADDED, "is_causal": True}),
    case("TransformerEncoder", case("TransformerEncoderLayer", 4, 2, 5, 0.0, "gelu", batch_first=True, inputs=[]), 2,
         inputs=[x], call={"mask": LATER, "src_key_padding_mask": PADDED, "is_causal": True}),
]  # fmt: skip


KERNELS = [
    kernel("attention", lambda q, k, v, m: attention(q, k, v, m, None, 0.5), q, k, v, real(2, 3, 4)),
    kernel("attention, one mask", lambda q, k, v, m: attention(q, k, v, m, None, 0.5), q, k, v, real(4)),
    kernel(
        "attention, large scores",
        lambda q, k, v, m: attention(q, k, v, m * 60, MAY, 0.5),
        q, k, v, real(3, 4),
    ),
    kernel(
        "attention, shared keys, dropped",
        lambda q, k, v: attention(q, k, v, None, MAY.copy(), 0.5, ADDED[:, :1].copy()),
        q, real(4, 4), real(4, 5),
    ),
    kernel(
        "split_heads",
        lambda x: split_heads(x, 2, 3, 1),
        real(3, 2, 12),
        composed=lambda x: tuple(x.reshape(3, 2, 3, 2, 2)[:, :, k].transpose(1, 2, 0, 3) for k in range(3)),
    ),
    kernel(
        "join_heads",
        lambda x, y: join_heads([x, y], 2, 2, 0),
        real(3, 2, 2, 2), real(3, 2, 2, 2),
        composed=lambda x, y: np.stack([x.transpose(0, 2, 1, 3), y.transpose(0, 2, 1, 3)], 2).reshape(3, 2, 8),
    ),
    kernel(
        "feed_forward",
        lambda x, a, b, c, d: feed_forward(x, a, b, c, d),
        real(2, 2, 3), real(4, 3), real(4), real(3, 4), real(3),
    ),
    kernel(
        "feed_forward, no biases",
        lambda x, a, c: feed_forward(x, a, None, c, None),
        real(2, 3), real(4, 3), real(3, 4),
    ),
    kernel(
        "attention of fixed queries",
        lambda k, v: attention(FIXED, k, v, None, None, 0.5),
        k, v,
    ),
    kernel(
        "feed_forward of a fixed input",
        lambda a, c: feed_forward(FIXED, a, None, c, None),
        real(5, 4), real(3, 5),
    ),
]  # fmt: skip
