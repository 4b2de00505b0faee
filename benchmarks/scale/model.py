"""The model of a step's time in N processes, each with b samples of a batch of N b.

    T(N, b) = C(b) (1 + v √(2 ln N)) + E(N)
    C(b) = c₀ + c₁ b                                      computation, times N / cores where they share cores
    A(N, S) = 2 ⌈log₂ N⌉ α + 2 (N - 1) / N  S / β         an all-reduce of S bytes
    E(N) = max(Σ A(N, s) - o φ C(b), A(N, s))             what of the sum over all buckets is not hidden

with α the latency of a message and β the bandwidth, both of an all-reduce; φ the share of the backward pass in C; o the
share of it in which sums go on meanwhile (0 without overlap); s the bytes of a bucket, of which nothing hides the last;
v the spread of a step's time, for all wait for the slowest, which of N normal times is about √(2 ln N) spreads late. A
is that of Rabenseifner's algorithm: Thakur, Rabenseifner and Gropp, "Optimization of collective communication
operations in MPICH", 2005.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Link", "Work", "best_bucket", "compute", "exposed", "fit_link", "fit_work", "reduction", "step"]

MIB = 2.0**20


class Link(NamedTuple):
    """Between processes: ``latency`` α in seconds and ``bandwidth`` β in bytes a second, of an all-reduce."""

    latency: float
    bandwidth: float


class Work(NamedTuple):
    """A step of one process: c₀ and c₁ in seconds, φ, v, and the bytes of all gradients."""

    fixed: float
    sample: float
    backward: float
    spread: float
    bytes: float


def reduction(link: Link, processes: int, size: float) -> float:
    """A(N, S): seconds of an all-reduce of so many bytes."""
    if processes == 1:
        return 0.0
    hops = 2 * math.ceil(math.log2(processes)) * link.latency
    return hops + 2 * (processes - 1) / processes * size / link.bandwidth


def compute(work: Work, processes: int, samples: float, cores: float = math.inf) -> float:
    """C(b) (1 + v √(2 ln N)): seconds until the slowest of ``processes`` has its gradients."""
    own = (work.fixed + work.sample * samples) * max(1.0, processes / cores)
    return own * (1 + work.spread * math.sqrt(2 * math.log(processes)))


def exposed(
    work: Work, link: Link, processes: int, samples: float, overlap: float = 0.0, cores: float = math.inf,
    bucket: float = MIB,
) -> float:  # fmt: skip
    """E(N): seconds of the sums that nothing hides, in buckets of so many bytes."""
    bucket = min(bucket, work.bytes)
    last = reduction(link, processes, bucket)
    own = (work.fixed + work.sample * samples) * max(1.0, processes / cores)
    return max(work.bytes / bucket * last - overlap * work.backward * own, last)


def step(
    work: Work, link: Link, processes: int, samples: float, overlap: float = 0.0, cores: float = math.inf,
    bucket: float = MIB,
) -> float:  # fmt: skip
    """T(N, b): seconds of a step of ``processes`` with ``samples`` each, on so many ``cores`` in all."""
    sums = exposed(work, link, processes, samples, overlap, cores, bucket)
    return compute(work, processes, samples, cores) + sums


def best_bucket(work: Work, link: Link, processes: int, samples: float) -> float:
    """The largest size of buckets, a power of 2, with which a step is within a hundredth of the shortest."""
    times = {2.0**k: step(work, link, processes, samples, 1.0, bucket=2.0**k) for k in range(12, 28)}
    return max(size for size, seconds in times.items() if seconds <= 1.01 * min(times.values()))


def fit_link(processes: int, sizes: Sequence[float], seconds: Sequence[float]) -> Link:
    """α and β that fit times of all-reduces best, each time by its own size."""
    hops = 2 * math.ceil(math.log2(processes))
    rows = np.array([[hops, 2 * (processes - 1) / processes * size] for size in sizes])
    times = np.asarray(seconds)
    found, *_ = np.linalg.lstsq(rows / times[:, None], np.ones(len(times)), rcond=None)
    alpha, inverse = np.maximum(found, 1e-12)
    return Link(float(alpha), float(1 / inverse))


def fit_work(samples: Sequence[float], seconds: Sequence[float], backward: float, spread: float, size: float) -> Work:
    """c₀ and c₁ that fit times of steps in one process."""
    rows = np.array([[1.0, n] for n in samples])
    times = np.asarray(seconds)
    (fixed, sample), *_ = np.linalg.lstsq(rows / times[:, None], np.ones(len(times)), rcond=None)
    return Work(max(float(fixed), 0.0), float(sample), backward, spread, size)
