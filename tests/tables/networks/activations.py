"""Activations: their layers beside PyTorch's, ``ROWS`` of their operations, and softmax as a single operation."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops import activation
from nn import functional as F

from ..operations.row import Row, Sample, nonzero, positive, real, row
from .case import Case, case, kernel


def at(*values: Any) -> Sample:
    """Exactly these numbers."""
    return lambda rng: np.array(values)


def active(name: str, sample: Sample, *more: Sample, **options: Any) -> Row:
    """An activation by name."""
    operation = getattr(activation, name)
    title = " ".join([name, *map(str, options)])
    return row(title, operation, lambda x, *rest: operation(x, *rest, **options), sample, *more)


BENDS = at([-3.5, -2.0, -0.4], [0.3, 1.6, 6.2])  # on every straight piece of a piecewise linear function
SMOOTH = real(2, 3)

CASES: list[Case] = [
    case("ReLU", inputs=[nonzero(2, 3)]),
    case("ReLU6", inputs=[BENDS]),
    case("LeakyReLU", inputs=[nonzero(2, 3)]),
    case("LeakyReLU", 0.2, inputs=[nonzero(2, 3)]),
    case("PReLU", inputs=[nonzero(2, 3)]),
    case("PReLU", 3, init=0.4, inputs=[nonzero(2, 3, 2)]),
    case("ELU", inputs=[nonzero(2, 3)]),
    case("ELU", alpha=0.5, inputs=[nonzero(2, 3)]),
    case("SELU", inputs=[nonzero(2, 3)]),
    case("GELU", inputs=[SMOOTH]),
    case("GELU", approximate="tanh", inputs=[SMOOTH]),
    case("SiLU", inputs=[SMOOTH]),
    case("Mish", inputs=[SMOOTH]),
    case("Sigmoid", inputs=[SMOOTH]),
    case("LogSigmoid", inputs=[SMOOTH]),
    case("Tanh", inputs=[SMOOTH]),
    case("Softsign", inputs=[nonzero(2, 3)]),
    case("Softplus", inputs=[SMOOTH]),
    case("Softplus", beta=2.0, threshold=1.5, inputs=[BENDS]),
    case("Hardtanh", inputs=[BENDS]),
    case("Hardtanh", -0.5, 2.0, inputs=[BENDS]),
    case("Hardsigmoid", inputs=[BENDS]),
    case("Hardswish", inputs=[BENDS]),
    case("Threshold", 0.1, 20.0, inputs=[BENDS]),
    case("GLU", inputs=[real(3, 4)]),
    case("GLU", 0, inputs=[real(2, 3)]),
    case("Softmax", 1, inputs=[SMOOTH]),
    case("Softmax", axis=0, inputs=[SMOOTH]),
    case("Softmin", axis=1, inputs=[real(2, 3, 2)]),
    case("LogSoftmax", axis=-1, inputs=[SMOOTH]),
    case("LogSoftmax", axis=0, inputs=[real(3, 2, 2)]),
    case("functional.prelu", inputs=[nonzero(3), real(1)]),
]

ROWS: list[Row] = [
    active("relu", nonzero(4)),
    active("leaky_relu", nonzero(4)),
    active("leaky_relu", nonzero(4), negative_slope=1.5),
    active("sigmoid", real(4)),
    active("softplus", real(4)),
    active("softplus", real(4), beta=2.5),
    active("gaussian", real(4)),
    active("rbf", real(3, 2), real(2), positive(1)),
    active("hardtanh", at(-1.5, -0.4, 0.7, 1.2)),
    active("hardtanh", at(-1.5, -0.4, 0.7, 1.2), min_val=-0.5, max_val=0.5),
    active("silu", real(4)),
    active("elu", nonzero(4)),
    active("elu", nonzero(4), alpha=0.5),
    active("gelu", real(4)),
    active("gelu", real(4), approximate="tanh"),
    active("selu", nonzero(4)),
    active("mish", real(4)),
    active("logsigmoid", real(4)),
    active("softsign", nonzero(4)),
    active("hardsigmoid", at(-3.5, -0.4, 0.7, 3.2)),
    active("hardswish", at(-3.5, -0.4, 0.7, 3.2)),
    active("threshold", nonzero(4), threshold=0.1, value=20.0),
]

KERNELS = [
    *(
        kernel(
            f"softmax {shape} along {axis}".replace(",", ""),
            lambda x, axis=axis: F.softmax(x, axis),
            real(*shape),
        )
        for shape, axis in [((3, 4), -1), ((3, 4), 0), ((2, 3, 2), 1)]
    ),
    kernel(
        "softmax of numbers far apart",
        lambda x: F.softmax(x * 20),
        real(3, 4),
    ),
    *(
        kernel(
            f"log_softmax along {axis}",
            lambda x, axis=axis: F.log_softmax(x, axis),
            real(3, 4),
        )
        for axis in (-1, 0)
    ),
    *(kernel(f.__name__, f, real(4)) for f in (F.gelu, F.silu, F.mish)),
    kernel("gelu, approximate", lambda x: F.gelu(x, approximate="tanh"), real(4)),
    kernel(
        "prelu",
        lambda x, w: F.prelu(x, w),
        nonzero(2, 3, 2),
        real(3),
    ),
]
