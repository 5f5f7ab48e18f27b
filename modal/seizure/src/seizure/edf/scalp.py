"""The electrodes on a sphere, and what one of them would measure by what the others do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from seizure.edf.names import ELECTRODES

#: Degrees from the nose around the head, of the ring that 10-20 divides into tenths: its electrodes
#: of the left.
_RING = {"Fp1": 18.0, "F7": 54.0, "T3": 90.0, "T5": 126.0, "O1": 162.0}
_OPPOSITE = {"Fp1": "Fp2", "F7": "F8", "T3": "T4", "T5": "T6", "O1": "O2"}
#: Order of the spline and terms of its series. Perrin et al. take 4 and 7. Between only 19
#: electrodes order 4 overshoots: the absolute weights of one add up to 6.9, and the noise of its
#: neighbours grows with them. Of order 2 they add up to 2.1, and the fields of dipoles are met no
#: worse (test_edf_montage.py).
_ORDER, _TERMS = 2, 50


@cache
def positions() -> dict[str, np.ndarray]:
    """Unit vectors (right, front, up). By 10-20's own rule, on a sphere: the outer ring lies on the
    equator at tenths of the way from front to back (Jasper 1958, doi 10.1016/0013-4694(58)90053-1),
    Cz at the pole, each other electrode halfway between two."""
    found = {"Cz": np.array([0.0, 0.0, 1.0])}
    for name, degrees in _RING.items():
        x, y = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
        found[name] = np.array([-x, y, 0.0])
        found[_OPPOSITE[name]] = np.array([x, y, 0.0])
    found["Fz"] = _between(np.array([0.0, 1.0, 0.0]), found["Cz"])
    found["Pz"] = _between(np.array([0.0, -1.0, 0.0]), found["Cz"])
    for name, one, other in (
        ("F3", "F7", "Fz"), ("F4", "F8", "Fz"), ("C3", "T3", "Cz"),
        ("C4", "T4", "Cz"), ("P3", "T5", "Pz"), ("P4", "T6", "Pz"),
    ):  # fmt: skip
        found[name] = _between(found[one], found[other])
    return {name: found[name] for name in ELECTRODES}


def spline(known: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Weights [wanted, known]: the potential at electrodes, interpolated from others by spherical
    splines (Perrin et al. 1989, doi 10.1016/0013-4694(89)90180-6, equations 1-3). Each row sums to
    1, so that a common reference passes unchanged."""
    at = positions()
    sources = np.array([at[name] for name in known])
    targets = np.array([at[name] for name in wanted]).reshape(-1, 3)
    count = len(sources)
    system = np.zeros((count + 1, count + 1))
    system[:count, :count] = _kernel(sources @ sources.T)
    system[:count, count] = system[count, :count] = 1.0
    right = np.hstack([_kernel(targets @ sources.T), np.ones((len(targets), 1))])
    return np.linalg.solve(system, right.T).T[:, :count]


def _between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    middle = one + other
    return middle / np.linalg.norm(middle)


def _kernel(cosine: np.ndarray) -> np.ndarray:
    """g of the paper: sum over n of (2n + 1) / (n (n + 1))^m P_n, divided by 4 pi."""
    n = np.arange(1, _TERMS + 1)
    terms = np.concatenate([[0.0], (2 * n + 1) / (n * (n + 1.0)) ** _ORDER])
    series = np.polynomial.legendre.legval(np.clip(cosine, -1.0, 1.0), terms)
    return series / (4 * np.pi)
