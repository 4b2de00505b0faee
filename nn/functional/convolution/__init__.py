"""Convolution over one, two or three axes, and its transpose."""
