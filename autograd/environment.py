"""CHALKGRAD_DEBUG in the environment debugs the whole program: ``CHALKGRAD_DEBUG=1 python train.py``.

Convention: this acts once, at import, and imports nothing where the variable is not set.
"""

from __future__ import annotations

import os

ASKED = os.environ.get("CHALKGRAD_DEBUG", "")
if ASKED:
    from .debugging import debug_program

    debug_program(ASKED)
