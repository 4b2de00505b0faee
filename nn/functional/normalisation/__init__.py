"""Normalisation: numbers shifted and scaled to mean 0 and variance 1."""
