"""Neural networks on top of the engine: PyTorch's names and layouts, NumPy's words for arrays.

Convention: making a layer raises ValueError for an option that it cannot have, and TypeError for data in place of
options. Calling it raises ``ShapeError``, which is a ValueError, for an input of another shape than its docstring says,
and TypeError for one that does not hold numbers; the error names the layer's place in the model.
"""

import importlib
from typing import TYPE_CHECKING

from autograd.absent import absent_names

from . import data, files, functional, init, layers, losses
from .data.collating import *
from .data.dataset import *
from .data.loader import *
from .files import FileError as FileError
from .files import load as load
from .files import save as save
from .init import seed as seed
from .layers import *
from .losses import *
from .module import Module as Module
from .module import Parameter as Parameter
from .module import ShapeError as ShapeError
from .perceptron import Perceptron as Perceptron
from .summary import Summary as Summary
from .summary import summary as summary

if TYPE_CHECKING:  # a type checker sees all that is imported; mypy would read a list only if it were all strings
    from . import datasets as datasets
    from . import metrics as metrics
    from . import plots as plots
    from . import scalar as scalar
    from . import testing as testing
    from . import training as training
    from . import transforms as transforms
    from .training import Checkup as Checkup
    from .training import DoctorWarning as DoctorWarning
    from .training import doctor as doctor
    from .training import watch as watch
else:
    __all__ = [
        "data", "files", "functional", "init", "FileError", "Module", "Parameter", "Perceptron", "ShapeError",
        "Summary", "load", "save", "seed", "summary",
        *data.collating.__all__, *data.dataset.__all__, *data.loader.__all__, *layers.__all__, *losses.__all__,
    ]  # fmt: skip

    def __getattr__(name: str) -> object:
        """Some modules, and what is in them, are imported when they are asked for, as they take a while to import."""
        if name in ("datasets", "metrics", "plots", "scalar", "testing", "training", "transforms"):
            return importlib.import_module(f".{name}", __name__)
        if name in ("Checkup", "DoctorWarning", "doctor", "watch"):
            return getattr(importlib.import_module(".training", __name__), name)
        return _absent(name)

    _absent = absent_names(
        __name__,
        {
            "CrossEntropy SoftmaxCrossEntropyLoss CategoricalCrossentropy": "nn.CrossEntropyLoss()",
            "BinaryCrossEntropy BinaryCrossentropy BCE": "nn.BCEWithLogitsLoss() of logits, or nn.BCELoss()",
            "MSE MeanSquaredError SquaredLoss": "nn.MSELoss()",
            "MAE L1": "nn.L1Loss()",
            "Dense Affine FullyConnected": "nn.Linear(in_features, out_features)",
            "Conv Convolution": "nn.Conv1d or nn.Conv2d (channels, channels, kernel_size)",
            "BatchNorm BatchNormalization": "nn.BatchNorm1d or nn.BatchNorm2d",
            "Pool MaxPool MaxPooling2D": "nn.MaxPool1d or nn.MaxPool2d",
            "Activation": "nn.ReLU(), nn.Tanh(), ...",
            "Lambda": "the function itself: any callable is a layer in nn.Sequential",
            "ParameterList ParameterDict": "a list or a dict on an attribute: parameters in it are found",
            "Trainer Callback Checkpoint": "from nn.training import Trainer; so with callbacks",
            "utils": "optim.clip_grad_norm_ and its kin; nn.save and nn.load",
            "DataParallel parallel": "nothing: there is one processor",
            "relu tanh sigmoid softmax linear conv2d dropout cross_entropy": (
                "nn.functional.relu(x) and so on; the layers are nn.ReLU() and so on"
            ),
        },
    )
