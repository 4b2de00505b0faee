"""Recurrent networks: each over a whole sequence, or one step of it (a cell), as a single operation.

Convention: sequences are (t, n, in), time first; states (n, hidden), where None means 0. The result
is a tensor if any operand is one; the types go by ``weight_ih``.
"""
