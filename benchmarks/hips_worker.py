"""Times HIPS autograd: the first line of input names the case, each later one a number of calls to time, or
"result".
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy

from autograd import grad, value_and_grad  # HIPS autograd: this file runs in its environment
from autograd import numpy as np


def chain(shape, length):
    rng = numpy.random.default_rng(0)
    a, w = (rng.normal(size=shape).astype(numpy.float32) for _ in range(2))

    def f(inputs):
        h, w = inputs
        for _ in range(length):
            h = np.tanh((h + w) * w)
        return np.sum(h)

    gradient = grad(f)
    return lambda: gradient((a, w))


def beside(name):
    """A file of this folder that imports no library."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def descents(program):
    programs = beside("descents")

    def number(x):
        while hasattr(x, "_value"):
            x = x._value
        return float(x.item())

    def reverse(f, x):
        return grad(f)(x)

    lib = programs.Library(np.array, np.sum, np.sqrt, number)
    return lambda: programs.PROGRAMS[program](lib, reverse, reverse)


def research(program):
    programs = beside("research")
    f, start = programs.PROGRAMS[program](np, grad)
    arrays = programs.operands(start)
    both = value_and_grad(lambda arrays: f(*arrays))
    return lambda: both(arrays)


def flat(x):
    if isinstance(x, list | tuple):
        return [number for part in x for number in flat(part)]
    return numpy.asarray(x, float).reshape(-1).tolist()


step = {"chain": chain, "descents": descents, "research": research}[
    (first := json.loads(sys.stdin.readline())).pop("case")
](**first)
step()
print("0", flush=True)
for line in sys.stdin:
    if (times := json.loads(line)) == "result":
        print(json.dumps(flat(step())), flush=True)
        continue
    start = time.perf_counter()
    for _ in range(times):
        step()
    print((time.perf_counter() - start) / times, flush=True)
