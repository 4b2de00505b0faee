"""Rows of reduce."""

from .row import Row

ROWS: list[Row] = []
