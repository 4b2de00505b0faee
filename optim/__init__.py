"""Optimizers, schedules and what goes with them: PyTorch's names, arguments and formulas, for tensors and Values."""

# isort: off
from . import adadelta, adagrad, adam, adamax, adamw, combined_schedules, cyclic_schedules, lbfgs, lion, muon, nadam
from . import optimizer, plateau, radam, rmsprop, scheduler, schedules, scipy_minimizers, sgd, weight_averaging
from .adadelta import *
from .adagrad import *
from .adam import *
from .adamax import *
from .adamw import *
from .clipping import clip_grad_norm_, clip_grad_value_
from .combined_schedules import *
from .cyclic_schedules import *
from .lbfgs import *
from .lion import *
from .muon import *
from .nadam import *
from .optimizer import *
from .plateau import *
from .radam import *
from .rmsprop import *
from .scheduler import *
from .schedules import *
from .scipy_minimizers import *
from .sgd import *
from .weight_averaging import *

__all__ = [
    *adadelta.__all__, *adagrad.__all__, *adam.__all__, *adamax.__all__, *adamw.__all__, *combined_schedules.__all__,
    *cyclic_schedules.__all__, *lbfgs.__all__, *lion.__all__, *muon.__all__, *nadam.__all__, *optimizer.__all__,
    *plateau.__all__, *radam.__all__, *rmsprop.__all__, *scheduler.__all__, *schedules.__all__,
    *scipy_minimizers.__all__, *sgd.__all__, *weight_averaging.__all__, "clip_grad_norm_", "clip_grad_value_",
]  # fmt: skip
