"""``python -m benchmarks.scale``: measure the constants, hold the model against 1 to 4 processes, ask it for 1,000.

Convention: each process computes with one thread. What is not measured here is said: links of other machines are
assumed, by their nominal bandwidth.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from ..measure import machine
from .model import MIB, Link, Work, best_bucket, compute, exposed, fit_link, fit_work, reduction, step
from .worker import SIZES

NETWORKS = {"CNN": (16, 32, 64, 128), "MLP": (16, 32, 64, 128)}  # and samples of a process
LINKS = {
    "10 Gbit/s Ethernet": Link(30e-6, 1.25e9 * 0.8),
    "100 Gbit/s Ethernet": Link(15e-6, 12.5e9 * 0.8),
}  # assumed: a message's latency through the kernel, and four fifths of the nominal bandwidth
HOSTS = (1, 8, 64, 256, 1000)


def job(processes: int, **asked: Any) -> Any:
    """What rank 0 of so many processes measured."""
    command = [sys.executable, "-m", "nn.distributed", "-n", str(processes), "-m", "benchmarks.scale.worker"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([*command, json.dumps(asked)], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def steps(processes: int, name: str, samples: int, repeats: int, overlap: bool = True, cap: float = 1.0) -> Any:
    return job(processes, what="steps", steps={
        "name": name, "samples": samples, "repeats": repeats, "overlap": overlap, "cap": cap,
    })  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=30, help="measurements of each time: 30")
    repeats = parser.parse_args().repeats
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(machine(1))

    print("\n| an all-reduce of | " + " | ".join(f"{n} processes" for n in (2, 3, 4)) + " |\n|---|---|---|---|")
    times = {n: job(n, what="reductions", repeats=repeats) for n in (2, 3, 4)}
    for k, size in enumerate(SIZES):
        print(f"| {size / 1024:,.0f} KiB | " + " | ".join(f"{times[n][k] * 1e6:,.0f} µs" for n in times) + " |")
    links = {n: fit_link(n, SIZES, times[n]) for n in times}
    for n, link in links.items():
        print(f"\n{n} processes: latency {link.latency * 1e6:.1f} µs, bandwidth {link.bandwidth / 1e9:.2f} GB/s")

    works = {name: measured_work(name, samples, repeats) for name, samples in NETWORKS.items()}
    check(works, links, repeats, cores)
    ask(works)


def measured_work(name: str, samples: tuple[int, ...], repeats: int) -> Work:
    """The constants of a network, from steps in one process."""
    found = [steps(1, name, n, repeats) for n in samples]
    backward = found[-1]["backward"] / found[-1]["step"]
    spread = max(f["spread"] for f in found)
    work = fit_work(samples, [f["step"] for f in found], backward, spread, found[0]["bytes"])
    print(f"\n{name}: {work.bytes / 2**20:.2f} MiB of gradients; a step takes {work.fixed * 1e3:.2f} ms + "
          f"{work.sample * 1e6:.0f} µs a sample, of which the backward pass {work.backward:.0%}; "
          f"it varies by {work.spread:.1%}")  # fmt: skip
    return work


def check(works: dict[str, Work], links: dict[int, Link], repeats: int, cores: int) -> None:
    """The model against steps of 1 to 4 processes, with and without overlap."""
    print(f"\n| network, samples of each | processes on {cores} cores | sums at the end, ms | overlapped, ms | "
          "the model, ms | samples/s, times one process's |\n|---|---|---|---|---|---|")  # fmt: skip
    for name, work in works.items():
        for samples in (16, 64):
            alone = steps(1, name, samples, repeats)["step"]
            for n in (1, 2, 3, 4):
                late, early = (steps(n, name, samples, repeats, overlap)["step"] for overlap in (False, True))
                said = step(work, links.get(n, links[2]), n, samples, cores=cores)
                times = " | ".join(f"{seconds * 1e3:.2f}" for seconds in (late, early, said))
                print(f"| {name}, {samples} | {n} | {times} | {n * alone / early:.2f} |")


def ask(works: dict[str, Work]) -> None:
    """What the model says of many machines, with one process each."""
    for title, link in LINKS.items():
        print(f"\n{title} (assumed: {link.latency * 1e6:.0f} µs, {link.bandwidth / 1e9:.1f} GB/s)\n\n"
              "| network | samples of a host | efficiency on " + " | ".join(f"{n:,}" for n in HOSTS) + " hosts |\n"
              "|---|---|" + "---|" * len(HOSTS))  # fmt: skip
        for name, work in works.items():
            for samples in (8, 64, 512):
                alone = step(work, link, 1, samples)
                shares = [alone / step(work, link, n, samples, overlap=1.0) for n in HOSTS]
                print(f"| {name} | {samples} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
        for name, work in works.items():
            enough, hosts = least(work, link, HOSTS[-1]), HOSTS[-1]
            bucket = best_bucket(work, link, hosts, enough)
            wait = 1 - compute(work, 1, enough) / compute(work, hosts, enough)
            print(f"\n{name}: with {enough:,} samples a host, {hosts:,} hosts lose a tenth of a step to sums, in "
                  f"buckets of up to {min(bucket, work.bytes) / MIB:.2g} MiB, and {wait:.0%} to waiting; "
                  f"an all-reduce of all gradients takes {reduction(link, hosts, work.bytes) * 1e3:.2f} ms. A batch of "
                  f"4,096 pays up to {stops(work, link, 4096)} hosts: with more, each is less than half as busy as "
                  "alone.")  # fmt: skip


def least(work: Work, link: Link, hosts: int) -> int:
    """The smallest number of samples, a power of 2, with which sums cost at most a tenth of the computation."""
    samples = 1
    while exposed(work, link, hosts, samples, overlap=1.0) > 0.1 * compute(work, hosts, samples):
        samples *= 2
    return samples


def stops(work: Work, link: Link, batch: int) -> int:
    """The largest number of hosts that do a batch at least half as many times faster as they are."""
    alone = step(work, link, 1, batch)
    return max(n for n in range(1, batch + 1) if alone / step(work, link, n, batch / n, overlap=1.0) >= n / 2)


if __name__ == "__main__":
    main()
