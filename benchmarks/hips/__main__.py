"""The runner: ``python -m benchmarks.hips [names] [--rounds N]``."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> None:
    """Ask both libraries and print what they said."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hips", description=__doc__)
    parser.add_argument("names", nargs="*", help="rows or groups, or parts of their names (default: all)")
    parser.add_argument("--rounds", type=int, default=10, help="pairs of timings for each row; 0: none (default 10)")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")

    from ..measure import Skip  # late, because these load NumPy
    from .comparing import survey, text

    try:
        found = survey(options.names, options.rounds)
    except Skip as reason:
        sys.exit(str(reason))
    print(text(found))
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
