"""Rows of special."""

from .row import Row

ROWS: list[Row] = []
