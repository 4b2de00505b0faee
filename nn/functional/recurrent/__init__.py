"""Recurrent networks: each over a whole sequence, or one step of it (a cell), as a single operation."""
