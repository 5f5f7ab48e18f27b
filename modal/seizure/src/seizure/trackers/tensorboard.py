"""Event files for TensorBoard: a folder a seed, written by TensorBoard's own writer."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from jobkit.errors import Refused

from seizure.trackers.about import About, absent
from seizure.trackers.read import Track

_OURS = "events.out.tfevents."


def write(tracks: tuple[Track, ...], about: About, out: Path) -> list[Path]:
    """The folders, one a seed. One that holds nothing but event files is written anew, so that what
    looks at `out` sees each step once; any other is left alone (Refused)."""
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.plugins.scalar.summary_v2 import scalar_pb
        from tensorboard.plugins.text.summary_v2 import text_pb
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as e:
        raise absent("tensorboard", e) from e
    folders = [_checked(out / about.word(track)) for track in tracks]
    for track, folder in zip(tracks, folders, strict=True):
        beside = folder.with_name(f".{folder.name}.{os.getpid()}")
        writer = EventFileWriter(str(beside))

        def put(summary: Any, step: int, time: float, to: Any = writer) -> None:
            to.add_event(Event(wall_time=time, step=step, summary=summary))

        try:
            first, last = track.rows[0], track.rows[-1]
            put(text_pb("config", _as_code(about.config)), 0, first.time)
            for row in track.rows:
                for name, value in row.values.items():
                    put(scalar_pb(name, value), row.step, row.time)
            for name, value in track.scores.items():
                put(scalar_pb(name, value), track.best_step or last.step, last.time)
            writer.close()
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folders


def _checked(folder: Path) -> Path:
    if folder.exists() and not (
        folder.is_dir() and all(file.name.startswith(_OURS) for file in folder.iterdir())
    ):
        why = f"{folder} holds something else than event files"
        raise Refused("Nothing was written", why, "choose another folder with --out")
    return folder


def _as_code(config: dict[str, Any]) -> str:
    """TensorBoard shows text as Markdown."""
    return "\n".join(f"    {line}" for line in json.dumps(config, indent=1).splitlines())
