"""Rows of elementwise."""

from .row import Row

ROWS: list[Row] = []
