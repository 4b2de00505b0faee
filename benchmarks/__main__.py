"""The runner: ``python -m benchmarks [names] [--quick] [--repeats N] [--threads N]``.

Convention: a module of this package with a list ``RACES`` or ``FACTS`` is a case; its name selects it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys


def main() -> None:
    """Run the chosen cases and print a line for each ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Chalkgrad against its peers.")
    parser.add_argument("names", nargs="*", help="cases to run, by the names of their files (default: all)")
    parser.add_argument("--quick", action="store_true", help="few repeats, for a first look")
    parser.add_argument("--repeats", type=int, help="pairs of measurements for each ratio (default 40, with --quick 5)")
    parser.add_argument("--threads", type=int, default=1, help="threads for every library (default 1)")
    options = parser.parse_args()
    for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):  # the libraries read these when they load
        os.environ[f"{name}_NUM_THREADS"] = str(options.threads)
    if options.threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ.setdefault("JAX_PLATFORMS", "cpu")

    from . import measure  # late, because it loads NumPy

    package = importlib.import_module(__package__)
    found = [module.name for module in pkgutil.iter_modules(package.__path__)]
    unknown = set(options.names) - set(found)
    if unknown:
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    print(measure.machine(options.threads))
    print(measure.HEAD)
    repeats = options.repeats or (5 if options.quick else 40)
    for name in options.names or found:
        if name not in ("__main__", "measure", "peers", "hips_worker"):
            case = importlib.import_module(f"{__package__}.{name}")
            for race in getattr(case, "RACES", ()):
                measure.run(race, repeats)
            for fact in getattr(case, "FACTS", ()):
                measure.tell(fact, options.quick)


if __name__ == "__main__":
    main()
