r"""Expressions in LaTeX, as matplotlib's mathtext and KaTeX read it: ``1 - \tanh^{2} h_{1}``."""

from __future__ import annotations

from .expression import Call, Expression, Number, Power, Quotient, Symbol, Unknown
from .functions import FUNCTIONS
from .names import latex_name, roman, shown
from .numbers import number_latex
from .text import ATOM, MATRICES, POWER, Name, Text

__all__ = ["to_latex"]

RELATIONS = {">": ">", "<": "<", "≥": r"\geq", "≤": r"\leq", "=": "="}


def to_latex(x: Expression, name: Name | None = None, dots: bool = False) -> str:
    """The expression in LaTeX, without dollars; ``name`` and ``dots`` as for ``to_text``."""
    return Latex(name, dots).write(x)


class Latex(Text):
    """Writes expressions in LaTeX."""

    dot, times, apart, more, arrow = r" \cdot ", r" \odot ", r" \, ", r"\ldots", r"\to"
    multiplied = r" \, "

    def __init__(self, name: Name | None = None, dots: bool = False) -> None:
        super().__init__(name or (lambda symbol, alone: latex_name(symbol.name)), dots)

    def within(self, text: str) -> str:
        return rf"\left({text}\right)"

    def number(self, x: Number) -> str:
        return {"π": r"\pi"}.get(x.text, x.text) or number_latex(x.value)

    def coefficient(self, x: Number) -> str:
        halves = {0.5: r"\frac{1}{2}", 0.25: r"\frac{1}{4}", 0.75: r"\frac{3}{4}"}
        return halves.get(x.value) or self.number(x)

    def word(self, x: Call) -> str:
        return FUNCTIONS[x.name].latex

    def other(self, name: str) -> str:
        return latex_name(name)

    def quotient(self, x: Quotient, last: bool) -> tuple[str, int]:
        return rf"\frac{{{self.write(x.top)}}}{{{self.write(x.bottom)}}}", POWER

    def raised(self, text: str, n: Expression) -> str:
        return f"{text}^{{{self.write(n)}}}"

    def power(self, x: Power, last: bool) -> tuple[str, int]:
        text, binds = super().power(x, last)
        if isinstance(x.base, Symbol) and "^" in self.name(x.base, False):  # a second superscript needs braces
            text = f"{{{self.name(x.base, False)}}}" + self.raised("", x.exponent)
        return text, binds

    def options(self, x: Call) -> list[str]:
        return [f"{self.raw(key)}={self.raw(value)}" for key, value in x.options]

    def raw(self, text: str) -> str:
        return roman(shown(text))

    def spread(self, x: Call) -> str:
        return rf"{self.write(x.args[0], MATRICES, False)} \, \mathbf{{1}}^{{\top}}"

    def root(self, x: Call, last: bool) -> tuple[str, int]:
        return rf"{self.word(x)}{{{self.write(x.args[0])}}}", ATOM

    def bars(self, text: str) -> str:
        return rf"\left|{text}\right|"

    def sigma(self, x: Call) -> str:
        where = self.axes(x)
        return rf"\sum_{{\mathrm{{{where}}}}}" if where else r"\sum"

    def test(self, x: object) -> str:
        a, b = (self.write(part) for part in x.parts)  # type: ignore[attr-defined]
        return rf"\left[{a} {RELATIONS[x.relation]} {b}\right]"  # type: ignore[attr-defined]

    def transposed(self, x: Expression) -> str:
        return self.write(x, ATOM, False) + r"^{\top}"

    def unknown(self, x: Unknown) -> tuple[str, int]:
        name, args = self.other(x.name), [self.write(arg) for arg in x.args]
        if x.d is None:
            return rf"\frac{{\partial {name}}}{{\partial {args[x.place]}}}", ATOM
        d = self.write(x.d, MATRICES)
        if len(args) == 1:
            return rf"J_{{{name}}}\left({args[0]}\right)^{{\top}} {d}", MATRICES
        return rf"\left(\frac{{\partial {name}}}{{\partial {args[x.place]}}}\right)^{{\top}} {d}", MATRICES
