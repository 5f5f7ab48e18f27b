"""Data that a part uses and makes: a copy on this container's disk, brought back at the end."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jobkit.cloud.container.copied import Copied
from jobkit.cloud.pulse import insist
from jobkit.cloud.workload import Workload
from jobkit.files import amount


@contextlib.contextmanager
def own_data(
    workload: Workload, job: Mapping[str, Any], there: Path | None,
    keep: Callable[[], None] | None, say: Callable[[str], None],
) -> Iterator[Path | None]:  # fmt: skip
    """The folder of the copy, or None for a workload that shares none. `keep`: None where data is
    only read; what is made then goes with the container."""
    names = workload.shared_data(job)
    if there is None or not names:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="data-") as folder:
        own = Path(folder)
        copied = Copied(own, there, names)
        begun = time.monotonic()
        copied.fetch()
        size = sum(path.stat().st_size for path in own.rglob("*") if path.is_file())
        if size:
            say(f"{amount(size)} of data were there, fetched in {time.monotonic() - begun:.1f} s")
        workload.fetched(job, own)
        try:
            yield own
        finally:
            if keep is not None:
                insist(_bringing(copied, keep), lambda told: say(f"data is not kept: {told}"))


def _bringing(copied: Copied, keep: Callable[[], None]) -> Callable[[], None]:
    """Brings and keeps what is new. A `keep` that failed is owed when it is tried again, though
    nothing new came since."""
    owed = False

    def bring() -> None:
        nonlocal owed
        before, owed = owed, True
        owed = copied.bring() or before
        if owed:
            keep()
            owed = False

    return bring
