"""Rows of shape."""

from .row import Row

ROWS: list[Row] = []
