"""Training: the loop, its callbacks, and the checkpoints from which it resumes.

Convention: ValueError is raised for an option out of its range and for arrays of different lengths, TypeError for what
is no data, model, metric or state; ``CheckpointError``, which is a ValueError, for a damaged or foreign checkpoint,
FileNotFoundError for a missing one; ``NotFiniteError``, which is an ArithmeticError, once a loss or a gradient is NaN
or infinite.
"""

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
