"""Rows of linalg."""

from .row import Row

ROWS: list[Row] = []
