"""Rows of fft."""

from .row import Row

ROWS: list[Row] = []
