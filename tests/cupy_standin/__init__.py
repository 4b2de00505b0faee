"""A stand-in for CuPy where there is no GPU: numbers in ordinary memory, and CuPy's own names, parameters and refusals.

``surface.txt`` holds what CuPy offers; ``python -m tests.cupy_standin`` writes it where CuPy is installed.
"""
