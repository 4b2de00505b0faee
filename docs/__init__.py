"""The gallery: ``python -m docs`` draws its pictures and writes its page, of the code in ``examples.py``."""
