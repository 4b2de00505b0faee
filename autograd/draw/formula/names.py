"""Names as a person gave them, in text and in LaTeX: nothing in a name acts as markup or code.

Convention: ``x1`` is x with the index 1 and ``W[0,1]`` an element of W; a Greek letter's English name is the letter;
control characters are shown as Unicode's pictures of them; a name that could be taken for a formula is set in ‹ ›.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["latex_name", "roman", "shown", "spoken", "subscripted", "text_name"]

LONGEST = 48  # characters of a name that are shown
GREEK = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi
    omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
""".split()  # noqa: SIM905
LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", GREEK, strict=True))
INDEXED = re.compile(rf"([^\W\d_]|{'|'.join(GREEK)})_?(\d+|[^\W\d_])?")
WORDED = re.compile(r"([^\W\d_]{2,})(\d+)")
WORD = re.compile(r"(?:\[\d+\]\.)?(?!\d)(?![.\[\]])(?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾])[\w.\[\]]|\[\d+(?:,\d+)+\])+")
ELEMENT = re.compile(r"(.+)\[(\d+(?:,\d+)*)\]")
ESCAPES = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "_": r"\_", "%": r"\%", "#": r"\# ", "&": "＆",
    "^": r"\wedge ", "~": r"\sim ", "'": r"\prime ", '"': r"\prime\prime ", "`": r"\prime ", " ": r"\ ",
    "-": r"\text{-}", "<": r"\langle ", ">": r"\rangle ",
}  # fmt: skip
RARE = 0x20000  # from here on mathtext knows no characters
PRIMES = {"′": 1, "″": 2, "‴": 3}


def shown(name: str) -> str:
    """The name with pictures in place of control characters, on one line, and not too long."""
    out = []
    for c in name if len(name) <= LONGEST else name[: LONGEST - 1] + "…":
        kind = unicodedata.category(c)
        if ord(c) < 32:
            out.append(chr(0x2400 + ord(c)))
        elif ord(c) == 127:
            out.append("␡")
        else:
            out.append("�" if kind in ("Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co") else " " if kind == "Zs" else c)
    return "".join(out)


def text_name(name: str) -> str:
    """As it stands in a formula."""
    name = shown(name)
    bare, _ = _marks(name)
    return name if WORD.fullmatch(bare) or bare in ("…", "?") else f"‹{name}›"


def spoken(name: str) -> bool:
    """Is the name so long that a product needs a dot beside it?"""
    bare, _ = _marks(name)
    return len(bare) > 4 or not bare.isalnum()


def subscripted(name: str) -> tuple[str, str]:
    """A letter and its index, ("h", "1"); the whole name and "" if it is not of that kind."""
    found = INDEXED.fullmatch(name)
    return (found[1], found[2] or "") if found else (name, "")


def latex_name(name: str) -> str:
    """As LaTeX, in mathematics."""
    bare, marks = _marks(shown(name))
    element = ELEMENT.fullmatch(bare)
    if element and not marks:  # of an array: W[0,1]
        array = latex_name(element[1])
        return f"{array}_{{{element[2]}}}" if "_{" not in array else f"{array}[{element[2]}]"
    letter, index = subscripted(bare)
    word = WORDED.fullmatch(bare)
    if letter in GREEK or letter in LETTERS:
        base = "\\" + LETTERS.get(letter, letter)
    elif len(letter) == 1 and (letter.isascii() and letter.isalpha()):
        base = letter
    elif word:
        base, index = roman(word[1]), word[2]
    else:
        base, index = roman(bare), ""
    return base + (f"_{{{index}}}" if index else "") + (f"^{{{marks}}}" if marks else "")


def _marks(name: str) -> tuple[str, str]:
    """The name without the primes that tell equal names apart, and these in LaTeX."""
    if name and name[-1] in PRIMES:
        return name[:-1], r"\prime" * PRIMES[name[-1]]
    found = re.fullmatch(r"(.+)⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾", name)
    if found:
        return found[1], "(" + found[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")) + ")"
    return name, ""


def roman(name: str) -> str:
    """A word in upright letters."""
    safe = "".join([ESCAPES.get(c, c if ord(c) < RARE else "�") for c in name])
    return rf"\mathrm{{{safe if name.strip() else '?'}}}"
