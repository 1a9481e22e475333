"""One file for each algorithm. A solver proposes; a concept checks."""
