"""Pages of a challenge: one a stage or part, each with who, what and by when."""
