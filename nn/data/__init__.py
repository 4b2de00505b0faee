"""Datasets, and the loader that goes through them in batches."""

from . import collating, dataset, loader
from .collating import *
from .dataset import *
from .loader import *

__all__ = [*collating.__all__, *dataset.__all__, *loader.__all__]
