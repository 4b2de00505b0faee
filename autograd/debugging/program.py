"""The user's program as text: the expression that failed, and the lines that a variable was computed by.

Convention: all of this runs only where an error is explained. Where there is no source, there is nothing to say.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any

from ..core import of_library

ASSIGNMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.withitem, ast.comprehension)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Failure:
    """Where an error left the user's own code: its innermost frame, and the expression that it was computing."""

    def __init__(self, traceback: TracebackType | None) -> None:
        self.frames: list[FrameType] = []
        self.expression: ast.AST | None = None
        self.line = 0
        last = None
        while traceback is not None:
            frame = traceback.tb_frame
            if not of_library(frame.f_code.co_filename):
                self.frames.insert(0, frame)
                last = traceback
            traceback = traceback.tb_next
        if last is not None:
            self.line = last.tb_lineno
            self.expression = _expression(last)

    @property
    def span(self) -> range:
        """The lines of the expression."""
        return range(self.line, self.line + getattr(self.expression, "end_lineno", 1))

    @property
    def code(self) -> CodeType | None:
        return self.frames[0].f_code if self.frames else None

    def value(self, expression: ast.AST) -> Any:
        """What a name or an attribute of one is in that frame; ... where that is not known without running code."""
        if isinstance(expression, ast.Name) and self.frames:
            frame = self.frames[0]
            return frame.f_locals.get(expression.id, frame.f_globals.get(expression.id, ...))
        if isinstance(expression, ast.Attribute):
            owner = self.value(expression.value)
            return getattr(owner, expression.attr, ...) if owner is not ... else ...
        return ...

    def feeding(self, names: set[str]) -> set[int]:
        """The lines that assign these variables, and those that they are computed from, in the same function."""
        lines: set[int] = set()
        known = set(names)
        assigned = list(_assignments(_scope(self.code, self.line))) if self.code is not None else []
        grown = True
        while grown:
            grown = False
            for targets, sources, span in assigned:
                if known & targets and not span <= lines:
                    lines |= span
                    known |= sources
                    grown = True
        return lines

    def assigned(self, name: str) -> Iterator[ast.AST]:
        """What a variable is assigned in the same function."""
        scope = _scope(self.code, self.line) if self.code is not None else None
        for node in _within(scope) if scope is not None else ():
            if isinstance(node, ast.Assign) and name in _names(*node.targets):
                yield node.value


def _expression(traceback: TracebackType) -> ast.AST | None:
    """The expression that a frame was computing when the error came."""
    code = traceback.tb_frame.f_code
    try:
        line, end_line, column, end_column = list(code.co_positions())[traceback.tb_lasti // 2]
        lines = linecache.getlines(code.co_filename, traceback.tb_frame.f_globals)
        part = [text.encode() for text in lines[line - 1 : end_line]]  # type: ignore[operator]
        part[-1] = part[-1][:end_column]
        part[0] = part[0][column:]
        text = b"".join(part).decode(errors="replace")
        try:
            return ast.parse(f"({text}\n)", mode="eval").body
        except SyntaxError:  # a statement
            return ast.parse(text).body[0]
    except (SyntaxError, IndexError, TypeError):
        return None


def _scope(code: CodeType | None, line: int) -> ast.AST | None:
    """The function in which a line stands; the module outside all functions."""
    if code is None:
        return None
    try:
        module = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return None
    found: ast.AST = module
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and code.co_name == node.name:
            first = min([node.lineno, *[d.lineno for d in node.decorator_list]])
            if first <= line <= (node.end_lineno or first):
                found = node  # the last one found is the innermost
    return found


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions inside it."""
    stack = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, SCOPES):
            stack.extend(ast.iter_child_nodes(node))


def _assignments(scope: ast.AST | None) -> Iterator[tuple[set[str], set[str], set[int]]]:
    """The variables that are assigned, those in what they are assigned, and the lines of it."""
    for node in _within(scope) if scope is not None else ():
        if isinstance(node, ASSIGNMENTS):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None) or node.optional_vars]  # type: ignore[union-attr]
            value: Any = (
                getattr(node, "value", None) or getattr(node, "iter", None) or getattr(node, "context_expr", None)
            )
            if value is not None and all(target is not None for target in targets):
                own = _names(*targets) if isinstance(node, ast.AugAssign) else set()
                span = set(range(value.lineno, (value.end_lineno or value.lineno) + 1))
                yield _names(*targets), _names(value) | own, span


def _names(*expressions: ast.AST) -> set[str]:
    return {node.id for expression in expressions for node in ast.walk(expression) if isinstance(node, ast.Name)}


def names_in(expression: ast.AST | None) -> set[str]:
    """The variables in an expression."""
    return set() if expression is None else _names(expression)
