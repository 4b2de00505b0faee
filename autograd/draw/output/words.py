"""Texts as they can be shown: what a name may hold and no file may is put in signs that look like it."""

from __future__ import annotations

__all__ = ["shown"]


def shown(text: str, keep: str = "") -> str:
    """The text with control characters as the pictures that Unicode has of them (␀ to ␟, ␡), one for one.

    What no XML may hold (halves of surrogate pairs, U+FFFE, U+FFFF) becomes U+FFFD. ``keep`` stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else _picture(ord(c)) for c in text)


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    lost = 0x80 <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE
    return "\ufffd" if lost else chr(code)
