"""The two ways in which a person can be told that something went wrong."""

from __future__ import annotations


class Problem(Exception):
    """Something failed: what happened, why (the cause's own words), and what to do about it.
    `resume`: nothing has to be changed, the same job goes on where it was."""

    def __init__(self, what: str, why: str, hint: str | None = None, resume: bool = False) -> None:
        super().__init__(f"{what}: {why}")
        self.resume = resume
        self.what = what
        self.why = why
        self.hint = hint


class Refused(Problem):
    """What was asked for cannot be, or contradicts itself; nothing was done. Exit code 2."""


class JobError(Exception):
    """A job that cannot be run as written; `key` is the place in it, such as `datasets[0].name`."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


class StopRequested(BaseException):
    """Raised in the main thread by SIGTERM or SIGINT (like KeyboardInterrupt, no Exception)."""

    def __init__(self, signum: int, name: str) -> None:
        super().__init__(name)
        self.signum = signum
        self.name = name
