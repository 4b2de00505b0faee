"""Whether the user's program ignores what it is given."""

from __future__ import annotations

import dis
import functools
from types import CodeType

from autograd.core import users_frame


def ignored() -> bool:
    """Does the user's program ignore the result of the call it is making? So running statistics are computed anew."""
    frame = users_frame()
    return frame is not None and _ignores(frame.f_code, frame.f_lasti)


@functools.cache
def _ignores(code: CodeType, at: int) -> bool:
    """Does a program ignore the result of the call at this instruction?"""
    instructions = dis.get_instructions(code)
    return any(i.offset == at and next(instructions, i).opname == "POP_TOP" for i in instructions)
