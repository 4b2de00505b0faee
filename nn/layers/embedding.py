"""A table of vectors, looked up by their numbers."""

from __future__ import annotations

from typing import Any

from autograd.declare import plain

from .. import functional, init
from ..functional.embedding import padding_row
from ..module import Module, Parameter


class Embedding(Module):
    """y[...] = weight[input[...]] for whole numbers of any shape; weight is (num_embeddings, embedding_dim).

    The table begins in N(0, 1). The row ``padding_idx`` begins as 0 and gets no gradient.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_row(padding_idx, num_embeddings)
        table = init.normal((num_embeddings, embedding_dim), 0.0, 1.0, generator, dtype)
        if self.padding_idx is not None:
            table[self.padding_idx] = 0
        self.weight = Parameter(table)

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, padding_idx: int | None = None) -> Embedding:
        """A layer with this table (num_embeddings, embedding_dim), which is not trained unless ``freeze=False``."""
        table = plain(embeddings)
        if table.ndim != 2:
            raise ValueError(f"Embedding.from_pretrained: embeddings are (num_embeddings, dim), got {table.shape}")
        layer = cls.__new__(cls)
        layer.num_embeddings, layer.embedding_dim = table.shape
        layer.padding_idx = padding_row(padding_idx, len(table))
        layer.weight = Parameter(table, requires_grad=not freeze)
        return layer

    def forward(self, input: Any) -> Any:
        return functional.embedding(input, self.weight, self.padding_idx)

    def describe(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
