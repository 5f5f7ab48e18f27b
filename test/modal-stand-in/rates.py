"""The rates of configs/prices.yaml, read without a YAML library: the client's environment has none."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from .world import Rates

PRICES = Path(__file__).parents[2] / "configs" / "prices.yaml"


def _numbers(text: str) -> dict[str, Decimal]:
    """Every `key: number` of nested mappings, under its dotted path."""
    found: dict[str, Decimal] = {}
    path: list[tuple[int, str]] = []
    for line in text.splitlines():
        bare = line.split("#")[0].rstrip()
        if ":" not in bare:
            continue
        depth = len(bare) - len(bare.lstrip())
        key, _, value = bare.strip().partition(":")
        path = [part for part in path if part[0] < depth]
        if not value.strip():
            path.append((depth, key))
            continue
        try:
            found[".".join([name for _, name in path] + [key])] = Decimal(value.strip())
        except ArithmeticError:
            continue
    return found


def read_rates(path: Path = PRICES) -> Rates:
    """The rates of a prices file; raises KeyError when one is missing."""
    numbers = _numbers(path.read_text())
    prefix = "per_hour.gpu."
    return Rates(
        core=numbers["per_hour.core"],
        gib=numbers["per_hour.gib"],
        gpu={key[len(prefix) :]: value for key, value in numbers.items() if key.startswith(prefix)},
        region_broad=numbers["multipliers.region_broad"],
        region_narrow=numbers["multipliers.region_narrow"],
        nonpreemptible=numbers["multipliers.nonpreemptible"],
    )
