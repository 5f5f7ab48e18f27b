"""Who may do what with a store at the same time. The system lets go of a lock when its process
ends, however that ends.

One process prepares (`writer.lock`), any number read (`readers.lock`, shared). New recordings may
come while others are read; nothing that is there is changed or removed under a reader."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from jobkit.errors import Refused

NO_LOCKS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)


def shared(path: Path, what: str) -> int | None:
    """Holds a lock together with other readers, until the descriptor that comes back is closed.
    None where there can be no lock: a copy without the file, or a file system without locks.
    Refused while the store is being changed."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise Refused(
            what, f"{path.parent} is just being changed", "try again in a moment"
        ) from None
    except OSError as e:
        os.close(fd)
        if e.errno in NO_LOCKS:
            return None
        raise
    return fd


@contextlib.contextmanager
def alone(path: Path, what: str, why: str, hint: str | None = None) -> Iterator[None]:
    """Holds a lock alone. Refused, because of `why`, when anybody else has it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise Refused(what, why, hint) from None
    except OSError as e:
        if e.errno not in NO_LOCKS:
            os.close(fd)
            raise
    try:
        yield
    finally:
        os.close(fd)
