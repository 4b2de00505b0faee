"""``python -m tests.cupy_standin.cuda``: compile every kernel as CUDA C, as CuPy writes it. No GPU is needed.

It needs CuPy and the wheels ``nvidia-cuda-nvrtc-cu12``, ``nvidia-cuda-runtime-cu12`` and ``nvidia-cuda-cccl-cu12``.
Convention: for compute capability 9.0, in single and in double precision; arrays of three axes, contiguous or not.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
from pathlib import Path
from typing import Any

import cupy
import numpy as np
from cupy._core import _kernel, _scalar

import optim
from autograd import Tensor
from autograd.gpu.kernels import KERNELS, Kernel
from optim.formula import formula
from optim.options import Options, by_name

PLACES = ("attention", "convolution", "embedding", "normalisation", "pooling", "recurrent")
ARCHITECTURE = "compute_90"
ARRAY, INDEXER, SCALAR = 1, 2, 3  # CuPy's kinds of arguments
HEAD = "".join(f"#include <cupy/{name}.cuh>\n" for name in ("complex", "carray", "atomics"))
SITE = Path(cupy.__file__).parents[1]


def optimizers() -> None:
    """Make the kernels of all optimizers whose rules have a formula."""
    for name in optim.__all__:
        kind: Any = getattr(optim, name)
        if isinstance(kind, type) and issubclass(kind, optim.Optimizer) and kind.rule is not optim.Optimizer.rule:
            made = kind([Tensor([1.0], requires_grad=True)], lr=0.1) if name != "Muon" else None
            if made is None:
                continue
            options = {k: v for k, v in made.param_groups[0].items() if k not in ("params", "maximize")}
            arguments = options if by_name(kind.rule) else {"o": Options(**options)}
            kept = [0 if (not option or options[option]) else None for option in made.keeps.values()]
            for letter in "fd":
                found = formula(kind.rule, 3, kept, made.count({"step": 2}, arguments), letter, False)
                if found is not None:
                    importlib.import_module("optim.gpu").kernel(found[0])


def source(kernel: Kernel, dtype: Any, contiguous: bool) -> str:
    """The CUDA C of a kernel for arrays of a dtype, by CuPy's own hand."""
    made = cupy.ElementwiseKernel(kernel.inputs, kernel.outputs, kernel.text, f"chalkgrad_{kernel.name}")
    given = [own(p.split()[-2], p.split()[-1], dtype) for p in kernel.inputs.split(",")]
    outputs = [own(p.split()[-2], p.split()[-1], dtype) for p in kernel.outputs.split(",")]
    in_types, out_types, type_map = made._decide_params_type(tuple(given), tuple(outputs))
    kinds = [
        _kernel._ArgInfo(SCALAR, _scalar.CScalar, t, 0, True, True) if g is None
        else _kernel._ArgInfo(ARRAY, cupy.ndarray, np.dtype(t), 3, contiguous, True)
        for g, t in zip([*given, *outputs], [*in_types, *out_types], strict=True)
    ]  # fmt: skip
    kinds.append(_kernel._ArgInfo(INDEXER, cupy._core._carray.Indexer, None, 3, True, True))
    code: str = _kernel._get_elementwise_kernel_code(
        tuple(kinds), type_map, made.params, made.operation, made.name, made.preamble
    )
    return HEAD + code


def own(kind: str, name: str, dtype: Any) -> Any:
    """The dtype of the array that is given for a parameter; None where a number is given."""
    number = kind in ("int32", "int64") or (name[0] == "c" and name[1:].isdigit())
    return None if number else np.dtype(dtype if kind == "T" else kind)


class Compiler:
    """NVRTC, which compiles CUDA C."""

    def __init__(self) -> None:
        found = sorted(p for p in (SITE / "nvidia").rglob("libnvrtc.so.*") if "alt" not in p.name)
        self.library = ctypes.CDLL(str(found[0]))
        core = SITE / "cupy" / "_core" / "include"
        folders = [core, *(core / "cupy" / "_cccl" / n for n in ("libcudacxx", "thrust", "cub"))]
        folders += [p for p in (SITE / "nvidia").glob("*/include")]
        self.options = [f"--gpu-architecture={ARCHITECTURE}", "-std=c++17", *(f"-I{f}" for f in folders)]

    def complaint(self, text: str) -> str:
        """What is wrong with a program; "" if nothing is."""
        program, size = ctypes.c_void_p(), ctypes.c_size_t()
        self.library.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"kernel.cu", 0, None, None)
        options = (ctypes.c_char_p * len(self.options))(*[o.encode() for o in self.options])
        failed = self.library.nvrtcCompileProgram(program, len(self.options), options)
        self.library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        log = ctypes.create_string_buffer(size.value)
        self.library.nvrtcGetProgramLog(program, log)
        self.library.nvrtcDestroyProgram(ctypes.byref(program))
        return log.value.decode() or "it does not compile" if failed else ""


def main() -> int:
    for place in PLACES:
        importlib.import_module(f"nn.functional.gpu.{place}")
    optimizers()
    compiler = Compiler()
    assert compiler.complaint(HEAD + "no program"), "a wrong program is found"
    wrong = 0
    for kernel in KERNELS:
        for dtype in (np.float32, np.float64):
            for contiguous in (True, False):
                told = compiler.complaint(source(kernel, dtype, contiguous))
                if told:
                    wrong += 1
                    print(f"{kernel.name}, {np.dtype(dtype)}:\n{told}")
    print(f"CuPy {cupy.__version__}: {len(KERNELS)} kernels, {wrong} programs that do not compile for {ARCHITECTURE}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
