"""``python -m nn.functional.native``: a table of all compiled twins, those of the engine and those of networks."""

from __future__ import annotations

from autograd.native import table

if __name__ == "__main__":
    print(table())
