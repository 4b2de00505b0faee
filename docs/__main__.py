"""``python -m docs``: draw the pictures, write the page."""

from .gallery import write

if __name__ == "__main__":
    write()
