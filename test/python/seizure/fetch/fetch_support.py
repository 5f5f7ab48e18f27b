"""A BIDS dataset as small as can be, and a server that plays Zenodo and misbehaves on demand."""

from __future__ import annotations

import datetime
import hashlib
import http.server
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from jobkit.events import Phase

from seizure.edf.montage import REFERENTIAL
from seizure.edf.write import Channel, write_edf
from seizure.program import Events

START = datetime.datetime(2026, 1, 1)
SECONDS = 4


def write_bids(folder: Path, patients: int = 4) -> None:
    """One recording of 4 s each, with a seizure of 2 s."""
    folder.mkdir(parents=True)
    described = {"Name": "Tiny", "BIDSVersion": "1.9.0", "License": "CC0", "DatasetVersion": "7"}
    (folder / "dataset_description.json").write_text(json.dumps(described))
    rng = np.random.default_rng(5)
    for number in range(1, patients + 1):
        sub = f"sub-{number:02}"
        eeg = folder / sub / "ses-01" / "eeg"
        eeg.mkdir(parents=True)
        stem = f"{sub}_ses-01_task-szMonitoring_run-00"
        signals = rng.normal(0, 20, (len(REFERENTIAL), SECONDS * 128))
        channels = [
            Channel(f"{name}-Avg", 128, row) for name, row in zip(REFERENTIAL, signals, strict=True)
        ]
        write_edf(eeg / f"{stem}_eeg.edf", channels, START)
        (eeg / f"{stem}_events.tsv").write_text(
            "onset\tduration\teventType\tconfidence\tchannels\tdateTime\trecordingDuration\n"
            f"1.00\t2.00\tsz\tn/a\tn/a\t2026-01-01 00:00:00\t{SECONDS}.00\n"
        )


def zipped(folder: Path, top: str = "Tiny") -> bytes:
    """An archive of a folder below one called `top`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, Path(top) / path.relative_to(folder))
    return made.getvalue()


def sums_of(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.md5(content).hexdigest() for name, content in files.items()}


class Zenodo(http.server.ThreadingHTTPServer):
    """Answers /api/records/7 and the files of that record. `misbehave(path, request)`: True where
    it has answered instead."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.files = files
        self.host = f"http://127.0.0.1:{self.server_address[1]}"
        self.url = f"{self.host}/records/7"
        self.asked: list[tuple[str, str | None]] = []
        self.sums = sums_of(files)
        self.misbehave: Callable[[str, Request], bool] = lambda _path, _request: False
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def record(self) -> dict[str, Any]:
        return {
            "id": 7,
            "metadata": {"title": "Tiny", "version": "v1.0.1", "license": {"id": "cc-by-4.0"}},
            "files": [
                {
                    "key": name,
                    "size": len(content),
                    "checksum": f"md5:{self.sums[name]}",
                    "links": {"self": f"{self.host}/api/records/7/files/{name}/content"},
                }
                for name, content in self.files.items()
            ],
        }

    def ranges_of(self, name: str) -> list[str | None]:
        return [wanted for path, wanted in self.asked if f"/files/{name}/" in path]

    def handle_error(self, *_: object) -> None:
        pass


class Request(http.server.BaseHTTPRequestHandler):
    server: Zenodo

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append((self.path, self.headers.get("Range")))
        if not self.server.misbehave(self.path, self):
            self.answer()

    def answer(self, most: int | None = None, ranges: bool = True) -> None:
        """The right answer, or its first `most` bytes; without `ranges` always from the start."""
        if self.path == "/api/records/7":
            content = json.dumps(self.server.record()).encode()
        else:
            content = self.server.files[self.path.split("/")[-2]]
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if ranges else None
        begin = int(wanted[1]) if wanted else 0
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.send_header("ETag", f'"{hashlib.md5(content).hexdigest()}"')
        self.end_headers()
        self.wfile.write(content[begin:][:most])

    def refuse(self, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Heard:
    """A phase whose events are kept."""

    def __init__(self) -> None:
        self.said = io.StringIO()
        self.phase = Phase(Events(stream=self.said), "data", "tiny")

    def events(self, kind: str) -> list[dict[str, Any]]:
        every = [json.loads(line) for line in self.said.getvalue().splitlines()]
        return [event for event in every if event["type"] == kind]

    @property
    def warnings(self) -> list[str]:
        return [event["message"] for event in self.events("warning")]
