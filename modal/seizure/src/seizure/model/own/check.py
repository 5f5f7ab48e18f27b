"""The check of a model file of a person's own before a run: its trial in a child that is limited in
time and memory, and what became of that child.

The child runs as the person does: it keeps a crash or an endless loop away from a run, and is no
wall against ill will.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.errors import Problem

from seizure.model.own.faults import OwnFault, Verdict

#: How often the child is looked at, and what is kept of what it prints.
POLL, TAIL = 0.05, 64 << 10
#: Of what it printed: lines that are shown, the last ones, and characters of each.
LINES, WIDTH = 50, 300
#: The child may use what is left of this share of all memory.
MEMORY_SHARE = 0.8
#: Bytes that are worth a word where it was not done in time: torch alone has a third of it.
_MUCH = 1 << 30
#: Signals that come from the code itself; others are somebody else's doing.
_OWN_SIGNALS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL,
                signal.SIGTRAP, signal.SIGSYS)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """`seconds`: of each step of the trial, `loading`: of loading torch, which takes long on a busy
    disk; `memory_bytes`: beside what torch itself takes."""

    seconds: float = 30.0
    loading: float = 300.0
    memory_bytes: int = int(MEMORY_SHARE * machine.memory_bytes())


def check(
    source: Path, options: dict[str, Any], channels: tuple[int, ...], rate: int, seconds: int,
    said: Callable[[str], None], limits: Limits | None = None,
) -> Verdict:  # fmt: skip
    """One verdict on `source`, in windows of `seconds` at `rate` Hz, for each number of `channels`.
    `said` gets what it printed, line by line. Problem when the child was killed from outside."""
    limits = limits or Limits()
    asked = {
        "source": str(source.absolute()), "options": options, "channels": channels, "rate": rate,
        "seconds": seconds, "memory_bytes": limits.memory_bytes,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="check-model-") as folder:
        child = _Child(asked, Path(folder), limits)
        try:
            fine = child.follow()
        except OwnFault as fault:
            return fault.verdict(source.stem)
        finally:
            child.end()
            for line in child.printed():
                said(line)
    count = f"{fine['parameters']:,}"
    return Verdict(
        source.stem, "ok", f"nothing speaks against {source.name}",
        f"{count} parameters; its shapes, numbers, gradients and copies are as they should be",
        parameters=fine["parameters"], notes=tuple(fine["notes"]),
    )  # fmt: skip


class _Child:
    """One trial. `follow` returns what it found, or raises OwnFault."""

    def __init__(self, asked: dict[str, Any], folder: Path, limits: Limits) -> None:
        self._source, self._limits = Path(asked["source"]), limits
        self._doing, self._begun = "", time.monotonic()
        self._reported, self._output = b"", bytearray()
        self._trace = folder / "trace"
        self._report, report = os.pipe()
        self._out, out = os.pipe()
        trace = os.open(self._trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        isolated = ["-I"] if sys.flags.isolated else []
        command = [sys.executable, *isolated, "-B", "-m", "seizure.model.own.child"]
        told = json.dumps({**asked, "report": report, "trace": trace})
        # Nothing is imported from where the program was started, and no GPU is begun for this.
        path = [os.path.abspath(one) for one in os.environ.get("PYTHONPATH", "").split(":") if one]
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TMPDIR": str(folder),
                       "PYTHONPATH": ":".join(path)}  # fmt: skip
        try:
            self._process = subprocess.Popen(
                [*command, told], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder,
                pass_fds=(report, trace), env=environment, start_new_session=True,
            )  # fmt: skip
        finally:
            for descriptor in (report, out, trace):
                os.close(descriptor)
        for descriptor in (self._report, self._out):
            os.set_blocking(descriptor, False)

    def follow(self) -> dict[str, Any]:
        while True:
            # Looked at before it is read: what it wrote before it left is there.
            left = self._process.poll() is not None
            for line in self._lines():
                if "doing" in line:
                    self._doing, self._begun = line["doing"], time.monotonic()
                elif "fault" in line:
                    raise OwnFault(**line["fault"])
                else:
                    found: dict[str, Any] = line["fine"]
                    return found
            if left:
                raise self._post_mortem()
            most = self._limits.loading if self._loading else self._limits.seconds
            if time.monotonic() - self._begun > most:
                raise self._hangs(most)
            select.select([self._report, self._out], [], [], POLL)

    @property
    def _loading(self) -> bool:
        """Nothing of the person's has been run yet."""
        return self._doing == ""

    def _lines(self) -> list[dict[str, Any]]:
        self._output += _read(self._out)
        del self._output[:-TAIL]
        *whole, self._reported = (self._reported + _read(self._report)).split(b"\n")
        return [json.loads(line) for line in whole]

    def printed(self) -> list[str]:
        """The last lines that it wrote, for a person: nothing that moves a terminal's cursor."""
        lines = self._output[-TAIL:].decode("utf-8", "replace").splitlines()
        left_out = [] if len(lines) <= LINES else ["… (what it printed before is left out)"]
        return left_out + [_shown(line) for line in lines[-LINES:]]

    def end(self) -> None:
        """Kills it and what it started, whatever they ignore; what it printed is kept."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._output += _read(self._out)
        os.close(self._report)
        os.close(self._out)

    def _where(self) -> int | None:
        """The line of the person's file that faulthandler noted last, the innermost first."""
        with contextlib.suppress(OSError):
            text = self._trace.read_text(encoding="utf-8", errors="replace")
            found = re.search(rf'File "{re.escape(str(self._source))}", line (\d+)', text)
            return int(found[1]) if found else None
        return None

    def _hangs(self, most: float) -> Problem:
        if self._loading:
            return Problem("torch could not be loaded", f"it took longer than {most:g} s",
                           "ann-tui doctor")  # fmt: skip
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGUSR1)
        time.sleep(10 * POLL)
        line = self._where()
        place = f", and is at line {line}" if line else ""
        if (held := self._memory()) > _MUCH:
            place += f"; it held {held / 1e9:.1f} GB by then"
        return OwnFault(
            "hangs", f"{self._source.name} was not done while {self._doing}",
            f"it took longer than {most:g} s{place}",
            "look for a loop that does not end; a model has to do this in a second or two", line,
        )  # fmt: skip

    def _memory(self) -> int:
        """Bytes that it holds now; 0 where the system does not tell."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii")
            return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return 0

    def _post_mortem(self) -> Problem:
        """It left without a word."""
        code, line, name = self._process.returncode, self._where(), self._source.name
        place = f" ({name}:{line})" if line else ""
        what = f"{name} crashed while {self._doing}"
        if self._loading:
            said = next(iter(self.printed()[::-1]), f"its process left with exit code {code}")
            return Problem(f"The check of {name} could not begin", said, "ann-tui doctor")
        if code >= 0:
            return OwnFault("crashed", what, f"its process left with exit code {code}{place}",
                            "raise an exception where it cannot go on", line)  # fmt: skip
        if -code in _OWN_SIGNALS:
            why = f"its process died of {signal.Signals(-code).name}{place}"
            return OwnFault("crashed", what, why, None, line)
        told = signal.Signals(-code).name
        return Problem(f"The check of {name} was ended from outside", f"{told} while {self._doing}",
                       resume=True)  # fmt: skip


def _shown(line: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in line[:WIDTH])
    return plain + ("…" if len(line) > WIDTH else "")


def _read(descriptor: int) -> bytes:
    """All that is there."""
    found = b""
    with contextlib.suppress(BlockingIOError):
        while got := os.read(descriptor, 65536):
            found += got
            if len(found) > 16 * TAIL:
                break
    return found
