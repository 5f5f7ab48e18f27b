"""Data sets: fetched or made, verified, and read."""
