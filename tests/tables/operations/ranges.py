"""Rows of numbers evenly spaced."""

import numpy as np

from .row import positive, real, row

ROWS = [
    row("linspace", np.linspace, lambda a, b: np.linspace(a, b, 5), real(), real()),
    row("linspace of arrays", np.linspace, lambda a, b: np.linspace(a, b, 4, axis=-1), real(2, 3), real(3)),
    row("linspace, open, with step", np.linspace, lambda a, b: np.linspace(a, b, 4, False, True), real(), real()),
    row("logspace", np.logspace, lambda a, b: np.logspace(a, b, 5, base=2.0), real(), real()),
    row("logspace, base", np.logspace, lambda a, b, c: np.logspace(a, b, 3, base=c), real(), real(), positive()),
    row("geomspace", np.geomspace, lambda a, b: np.geomspace(a, b, 5), positive(), positive()),
]
