"""Where the user's program is: the first frame on the stack that is neither ours nor NumPy's, and its line."""

from __future__ import annotations

import os
import sys
from types import FrameType

import numpy as np

__all__ = ["users_frame", "users_line"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = (*(os.path.join(ROOT, name, "") for name in ("autograd", "nn", "optim")),
        os.path.join(os.path.dirname(np.__file__), ""), "<autograd.")  # and compiled text  # fmt: skip


def users_frame() -> FrameType | None:
    """The innermost frame outside the library, if there is one."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return frame


def users_line() -> str:
    """``file:line`` of the innermost call outside the library; "" if there is none."""
    frame = users_frame()
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
