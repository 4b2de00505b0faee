"""Fuzzing of the readers of files: ``make fuzz`` for minutes or hours, ``tests/nn/test_readers.py`` for seconds."""
