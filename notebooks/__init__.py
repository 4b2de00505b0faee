"""The lecture as notebooks, each made from its text in ``src/``."""
