"""The runner: ``python -m benchmarks.treacherous [names] [--details] [--write]``."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> None:
    """Ask every library that is installed, and print or write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.treacherous", description=__doc__)
    parser.add_argument("names", nargs="*", help="cases, or parts of their names (default: all)")
    parser.add_argument("--details", action="store_true", help="what each library returned or said")
    parser.add_argument("--write", action="store_true", help="write docs/treacherous.md; needs all libraries")
    options = parser.parse_args()
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("OMP_NUM_THREADS", "1")

    from . import table  # late, because it loads NumPy

    chosen = [case for case in table.CASES if not options.names or any(part in case.name for part in options.names)]
    if not chosen:
        sys.exit(f"no such case: {', '.join(options.names)}")
    found = table.survey(chosen)
    if not options.write:
        print(table.text(found, chosen, options.details))
    elif found.skipped or options.names:
        sys.exit(f"the page is of all cases in all libraries; skipped: {found.skipped}")
    else:
        new = table.PAGE.with_suffix(".new")
        new.write_text(table.markdown(found), encoding="utf-8")
        new.replace(table.PAGE)
        print(table.counts(found))


if __name__ == "__main__":
    main()
