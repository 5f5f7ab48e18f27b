"""Kinds of files that hold vectors, one in each module."""
