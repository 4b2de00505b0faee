"""One HTML file of a story and its picture: it needs nothing else and asks for nothing.

Convention: the page's security policy forbids every request and runs exactly the one script that is written here, told
by its hash. What a user named reaches the page as JSON in which no "<" stands, or as escaped text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from importlib import resources
from string import Template

from ..output.theme import THEMES, Theme
from .story import Story

__all__ = ["framed", "page"]

HEIGHT = 640  # pixels, in a notebook


def page(story: Story, svg: str) -> str:
    """The page that steps through a story; ``svg`` is its picture, whose texts say what they show (``data-shows``)."""
    style = f"{_file('page.css')}\n{colours()}"
    script = f"{_file('numbers.js')}\n{_file('page.js')}"
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    return Template(_file("page.html")).substitute(
        policy=escape(policy, quote=False), title=escape(story.title), style=style, picture=_bare(svg),
        data=_json(story), script=script,
    )  # fmt: skip


def framed(html: str, title: str) -> str:
    """The page in a frame of its own, for a notebook: its script can reach nothing outside."""
    return (
        f'<iframe title="{escape(title)}, step by step" sandbox="allow-scripts" width="100%" height="{HEIGHT}" '
        f'style="border: 0" srcdoc="{escape(html)}"></iframe>'
    )


def colours() -> str:
    """The picture's colours as a style sheet: paper where the reader's system is light, the board where it is dark."""
    dark = "\n".join(_rules(THEMES["board"]))
    return "\n".join(_rules(THEMES["paper"])) + f"\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _rules(theme: Theme) -> Iterator[str]:
    for role, colour in theme.texts.items():
        yield f"#pane text.{role}, #pane .sample.{role} {{ fill: {colour}; }}"
    for kind, look in theme.boxes.items():
        where = f"#pane .{kind} > .border, #pane .sample.{kind}[stroke]"
        yield f"{where} {{ fill: {look.fill}; stroke: {look.border}; }}"
    for kind, colour in (*theme.arrows.items(), *theme.texts.items()):
        yield f"#pane .arrow.{kind} > .line {{ stroke: {colour}; }}"
        yield f"#pane .arrow.{kind} > .head {{ fill: {colour}; }}"
    yield f"#pane .group > .border {{ fill: {theme.frames[0]}; stroke: {theme.frame}; }}"
    yield f"#pane .framed {{ fill: {theme.frames[0]}; }}"


def _bare(svg: str) -> str:
    """The picture without its own style: the page sizes it, and its security policy forbids styles in attributes."""
    return re.sub(r' style="[^"]*"', "", svg, count=1)


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(story: Story) -> str:
    """As JSON that cannot end the script element around it."""
    text = json.dumps(asdict(story), allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
