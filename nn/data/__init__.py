"""Datasets, and the loader that goes through them in batches."""

from .collate import collate
from .dataset import ArrayDataset, ConcatDataset, Dataset, Subset, random_split
from .loader import DataLoader

__all__ = ["ArrayDataset", "ConcatDataset", "DataLoader", "Dataset", "Subset", "collate", "random_split"]
