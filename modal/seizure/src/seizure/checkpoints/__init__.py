"""Checkpoint folders as both who writes and who uses them see them. Knows no torch."""
