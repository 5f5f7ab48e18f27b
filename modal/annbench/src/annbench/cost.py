"""What building and searching an implementation takes, guessed from what implementations.json says
of it. The other side estimates a run before it begins by the same numbers.

Vectors that are looked at, for each row that is built in or each query: `fixed`; or `share` of all
rows; or `times` (1 unless it is said) the smaller of all rows and `factor * parameter ** power`.
Bytes of an index by the row: `fixed`, and so much for each dimension and each of a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: A walk in order is several times cheaper by the vector than one at random, which counts as 1.
WALKS = {"in-order": 1 / 3, "at-random": 1.0}


def visits(rule: Mapping[str, Any], rows: int, params: Mapping[str, Any]) -> float:
    """Vectors that are looked at."""
    if "fixed" in rule:
        return float(rule["fixed"])
    if "share" in rule:
        return float(rule["share"] * rows)
    most = rule["factor"] * params[rule["parameter"]] ** rule["power"]
    return float(rule.get("times", 1) * min(rows, most))


@dataclass(frozen=True)
class Cost:
    """`cost` of an implementation. Effort is in vectors looked at by a walk at random."""

    walk: str
    build: Mapping[str, Any]
    search: Mapping[str, Any]
    row_bytes: Mapping[str, float]

    def build_effort(self, rows: int, params: Mapping[str, Any]) -> float:
        """The effort for each row."""
        return WALKS[self.walk] * visits(self.build, rows, params)

    def search_effort(self, rows: int, params: Mapping[str, Any]) -> float:
        """The effort for each query."""
        return WALKS[self.walk] * visits(self.search, rows, params)

    def bytes_per_row(self, dimension: int, params: Mapping[str, Any]) -> float:
        """The memory of an index that is built."""
        known = {"fixed": 1, "dimension": dimension, **params}
        return float(sum(each * known[name] for name, each in self.row_bytes.items()))
