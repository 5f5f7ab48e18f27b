"""The container that does one part of a run."""
