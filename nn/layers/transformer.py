"""The transformer's encoder: attention and a small network for each position, added to what came in.

Convention: masks as in ``MultiheadAttention``: True hides. Vaswani et al., "Attention is all you need", 2017.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .. import functional, init
from ..functional.feedforward import feed_forward
from ..module import Module
from .attention import MultiheadAttention
from .dropout import Dropout
from .linear import Linear
from .normalisation import LayerNorm

ACTIVATIONS: dict[str, Any] = {"relu": functional.relu, "gelu": functional.gelu}


class TransformerEncoderLayer(Module):
    """x = norm₁(x + attention(x)); y = norm₂(x + W₂ f(W₁ x)).

    With ``norm_first`` each norm stands before its branch: x = x + attention(norm₁(x)). x is (L, n, d_model), or with
    ``batch_first`` (n, L, d_model); ``activation`` f is 'relu', 'gelu' or a function.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if isinstance(activation, str) and activation not in ACTIVATIONS:
            raise ValueError(f"TransformerEncoderLayer: activation is 'relu', 'gelu' or a function, not {activation!r}")
        given = None if generator is None else init.generator(generator)
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, generator=given, dtype=dtype
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, generator=given, dtype=dtype)
        self.dropout = Dropout(dropout, generator=given)
        self.linear2 = Linear(dim_feedforward, d_model, bias, generator=given, dtype=dtype)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout, generator=given)
        self.dropout2 = Dropout(dropout, generator=given)
        self.activation = ACTIVATIONS[activation] if isinstance(activation, str) else activation

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        def attend(x: Any) -> Any:
            y, _ = self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)
            return self.dropout1(y)

        def think(x: Any) -> Any:
            if self._plain():
                one, two = self.linear1, self.linear2
                return self.dropout2(feed_forward(x, one.weight, one.bias, two.weight, two.bias))
            return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

        x = functional.cast(src, self.linear1.weight)
        if self.norm_first:
            x = x + attend(self.norm1(x))
            return x + think(self.norm2(x))
        x = self.norm1(x + attend(x))
        return self.norm2(x + think(x))

    def _plain(self) -> bool:
        """Is what lies between the two linear layers relu alone, and does nobody want to see it?"""
        inner = self.linear1, self.dropout, self.linear2
        asis = [type(module) for module in inner] == [Linear, Dropout, Linear] and not any(m._hooks for m in inner)
        return asis and self.activation is functional.relu and not (self.training and self.dropout.p)


class TransformerEncoder(Module):
    """``num_layers`` copies of an encoder layer, one after the other, and ``norm`` at the end if there is one.

    The copies begin with the same numbers, as PyTorch's do; what the layer draws at random, they draw in turns.
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        shared = [getattr(module, "generator", None) for module in encoder_layer.modules()]
        self.layers = [
            copy.deepcopy(encoder_layer, {id(rng): rng for rng in shared if rng is not None}) for _ in range(num_layers)
        ]
        self.num_layers = num_layers
        self.norm = norm

    def forward(self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)
