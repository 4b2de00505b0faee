"""Watching a training from inside: what each layer's weights, gradients, updates and outputs are like at each step."""

from .watch import Watch, watch

__all__ = ["Watch", "watch"]
