"""A whole sync from servers that do everything wrong, over real sockets.

Each case ends verified or with a clear error; then the server mends its ways, and the next sync
comes to its end without fetching again what need not be fetched.
"""

from __future__ import annotations

import gzip
import http.server
import io
import json
import os
import random
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import pytest
from conftest import ANNBENCH, clustered
from jobkit import download as d
from jobkit.errors import Problem
from jobkit.events.phase import Phase

from annbench import _core
from annbench.data import datasets
from annbench.data.formats import hdf5
from annbench.events import Events
from annbench.job import DatasetSpec

ETAG = '"first"'


class Server(http.server.ThreadingHTTPServer):
    """Request `n` (from 1) is answered by `behave(n, request)`; True: also by the right answer."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.content = content
        self.etag: str | None = ETAG
        self.behave: Callable[[int, Request], bool] = lambda _n, _r: True
        self.ranges: list[str | None] = []
        self.agents: list[str | None] = []
        #: Bytes of bodies, by `Request`s that came since the last `recount`.
        self.tally = [0]
        self.ended = threading.Event()

    def url(self, path: str = "glove-16-angular.hdf5") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"

    @property
    def sent(self) -> int:
        return self.tally[0]

    def recount(self) -> None:
        """From here on: a request that is still being answered counts as it was, elsewhere."""
        self.tally = [0]

    def handle_error(self, *_: object) -> None:
        pass


class Request(http.server.BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.tally = self.server.tally
        self.server.ranges.append(self.headers.get("Range"))
        self.server.agents.append(self.headers.get("User-Agent"))
        self.close_connection = True
        if self.server.behave(len(self.server.ranges), self):
            self.answer()

    @property
    def begin(self) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        return int(match[1]) if match and condition in (None, self.server.etag) else 0

    def head(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def body(self, content: bytes) -> None:
        self.tally[0] += len(content)
        self.wfile.write(content)

    def answer(
        self, cut: int | None = None, length: int = 0, ranges: bool = True, shift: int = 0,
        etag: str | None = None,
    ) -> None:  # fmt: skip
        """The right answer, but `cut` short, with a length that is off, without ranges, …"""
        content, begin = self.server.content, self.begin if ranges else 0
        tag = etag or self.server.etag
        tags = {"ETag": tag} if tag else {}
        if begin >= len(content):
            self.head(416, Content_Range=f"bytes */{len(content)}")
            return
        size = {"Content_Length": len(content) - begin + length}
        if begin:
            span = f"bytes {begin + shift}-{len(content) - 1}/{len(content)}"
            self.head(206, Content_Range=span, **size, **tags)
        else:
            self.head(200, **size, **tags)
        self.body(content[begin:] if cut is None else content[begin : begin + cut])

    def stall(self, after: int) -> None:
        self.answer(cut=after)
        self.server.ended.wait(20)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("published") / "x.hdf5"
    train, test = clustered(31, 20_000, 16, 300)
    hdf5.write(
        path, train, test, *_core.exact_neighbours(train, test, "angular", 100, 2), "angular"
    )
    return path.read_bytes()


@pytest.fixture
def server(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(d, "BACKOFF", 0.01)
    # A busy machine is silent for moments too; where silence is what is tried, it is shorter.
    monkeypatch.setattr(d, "TIMEOUT", 30)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ANNBENCH_MIRRORS"):
        monkeypatch.delenv(name, raising=False)
    with Server(content) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


NAME = "glove-16-angular"


def sync(server: Server, folder: Path, **more: Any) -> dict[str, Any]:
    spec = DatasetSpec(NAME, **{"url": server.url(), **more})
    with Phase(Events(stream=io.StringIO(), human=None), "data") as phase:
        return datasets.ensure(spec, folder, 2, phase)


def times(count: int, what: Callable[[Request], Any]) -> Callable[[int, Request], bool]:
    """The first `count` answers are wrong."""
    return lambda n, r: n > count or bool(what(r) and False)


def always(what: Callable[[Request], Any]) -> Callable[[int, Request], bool]:
    return lambda _n, r: bool(what(r) and False)


def first_then(
    first: Callable[[Request], Any], then: Callable[[Request], Any]
) -> Callable[[int, Request], bool]:
    return lambda n, r: bool((first if n == 1 else then)(r) and False)


def zipped(r: Request) -> None:
    small = gzip.compress(r.server.content, 1)
    r.head(200, Content_Length=len(small), Content_Encoding="gzip")
    r.body(small)


def cut_zip(r: Request) -> None:
    small = gzip.compress(r.server.content, 1)
    r.head(200, Content_Length=len(small), Content_Encoding="gzip")
    r.body(small[: len(small) // 2])


def page(r: Request) -> None:
    r.head(200, Content_Type="text/html; charset=utf-8", Content_Length=20)
    r.body(b"<html>log in</html>\n")


def unnamed_page(r: Request) -> None:
    r.head(200, Content_Length=20)
    r.body(b"<html>log in</html>\n")


def status(code: int, **headers: object) -> Callable[[Request], Any]:
    return lambda r: r.head(code, Content_Length=0, **headers)


def garbage(r: Request) -> None:
    r.wfile.write(b"220 smtp.example ESMTP\r\n\r\n" * 3)


def drip(r: Request) -> None:
    """Slow, but it comes."""
    content = r.server.content[r.begin :]
    r.head(206 if r.begin else 200, Content_Length=len(content), ETag=r.server.etag,
           **({"Content_Range": f"bytes {r.begin}-{len(r.server.content) - 1}/"
               f"{len(r.server.content)}"} if r.begin else {}))  # fmt: skip
    for at in range(0, len(content), 200_000):
        r.body(content[at : at + 200_000])
        time.sleep(0.02)


def endless_redirect(r: Request) -> None:
    r.head(302, Location=r.server.url("again"), Content_Length=0)


def chunked(r: Request, cut: bool = False) -> None:
    r.protocol_version = "HTTP/1.1"
    r.head(200, Transfer_Encoding="chunked")
    for at in range(0, len(r.server.content), 300_000):
        block = r.server.content[at : at + 300_000]
        r.wfile.write(f"{len(block):x}\r\n".encode())
        r.body(block)
        r.wfile.write(b"\r\n")
        if cut:
            return
    r.wfile.write(b"0\r\n\r\n")


@dataclass(frozen=True)
class Case:
    behave: Callable[[int, Request], bool]
    #: None: verified at once. Else: what the error says.
    says: str | None = None
    #: Of the file, at most, may be sent again by the next sync.
    again: float = 1.0
    requests: int | None = None
    more: dict[str, Any] | None = None


CASES = {
    "sound": Case(lambda _n, _r: True, requests=1),
    "drops, each time a bit further": Case(times(8, lambda r: r.answer(cut=150_000)), requests=9),
    "drops for ever after half": Case(
        first_then(lambda r: r.answer(cut=800_000), lambda r: r.answer(cut=0)),
        "connection ended after 800000", again=0.6),
    "stalls, then goes on": Case(times(2, lambda r: r.stall(400_000)), requests=3),
    "stalls for ever": Case(first_then(lambda r: r.stall(900_000), lambda r: r.stall(0)),
                            "timed out", again=0.5),
    "says nothing": Case(always(lambda r: r.server.ended.wait(5)), "timed out"),
    "slow": Case(always(drip), requests=1),
    "length too small": Case(always(lambda r: r.answer(length=-500_000)), "damaged"),
    "length too large": Case(always(lambda r: r.answer(length=500_000))),
    "length too large, no ranges": Case(
        always(lambda r: r.answer(length=500_000, ranges=False)), "connection ended after"),
    "length of a petabyte": Case(always(lambda r: r.answer(length=10**15)), "needed"),
    "no ranges": Case(first_then(lambda r: r.answer(cut=700_000),
                                 lambda r: r.answer(ranges=False)), requests=2),
    "wrong range": Case(first_then(lambda r: r.answer(cut=700_000), lambda r: (
        r.answer(shift=5) if r.begin else r.answer())), requests=3),
    "range of nothing": Case(first_then(lambda r: r.answer(cut=700_000), lambda r: (
        r.head(206, Content_Length=0) if r.begin else r.answer())), requests=3),
    "another ETag in a range": Case(first_then(lambda r: r.answer(cut=700_000), lambda r: r.answer(
        etag='"second"')), requests=3),
    "another ETag each time": Case(
        lambda n, r: bool(r.answer(cut=300_000, etag=f'"{n}"') and False), "connection ended"),
    "forbidden": Case(always(status(403)), "403", requests=1),
    "gone": Case(always(status(404)), "404", requests=1),
    "too many, then fine": Case(times(2, status(429, Retry_After=0)), requests=3),
    "too many for ever": Case(always(status(429, Retry_After=0)), "429", requests=6),
    "broken, then fine": Case(times(3, status(500)), requests=4),
    "broken for ever": Case(always(status(502)), "502", requests=6),
    "redirect": Case(first_then(lambda r: r.head(
        302, Location=r.server.url("elsewhere"), Content_Length=0), lambda r: r.answer()),
        requests=2),
    "redirect in a ring": Case(always(endless_redirect), "redirect"),
    "redirect to a file": Case(always(status(301, Location="file:///etc/passwd")), "file:"),
    "a page": Case(always(page), "web page", requests=1),
    "a page that does not say so": Case(always(unnamed_page), "web page", requests=1),
    "half, then a page": Case(first_then(lambda r: r.answer(cut=900_000), page), "web page",
                              again=0.5),
    "gzip": Case(always(zipped), requests=1),
    "gzip, cut once": Case(times(1, cut_zip), requests=2),
    "gzip, cut always": Case(always(cut_zip), "compressed bytes", requests=6),
    "brotli": Case(always(status(200, Content_Encoding="br")), "encoded as br", requests=1),
    "not HTTP": Case(always(garbage), "220 smtp", requests=6),
    "chunked": Case(always(chunked), requests=1),
    "chunked, cut once": Case(times(1, lambda r: chunked(r, cut=True)), requests=2),
    "another file": Case(lambda _n, _r: True, "sha256", requests=1, more={"sha256": "0" * 64}),
}  # fmt: skip


#: Seconds of silence that are enough, where it is tried; more where requests are counted.
SILENT = {"stalls, then goes on": 2, "stalls for ever": 0.4, "says nothing": 0.4}


@pytest.mark.parametrize("case", CASES)
def test_server(
    server: Server, content: bytes, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = CASES[case]
    if case in SILENT:
        monkeypatch.setattr(d, "TIMEOUT", SILENT[case])
    server.behave = expected.behave
    if expected.says is None:
        stamp = sync(server, tmp_path)
        assert stamp["train"] == [20_000, 16]
    else:
        with pytest.raises(Problem) as caught:
            sync(server, tmp_path, **(expected.more or {}))
        problem = caught.value
        assert expected.says in f"{problem.what}: {problem.why}" and problem.hint, problem.why
        assert "\n" not in problem.why and len(problem.why) < 400
        assert datasets.stamp_of(tmp_path, NAME) is None
        assert not (tmp_path / f"{NAME}.hdf5").exists()
        if expected.requests is not None:
            assert len(server.ranges) == expected.requests
        server.behave = lambda _n, _r: True
        server.recount()
        sync(server, tmp_path)
        assert server.sent <= expected.again * len(content)
    assert expected.requests is None or expected.says or len(server.ranges) == expected.requests
    assert (tmp_path / f"{NAME}.hdf5").read_bytes() == content
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".hdf5", ".json", ".lock", ".seen"]
    assert set(server.agents) == {d.USER_AGENT}


def test_nothing_is_sent_twice(server: Server, content: bytes, tmp_path: Path) -> None:
    server.behave = times(7, lambda r: r.answer(cut=200_000))
    sync(server, tmp_path)
    assert server.sent == len(content)


def test_own_user_agent(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNBENCH_USER_AGENT", "Netscape/4")
    sync(server, tmp_path)
    assert server.agents == ["Netscape/4"]


def test_proxy(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    server.behave = lambda _n, r: not asked.append(r.path)
    monkeypatch.setenv("http_proxy", server.url("").rstrip("/"))
    monkeypatch.delenv("no_proxy", raising=False)
    sync(server, tmp_path, url="http://nowhere.invalid/x.hdf5")
    assert asked == ["http://nowhere.invalid/x.hdf5"]


def test_killed_at_random_while_fetching(server: Server, content: bytes, tmp_path: Path) -> None:
    """Absent, partial or verified; and what is on the disk is not sent again."""
    monkey = random.Random(3)
    server.behave = always(drip)
    command = [*ANNBENCH, "sync", NAME, "--data", str(tmp_path), "--url", server.url()]
    seen: list[int] = []
    for _ in range(int(os.environ.get("ANNBENCH_TEST_KILLS", "6"))):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        asked = len(server.ranges)
        until = time.monotonic() + 60
        while len(server.ranges) == asked and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(monkey.uniform(0, 0.12))
        process.kill()
        process.communicate()
        part = tmp_path / f"{NAME}.hdf5.part"
        if datasets.stamp_of(tmp_path, NAME) is not None:
            assert (tmp_path / f"{NAME}.hdf5").read_bytes() == content
        elif part.exists():
            assert content.startswith(part.read_bytes())
            assert not seen or part.stat().st_size >= seen[-1], "nothing is lost"
            seen.append(part.stat().st_size)
    begun = [int(r[6:-1]) for r in server.ranges if r]
    assert begun == sorted(begun)
    sync(server, tmp_path)
    assert (tmp_path / f"{NAME}.hdf5").read_bytes() == content
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".hdf5", ".json", ".lock", ".seen"]


# Several addresses --------------------------------------------------------------------------------


@pytest.fixture
def mirror(content: bytes) -> Iterator[Server]:
    with Server(content) as mirror:
        thread = threading.Thread(target=mirror.serve_forever, args=(0.01,))
        thread.start()
        yield mirror
        mirror.shutdown()
        thread.join()


def test_a_mirror_takes_over_where_the_first_stopped(
    server: Server, mirror: Server, content: bytes, tmp_path: Path
) -> None:
    mirror.etag = '"its own"'
    server.behave = first_then(lambda r: r.answer(cut=900_000), status(503))
    stamp = sync(server, tmp_path, mirrors=(mirror.url("m.hdf5"),))
    assert mirror.ranges == [f"bytes={900_000 - d.OVERLAP}-"]
    assert stamp["source"] == mirror.url("m.hdf5")
    assert (tmp_path / f"{NAME}.hdf5").read_bytes() == content


@pytest.mark.parametrize("how", ["other bytes", "other length"])
def test_a_mirror_of_another_file_starts_again(
    server: Server, mirror: Server, tmp_path: Path, how: str
) -> None:
    server.content = server.content[::-1] + (b"x" if how == "other length" else b"")
    server.behave = first_then(lambda r: r.answer(cut=900_000), status(404))
    sync(server, tmp_path, mirrors=(mirror.url(),))
    assert (tmp_path / f"{NAME}.hdf5").read_bytes() == mirror.content


def test_all_addresses_fail(server: Server, mirror: Server, tmp_path: Path) -> None:
    server.behave, mirror.behave = always(status(403)), always(status(404))
    with pytest.raises(Problem) as caught:
        sync(server, tmp_path, mirrors=(mirror.url(),))
    assert "403" in caught.value.why and "404" in caught.value.why


def test_asked_for_mirrors_come_first(
    server: Server, mirror: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNBENCH_MIRRORS", mirror.url("ann/"))
    asked: list[str] = []
    mirror.behave = lambda _n, r: not asked.append(r.path)
    sync(server, tmp_path)
    assert asked == [f"/ann/{NAME}.hdf5"] and not server.ranges
    monkeypatch.setenv("ANNBENCH_MIRRORS", "ftp://x")
    with pytest.raises(Problem, match="ftp"):
        sync(server, tmp_path / "other")


def test_what_was_seen_once_is_pinned(server: Server, content: bytes, tmp_path: Path) -> None:
    """A file that its publisher replaced is not taken for the one of earlier results."""
    digest = sync(server, tmp_path)["sha256"]
    for name in (f"{NAME}.hdf5", f"{NAME}.json"):
        (tmp_path / name).unlink()
    path = tmp_path / "other"
    train, test = clustered(32, 20_000, 16, 300)
    hdf5.write(
        path, train, test, *_core.exact_neighbours(train, test, "angular", 100, 2), "angular"
    )
    server.content, server.etag = path.read_bytes(), '"new"'
    server.recount()
    with pytest.raises(Problem) as caught:
        sync(server, tmp_path)
    assert digest in caught.value.why and "delete" in (caught.value.hint or "")
    (tmp_path / f"{NAME}.seen").unlink()
    server.recount()
    sync(server, tmp_path)
    assert server.sent == 0, "it was kept, and is not fetched again"
    assert json.loads((tmp_path / f"{NAME}.seen").read_text())["sha256"] != digest


def test_rows_without_neighbours_are_kept(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "rows.hdf5"
    with h5py.File(path, "w") as f:
        f["train"] = clustered(33, 300, 16)[0]
    server.content, data = path.read_bytes(), tmp_path / "d"
    with pytest.raises(Problem) as caught:
        sync(server, data)
    kept = data / f"{NAME}.fetched.h5"
    assert str(kept) in (caught.value.hint or "") and kept.read_bytes() == server.content
    assert sync(server, data, url=None, source=kept)["train"] == [270, 16]
    with pytest.raises(Problem, match="rows alone"):
        sync(server, tmp_path / "e", url=server.url("x.npy"))
