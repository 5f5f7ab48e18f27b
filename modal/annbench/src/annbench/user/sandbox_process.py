"""The sealed child: starting it, talking to it, watching it, and saying what became of it."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annbench.user.board import Board, SharedFile
from annbench.user.compile import here
from annbench.user.verdict import Judged

#: How often the child is looked at.
POLL = 0.05
#: So much of what it prints is kept for the log.
TAIL = 4096
#: A thread's stack, which counts as memory.
STACK = 8 << 20
CHECK = "run it with --check: it finds the line where memory is used wrongly"


@dataclass(frozen=True)
class Limits:
    """What a child may use."""

    memory_bytes: int
    build_seconds: float = 3600.0
    search_seconds: float = 600.0
    output_bytes: int = 8 << 20
    threads: int = 256
    cpu_seconds: int = 0


def runner() -> Path:
    return here() / "bin" / "annrun"


def seal_library() -> Path:
    return here() / "bin" / "annseal.so"


class KilledFromOutside(Exception):
    """Somebody else, or the system when memory ran out, ended the child: nothing is said of its
    code, and what is missing can be measured another time."""

    def __init__(self, stage: str, name: str) -> None:
        super().__init__(f"its process was killed from outside while {stage} ({name})")
        self.signal = name


class SandboxProcess:
    """One child process. Whatever goes wrong is raised as Judged."""

    def __init__(
        self, command: list[str], board: Board, train: SharedFile, queries: SharedFile,
        options: dict[str, Any], limits: Limits, env: dict[str, str] | None = None,
        said: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        self.board = board
        self.limits = limits
        self.output = bytearray()
        self.output_bytes = 0
        self.peak_bytes = 0
        self._shared = train.size + queries.size + board.file.size
        self._said = said
        self._line = b""
        self._reply = b""
        self._lines = 0
        self._last_look = 0.0
        self.data_bytes = 0
        self.took = 0.0  # seconds from the last command to its answer, by our clock
        self.most_threads = 1
        self._cpu = 0.0
        commands_read, self._commands = os.pipe()
        self._replies, replies_write = os.pipe()
        self._out, out_write = os.pipe()
        passed = {
            "train-file": train.fd, "queries-file": queries.fd, "board": board.file.fd,
            "commands": commands_read, "replies": replies_write,
        }  # fmt: skip
        arguments = [str(x) for name, value in {**options, **passed}.items() for x in (name, value)]
        try:
            self._process = subprocess.Popen(
                [*command, *arguments], stdin=subprocess.DEVNULL, stdout=out_write,
                stderr=out_write, pass_fds=tuple(passed.values()), env=env or _environment(),
                cwd="/", start_new_session=True,
            )  # fmt: skip
        finally:
            for fd in (commands_read, replies_write, out_write):
                os.close(fd)
        for fd in (self._replies, self._out):
            os.set_blocking(fd, False)
        self.pid = self._process.pid

    # Talking -------------------------------------------------------------------------------------

    def ask(
        self, command: str, stage: str, seconds: float,
        tick: Callable[[float, int], None] | None = None,
    ) -> list[str]:  # fmt: skip
        """Sends a line (or nothing, to hear the greeting) and returns the words of the answer.
        `tick(seconds so far, queries done)` is called meanwhile. While it is not asked anything it
        stands still: nothing is done off the clock."""
        if command and self._answered():
            raise self._unasked(stage)
        begun = time.monotonic()
        self._signal(signal.SIGCONT)
        if command:
            with contextlib.suppress(BrokenPipeError):  # its death is told below
                os.write(self._commands, command.encode() + b"\n")
        while b"\n" not in self._reply:
            ready = select.select([self._replies, self._out], [], [], POLL)[0]
            if self._out in ready:
                self._listen(stage)
            if self._replies in ready:
                got = os.read(self._replies, 65536)
                if not got:
                    raise self._post_mortem(stage)
                self._reply += got
                self.took = time.monotonic() - begun
                self._signal(signal.SIGSTOP)
            self._look(stage)
            took = time.monotonic() - begun
            if took > seconds and b"\n" not in self._reply:
                self.kill()
                raise Judged(
                    "timeout", f"It was not done with {stage}", f"longer than {seconds:g} s",
                    "make it faster, try --subset, or raise the limit",
                )  # fmt: skip
            if tick is not None:
                tick(took, self.board.head().done)
        self._drain(stage)
        line, self._reply = self._reply.split(b"\n", 1)
        text = line.decode("utf-8", "replace")
        if text.startswith("ok"):
            return text.split()[1:]
        word, _, why = text.removeprefix("error ").partition(" ")
        self.kill()
        raise _told(word, why, stage)

    def _answered(self) -> bool:
        """Is there an answer already?"""
        with contextlib.suppress(BlockingIOError):
            self._reply += os.read(self._replies, 65536)
        return bool(self._reply)

    def _unasked(self, stage: str) -> Judged:
        self.kill()
        return Judged(
            "dishonest-clock", f"It answered before it was asked ({stage})",
            "there were more answers than questions",
            "an index leaves the clock, the runner and what it reports alone",
        )  # fmt: skip

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended
            os.killpg(self.pid, number)

    def pin(self, core: int | None = None) -> int | None:
        """All threads of it on one core, and which; None where that is not possible."""
        if not hasattr(os, "sched_setaffinity"):
            return None
        core = max(os.sched_getaffinity(0)) if core is None else core
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{self.pid}/task"):
                os.sched_setaffinity(int(task), {core})
            return core
        return None

    def unpin(self) -> None:
        if not hasattr(os, "sched_setaffinity"):
            return
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{self.pid}/task"):
                os.sched_setaffinity(int(task), os.sched_getaffinity(0))

    def private_bytes(self) -> int:
        """Its memory now, without what is shared with us."""
        return self._memory()[0]

    def cpu_seconds(self) -> float:
        """Processor time it has used."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            return 0.0

    def tail(self, whole: bool = False) -> str:
        """The last of what it printed; `whole`: all that was kept."""
        return bytes(self.output if whole else self.output[-TAIL:]).decode("utf-8", "replace")

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Ends it, whatever it does."""
        self.kill()
        for fd in (self._commands, self._replies, self._out):
            with contextlib.suppress(OSError):
                os.close(fd)
        self._commands = self._replies = self._out = -1

    # Watching ------------------------------------------------------------------------------------

    def _listen(self, stage: str) -> bool:
        """Takes what it printed. True while there may be more."""
        try:
            got = os.read(self._out, 1 << 16)
        except BlockingIOError:
            return False
        if not got:
            return False
        self.output_bytes += len(got)
        self.output += got
        del self.output[: -(TAIL * 8)]
        self._tell(got)
        if self.output_bytes > self.limits.output_bytes:
            self.kill()
            raise Judged(
                "too-much-output", f"It printed too much while {stage}",
                f"more than {self.limits.output_bytes >> 10} KiB",
                "print less: what is printed is also paid for in time",
            )  # fmt: skip
        return True

    def _tell(self, got: bytes) -> None:
        """The first lines go to the log as they come."""
        if self._said is None or self._lines >= 50:
            return
        *lines, self._line = (self._line + got).split(b"\n")
        for line in lines[: 50 - self._lines]:
            self._lines += 1
            self._said(line[:500].decode("utf-8", "replace"))
        if self._lines >= 50:
            self._said("(what it prints from here on is shown only if it fails)")
        self._line = self._line[-500:]

    def _drain(self, stage: str) -> None:
        while self._listen(stage):
            pass

    def _memory(self) -> tuple[int, int, int]:
        """(private bytes, private writable address space, threads) as the system tells."""
        found = {}
        try:
            with open(f"/proc/{self.pid}/status", encoding="utf-8") as f:
                for line in f:
                    name, _, value = line.partition(":")
                    if name in ("RssAnon", "RssShmem", "VmData", "VmSwap", "Threads"):
                        found[name] = int(value.split()[0])
        except (OSError, ValueError, IndexError):
            return self._memory_by_ps(), 0, 0
        shared = max(0, found.get("RssShmem", 0) * 1024 - self._shared)
        anonymous = (found.get("RssAnon", 0) + found.get("VmSwap", 0)) * 1024
        return anonymous + shared, found.get("VmData", 0) * 1024, found.get("Threads", 0)

    def _memory_by_ps(self) -> int:
        if sys.platform != "darwin":
            return 0
        with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
            done = subprocess.run(
                ["/bin/ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, timeout=5
            )
            return max(0, int(done.stdout) * 1024 - self._shared)
        return 0

    def _look(self, stage: str) -> None:
        now = time.monotonic()
        if now - self._last_look < POLL:
            return
        self._last_look = now
        private, self.data_bytes, threads = self._memory()
        self._cpu = self.cpu_seconds()
        self.most_threads = max(self.most_threads, threads)
        self.peak_bytes = max(self.peak_bytes, private)
        if private > self.limits.memory_bytes:
            self.kill()
            raise _out_of_memory(stage, f"it used {private >> 20} MiB", self.limits)
        if threads > self.limits.threads:
            self.kill()
            raise Judged(
                "too-many-threads", f"It started {threads} threads while {stage}",
                f"at most {self.limits.threads} are allowed",
                "start as many threads as asked for, once",
            )  # fmt: skip

    # The end -------------------------------------------------------------------------------------

    def _post_mortem(self, stage: str) -> Judged | KilledFromOutside:
        """It ended by itself, without an answer: why?"""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:  # closed its pipes and lives on
            self.kill()
            return Judged("exited", f"It stopped answering while {stage}", "it closed its pipes")
        with contextlib.suppress(Judged):
            self._drain(stage)
        head, tail = self.board.head(), self.tail()
        if head.denied:
            return _denied(head.denied, head.denied_path, stage)
        if code >= 0:
            return Judged(
                "exited", f"It left with exit code {code} while {stage}",
                "something called exit() instead of returning", "return, or throw an exception",
            )  # fmt: skip
        died = -code
        limit = head.data_limit
        near = limit and max(head.data_bytes, self.data_bytes) > 0.9 * limit
        if "std::bad_alloc" in tail or (near and died in (signal.SIGSEGV, signal.SIGABRT)):
            return _out_of_memory(stage, "an allocation was refused", self.limits)
        if died == signal.SIGXFSZ:
            return Judged("wrote-files", f"It wrote to a file while {stage}",
                          "writing files is not allowed", "keep everything in memory")  # fmt: skip
        if died == signal.SIGSYS:  # uncaught: signals are blocked where programs are started
            return Judged(
                "forbidden-call", f"It tried what is not allowed here while {stage}",
                "most likely to start another program: the signal that tells did not come",
                "there are memory and threads, no more",
            )  # fmt: skip
        if died == signal.SIGXCPU:
            return Judged("timeout", f"It used up its processor time while {stage}",
                          f"{self.limits.cpu_seconds} s", "make it faster")  # fmt: skip
        if died == signal.SIGKILL and self._cpu >= self.limits.cpu_seconds > 0:
            return Judged("timeout", f"It used up its processor time while {stage}",
                          f"{self.limits.cpu_seconds} s", "make it faster")  # fmt: skip
        if died == signal.SIGKILL and self.peak_bytes > 0.9 * self.limits.memory_bytes:
            return _out_of_memory(stage, "the system killed it at its limit", self.limits)
        if died in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Not by us, who would know, nor by itself, who may not: no word on its code.
            return KilledFromOutside(stage, signal.Signals(died).name)
        return _crash(died, head, stage, tail)


def _environment() -> dict[str, str]:
    """Nothing of ours that is not needed: no secrets, no paths to data."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "TZ")
        if name in os.environ
    }
    return {**kept, "LC_ALL": "C", "HOME": "/", "OMP_DYNAMIC": "false"}


def environment(threads: int) -> dict[str, str]:
    """For a child that uses so many threads at most."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**_environment(), **dict.fromkeys(names, str(threads))}


def _out_of_memory(stage: str, why: str, limits: Limits) -> Judged:
    most = f"{limits.memory_bytes >> 20} MiB are allowed"
    return Judged(
        "out-of-memory", f"It ran out of memory while {stage}", f"{why}; {most}",
        "use less memory, try --subset, or a machine with more",
    )  # fmt: skip


_FILES = re.compile(
    r"^(open|openat|creat|unlink|rename|link|symlink|mkdir|rmdir|mknod|truncate|ftruncate|fallocate"
    r"|f?l?chmod|f?l?chown|utimens|[fl]?setxattr|mount)"
)


def _denied(call: str, path: str, stage: str) -> Judged:
    told = f"{call}({path})" if path else f"{call}()"
    if _FILES.match(call):
        return Judged(
            "wrote-files", f"It tried to change a file while {stage}", told,
            "an index lives in memory; print to see what it does",
        )  # fmt: skip
    return Judged(
        "forbidden-call", f"It tried what is not allowed here while {stage}", told,
        "no sockets, no other processes: only memory and threads",
    )  # fmt: skip


def _crash(died: int, head: Any, stage: str, tail: str) -> Judged:
    try:
        name = signal.Signals(died).name
    except ValueError:
        name = f"signal {died}"
    why = name
    if died in (signal.SIGSEGV, signal.SIGBUS):
        null = head.fault < 65536
        why += ": a null pointer was followed" if null else f": bad address {head.fault:#x}"
    for line in reversed(tail.splitlines()):
        if "terminate called" in line or "what():" in line or "Assertion" in line:
            why += f" ({' '.join(line.split())})"
            break
    if stage == "searching":
        why += f", at query {head.query} of the pass"
    return Judged("crashed", f"It crashed while {stage}", why, CHECK)


def _told(word: str, why: str, stage: str) -> Judged:
    """What the runner itself could tell."""
    why = "".join(c if c.isprintable() else "?" for c in why)
    if word == "crashed" and "system_error: Resource temporarily unavailable" in why:
        # What std::thread throws; on a busy machine the system says no before our own count does.
        return Judged("too-many-threads", f"It was refused another thread while {stage}", why,
                      "start as many threads as asked for, once")  # fmt: skip
    if word == "crashed":
        return Judged("crashed", f"It threw an exception while {stage}", why,
                      "catch it, or run with --check")  # fmt: skip
    if word == "out-of-memory":
        return Judged("out-of-memory", f"It ran out of memory while {stage}", why,
                      "use less memory, try --subset, or a machine with more")  # fmt: skip
    if word == "exited":
        return Judged("exited", f"It left while {stage}", why, "return, or raise an exception")
    if word == "lacks-module":
        why, _, command = why.partition(" | ")
        if "MODAL_TASK_ID" in os.environ:  # nobody can install anything in a container that is gone
            command = "at Modal there are numpy and h5py; run it on this machine instead"
        return Judged("compile-error", "It needs a module that this Python does not have", why,
                      command)  # fmt: skip
    if word == "compile-error":
        return Judged("compile-error", "It is not valid Python", why)
    if word == "wrong-interface":
        return Judged("wrong-interface", "It cannot be used as an index", why,
                      "`new NAME` writes a file that shows how")  # fmt: skip
    return Judged("crashed", f"The runner broke while {stage}", why, "please report it")
