"""Frames as files: an animation, or a picture for each.

Convention: a frame is a sheet of shapes and texts (frames.py). Files appear whole or not at all, several ones together.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from ...extras import extra
from ...whole_files import write_together
from ..output.raster import image
from ..output.sheet import Sheet

__all__ = ["gif", "write_numbered"]

PAUSE, REST = 1500, 4000  # ms of a frame, and of the last one


def gif(sheets: Sequence[Sheet]) -> bytes:
    """An animation in the colours of its last frame; what does not change from frame to frame is stored once."""
    images = extra("PIL.Image", "draw", "an animation")
    made = [images.fromarray(image(sheet, 1.0)).convert("RGB") for sheet in sheets]
    palette = made[-1].quantize(255, images.Quantize.MAXCOVERAGE)
    made = [picture.quantize(palette=palette, dither=0) for picture in made]
    file = io.BytesIO()
    times = [PAUSE] * (len(made) - 1) + [REST]
    made[0].save(file, "GIF", save_all=True, append_images=made[1:], duration=times, loop=0, optimize=True)
    return file.getvalue()


def write_numbered(path: Path, contents: Iterable[bytes]) -> Path:
    """Write ``steps-000.png``, ``steps-001.png``, ... for ``steps.png``: all of them, or none. The first one's path."""
    pictures = list(contents)
    digits = max(3, len(str(len(pictures) - 1)))
    names = [path.with_name(f"{path.stem}-{k:0{digits}}{path.suffix}") for k in range(len(pictures))]
    return write_together(dict(zip(names, pictures, strict=True)))[0]
