"""What a container says: into its folder, numbered into the preview, whatever happens."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ANNBENCH, events_of, write_job
from jobkit.cloud import job_runner
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.output.lines import LONGEST, Lines
from jobkit.cloud.output.log import Log, numbered
from jobkit.cloud.output.preview import Preview

from annbench.program import PROGRAM

NUMBERED = re.compile(rb"([a-z0-9]+):(\d+):([0-9a-f]{8}) (.*)", re.DOTALL)


class Reader:
    """The other end of a preview's pipe."""

    def __init__(self) -> None:
        self._out, self.fd = os.pipe()
        self._pieces: list[bytes] = []
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> Reader:
        self._thread.start()
        return self

    def _read(self) -> None:
        while piece := os.read(self._out, 1 << 16):
            self._pieces.append(piece)

    def stop(self) -> None:
        os.close(self._out)

    def lines(self) -> list[bytes]:
        """All that was printed, once the preview is closed."""
        os.close(self.fd)
        self._thread.join(10)
        return b"".join(self._pieces).split(b"\n")[:-1]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], list[str]]:
    """`runner.run(child(CODE))` runs that Python instead of annbench."""

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, command: list[str], **options: Any) -> None:
            super().__init__([sys.executable, "-I", *command[command.index("annbench") + 1 :]],
                             **options)  # fmt: skip

    monkeypatch.setattr(job_runner.subprocess, "Popen", Popen)

    def made(code: str) -> list[str]:
        script = tmp_path / "child.py"
        script.write_text(textwrap.dedent(code))
        return [str(script)]

    return made


def read_numbered(lines: list[bytes]) -> list[tuple[int, bytes]]:
    found = []
    for line in lines:
        match = NUMBERED.fullmatch(line)
        assert match, line
        assert zlib.crc32(b"%s:%s:%s" % (match[1], match[2], match[4])) == int(match[3], 16)
        found.append((int(match[2]), match[4]))
    return found


def as_log(lines: list[tuple[int, bytes]]) -> bytes:
    assert [number for number, _ in lines] == list(range(1, len(lines) + 1))
    return b"".join(text + b"\n" for _, text in lines)


def test_the_form_of_a_line() -> None:
    assert numbered("w1", 123, "größer".encode()) == "w1:123:%08x größer\n".encode() % (
        zlib.crc32("w1:123:größer".encode())
    )


def test_a_job_is_told_in_its_folder_and_in_the_preview(
    job: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "w1"
    done = subprocess.run(
        [*ANNBENCH, "tell", str(write_job(tmp_path, job)), "--out", str(out), "--container", "w1"],
        capture_output=True, timeout=200, check=True,
    )  # fmt: skip
    lines = done.stdout.split(b"\n")[:-1]
    events = [line for line in lines if line.startswith(b'{"v":')]
    assert b"\n".join(events) + b"\n" == (out / "events.ndjson").read_bytes()
    assert {e["container"] for e in events_of(out)} == {"w1"}
    log = read_numbered([line for line in lines if line not in events])
    assert as_log(log) == (out / "log").read_bytes()
    assert b"done in" in log[-1][1]
    assert len(json.loads((out / "results.json").read_text())["points"]) == 4


def test_numbers_go_on_after_a_restart(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader
) -> None:
    (tmp_path / "w1").mkdir()
    (tmp_path / "w1" / "log").write_bytes(b"one\ntwo\ntorn")
    preview = Preview(reader.start().fd)
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", preview)
    assert runner.run(child("print('three')")).code == 0
    runner.close()
    assert read_numbered(reader.lines()) == [(4, b"three")]
    assert (tmp_path / "w1" / "log").read_bytes() == b"one\ntwo\ntorn\nthree\n"


def test_both_streams_are_log_and_lines_stay_whole(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader
) -> None:
    code = """
        import os
        for i in range(2000):
            os.write(1, b"out %d " % i); os.write(2, b"err %d " % i)
            os.write(1, b"end\\n"); os.write(2, b"end\\r\\n")
        os.write(1, b"\\xff\\xfe no UTF-8\\nno newline at the end")
    """
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", Preview(reader.start().fd))
    runner.run(child(code))
    runner.close()
    lines = read_numbered(reader.lines())
    assert as_log(lines) == (tmp_path / "w1" / "log").read_bytes()
    texts = [text for _, text in lines]
    assert sorted(t for t in texts if t.startswith(b"out")) == sorted(
        b"out %d end" % i for i in range(2000)
    )
    assert [t for t in texts if t.startswith(b"err")] == [b"err %d end" % i for i in range(2000)]
    others = [text for text in texts if not text.startswith((b"out", b"err"))]
    assert others == ["�� no UTF-8".encode(), b"no newline at the end"]


def test_what_only_looks_like_an_event_is_log(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader
) -> None:
    event = '{"v":1,"seq":1,"container":"%s","time":1,"type":"warning","message":"x"}'
    code = f"""
        import sys
        print('{event % "w2"}')
        print('{{"v":1,"loss":3}}')
        print('{event % "w1"}', file=sys.stderr)
        print('{event % "w1"}')
    """
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", Preview(reader.start().fd))
    runner.run(child(code))
    runner.close()
    lines = reader.lines()
    assert [line.decode() for line in lines if line.startswith(b"{")] == [event % "w1"]
    assert (tmp_path / "w1" / "log").read_text().count("\n") == 3


def test_a_flood_keeps_to_its_limits(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader
) -> None:
    """And to memory: the reader does not read at all while it goes on."""
    code = """
        import os
        line = b"x" * 99 + b"\\n"
        for _ in range(300):
            os.write(1, line * 1000)
        os.write(2, b"y" * 40_000_000)
    """
    preview = Preview(reader.fd, most=1 << 20)
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", preview, most_log=2 << 20)
    assert runner.run(child(code)).code == 0
    assert preview._bytes <= 1 << 20
    reader.start()
    runner.close()
    log = (tmp_path / "w1" / "log").read_bytes()
    assert len(log) < (2 << 20) + 1000
    kept = log.split(b"\n")
    left = re.fullmatch(rb"the log is full \(2 MiB\): ([\d,]+) more lines were left out",
                        kept[-2])  # fmt: skip
    assert left and int(left[1].replace(b",", b"")) > 270_000
    printed = read_numbered(reader.lines())
    assert printed and all(kept[number - 1] == text for number, text in printed)


def test_a_reader_that_never_reads_holds_up_nobody(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader
) -> None:
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", Preview(reader.fd))
    assert runner.run(child("for i in range(100_000): print('line', i)")).code == 0
    begun = time.monotonic()
    runner._preview.close(patience=0.3)
    runner.close()
    assert time.monotonic() - begun < 10
    assert (tmp_path / "w1" / "log").read_bytes().count(b"\n") == 100_000
    reader.stop()


def test_a_reader_that_goes_away_is_no_reason_to_fail(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader
) -> None:
    reader.stop()
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", Preview(reader.fd))
    assert runner.run(child("for i in range(1000): print('line', i)")).code == 0
    runner.close()
    assert (tmp_path / "w1" / "log").read_bytes().count(b"\n") == 1000


def test_long_lines_are_broken_between_characters() -> None:
    lines = Lines()
    text = "ä€𝄞" * LONGEST
    data = text.encode()
    found = [line for i in range(0, len(data), 1000) for line in lines.add(data[i : i + 1000])]
    found += lines.add(b"\n")
    assert b"".join(found).decode() == text
    assert max(map(len, found)) <= LONGEST
    event = b'{"v":1,' + b" " * 100_000 + b"}"
    assert Lines().add(event + b"\nnext") == [event]


@pytest.mark.parametrize(
    ("code", "what", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
         "The measuring process was killed", r"137.* GiB of .* GiB.*memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
         "The measuring process crashed", "SIGSEGV"),
        ("raise SystemExit(7)", "The measuring process ended without a word", "exit code 7"),
    ],
)  # fmt: skip
def test_a_child_that_ends_without_a_word_has_it_said(
    tmp_path: Path, child: Callable[[str], list[str]], reader: Reader, code: str, what: str,
    why: str,
) -> None:  # fmt: skip
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", Preview(reader.start().fd))
    ended = runner.run(child(code))
    runner.close()
    (event,) = events_of(tmp_path / "w1")
    assert event["type"] == "failed" and event["what"] == what and re.search(why, event["why"])
    assert ended.failure is not None and ended.failure["what"] == what
    assert json.loads(reader.lines()[0]) == event


def test_out_of_memory_is_called_so_where_the_system_counts_it(
    tmp_path: Path, child: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = iter([3, 4])
    monkeypatch.setattr(job_runner.ends, "oom_kills", lambda: next(kills))
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1", Preview(os.open(os.devnull, os.O_WRONLY)))
    ended = runner.run(child("import os; x = bytearray(200 << 20); os.kill(os.getpid(), 9)"))
    runner.close()
    assert ended.failure is not None and ended.failure["what"] == "Memory ran out"
    assert "--memory" in ended.failure["hint"]
    assert ended.peak_bytes > 200 << 20


def test_its_own_words_are_not_said_twice(job: dict[str, Any], tmp_path: Path) -> None:
    job["datasets"] = [{"name": "nowhere"}]
    done = subprocess.run(
        [*ANNBENCH, "tell", str(write_job(tmp_path, job)), "--out", str(tmp_path / "w1")],
        capture_output=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 1
    failed = [e for e in events_of(tmp_path / "w1") if e["type"] == "failed"]
    assert [e["what"] for e in failed] == ["The data set nowhere is not here"]


@pytest.fixture
def long_job(job: dict[str, Any]) -> dict[str, Any]:
    job["implementations"][0]["search"] = [{"efSearch": 10 + i} for i in range(200)]
    job["repeats"] = 200
    return job


def wait_for(folder: Path, type_: str, seconds: float = 200) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (folder / "events.ndjson").exists() and any(
            e["type"] == type_ for e in events_of(folder)
        ):
            return
        time.sleep(0.05)
    raise AssertionError(f"no {type_}")


def test_whoever_was_asked_to_leave_before_has_no_more_time(
    child: Callable[[str], list[str]], tmp_path: Path
) -> None:
    stubborn = child("""
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("deaf", flush=True)
        time.sleep(60)
    """)
    runner = JobRunner(PROGRAM, "w1", tmp_path / "w1")

    def interrupt() -> None:
        while "deaf" not in (tmp_path / "w1" / "log").read_text():
            time.sleep(0.05)
        runner.stop()
        time.sleep(0.5)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        runner.run(stubborn)
    assert time.monotonic() - begun < job_runner.GRACE
    runner.close()


@pytest.fixture
def telling(long_job: dict[str, Any], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*ANNBENCH, "tell", str(write_job(tmp_path, long_job)), "--out", str(tmp_path / "w1"),
         "--part"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    yield process
    process.kill()
    process.wait()


def test_sigterm_is_passed_on(telling: subprocess.Popen[bytes], tmp_path: Path) -> None:
    wait_for(tmp_path / "w1", "progress")
    telling.send_signal(signal.SIGTERM)
    assert telling.wait(200) == 143
    assert events_of(tmp_path / "w1")[-1]["type"] == "stopped"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_child_of_a_killed_teller_dies(telling: subprocess.Popen[bytes], tmp_path: Path) -> None:
    wait_for(tmp_path / "w1", "started")
    pid = events_of(tmp_path / "w1")[0]["pid"]
    telling.kill()
    until = time.monotonic() + 200
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_a_full_disk_does_not_end_the_telling(tmp_path: Path, reader: Reader) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    preview = Preview(reader.start().fd)
    log = Log(tmp_path / "log", "w1", preview)
    os.dup2(os.open("/dev/full", os.O_WRONLY), log._fd)
    log.lines([b"one"])
    log.lines([b"two"])
    log.close()
    preview.close()
    said, *lines = reader.lines()
    assert said == b"the log cannot be written: No space left on device"
    assert read_numbered(lines) == [(1, b"one"), (2, b"two")]
