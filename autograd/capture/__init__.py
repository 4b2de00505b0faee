from .captured import capture

__all__ = ["capture"]
