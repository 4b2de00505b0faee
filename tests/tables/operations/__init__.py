"""The table of operations: each file lists its rows as ``ROWS``, and ``tests/autograd/test_laws.py`` runs them all."""
