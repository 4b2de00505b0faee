"""The transformer's encoder: attention and a small network for each position, each added to its input.

Convention: masks as in ``MultiheadAttention``: True hides. Vaswani et al., "Attention is all you need", 2017.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Literal

from autograd import Tensor
from autograd.core import recording
from autograd.typing import Array

from .. import functional, init
from ..functional.linear import feed_forward
from ..init import DType, Randomness
from ..module import Module
from ..words import translated
from .attention import MultiheadAttention
from .dropout import Dropout
from .linear import Linear
from .normalisation import LayerNorm

__all__ = ["TransformerEncoder", "TransformerEncoderLayer"]

ACTIVATIONS: dict[str, Any] = {"relu": functional.relu, "gelu": functional.gelu}


class TransformerEncoderLayer(Module):
    """x = norm₁(src + attention(src)); y = norm₂(x + W₂ f(W₁ x)).

    ``d_model``          features of src and y
    ``nhead``            number of attention heads
    ``dim_feedforward``  features between W₁ and W₂
    ``dropout``          probability with which attention weights and the outputs of f and both branches are zeroed
    ``activation``       f: 'relu', 'gelu' or a function
    ``layer_norm_eps``   the eps of both norms
    ``batch_first``      whether src is (n, L, d_model) instead of (L, n, d_model)
    ``norm_first``       whether each norm stands before its branch: x = src + attention(norm₁(src)), and so on
    ``bias``             whether all maps and norms have a bias
    ``generator``        a Generator or a seed for first values and dropout; None takes the default one, see ``nn.seed``
    ``dtype``            of the parameters, float32 by default

    Its modules are named ``self_attn``, ``linear1``, ``dropout``, ``linear2``, ``norm1``, ``norm2``, ``dropout1`` and
    ``dropout2``, as PyTorch's.
    """

    @translated
    def __init__(
        self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
        activation: Literal["relu", "gelu"] | Callable[[Any], Any] = "relu", layer_norm_eps: float = 1e-5,
        batch_first: bool = False, norm_first: bool = False, bias: bool = True,
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        if isinstance(activation, str) and activation not in ACTIVATIONS:
            raise ValueError(f"TransformerEncoderLayer: activation is 'relu', 'gelu' or a function, not {activation!r}")
        given = None if generator is None else init.generator(generator)
        drawn: Any = {"generator": given, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **drawn)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **drawn)
        self.dropout = Dropout(dropout, generator=given)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **drawn)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout, generator=given)
        self.dropout2 = Dropout(dropout, generator=given)
        self.activation = ACTIVATIONS[activation] if isinstance(activation, str) else activation

    def forward(
        self, src: Array, src_mask: Array | None = None, src_key_padding_mask: Array | None = None,
        is_causal: bool = False,
    ) -> Tensor:  # fmt: skip
        """y, of the shape of src.

        ``src``                   (L, n, d_model), with ``batch_first`` (n, L, d_model); without n for a single sequence
        ``src_mask``              the ``attn_mask`` of ``MultiheadAttention``
        ``src_key_padding_mask``  its ``key_padding_mask``
        ``is_causal``             whether to hide what comes after each place
        """

        def attend(x: Any) -> Any:
            y, _ = self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)
            return self.dropout1(y)

        def think(x: Any) -> Any:
            if self._plain():
                one, two = self.linear1, self.linear2
                return self.dropout2(feed_forward(x, one.weight, one.bias, two.weight, two.bias))
            return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

        x: Any = functional.cast(src, self.linear1.weight)
        if self.norm_first:
            x = x + attend(self.norm1(x))
            return x + think(self.norm2(x))
        x = self.norm1(x + attend(x))
        return self.norm2(x + think(x))

    def _plain(self) -> bool:
        """Is there only relu between the two linear layers, and no hook or picture that wants to see them?"""
        if recording.scope is not None:
            return False
        inner = self.linear1, self.dropout, self.linear2
        asis = [type(module) for module in inner] == [Linear, Dropout, Linear] and not any(m._hooks for m in inner)
        return asis and self.activation is functional.relu and not (self.training and self.dropout.p)


class TransformerEncoder(Module):
    """y = norm(fₙ(... f₂(f₁(src)))), where the fᵢ are copies of one encoder layer.

    ``encoder_layer``  the layer to copy, a ``TransformerEncoderLayer`` or one that is called alike
    ``num_layers``     number of copies, n
    ``norm``           a layer for the end, such as a ``LayerNorm``; None for none

    src and y have one shape, (L, n, d_model), or as the layer takes it. The copies start with the same numbers, as
    PyTorch's, and share a generator.
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        found = [getattr(module, "generator", None) for module in encoder_layer.modules()]
        shared = {id(generator): generator for generator in found if generator is not None}
        self.layers = [copy.deepcopy(encoder_layer, dict(shared)) for _ in range(num_layers)]
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self, src: Array, mask: Array | None = None, src_key_padding_mask: Array | None = None, is_causal: bool = False
    ) -> Tensor:
        """y, of the shape of src.

        ``src``                   (L, n, d_model), with ``batch_first`` (n, L, d_model); without n for a single sequence
        ``mask``                  the ``attn_mask`` of ``MultiheadAttention``
        ``src_key_padding_mask``  its ``key_padding_mask``
        ``is_causal``             whether to hide what comes after each place
        """
        y: Any = src
        for layer in self.layers:
            y = layer(y, mask, src_key_padding_mask, is_causal)
        return y if self.norm is None else self.norm(y)
