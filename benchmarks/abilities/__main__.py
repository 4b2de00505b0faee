"""``python -m benchmarks.abilities [--write]``: the table, printed or written to docs/abilities.md."""

import sys

from .asking import main

main(write="--write" in sys.argv[1:])
