"""What the environment asks of the library: CHALKGRAD_DEBUG debugs the whole program, and einops is told of tensors.

Convention: this acts once, at import, and imports nothing that is not asked for: ``CHALKGRAD_DEBUG=1 python train.py``.
einops is told when it has been imported, by a finder that waits for it and takes itself away then.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

EINOPS = "einops._backends"  # where it keeps its list of libraries
ASKED = os.environ.get("CHALKGRAD_DEBUG", "")
if ASKED:
    from .debugging import debug_program

    debug_program(ASKED)


class AfterEinops:
    """A finder of one module, which is found as ever; after it our own is imported."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != EINOPS:
            return None
        with contextlib.suppress(ValueError):  # another thread was here
            sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        loader: Any = None if spec is None else spec.loader
        if loader is not None:
            execute = loader.exec_module

            def execute_both(module: ModuleType) -> None:
                execute(module)
                tell_einops()

            loader.exec_module = execute_both
        return spec


def tell_einops() -> None:
    with contextlib.suppress(ImportError):  # an einops of other insides does not know tensors, and says so
        importlib.import_module(".einops_backend", __package__)


if EINOPS in sys.modules:
    tell_einops()
else:
    sys.meta_path.insert(0, AfterEinops())
