"""Timing searches, and saying how far the figures can be trusted."""
