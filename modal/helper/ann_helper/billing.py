"""The workspace's bill, which not every plan may read."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from modal.workspace import Workspace

from .errors import BadRequest
from .values import count, text

_STEPS = {"hour": ("h", 3_600_000), "day": ("d", 86_400_000)}


async def billingReport(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:  # noqa: N802 - the name on the wire
    """What each app cost in each whole hour or day, UTC, before credits. An interval under way is told when `until` is its end."""
    resolution = text(given, "resolution")
    if resolution not in _STEPS:
        raise BadRequest("resolution must be hour or day")
    letter, step = _STEPS[resolution]
    report = await Workspace.from_context().billing.report.aio(
        start=_moment(count(given, "from")), end=_moment(count(given, "until")), resolution=letter
    )
    return [_item_of(line, step) for line in report]


def _item_of(line: Any, step: int) -> dict[str, Any]:
    start = line.interval_start
    begin = round((start if start.tzinfo else start.replace(tzinfo=timezone.utc)).timestamp() * 1000)
    return {
        "object": line.object_id,
        "description": line.description,
        "environment": line.environment_name,
        "from": begin,
        "until": begin + step,
        "cost": float(line.cost),
        "resources": {name: float(cost) for name, cost in line.cost_by_resource.items()},
    }


def _moment(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, timezone.utc)
