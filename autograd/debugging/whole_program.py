"""CHALKGRAD_DEBUG: debugging for a whole program, in all threads, from the import on.

Convention: "1" is ``debug()``; words switch on parts of it, as in ``CHALKGRAD_DEBUG=lines`` or ``=nan,fingerprints``.
Errors that nobody catches get their advice before Python, or IPython, shows them.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from ..core import everywhere
from .advice import advise
from .journal import Journal
from .switch import Session

WORDS = ("lines", "nan", "inf", "fingerprints", "always")
ALL = ("1", "true", "yes", "on", "all")


def debug_program(text: str) -> Session | None:
    """Switch on what CHALKGRAD_DEBUG asks for; None for "" and "0"."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not words or words in (["0"], ["false"], ["no"], ["off"]):
        return None
    unknown = [word for word in words if word not in (*WORDS, *ALL)]
    if unknown:
        raise ValueError(
            f"CHALKGRAD_DEBUG={text}: {unknown[0]!r} is none of 1, 0, {', '.join(WORDS)} (several by commas)"
        )
    every = any(word in ALL for word in words)
    session = Session(
        nan=every or "nan" in words,
        inf=every or "inf" in words,
        fingerprints="always" if "always" in words else every or "fingerprints" in words,
    )
    everywhere(**session.looks, watch=session.watch)
    show(session.journal)
    return session


def show(journal: Journal) -> None:
    """Let errors that end the program, a thread or a notebook's cell have their advice."""
    before, before_in_threads = sys.excepthook, threading.excepthook

    def hook(kind: Any, error: Any, traceback: Any) -> None:
        advise(error, journal)
        before(kind, error, traceback)

    def hook_in_threads(args: Any) -> None:
        if args.exc_value is not None:
            advise(args.exc_value, journal)
        before_in_threads(args)

    sys.excepthook, threading.excepthook = hook, hook_in_threads
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:

        def in_cell(shell: Any, kind: Any, error: Any, traceback: Any, tb_offset: Any = None) -> None:
            advise(error, journal)
            shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)

        shell.set_custom_exc((Exception,), in_cell)
