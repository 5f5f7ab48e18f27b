"""What a person reads of an inventory in plain lines."""

from __future__ import annotations

from typing import Any

from seizure.scoring.lines import columns


def inventory_lines(name: str, summary: dict[str, Any]) -> list[str]:
    """Of an inventory's summary (corpora.inventory.summary)."""
    synthetic = ", synthetic" if summary["synthetic"] else ""
    rows = [
        (
            one["split"], f"{one['patients']:,}", f"{one['recordings']:,}", f"{one['hours']:,.1f}",
            f"{one['seizures']:,}", f"{one['seizure_hours']:,.2f}",
            "/".join(f"{rate:g}" for rate in one["rates"]),
        )
        for one in summary["splits"]
    ]  # fmt: skip
    head = ("split", "patients", "recordings", "hours", "seizures", "seizure hours", "Hz")
    told = [
        f"{name}: {summary['layout']}, version {summary['version']}, licence "
        f"{summary['licence']}{synthetic}",
        *columns(head, rows),
        f"montages: {', '.join(summary['montages']) or 'none that all recordings allow'}",
    ]
    told += [f"{n['count']:,} {n['says']} (the first: {n['first']})" for n in summary["notices"]]
    told += [f"error: {e['what']}: {e['why']}" for e in summary["errors"]]
    return told
