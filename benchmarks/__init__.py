"""Measures Chalkgrad beside its peers: ``python -m benchmarks``. One file per case."""
