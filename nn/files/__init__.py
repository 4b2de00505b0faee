"""Weights in files."""

from .files import FileError, load, metadata, save, write

__all__ = [
    "FileError",
    "load",
    "metadata",
    "save",
    "write",
]
