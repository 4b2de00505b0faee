"""Losses as modules: PyTorch's names and options. What each computes stands in ``nn/functional``.

Convention: a loss is called with the network's output first and the target after it; ``reduction`` is 'mean', 'sum' or
'none'. Weights are kept as buffers, as PyTorch keeps them.
"""

from .classification import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    KLDivLoss,
    MultiMarginLoss,
    NLLLoss,
    SoftmaxBinaryCrossEntropyLoss,
)
from .pairs import (
    CosineEmbeddingLoss,
    HingeEmbeddingLoss,
    MarginRankingLoss,
    SoftMarginLoss,
    TripletMarginLoss,
)
from .regression import (
    GaussianNLLLoss,
    HalfSquaredLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    PoissonNLLLoss,
    SmoothL1Loss,
)

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HalfSquaredLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "SoftmaxBinaryCrossEntropyLoss",
    "TripletMarginLoss",
]
