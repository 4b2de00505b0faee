"""Pooling: what a window sees becomes one number."""
