"""A reader of formulas as text, to hold what is written against what is meant.

Grammar, loosest first: sums; a sign; products (``a b``, ``a · b``) and quotients; powers; words (``tanh x``), calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from autograd.draw.formula.functions import FUNCTIONS

TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?(?:e[-+]?\d+)?)|([½¼¾])|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([√∛]|[^\W\d_](?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹])\w)*)|(.))"
)
HALVES = {"½": 0.5, "¼": 0.25, "¾": 0.75}
DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
CALLS: dict[str, Callable[..., Any]] = {row.text: row.value for row in FUNCTIONS.values()}
WORDS = {row.text for row in FUNCTIONS.values() if row.word} | {"√", "∛"}
COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, "≥": lambda a, b: a >= b, "≤": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}  # fmt: skip


class Reader:
    """The number that a text stands for, given those of its names."""

    def __init__(self, text: str, values: Mapping[str, float]) -> None:
        self.tokens = [m for m in TOKEN.finditer(text.strip()) if m[0].strip()]
        self.values = values
        self.at = 0

    def peek(self, *kinds: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0].strip() in kinds

    def next(self) -> re.Match[str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, kind: str) -> None:
        assert self.peek(kind), f"{kind} expected at token {self.at} of {[m[0] for m in self.tokens]}"
        self.at += 1

    def whole(self) -> float:
        y = self.sum()
        assert self.at == len(self.tokens), [m[0] for m in self.tokens[self.at :]]
        return y

    def sum(self) -> float:
        y = -self.product() if self.peek("-") and self.next() else self.product()
        while self.peek("+", "-"):
            y = y + self.product() if self.next()[0].strip() == "+" else y - self.product()
        return y

    def product(self) -> float:
        y = self.power()
        while self.at < len(self.tokens) and not self.peek("+", "-", ")", "]", "|", ",", *COMPARE):
            if self.peek("/"):
                self.next()
                y = y / self.power()
            elif self.peek("·"):
                self.next()
                y = y * self.power()
            else:
                y = y * self.power()
        return y

    def power(self) -> float:
        y = self.atom()
        if self.peek("^"):
            self.next()
            negative = self.peek("-") and bool(self.next())
            n = self.atom()
            return float(y ** (-n if negative else n))
        if self.at < len(self.tokens) and self.tokens[self.at][3]:
            return float(y ** int(self.next()[3].translate(DIGITS)))
        return y

    def atom(self) -> float:
        token = self.next()
        number, half, _, name, other = token.groups()
        if number:
            return float(number)
        if half:
            return HALVES[half]
        if other == "(":
            y = self.sum()
            self.take(")")
            return y
        if other == "|":
            y = abs(self.sum())
            self.take("|")
            return y
        if other == "[":
            a = self.sum()
            relation = self.next()[0].strip()
            y = float(COMPARE[relation](a, self.sum()))
            self.take("]")
            return y
        assert name, token
        if name in CALLS and name not in self.values:
            return self.applied(name)
        return self.values[name]

    def applied(self, name: str) -> float:
        raised = int(self.next()[3].translate(DIGITS)) if self.at < len(self.tokens) and self.tokens[self.at][3] else 1
        if not self.peek("("):
            assert name in WORDS, name
            return float(CALLS[name](self.atom()) ** raised)
        self.next()
        args = [self.sum()]
        while self.peek(","):
            self.next()
            args.append(self.sum())
        self.take(")")
        return float(CALLS[name](*args) ** raised)


def read(text: str, values: Mapping[str, float]) -> float:
    return Reader(text, values).whole()
