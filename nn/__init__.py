"""Neural networks on top of the engine: PyTorch's names and layouts, NumPy's words for arrays.

Convention: making a layer raises ValueError for an option that it cannot have, and TypeError for data in place of
options. Calling it raises ``ShapeError``, which is a ValueError, for an input of another shape than its docstring says,
and TypeError for one that does not hold numbers; the error names the layer's place in the model.
"""

from typing import TYPE_CHECKING

from autograd.absent import absent_names
from autograd.late import late_names, listed

if TYPE_CHECKING:  # a type checker sees all that is imported; mypy would read a list only if it were all strings
    from . import data as data
    from . import datasets as datasets
    from . import distributed as distributed
    from . import files as files
    from . import functional as functional
    from . import init as init
    from . import layers as layers
    from . import losses as losses
    from . import metrics as metrics
    from . import module as module
    from . import plots as plots
    from . import scalar as scalar
    from . import testing as testing
    from . import training as training
    from . import transforms as transforms
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
    from .table import Summary as Summary
    from .table import summary as summary
    from .training import Checkup as Checkup
    from .training import DoctorWarning as DoctorWarning
    from .training import doctor as doctor
    from .training import watch as watch
else:
    _names = {
        "data": "ArrayDataset ConcatDataset DataLoader Dataset Subset collate random_split",
        "files": "FileError load save",
        "functional": "",
        "init": "seed",
        "layers": (
            "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool2d AvgPool1d AvgPool2d AvgPool3d BatchNorm1d "
            "BatchNorm2d BatchNorm3d Bilinear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d Dropout Dropout2d "
            "ELU Embedding Flatten GELU GLU GRU GRUCell GroupNorm Hardsigmoid Hardswish Hardtanh Identity "
            "InstanceNorm1d InstanceNorm2d InstanceNorm3d LSTM LSTMCell LayerNorm LeakyReLU Linear LogSigmoid "
            "LogSoftmax MaxPool1d MaxPool2d MaxPool3d Mish ModuleDict ModuleList MultiheadAttention PReLU RBF RMSNorm "
            "RNN RNNCell ReLU ReLU6 SELU Sequential SiLU Sigmoid Softmax Softmin Softplus Softsign Tanh Threshold "
            "TransformerEncoder TransformerEncoderLayer Unflatten Upsample ZeroPad2d"
        ),
        "losses": (
            "BCELoss BCEWithLogitsLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HalfSquaredLoss "
            "HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss MSELoss MarginRankingLoss MultiMarginLoss NLLLoss "
            "PoissonNLLLoss SmoothL1Loss SoftMarginLoss SoftmaxBinaryCrossEntropyLoss TripletMarginLoss"
        ),
        "module": "Module Parameter ShapeError",
        "perceptron": "Perceptron",
        "table": "Summary summary",
    }
    _seldom = {
        "datasets": "", "distributed": "", "metrics": "", "plots": "", "scalar": "", "testing": "", "transforms": "",
        "training": "Checkup DoctorWarning doctor watch",
    }  # fmt: skip
    __all__ = ["data", "files", "functional", "init", *listed(_names)]
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
    __getattr__, __dir__ = late_names(__name__, _names | _seldom, _absent)
