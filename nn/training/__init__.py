"""Training: the loop, its callbacks, and the checkpoints from which it resumes."""

from .callbacks import Callback, Checkpoint, EarlyStopping
from .checkpoint import CheckpointError, load_state, save_state
from .checkup import Checkup, Doctor, DoctorWarning, Finding, doctor
from .finder import LearningRates
from .history import History
from .nonfinite import NotFiniteError
from .protocols import Training
from .trainer import Trainer
from .watching import Watch, watch

__all__ = [
    "Callback", "Checkpoint", "CheckpointError", "Checkup", "Doctor", "DoctorWarning", "EarlyStopping", "Finding",
    "History", "LearningRates", "NotFiniteError", "Trainer", "Training", "Watch", "doctor", "load_state", "save_state",
    "watch",
]  # fmt: skip
