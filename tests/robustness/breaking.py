"""Break off a piece of work at a point of one's choice.

Convention: ``Interrupt(k, files)`` raises ``KeyboardInterrupt`` before the k-th line that is run in some files, as
Ctrl-C may. Not inside what cleans up after an error (``except``, ``finally``): a second Ctrl-C there is not the law's.
Nor at the lines ``try:`` and ``with``: Python looks for Ctrl-C at calls and at jumps back, and there is none between
these lines and what they guard. Nor at the first line of an ``__exit__``, of which no program can be sure.
"""

from __future__ import annotations

import ast
import functools
import os
import sys
from types import FrameType
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@functools.cache
def cleaning(file: str) -> frozenset[int]:
    """The lines of a file in which it cleans up after an error, and those with ``try:`` and ``with``."""
    with open(file, encoding="utf-8") as text:
        tree = ast.parse(text.read())
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try | ast.With):
            lines.add(node.lineno)
        if isinstance(node, ast.FunctionDef) and node.name == "__exit__":
            lines.add(node.body[0].lineno)
        if isinstance(node, ast.Try):
            for part in (*node.handlers, *node.finalbody):
                lines.update(range(part.lineno, (part.end_lineno or part.lineno) + 1))
    return frozenset(lines)


class Interrupt:
    """A ``with`` block in which Ctrl-C comes; ``came`` says whether it did, or the block ended before."""

    def __init__(self, k: int, *files: str, error: type[BaseException] = KeyboardInterrupt) -> None:
        self.left = k
        self.files = tuple(os.path.join(ROOT, file) for file in files)
        self.error = error
        self.came = False

    def __enter__(self) -> Interrupt:
        self.before = sys.gettrace()
        sys.settrace(self.call)
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool:
        sys.settrace(self.before)
        return self.came and isinstance(error, self.error)

    def call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self.line if not self.came and frame.f_code.co_filename.startswith(self.files) else None

    def line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and not self.came and frame.f_lineno not in cleaning(frame.f_code.co_filename):
            self.left -= 1
            if self.left < 0:
                self.came = True
                raise self.error
        return self.line
