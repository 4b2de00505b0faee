"""``python -m autograd.capture.native``: a table of what the compiled loop does by itself."""

from __future__ import annotations

from .known import table

if __name__ == "__main__":
    print(table())
