"""Optimizers, schedules and what goes with them: PyTorch's names, arguments and formulas, for tensors and Values.

Convention: x are the parameters, g their gradients, t counts the steps from 1, and lr is the learning rate. Parameters
may have any shape. ValueError is raised for an option out of its range and for a schedule that does not go with its
optimizer, TypeError for parameters that are no leaf tensors or Values, ImportError where SciPy is missing.
"""

from typing import TYPE_CHECKING

from autograd.absent import absent_names
from autograd.late import late_names, listed

if TYPE_CHECKING:  # a type checker sees all that is imported
    from .adadelta import *
    from .adagrad import *
    from .adam import *
    from .adamax import *
    from .adamw import *
    from .clipping import *
    from .combined_schedules import *
    from .cyclic_lr import *
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
else:
    _names = {
        "adadelta": "Adadelta", "adagrad": "Adagrad", "adam": "Adam", "adamax": "Adamax", "adamw": "AdamW",
        "clipping": "clip_grad_norm_ clip_grad_value_",
        "combined_schedules": "ChainedScheduler SequentialLR warmup",
        "cyclic_lr": "CyclicLR OneCycleLR",
        "lbfgs": "LBFGS", "lion": "Lion", "muon": "Muon", "nadam": "NAdam", "optimizer": "Optimizer",
        "plateau": "ReduceLROnPlateau",
        "radam": "RAdam", "rmsprop": "RMSprop",
        "scheduler": "LRScheduler",
        "schedules": "ConstantLR CosineAnnealingLR CosineAnnealingWarmRestarts ExponentialLR LambdaLR LinearLR "
                     "MultiStepLR MultiplicativeLR PolynomialLR StepLR",
        "scipy_minimizers": "scipy_minimize",
        "sgd": "SGD",
        "weight_averaging": "EMA SWA",
    }  # fmt: skip
    __all__ = listed(_names)
    _absent = absent_names(
        __name__,
        {
            "lr_scheduler schedulers": "optim.StepLR and its kin: schedules stand beside the optimizers",
            "swa_utils": "optim.AveragedModel",
            "GradientDescent": "optim.SGD(parameters, lr)",
            "Momentum": "optim.SGD(parameters, lr, momentum=0.9)",
            "minimize": "optim.scipy_minimize, or an optimizer's step() in a loop",
        },
    )
    __getattr__, __dir__ = late_names(__name__, _names, _absent)
