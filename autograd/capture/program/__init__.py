"""What a tape has noted, made shorter, with a place in memory for each buffer."""

from .factored import WRITING
from .listing import listed
from .packed import Packed
from .plan import planned
from .program import Program, count

__all__ = ["WRITING", "Packed", "Program", "count", "listed", "planned"]
