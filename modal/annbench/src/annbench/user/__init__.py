"""Implementations that a person brings along: compiled, and judged in a sealed child process."""
