"""One eager call, recorded: what it was given, what it returned, and what it left."""

from .arguments import EVERY, Call, items
from .returned import MADE, made
from .run import DRAWS, Run
from .sources import Effect, Source

__all__ = ["DRAWS", "EVERY", "MADE", "Call", "Effect", "Run", "Source", "items", "made"]
