"""Readers and writers of game files; the public door is :mod:`gametheory.interop`."""
