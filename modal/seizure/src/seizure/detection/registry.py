"""Which detectors a checkpoint stands for."""

from __future__ import annotations

from collections.abc import Callable

from seizure.detection.baselines import BASELINES
from seizure.detection.detector import Detector

#: By a checkpoint's name, what loads its detectors.
DETECTORS: dict[str, Callable[[], tuple[Detector, ...]]] = {"baseline": lambda: BASELINES}
