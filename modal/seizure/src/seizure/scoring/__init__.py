"""Scores by SzCORE's rules (a 1-Hz mask, then events and samples), and what else tells how good a
detector is.

Pure functions over events and one score a second. An undefined figure (sensitivity without a
seizure, say) is None, never 0."""
