"""Signals → a score a second."""
