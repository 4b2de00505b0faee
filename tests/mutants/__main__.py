"""``python -m tests.mutants``: plant all mutants, and say which survive."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from . import functions, operations, optimizers
from .checks import checks
from .children import limited, shared
from .hunt import Outcome, hunt
from .mutant import Mutant
from .reach import Reach, reach

LIMIT = 30  # seconds of computing for one check of a mutant: a loop that never ends is caught too

MUTANTS: list[Mutant] = []
CHECKS: dict[str, Any] = {}
KNOWN: set[int] = set()  # the ids of the codes of what is changed: equal lambdas have equal codes
REACHED: dict[str, Reach] = {}


def main() -> int:
    """Plant them all; 1 if any survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="words of the subjects, as in tanh or Conv2d; all if none")
    parser.add_argument("--seed", type=int, default=0, help="of the points at which the laws are checked")
    parser.add_argument("--kind", help="only mutants of this kind")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument("--verbose", action="store_true", help="say of each mutant which check caught it, and how")
    options = parser.parse_args()
    start = time.perf_counter()
    CHECKS.update(checks(options.seed))
    MUTANTS.extend(
        mutant for mutant in (*operations.mutants(), *optimizers.mutants(), *functions.mutants())
        if (not options.names or any(name.lower() in mutant.name.lower() for name in options.names))
        and (not options.kind or options.kind == mutant.kind)
    )  # fmt: skip
    KNOWN.update(id(code) for mutant in MUTANTS for code in mutant.codes)
    print(f"{len(MUTANTS)} mutants, {len(CHECKS)} checks", flush=True)
    names = list(CHECKS)
    met = _all(lambda name: reach(CHECKS[name], KNOWN), names, "checks", jobs=options.jobs, each=100, lost=_fails)
    REACHED.update(zip(names, met, strict=True))
    print(f"the checks pass; {time.perf_counter() - start:.0f} s", flush=True)
    outcomes = _all(_hunted, MUTANTS, "mutants", jobs=options.jobs, each=1, lost=_endless)
    return report(outcomes, time.perf_counter() - start, options.verbose)


def _fails(name: str) -> Reach:
    raise SystemExit(f"without any mutant, a check near {name!r} fails")


def _endless(mutant: Mutant) -> Outcome:
    return Outcome(mutant.name, "caught", "the clock", f"no end within {LIMIT} s, or the interpreter ended")


def report(outcomes: list[Outcome], seconds: float, verbose: bool) -> int:
    """Print what became of them."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome, mutant in zip(outcomes, MUTANTS, strict=True):
        kinds[mutant.kind][outcome.verdict] += 1
        if verbose and outcome.verdict == "caught":
            print(f"  {outcome.mutant}\n    caught by {outcome.by}: {' '.join(outcome.why.split())[:120]}")
    print(f"\n{'kind':<26}{'caught':>8}{'survived':>10}{'the same':>10}{'not run':>9}")
    for kind, count in sorted(kinds.items()):
        print(f"{kind:<26}" + "".join(f"{count[v]:>{w}}" for v, w in
                                      (("caught", 8), ("survived", 10), ("same", 10), ("not run", 9))))  # fmt: skip
    count = Counter(outcome.verdict for outcome in outcomes)
    print(
        f"\n{count['same']} changed nothing that a check computes, {count['not run']} are in functions that no check "
        f"calls: these are not counted. {seconds:.0f} s."
    )
    survivors = [outcome.mutant for outcome in outcomes if outcome.verdict == "survived"]
    for name in survivors:
        print(f"survived: {name}")
    print(f"caught {count['caught']}/{count['caught'] + count['survived']}")
    return 1 if survivors or not count["caught"] else 0


def _hunted(mutant: Mutant) -> Outcome:
    mine = reaching(mutant)
    if not mine:
        return Outcome(mutant.name, "not run")

    def limited_check(name: str) -> None:
        limited(LIMIT)
        CHECKS[name]()

    return hunt(mutant, [(name, partial(limited_check, name)) for name in mine])


def reaching(mutant: Mutant) -> list[str]:
    """The checks that call what a mutant changes, the quickest first."""
    codes = set(map(id, mutant.codes))
    mine = [name for name, (calls, _) in REACHED.items() if not codes or calls & codes]
    return sorted(mine, key=lambda name: REACHED[name].seconds)


def _all(work: Callable[[Any], Any], items: Sequence[Any], what: str, **options: Any) -> list[Any]:
    """The results for all items in order; with progress if there is a terminal, and tqdm."""
    found: dict[int, Any] = {}
    results: Any = shared(work, items, **options)
    if sys.stderr.isatty() and importlib.util.find_spec("tqdm"):
        results = importlib.import_module("tqdm").tqdm(results, total=len(items), unit=f" {what}")
    for number, result in results:
        found[number] = result
        if not sys.stderr.isatty() and len(found) % 1000 == 0:
            print(f"{len(found)} of {len(items)} {what}", flush=True)
    return [found[number] for number in range(len(items))]


if __name__ == "__main__":
    sys.exit(main())
