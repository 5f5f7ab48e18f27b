"""Recordings, prepared once: continuous float16 signals on disk, and beside them what was
annotated."""
