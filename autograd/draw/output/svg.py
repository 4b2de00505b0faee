"""Pictures as SVG: every box, arrow and frame is an element that a page can address, every text plain text.

Convention: colours are presentation attributes, so that a page's style sheet can set others. There are no ids, so that
many pictures can stand on one page.
"""

from __future__ import annotations

import unicodedata

from ..layout import Placed
from .marks import Curve, Item, Rect, Words
from .sheet import ANCHORS, sheet
from .theme import ThemeName
from .words import shown

__all__ = ["escaped", "svg"]

FONT = "'DejaVu Sans Mono', Menlo, 'Liberation Mono', Consolas, 'Courier New', monospace"


def svg(placed: Placed, theme: ThemeName = "board") -> str:
    """The picture as one element ``<svg>``."""
    page = sheet(placed, theme)
    w, h = _n(page.width), _n(page.height)
    words = escaped(page.words)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chalkgrad" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        f'role="img" aria-label="{words}" style="max-width:100%;height:auto" font-family="{FONT}">',
        f'<rect class="ground" width="{w}" height="{h}" rx="6" fill="{page.ground}"/>',
    ]
    for item in page.items:
        parts += _item(item)
    return "\n".join([*parts, "</svg>\n"])


def escaped(text: str, keep: str = "") -> str:
    """The text as it stands in XML, in attributes too."""
    text = shown(text, keep)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(sign, name)
    return text


def _item(item: Item) -> list[str]:
    data = "".join(f' data-{name}="{escaped(key)}"' for name, key in item.data)
    parts = [f'<g class="{item.kind}"{data}>']
    if item.tip:
        parts.append(f"<title>{escaped(item.tip, keep=chr(10))}</title>")
    for mark in item.marks:
        parts.append(
            _rect(mark) if isinstance(mark, Rect) else _curve(mark) if isinstance(mark, Curve) else _text(mark)
        )
    return [*parts, "</g>"]


def _rect(rect: Rect) -> str:
    look = rect.look
    parts = [f'<rect class="{rect.role}" x="{_n(rect.x)}" y="{_n(rect.y)}" width="{_n(rect.width)}" '
             f'height="{_n(rect.height)}" fill="{look.fill or "none"}"']  # fmt: skip
    if look.radius:
        parts.append(f'rx="{_n(min(look.radius, rect.height / 2))}"')
    if look.border:
        parts.append(f'stroke="{look.border}" stroke-width="{_n(look.width)}"')
    if look.dash:
        parts.append(f'stroke-dasharray="{look.dash}"')
    if rect.role == "cell":  # no seams between the cells of a heat-map
        parts.append('shape-rendering="crispEdges"')
    return " ".join(parts) + "/>"


def _curve(curve: Curve) -> str:
    points = [f"{_n(x)} {_n(y)}" for x, y in curve.points]
    if curve.polygon:
        return f'<path class="head" d="M{" L".join(points)} Z" fill="{curve.color}"/>'
    dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
    return (
        f'<path class="line" d="M{points[0]} C{" ".join(points[1:])}" fill="none" stroke="{curve.color}" '
        f'stroke-width="{_n(curve.width)}"{dash}/>'
    )


def _text(words: Words) -> str:
    shows = f' data-shows="{words.shows}"' if words.shows else ""
    bold = ' font-weight="bold"' if words.bold else ""
    blanks = words.text != words.text.strip() or "  " in words.text
    space = ' xml:space="preserve"' if blanks else ""
    fit = f' textLength="{_n(words.width)}" lengthAdjust="spacingAndGlyphs"' if _foreign(words.text) else ""
    x = words.x + ANCHORS[words.anchor] * words.width
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    return (
        f'<text class="{words.role}"{shows} x="{_n(x)}" y="{_n(words.y)}" font-size="{_n(words.size)}" '
        f'fill="{words.color}"{anchor}{bold}{space}{fit}>{escaped(words.text)}</text>'
    )


def _foreign(text: str) -> bool:
    """May there be signs that a monospaced font lacks, which another font would give another width?"""
    return not text.isascii() and any(ord(c) > 0x24F and not _common(c) for c in text)


def _common(c: str) -> bool:
    return 0x370 <= ord(c) < 0x400 or 0x2010 <= ord(c) < 0x20A0 or unicodedata.category(c) == "Sm"


def _n(x: float) -> str:
    """A coordinate, to a hundredth of a pixel."""
    return f"{x:.2f}".rstrip("0").rstrip(".") if x else "0"
