"""Smaller batches that make the same steps. Does without torch."""

from __future__ import annotations

from collections.abc import Iterator

from seizure.training.config import Config, schema


def smaller(config: Config) -> Iterator[tuple[int, int]]:
    """(windows.batch, training.accumulate), each at most half of the batch before, down to one
    window a process: as many windows a step, and as many for each process."""
    processes = config.training.processes
    batch = config.windows.batch // processes
    of_a_step = batch * config.training.accumulate
    most = schema()["training"]["fields"]["accumulate"]["to"]
    while batch > 1:
        batch = next(one for one in range(batch // 2, 0, -1) if of_a_step % one == 0)
        if of_a_step // batch > most:
            return
        yield batch * processes, of_a_step // batch
