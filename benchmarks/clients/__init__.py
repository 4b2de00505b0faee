"""Packages that use HIPS autograd, run with it and with this library in its place."""
