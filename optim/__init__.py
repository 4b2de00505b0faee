"""Optimizers, schedules and what goes with them: PyTorch's names and arguments, moving tensors and Values alike."""

from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam
from .adamax import Adamax
from .adamw import AdamW
from .clipping import clip_grad_norm_, clip_grad_value_
from .combined_schedules import ChainedScheduler, SequentialLR, warmup
from .cyclic_schedules import CyclicLR, OneCycleLR
from .lbfgs import LBFGS
from .lion import Lion
from .muon import Muon
from .nadam import NAdam
from .optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .radam import RAdam
from .rmsprop import RMSprop
from .scheduler import LRScheduler
from .schedules import (
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from .scipy_minimizers import scipy_minimize
from .sgd import SGD
from .weight_averaging import EMA, SWA

__all__ = [
    "EMA",
    "LBFGS",
    "SGD",
    "SWA",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "Lion",
    "MultiStepLR",
    "MultiplicativeLR",
    "Muon",
    "NAdam",
    "OneCycleLR",
    "Optimizer",
    "PolynomialLR",
    "RAdam",
    "RMSprop",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
    "clip_grad_norm_",
    "clip_grad_value_",
    "scipy_minimize",
    "warmup",
]
