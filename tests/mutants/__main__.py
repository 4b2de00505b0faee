"""``python -m tests.mutants``: plant all mutants, and say which survive."""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, islice

import pytest

from . import functions, operations, optimizers
from .checks import Check, checks
from .children import limited, shared
from .hunt import Calls, Outcome, hunt
from .mutant import Mutant
from .reach import Reach, quiet, reach

LIMIT = 4  # seconds of computing for one check of a mutant: a loop that never ends is caught too
AT_MOST = 1000  # checks for one mutant
SEED = [0]  # the first of the seeds
TOGETHER = 24  # mutants at most that one process hunts, one after the other

MUTANTS: list[Mutant] = []
CHECKS: dict[str, Check] = {}
KNOWN: set[int] = set()  # the ids of the codes of what is changed: equal lambdas have equal codes
REACHED: dict[str, Reach] = {}


def main() -> int:
    """Plant them all; 1 if any survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="words of the subjects, as in tanh or Conv2d; all if none")
    parser.add_argument("--seed", type=int, default=0, help="of the points at which the laws are checked")
    parser.add_argument("--kind", help="only mutants of this kind")
    parser.add_argument("--sample", type=int, help="only so many of them, chosen at random by the seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument("--verbose", action="store_true", help="say of each mutant which check caught it, and how")
    options = parser.parse_args()
    start = time.perf_counter()
    SEED[0] = options.seed
    CHECKS.update(checks(options.seed))
    MUTANTS.extend(
        mutant for mutant in (*operations.mutants(), *optimizers.mutants(), *functions.mutants())
        if (not options.names or any(name.lower() in mutant.name.lower() for name in options.names))
        and (not options.kind or options.kind == mutant.kind)
    )  # fmt: skip
    if options.sample is not None and options.sample < len(MUTANTS):
        chosen = random.Random(options.seed).sample(range(len(MUTANTS)), options.sample)
        MUTANTS[:] = [MUTANTS[k] for k in sorted(chosen)]
    KNOWN.update(functions.functions())
    print(f"{len(MUTANTS)} mutants, {len(CHECKS)} checks; {time.perf_counter() - start:.0f} s", flush=True)
    names = [name for name in CHECKS if not _repeats(name) and not _differs(name)]
    met = shared(lambda group: (reach(CHECKS[names[k]], KNOWN) for k in group), _groups(range(len(names)), 200),
                 jobs=options.jobs, lost=lambda k: _fails(names[k]))  # fmt: skip
    REACHED.update((names[k], reached) for k, reached in met)
    REACHED.update((name, REACHED[alike]) for name in CHECKS if (alike := _repeats(name)))
    REACHED.update((name, Reach(REACHED[alike].calls, 1.0)) for name in CHECKS if (alike := _differs(name)))
    print(f"the checks pass; {time.perf_counter() - start:.0f} s", flush=True)
    hunted = shared(_hunted, _together(), jobs=options.jobs, lost=_endless)
    outcomes = dict(_told(hunted, start))
    return report([outcomes[k] for k in range(len(MUTANTS))], time.perf_counter() - start, options.verbose)


def _fails(name: str) -> Reach:
    raise SystemExit(f"without any mutant, the check {name!r} fails")


def _endless(k: int) -> Outcome:
    return Outcome(MUTANTS[k].name, "caught", "the clock", "no end, or the interpreter ended")


def _groups(items: Iterable[int], size: int) -> Iterator[list[int]]:
    held = iter(items)
    while group := list(islice(held, size)):
        yield group


def _together() -> Iterator[list[int]]:
    """Mutants of one subject are hunted in one process: what caught one is likely to catch the next."""
    for _, same in groupby(range(len(MUTANTS)), lambda k: MUTANTS[k].subject):
        yield from _groups(same, TOGETHER)


def _told(hunted: Iterable[tuple[int, Outcome]], start: float) -> Iterator[tuple[int, Outcome]]:
    """The outcomes; those that somebody must look at are told as they come."""
    count: Counter[str] = Counter()
    shown = time.perf_counter()
    for k, outcome in hunted:
        count[outcome.verdict] += 1
        if outcome.verdict in ("survived", "inside", "not run"):
            print(f"{outcome.verdict}: {outcome.mutant}", flush=True)
        if time.perf_counter() - shown > 15:
            shown = time.perf_counter()
            text = ", ".join(f"{n} {verdict}" for verdict, n in sorted(count.items()))
            print(f"{count.total()} of {len(MUTANTS)}: {text}; {shown - start:.0f} s", flush=True)
        yield k, outcome


def report(outcomes: list[Outcome], seconds: float, verbose: bool) -> int:
    """Print what became of them."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome, mutant in zip(outcomes, MUTANTS, strict=True):
        kinds[mutant.kind][outcome.verdict] += 1
        if verbose and outcome.verdict == "same":
            print(f"  {outcome.mutant}\n    changes nothing")
        if verbose and outcome.verdict == "caught":
            print(f"  {outcome.mutant}\n    caught by {outcome.by}: {' '.join(outcome.why.split())[:120]}")
    verdicts = ("caught", "survived", "inside", "same", "not run")
    print(f"\n{'kind':<26}" + "".join(f"{verdict:>10}" for verdict in verdicts))
    for kind, count in sorted(kinds.items()):
        print(f"{kind:<26}" + "".join(f"{count[verdict]:>10}" for verdict in verdicts))
    count = Counter(outcome.verdict for outcome in outcomes)
    print(
        f"\nNot counted: {count['same']} that changed nothing in any check, {count['inside']} whose changes never left "
        f"the library, {count['not run']} in functions that no check calls. {seconds:.0f} s."
    )
    survivors = [outcome.mutant for outcome in outcomes if outcome.verdict == "survived"]
    for name in survivors:
        print(f"survived: {name}")
    print(f"caught {count['caught']}/{count['caught'] + count['survived']}")
    return 1 if survivors or not count["caught"] else 0


def _hunted(group: list[int]) -> Iterator[Outcome]:
    """The outcomes of a group. If it left something broken behind, each of them is hunted anew in its own process."""
    outcomes = _in_turn(group)
    if len(group) > 1 and not _works({outcome.by for outcome in outcomes if outcome.by}):
        alone = shared(_in_turn, [[k] for k in group], jobs=1, lost=_endless)
        outcomes = [outcome for _, outcome in sorted(alone)]
    yield from outcomes


def _in_turn(group: list[int]) -> list[Outcome]:
    first: dict[str, None] = {}  # the checks that caught something, the last one first
    known: Calls = {}
    outcomes = []
    for k in group:
        mine = reaching(MUTANTS[k])
        likely = [name for name in reversed(first) if name in set(mine)]
        mine = [*likely, *(name for name in mine if name not in first)]
        again = [name for name in mine if _repeats(name) or _differs(name)]
        once = [name for name in mine if name not in set(again)]
        outcome = Outcome(MUTANTS[k].name, "not run")
        if mine:
            outcome = hunt(MUTANTS[k], list(map(_limited, once)), list(map(_limited, again)), known)
        if outcome.by:
            first.pop(outcome.by, None)
            first[outcome.by] = None
        outcomes.append(outcome)
    return outcomes


def _works(names: Iterable[str]) -> bool:
    """Do these checks pass again?"""
    with quiet():
        for name in names:
            try:
                CHECKS[name]()
            except (Exception, pytest.fail.Exception):
                return False
    return True


def _limited(name: str) -> tuple[str, Check]:
    def check() -> None:
        with limited(LIMIT):
            CHECKS[name]()

    return name, check


def _repeats(name: str) -> str:
    """The check that a check only repeats at other points; "" if there is none."""
    before, separator, _ = name.rpartition(", seed ")
    first = f"{before}, seed {SEED[0]}"
    return first if separator and name != first else ""


def _differs(name: str) -> str:
    """The check of the same functions, for one that takes long: differences call them many times."""
    return name.replace("differences of", "numbers of") if name.startswith("differences of") else ""


def reaching(mutant: Mutant) -> list[str]:
    """The checks that call what a mutant changes, those first that bear its name or call little besides."""
    codes = set(map(id, mutant.codes))
    mine = [name for name, (calls, _) in REACHED.items() if not codes or calls & codes]
    own = mutant.subject.partition(":")[0].split(".")[-1].split()[0].strip("_")

    def rank(name: str) -> tuple[bool, int, float]:
        return own not in re.split(r"\W+", name), len(REACHED[name].calls), REACHED[name].seconds

    return sorted(mine, key=rank)[:AT_MOST]


if __name__ == "__main__":
    sys.exit(main())
