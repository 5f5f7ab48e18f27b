"""What counts as an answer: distances that are recomputed, and two rules."""
