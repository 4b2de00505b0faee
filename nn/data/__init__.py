"""Datasets, and the loader that goes through them in batches."""

from . import dataset, loader
from .collate import collate
from .dataset import *
from .loader import *

__all__ = ["collate", *dataset.__all__, *loader.__all__]
