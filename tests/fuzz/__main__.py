"""``python -m tests.fuzz [--seconds 60] [--reader NAME ...]``: look for files that break the law of ``readers.py``.

atheris, where it is installed, varies the files so that they reach new lines of the readers; elsewhere they are varied
at random. The first file that breaks the law ends the program with an error and stays in ``out/fuzz``.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from .choices import Choices

try:
    import atheris
except ImportError:  # there are builds for Linux and some versions of Python
    atheris = None

FOLDER = Path("out/fuzz")
MEMORY = 1 << 33  # bytes of addresses: a reader that wants more fails
TRACED = ["nn.files", "nn.datasets", "nn.training.checkpoint", "zipfile", "json", "numpy.lib"]

if atheris is None:
    from .readers import READERS, hold, mutated
else:
    with atheris.instrument_imports(include=TRACED):
        from .readers import READERS, hold, mutated


def limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def held(name: str, data: bytes) -> None:
    """Hold the law; a file that breaks it is kept."""
    reader = READERS[name]
    path = FOLDER / "tried" / f"{name}{reader.suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        hold(reader, data, path)
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt):
            kept = FOLDER / f"broken-{name}{reader.suffix}"
            kept.write_bytes(data)
            error.add_note(f"the file is {kept}")
        raise


def at_random(names: list[str], seconds: float) -> int:
    """How many files were tried."""
    count, end, start = 0, time.monotonic() + seconds, random.randrange(2**32)
    while time.monotonic() < end:
        name = names[count % len(names)]
        held(name, mutated(READERS[name], Choices.random(start + count)))
        count += 1
    return count


def guided(names: list[str], seconds: float) -> None:
    """As libFuzzer varies them: half of the inputs are choices for the mutations of a format, half are files."""
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for k, name in enumerate(names):
        for j, data in enumerate(READERS[name].files):
            (corpus / f"{name}-{j}").write_bytes(bytes([k, 1]) + data)
        for seed in range(20):
            (corpus / f"{name}-choices-{seed}").write_bytes(bytes([k, 0]) + random.Random(seed).randbytes(200))

    def one(data: bytes) -> None:
        if len(data) < 2:
            return
        name = names[data[0] % len(names)]
        if data[1] % 2:
            held(name, data[2:])
        else:
            held(name, mutated(READERS[name], Choices.consumed(atheris.FuzzedDataProvider(data[2:]))))

    options = [f"-max_total_time={seconds:.0f}", "-timeout=20", "-max_len=4096", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={FOLDER}/", str(corpus)], one)
    atheris.Fuzz()


def main(arguments: list[str]) -> None:
    parser: Any = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the readers of files.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--reader", nargs="*", choices=list(READERS), default=list(READERS))
    chosen = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    limit_memory()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if atheris is not None:
        guided(chosen.reader, chosen.seconds)
    else:
        count = at_random(chosen.reader, chosen.seconds)
        print(f"{count:,} files of {len(chosen.reader)} formats: each was read exactly or refused")


if __name__ == "__main__":
    main(sys.argv[1:])
