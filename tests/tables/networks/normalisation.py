"""Normalising layers, their functions and kernel."""

from __future__ import annotations

import numpy as np

from nn import functional as F

from ..operations.row import nonzero, positive, real
from .case import case, kernel

rng = np.random.default_rng(7)
MEAN, VARIANCE = rng.normal(size=3), rng.uniform(0.5, 2, 3)

CASES = [
    case("LayerNorm", 4, inputs=[real(3, 4)]),
    case("LayerNorm", (2, 3), eps=0.1, inputs=[real(2, 2, 3)]),
    case("LayerNorm", 4, bias=False, inputs=[real(2, 2, 4)]),
    case("LayerNorm", 4, elementwise_affine=False, inputs=[real(3, 4)]),
    case("RMSNorm", 4, inputs=[real(3, 4)]),
    case("RMSNorm", (2, 3), eps=0.1, elementwise_affine=False, inputs=[real(2, 2, 3)]),
    case("GroupNorm", 2, 4, inputs=[real(2, 4, 3)]),
    case("GroupNorm", 3, 3, eps=0.1, affine=False, inputs=[real(2, 3, 2, 2)]),
    case("BatchNorm1d", 3, inputs=[real(4, 3)]),
    case("BatchNorm1d", 3, inputs=[real(2, 3, 4)], momentum=0.3, eps=0.1),
    case("BatchNorm1d", 3, inputs=[real(4, 3)], training=False),
    case("BatchNorm1d", 3, inputs=[real(4, 3)], momentum=None),
    case("BatchNorm1d", 3, inputs=[real(4, 3)], track_running_stats=False, training=False),
    case("BatchNorm2d", 2, inputs=[real(3, 2, 2, 2)]),
    case("BatchNorm2d", 2, inputs=[real(3, 2, 2, 2)], affine=False),
    case("BatchNorm2d", 2, inputs=[real(3, 2, 2, 2)], affine=False, training=False),
    case("BatchNorm3d", 2, inputs=[real(2, 2, 2, 1, 2)]),
    case("InstanceNorm1d", 2, inputs=[real(2, 2, 4)]),
    case("InstanceNorm2d", 2, inputs=[real(2, 2, 2, 3)], affine=True, eps=0.1),
    case("InstanceNorm2d", 2, inputs=[real(2, 2, 3)], name="InstanceNorm2d of one sample"),
    case("InstanceNorm2d", 2, inputs=[real(3, 2, 2, 2)], affine=True, track_running_stats=True, momentum=0.3),
    case("InstanceNorm2d", 2, inputs=[real(3, 2, 2, 2)], track_running_stats=True, training=False),
    case("InstanceNorm3d", 2, inputs=[real(2, 2, 2, 2, 2)]),
    case("functional.layer_norm", (4,), inputs=[real(3, 4)]),
    case("functional.rms_norm", (4,), inputs=[real(3, 4)]),
    case("functional.group_norm", 2, inputs=[real(2, 4, 3)]),
    case("functional.batch_norm", inputs=[real(3, 3, 2)], call={"running_mean": MEAN, "running_var": VARIANCE}),
    case("functional.instance_norm", inputs=[real(2, 3, 4)]),
    case("functional.normalize", inputs=[nonzero(3, 4)]),
    case("functional.normalize", p=3.0, axis=-1, inputs=[nonzero(3, 4)]),
    case("functional.normalize", p=1.0, axis=0, inputs=[nonzero(3, 4)]),
]

KERNELS = [
    kernel(
        "layer_norm",
        lambda x, w, b: F.layer_norm(x, 4, w, b),
        real(2, 3, 4), real(4), real(4),
    ),
    kernel(
        "layer_norm, bias alone",
        lambda x, b: F.layer_norm(x, (2, 3), None, b),
        real(2, 2, 3), real(2, 3),
    ),
    kernel(
        "rms_norm",
        lambda x, w: F.rms_norm(x, 4, w, 0.1),
        real(3, 4), real(4),
    ),
    kernel(
        "group_norm",
        lambda x, w, b: F.group_norm(x, 2, w, b),
        real(2, 4, 3), real(4), real(4),
    ),
    kernel(
        "batch_norm of vectors",
        lambda x, w, b: F.batch_norm(x, None, None, w, b, True),
        real(4, 3), real(3), real(3),
    ),
    kernel(
        "batch_norm",
        lambda x, w, b: F.batch_norm(x, None, None, w, b, True),
        real(2, 3, 4), real(3), real(3),
    ),
    kernel(
        "batch_norm by running statistics",
        lambda x, m, v, w, b: F.batch_norm(x, m, v, w, b),
        real(4, 3), real(3), positive(3), real(3), real(3),
    ),
]  # fmt: skip
