"""Models of a person's own: one Python file each, loaded, and checked in a child before a run."""

from seizure.model.own.loading import load

__all__ = ["load"]
