"""The error where a tracked tensor would leave its graph: it shows the user's own call, and what to write there.

Convention: all of this runs only where that error is raised. The call is found on the stack: the libraries in
``ADVICE`` stand between it and the tensor, all other code is the user's. Its text is read from the source, where there
is one; else the function's name must do.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import linecache
import opcode
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from ..declare import Late, detached

OWN = __name__.partition(".")[0]
NUMBERS = "t.data gives it the numbers"  # to a library that does not differentiate

# What to write instead, by the module of the function that was called, or by the function itself; {name} is the
# function and {write} its call with plain numbers.
ADVICE: dict[str, str] = {
    "autograd": "t.data gives the numbers; a list of tensors becomes one tensor by np.stack([...])",
    "builtins": "t.item() gives the number",
    "einops": "{write}",
    "jax": "{write}",
    "joblib": "{write}",
    "math": "t.item() gives the number; NumPy's functions of t stay in the graph",
    "matplotlib": "{write}",
    "nn": "t.data gives the numbers; a list of tensors becomes one tensor by np.stack([...])",
    "numpy": "t.data gives the numbers; NumPy's functions called on t itself stay in the graph",
    "numpy.arange": "t.item() gives the number",
    "numpy.full": "write np.broadcast_to(t, shape), or np.ones(shape) * t",
    "numpy.random": "a draw has no derivative with respect to its parameters. Draw first and move the numbers "
                    "afterwards, as in loc + scale * rng.normal(size=n); t.data gives parameters that are constants",
    "optim": "t.data gives the numbers",
    "pandas": "{write}",
    "PIL": "{write}",
    "scipy": "{write}; to differentiate through {name}, declare an operation of your own (autograd.operation)",
    "scipy.linalg": "{write}; to differentiate {name}, write it with the functions of np.linalg and autograd.linalg",
    "scipy.optimize": "give it numbers and a function of numbers, as in minimize(value_and_grad(f), x.data, jac=True); "
                      "optim.scipy_minimize does so for the parameters of a module",
    "scipy.special": "{write}; SciPy's ufuncs of t, and the functions of autograd.special, stay in the graph",
    "scipy.stats": "{write}; the distributions of autograd.stats have densities that stay in the graph",
    "seaborn": "{write}",
    "sklearn": "{write}",
    "tensorflow": "{write}",
    "torch": "{write}",
    "xarray": "{write}",
}  # fmt: skip
MAKE = {"array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "Tensor"}  # these only make an array
JOIN = {"block", "column_stack", "concatenate", "dstack", "hstack", "stack", "vstack"}  # these take lists of tensors
RENAMED = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2",
    "atanh": "arctanh", "dist": "linalg.norm", "fsum": "sum", "lgamma": "gammaln", "pow": "power",
}  # fmt: skip
OURS = (OWN, "nn", "numpy", "optim")  # these differentiate: what they need is one tensor in place of a list
ELSE = "t.data gives the numbers; a list of tensors becomes one tensor by np.stack([...])"


def escape(what: str) -> TypeError:
    """The error where a tracked tensor was asked for its numbers, by ``what`` if nothing else is known."""
    return _told(what, *_users(sys._getframe(2)))


def asked(what: str) -> str:
    """The same words where another library asks for ``what``, which no tensor has; "" where its user does."""
    frame, module, name = _users(sys._getframe(2))
    foreign = module.partition(".")[0] not in ("", *OURS)
    return str(_told(what, frame, module, name)) if foreign else ""


def refuse_places(frame: FrameType) -> None:
    """Raise TypeError where pandas' iloc, which knows NumPy's masks alone, takes truth values for places."""
    if frame.f_globals.get("__name__", "").startswith("pandas.") and frame.f_code.co_name == "take":
        raise TypeError("pandas would take the truth values of a tensor for the places 0 and 1: write t.data")


# Solvers of SciPy that compute with tensors. Their derivatives are those of the last steps: 0, or nothing at all, where
# the search happens upon its end, by halving an interval or at the start. (MINPACK cannot, and does not say why.)
STEPS = "scipy.optimize._chandrupatla", "scipy.optimize._zeros_py", "scipy.optimize._minpack_py"


def refuse_steps(frame: FrameType, what: str) -> None:
    """Raise if one of these solvers works on a tracked tensor in this frame, or has the one work that does."""
    found: FrameType | None = frame
    while found is not None and found.f_globals.get("__name__", "").startswith("scipy._lib"):
        found = found.f_back
    if found is not None and found.f_globals.get("__name__") in STEPS:
        raise _told(what, *_users(found))


def _told(what: str, frame: FrameType, module: str, name: str) -> TypeError:
    text = _text(frame)
    if opcode.opname[frame.f_code.co_code[frame.f_lasti]] in ("STORE_SUBSCR", "STORE_SLICE"):
        array = text.partition("[")[0] or "out"
        return detached(
            f"{text or 'out[i]'} = t",
            f"an array holds plain numbers. Make it of tensors, {array} = np.stack([...]), or let {array} be a tensor "
            f"before: with {array} = Tensor({array}) the assignment is differentiable",
        )
    call = _call(text)
    dotted = _dotted(call)
    resolved = _module(frame, dotted)
    if resolved and (not module or _library(resolved)):
        module, name = resolved, dotted.rpartition(".")[2]
    if call is None and not module and what != "np.asarray(t)":
        module = "builtins"  # an operator that takes a number
    return detached(_short(text) or what, _advice(module, name, dotted or name, call, frame))


def _advice(module: str, name: str, dotted: str, call: ast.Call | None, frame: FrameType) -> str:
    """What to write in place of the call of this function."""
    package = module.partition(".")[0]
    root = ".".join(module.split(".")[:2])
    if package in ("scipy", "sklearn"):
        told = _of_scipy(root, _path(frame, dotted, root) or name, call, frame)
        if told:
            return told
    if call is not None and package not in OURS:
        target = _counterpart(root, name)
        if target:
            return f"write {_again(target, call, frame, _stacked)}"
        if root != "scipy.optimize" and package in ADVICE:
            numbers = _again(ast.unparse(call.func), call, frame, _numbers)
            if numbers != ast.unparse(call) and package not in ("builtins", "math"):
                return ADVICE[module if module in ADVICE else root if root in ADVICE else package].format(
                    name=dotted, write=f"{NUMBERS}, as in {_short(numbers)}"
                )
    elif call is not None and root != "numpy.random":
        within = _inner if name in JOIN else _stacked
        if name in MAKE:
            made = within(call.args[0], frame) if call.args else ""
        else:
            made = _again(ast.unparse(call.func), call, frame, within)
        if made not in ("", *map(ast.unparse, [call, *call.args])):
            return f"write {made}"
    for known in (f"{package}.{name}", module, root, package):
        if known in ADVICE:
            return ADVICE[known].format(name="it" if dotted.startswith("__") else dotted or "it", write=NUMBERS)
    return ELSE


def _counterpart(root: str, name: str) -> str:
    """The differentiable function of the same name; "" if there is none."""
    if root == "math":
        ours = RENAMED.get(name, name)
        if name in ("erf", "erfc", "gamma", "lgamma"):
            return f"{OWN}.special.{ours}"
        return f"np.{ours}" if hasattr(np, ours.partition(".")[0]) else ""
    return ""


def _of_scipy(root: str, path: str, call: ast.Call | None, frame: FrameType) -> str:
    """What to write in place of the function ``root.path``; "" if no more is known of it than of others."""
    twins = importlib.import_module(".twins", __package__)
    target: str = twins.twin(root, path)
    if target and call is not None and twins.same(root, path, target, call):
        lists = target.split(".")[:2] in (["np", "linalg"], ["np", "fft"], [OWN, "special"])
        return f"write {_again(target, call, frame, _stacked if lists else _as_it_is)}"
    if target:
        return f"{target} is differentiable; {NUMBERS}"
    written = NUMBERS
    if call is not None:
        numbers = _again(ast.unparse(call.func), call, frame, _numbers)
        if numbers != ast.unparse(call):
            written = f"{NUMBERS}, as in {_short(numbers)}"
    told: str = twins.words(root, path, written)
    return told


# ---------------------------------------------------------------- the user's call, written anew


def _again(target: str, call: ast.Call, frame: FrameType, each: Callable[[ast.expr, FrameType], str]) -> str:
    """A call with other arguments."""
    written = [each(argument, frame) for argument in call.args]
    written += [f"{k.arg}={each(k.value, frame)}" if k.arg else f"**{ast.unparse(k.value)}" for k in call.keywords]
    return f"{target}({', '.join(written)})"


def _as_it_is(argument: ast.expr, frame: FrameType) -> str:
    return ast.unparse(argument)


def _stacked(argument: ast.expr, frame: FrameType) -> str:
    """A list of tensors as one tensor; anything else as it is."""
    value = _value(argument, frame)
    if isinstance(value, list | tuple) and any(isinstance(v, Late.Tensor) for v in value):
        return f"np.stack({ast.unparse(argument)})"
    if isinstance(argument, ast.ListComp):
        return f"np.stack({ast.unparse(argument)})"
    if isinstance(argument, ast.List | ast.Tuple) and any(isinstance(v, ast.Name) for v in ast.walk(argument)):
        return f"np.stack({_inner(argument, frame)})"
    return ast.unparse(argument)


def _inner(argument: ast.expr, frame: FrameType) -> str:
    """A list whose lists of tensors are tensors."""
    if isinstance(argument, ast.List | ast.Tuple):
        return f"[{', '.join(_stacked(v, frame) for v in argument.elts)}]"
    return ast.unparse(argument)


def _numbers(argument: ast.expr, frame: FrameType) -> str:
    """An argument with the numbers of the tensors in it."""
    text = ast.unparse(argument)
    if isinstance(_value(argument, frame), Late.Tensor):
        return f"{text}.data"
    if isinstance(argument, ast.List):
        return f"[{', '.join(_numbers(v, frame) for v in argument.elts)}]"
    return text


def _value(argument: ast.expr, frame: FrameType) -> Any:
    """What a variable is in a frame."""
    if not isinstance(argument, ast.Name):
        return None
    return frame.f_locals.get(argument.id, frame.f_globals.get(argument.id, getattr(builtins, argument.id, None)))


# ---------------------------------------------------------------- where it stands


def _library(module: str) -> bool:
    return module.partition(".")[0] in ADVICE


def _users(frame: FrameType) -> tuple[FrameType, str, str]:
    """The innermost frame of the user's own code, with module and name of the function that it called, "" if in C."""
    module = name = ""
    while frame.f_back is not None and _library(frame.f_globals.get("__name__", "")):
        module, name = frame.f_globals["__name__"], frame.f_code.co_name
        frame = frame.f_back
    return frame, module, name


def _text(frame: FrameType) -> str:
    """The source of the expression that a frame is computing; "" if there is none."""
    positions: Any = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    line, end_line, column, end_column = positions
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    if None in (line, end_line, column, end_column) or not 0 < line <= end_line <= len(lines):
        return ""
    part = [text.encode() for text in lines[line - 1 : end_line]]
    part[-1] = part[-1][:end_column]
    part[0] = part[0][column:]
    return b"".join(part).decode(errors="replace")


def _call(text: str) -> ast.Call | None:
    try:
        found = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        return None
    return found if isinstance(found, ast.Call) else None


def _short(text: str) -> str:
    """The text in one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def _dotted(call: ast.Call | None) -> str:
    """The name of what is called, ``np.random.default_rng`` also where it is a method of its result."""
    thing: Any = call
    while isinstance(thing, ast.Call):
        thing = thing.func
        inner = thing
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if isinstance(inner, ast.Call):
            thing = inner
    return "" if thing is None or not isinstance(inner, ast.Name) else ast.unparse(thing)


def _reached(frame: FrameType, dotted: str) -> tuple[Any, list[str]]:
    """The function, or the object whose method it is, by its name in a frame, and what is left of the name."""
    first, *rest = dotted.split(".")
    thing = _value(ast.Name(first), frame)
    while rest and isinstance(thing, ModuleType):
        thing = vars(thing).get(rest.pop(0))
    return thing, rest


def _path(frame: FrameType, dotted: str, root: str) -> str:
    """The name of a function in its module, whatever a user calls it: "norm.logpdf"."""
    thing, rest = _reached(frame, dotted)
    if thing is None:
        return ""
    own = getattr(thing, "__name__", "")
    if not own:
        names = vars(sys.modules.get(root, sys))
        own = next((name for name, other in names.items() if other is thing), "")
    return ".".join([own, *rest]) if own else ""


def _module(frame: FrameType, dotted: str) -> str:
    """The module of a function, or of the object whose method it is, by its name in a frame."""
    thing, _ = _reached(frame, dotted)
    return "" if thing is None else str(getattr(thing, "__module__", None) or type(thing).__module__)
