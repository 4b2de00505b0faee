"""The definition of a function in its file, and the same function with one thing wrong in it.

Convention: a mutated definition is compiled for the same cells, so that its code can take the place of the function's
own: everything that holds the function then runs it.
"""

from __future__ import annotations

import ast
import copy
import functools
import linecache
import types
import typing
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor

Definition = ast.FunctionDef | ast.Lambda
NUMBERS = Tensor, np.ndarray, np.generic, float, tuple, list  # what may hold numbers that are multiplied by a factor
REDUCERS = {"sum", "mean", "max", "min", "any", "all", "cumsum", "cumprod", "concatenate", "stack", "expand_dims",
            "flip", "roll", "sort", "argsort", "take_along_axis", "swapaxes", "moveaxis", "reduce", "prod", "diff",
            "take", "repeat", "argmax", "argmin", "unstack", "squeeze", "std", "var", "norm"}  # fmt: skip


class Change(NamedTuple):
    """A mutation: its kind, what it did to which text, and the changed definition."""

    kind: str
    text: str
    code: CodeType


@functools.cache
def _tree(file: str) -> ast.Module | None:
    lines = linecache.getlines(file)
    return ast.parse("".join(lines)) if lines and not file.startswith("<") else None


@functools.cache
def _definitions(file: str) -> list[Definition]:
    """All that a file defines; nothing if there is no file."""
    return [node for node in ast.walk(_tree(file) or ast.Module([], [])) if isinstance(node, Definition)]


def definition(function: FunctionType) -> Definition | None:
    """The part of the file that defines a function; None if there is no file."""
    code = function.__code__
    found = []
    for node in _definitions(code.co_filename):
        if _defines(node, code):
            return typing.cast(ast.FunctionDef, node)
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno:
            found.append(node)
    places = [p for p in code.co_positions() if p[0] is not None and p[2] != p[3]]
    inside = [
        node for node in found
        if [a.arg for a in _arguments(node)] == list(code.co_varnames[: len(_arguments(node))])
        and all(_before(node, p) and _after(node, p) for p in places)
    ]  # fmt: skip
    return min(inside, key=lambda node: (node.end_lineno or 0) - node.lineno, default=None)


def only_raises(function: FunctionType) -> bool:
    """Is it a private function that its file names only in ``raise`` statements? It makes the text of an error."""
    return function.__name__.startswith("_") and function.__name__ in _only_raised(function.__code__.co_filename)


@functools.cache
def _only_raised(file: str) -> set[str]:
    """The names that a file names only in ``raise`` statements."""
    nodes = list(ast.walk(_tree(file) or ast.Module([], [])))
    raised = {id(n) for statement in nodes if isinstance(statement, ast.Raise) for n in ast.walk(statement)}
    named = [n for n in nodes if isinstance(n, ast.Name)]
    return {n.id for n in named if id(n) in raised} - {n.id for n in named if id(n) not in raised}


def anew(function: FunctionType) -> CodeType | None:
    """The function's code, made as those of mutants are, with nothing wrong in it."""
    original = definition(function)
    return original and _compiled(function, original, _body(original))


def _body(original: Definition) -> list[ast.stmt]:
    return original.body if isinstance(original, ast.FunctionDef) else [ast.Return(original.body)]


def _arguments(node: Definition) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _before(node: Definition, place: Any) -> bool:
    return (node.lineno, node.col_offset) <= (place[0], place[2])


def _after(node: Definition, place: Any) -> bool:
    return (place[1], place[3]) <= (node.end_lineno, node.end_col_offset)


# ---------------------------------------------------------------- one thing wrong


def changes(function: FunctionType, without: Collection[CodeType] = ()) -> Iterator[Change]:
    """The function with one thing wrong in it, for each thing in turn; not in the functions inside it of some codes."""
    original = definition(function)
    if original is None:
        return
    whole = ast.Module(body=_body(original), type_ignores=[])
    nodes = [node for node in ast.walk(whole) if not _said(node)]
    inside = {code: {id(n) for d in nodes if _defines(d, code) for n in ast.walk(d)} for code in without}
    left_out = set().union(*inside.values())
    if not _may_be_numbers(_returned(function)):
        nested = {id(n) for d in nodes if isinstance(d, Definition) for n in ast.walk(d)}
        left_out |= {id(n) for n in nodes if isinstance(n, ast.Return) and id(n) not in nested}
    for number, node in enumerate(nodes):
        for kind, text, replacement in _wrong(node) if id(node) not in left_out else ():
            changed = copy.deepcopy(whole)
            twin = [n for n in ast.walk(changed) if not _said(n)][number]
            put = _Put(twin, replacement)
            code = _compiled(function, original, put.visit(changed).body)
            if code is not None:
                yield Change(kind, text, code)


def _defines(node: ast.AST, code: CodeType) -> bool:
    """Is it the definition of this code?"""
    if not isinstance(node, ast.FunctionDef) or node.name != code.co_name:
        return False
    return min([node.lineno, *(d.lineno for d in node.decorator_list)]) == code.co_firstlineno


def _returned(function: FunctionType) -> Any:
    """What the annotation says that a function returns; Any if it says nothing."""
    try:
        return typing.get_type_hints(function).get("return", Any)
    except NameError:  # known to type checkers alone
        return Any


def _may_be_numbers(hint: Any) -> bool:
    """May ``result`` change what is of this type? A text, a truth, a count, a module, a function it leaves alone."""
    if isinstance(hint, typing.TypeVar) and hint.__bound__ is not None:
        hint = hint.__bound__
    if parts := [hint] if isinstance(hint, type) else [*filter(None, [typing.get_origin(hint)])]:
        if parts[0] in (types.UnionType, typing.Union):
            return any(map(_may_be_numbers, typing.get_args(hint)))
        loose = parts[0] in (object, Any) or getattr(parts[0], "_is_protocol", False)
        return loose or issubclass(parts[0], NUMBERS)
    return True


def _said(node: ast.AST) -> bool:
    """Is it a docstring or an annotation?"""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _wrong(node: ast.AST) -> Iterator[tuple[str, str, ast.AST]]:
    text = " ".join(ast.unparse(node).split())[:60] if isinstance(node, ast.expr | ast.stmt) else ""
    match node:
        case ast.BinOp(left, ast.Add(), right):
            yield "missing term", f"{text}: only the first", left
            yield "missing term", f"{text}: only the second", right
        case ast.BinOp(left, ast.Sub(), right):
            yield "missing term", f"{text}: only the first", left
            yield "missing term", f"{text}: only the second", ast.UnaryOp(ast.USub(), right)
        case ast.BinOp(left, ast.Mult(), right):
            yield "missing factor", f"{text}: only the first", left
            yield "missing factor", f"{text}: only the second", right
        case ast.BinOp(left, ast.Div() | ast.Pow(), _):
            yield "missing factor", f"{text}: only the first", left
        case ast.UnaryOp(ast.USub(), operand) if not isinstance(operand, ast.Constant):
            yield "sign", f"{text}: without it", operand
        case ast.AugAssign(_, ast.Add() | ast.Sub(), _):
            yield "missing term", f"{text}: left out", ast.Pass()
        case ast.AugAssign(_, _, _):
            yield "missing factor", f"{text}: left out", ast.Pass()
        case ast.keyword("axis", ast.Constant(int() as axis)) if not isinstance(axis, bool):
            yield "wrong axis", f"axis={axis}", ast.keyword("axis", ast.Constant(_other(axis)))
        case ast.Call(ast.Attribute() as function, arguments, keywords) if function.attr in REDUCERS:
            for k, argument in enumerate(arguments):
                match argument:
                    case ast.Constant(int() as axis) if not isinstance(axis, bool):
                        others = [*arguments[:k], ast.Constant(_other(axis)), *arguments[k + 1 :]]
                        yield "wrong axis", text, ast.Call(function, others, keywords)
        case ast.Return(ast.expr() as value):
            for kind, factor in (("sign", -1.0), ("factor", 1.03)):
                name = ast.Name("__mutated_result__", ast.Load())
                yield kind, f"{text}: {factor:g} times", ast.Return(ast.Call(name, [value, ast.Constant(factor)], []))


def _other(axis: int) -> int:
    return 0 if axis else -1


class _Put(ast.NodeTransformer):
    """Puts something else in the place of one node."""

    def __init__(self, node: ast.AST, replacement: ast.AST) -> None:
        self.node, self.replacement = node, copy.deepcopy(replacement)

    def visit(self, node: ast.AST) -> Any:
        return self.replacement if node is self.node else self.generic_visit(node)


def result(value: Any, factor: float) -> Any:
    """The first array of numbers in a result, times a factor."""
    if isinstance(value, Tensor) or (isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fc"):
        return value * (value.dtype.type(factor) if value.dtype.kind in "fc" else factor)
    if isinstance(value, float):
        return value * factor
    if isinstance(value, tuple | list):
        for k, part in enumerate(value):
            changed = result(part, factor)
            if changed is not part:
                parts = [*value[:k], changed, *value[k + 1 :]]
                return type(value)._make(parts) if hasattr(value, "_make") else type(value)(parts)
    return value


def _compiled(function: FunctionType, original: Definition, body: list[ast.stmt]) -> CodeType | None:
    """The code of a definition with this body, for the cells of the function."""
    cells = function.__code__.co_freevars
    arguments = copy.deepcopy(original.args)
    arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
    arguments.kw_defaults = [d and ast.Constant(None) for d in arguments.kw_defaults]
    for argument in _arguments(original):
        argument.annotation = None
    names: list[ast.expr] = [ast.Name(name, ast.Load()) for name in cells]
    held = ast.If(
        ast.Constant(False), [ast.Expr(ast.Tuple(names, ast.Load()))], []
    )  # names them: a lost one would shift
    name = "__mutated__"  # not its own, which a recursive function looks up among the globals
    inner = ast.FunctionDef(name, arguments, [held, *body], [], None, None)
    outer_arguments = ast.arguments([], [ast.arg(cell) for cell in cells], None, [], [], None, [])
    outer = ast.FunctionDef("around", outer_arguments, [inner], [], None, None)
    module = ast.fix_missing_locations(ast.Module([_bare(outer)], []))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # what is left of an expression may look odd
        code = compile(module, function.__code__.co_filename, "exec", dont_inherit=True)
    around = next(c for c in code.co_consts if isinstance(c, CodeType))
    found = next(c for c in around.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return found.replace(co_name=function.__code__.co_name) if found.co_freevars == cells else None


def _bare(node: ast.FunctionDef) -> ast.FunctionDef:
    """Without annotations, which would be evaluated."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            part.annotation = None
        elif isinstance(part, ast.FunctionDef):
            part.returns = None
    return node


@contextmanager
def planted(alike: Sequence[FunctionType], code: CodeType, builder: FunctionType | None = None) -> Iterator[None]:
    """While it is open, functions of one code run another, and so do those that their builder still builds."""
    own, scope = alike[0].__code__, alike[0].__globals__
    built = builder and builder.__code__
    scope["__mutated_result__"] = result
    for function in alike:
        function.__code__ = code
    if builder and built:
        builder.__code__ = built.replace(co_consts=tuple(code if part is own else part for part in built.co_consts))
    try:
        yield
    finally:
        for function in alike:
            function.__code__ = own
        if builder and built:
            builder.__code__ = built
        scope.pop("__mutated_result__", None)


# ---------------------------------------------------------------- what a call did


def traces(value: Any, depth: int = 0) -> Any:
    """Something that is equal for equal results: the bytes of arrays, and whether a tensor is tracked."""
    if isinstance(value, Tensor):
        return value.node is not None, traces(value._array)
    if isinstance(value, np.ndarray | np.generic):
        value = np.asarray(value)
        if value.dtype.kind in "fc":
            value = value + value.dtype.type(0)  # -0 is 0
        return value.shape, value.dtype.str, value.tobytes() if value.dtype != object else id(value)
    if isinstance(value, int | float | complex | str | bytes | bool | type(None)):
        return repr(float(value) + 0.0 if isinstance(value, bool | float) else value)  # 1 * True is True, -0 is 0
    if depth < 4:
        if isinstance(value, tuple | list):
            return tuple(traces(part, depth + 1) for part in value)
        if isinstance(value, dict):
            return tuple((repr(k), traces(part, depth + 1)) for k, part in value.items() if isinstance(k, str | int))
        if hasattr(value, "__dict__") and not callable(value):
            return traces(vars(value), depth + 1)
    return type(value).__name__
