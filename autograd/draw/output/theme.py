"""The colours of pictures: "board", chalk on a dark board, and "paper", for print.

Convention: a board brings its dark ground along, so that it looks the same on light and dark pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["THEMES", "Fill", "Theme", "ThemeName"]

ThemeName = Literal["board", "paper"]


@dataclass(frozen=True)
class Fill:
    """How a box of some kind is drawn: filled, framed (``dash`` in the manner of SVG), with round corners."""

    fill: str
    border: str
    width: float = 1.0
    dash: str = ""
    radius: float = 5.0


@dataclass(frozen=True)
class Theme:
    """``texts`` by role, ``boxes`` and ``arrows`` by kind; ``frame`` is a group's border, ``frames`` its ground,
    by depth."""

    ground: str
    texts: dict[str, str]
    boxes: dict[str, Fill]
    arrows: dict[str, str]
    frame: str
    frames: tuple[str, str]


BOARD = Theme(
    ground="#22302b",
    texts={
        "name": "#f6d55c", "operation": "#f6d55c", "value": "#f2f0e6", "gradient": "#ff9aa2", "slope": "#9bd4f5",
        "formula": "#f2f0e6", "delta": "#ffb86b", "dust": "#adbeb4",
        "activation": "#f6d55c", "parameter": "#ff9aa2", "reused": "#8fe3a0",
        "warning": "#ffa0ec",
    },
    boxes={
        "input": Fill("#294553", "#9bd4f5"),
        "parameter": Fill("#46323c", "#ff9aa2", radius=9.0),
        "constant": Fill("#22302b", "#8fa398", dash="3 3"),
        "inner": Fill("#283933", "#8fa398"),
        "result": Fill("#4a4630", "#f6d55c", width=1.8),
        "operation": Fill("#22302b", "#f6d55c", width=1.2, radius=99.0),
        "module": Fill("#31463f", "#c9d6ce", width=1.4, radius=8.0),
        "note": Fill("#22302b", "#22302b"),
    },
    arrows={"forward": "#9db0a6", "backward": "#ff9aa2", "bundle": "#c9d6ce"},
    frame="#62776c",
    frames=("#273731", "#2c3d36"),
)  # fmt: skip

PAPER = Theme(
    ground="#ffffff",
    texts={
        "name": "#7a4f00", "operation": "#5a3d00", "value": "#1c1c1c", "gradient": "#b3123b", "slope": "#0b5a8f",
        "formula": "#1c1c1c", "delta": "#a34700", "dust": "#5c6660",
        "activation": "#7a4f00", "parameter": "#b3123b", "reused": "#136c2e",
        "warning": "#b0008e",
    },
    boxes={
        "input": Fill("#e3f1fa", "#2b7bb0"),
        "parameter": Fill("#fde8ec", "#c2385a", radius=9.0),
        "constant": Fill("#ffffff", "#7d8a83", dash="3 3"),
        "inner": Fill("#f4f6f5", "#7d8a83"),
        "result": Fill("#fdf3cd", "#9a7400", width=1.8),
        "operation": Fill("#ffffff", "#9a7400", width=1.2, radius=99.0),
        "module": Fill("#eaf0ed", "#47574f", width=1.4, radius=8.0),
        "note": Fill("#ffffff", "#ffffff"),
    },
    arrows={"forward": "#6b7770", "backward": "#b3123b", "bundle": "#47574f"},
    frame="#9aa69f",
    frames=("#f8faf9", "#f0f4f2"),
)  # fmt: skip

THEMES: dict[str, Theme] = {"board": BOARD, "paper": PAPER}
