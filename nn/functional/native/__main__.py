"""``python -m nn.functional.native``: a table of all compiled twins, those of the engine and those of networks."""

from __future__ import annotations

from autograd.native import table

TEXT = """
A twin serves arrays of its dtypes with as many elements as the table says, or more, in the argument that counts (the
first, if @twin says nothing else). For fewer, NumPy's function takes less time than looking at the arguments and
calling compiled code: the numbers were measured. NumPy also computes other dtypes, layouts that a twin refuses, higher
derivatives and forward mode, and everything where numba is missing or CHALKGRAD_NATIVE=0.

"compiled" names the dtypes whose code the disk has already; the others are compiled at the first call, in seconds.

The optimizers' rules are compiled too: python -m optim.rules lists them.
"""

if __name__ == "__main__":
    print(table(), TEXT, sep="\n", end="")
