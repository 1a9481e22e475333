"""Holding equilibrium play against what was observed."""

from gametheory.evidence.patterns import Pattern, Simulation

__all__ = ["Pattern", "Simulation"]
