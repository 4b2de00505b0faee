"""``python -m benchmarks.scipy_table [--write]``: the table, printed or written to docs/scipy.md."""

import sys

from .asking import main

main(write="--write" in sys.argv[1:])
