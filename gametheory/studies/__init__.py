"""Worked studies, one folder or file each."""
