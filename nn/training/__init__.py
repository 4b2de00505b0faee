"""Training: the loop, what is told of it, and what it can be gone on from."""

from .callbacks import Callback, Checkpoint, EarlyStopping
from .checkpoint import CheckpointError, load_state, save_state
from .finder import LearningRates
from .history import History
from .nonfinite import NotFiniteError
from .trainer import Trainer

__all__ = [
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "EarlyStopping",
    "History",
    "LearningRates",
    "NotFiniteError",
    "Trainer",
    "load_state",
    "save_state",
]
