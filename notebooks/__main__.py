"""``python -m notebooks``: execute all notebooks and write them anew, two at a time.

``python -m notebooks 07 11``: only those whose names begin so. ``--quick`` runs the quick forms and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from .making import execute, made, quick, read, texts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m notebooks", description="Execute the notebooks from their texts.")
    parser.add_argument("names", nargs="*", help="beginnings of names, such as 07; all if none is given")
    parser.add_argument("--quick", action="store_true", help="run the quick forms, and write nothing")
    options = parser.parse_args()
    chosen = [t for t in texts() if not options.names or t.stem.startswith(tuple(options.names))]
    if not chosen:
        parser.error(
            f"no notebook begins with {' or '.join(options.names)}; there are {', '.join(map(_name, texts()))}"
        )

    def run(text: Path) -> float:
        begin = time.perf_counter()
        if options.quick:
            execute(quick(read(text)))
        else:
            made(text)
        return time.perf_counter() - begin

    failed = 0
    with ThreadPoolExecutor(2) as pool:
        runs = {pool.submit(run, text): text for text in chosen}
        for count, done in enumerate(as_completed(runs), 1):
            error = done.exception()
            failed += error is not None
            outcome = f"{done.result():4.0f} s" if error is None else f"failed: {error}"
            print(f"{count}/{len(chosen)}  {_name(runs[done])}  {outcome}", flush=True)
    return 1 if failed else 0


def _name(text: Path) -> str:
    return text.stem


if __name__ == "__main__":
    sys.exit(main())
