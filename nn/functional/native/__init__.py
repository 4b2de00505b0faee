"""Compiled twins of the kernels of networks; see ``autograd.native``."""
