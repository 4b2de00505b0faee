"""Expressions as on the blackboard: ``h1 = x1 w1 + x2 w2 + b1``, ``1 - tanh² h1``, ``½ (f - y)²``, ``δ1 W2ᵀ``.

Convention: a product is written side by side, of arrays element by element with ⊙; ``·`` stands where two numbers or
long names would run together. Parentheses stand where they are needed, as levels of binding say.
"""

from __future__ import annotations

from collections.abc import Callable

from .expression import (
    Call,
    Expression,
    Matmul,
    Negative,
    Number,
    Outer,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Test,
    Transpose,
    Unknown,
)  # fmt: skip
from .functions import FUNCTIONS
from .names import shown, spoken, text_name
from .numbers import FRACTIONS, number_text

__all__ = ["ATOM", "Name", "Text", "to_text"]

# How strongly things bind. A word before its operand (tanh x) binds like a power, unless something follows it.
SUM, NEGATIVE, PRODUCT, MATRICES, POWER, APPLIED, ATOM = range(1, 8)
SHOWN = 8  # terms of a sum that are all written; of longer ones the first and the last
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


# How a symbol is written otherwise; ``alone``: it stands by itself, so that a number's sign needs no parentheses.
Name = Callable[[Symbol, bool], str]


def to_text(x: Expression, name: Name | None = None, dots: bool = False) -> str:
    """The expression as one line of text; ``name`` writes symbols in another way, ``dots`` stand between factors."""
    return Text(name, dots).write(x)


class Text:
    """Writes expressions as text; subclasses write other languages with the same rules of binding."""

    dot, times, apart, more, minus, arrow = " · ", " ⊙ ", " ", "…", "-", "→"
    multiplied = " @ "  # matrices with long names

    def __init__(self, name: Name | None = None, dots: bool = False) -> None:
        self.name = name or (lambda symbol, alone: text_name(symbol.name))
        self.dots = dots

    def write(self, x: Expression, level: int = 0, last: bool = True) -> str:
        """x, in parentheses if it binds less than ``level``; ``last`` says that nothing follows in this product."""
        if isinstance(x, Symbol):
            return self.name(x, level == 0)
        text, binds = self.parts(x, last)
        return self.within(text) if binds < level else text

    def parts(self, x: Expression, last: bool) -> tuple[str, int]:
        """The text of x, and how strongly it binds."""
        if isinstance(x, Number):
            return self.number(x), ATOM if x.text or x.value >= 0 or x.value != x.value else NEGATIVE
        if isinstance(x, Symbol):
            return self.name(x, False), ATOM
        if isinstance(x, Sum):
            return self.sum(x, last), SUM
        if isinstance(x, Negative):
            return self.minus + self.write(x.x, PRODUCT, last), NEGATIVE
        if isinstance(x, Product):
            return self.product(x, last), PRODUCT
        if isinstance(x, Quotient):
            return self.quotient(x, last)
        if isinstance(x, Power):
            return self.power(x, last)
        if isinstance(x, Call):
            return self.call(x, last)
        if isinstance(x, Test):
            return self.test(x), ATOM
        if isinstance(x, Matmul):
            return self.matmul(x), MATRICES
        if isinstance(x, Outer):
            return f"{self.write(x.a, MATRICES, False)} {self.transposed(x.b)}", MATRICES
        if isinstance(x, Transpose):
            return self.transposed(x.x), POWER
        assert isinstance(x, Unknown)
        return self.unknown(x)

    # ------------------------------------------------ tokens

    def within(self, text: str) -> str:
        return f"({text})"

    def number(self, x: Number) -> str:
        return x.text or number_text(x.value)

    def coefficient(self, x: Number) -> str:
        return FRACTIONS.get(x.value) or self.number(x)

    def word(self, x: Call) -> str:
        return FUNCTIONS[x.name].text

    def raw(self, text: str) -> str:
        """An argument as it is written in Python."""
        return shown(text)

    def other(self, name: str) -> str:
        """A function that has no row: its name may be anything."""
        return text_name(name)

    # ------------------------------------------------ arithmetic

    def sum(self, x: Sum, last: bool) -> str:
        out: list[str] = []
        for term in self.elided(x.terms):
            if term is None:
                out.append(f" + {self.more}")
                continue
            negative = isinstance(term, Negative) or (isinstance(term, Number) and not term.text and term.value < 0)
            if isinstance(term, Negative):
                term = term.x
            elif negative:
                term = Number(-term.value)  # type: ignore[attr-defined]
            text = self.write(term, PRODUCT, last)
            out.append((f" {self.minus} " if out else self.minus) + text if negative else " + " * bool(out) + text)
        return "".join(out)

    @staticmethod
    def elided(terms: tuple[Expression, ...]) -> list[Expression | None]:
        """The terms of a sum, None in place of those in the middle of a long one."""
        return list(terms) if len(terms) <= SHOWN else [*terms[:2], None, *terms[-2:]]

    def product(self, x: Product, last: bool) -> str:
        factors = x.factors
        out = ""
        shown = self.elided(factors)
        before: Expression | None = None
        for k, factor in enumerate(shown):
            if factor is None:
                out += self.apart + self.more
                continue
            end = last and k == len(shown) - 1
            lead = k == 0 and isinstance(factor, Number)
            text = self.coefficient(factor) if lead else self.write(factor, PRODUCT + 1, end)  # type: ignore[arg-type]
            out += self.between(before, factor, text) * bool(out) + text
            before = factor
        return out

    def between(self, a: Expression | None, b: Expression, text: str) -> str:
        """What stands between two factors."""
        if a is not None and a.shape and b.shape:
            return self.times
        if self.dots:
            return self.dot
        if text[0].isdigit() or text[0] in "½¼¾" or any(isinstance(x, Symbol) and spoken(x.name) for x in (a, b)):
            return self.dot
        return self.apart

    def quotient(self, x: Quotient, last: bool) -> tuple[str, int]:
        return f"{self.write(x.top, PRODUCT, False)} / {self.write(x.bottom, PRODUCT + 1, last)}", PRODUCT

    def power(self, x: Power, last: bool) -> tuple[str, int]:
        n = x.exponent
        whole = isinstance(n, Number) and not n.text and float(n.value).is_integer() and abs(n.value) < 100
        if whole and n.value > 0 and isinstance(x.base, Call) and self.spoken(x.base):  # type: ignore[attr-defined]
            return self.applied(x.base, last, self.raised("", n))
        return self.write(x.base, ATOM, False) + self.raised("", n), POWER

    def raised(self, text: str, n: Expression) -> str:
        if isinstance(n, Number) and not n.text and float(n.value).is_integer() and abs(n.value) < 100:
            return text + str(int(n.value)).translate(SUPERSCRIPTS)
        return f"{text}^{self.write(n, ATOM, False)}"

    # ------------------------------------------------ functions

    @staticmethod
    def spoken(x: Call) -> bool:
        """Is it written as a word, like tanh?"""
        return x.name in FUNCTIONS and FUNCTIONS[x.name].word

    def applied(self, x: Call, last: bool, exponent: str = "") -> tuple[str, int]:
        """``tanh² h1``, or ``tanh²(h1)`` where something follows or the operand is more than a name."""
        (operand,) = x.args
        text, binds = self.parts(operand, True)
        if last and binds == ATOM and isinstance(operand, Number | Symbol):
            return f"{self.word(x)}{exponent} {text}", APPLIED
        return f"{self.word(x)}{exponent}{self.within(self.write(operand))}", ATOM if not exponent else POWER

    def call(self, x: Call, last: bool) -> tuple[str, int]:
        if self.spoken(x):
            return self.applied(x, last)
        if x.name in ("sqrt", "cbrt"):
            return self.root(x, last)
        args = [self.write(arg) for arg in x.args]
        if x.name in ("absolute", "fabs") and "|" not in args[0]:
            return self.bars(args[0]), ATOM
        if x.name == "sum":
            return f"{self.sigma(x)} {self.write(x.args[0], POWER, last)}", APPLIED if last else PRODUCT
        if x.name in ("getitem", "item"):
            return f"{self.write(x.args[0], ATOM, False)}[{self.raw(dict(x.options).get('key', '…'))}]", ATOM
        if x.name == "placed":
            return f"{self.write(x.args[0], PRODUCT, True)} {self.arrow} [{self.raw(dict(x.options)['key'])}]", SUM
        if x.name == "spread":
            return self.spread(x), MATRICES
        name = self.word(x) if x.name in FUNCTIONS else self.other(x.name)
        return f"{name}{self.within(', '.join([*args, *self.options(x)]))}", ATOM

    def options(self, x: Call) -> list[str]:
        return [f"{self.raw(key)}={self.raw(value)}" for key, value in x.options]

    def root(self, x: Call, last: bool) -> tuple[str, int]:
        text, binds = self.parts(x.args[0], True)
        root = self.word(x)
        simple = last and isinstance(x.args[0], Number | Symbol) and binds == ATOM
        return (f"{root}{text}", APPLIED) if simple else (f"{root}({self.write(x.args[0])})", ATOM)

    def bars(self, text: str) -> str:
        return f"|{text}|"

    def sigma(self, x: Call) -> str:
        """Σ with the axes that it runs over: of a matrix, rows or columns."""
        where = self.axes(x)
        return f"Σ_{where}" if where else "Σ"

    @staticmethod
    def axes(x: Call) -> str:
        axis = dict(x.options).get("axis", "None").strip("(), ")
        if axis in ("None", ""):
            return ""
        if len(x.args[0].shape) == 2 and axis in ("0", "-2", "1", "-1"):
            return "rows" if axis in ("0", "-2") else "columns"
        return axis.replace(" ", "")

    def spread(self, x: Call) -> str:
        return f"{self.write(x.args[0], MATRICES, False)} 1ᵀ"

    def test(self, x: Test) -> str:
        return f"[{self.write(x.a)} {x.relation} {self.write(x.b)}]"

    # ------------------------------------------------ matrices and what is not known

    def matmul(self, x: Matmul) -> str:
        bare = [part.x if isinstance(part, Transpose) else part for part in x.parts]
        long = any(isinstance(part, Symbol) and spoken(part.name) for part in bare)
        vector = any(len(part.shape) < 2 for part in x.parts)
        sides = [
            self.write(part, MATRICES + (vector and isinstance(part, Matmul | Outer)), k == 1)
            for k, part in enumerate(x.parts)
        ]
        return (self.multiplied if long else " ").join(sides)

    def transposed(self, x: Expression) -> str:
        return self.write(x, ATOM, False) + "ᵀ"

    def unknown(self, x: Unknown) -> tuple[str, int]:
        name, args = self.other(x.name), [self.write(arg) for arg in x.args]
        if x.d is None:
            return f"∂{name}/∂{self.write(x.args[x.place], ATOM, False)}", ATOM
        d = self.write(x.d, MATRICES)
        if len(args) == 1:
            return f"J_{name}({args[0]})ᵀ {d}", MATRICES
        return f"(∂{name}/∂{self.write(x.args[x.place], ATOM, False)})ᵀ {d}", MATRICES
