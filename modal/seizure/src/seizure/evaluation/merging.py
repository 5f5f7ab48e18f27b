"""Results of the shares of a preparation as the one that a single container would have left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def merged(results: Sequence[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """`results`: of all shares, in their order. `seconds`: of the whole."""
    first = results[0]
    every = zip(*(one["datasets"] for one in results), strict=True)
    datasets = [_dataset(same) for same in every]
    return {**first, "datasets": datasets, "seconds": round(seconds, 3)}


def _dataset(shares: Sequence[dict[str, Any]]) -> dict[str, Any]:
    splits = zip(*(one["splits"] for one in shares), strict=True)
    return {**shares[0], "splits": [_split(same) for same in splits]}


def _split(shares: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "split": shares[0]["split"],
        "patients": len({who for one in shares for who in one["who"]}),
        "recordings": sum(one["recordings"] for one in shares),
        "hours": round(sum(one["seconds"] for one in shares) / 3600, 5),
        "seizures": sum(one["seizures"] for one in shares),
    }
