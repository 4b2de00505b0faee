"""Datasets, and the loader that goes through them in batches."""

from . import dataset, loader
from .dataset import *
from .loader import *

__all__ = [*dataset.__all__, *loader.__all__]
