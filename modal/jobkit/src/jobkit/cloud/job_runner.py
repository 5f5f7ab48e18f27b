"""Runs a job as a child and tells what it says: into its folder first, and as a preview.

In the folder: `events.ndjson`, which the child itself writes, and `log`, all else that it prints on
either stream. The preview has events as they are and log lines numbered (log.py). Numbers go on
when a container starts again with what an earlier one left.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from jobkit.cloud.container import ends
from jobkit.cloud.output.lines import EVENT, Lines
from jobkit.cloud.output.log import FILE, MOST_BYTES, Log
from jobkit.cloud.output.preview import Preview
from jobkit.events import JOURNAL, Events
from jobkit.program import Program

#: After SIGTERM; then it is killed.
GRACE = 20.0
#: How long after its end a child's children may keep its pipes open.
_LINGER = 2.0
_ENDS = ("result", "failed", "stopped")


@dataclass(frozen=True)
class Ended:
    """How a child ended. `failure` (what, why, hint) when it did not reach what it was to do."""

    code: int
    failure: dict[str, str] | None
    peak_bytes: int
    seconds: float


class _Human:
    """Lets Events write its words into the log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def write(self, text: str) -> None:
        self._log.say(text.removesuffix("\n"))

    def flush(self) -> None:
        pass


class _Stream:
    """Lets Events print through the preview."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def write(self, text: str) -> None:
        self._preview.put(text.encode())

    def flush(self) -> None:
        pass


class JobRunner:
    """The voice of one container. Events come either from a child that `run()` runs or from
    `events()`, never from both at once: they are numbered one after the other."""

    def __init__(
        self, program: Program, container: str, folder: Path, preview: Preview | None = None,
        most_log: int = MOST_BYTES,
    ) -> None:  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.container = container
        self.folder = folder
        #: Events that are worth keeping at once (`Schema.keep`), so far.
        self.kept = 0
        #: Whether an earlier container has left its journal here.
        self.began_before = (folder / JOURNAL).exists()
        #: The job's first and newest word about its end: when it was said (monotonic), and the
        #: seconds that all of the job still takes. None before there is one.
        self.eta: tuple[tuple[float, float], tuple[float, float]] | None = None
        self._program = program
        self._preview = preview or Preview()
        self._log = Log(folder / FILE, container, self._preview, most_log)
        self._stop = threading.Event()
        self._last_end: dict[str, Any] | None = None

    @contextlib.contextmanager
    def events(self) -> Iterator[Events]:
        """For words of the container's own."""
        found = self._program.events(
            self.container, self.folder / JOURNAL,
            stream=_Stream(self._preview),  # type: ignore[arg-type]
            human=_Human(self._log),  # type: ignore[arg-type]
        )  # fmt: skip
        try:
            yield found
        finally:
            found.close()

    def say(self, text: str) -> None:
        """A line of the log; from any thread."""
        self._log.say(text)

    def size(self) -> int:
        """Bytes of what was told: more whenever there is something new."""
        return sum(
            (self.folder / name).stat().st_size
            for name in (JOURNAL, FILE)
            if (self.folder / name).exists()
        )

    def stop(self) -> None:
        """Asks the child to leave, now or as soon as there is one. From any thread."""
        self._stop.set()

    def close(self) -> None:
        self._log.close()
        self._preview.close()

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str] | None = None,
        tell: bool = True,
    ) -> Ended:  # fmt: skip
        """Runs the program with these arguments to its end. `tell`: a child that ends without having
        said why has it said for it, as a `failed` event."""
        begun, before = time.monotonic(), ends.oom_kills()
        self._last_end = None
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", self._program.module, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "ANN_TUI_CONTAINER": self.container, "PYTHONUTF8": "1",
                 **(environment or {})},
        )  # fmt: skip
        over = threading.Event()
        reader = threading.Thread(target=self._read, args=(process, over), name="reader")
        reader.start()
        try:
            code, peak = self._wait(process)
        except BaseException:  # this container is asked to go: what was done is kept
            self._leave(process)
            raise
        finally:
            over.set()
            reader.join()
        failure = self._failure(code, peak, ends.oom_kills() - before)
        if failure is not None and self._last_end is None and tell:
            with self.events() as events:
                events.emit("failed", **failure)
                events.log(f"{failure['what']}: {failure['why']}")
        return Ended(code, failure, peak, time.monotonic() - begun)

    def _failure(self, code: int, peak: int, killed: int) -> dict[str, str] | None:
        last = self._last_end
        if last is None and self._stop.is_set() and code in (-signal.SIGTERM, -signal.SIGKILL):
            return None  # it was asked to leave before it could say so
        if last is None:
            return ends.explain(self._program, code, peak, killed) if code else None
        if last["type"] != "failed":
            return None
        return {name: last[name] for name in ("what", "why", "hint") if name in last}

    def _wait(self, process: subprocess.Popen[bytes]) -> tuple[int, int]:
        """(exit code, negative for a signal; most bytes of memory)"""
        asked: float | None = None
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                unit = 1 if sys.platform == "darwin" else 1024
                return process.returncode, usage.ru_maxrss * unit
            if asked is None and self._stop.is_set():
                asked = time.monotonic()
                process.terminate()
            elif asked is not None and time.monotonic() - asked > GRACE:
                process.kill()
            if asked is None:
                self._stop.wait(0.1)
            else:
                time.sleep(0.1)

    def _leave(self, process: subprocess.Popen[bytes]) -> None:
        if self._stop.is_set():  # it was asked to leave before: its time for that is over
            process.kill()
        self._stop.set()
        with contextlib.suppress(ChildProcessError):
            self._wait(process)

    def _read(self, process: subprocess.Popen[bytes], over: threading.Event) -> None:
        assert process.stdout and process.stderr
        pipes: dict[IO[bytes], Lines] = {process.stdout: Lines(), process.stderr: Lines()}
        with selectors.DefaultSelector() as selector:
            for pipe in pipes:
                selector.register(pipe, selectors.EVENT_READ)
            last: float | None = None
            while selector.get_map():
                if over.is_set():
                    last = last or time.monotonic()
                    if time.monotonic() - last > _LINGER:
                        break
                for key, _ in selector.select(0.1):
                    of: Any = key.fileobj
                    piece = os.read(of.fileno(), 1 << 16)
                    found = pipes[of].add(piece) if piece else pipes[of].end()
                    self._take(found, of is process.stdout)
                    if not piece:
                        selector.unregister(of)
        for pipe, lines in pipes.items():
            self._take(lines.end(), pipe is process.stdout)
            pipe.close()

    def _take(self, lines: list[bytes], from_stdout: bool) -> None:
        texts: list[bytes] = []
        for line in lines:
            event = self._event(line) if from_stdout and line.startswith(EVENT) else None
            if event is None:
                texts.append(line)
                continue
            if event["type"] in self._program.events.schema.keep:
                self.kept += 1
            elif event["type"] in _ENDS:
                self._last_end = event
            elif event.get("job_eta_seconds") is not None:
                told = time.monotonic(), float(event["job_eta_seconds"])
                self.eta = (self.eta[0] if self.eta else told), told
            if texts:
                self._log.lines(texts)
                texts = []
            self._preview.put(line + b"\n")
        if texts:
            self._log.lines(texts)

    def _event(self, line: bytes) -> dict[str, Any] | None:
        judged = self._program.events.schema.classify(line.decode())
        if judged.verdict not in ("ok", "unknown") or judged.event is None:
            return None
        return judged.event if judged.event["container"] == self.container else None


def tell(program: Program, container: str, out: Path, arguments: Sequence[str]) -> int:
    """A job runner as a command: SIGTERM and SIGINT ask the child to leave. Returns its exit code,
    as a shell would give it."""
    runner = JobRunner(program, container, out)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop())
    try:
        ended = runner.run(arguments)
    finally:
        runner.close()
    return ended.code if ended.code >= 0 else 128 - ended.code
