"""Holding equilibrium play against what was observed."""

from gametheory.evidence.patterns import Pattern, Simulation
from gametheory.evidence.verdicts import Verdict, verdict

__all__ = ["Pattern", "Simulation", "Verdict", "verdict"]
