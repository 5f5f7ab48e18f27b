"""The container that leads a run on several: what parts need, fanning out, one result."""

from jobkit.cloud.coordinator.lead import coordinate
from jobkit.cloud.coordinator.platform import Platform

__all__ = ["Platform", "coordinate"]
