"""Rows of index."""

from .row import Row

ROWS: list[Row] = []
