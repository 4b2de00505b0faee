"""Normalisation: numbers shifted and scaled to mean 0 and variance 1."""

from .functions import batch_norm, group_norm, instance_norm, layer_norm, normalize, rms_norm

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "normalize", "rms_norm"]
