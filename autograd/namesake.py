"""HIPS autograd has the same import name: report it in the same environment before anything goes wrong.

Convention: this looks at file names only, once, at import; it imports nothing of HIPS autograd.
"""

from __future__ import annotations

import os
import sys
import warnings

THEIRS = ("core.py", os.path.join("numpy", "numpy_wrapper.py"))  # files that Chalkgrad does not have
AGAIN = "pip uninstall autograd chalkgrad; pip install chalkgrad"
CLIENTS = (
    "Programs written for HIPS autograd, and packages that ask for it, run on Chalkgrad alone as they are: " + AGAIN
)


def check(here: str, path: list[str]) -> None:
    """Raise ImportError if its files lie among ours in ``here``; warn if it is installed anywhere on ``path``."""
    if any(os.path.exists(os.path.join(here, name)) for name in THEIRS):
        raise ImportError(f"files of HIPS autograd and of Chalkgrad lie in one folder, {here}. {CLIENTS}")
    sites = [s for s in path if os.path.basename(s) in ("site-packages", "dist-packages") and os.path.isdir(s)]
    for name in [name for site in sites for name in os.listdir(site)]:
        if name.startswith("autograd-") and name.endswith(".dist-info"):
            warnings.warn(
                f"HIPS autograd ({name.removesuffix('.dist-info')}) is installed in the same environment as "
                f"Chalkgrad, and both are imported as 'autograd'; this is Chalkgrad. {CLIENTS}. For HIPS "
                "autograd itself, use an environment without Chalkgrad",
                stacklevel=2,
            )
            return


check(os.path.dirname(os.path.abspath(__file__)), sys.path)
