"""Where the user's program is: the first frame on the stack that is neither ours nor NumPy's, and its line."""

from __future__ import annotations

import functools
import os
import sys
from types import FrameType

import numpy as np

__all__ = ["known_as", "of_library", "users_frame", "users_line"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = (*(os.path.join(ROOT, name, "") for name in ("autograd", "nn", "optim")),
        os.path.join(os.path.dirname(np.__file__), ""), "<autograd.")  # and compiled text  # fmt: skip


@functools.cache
def of_library(file: str) -> bool:
    """Is it one of our files, or of NumPy's? Asked for each frame between an operation and the user's line."""
    return file.startswith(OURS)


def users_frame() -> FrameType | None:
    """The innermost frame outside the library, if there is one."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and of_library(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def users_line() -> str:
    """``file:line`` of the innermost call outside the library; "" if there is none."""
    frame = users_frame()
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"


def known_as(line: str) -> str:
    """A line as its writer knows it: of a notebook's cell ``In[3]:2``, as its file's name says nothing."""
    file, _, number = line.rpartition(":")
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    named = getattr(getattr(shell, "compile", None), "format_code_name", lambda file: None)(file)
    return f"{named[1]}:{number}" if named else line
