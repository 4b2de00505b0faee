"""The table of networks: one module for each kind of layer.

Convention: ``CASES`` are layers, losses and functions, built from the same words here and in PyTorch, whose numbers
are in ``tests/reference``; ``KERNELS`` are single operations, each beside the expression it stands for.
"""
