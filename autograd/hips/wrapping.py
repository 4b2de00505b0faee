"""From an operator at one argument to one that names the argument: ``operator(fun, argnum)(*args)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..functional.arguments import check_function, chosen, exchanged, places


def get_name(f: Any) -> str:
    """The name of a function."""
    return getattr(f, "__name__", "[unknown name]")


def get_doc(f: Any) -> str:
    """The docstring of a function."""
    return getattr(f, "__doc__", None) or ""


def wraps(fun: Any, namestr: str = "{fun}", docstr: str = "{doc}", **kwargs: Any) -> Callable[[Any], Any]:
    """Give a function name and docstring made of another one's."""

    def named(f: Any) -> Any:
        try:
            f.__name__ = namestr.format(fun=get_name(fun), **kwargs)
            f.__doc__ = docstr.format(fun=get_name(fun), doc=get_doc(fun), **kwargs)
        except (AttributeError, TypeError, KeyError, IndexError, ValueError):  # it takes none, or braces are in the way
            pass
        return f

    return named


def wrap_nary_f(fun: Any, op: Any, argnum: Any) -> Callable[[Any], Any]:
    """Name a derivative after its operator and its function."""
    return wraps(
        fun, "{op}_of_{fun}_wrt_argnum_{argnum}", "{op} of {fun} with respect to argument {argnum}.",
        op=get_name(op), argnum=argnum,
    )  # fmt: skip


def unary_to_nary(unary_operator: Callable[..., Any], name: str = "") -> Callable[..., Any]:
    """An operator ``op(fun, x)`` as one that names the argument: ``op(fun, argnum)(*args)``; several are a tuple."""
    who = name or get_name(unary_operator)

    @wraps(unary_operator, name or "{fun}")
    def nary_operator(fun: Any, argnum: Any = 0, *op_args: Any, **op_kwargs: Any) -> Any:
        check_function(who, fun, argnum)
        single = isinstance(argnum, int | str)

        @wrap_nary_f(fun, nary_operator, argnum)
        def nary_f(*args: Any, **kwargs: Any) -> Any:
            at = places(who, fun, args, kwargs, argnum)
            moving = chosen(args, kwargs, at)

            @wraps(fun)
            def unary_f(x: Any) -> Any:
                positional, keywords = exchanged(args, kwargs, at, [x] if single else list(x))
                return fun(*positional, **keywords)

            return unary_operator(unary_f, moving[0] if single else tuple(moving), *op_args, **op_kwargs)

        return nary_f

    return nary_operator
