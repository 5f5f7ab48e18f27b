"""Points as a small table for a person."""

from __future__ import annotations

from typing import Any

_HEAD = (
    "implementation", "parameters", "for", "recall", "queries/s", "p50 ms", "p99 ms", "build s",
    "MB",
)  # fmt: skip


def _milliseconds(point: dict[str, Any], name: str) -> str:
    latency = point.get("latency_ms")  # absent where queries are answered all at once
    return f"{latency[name]:.3f}" if latency else "–"


def _row(point: dict[str, Any]) -> tuple[str, ...]:
    return (
        point["impl"],
        " ".join(f"{k}={v}" for k, v in point["params"].items()),
        f"{point['target_recall']:g}" if "target_recall" in point else "",
        f"{point['recall']:.4f}",
        f"{point['qps']:,.0f}",
        _milliseconds(point, "p50"),
        _milliseconds(point, "p99"),
        f"{point['build_seconds']:.2f}",
        f"{point['index_bytes'] / 1e6:.1f}",
    )


def render(points: list[dict[str, Any]]) -> str:
    """Text columns aligned left, numbers right."""
    rows = [_HEAD, *(_row(p) for p in points)]
    if not any("target_recall" in p for p in points):
        rows = [(*row[:2], *row[3:]) for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
