"""What the documentation is made with: docstrings as reStructuredText, the reference, generated tables, checks."""
