"""Pictures as pixels and as PDF, drawn by matplotlib: the same shapes and texts as in the SVG.

Convention: one pixel of the picture is a hundredth of an inch, so that a PDF has the size of a page; text stays text.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...extras import extra
from ...typing import NDArray
from .marks import Curve, Rect, Sheet, Words

__all__ = ["figure", "image", "pdf", "png"]

INCH = 100.0  # pixels
FONTS = ["DejaVu Sans Mono", "Noto Sans Mono CJK JP", "Noto Sans CJK JP", "DejaVu Sans"]


def figure(page: Sheet) -> Any:
    """The picture as a matplotlib figure."""
    modules = ("matplotlib.figure", "matplotlib.patches", "matplotlib.path", "matplotlib.font_manager")
    figures, patches, paths, fonts = (extra(name, "draw", "a picture as pixels or as PDF") for name in modules)
    known = {font.name for font in fonts.fontManager.ttflist}
    families = [name for name in FONTS if name in known]
    drawn = figures.Figure(figsize=(page.width / INCH, page.height / INCH), facecolor=page.ground)
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, page.width), ylim=(page.height, 0))
    axes.axis("off")
    for order, mark in enumerate(mark for item in page.items for mark in item.marks):
        if isinstance(mark, Words) and not mark.text.strip():
            continue
        if isinstance(mark, Words):
            axes.text(
                mark.x, mark.y, mark.text, fontsize=mark.size * 72 / INCH, color=mark.color, family=families,
                weight="bold" if mark.bold else "normal", parse_math=False, va="baseline", zorder=order,
            )  # fmt: skip
            continue
        if isinstance(mark, Rect):
            points, codes = _rounded(mark)
            look = mark.look
            style = {
                "facecolor": look.fill or "none", "edgecolor": look.border or "none",
                "linewidth": look.width if look.border else 0.0, "linestyle": _dash(look.dash, look.width),
                "antialiased": bool(look.border or look.radius),
            }  # fmt: skip
        else:
            points, codes = _path(mark)
            face, edge = (mark.color, "none") if mark.polygon else ("none", mark.color)
            style = {"facecolor": face, "edgecolor": edge, "linewidth": mark.width, "capstyle": "butt",
                     "linestyle": _dash(mark.dash, mark.width)}  # fmt: skip
        style["linewidth"] *= 72 / INCH
        axes.add_artist(patches.PathPatch(paths.Path(points, codes), zorder=order, clip_on=False, **style))
    return drawn


def image(page: Sheet, scale: float = 2.0) -> NDArray[Any]:
    """The picture as an array of bytes: rows, columns, and red, green, blue, opacity."""
    agg = extra("matplotlib.backends.backend_agg", "draw", "a picture as pixels")
    numpy = extra("numpy", "draw", "a picture as pixels")
    drawn = figure(page)
    drawn.dpi = INCH * scale
    canvas = agg.FigureCanvasAgg(drawn)
    with _quiet():
        canvas.draw()
    return numpy.array(canvas.buffer_rgba())


def png(page: Sheet, scale: float = 2.0) -> bytes:
    """The picture as PNG, ``scale`` times as many pixels each way."""
    file = io.BytesIO()
    with _as_files_are():
        figure(page).savefig(
            file, format="png", dpi=INCH * scale, metadata={"Software": None, "Description": page.words}
        )
    return file.getvalue()


def pdf(*sheets: Sheet, title: str = "") -> bytes:
    """The pictures as PDF, a page each."""
    pages = extra("matplotlib.backends.backend_pdf", "draw", "a picture as PDF")
    file = io.BytesIO()
    facts = {"CreationDate": None, "Creator": None, "Producer": None, **({"Title": title} if title else {})}
    with _as_files_are(), pages.PdfPages(file, metadata=facts) as document:
        for page in sheets:
            document.savefig(figure(page))
    return file.getvalue()


@contextmanager
def _as_files_are() -> Iterator[None]:
    """Text that can be searched, the picture's own margins and ground, whatever matplotlib was told otherwise."""
    matplotlib = extra("matplotlib", "draw", "a picture as pixels or as PDF")
    with matplotlib.rc_context({"pdf.fonttype": 42, "savefig.bbox": None, "savefig.facecolor": "auto"}), _quiet():
        yield


def _quiet() -> warnings.catch_warnings[None]:
    """No warning about a sign that the font lacks: it is drawn as an empty box."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)


def _dash(dash: str, width: float) -> Any:
    return (0, [float(n) / width for n in dash.split()]) if dash else "solid"


def _path(curve: Curve) -> tuple[list[tuple[float, float]], list[int]]:
    if curve.polygon:
        return [*curve.points, curve.points[0]], [1, *[2] * (len(curve.points) - 1), 79]
    return curve.points, [1, *[4] * (len(curve.points) - 1)]


def _rounded(rect: Rect) -> tuple[list[tuple[float, float]], list[int]]:
    """The outline of a rectangle with round corners, as matplotlib's codes: 1 move, 2 line, 4 curve, 79 close."""
    x, y, w, h = rect.x, rect.y, rect.width, rect.height
    r = min(rect.look.radius, w / 2, h / 2)
    k = r * 0.4477  # so that a cubic curve is nearly a quarter of a circle
    if not r:
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)], [1, 2, 2, 2, 79]
    points = [
        (x + r, y), (x + w - r, y), (x + w - k, y), (x + w, y + k), (x + w, y + r),
        (x + w, y + h - r), (x + w, y + h - k), (x + w - k, y + h), (x + w - r, y + h),
        (x + r, y + h), (x + k, y + h), (x, y + h - k), (x, y + h - r),
        (x, y + r), (x, y + k), (x + k, y), (x + r, y), (x + r, y),
    ]  # fmt: skip
    return points, [1, 2, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 79]
