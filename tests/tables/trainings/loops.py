"""Loops of one's own, each with one mistake or, if ``wrong`` is false, without it: what kind it is, and some words."""

from .graphs import GRAPHS
from .losses import LOSSES
from .making import MAKING
from .networks import NETWORKS
from .orders import ORDERS

LOOPS = {**ORDERS, **MAKING, **LOSSES, **GRAPHS, **NETWORKS}
