"""Figures of a training and of a network: each function returns a ``matplotlib.figure.Figure`` (the extra "plot").

Convention: nothing global is touched (no pyplot): a notebook shows the figure, ``figure.savefig(path)`` writes it to a
file. ValueError is raised for arrays of other shapes than these and where there is nothing to draw, ImportError where
matplotlib is missing.
"""

from .classes import confusion_matrix, decision_boundary
from .curves import history, learning_rates, roc
from .flow import gradient_flow
from .pictures import feature_maps, filters, images

__all__ = [
    "confusion_matrix", "decision_boundary", "feature_maps", "filters", "gradient_flow", "history", "images",
    "learning_rates", "roc",
]  # fmt: skip
