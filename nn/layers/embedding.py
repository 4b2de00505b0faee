"""Embedding: a table of vectors, looked up by row number."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from autograd import Tensor
from autograd.declare import plain
from autograd.typing import Array, ArrayLike

from .. import functional, init
from ..functional.embedding import padding_row
from ..init import DType, Randomness
from ..module import Module, Parameter
from ..words import translated
from .layer import changed

__all__ = ["Embedding"]


class Embedding(Module):
    """y[...] = weight[input[...]]: a learned vector for each whole number.

    ``num_embeddings``  rows of the table: numbers run from 0 to num_embeddings - 1
    ``embedding_dim``   length of each vector
    ``padding_idx``     a row that starts at 0 and gets no gradient; negative ones count from the end
    ``generator``       a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``           of the table, float32 by default

    The input holds integers in any shape; y is (*input.shape, dim). ``weight`` (num_embeddings, dim) starts as N(0, 1).
    """

    input_dtype: ClassVar[type] = np.intp  # for ``summary``

    @translated
    def __init__(
        self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None,
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_row(padding_idx, num_embeddings)
        table = init.normal((num_embeddings, embedding_dim), 0.0, 1.0, generator, dtype)
        if self.padding_idx is not None:
            table[self.padding_idx] = 0
        self.weight: Tensor = Parameter(table)

    @classmethod
    def from_pretrained(cls, embeddings: Array, freeze: bool = True, padding_idx: int | None = None) -> Embedding:
        """A layer whose table is given.

        ``embeddings``   the table (num_embeddings, dim), else ValueError is raised
        ``freeze``       False: the table is trained
        ``padding_idx``  a row that gets no gradient
        """
        table = plain(embeddings)
        if table.ndim != 2:
            raise ValueError(f"Embedding.from_pretrained: embeddings are (num_embeddings, dim), got {table.shape}")
        layer = cls.__new__(cls)
        layer.num_embeddings, layer.embedding_dim = table.shape
        layer.padding_idx = padding_row(padding_idx, len(table))
        layer.weight = Parameter(table, requires_grad=not freeze)
        return layer

    def forward(self, input: ArrayLike) -> Tensor:
        return functional.embedding(input, self.weight, self.padding_idx)

    def describe(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}" + changed(self, padding_idx=None)
