"""Fetching over HTTP from a server on this machine that misbehaves on demand."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from jobkit import download as d
from jobkit.errors import Problem

CONTENT = np.random.default_rng(0).bytes(3_000_000)


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT with ranges; `misbehave(request number, handler)` may answer instead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.etag: str | None = '"one"'
        self.requests: list[str | None] = []
        self.misbehave: Callable[[int, Handler], bool] = lambda _n, _h: False
        self.url = f"http://127.0.0.1:{self.server_address[1]}/file.hdf5"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.requests.append(wanted)
        if not self.server.misbehave(len(self.server.requests), self):
            self.reply()

    def reply(self, cut: int | None = None) -> None:
        """The right answer, or its first `cut` bytes and a closed connection."""
        content = self.server.content
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        begin = 0
        if match and (condition is None or condition == self.server.etag):
            begin = int(match[1])
            if begin >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - begin))
        if self.server.etag:
            self.send_header("ETag", self.server.etag)
        self.end_headers()
        self.wfile.write(content[begin:] if cut is None else content[begin : begin + cut])
        self.close_connection = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(d, "BACKOFF", 0.01)
    monkeypatch.setattr(d, "ATTEMPTS", 3)
    monkeypatch.setattr(d, "TIMEOUT", 1.0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fetch(server: Server, part: Path) -> list[tuple[int, int]]:
    ticks: list[tuple[int, int]] = []
    d.download(server.url, part, lambda done, total: ticks.append((done, total)), lambda _t: None)
    return ticks


def test_whole(server: Server, tmp_path: Path) -> None:
    ticks = fetch(server, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == CONTENT
    assert ticks[-1] == (len(CONTENT), len(CONTENT))
    assert server.requests == [None]


def test_dropped_connections_are_resumed(server: Server, tmp_path: Path) -> None:
    def drop(number: int, handler: Handler) -> bool:
        if number < 6:  # more often than ATTEMPTS: each brings something, so it goes on
            handler.reply(cut=500_000)
        return number < 6

    server.misbehave = drop
    fetch(server, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == CONTENT
    assert server.requests[1] == "bytes=500000-"


def test_another_run_goes_on(server: Server, tmp_path: Path) -> None:
    server.misbehave = lambda _n, handler: bool(handler.reply(cut=0)) or True
    part = tmp_path / "p"

    def once(number: int, handler: Handler) -> bool:
        handler.reply(cut=700_000 if number == 1 else 0)
        return True

    server.misbehave = once
    with pytest.raises(Problem, match="download failed"):
        fetch(server, part)
    assert part.stat().st_size == 700_000, "what was fetched is kept"
    server.misbehave = lambda _n, _h: False
    ticks = fetch(server, part)
    assert part.read_bytes() == CONTENT and ticks[0][0] > 700_000


def test_changed_file_starts_again(server: Server, tmp_path: Path) -> None:
    def once(number: int, handler: Handler) -> bool:
        if number == 1:
            handler.reply(cut=700_000)
            server.etag, server.content = '"two"', CONTENT[::-1]
        return number == 1

    server.misbehave = once
    fetch(server, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == CONTENT[::-1]


def test_changed_length_without_validator_starts_again(server: Server, tmp_path: Path) -> None:
    server.etag = None

    def once(number: int, handler: Handler) -> bool:
        if number == 1:
            handler.reply(cut=700_000)
            server.content = CONTENT[:2_000_000][::-1]
        return number == 1

    server.misbehave = once
    fetch(server, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == server.content


def test_part_longer_than_the_file(server: Server, tmp_path: Path) -> None:
    server.misbehave = lambda n, h: n == 1 and not h.reply(cut=2_900_000)
    part = tmp_path / "p"
    server.content = CONTENT

    def shrink(number: int, handler: Handler) -> bool:
        if number == 1:
            handler.reply(cut=2_900_000)
            server.content = CONTENT[:1_000_000]
        return number == 1

    server.misbehave = shrink
    fetch(server, part)
    assert part.read_bytes() == CONTENT[:1_000_000]


def test_server_without_ranges(server: Server, tmp_path: Path) -> None:
    def ignore_range(number: int, handler: Handler) -> bool:
        if number == 1:
            handler.reply(cut=700_000)
        else:
            del handler.headers["Range"]
            handler.reply()
        return True

    server.misbehave = ignore_range
    fetch(server, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == CONTENT


def test_busy_server_is_asked_again(server: Server, tmp_path: Path) -> None:
    def busy(number: int, handler: Handler) -> bool:
        if number == 1:
            handler.send_response(503)
            handler.send_header("Retry-After", "0")
            handler.end_headers()
        return number == 1

    server.misbehave = busy
    fetch(server, tmp_path / "p")
    assert len(server.requests) == 2


@pytest.mark.parametrize("code", [403, 404])
def test_refusals_are_final_and_explained(server: Server, tmp_path: Path, code: int) -> None:
    def refuse(_number: int, handler: Handler) -> bool:
        handler.send_error(code)
        return True

    server.misbehave = refuse
    with pytest.raises(Problem) as caught:
        fetch(server, tmp_path / "p")
    assert str(code) in caught.value.why and "--from" in (caught.value.hint or "")
    assert len(server.requests) == 1


def test_silent_server_times_out(server: Server, tmp_path: Path) -> None:
    release = threading.Event()
    server.misbehave = lambda _n, _h: release.wait(20) or True
    with pytest.raises(Problem) as caught:
        fetch(server, tmp_path / "p")
    release.set()
    assert "timed out" in caught.value.why


def test_nobody_there(tmp_path: Path, server: Server) -> None:
    with pytest.raises(Problem) as caught:
        d.download("http://127.0.0.1:9/x", tmp_path / "p", lambda *_: None, lambda _t: None)
    assert "refused" in caught.value.why and "proxies" in (caught.value.hint or "")


def test_redirects_stay_on_http(server: Server, tmp_path: Path) -> None:
    def elsewhere(_number: int, handler: Handler) -> bool:
        handler.send_response(302)
        handler.send_header("Location", "file:///etc/passwd")
        handler.end_headers()
        return True

    server.misbehave = elsewhere
    with pytest.raises(Problem):
        fetch(server, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_no_space(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = d.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(d.shutil, "disk_usage", lambda _p: usage._replace(free=1000))
    with pytest.raises(Problem, match="needed"):
        fetch(server, tmp_path / "p")


def test_passwords_are_not_shown() -> None:
    assert d.public("https://me:secret@host/a.hdf5?token=1") == "https://host/a.hdf5"


def test_sync_from_an_address(server: Server, tmp_path: Path) -> None:
    """The whole way: a page instead of the file is refused, the file itself is verified."""
    from conftest import annbench, clustered

    from annbench import _core
    from annbench.data import datasets
    from annbench.data.formats import hdf5

    train, test = clustered(30, 300, 5, 20)
    found = _core.exact_neighbours(train, test, "angular", 100)
    hdf5.write(tmp_path / "file.hdf5", train, test, *found, "angular")
    server.content = b"<html>please log in</html>"
    data = tmp_path / "data"
    done = annbench("sync", "glove", "--data", data, "--url", server.url)
    assert done.returncode == 1 and "damaged" in done.stderr
    assert not list(data.glob("glove.hdf5*"))
    server.content = (tmp_path / "file.hdf5").read_bytes()
    done = annbench("sync", "glove", "--data", data, "--from", server.url)
    assert done.returncode == 0, done.stderr
    stamp = datasets.stamp_of(data, "glove")
    assert stamp is not None and stamp["source"] == server.url
    assert not list(data.glob("*.part*"))
