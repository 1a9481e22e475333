"""Solution concepts, solvers, and results that can be checked again."""
