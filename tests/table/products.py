"""Rows of products."""

from .row import Row

ROWS: list[Row] = []
