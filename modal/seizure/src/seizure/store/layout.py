"""Where things lie in a store's folder.

    stores/NAME-KEY/  store.json           settings, data set, version, licence, hash of the splits,
    what there is to prepare signals/ID.f16       float16, little-endian, [channels, samples],
    nothing else recordings/ID.json   written last of a recording: who, how long, events, scales,
    checksum writer.lock  readers.lock

A recording is prepared when its JSON is there. What begins with a dot is half-written.
"""

from __future__ import annotations

from pathlib import Path

from jobkit.errors import Refused

from seizure.store.settings import Settings


def store_folder(datasets: Path, name: str, settings: Settings) -> Path:
    """The folder of data set `name`, prepared with `settings`, in a folder of data sets."""
    return datasets / "stores" / f"{name}-{settings.key()}"


class Layout:
    """The paths of one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = folder / "store.json"
        self.signals = folder / "signals"
        self.recordings = folder / "recordings"
        self.writer = folder / "writer.lock"
        self.readers = folder / "readers.lock"

    def signal(self, recording: str) -> Path:
        return self.signals / f"{checked(recording)}.f16"

    def recording(self, recording: str) -> Path:
        return self.recordings / f"{checked(recording)}.json"

    def make(self) -> None:
        for folder in (self.signals, self.recordings):
            folder.mkdir(parents=True, exist_ok=True)
        for lock in (self.writer, self.readers):
            lock.touch()


def checked(recording: str) -> str:
    """The id, when it is a file's name and nothing else."""
    plain = (
        recording
        and not recording.startswith(".")
        and "/" not in recording
        and "\0" not in recording
    )
    if not plain or len(recording.encode()) > 200:
        raise Refused("A recording cannot be prepared", f"{recording!r} is no name for a file")
    return recording
