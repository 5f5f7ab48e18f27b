"""What a container prints: a preview for whoever watches. The files are the truth."""

from __future__ import annotations

import os
import threading
import time
from collections import deque

#: Bytes that may wait for a slow reader; what comes then is left out, and seen by its numbers.
MOST_WAITING = 8 << 20
_AT_ONCE = 1 << 16


class Preview:
    """Prints lines through a thread of its own: a reader that is slow, stuck or gone holds up
    neither the job nor its memory."""

    def __init__(self, fd: int = 1, most: int = MOST_WAITING) -> None:
        self._fd = fd
        self._most = most
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._closing = False
        self._written = 0
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._print, name="preview", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """A line with its newline. Never waits."""
        with self._change:
            if self._closing or self._bytes + len(line) > self._most:
                return
            self._waiting.append(line)
            self._bytes += len(line)
            self._change.notify_all()

    def close(self, patience: float = 5.0) -> None:
        """Prints what waits; gives up when nothing was taken for `patience` seconds."""
        with self._change:
            if self._closing:
                return
            self._closing = True
            self._change.notify_all()
        written, since = -1, time.monotonic()
        while self._thread.is_alive() and time.monotonic() - since < patience:
            if self._written != written:
                written, since = self._written, time.monotonic()
            self._thread.join(0.05)

    def _print(self) -> None:
        while True:
            with self._change:
                while not self._waiting and not self._closing:
                    self._change.wait()
                if not self._waiting:
                    return
                lines, size = [], 0
                while self._waiting and size < _AT_ONCE:
                    lines.append(self._waiting.popleft())
                    size += len(lines[-1])
            try:
                data = b"".join(lines)
                while data:  # past sys.stdout, whose lock a stuck write would keep for ever
                    sent = os.write(self._fd, data)
                    self._written += sent
                    data = data[sent:]
            except OSError:  # nobody reads any more
                with self._change:
                    self._closing = True
                    self._waiting.clear()
                return
            with self._change:
                self._bytes -= size
