"""Drives a stand-in of its own with the real `modal` client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "modal-stand-in"


class Driven:
    """A running stand-in, and the ways to use it."""

    def __init__(self, process: subprocess.Popen, said: dict[str, str], home: Path) -> None:
        self.process = process
        self.url = said["url"]
        self.admin_url = said["admin"]
        self.root = Path(said["root"])
        self.token_id = said["token_id"]
        self.token_secret = said["token_secret"]
        self.home = home

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a client that is signed in; `more` is laid over it."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MODAL_")}
        return {
            **kept,
            "HOME": str(self.home),
            "MODAL_CONFIG_PATH": str(self.home / "modal.toml"),
            "MODAL_SERVER_URL": self.url,
            "MODAL_TOKEN_ID": self.token_id,
            "MODAL_TOKEN_SECRET": self.token_secret,
            "COLUMNS": "300",
            "PYTHONUTF8": "1",
            **more,
        }

    def signed_out(self, **more: str) -> dict[str, str]:
        """The same without a token."""
        env = self.env(**more)
        return {key: value for key, value in env.items() if not key.startswith("MODAL_TOKEN_")}

    def cli(self, *args: str, env: dict[str, str] | None = None, rc: int | None = 0, timeout: float = 120) -> subprocess.CompletedProcess:
        """Runs `modal ARGS`; checks the exit code unless `rc` is None."""
        done = subprocess.run(
            [sys.executable, "-m", "modal", *args], env=env or self.env(), capture_output=True, text=True, timeout=timeout, check=False
        )
        if rc is not None:
            assert done.returncode == rc, f"modal {' '.join(args)} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *args: str, **options: Any) -> Any:
        """The output of `modal ARGS --json`."""
        return json.loads(self.cli(*args, "--json", **options).stdout)

    def python(self, code: str, *, env: dict[str, str] | None = None, timeout: float = 120) -> str:
        """Runs code against modal's Python API in a process of its own; what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=env or self.env(), capture_output=True, text=True, timeout=timeout, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def admin(self, path: str, body: Any = None, *, method: str | None = None) -> Any:
        """A request to the tests' own door."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.admin_url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read())

    def fault(self, kind: str, *, times: int | None = 1, match: dict[str, str] | None = None, **options: Any) -> Any:
        """Orders a fault."""
        return self.admin("/faults", {"kind": kind, "match": match or {}, "options": options, "times": times})


@contextmanager
def driven(home: Path) -> Iterator[Driven]:
    """Starts a stand-in, ends it afterwards."""
    process = subprocess.Popen([sys.executable, str(FOLDER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Driven(process, json.loads(process.stdout.readline()), home)
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


def eventually(check: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
    """Asks until the answer is true; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = check()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")
