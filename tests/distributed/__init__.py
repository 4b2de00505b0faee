"""Programs that run in several processes, and what they have to give."""
